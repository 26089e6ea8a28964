"""What a network does too often or too seldom, note by note, and its correction while it writes.

A network that has learned from few pieces gives what hardly ever happens, such as a leap of a
seventh or a clash that is leapt into, too much of its probability; over a whole section that is
heard. So notes of its own songs are compared with notes of the pieces it learned from by a
logistic regression over a few features of a note among its neighbours; what this finds, the log
odds that a note with these features is a human's, is added to the pitches' logits. It is a ratio
of densities (Sugiyama et al. 2012), so that a feature which occurs as often as it should is left
alone.

Features are switches: each note turns a few of them on. They are numbered as in `Switches`. Some
tell how familiar the note is among its neighbours (`musegen.familiarity`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.arrays import arrays_of, write_arrays
from musegen.counterpoint import Neighbours
from musegen.density import STREAK, STREAKS, followed, numbered, worths
from musegen.encoding import Field
from musegen.familiarity import LEVELS, Familiarity, Lookups, keys_of, kinds, levels_among
from musegen.layout import LOOKBACK_BARS
from musegen.rhythm_correction import RhythmCorrection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from musegen.song import Song

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float32]

WIDEST_STEP = 16
_STEPS = 2 * WIDEST_STEP + 3
_CURVES = 7
"""Kinds of steps: leap, third and step down, none, step, third and leap up."""

STEP_SEMITONES = 2

_STEP = np.arange(-128, 129)
_NO_STEP = 128
_PLACE = np.clip(_STEP, -WIDEST_STEP - 1, WIDEST_STEP + 1) + WIDEST_STEP + 1
_KIND = np.searchsorted((-4, -2, 0, 1, 3, 5), _STEP, "right").astype(np.int64)
_IS_LEAP = (np.abs(_STEP) > STEP_SEMITONES).astype(np.int64)
"""Of a step in semitones, plus `_NO_STEP`: to look it up costs a fraction of working it out."""

_SONORITIES = 1 << 11
_HIGH = 4
_REGISTERS = 128 // _HIGH
"""Registers of a major third each."""

_BEYOND = 7


@dataclass(frozen=True)
class Switches:
    """Which numbers a note's features have, for songs of ``parts`` parts.

    One *step* from the part's last note, one *curve* (two kinds of steps on end), one *return* to
    the note before, one *degree* of the scale by mode, one *sound* against each other part
    (interval, whether leapt into, whether on a beat) and how the sound before is *left* (interval,
    kind of step), one for the *sonority* (intervals above the lowest note that sounds), one for
    *parallels*; for each look-back one *echo* (whether the part has the same pitch again), one
    *streak* (the same, by how long the song has matched itself) and one *shape* (whether it has the
    same step again); one for the *range* (how far beyond what the part had lately); one for each
    way in which it is *familiar*; within a chord one for its *stack* (the interval from the chord's
    note before) and one for the step from the *top* of the part's onset before; one for each
    *hidden* note, of a chord but not its last (interval, whether on a beat, whether this one stands
    within a chord); one for the *register* (major thirds above MIDI 0).
    """

    parts: int

    @cached_property
    def starts(self) -> dict[str, int]:
        sizes = {
            "step": self.parts * _STEPS,
            "curve": self.parts * _CURVES * _CURVES,
            "return": self.parts * 2,
            "degree": self.parts * 2 * 12,
            "sound": self.parts * self.parts * 12 * 2 * 2,
            "parallels": 2,
            "left": self.parts * self.parts * 12 * _CURVES,
            "echo": self.parts * len(LOOKBACK_BARS) * 2,
            "streak": len(LOOKBACK_BARS) * STREAKS * 2,
            "shape": self.parts * len(LOOKBACK_BARS) * 2,
            "range": self.parts * (2 * _BEYOND + 1),
            "sonority": self.parts * 2 * _SONORITIES if self.parts > 1 else 0,
            "familiar": kinds(self.parts) * self.parts * LEVELS,
            "stack": self.parts * _STEPS,
            "hidden": self.parts * 12 * 2 * 2 if self.parts > 1 else 0,
            "top": self.parts * _STEPS,
            "register": self.parts * _REGISTERS,
        }
        return numbered(sizes)

    @property
    def count(self) -> int:
        """Features, the one for *nothing* included, which is the last."""
        return self.starts["nothing"] + 1

    def on(self, near: Neighbours, pitches: Ints, levels: Ints) -> Ints:
        """Features of notes with these ``pitches`` (B or 1, N): (B, N, K) numbers.

        Parameters
        ----------
        levels
            How familiar each is, (B, N, kinds); see `musegen.familiarity`.
        """
        more = self.familiar(near.part[:, None], levels)
        return np.concatenate([self.near(near, pitches), more], 2)

    def familiar(self, part: Ints, levels: Ints) -> Ints:
        """Features of how familiar notes of ``part`` (B, 1) are, (B, N, kinds)."""
        kind = np.arange(levels.shape[2])
        place = (kind * self.parts + part[:, :, None]) * LEVELS
        number = self.starts["familiar"] + place + levels
        return np.where(levels >= 0, number, self.starts["nothing"]).astype(np.int64)

    def near(self, near: Neighbours, pitches: Ints) -> Ints:
        """As `on`, all but how familiar they are."""
        last = near.last[:, None] - 1
        step = np.where(last >= 0, pitches - last, 0)  # (B, N)
        columns = [*self._line(near, pitches, step), self._range(near, pitches)]
        columns += [self._stack(near, step), self._top(near, pitches)]
        columns.append(self.starts["register"] + near.part[:, None] * _REGISTERS + pitches // _HIGH)
        if self.parts > 1:
            columns.append(self._sonority(near, pitches))
        own = np.stack([np.broadcast_to(column, step.shape) for column in columns], 2)
        rest = [self._echoes(near, pitches, step), self._sounds(near, pitches, step)]
        if self.parts > 1:
            rest.append(self._hidden(near, pitches))
        return np.concatenate([own, *rest], 2)

    def _line(self, near: Neighbours, pitches: Ints, step: Ints) -> list[Ints]:
        """What the note is after those of its own part, (B, N) or (B, 1) each."""
        starts, nothing, part = self.starts, self.starts["nothing"], near.part[:, None]
        last, before = near.last[:, None] - 1, near.before[:, None] - 1
        step_before = np.where(before >= 0, last - before, 0)
        curve = (part * _CURVES + _KIND[step_before + _NO_STEP]) * _CURVES + _KIND[step + _NO_STEP]
        place = part * _STEPS + _PLACE[step + _NO_STEP]
        degree = (part * 2 + near.is_minor[:, None]) * 12 + pitches % 12
        is_parallel = np.take_along_axis(near.parallel, np.broadcast_to(pitches, step.shape), 1)
        return [
            np.where(last >= 0, starts["step"] + place, nothing),
            np.where(before >= 0, starts["curve"] + curve, nothing),
            np.where(before >= 0, starts["return"] + part * 2 + (pitches == before), nothing),
            starts["degree"] + degree,
            starts["parallels"] + is_parallel.astype(np.int64),
        ]

    def _range(self, near: Neighbours, pitches: Ints) -> Ints:
        """How far it goes beyond what its part had lately, (B, N)."""
        high, low = near.high[:, None] - 1, near.low[:, None] - 1
        beyond = np.maximum(pitches - high, 0) + np.minimum(pitches - low, 0)
        beyond = np.minimum(np.maximum(beyond, -_BEYOND), _BEYOND) + _BEYOND
        number = self.starts["range"] + near.part[:, None] * (2 * _BEYOND + 1) + beyond
        return np.where(high >= 0, number, self.starts["nothing"])

    def _stack(self, near: Neighbours, step: Ints) -> Ints:
        """The interval from the chord's last note, (B, N): within a chord it is no step."""
        number = self.starts["stack"] + near.part[:, None] * _STEPS + _PLACE[step + _NO_STEP]
        return np.where(near.is_stacked[:, None] > 0, number, self.starts["nothing"])

    def _top(self, near: Neighbours, pitches: Ints) -> Ints:
        """The step from the top of the part's chord before, (B, N): where chords go on top."""
        before = near.top_before[:, None] - 1
        step = np.where(before >= 0, pitches - before, 0)
        number = self.starts["top"] + near.part[:, None] * _STEPS + _PLACE[step + _NO_STEP]
        is_on = (near.is_stacked[:, None] > 0) & (before >= 0)
        return np.where(is_on, number, self.starts["nothing"])

    def _sonority(self, near: Neighbours, pitches: Ints) -> Ints:
        """The intervals above the lowest part that sounds, (B, N)."""
        place = (near.part * 2 + near.is_on_beat)[:, None] * _SONORITIES
        return self.starts["sonority"] + place + _sonority(near, pitches)

    def _hidden(self, near: Neighbours, pitches: Ints) -> Ints:
        """Which chord notes sound 0 to 11 semitones below it, whatever the octave, (B, N, 12)."""
        starts, semitones = self.starts, np.arange(12)
        place = (near.part * 2 + near.is_on_beat) * 2 + near.is_stacked
        number = starts["hidden"] + place[:, None, None] * 12 + semitones
        heard = np.where(near.sounding > 0, 1 << ((near.sounding - 1) % 12), 0)
        hidden = near.chord & ~np.bitwise_or.reduce(heard, axis=1)
        sounds = hidden[:, None, None] >> ((pitches[:, :, None] - semitones) % 12) & 1
        return np.where(sounds > 0, number, starts["nothing"])

    def _echoes(self, near: Neighbours, pitches: Ints, step: Ints) -> Ints:
        """Whether it is as its part was bars ago, (B, N, 3 · look-backs)."""
        starts, nothing, backs = self.starts, self.starts["nothing"], len(LOOKBACK_BARS)
        echo, echo_before = near.echoes[:, None], near.echoes_before[:, None]  # (B, 1, look-backs)
        back = np.arange(backs)
        place = 2 * (near.part[:, None, None] * backs + back)
        streak = 2 * (back * STREAKS + STREAK[near.matched][:, None])
        same = pitches[:, :, None] == echo - 1
        same_step = step[:, :, None] == echo - echo_before
        is_shape = (echo > 0) & (echo_before > 0) & (near.last[:, None, None] > 0)
        return np.concatenate(
            [
                np.where(echo > 0, starts["echo"] + place + same, nothing),
                np.where(echo > 0, starts["streak"] + streak + same, nothing),
                np.where(is_shape, starts["shape"] + place + same_step, nothing),
            ],
            2,
        )

    def _sounds(self, near: Neighbours, pitches: Ints, step: Ints) -> Ints:
        """How it sounds against each part, and how the sound before is left, (B, N, 2 · parts)."""
        starts, nothing, others = self.starts, self.starts["nothing"], np.arange(self.parts)
        part, last = near.part[:, None, None], near.last[:, None, None] - 1
        sound, sound_before = near.sounding[:, None], near.sounding_before[:, None]  # (B, 1, parts)
        pair = (part * self.parts + others) * 12
        is_leap, kind = _IS_LEAP[step + _NO_STEP], _KIND[step + _NO_STEP]
        now = (pair + (pitches[:, :, None] - sound + 1) % 12) * 4 + (
            2 * is_leap + near.is_on_beat[:, None]
        )[:, :, None]
        left = (pair + (last - sound_before + 1) % 12) * _CURVES + kind[:, :, None]
        is_other = part != others
        is_left = (sound_before > 0) & (last >= 0) & is_other
        return np.concatenate(
            [
                np.where((sound > 0) & is_other, starts["sound"] + now, nothing),
                np.where(is_left, starts["left"] + left, nothing),
            ],
            2,
        )


@lru_cache
def _switches(parts: int) -> Switches:
    """One and the same for every note of songs of ``parts`` parts: its numbers are counted once."""
    return Switches(parts)


def _sonority(near: Neighbours, pitches: Ints) -> Ints:
    """The intervals above the lowest that sounds, as bits, with each of ``pitches``: (B, N)."""
    others = np.where(near.lowest > 0, near.lowest - 1, 128)[:, None]
    root = np.minimum(others, pitches) % 12
    classes = near.chord[:, None] | (1 << (pitches % 12))
    above = ((classes >> root) | (classes << (12 - root))) & 0xFFF
    return np.asarray(above >> 1)


@dataclass(frozen=True)
class Correction:
    """What is added to a pitch's logit for each feature it would turn on, (features,).

    ``familiarity`` is that of the pieces it was learned from; ``rhythm`` is the same for lengths.
    """

    worth: Floats
    familiarity: Familiarity
    rhythm: RhythmCorrection

    def logits(self, near: Neighbours, pitches: Ints) -> Floats:
        """What is added to each of ``pitches`` (B or 1, N) in this neighbourhood, (B, N)."""
        familiar = self.familiarity.levels(keys_of(near, pitches))
        on = _switches(near.sounding.shape[1]).on(near, pitches, familiar)
        return np.asarray(self.worth[on].sum(2))

    def joined(self, other: Correction) -> Correction:
        """Both corrections at once; both have learned from the same pieces."""
        worth, rhythm = self.worth + other.worth, self.rhythm.joined(other.rhythm)
        return Correction(worth, self.familiarity, rhythm)

    def without_lengths(self) -> Correction:
        """The same for pitches alone."""
        silent = replace(self.rhythm, worth=np.zeros_like(self.rhythm.worth))
        return replace(self, rhythm=silent)

    def write(self, path: Path) -> None:
        arrays: dict[str, Any] = {
            "worth": self.worth.astype(np.float32),
            "familiarity": self.familiarity.counts,
            "lengths": self.rhythm.worth.astype(np.float32),
            "seen": self.rhythm.seen,
        }
        write_arrays(path, arrays)

    @classmethod
    def read(cls, path: Path, *, parts: int) -> Correction:
        """What `write` wrote, for songs of ``parts`` parts.

        Raises
        ------
        ModelError
            When the file is missing, damaged or of another version.
        """
        complaint = (
            f"The correction in “{path}” cannot be read; get the file again or make it anew "
            "with “python -m musegen train-critic”."
        )
        with arrays_of(path, complaint) as arrays:
            rhythm = RhythmCorrection(arrays["lengths"], arrays["seen"])
            if arrays["worth"].shape != (Switches(parts).count,) or not rhythm.fits(parts):
                raise ValueError("other features")
            return cls(arrays["worth"], Familiarity(arrays["familiarity"]), rhythm)


@dataclass(frozen=True)
class Heard:
    """The notes of some songs: of each its neighbours' features and what it is looked up by.

    ``on`` (notes, K) are all its switches but the familiar ones; ``keys`` (notes, kinds) as in
    `musegen.familiarity.keys_of`; ``piece`` (notes,) tells whose it is, ``part`` which part's.
    """

    on: Ints
    keys: Ints
    piece: Ints
    part: Ints

    @classmethod
    def of(cls, songs: Sequence[Song]) -> Heard:
        """All notes of ``songs``, which are in home key."""
        switches, found = Switches(len(songs[0].parts)), []
        for context, onset, now, index in followed(songs):
            part, pitches = now[:, Field.PART], now[:, Field.PITCH][:, None]
            near, is_note = Neighbours.of(context, onset, part), index >= 0
            on, keys = switches.near(near, pitches)[is_note, 0], keys_of(near, pitches)[is_note, 0]
            found.append((on, keys, index[is_note], part[is_note]))
        return cls(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def switched(self, switches: Switches, levels: Ints) -> Ints:
        """All switches of each note, with these levels of familiarity (notes, kinds)."""
        more = switches.familiar(self.part[:, None], levels[:, None])[:, 0]
        return np.concatenate([self.on, more], 1)


def lookups(songs: Sequence[Song]) -> Lookups:
    """What all notes of ``songs``, which are in home key, are looked up by."""
    keys, piece = [], []
    for context, onset, now, index in followed(songs):
        near, is_note = Neighbours.of(context, onset, now[:, Field.PART]), index >= 0
        keys.append(keys_of(near, now[:, Field.PITCH][:, None])[is_note, 0])
        piece.append(index[is_note])
    return Lookups(np.concatenate(keys), np.concatenate(piece))


@dataclass(frozen=True)
class Human:
    """What a machine's notes are compared with, round after round.

    ``on`` (notes, K) are all switches of human notes, ``familiarity`` that of their pieces.
    """

    on: Ints
    familiarity: Familiarity

    @classmethod
    def of(cls, heard: Heard, switches: Switches, known: Lookups | None = None) -> Human:
        """How familiar a human note is, is told by the other pieces alone.

        These are the ``known`` ones, of which those that are heard are some, or all.
        """
        own = Lookups(heard.keys, heard.piece)
        known = own if known is None else known
        levels = levels_among(own, known)
        return cls(heard.switched(switches, levels), Familiarity.of(known.keys))


def fit_pitches(human: Human, machine: Heard, switches: Switches) -> Floats:
    """The log odds that a note is a human's, by each of its features."""
    of_machine = machine.switched(switches, human.familiarity.levels(machine.keys))
    return worths(human.on, of_machine, switches.count)
