"""An excerpt as arrays, which all features read.

A *line* is the highest note of each onset of one part. The *grid* gives what each line
sounds at each onset of any part. Beats are the metre's: a quarter note in 4/4, a dotted quarter in
6/8.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from musegen.evaluation.excerpts import bar_spans
from musegen.song import TICKS_PER_BEAT, Bar, Note, Song

Ints = NDArray[np.int64]

SILENT = -1


@dataclass(frozen=True)
class Line:
    """The top notes of a part: onsets, pitches and durations, all of shape (notes,).

    ``position`` is in ticks after the bar line; ``strength`` 3 on the bar line, 2 on a beat, 1 on
    half (or a third) of a beat, 0 elsewhere.
    """

    onset: Ints
    pitch: Ints
    duration: Ints
    position: Ints
    strength: Ints

    def __len__(self) -> int:
        return len(self.onset)

    @cached_property
    def steps(self) -> Ints:
        """Semitones from each note to the next, shape (notes - 1,)."""
        return np.diff(self.pitch)


def beat_ticks(bar: Bar) -> int:
    """Length of a beat as one would conduct it."""
    unit = 4 * TICKS_PER_BEAT // bar.denominator
    is_compound = bar.denominator >= 8 and bar.numerator % 3 == 0
    return 3 * unit if is_compound else unit


def strength(bar: Bar, tick: int) -> int:
    """How strong a place in the bar is, as in `Line`."""
    position, beat = bar.position(tick), beat_ticks(bar)
    if position == 0:
        return 3
    if position % beat == 0:
        return 2
    is_compound = bar.denominator >= 8 and bar.numerator % 3 == 0
    return 1 if position % max(1, beat // (3 if is_compound else 2)) == 0 else 0


class View:
    """What features read of an excerpt (or a whole song), worked out once."""

    def __init__(self, song: Song) -> None:
        self.song = song
        self.tonic = song.key.tonic
        self.notes: list[list[Note]] = [
            sorted(part.notes) for part in song.parts if part.notes and not part.is_drum
        ]
        self.lines = [_line(song, notes) for notes in self.notes]
        self.spans = bar_spans(song)

    @cached_property
    def is_polyphonic(self) -> bool:
        """Whether notes sound together, in several parts or in chords."""
        return len(self.lines) > 1 or any(len(chord) > 1 for chord in self.chords)

    @cached_property
    def top(self) -> Line:
        """The line that lies highest."""
        return max(self.lines, key=lambda line: float(np.median(line.pitch)))

    @cached_property
    def bass(self) -> Line:
        """The line that lies lowest."""
        return min(self.lines, key=lambda line: float(np.median(line.pitch)))

    @cached_property
    def beats(self) -> float:
        """Length in beats of the metre."""
        return sum(bar.length_ticks / beat_ticks(bar) for bar in self.song.bars)

    @cached_property
    def onsets(self) -> Ints:
        """Ticks at which any note begins, shape (onsets,)."""
        ticks = {note.onset_tick for notes in self.notes for note in notes}
        return np.array(sorted(ticks), np.int64)

    @cached_property
    def strengths(self) -> Ints:
        """How strong the place of each onset is, shape (onsets,)."""
        song = self.song
        found = [strength(song.bar_at(tick), tick) for tick in self.onsets.tolist()]
        return np.array(found, np.int64)

    @cached_property
    def grid(self) -> Ints:
        """What each line sounds at each onset, or `SILENT`, shape (lines, onsets)."""
        grid = np.full((len(self.lines), len(self.onsets)), SILENT, np.int64)
        for row, line in enumerate(self.lines):
            first = np.searchsorted(self.onsets, line.onset)
            last = np.searchsorted(self.onsets, line.onset + line.duration)
            for a, b, pitch in zip(first, last, line.pitch, strict=True):
                grid[row, a:b] = pitch
        return grid

    @cached_property
    def begins(self) -> NDArray[np.bool_]:
        """Whether a line begins a note at each onset, shape (lines, onsets)."""
        return np.stack([np.isin(self.onsets, line.onset) for line in self.lines])

    @cached_property
    def chords(self) -> list[tuple[int, ...]]:
        """All pitches that sound at each onset, from the lowest, each once."""
        chords: list[set[int]] = [set() for _ in self.onsets]
        for notes in self.notes:
            first = np.searchsorted(self.onsets, [note.onset_tick for note in notes])
            last = np.searchsorted(self.onsets, [note.end_tick for note in notes])
            for note, a, b in zip(notes, first, last, strict=True):
                for i in range(a, b):
                    chords[i].add(note.pitch)
        return [tuple(sorted(chord)) for chord in chords]


def _line(song: Song, notes: list[Note]) -> Line:
    top = {note.onset_tick: note for note in notes}  # sorted: the highest comes last
    rows = []
    for tick, note in top.items():
        bar = song.bar_at(tick)
        rows.append(
            (tick, note.pitch, note.duration_ticks, bar.position(tick), strength(bar, tick))
        )
    table = np.array(rows, np.int64).reshape(-1, 5).T
    return Line(*table)


def mean(values: ArrayLike) -> float:
    """The mean, NaN for nothing at all."""
    array = np.asarray(values, float)
    return float(array.mean()) if array.size else float("nan")


def share(count: float, total: float) -> float:
    """A share, NaN of nothing at all."""
    return count / total if total else float("nan")


def entropy(counts: ArrayLike) -> float:
    """Entropy of a histogram in bits; NaN for an empty one."""
    weights = np.asarray(counts, float)
    weights = weights[weights > 0]
    if not len(weights):
        return float("nan")
    shares = weights / weights.sum()
    return float(-(shares * np.log2(shares)).sum())
