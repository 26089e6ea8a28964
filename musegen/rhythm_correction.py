"""What a network's note lengths lack, and their correction while it writes.

As `musegen.correction` does for pitches: notes of the network's own songs are compared with human
ones by switches (`musegen.density`), here by a note's length, its place in the bar and phrase, the
lengths before it, and what its part began at the same place 1, 2, 4 and 8 bars ago. One group of
switches hears how familiar the bar's rhythm is up to and with the note: how many of the pieces that
were learned from have it, a human note's own piece left out.

Lengths are ticks as in `musegen.encoding`, `TIED` included.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from musegen.barmap import MAX_BARS_LEFT, MAX_POSITION, METRES
from musegen.density import STREAK, STREAKS, followed, numbered, worths
from musegen.encoding import MAX_DURATION, TIED, Field
from musegen.layout import LOOKBACK_BARS
from musegen.song import TICKS_PER_BEAT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from musegen.context import Context
    from musegen.song import Song

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float32]
    Hashes = NDArray[np.uint64]
    Counts = NDArray[np.uint16]

_NAMED = (1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 30, 36, 48, 72, MAX_DURATION, TIED)
_CLASSES = len(_NAMED) + 1
_CLASS = np.zeros(TIED + 1, np.int64)
_CLASS[list(_NAMED)] = np.arange(1, _CLASSES)
"""Lengths told apart; 0 is any other."""

_PLACES = MAX_POSITION + 1
_COARSE = 6
"""Near the end of a section, places are told apart by the eighth."""

_NEAR_END = 6
_LEVELS = 8
_LEVEL = np.ceil(np.log2(np.arange(1, 2 ** (_LEVELS - 2) + 2))).astype(np.int64)
"""Of a number of pieces, its class; more than are listed are of the last."""

BUCKETS = 1 << 15
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_PLACE_FACTORS = np.arange(1, 2 * _PLACES, 2, dtype=np.uint64) * _FACTOR
"""A bar's rhythm is hashed as the sum of its lengths, each times its place's odd factor."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where each of B songs is to begin a note, as far as lengths hear it, (B,) each.

    ``last`` and ``before`` are the classes of the part's last two lengths, plus one, or 0;
    ``together`` is the length of a note that it has just begun at the same onset, or 0.
    ``echoes`` (B, look-backs) are the lengths it began at the same place 1, 2, 4, 8 bars ago, or 0;
    ``alike`` (B, look-backs) is 1 where the bar had the same rhythm so far; ``streak`` is for how
    long the notes have been the same, in classes; ``rhythm`` is a hash of metre, place and rhythm
    so far.
    """

    part: Ints
    metre: Ints
    position: Ints
    last: Ints
    before: Ints
    together: Ints
    end: Ints
    beats_left: Ints
    echoes: Ints
    alike: Ints
    streak: Ints
    rhythm: Hashes

    @classmethod
    def of(cls, context: Context, onset: Ints, part: Ints) -> Place:
        """For a note of ``part`` (B,) at tick ``onset`` (B,)."""
        own, rows = np.minimum(part, context.layout.parts - 1), np.arange(len(part))
        at = np.minimum(onset, context.started.shape[2] - 1)
        position, bars_left, beats_left = context.place(at).T
        metre = context.metre[rows, at]
        bars = at[:, None] - np.array((0, *LOOKBACK_BARS)) * context.bar_ticks[rows, at][:, None]
        started = context.started[rows[:, None], own[:, None], np.maximum(bars[:, 1:], 0)]
        hashes = _rhythms(context, own, bars, position)
        last, before = context.last_length[rows, own], context.length_before[rows, own]
        return cls(
            part=own,
            metre=metre,
            position=position,
            last=np.where(last > 0, _CLASS[last] + 1, 0),
            before=np.where(before > 0, _CLASS[before] + 1, 0),
            together=np.where(context.last_onset[rows, own] == onset, last, 0),
            end=np.select([bars_left == MAX_BARS_LEFT + 3, bars_left == 1], [2, 1], 0),
            beats_left=np.minimum(beats_left, _NEAR_END - 1),
            echoes=np.where(bars[:, 1:] >= 0, started, 0).astype(np.int64),
            alike=(hashes[:, 1:] == hashes[:, :1]).astype(np.int64),
            streak=STREAK[context.match],
            rhythm=_mixed(hashes[:, 0], metre * _PLACES + position),
        )


def _rhythms(context: Context, part: Ints, onsets: Ints, position: Ints) -> Hashes:
    """Hashes of the rhythm of ``part`` (B,) from bar line to each of ``onsets`` (B, N)."""
    place = np.arange(int(position.max(initial=0)))
    ticks = (onsets - position[:, None])[:, :, None] + place  # (B, N, places)
    inside = (ticks >= 0) & (place < position[:, None, None])
    rows = np.arange(len(part))[:, None, None]
    lengths = context.started[rows, part[:, None, None], np.maximum(ticks, 0)]
    heard = np.where(inside, lengths, 0).astype(np.uint64)
    return np.asarray((heard * _PLACE_FACTORS[: len(place)]).sum(2, dtype=np.uint64))


def _mixed(rhythm: Hashes, value: Ints) -> Hashes:
    total = (rhythm ^ value.astype(np.uint64)) * _FACTOR
    return np.asarray(total ^ (total >> np.uint64(29)))


def _bucket(rhythm: Hashes, lengths: Ints) -> Ints:
    """Of a rhythm that goes on with each of ``lengths``; 0 stands for any."""
    return np.asarray(_mixed(rhythm, lengths) % np.uint64(BUCKETS)).astype(np.int64)


@dataclass(frozen=True)
class LengthSwitches:
    """Which numbers a note's switches have, for songs of ``parts`` parts.

    What a note's length is heard with: its *place* in the bar by metre, what it comes *after* by
    place in the beat, the *pair* of lengths before it, how near the *end* of its section and of its
    *phrase* it is, the note it begins *together* with, what it *echoes*, for how long that has been
    a *streak*, how *familiar* the bar's rhythm is. *where* and *was* are on whatever the length is:
    so what differs in how often a note begins there is not laid to its length.
    """

    parts: int

    @cached_property
    def starts(self) -> dict[str, int]:
        before, coarse = _CLASSES + 1, MAX_POSITION // _COARSE + 1
        was = self.parts * before * TICKS_PER_BEAT
        where = (len(METRES) + 1) * _PLACES
        return numbered(
            {
                "where": where,
                "place": where * _CLASSES,
                "was": was,
                "after": was * _CLASSES,
                "pair": self.parts * before * before * _CLASSES,
                "end": 3 * coarse * _CLASSES,
                "phrase": _NEAR_END * _CLASSES,
                "together": self.parts * 2,
                "echo": len(LOOKBACK_BARS) * 2 * 2,
                "streak": len(LOOKBACK_BARS) * STREAKS * 2,
                "familiar": _LEVELS * _LEVELS,
            }
        )

    @property
    def count(self) -> int:
        """Switches, the one for *nothing* included, which is the last."""
        return self.starts["nothing"] + 1

    def on(self, near: Place, lengths: Ints, seen: Counts, *, own_pieces: int = 0) -> Ints:
        """Switches of notes of these ``lengths`` (B or 1, N): (B, N, K) numbers.

        Parameters
        ----------
        seen
            In how many pieces each rhythm is, (buckets,), from `seen_in`.
        own_pieces
            1 where the notes are of one of those pieces themselves.
        """
        starts, nothing = self.starts, self.starts["nothing"]
        kind, before = _CLASS[lengths], _CLASSES + 1
        coarse = MAX_POSITION // _COARSE + 1
        where = near.metre * _PLACES + near.position
        was = (near.part * before + near.last) * TICKS_PER_BEAT + near.position % TICKS_PER_BEAT
        pair = (near.part * before + near.before) * before + near.last
        end = near.end * coarse + near.position // _COARSE
        together = near.together[:, None]
        columns = [
            starts["where"] + where[:, None],
            starts["place"] + where[:, None] * _CLASSES + kind,
            starts["was"] + was[:, None],
            starts["after"] + was[:, None] * _CLASSES + kind,
            starts["pair"] + pair[:, None] * _CLASSES + kind,
            starts["end"] + end[:, None] * _CLASSES + kind,
            starts["phrase"] + near.beats_left[:, None] * _CLASSES + kind,
            np.where(
                together > 0,
                starts["together"] + near.part[:, None] * 2 + (lengths == together),
                nothing,
            ),
            *self._echoes(near, lengths),
            starts["familiar"] + _familiar(near, lengths, seen, own_pieces),
        ]
        shape = np.broadcast_shapes(lengths.shape, (len(near.part), 1))
        return np.stack([np.broadcast_to(c, shape) for c in columns], 2).astype(np.int64)

    def _echoes(self, near: Place, lengths: Ints) -> list[Ints]:
        starts, nothing = self.starts, self.starts["nothing"]
        columns = []
        for back in range(len(LOOKBACK_BARS)):
            echo, alike = near.echoes[:, back][:, None], near.alike[:, back][:, None]
            streak, same = near.streak[:, back][:, None], lengths == echo
            found = starts["echo"] + (back * 2 + alike) * 2 + same
            columns.append(np.where(echo > 0, found, nothing))
            found = starts["streak"] + (back * STREAKS + streak) * 2 + same
            columns.append(np.where(echo > 0, found, nothing))
        return columns


@lru_cache
def _switches(parts: int) -> LengthSwitches:
    """One and the same for every note of songs of ``parts`` parts: its numbers are counted once."""
    return LengthSwitches(parts)


def _familiar(near: Place, lengths: Ints, seen: Counts, own_pieces: int) -> Ints:
    """In how many pieces the rhythm so far is, and in how many it goes on like that, in classes."""
    pieces = [
        np.maximum(seen[_bucket(near.rhythm[:, None], which)].astype(np.int64) - own_pieces, 0)
        for which in (np.zeros((1, 1), np.int64), lengths)
    ]
    so_far, goes_on = (_LEVEL[np.minimum(n, len(_LEVEL) - 1)] for n in pieces)
    return np.asarray(so_far * _LEVELS + goes_on)


@dataclass(frozen=True)
class RhythmCorrection:
    """What is added to a length's logit for each switch it would turn on, (switches,).

    ``seen`` (buckets,) is in how many pieces each rhythm of a bar is.
    """

    worth: Floats
    seen: Counts

    @classmethod
    def silent(cls, parts: int, seen: Counts) -> RhythmCorrection:
        """One that leaves lengths alone."""
        return cls(np.zeros(LengthSwitches(parts).count, np.float32), seen)

    def logits(self, context: Context, onset: Ints, part: Ints, lengths: Ints) -> Floats:
        """What is added to each of ``lengths`` (N,) for a note of ``part`` at ``onset``, (B, N)."""
        near = Place.of(context, onset, part)
        on = _switches(context.layout.parts).on(near, lengths[None], self.seen)
        return np.asarray(self.worth[on].sum(2))

    def joined(self, other: RhythmCorrection) -> RhythmCorrection:
        """Both corrections, which have seen the same pieces, at once."""
        return RhythmCorrection(self.worth + other.worth, self.seen)

    def fits(self, parts: int) -> bool:
        """Whether it is one for songs of ``parts`` parts."""
        return self.worth.shape == (LengthSwitches(parts).count,) and self.seen.shape == (BUCKETS,)


def seen_in(songs: Sequence[Song]) -> Counts:
    """In how many of ``songs`` the rhythm of a bar goes on in each way, (buckets,)."""
    found = []
    for context, onset, now, index in followed(songs):
        near = Place.of(context, onset, now[:, Field.PART])
        for lengths in (now[:, Field.DURATION], np.zeros(len(now), np.int64)):
            bucket = _bucket(near.rhythm, lengths)
            found.append((index * BUCKETS + bucket)[index >= 0])
    buckets = np.unique(np.concatenate(found)) % BUCKETS
    return np.bincount(buckets, minlength=BUCKETS).clip(max=2**16 - 1).astype(np.uint16)


def lengths_switched_on(songs: Sequence[Song], seen: Counts, *, own_pieces: int) -> Ints:
    """The switches of every note of ``songs``: (notes, K) numbers; see `LengthSwitches.on`."""
    switches, found = LengthSwitches(len(songs[0].parts)), []
    for context, onset, now, index in followed(songs):
        near = Place.of(context, onset, now[:, Field.PART])
        on = switches.on(near, now[:, Field.DURATION][:, None], seen, own_pieces=own_pieces)
        found.append(on[index >= 0, 0])
    return np.concatenate(found)


def fit_rhythm(human: Ints, machine: Ints, parts: int, seen: Counts) -> RhythmCorrection:
    """The log odds that a note is a human's, by its switches, as a correction.

    Parameters
    ----------
    human, machine
        Switches of notes, (notes, K), from `lengths_switched_on`.
    """
    return RhythmCorrection(worths(human, machine, LengthSwitches(parts).count), seen)
