"""How much music says again: the share of its notes that belong to an echo.

An echo is a stretch of a part, of `LONG` notes or more, that the same part had 1, 2 or 4 bars before,
note for note and in the same rhythm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from musegen.song import Note

LONG = 4
BARS_AGO = (1, 2, 4)
FIRST_BARS = 2
"""The notes of so many bars at the beginning do not count: they have little to be like."""

Voices = Sequence[Sequence[Note]]


def echo_share(voices: Voices, bar_ticks: int) -> float | None:
    """Share of the notes after the first bars that are echoes, or None if there are no such notes.

    Parameters
    ----------
    voices
        The notes of each part, in order, from tick 0 of a section or stretch.
    """
    found = count = 0
    for notes in voices:
        own = [(note.onset_tick, note.pitch) for note in notes]
        there = frozenset(own)
        echoed: set[int] = set()
        for bars in BARS_AGO:
            ago = bars * bar_ticks
            echoed.update(_stretches((onset - ago, pitch) in there for onset, pitch in own))
        later = [i for i, (onset, _) in enumerate(own) if onset >= FIRST_BARS * bar_ticks]
        count += len(later)
        found += len(echoed.intersection(later))
    return found / count if count else None


def _stretches(is_same: Iterable[bool]) -> Iterable[int]:
    """The notes that belong to `LONG` or more on end."""
    for same, stretch in groupby(enumerate(is_same), key=lambda one: one[1]):
        indices = [i for i, _ in stretch]
        if same and len(indices) >= LONG:
            yield from indices
