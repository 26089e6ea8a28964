"""How familiar a note is among its neighbours: how often the training pieces had the like.

Each note is looked up several ways: by the harmony that it makes of the one before, by its part's
last two steps and its degree, and by the intervals to each other part before and now. An answer is
a *level*, from never heard to very often. What a network does too often is, above all, what
nobody ever did; of that there are so many kinds that none can be learned by itself, but that it is
unheard can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musegen.counterpoint import Neighbours

    Ints = NDArray[np.int64]

BUCKETS = 1 << 22
"""Keys are hashed: with some 160,000 that occur, one unheard in 25 is taken for a heard one."""

BOUNDS = np.array([1, 2, 3, 5, 9, 17, 33, 65, 129])
LEVELS = len(BOUNDS) + 1
"""Level 0: never heard; 1: once; … 9: more than 128 times."""

_MOST = 255
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MELODY, _HARMONY, _PAIR = range(3)
_WIDEST = 16
_LEAP = 3


def kinds(parts: int) -> int:
    """How many ways a note is looked up in songs of ``parts`` parts."""
    return 1 if parts == 1 else 2 + parts


def keys_of(near: Neighbours, pitches: Ints) -> Ints:
    """What notes with these ``pitches`` (B or 1, N) are looked up by, (B, N, kinds); -1: nothing.

    One by melody; with several parts one by harmony and one for each part by pairs.
    """
    part, last, before = near.part[:, None], near.last[:, None], near.before[:, None]
    minor = near.is_minor[:, None]
    step = _bounded(pitches + 1 - last, _WIDEST)
    melody = _hashed(_MELODY, part, _bounded(last - before, _WIDEST), step, pitches % 12, minor)
    found = [np.where((last > 0) & (before > 0), melody, -1)[:, :, None]]
    if near.sounding.shape[1] > 1:
        then, now = near.chord_before[:, None], near.chord[:, None]
        harmony = _hashed(_HARMONY, then, now | (1 << (pitches % 12)), near.is_on_beat[:, None])
        found += [np.where(then > 0, harmony, -1)[:, :, None], _pairs(near, pitches, step)]
    return np.concatenate(found, 2)


def _pairs(near: Neighbours, pitches: Ints, step: Ints) -> Ints:
    """By the intervals to each part, (B, N, parts)."""
    part, last = near.part[:, None, None], near.last[:, None, None]
    sound, sound_before = near.sounding[:, None], near.sounding_before[:, None]  # (B, 1, parts)
    others, above = np.arange(sound.shape[2]), pitches[:, :, None] + 1 - sound
    beside = above % 12 + 12 * (above < 0)
    beside_before = (last - sound_before) % 12 + 12 * (last < sound_before)
    moved = _bounded(sound - sound_before, _LEAP)
    pair = part * len(others) + others
    keys = _hashed(_PAIR, pair, beside_before, beside, step[:, :, None], moved)
    return np.where((sound > 0) & (sound_before > 0) & (last > 0) & (part != others), keys, -1)


def _bounded(values: Ints, most: int) -> Ints:
    return np.minimum(np.maximum(values, -most), most)


def _hashed(*values: Ints | int) -> Ints:
    total = np.zeros((), np.uint64)
    with np.errstate(over="ignore"):
        for value in values:
            mixed = (total ^ np.asarray(value).astype(np.uint64)) * _FACTOR
            total = mixed ^ (mixed >> np.uint64(29))
    return (np.asarray(total) % np.uint64(BUCKETS)).astype(np.int64)


@dataclass(frozen=True)
class Familiarity:
    """How often each key occurred, (buckets,), 255 at most.

    There are `BUCKETS` of them, or in a model of an older version a power of two that is less.
    """

    counts: NDArray[np.uint8]

    @classmethod
    def of(cls, keys: Ints) -> Familiarity:
        """Of the notes of human pieces, (notes, kinds)."""
        counts = np.bincount(keys[keys >= 0], minlength=BUCKETS)
        return cls(np.minimum(counts, _MOST).astype(np.uint8))

    def levels(self, keys: Ints) -> Ints:
        """How familiar each key is; -1 stays -1."""
        levels = np.searchsorted(BOUNDS, self.counts[keys % len(self.counts)], "right")
        return np.where(keys >= 0, levels, -1)


class Lookups(NamedTuple):
    """What notes are looked up by, ``keys`` (notes, kinds), and which ``piece`` (notes,) each is from."""

    keys: Ints
    piece: Ints


def levels_among(notes: Lookups, known: Lookups) -> Ints:
    """How familiar each of ``notes`` is by all ``known`` pieces but its own, (notes, kinds).

    The same number stands for the same piece in both.
    """
    total = np.bincount(known.keys[known.keys >= 0], minlength=BUCKETS)
    counts = total[notes.keys]
    for piece in np.unique(notes.piece):
        own = known.keys[known.piece == piece]
        heard, times = np.unique(own[own >= 0], return_counts=True)
        rows = notes.piece == piece
        at = np.searchsorted(heard, notes.keys[rows]).clip(max=max(0, len(heard) - 1))
        if len(heard):
            counts[rows] -= np.where(heard[at] == notes.keys[rows], times[at], 0)
    return np.where(notes.keys >= 0, np.searchsorted(BOUNDS, counts, "right"), -1)
