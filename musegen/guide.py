"""The guide: which drafts go on, asked after every beat.

A network goes astray one note after another: an odd note calls up the next. So drafts are written
side by side, and after each beat those are drawn anew whose beats are more a human's (sequential
Monte Carlo: Doucet, de Freitas and Gordon 2001). What a beat is worth is told by a linear model that
was taught with beats of training pieces, and with beats that the corrected network wrote by itself.

It hears *turns* (`musegen.guide_turns`). One chord stands in many of them, so only a part of their
log odds counts. And it prefers neither busy nor calm beats, since what goes wrong goes wrong where
much happens: left alone, it would make the music slow. What slows the melody yet, since a calm beat
leads to better ones, is made up for (`Guide.as_busy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from musegen.arrays import arrays_of, write_arrays
from musegen.density import replayed
from musegen.guide_turns import BUCKETS, SLOTS, busy, turns
from musegen.song import TICKS_PER_BEAT, Song

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from musegen.context import Context
    from musegen.sampling import Draft, Sampler

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float32]
    Weights = NDArray[np.float64]

POWER = 0.4
"""So much of a beat's log odds counts. With 0.25 and 0.6 songs were told as well."""

TOGETHER = 8
"""Drafts among which those that go on are drawn. With 16 and 32 songs were told as well."""

REGULARIZATION = 0.03
"""Of the logistic regression (its C): most turns are met once."""

FEWEST_BEATS = 30
"""So many beats tell how they are usually heard; where fewer are as busy, those with as many notes in
all do, or all."""


@dataclass(frozen=True)
class Beats:
    """Beats of some songs: ``turns`` (beats, K), ``busy`` (beats, 2) as in `musegen.guide_turns`.

    ``song`` (beats,) is the place of each one's song among them.
    """

    turns: Ints
    busy: Ints
    song: Ints

    @classmethod
    def of(cls, songs: Sequence[Song]) -> Beats:
        """All whole beats of ``songs``, which are in home key."""
        found, notes, whose, first = [], [], [], 0
        for context in replayed(songs):
            for end in range(TICKS_PER_BEAT, int(context.end_tick.max()) + 1, TICKS_PER_BEAT):
                there = context.end_tick >= end
                ends = np.full(len(there), end)
                found.append(turns(context, ends)[there])
                notes.append(busy(context, ends)[there])
                whose.append(first + np.flatnonzero(there))
            first += len(context.end_tick)
        return cls(*(np.concatenate(column) for column in (found, notes, whose)))

    def __len__(self) -> int:
        return len(self.song)

    def select(self, rows: NDArray[np.bool_]) -> Beats:
        """Some of them."""
        return Beats(self.turns[rows], self.busy[rows], self.song[rows])

    def joined(self, other: Beats) -> Beats:
        """These and those of the ``other`` songs, which are versions of the same."""
        both = zip(vars(self).values(), vars(other).values(), strict=True)
        return Beats(*(np.concatenate(column) for column in both))


@dataclass(frozen=True)
class Guide:
    """A genre's guide.

    ``worth`` (`BUCKETS`,) are the log odds of *human* by turn; ``usual`` (`SLOTS` + 1, 4 `SLOTS` + 1)
    is what beats are worth as a rule in which so many notes begin, in the top part and in all.
    """

    worth: Floats
    usual: Floats

    def logits(self, context: Context, end: Ints) -> Floats:
        """How much more a human's the beats before tick ``end`` (songs,) are, (songs,)."""
        top, every = busy(context, end).T
        return np.asarray(self.plain(turns(context, end)) - self.usual[top, every])

    def as_busy(self, human: Beats, written: Beats) -> Guide:
        """The same, but that the top part becomes as busy as ``human`` ones.

        ``written`` are beats of songs that were written on with this guide.
        """
        shares = [
            (np.bincount(beats.busy[:, 0], minlength=SLOTS + 1) + 1) / (len(beats) + SLOTS + 1)
            for beats in (human, written)
        ]
        missing = np.log(shares[0] / shares[1]) / POWER
        return replace(self, usual=(self.usual - missing[:, None]).astype(np.float32))

    def plain(self, heard: Ints) -> Floats:
        """What beats are worth by their turns (beats, K) alone, however busy they are."""
        return np.asarray(self.worth[heard].sum(1))

    def write(self, path: Path) -> None:
        write_arrays(path, {"worth": self.worth.astype(np.float16), "usual": self.usual})

    @classmethod
    def read(cls, path: Path) -> Guide:
        """What `write` wrote.

        Raises
        ------
        ModelError
            When the file is missing or damaged.
        """
        complaint = (
            f"The guide in “{path}” cannot be read; get the file again or make it anew "
            "with “python -m musegen train-critic GENRE --guide”."
        )
        with arrays_of(path, complaint) as arrays:
            worth, usual = arrays["worth"].astype(np.float32), arrays["usual"]
            if worth.shape != (BUCKETS,) or usual.shape != (SLOTS + 1, 4 * SLOTS + 1):
                raise ValueError
            return cls(worth, usual)


def learned(human: Beats, machine: Beats) -> Guide:
    """A guide that was taught with these beats."""
    from scipy.sparse import csr_array
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    rows = np.concatenate([human.turns, machine.turns])
    beats, each = rows.shape
    shown = csr_array(
        (
            np.ones(beats * each, np.float32),
            rows.ravel().astype(np.int32),  # the solver takes no others
            np.arange(0, beats * each + 1, each, dtype=np.int32),
        ),
        shape=(beats, BUCKETS),
    )
    fitted = LogisticRegression(
        C=REGULARIZATION, class_weight="balanced", solver="liblinear", random_state=1
    )
    with threadpool_limits(1):
        fitted.fit(shown, np.arange(beats) < len(human))
    worth = fitted.coef_[0].astype(np.float32)
    return Guide(worth, _usual(worth[machine.turns].sum(1), machine.busy))


def _usual(logits: Floats, notes: Ints) -> Floats:
    """What is taken off so that the drafts that go on are, in the mean, as busy as all are."""
    weights = np.exp(POWER * logits.astype(np.float64))
    usual = np.zeros((SLOTS + 1, 4 * SLOTS + 1), np.float32)
    for top, every in np.ndindex(usual.shape):
        same = notes[:, 1] == every
        alike = (same & (notes[:, 0] == top), same, np.ones(len(notes), bool))
        rows = next((own for own in alike if own.sum() >= FEWEST_BEATS), alike[-1])
        usual[top, every] = np.log(weights[rows].mean()) / POWER
    return usual


def write_on(
    guide: Guide,
    sampler: Sampler,
    draft: Draft,
    ends: Ints,
    rng: np.random.Generator,
    *,
    start_tick: int = 0,
    quiet_ticks: int = 0,
    until: Ints | None = None,
) -> None:
    """As `Sampler.write`, in place, but that drafts are drawn anew after each beat.

    Every `TOGETHER` that stand side by side are drawn among; they must be of one song's bars.
    """
    until = ends if until is None else until
    first = start_tick // TICKS_PER_BEAT * TICKS_PER_BEAT + TICKS_PER_BEAT
    last = int(until.max())
    weights = np.zeros((len(ends) // TOGETHER, TOGETHER))
    for beat in [*range(first, last, TICKS_PER_BEAT), last]:
        sampler.write(
            draft,
            ends,
            rng,
            start_tick=start_tick,
            quiet_ticks=quiet_ticks,
            until=np.minimum(until, beat),
        )
        told = guide.logits(draft.context, np.full(len(ends), beat))
        goes_on = until > beat - TICKS_PER_BEAT
        weights += POWER * np.where(goes_on, told, 0).reshape(weights.shape)
        rows = _drawn_anew(weights, rng, always=beat == last)
        if (rows != np.arange(len(ends))).any():
            draft.put(np.arange(len(ends)), draft.select(rows.tolist()))


def _drawn_anew(weights: Weights, rng: np.random.Generator, *, always: bool) -> Ints:
    """Which draft stands in each place from now on, group by group, (groups * drafts,).

    Drawn systematically (Kitagawa 1996), where the weights (groups, drafts), in logs, are those of
    less than half as many drafts of one weight, or ``always``; they are 0 afterwards.
    """
    groups, size = weights.shape
    rows = np.arange(groups * size).reshape(groups, size)
    for group, own in enumerate(weights):
        share = np.exp(own - own.max())
        share /= share.sum()
        if always or 1 / (share**2).sum() < size / 2:
            at = (np.arange(size) + rng.random()) / size
            rows[group] = group * size + np.searchsorted(np.cumsum(share), at).clip(0, size - 1)
            own[:] = 0
    return np.asarray(rows.ravel())
