"""Turns: the figures that end in a beat, as the guide hears them (`musegen.guide`).

What every part does, how any two move, the chord, how it lies and what came before it, where it
stands in bar and phrase, and what is as it was some bars ago. Each is hashed into one of `BUCKETS`.
Reports of how good songs are use none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.context import Context
from musegen.hashing import mixed
from musegen.layout import LOOKBACK_BARS
from musegen.song import TICKS_PER_BEAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

BUCKETS = 1 << 17

SLOTS = 4
"""Places in a beat at which the parts are read: sixteenths."""

BEATS = 3
"""A turn reaches back so many beats, its own included."""

_STEP = TICKS_PER_BEAT // SLOTS
_SILENT = 12
_WIDEST = 12
_, _BEFORE, _NOW = (slice(beat * SLOTS, (beat + 1) * SLOTS) for beat in range(BEATS))
_HEADS = [beat * SLOTS for beat in range(BEATS)]
_HALF = SLOTS // 2


def busy(context: Context, end: Ints) -> Ints:
    """How many notes begin in the beat before ``end`` (songs,), in the top part and in all.

    (songs, 2); from `SLOTS` and 4 `SLOTS` on they are as many.
    """
    counts = (context.stretch(end, TICKS_PER_BEAT)[1] > 0).sum(2)
    top, every = np.minimum(counts[:, 0], SLOTS), np.minimum(counts.sum(1), 4 * SLOTS)
    return np.stack([top, every], 1)


def turns(context: Context, end: Ints) -> Ints:
    """The turns of the beat before tick ``end`` (songs,), (songs, turns).

    How many there are depends on the number of parts alone.
    """
    read = _Read(context, end)
    found = _Found(len(end))
    _of_parts(read, found)
    _of_pairs(read, found)
    _of_chords(read, found)
    _of_voicing(read, found)
    _of_phrase(read, found)
    _of_repeats(read, found)
    return found.hashed()


@dataclass(frozen=True)
class _Read:
    """What is read of a beat and of those before it."""

    context: Context
    end: Ints

    @cached_property
    def _stretch(self) -> tuple[Ints, Ints]:
        return self.context.stretch(self.end, BEATS * TICKS_PER_BEAT)

    @cached_property
    def sounding(self) -> Ints:
        """Pitches + 1 at every tick, or 0, (songs, parts, ticks)."""
        return self._stretch[0]

    @cached_property
    def started(self) -> Ints:
        """Lengths of what begins at every tick, or 0, (songs, parts, ticks)."""
        return self._stretch[1]

    @cached_property
    def pitch(self) -> Ints:
        """Pitches + 1 as in home key, at every slot, or 0, (songs, parts, slots)."""
        pitch = self.sounding[:, :, ::_STEP]
        return np.asarray(pitch - self.context.tonic()[:, None, None] * (pitch > 0))

    @cached_property
    def degree(self) -> Ints:
        """Semitones above C, or `_SILENT`, (songs, parts, slots)."""
        return np.where(self.pitch > 0, (self.pitch - 1) % 12, _SILENT)

    @cached_property
    def begins(self) -> Ints:
        """1 where a part begins a note, (songs, parts, slots)."""
        songs, parts, _ = self.started.shape
        struck = (self.started.reshape(songs, parts, -1, _STEP) > 0).any(3)
        return np.asarray(struck.astype(np.int64))

    @cached_property
    def rhythm(self) -> tuple[Ints, Ints]:
        """Where each part begins notes in the beat before, and in this one, (songs, parts)."""
        return _packed(self.begins[:, :, _BEFORE], 2), _packed(self.begins[:, :, _NOW], 2)

    @cached_property
    def cells(self) -> tuple[Ints, Ints]:
        """What each part does in the beat before, and in this one, (songs, parts)."""
        both = self.degree * 2 + self.begins
        return _packed(both[:, :, _BEFORE], 32), _packed(both[:, :, _NOW], 32)

    @cached_property
    def heads(self) -> Ints:
        """Pitches + 1 as in home key when each beat begins, (songs, parts, beats)."""
        return np.asarray(self.pitch[:, :, _HEADS])

    @cached_property
    def steps(self) -> Ints:
        """How far each part moves from the beat before to this one, (songs, parts), from 0 on."""
        steps = self.heads[:, :, 2] - self.heads[:, :, 1]
        return np.asarray(np.clip(steps, -_WIDEST, _WIDEST) + _WIDEST)

    @cached_property
    def chord(self) -> Ints:
        """What sounds together at each slot, and its bass, as one number, (songs, slots)."""
        bits = np.where(self.pitch > 0, 1 << self.degree, 0)
        return np.asarray(np.bitwise_or.reduce(bits, axis=1) * 16 + self.degree[:, -1])

    @cached_property
    def place(self) -> tuple[Ints, Ints]:
        """The beat of the bar, and the beats left of the phrase, (songs,) each."""
        return self.context.beat_at(self.end - TICKS_PER_BEAT)


class _Found:
    """Turns as they are found, hashed."""

    def __init__(self, songs: int) -> None:
        self._songs = songs
        self._columns: list[NDArray[np.uint64]] = []

    def of_song(self, kind: str, *values: Any) -> None:
        """One turn; each of ``values`` is (songs,) or one number."""
        self._columns.append(mixed(kind, (self._songs,), values)[:, None])

    def of_parts(self, kind: str, *values: Ints) -> None:
        """One turn a part; each of ``values`` is (songs, parts), or (songs, 1)."""
        own = np.arange(values[0].shape[1])[None]
        shape = np.broadcast_shapes(own.shape, *(value.shape for value in values))
        self._columns.append(mixed(kind, shape, (own, *values)))

    def hashed(self) -> Ints:
        return (np.concatenate(self._columns, 1) % np.uint64(BUCKETS)).astype(np.int64)


def _of_parts(read: _Read, found: _Found) -> None:
    before, now = read.cells
    rhythms = read.rhythm
    beat, minor = read.place[0][:, None], read.context.is_minor()[:, None]
    moves = np.clip(np.diff(read.pitch[:, :, SLOTS:], axis=2), -_WIDEST, _WIDEST) + _WIDEST
    found.of_parts("cell", now, beat)
    found.of_parts("cells", now, before)
    found.of_parts("line", *np.moveaxis(read.degree[:, :, _HEADS], 2, 0), minor)
    found.of_parts("shape", _packed(moves, 32), *rhythms)
    found.of_parts("begins", *rhythms, beat)


def _of_pairs(read: _Read, found: _Found) -> None:
    pitch, (_, now), (_, rhythm) = read.pitch, read.cells, read.rhythm
    for one, other in combinations(range(pitch.shape[1]), 2):
        both = (pitch[:, one] > 0) & (pitch[:, other] > 0)
        apart = np.where(both, (pitch[:, one] - pitch[:, other]) % 12, _SILENT)  # (songs, slots)
        two = 16 * one + other
        heads = apart[:, _HEADS[1]], apart[:, _HEADS[2]]
        found.of_song("move", two, *heads, read.steps[:, one], read.steps[:, other])
        found.of_song("within", two, _packed(apart[:, _NOW], 16), rhythm[:, one], rhythm[:, other])
        found.of_song("both", two, now[:, one], now[:, other])


def _of_chords(read: _Read, found: _Found) -> None:
    first, was, at = (read.chord[:, head] for head in _HEADS)
    was_half, half = (read.chord[:, head + _HALF] for head in _HEADS[1:])
    top, bass = read.degree[:, 0], read.degree[:, -1]
    beat, together = read.place[0], _packed(read.rhythm[1], 16)
    found.of_song("chord", at, beat, read.context.is_minor())
    found.of_song("top", at, top[:, _HEADS[2]])
    found.of_song("change", was, at)
    found.of_song("change from the half", was_half, at)
    found.of_song("change within", at, half, together)
    found.of_song("three", first, was, at)
    found.of_song("bass", *(bass[:, head] for head in _HEADS), beat)
    outer = (line[:, head] for line in (bass, top) for head in _HEADS[1:])
    found.of_song("outer", *outer)


def _of_voicing(read: _Read, found: _Found) -> None:
    upward = read.heads[:, ::-1, 2]  # from the bass
    steps = _packed(read.steps, 32)
    gaps = np.clip(np.diff(upward, axis=1), -8, 23) + 8
    found.of_song("lie", _packed(gaps, 32))
    upper = np.diff(upward[:, 1:], axis=1) % 12
    found.of_song("lie above", _packed(upper, 16), read.degree[:, -1, _HEADS[2]])
    found.of_song("lead", steps)
    found.of_song("lead from", steps, read.chord[:, _HEADS[1]])


def _of_phrase(read: _Read, found: _Found) -> None:
    beat, left = read.place
    earlier, together = (_packed(own, 16) for own in read.rhythm)
    was, at = read.chord[:, _HEADS[1]], read.chord[:, _HEADS[2]]
    top = read.degree[:, 0]
    found.of_song("rhythm", together, beat)
    found.of_song("rhythms", together, earlier)
    found.of_song("phrase", left, at)
    found.of_song("phrase change", left, was, at)
    found.of_song("phrase rhythm", left, together)
    found.of_song("phrase top", left, top[:, _HEADS[1]], top[:, _HEADS[2]])


def _of_repeats(read: _Read, found: _Found) -> None:
    own = slice((BEATS - 1) * TICKS_PER_BEAT, None)
    for bars in LOOKBACK_BARS[:3]:
        then = read.end - bars * read.context.bar_length(read.end - TICKS_PER_BEAT)
        heard, struck = read.context.stretch(then, TICKS_PER_BEAT)
        same = (heard[:, :, ::_STEP] == read.sounding[:, :, own][:, :, ::_STEP]).all(2)
        alike = ((struck > 0) == (read.started[:, :, own] > 0)).all(2)
        code = np.where(then >= TICKS_PER_BEAT, _packed(same * 2 + alike, 4), -1)
        found.of_song("again", bars, code)
        found.of_song("again at", bars, code, read.place[0])


def _packed(values: Ints, base: int) -> Ints:
    """The numbers of the last axis as one, each below ``base``; what is too long wraps round."""
    packed = np.zeros(values.shape[:-1], np.int64)
    for i in range(values.shape[-1]):
        packed = packed * base + values[..., i]
    return packed
