"""Who hears which clips, in which order: plans in the database.

A participant gets a plan once. Plans are made one after the other, each knowing the ones
before, so that clips are heard equally often however many people arrive at once.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import schema
from musegen.studies.database import Lock
from musegen.studies.plans import Candidate, Planned, choose, suffice
from musegen.studies.records import Role
from musegen.studies.store import Store

PLACE_HELD = timedelta(hours=24)
"""So long after consenting, clips that a participant has not answered count as heard."""

_one_at_a_time = threading.Lock()
"""Here threads wait in turn: at SQLite's own lock they try at intervals, some in vain."""


def assign(store: Store, participant_id: str, *, rng: np.random.Generator) -> None:
    """Give the participant a plan; one who has a plan keeps it.

    Raises
    ------
    StoreError
        When the study has not clips enough for a plan, or there is no such participant.
    """
    with store.database.reading() as connection:
        study = _study_without_plan(connection, participant_id)
    if study is None:
        return
    design = store.studies.get(study).design
    try:
        with _one_at_a_time, store.database.transaction(lock=Lock.ASSIGNMENT) as connection:
            if _study_without_plan(connection, participant_id) is None:  # a second click was faster
                return
            plan = choose(design, _candidates(connection, study), rng=rng)
            connection.execute(sa.insert(schema.trials), _rows(participant_id, plan))
    except sa.exc.IntegrityError:  # the study, or the participant, is being deleted
        raise _unknown() from None


def is_ready(store: Store, study: str) -> bool:
    """Whether the clips that a study has so far suffice for a participant's plan.

    Raises
    ------
    RequestError
        When there is no such study.
    """
    design = store.studies.get(study).design
    with store.database.reading() as connection:
        return suffice(design, _candidates(connection, study))


def _study_without_plan(connection: sa.Connection, participant_id: str) -> str | None:
    """The study for which the participant needs a plan; None when there is one already."""
    people, trials = schema.participants.c, schema.trials.c
    has_plan = sa.exists().where(trials.participant_id == people.id)
    wanted = sa.select(people.study_id, has_plan).where(people.id == participant_id)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise _unknown()
    study, is_planned = row
    return None if is_planned else str(study)


def _unknown() -> StoreError:
    return StoreError("This participant is not known any more; please begin the test afresh.")


def _rows(participant_id: str, plan: list[Planned]) -> list[dict[str, object]]:
    return [
        {
            "participant_id": participant_id,
            "position": position,
            "role": trial.role.value,
            "stimulus_id": trial.clips[0].id,
            "other_id": trial.clips[1].id if len(trial.clips) > 1 else None,
        }
        for position, trial in enumerate(plan, start=1)
    ]


def _candidates(connection: sa.Connection, study: str) -> list[Candidate]:
    """All clips of the study, with the number of votes they have or are about to get.

    Only trials of a clip's own role count: beside a catch clip, a human clip gets no vote
    that counts.
    """
    clips, counted = schema.stimuli.c, _hearings(study).subquery()
    is_of = sa.and_(counted.c.stimulus_id == clips.id, counted.c.role == clips.role)
    heard = sa.func.coalesce(counted.c.heard, 0)
    wanted = (
        sa.select(clips.id, clips.role, clips.genre, clips.condition, clips.piece, heard)
        .select_from(schema.stimuli.outerjoin(counted, is_of))
        .where(clips.study_id == study)
        .order_by(clips.id)
    )
    return [
        Candidate(id_, Role(role), genre, condition, piece, int(number))
        for id_, role, genre, condition, piece, number in connection.execute(wanted)
    ]


def _hearings(study: str) -> sa.Select[tuple[str, str, int]]:
    """How often each clip of the study was heard, or has its place held, in each role."""
    people, trials = schema.participants.c, schema.trials.c
    since = datetime.now(UTC) - PLACE_HELD
    places = [
        sa.select(heard.label("stimulus_id"), trials.role)
        .select_from(schema.participants.join(schema.trials).outerjoin(schema.votes))
        .where(
            people.study_id == study,
            heard.is_not(None),
            sa.or_(schema.votes.c.id.is_not(None), people.consented_at >= since),
        )
        for heard in (trials.stimulus_id, trials.other_id)
    ]
    both = sa.union_all(*places).subquery()
    return sa.select(both.c.stimulus_id, both.c.role, sa.func.count().label("heard")).group_by(
        both.c.stimulus_id, both.c.role
    )
