"""Studies with made-up clips, for tests of everything that comes after the sound."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import yaml

from musegen.studies import study_files
from musegen.studies.design import Design
from musegen.studies.records import Condition, Role, Stimulus
from musegen.studies.store import Store
from tests.stores import STUDY, vote

__all__ = [
    "GENRES",
    "STUDY",
    "USUAL",
    "add_clips",
    "add_study",
    "clip",
    "design",
    "study_file",
    "vote",
]

GENRES = ("chorale", "fiddle")
USUAL: tuple[str, ...] = (Condition.HUMAN.value, Condition.EVENT.value)


def study_file(**keys: object) -> str:
    """The text of a study file: these keys, and the least that must be there."""
    usual: dict[str, object] = {"name": STUDY, "title": "A study", "genres": list(GENRES)}
    return yaml.safe_dump(usual | keys, sort_keys=False)


def design(**keys: object) -> Design:
    """What a study file with these keys says."""
    return study_files.parse(study_file(**keys))


def add_study(store: Store, **keys: object) -> Design:
    """A study with all the clips that its file asks for, and as many others as a person needs."""
    study = store.studies.add(study_file(**keys)).design
    for role, number in (
        (Role.CLIP, study.stimuli),
        (Role.PRACTICE, study.practice),
        (Role.CATCH, study.catch),
    ):
        add_clips(
            store,
            study=study.name,
            genres=study.genres,
            conditions=study.conditions,
            of_each=number,
            role=role,
        )
    return study


def add_clips(
    store: Store,
    *,
    study: str = STUDY,
    genres: Sequence[str] = GENRES,
    of_each: int = 5,
    conditions: Sequence[str] = USUAL,
    role: Role = Role.CLIP,
) -> None:
    """``of_each`` clips of each genre and condition to a study; their sound is no music."""
    for genre in genres:
        for condition in conditions:
            for number in range(of_each):
                piece = f"{role.value} {genre} {condition} {number}"
                made = clip(genre, condition, piece, study=study, role=role)
                assert store.library.add(made, b"sound")


def clip(
    genre: str = "chorale",
    condition: str = Condition.HUMAN,
    piece: str = "one",
    *,
    study: str = STUDY,
    role: Role = Role.CLIP,
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
