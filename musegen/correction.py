"""What a network does too often or too seldom, note by note, and its correction while it writes.

A network that has learned from few pieces gives what hardly ever happens, such as a leap of a
seventh or a clash that is leapt into, too much of its probability; over a whole section that is
heard. So notes of its own songs are compared with notes of the pieces it learned from by a
logistic regression over a few features of a note among its neighbours; what this finds, the log
odds that a note with these features is a human's, is added to the pitches' logits. It is a ratio
of densities (Sugiyama et al. 2012), so that a feature which occurs as often as it should is left alone.

Features are switches: each note turns a few of them on. They are numbered as in `Switches`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from musegen.context import LOOKBACK_BARS, Context
from musegen.counterpoint import Neighbours
from musegen.density import STREAK, STREAKS, followed, numbered, worths
from musegen.encoding import Field
from musegen.errors import ModelError
from musegen.files import write_whole
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

_KIND_BOUNDS = (-4, -2, 0, 1, 3, 5)
STEP_SEMITONES = 2


@dataclass(frozen=True)
class Switches:
    """Which numbers a note's features have, for songs of ``parts`` parts.

    One *step* from the part's last note, one *curve* (two kinds of steps on end), one *return* to
    the note before, one *degree* of the scale by mode, one *sound* against each other part
    (interval, whether leapt into, whether on a beat), one for *parallels*, one *echo* for each
    look-back (whether the part has the same pitch again), one *streak* for each look-back (the
    same, by how long the song has matched itself).
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
            "echo": len(LOOKBACK_BARS) * 2,
            "streak": len(LOOKBACK_BARS) * STREAKS * 2,
        }
        return numbered(sizes)

    @property
    def count(self) -> int:
        """Features, the one for *nothing* included, which is the last."""
        return self.starts["nothing"] + 1

    def on(self, near: Neighbours, pitches: Ints) -> Ints:
        """Features of notes with these ``pitches`` (B or 1, N): (B, N, K) numbers."""
        starts, nothing = self.starts, self.starts["nothing"]
        part, last = near.part[:, None], near.last[:, None] - 1
        has_last, has_before = near.last[:, None] > 0, near.before[:, None] > 0
        step = np.where(has_last, pitches - last, 0)
        kind = _kind(step)
        kind_before = _kind(np.where(has_before, last - (near.before[:, None] - 1), 0))
        place = np.clip(step, -WIDEST_STEP - 1, WIDEST_STEP + 1) + WIDEST_STEP + 1
        is_return = pitches == near.before[:, None] - 1
        degree = (part * 2 + near.is_minor[:, None]) * 12 + pitches % 12
        parallel = np.take_along_axis(near.parallel, np.broadcast_to(pitches, step.shape), 1)
        curve = (part * _CURVES + kind_before) * _CURVES + kind
        columns = [
            np.where(has_last, starts["step"] + part * _STEPS + place, nothing),
            np.where(has_before, starts["curve"] + curve, nothing),
            np.where(has_before, starts["return"] + part * 2 + is_return, nothing),
            starts["degree"] + degree,
            starts["parallels"] + parallel,
        ]
        for back in range(len(LOOKBACK_BARS)):
            echo, streak = near.echoes[:, back][:, None], STREAK[near.matched[:, back]][:, None]
            same = pitches == echo - 1
            columns.append(np.where(echo > 0, starts["echo"] + 2 * back + same, nothing))
            number = starts["streak"] + (back * STREAKS + streak) * 2 + same
            columns.append(np.where(echo > 0, number, nothing))
        is_leap = (np.abs(step) > STEP_SEMITONES).astype(np.int64)
        for other in range(self.parts):
            sound = near.sounding[:, other][:, None]
            pair = part * self.parts + other
            where = ((pair * 12 + (pitches - sound + 1) % 12) * 2 + is_leap) * 2
            heard = (sound > 0) & (part != other)
            number = starts["sound"] + where + near.is_on_beat[:, None]
            columns.append(np.where(heard, number, nothing))
        return np.stack([np.broadcast_to(c, step.shape) for c in columns], 2).astype(np.int64)


def _kind(step: Ints) -> Ints:
    return np.searchsorted(_KIND_BOUNDS, step, "right").astype(np.int64)


@dataclass(frozen=True)
class Correction:
    """What is added to a pitch's logit for each feature it would turn on, (features,).

    ``rhythm`` is the same for lengths; None for a model that was made without one.
    """

    worth: Floats
    rhythm: RhythmCorrection | None = None

    def logits(self, context: Context, onset: Ints, part: Ints, pitches: Ints) -> Floats:
        """What is added to each of ``pitches`` (N,) for a note of ``part`` at ``onset``, (B, N)."""
        switches = Switches(context.layout.parts)
        on = switches.on(Neighbours.of(context, onset, part), pitches[None])
        return np.asarray(self.worth[on].sum(2))

    def joined(self, other: Correction) -> Correction:
        """Both corrections at once."""
        rhythm, more = self.rhythm, other.rhythm
        both = rhythm.joined(more) if rhythm is not None and more is not None else rhythm or more
        return Correction(self.worth + other.worth, both)

    def write(self, path: Path) -> None:
        arrays: dict[str, Any] = {"worth": self.worth.astype(np.float32)}
        if self.rhythm is not None:
            arrays |= {"lengths": self.rhythm.worth.astype(np.float32), "seen": self.rhythm.seen}
        buffer = BytesIO()
        np.savez_compressed(buffer, **arrays)
        write_whole(path, buffer.getvalue())

    @classmethod
    def read(cls, path: Path, *, parts: int) -> Correction:
        """What `write` wrote, for songs of ``parts`` parts.

        Raises
        ------
        ModelError
            When the file is missing, damaged or of another version.
        """
        try:
            with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as archive:
                worth, rhythm = _with_streaks(archive["worth"], parts), None
                if "lengths" in archive:
                    rhythm = RhythmCorrection(archive["lengths"], archive["seen"])
            has_rhythm = rhythm is None or rhythm.fits(parts)
            if worth.shape != (Switches(parts).count,) or not has_rhythm:
                raise ValueError("other features")
            return cls(worth, rhythm)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelError(
                f"The correction in “{path}” cannot be read; get the file again or make it anew "
                "with “python -m musegen train-critic”."
            ) from error


def _with_streaks(worth: Floats, parts: int) -> Floats:
    """A correction made before there were streaks hears none: they came last, before *nothing*."""
    starts = Switches(parts).starts
    if len(worth) != starts["streak"] + 1:
        return worth
    return np.insert(worth, starts["streak"], np.zeros(starts["nothing"] - starts["streak"]))


def switched_on(songs: Sequence[Song]) -> Ints:
    """The features of every note of ``songs``, which are in home key: (notes, K) numbers."""
    switches = Switches(len(songs[0].parts))
    found = []
    for context, onset, now, index in followed(songs):
        near = Neighbours.of(context, onset, now[:, Field.PART])
        found.append(switches.on(near, now[:, Field.PITCH][:, None])[index >= 0, 0])
    return np.concatenate(found)


def fit_correction(human: Ints, machine: Ints, switches: Switches) -> Correction:
    """The log odds that a note is a human's, by its features, as a correction.

    Parameters
    ----------
    human, machine
        Features of notes, (notes, K), from `switched_on`.
    """
    return Correction(worths(human, machine, switches.count))
