"""The discriminator: how much more a phrase is a human's than one that was composed.

A critic hears what the network writes by itself; form, closes and guide make something else of it.
A discriminator has learned from the very drafts that composing chooses among, beside sections of
the training split. Its log odds say how much rarer such a section is among drafts than among
people's; so drafts are *drawn* by them (sampling-importance resampling, Rubin 1988) instead of the
likeliest being taken, and songs come to be spread as people's are. Whoever takes the best of many
gets what is all too typical.

Words and figures of a section's first bars are weighed by one logistic regression for each number
of bars, so that every phrase can be asked about when it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.arrays import arrays_of, write_arrays
from musegen.critic_features import figures
from musegen.section_words import BUCKETS, words
from musegen.song import Song, cut

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LIMIT = 6.0
"""Figures farther from the usual than so many standard deviations count as if they were so far."""

SURE = 8.0
"""A discriminator surer than that, in logits, is taken to be no surer."""

_TOGETHER = "together"


@dataclass(frozen=True)
class Opinion:
    """What sections of so many bars are worth.

    ``mean`` and ``scale`` (F,) bring figures to a common measure; ``figures`` (F,) and ``words``
    (`BUCKETS`,) are what each is worth, in logits.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    figures: NDArray[np.float32]
    words: NDArray[np.float32]
    bias: float

    def logit(self, song: Song, *, together: bool = True) -> float:
        """Log odds that a person wrote the section; for ``together`` see `Discriminator`."""
        found = measured(figures(song), self.mean, self.scale) @ self.figures
        found += self.words[words(song, together=together)].sum()
        return float(np.clip(found + self.bias, -SURE, SURE))


@dataclass(frozen=True)
class Discriminator:
    """A genre's discriminator: its opinion of sections, by how many bars they have.

    One that hears ``together`` was taught words of several parts, too, by sections in their song's key:
    a bridge in G is told from people's sections in C. Others were taught words of each part alone, by
    sections moved from their own key to C or a.
    """

    opinions: dict[int, Opinion]
    together: bool = True

    def logit(self, song: Song) -> float:
        """Log odds that a person wrote ``song``: the first bars of a section, in C or a.

        Of more bars than it knows it hears the last ones; of fewer it says nothing, 0.
        """
        bar = song.bars[-1].metre_ticks if song.bars else 0
        there = song.end_tick // bar if bar else 0
        known = max((bars for bars in self.opinions if bars <= there), default=0)
        if not known:
            return 0.0
        if there > known:
            song = cut(song, song.end_tick - known * bar, song.end_tick)
        return self.opinions[known].logit(song, together=self.together)

    def gains(self, songs: Sequence[Song], before_tick: int) -> Floats:
        """What sections gain by what they have from ``before_tick`` on, (songs,)."""
        begun = [cut(song, 0, before_tick) for song in songs]
        # Several go on from the same beginning, which takes its time only once.
        first = {song.voices: song for song in begun}
        worth = {voices: self.logit(song) for voices, song in first.items()}
        gains = [
            self.logit(song) - worth[own.voices] for song, own in zip(songs, begun, strict=True)
        ]
        return np.array(gains, np.float64)

    def write(self, path: Path) -> None:
        arrays: dict[str, Any] = {_TOGETHER: np.array(self.together)}
        for bars, opinion in self.opinions.items():
            for name in Opinion.__dataclass_fields__:
                arrays[f"{bars}/{name}"] = np.asarray(getattr(opinion, name), np.float32)
            arrays[f"{bars}/words"] = opinion.words.astype(np.float16)
        write_arrays(path, arrays)

    @classmethod
    def read(cls, path: Path) -> Discriminator:
        """What `write` wrote.

        Raises
        ------
        ModelError
            When the file is missing or damaged.
        """
        complaint = (
            f"The discriminator in “{path}” cannot be read; get the file again or make it anew "
            "with “python -m musegen train-critic GENRE --drafts 300”."
        )
        with arrays_of(path, complaint) as arrays:
            together = _TOGETHER in arrays and bool(arrays[_TOGETHER])
            every = sorted({int(name.partition("/")[0]) for name in arrays if name != _TOGETHER})
            return cls({bars: _opinion(arrays, bars) for bars in every}, together)


def _opinion(arrays: dict[str, NDArray[Any]], bars: int) -> Opinion:
    mean, scale, figures_, words_, bias = (
        arrays[f"{bars}/{name}"].astype(np.float32) for name in Opinion.__dataclass_fields__
    )
    if words_.shape != (BUCKETS,) or not mean.shape == scale.shape == figures_.shape:
        raise ValueError
    return Opinion(mean, scale, figures_, words_, float(bias))


def measured(figures: Any, mean: Any, scale: Any) -> Any:
    """Figures in standard deviations from the usual."""
    return np.clip((figures - mean) / scale, -LIMIT, LIMIT)
