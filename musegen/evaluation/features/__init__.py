"""About 150 things that a musician could count in an excerpt, each with words for it.

These are the features of *reporting*. Composing is steered by others (`musegen.choosing`), and
neither module knows the other.

A feature is a number per excerpt, NaN where it does not apply. Its words make a sentence: “its
voices change direction more often”.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musegen.evaluation.excerpts import Excerpt
from musegen.evaluation.features import (
    harmonic,
    leading,
    melodic,
    repetition,
    rhythmic,
    surprise,
)
from musegen.evaluation.features.surprise import Counts
from musegen.evaluation.views import View

__all__ = ["WORDS", "Counts", "Table", "measure", "sentence", "table"]

WORDS: dict[str, str] = (
    melodic.WORDS
    | rhythmic.WORDS
    | harmonic.WORDS
    | leading.WORDS
    | repetition.WORDS
    | surprise.WORDS
)

_DEGREES = {
    "alike": ("more alike", "less alike"),
    "busy": ("busier", "calmer"),
    "early": ("earlier", "later"),
    "evenly": ("more evenly", "less evenly"),
    "far": ("farther", "less far"),
    "high": ("higher", "lower"),
    "large": ("larger", "smaller"),
    "late": ("later", "earlier"),
    "long": ("longer", "shorter"),
    "many": ("more", "fewer"),
    "much": ("more", "less"),
    "often": ("more often", "less often"),
    "predictable": ("more predictable", "less predictable"),
    "surprising": ("more surprising", "less surprising"),
    "unevenly": ("less evenly", "more evenly"),
    "varied": ("more varied", "less varied"),
    "wide": ("wider", "narrower"),
}


def sentence(name: str, *, more: bool) -> str:
    """What it means that a feature is larger, or smaller, in words without a capital."""
    return WORDS[name].format(**{word: pair[not more] for word, pair in _DEGREES.items()})


def measure(excerpt: Excerpt, counts: Counts | None = None) -> dict[str, float]:
    """All features that apply to an excerpt; surprise only if a genre's ``counts`` are given."""
    view = View(excerpt.song)
    found = melodic.measure(view) | rhythmic.measure(view) | harmonic.measure(view)
    found |= leading.measure(view) | repetition.measure(view)
    return found if counts is None else found | counts.measure(view)


@dataclass(frozen=True)
class Table:
    """Features of many excerpts: ``values`` has shape (excerpts, names), NaN where none applies."""

    names: tuple[str, ...]
    values: NDArray[np.float64]

    def column(self, name: str) -> NDArray[np.float64]:
        """One feature of all excerpts, shape (excerpts,)."""
        return np.asarray(self.values[:, self.names.index(name)])


def table(excerpts: Sequence[Excerpt], counts: Counts | None = None) -> Table:
    """The features of all excerpts; those that apply to none, or never vary, are left out."""
    rows = [measure(excerpt, counts) for excerpt in excerpts]
    values = np.array([[row.get(name, np.nan) for name in WORDS] for row in rows], float)
    values[~np.isfinite(values)] = np.nan
    keep = [
        i for i in range(values.shape[1]) if len(np.unique(values[~np.isnan(values[:, i]), i])) > 1
    ]
    names = tuple(WORDS)
    return Table(tuple(names[i] for i in keep), values[:, keep])
