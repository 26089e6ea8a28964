"""The words of a section: short runs of its notes and of its bars, as a discriminator counts them.

A word of one part is what a note is at its place in the bar, a run of degrees, steps or lengths, a
bar's rhythm or what it is made of, a bar beside the next, what is as it was some bars ago. Words of
several parts are chords and runs of them, which parts begin together, how far apart two of them are
and how they move on from there; and where a part has chords of its own, how these are laid out.
Each is hashed into one of `BUCKETS`. Songs are steered by these, so reports of how good songs are
use none of them.
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

SILENT = -1
"""The pitch of a part that rests."""

PERIOD = 8
"""Bars are numbered from the section's first one, round and round."""


def words(song: Song, *, together: bool = True) -> Ints:
    """The buckets of all words of a section of a song in C or a, each once, in order.

    Without ``together`` those of each part alone.
    """
    found = _Found()
    for number, part in enumerate(song.parts):
        line = _Line.of(song, part.notes)
        if len(line.onset):
            found.part = number
            _of_notes(line, found)
            _of_runs(line, found)
            _of_bars(line, found)
    if together and sum(map(bool, song.voices)) > 1:
        found.part = len(song.parts)
        all_ = _Together.of(song)
        _of_chords(all_, found)
        _of_pairs(all_, found)
        _of_hands(all_, found)
    return found.buckets()


def _metre_of(song: Song) -> tuple[int, int]:
    """How long the (possibly imagined) part of a bar before the section is, and a bar, in ticks."""
    first = song.bars[0].position(song.bars[0].start_tick) if song.bars else 0
    return first, song.bars[-1].metre_ticks if song.bars else 4 * TICKS_PER_BEAT


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
        first, bar = _metre_of(song)
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


@dataclass(frozen=True)
class _Together:
    """What sounds at each onset of any part, (onsets,) or (parts, onsets).

    ``place`` is in ticks after the bar line, ``bar`` a bar's length. ``began`` has a bit for each part
    that begins a note, ``bass`` is the lowest pitch of all, and ``classes`` has a bit for each pitch
    class. ``top`` and ``low`` are the highest and the lowest pitch of each part; ``hand`` has a bit
    for each interval above ``low`` that the part sounds, two octaves and more being one.
    """

    place: Ints
    bar: int
    began: Ints
    bass: Ints
    classes: Ints
    top: Ints
    low: Ints
    hand: Ints

    @classmethod
    def of(cls, song: Song) -> _Together:
        """Of a song in which something sounds."""
        part, start, end, pitch = np.array(
            [
                (number, note.onset_tick, note.end_tick, note.pitch)
                for number, notes in enumerate(song.voices)
                for note in notes
            ],
            np.int64,
        ).T
        onset = np.unique(start)
        sounds = (start[:, None] <= onset) & (end[:, None] > onset)  # (notes, onsets)
        pitches = np.where(sounds, pitch[:, None], SILENT)
        from_below = np.where(sounds, pitch[:, None], _ABOVE_ALL)
        top, low, hand = np.full((3, len(song.parts), len(onset)), SILENT)
        began = np.zeros(len(onset), np.int64)
        for number in np.unique(part):
            own = part == number
            top[number] = pitches[own].max(0)
            lowest = from_below[own].min(0)
            low[number] = np.where(top[number] == SILENT, SILENT, lowest)
            steps = (pitch[own, None] - lowest).clip(0, _WIDEST_HAND)
            hand[number] = _bits(steps, sounds[own])
            began |= np.isin(onset, start[own]).astype(np.int64) << number
        first, bar = _metre_of(song)
        bass = np.where(sounds.any(0), from_below.min(0), SILENT)
        classes = _bits((pitch % 12)[:, None], sounds)
        return cls((onset + first) % bar, bar, began, bass, classes, top, low, hand)


_ABOVE_ALL = 128
_WIDEST_HAND = 24


def _bits(numbers: Ints, which: NDArray[np.bool_]) -> Ints:
    """A bit for each of the numbers of a column, (columns,)."""
    return np.asarray(np.bitwise_or.reduce(np.where(which, 1 << numbers, 0), 0))


class _Found:
    """Words as they are found, hashed."""

    def __init__(self) -> None:
        self.part = 0
        self._columns: list[NDArray[np.uint64]] = []

    def add(self, kind: str, *values: Any) -> None:
        """A word each, of ``values`` that are broadcast against each other."""
        shape = np.broadcast_shapes(*map(np.shape, values))
        self._columns.append(mixed(kind, shape, (self.part, *values)).ravel())

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


def _of_chords(all_: _Together, found: _Found) -> None:
    """What sounds at once, how it goes on, and which parts begin it."""
    bar, place, began, classes = all_.bar, all_.place, all_.began, all_.classes
    bass, top = _degree(all_.bass), _degree(all_.top[0])
    found.add("chord", bass, classes)
    found.add("chord at", bar, place, bass, classes)
    found.add("voicing", *np.where(all_.top == SILENT, SILENT, all_.top - all_.bass))
    found.add("bass and top", bar, place, bass, top)
    found.add("begin", bar, place, began)
    for count in range(2, min(3, len(place)) + 1):
        basses, chords, tops, begins = (
            sliding_window_view(own, count).T for own in (bass, classes, top, began)
        )
        here = place[: basses.shape[1]]
        found.add(f"chords {count}", *basses, *chords)
        found.add(f"basses and tops {count}", *basses, *tops)
        found.add(f"begin {count}", bar, here, *begins)
        if count == 2:
            found.add("chords at", bar, here, *basses, *chords)


def _of_pairs(all_: _Together, found: _Found) -> None:
    """How far apart every two parts are, and where both go from there."""
    bar, place = all_.bar, all_.place
    upper, lower = np.triu_indices(len(all_.top), 1)
    high, low = all_.top[upper], all_.low[lower]  # (pairs, onsets)
    both = (high != SILENT) & (low != SILENT)
    apart = np.where(both, high - low, _ABOVE_ALL)
    begins = all_.began >> upper[:, None] & 1, all_.began >> lower[:, None] & 1
    steps = np.diff(high), np.diff(low)
    pair = (upper * len(all_.top) + lower)[:, None]
    found.add("apart", pair, apart, *begins)
    found.add("apart at", pair, bar, place, apart)
    if len(place) > 1:
        found.add("move", pair, apart[:, :-1], *steps)
        found.add("move at", pair, bar, place[:-1], apart[:, :-1], *steps)
    if len(place) > 2:
        moves = (own[:, end] for own in steps for end in (slice(None, -1), slice(1, None)))
        found.add("moves", pair, apart[:, :-2], *moves)


def _of_hands(all_: _Together, found: _Found) -> None:
    """How a part's own chords are laid out, where it has any."""
    for number, hands in enumerate(all_.hand):
        struck = np.flatnonzero(all_.began >> number & 1)
        if not len(struck) or not (hands & (hands - 1)).any():
            continue
        hand, low, place = hands[struck], all_.low[number, struck], all_.place[struck]
        degree = low % 12
        found.add("hand", number, hand)
        found.add("hand on", number, degree, hand)
        found.add("hand at", number, all_.bar, place, hand)
        found.add("hand low", number, all_.bar, place, low)
        if len(struck) > 1:
            both = hand[:-1], hand[1:]
            found.add("hands", number, *both, np.diff(low))
            found.add("hands at", number, all_.bar, place[:-1], *both)
            found.add("hands on", number, degree[:-1], degree[1:], *both)


def _degree(pitch: Ints) -> Ints:
    return np.where(pitch == SILENT, SILENT, pitch % 12)


def _summed(hashes: NDArray[np.uint64], first: Ints) -> Ints:
    """One hash a bar, of those of its notes."""
    return np.add.reduceat(hashes, first).view(np.int64)
