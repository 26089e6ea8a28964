"""The words of a section: short runs of its notes and of its bars, as a discriminator counts them.

A word is what a note is at its place in the bar, a run of degrees, steps or lengths, a bar's rhythm
or what it is made of, a bar beside the next, what is as it was some bars ago. Each is hashed into
one of `BUCKETS`. Songs are steered by these, so reports of how good songs are use none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from musegen.critic_features import top_line
from musegen.hashing import mixed
from musegen.layout import LOOKBACK_BARS
from musegen.song import TICKS_PER_BEAT, Note, Song

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

BUCKETS = 1 << 17

LONGEST_RUN = 5

PERIOD = 8
"""Bars are numbered from the section's first one, round and round."""


def words(song: Song) -> Ints:
    """The buckets of all words of a section in C major or A minor, each once, in order."""
    found = _Found()
    for number, part in enumerate(song.parts):
        line = _Line.of(song, part.notes)
        if len(line.onset):
            found.part = number
            _of_notes(line, found)
            _of_runs(line, found)
            _of_bars(line, found)
    return found.buckets()


@dataclass(frozen=True)
class _Line:
    """The highest note of each onset of a part, (notes,) each.

    ``onset`` counts from the bar line before the section, of which ``bar`` is the length in ticks.
    """

    onset: Ints
    pitch: Ints
    length: Ints
    bar: int

    @classmethod
    def of(cls, song: Song, notes: Sequence[Note]) -> _Line:
        onset, pitch, length = top_line(notes).T
        first = song.bars[0].position(song.bars[0].start_tick) if song.bars else 0
        bar = song.bars[-1].metre_ticks if song.bars else 4 * TICKS_PER_BEAT
        return cls(onset + first, pitch, length, bar)

    @property
    def degree(self) -> Ints:
        return np.asarray(self.pitch % 12)

    @property
    def place(self) -> Ints:
        return np.asarray(self.onset % self.bar)

    @property
    def number(self) -> Ints:
        """Which bar each note begins in."""
        return np.asarray(self.onset // self.bar)

    @cached_property
    def bars(self) -> tuple[Ints, Ints]:
        """The bars in which notes begin, and the first note of each, (bars,) both."""
        return np.unique(self.number, return_index=True)


class _Found:
    """Words as they are found, hashed."""

    def __init__(self) -> None:
        self.part = 0
        self._columns: list[NDArray[np.uint64]] = []

    def add(self, kind: str, *values: Any) -> None:
        """A word a row; each of ``values`` is (rows,) or one number."""
        rows = max(np.size(value) for value in values)
        self._columns.append(mixed(kind, (rows,), (self.part, *values)))

    def buckets(self) -> Ints:
        if not self._columns:
            return np.zeros(0, np.int64)
        every = np.concatenate(self._columns) % np.uint64(BUCKETS)
        return np.unique(every).astype(np.int64)


def _of_notes(line: _Line, found: _Found) -> None:
    found.add("degree at", line.bar, line.place, line.degree)
    found.add("length at", line.bar, line.place, line.length)
    found.add("pitch", line.pitch)
    found.add("degree in", line.number % PERIOD, line.place, line.degree)


def _of_runs(line: _Line, found: _Found) -> None:
    steps = np.diff(line.pitch)
    for notes in range(2, min(LONGEST_RUN, len(line.onset)) + 1):
        degrees = sliding_window_view(line.degree, notes).T
        place = line.place[: degrees.shape[1]]
        found.add(f"degrees {notes}", *degrees)
        found.add(f"lengths {notes}", line.bar, place, *sliding_window_view(line.length, notes).T)
        if notes > 2:
            found.add(f"steps {notes}", *sliding_window_view(steps, notes - 1).T)
            found.add(f"degrees at {notes}", line.bar, place, *degrees)


def _of_bars(line: _Line, found: _Found) -> None:
    bars, first = line.bars
    begins = line.place, line.length
    rhythm = _summed(mixed("note of a rhythm", line.onset.shape, begins), first)
    notes = _summed(mixed("note", line.onset.shape, (*begins, line.pitch)), first)
    head, classes = line.degree[first], np.bitwise_or.reduceat(1 << line.degree, first)
    found.add("rhythm", line.bar, rhythm)
    found.add("rhythm in", line.bar, bars, rhythm)
    found.add("head in", bars % PERIOD, head)
    found.add("classes", classes)
    here = np.flatnonzero(np.diff(bars) == 1)
    if len(here):
        found.add("heads", head[here], head[here + 1])
        found.add("rhythms", line.bar, rhythm[here], rhythm[here + 1])
        found.add("classes on end", classes[here], classes[here + 1])
    for back in LOOKBACK_BARS[:3]:
        then = np.searchsorted(bars, bars - back).clip(0, len(bars) - 1)
        here = np.flatnonzero(bars[then] == bars - back)
        if len(here):
            same = [own[here] == own[then[here]] for own in (notes, rhythm, head)]
            found.add(f"again {back}", bars[here] % PERIOD, *same)


def _summed(hashes: NDArray[np.uint64], first: Ints) -> Ints:
    """One hash a bar, of those of its notes."""
    return np.add.reduceat(hashes, first).view(np.int64)
