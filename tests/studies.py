"""Stores with made-up clips, for tests of everything that comes after the sound."""

from __future__ import annotations

import secrets

import numpy as np

from musegen.studies.assignment import assign
from musegen.studies.records import Condition, HeardBefore, Maker, Stimulus, Sureness, Vote
from musegen.studies.store import Store

GENRES = ("chorale", "fiddle")
USUAL = (Condition.HUMAN, Condition.EVENT)


def add_clips(
    store: Store,
    *,
    genres: tuple[str, ...] = GENRES,
    of_each: int = 5,
    conditions: tuple[Condition, ...] = USUAL,
    sound: bytes = b"sound",
) -> None:
    """``of_each`` clips of each genre and condition; their sound is no music."""
    for genre in genres:
        for condition in conditions:
            for number in range(of_each):
                piece = f"{condition} {number}"
                assert store.add_stimulus(clip(genre, condition, piece), sound)


def hear_all(store: Store) -> None:
    """One listener who calls all ten clips human."""
    participant = store.participant(store.new_participant())
    assert participant is not None
    assign(store, participant.id, rng=np.random.default_rng(1))
    for trial in store.trials(participant.id):
        store.add_vote(participant.id, trial.position, vote())


def clip(
    genre: str = "chorale", condition: Condition = Condition.HUMAN, piece: str = "one"
) -> Stimulus:
    return Stimulus(
        id=secrets.token_hex(16),
        genre=genre,
        condition=condition,
        piece=piece,
        title=f"Title of {piece}",
        length_s=24.5,
        details={"seed": 7},
    )


def vote(answer: Maker = Maker.HUMAN, *, heard: HeardBefore = HeardBefore.NO) -> Vote:
    return Vote(answer, Sureness.CERTAIN, heard, 12.34)
