"""A study in a store with a little of everything in it, without music or chance."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from musegen.studies import schema
from musegen.studies.records import (
    Condition,
    HeardBefore,
    Maker,
    Participant,
    Role,
    Stimulus,
    Sureness,
    Vote,
)
from musegen.studies.store import Store

STUDY = "a-study"
FILE = f"name: {STUDY}\ntitle: A study\ngenres: [chorale]\nclips: 4\n"
CLIPS = 4


def clip(
    piece: str = "one",
    *,
    genre: str = "chorale",
    condition: str = Condition.HUMAN,
    role: Role = Role.CLIP,
    study: str = STUDY,
) -> Stimulus:
    return Stimulus(
        id=secrets.token_hex(16),
        study=study,
        role=role,
        genre=genre,
        condition=str(condition),
        piece=piece,
        title=f"Title of {piece}",
        length_s=24.5,
        details={"seed": 7},
    )


def vote(
    answer: Maker = Maker.HUMAN, *, heard: HeardBefore | None = HeardBefore.NO, plays: int = 1
) -> Vote:
    return Vote(answer, Sureness.CERTAIN, heard, 12.34, plays)


def spoil(store: Store, study: str = STUDY) -> None:
    """Make a study's file one that only another musegen could read."""
    table = schema.studies
    with store.database.transaction() as connection:
        spoilt = sa.update(table).where(table.c.id == study).values(file="colour: blue\n")
        connection.execute(spoilt)


def with_study(store: Store, *, study: str = STUDY) -> list[Stimulus]:
    """A study of two clips by people and two by the machine."""
    store.studies.add(FILE.replace(STUDY, study))
    clips = [
        clip(f"{condition} {number}", condition=condition, study=study)
        for condition in (Condition.HUMAN, Condition.EVENT)
        for number in range(CLIPS // 2)
    ]
    for one in clips:
        assert store.clips.add(one, b"sound")
    return clips


def plan(store: Store, participant: str, clips: Sequence[Stimulus]) -> None:
    """Let the participant hear these clips in this order."""
    rows = [
        {
            "participant_id": participant,
            "position": position,
            "role": one.role.value,
            "stimulus_id": one.id,
        }
        for position, one in enumerate(clips, start=1)
    ]
    with store.database.transaction() as connection:
        connection.execute(sa.insert(schema.trials), rows)


def someone(store: Store, *, study: str = STUDY) -> Participant:
    """A participant who has just consented."""
    participant = store.people.find(store.people.begin(study, language="en"))
    assert participant is not None
    return participant


def begun(store: Store, *, study: str = STUDY) -> str:
    """The id of a participant with a plan, in a study made for them."""
    clips = with_study(store, study=study)
    participant = someone(store, study=study)
    plan(store, participant.id, clips)
    return participant.id
