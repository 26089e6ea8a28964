"""Stores with made-up clips, for tests of everything that comes after the sound."""

from __future__ import annotations

import secrets

from musegen.studies.records import HeardBefore, Maker, Stimulus, Sureness, Vote
from musegen.studies.store import Store

GENRES = ("chorale", "fiddle")


def add_clips(store: Store, *, genres: tuple[str, ...] = GENRES, of_each: int = 5) -> None:
    """``of_each`` human and machine clips of each genre; their sound is no music."""
    for genre in genres:
        for truth in Maker:
            for number in range(of_each):
                assert store.add_stimulus(clip(genre, truth, f"{truth} {number}"), b"sound")


def clip(genre: str = "chorale", truth: Maker = Maker.HUMAN, piece: str = "one") -> Stimulus:
    return Stimulus(
        id=secrets.token_hex(16),
        genre=genre,
        truth=truth,
        piece=piece,
        title=f"Title of {piece}",
        length_s=24.5,
        details={"seed": 7},
    )


def vote(answer: Maker = Maker.HUMAN, *, heard: HeardBefore = HeardBefore.NO) -> Vote:
    return Vote(answer, Sureness.CERTAIN, heard, 12.34)
