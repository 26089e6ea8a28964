"""Studies with made-up clips, for tests of everything that comes after the sound."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from musegen.studies import study_files
from musegen.studies.clip_orders import orders
from musegen.studies.design import Design
from musegen.studies.records import Condition
from musegen.studies.store import Store
from tests.stores import STUDY, clip, vote

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


def add_study(store: Store, *, sound: bytes = b"sound", **keys: object) -> Design:
    """A study whose file has these keys, with all its clips; their sound is no music."""
    study = store.studies.add(study_file(**keys)).design
    for order in orders(study):
        made = clip(
            f"{order.role.value} {order.condition} {order.number}",
            genre=order.genre,
            condition=order.condition,
            study=study.name,
            role=order.role,
        )
        assert store.clips.add(made, sound)
    return study


def add_clips(
    store: Store,
    *,
    study: str = STUDY,
    genres: Sequence[str] = GENRES,
    of_each: int = 5,
    conditions: Sequence[str] = USUAL,
    sound: bytes = b"sound",
) -> None:
    """``of_each`` clips of each genre and condition to a study; their sound is no music."""
    for genre in genres:
        for condition in conditions:
            for number in range(of_each):
                made = clip(f"{condition} {number}", genre=genre, condition=condition, study=study)
                assert store.clips.add(made, sound)
