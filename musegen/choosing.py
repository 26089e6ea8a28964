"""Which of several drafts of a section is kept.

Each draft gets a number of *faults*, the fewer the better. What counts as a fault is what a
listener hears first: a surprise far from what human music of the genre has, voices that fall
silent, parallel fifths and octaves, a note hammered on and on, and an end that is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from musegen.context import PERFECT
from musegen.song import TICKS_PER_BEAT, Note

HAMMERED = 6
"""A note may follow itself so often before it counts."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What one of each fault costs."""

    surprise: float = 1.0
    silent_beats: float = 0.25
    parallels: float = 12.0
    hammered: float = 0.5
    off_tonic: float = 100.0
    short_end: float = 12.0


@dataclass(frozen=True, slots=True)
class Typical:
    """Nats a note of human sections: mean and standard deviation."""

    nats_mean: float
    nats_sd: float


def faults(
    voices: Sequence[Sequence[Note]],
    *,
    start_tick: int,
    end_tick: int,
    nats: float,
    typical: Typical,
    tonic: int | None,
    weights: Weights = Weights(),
) -> float:
    """Faults of a draft's section from ``start_tick`` to ``end_tick``.

    Parameters
    ----------
    voices
        The notes of each part, in order, within the section.
    nats
        The network's own nats a note.
    tonic
        The pitch class on which the section must end; None if it need not.
    """
    total = weights.surprise * abs(nats - typical.nats_mean) / max(typical.nats_sd, 1e-6)
    total += weights.silent_beats * silent_beats(voices, start_tick, end_tick)
    total += weights.parallels * parallel_share(voices)
    total += weights.hammered * sum(map(_hammered, voices))
    if tonic is not None:
        total += weights.off_tonic * (not ends_on(voices, tonic))
        total += weights.short_end * _shortness(voices, end_tick)
    return total


def ends_on(voices: Sequence[Sequence[Note]], tonic: int) -> bool:
    """Whether the lowest note that sounds last is the tonic (a pitch class)."""
    last = _last_notes(voices)
    return bool(last) and min(note.pitch for note in last) % 12 == tonic


def silent_beats(voices: Sequence[Sequence[Note]], start_tick: int, end_tick: int) -> float:
    """Beats of silence, summed over parts."""
    silent = 0
    for notes in voices:
        now = start_tick
        for note in notes:
            silent += max(0, note.onset_tick - now)
            now = max(now, note.end_tick)
        silent += max(0, end_tick - now)
    return silent / TICKS_PER_BEAT


def parallel_share(voices: Sequence[Sequence[Note]]) -> float:
    """Parallel fifths and octaves between any two parts, per onset; 0 for a single part."""
    if len(voices) < 2:
        return 0.0
    onsets = sorted({note.onset_tick for notes in voices for note in notes})
    grid = np.stack([_pitches_at(notes, onsets) for notes in voices])  # (parts, onsets)
    found = 0
    for upper in range(len(voices)):
        for lower in range(upper + 1, len(voices)):
            found += _parallels(grid[upper], grid[lower])
    return found / max(1, len(onsets) - 1)


def _parallels(one: np.ndarray, other: np.ndarray) -> int:
    sounds = (one >= 0) & (other >= 0)
    interval = np.abs(one - other) % 12
    moves = (np.diff(one) != 0) & (np.diff(other) != 0) & sounds[1:] & sounds[:-1]
    same = (interval[1:] == interval[:-1]) & np.isin(interval[1:], PERFECT)
    direction = np.sign(np.diff(one)) == np.sign(np.diff(other))
    return int((moves & same & direction).sum())


def _pitches_at(notes: Sequence[Note], onsets: Sequence[int]) -> np.ndarray:
    """The pitch sounding at each onset, -1 for none."""
    pitches = np.full(len(onsets), -1)
    for note in notes:
        first, last = np.searchsorted(onsets, [note.onset_tick, note.end_tick])
        pitches[first:last] = note.pitch
    return pitches


def _hammered(notes: Sequence[Note]) -> int:
    """Notes that repeat one pitch more than `HAMMERED` times on end."""
    count = streak = 0
    for before, note in itertools.pairwise(notes):
        streak = streak + 1 if note.pitch == before.pitch else 0
        count += streak > HAMMERED
    return count


def _last_notes(voices: Sequence[Sequence[Note]]) -> list[Note]:
    """The notes that end last; together they are the final chord."""
    ends = [note for notes in voices for note in notes]
    latest = max((note.end_tick for note in ends), default=0)
    return [note for note in ends if note.end_tick == latest]


def _shortness(voices: Sequence[Sequence[Note]], end_tick: int) -> float:
    """Beats by which the final notes miss a whole beat's length, or the section's end by more.

    A beat of silence at the very end is as usual as an upbeat at the beginning.
    """
    last = _last_notes(voices)
    if not last:
        return 1.0
    longest = max(note.duration_ticks for note in last)
    missing = max(0, TICKS_PER_BEAT - longest) + max(
        0, end_tick - last[0].end_tick - TICKS_PER_BEAT
    )
    return missing / TICKS_PER_BEAT
