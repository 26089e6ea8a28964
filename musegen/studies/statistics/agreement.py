"""How far listeners agree with each other, whoever is right: Krippendorff's alpha.

α = 1 − observed / expected disagreement (Krippendorff 2019, Content Analysis, ch. 12): 1 for
perfect agreement, 0 for what chance gives. Listeners are the coders and stimuli the units;
units with one vote tell nothing. Answers are nominal, the six steps of the rating ordinal.
Alpha near 0 goes with guessing; a high alpha with low accuracy means that all are taken in by
the same clips.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from musegen.studies.statistics import frames
from musegen.studies.statistics.estimates import CONFIDENCE, Estimate, Method, Why

DRAWS = 500


class Level(StrEnum):
    """How far apart two values are."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha of the answers and of the six-step ratings, on the ``stimuli`` heard twice or more.

    Intervals are percentiles of a bootstrap over stimuli: drawing people again would put the
    same person in twice, who agrees with himself.
    """

    genre: str
    stimuli: int
    answers: Estimate
    ratings: Estimate


def alpha(counts: np.ndarray, values: Sequence[float], level: Level) -> float:
    """Krippendorff's alpha from how often each unit got each value.

    Parameters
    ----------
    counts
        Shape (units, values), int.
    values
        What the columns stand for, ascending.
    level
        Nominal or ordinal.

    Returns
    -------
    float
        At most 1; NaN when no unit has two votes, or all votes are the same.
    """
    import krippendorff

    counts = np.asarray(counts)[np.sum(counts, axis=1) > 1]
    if np.count_nonzero(counts.sum(0)) < 2:
        return math.nan
    return float(
        krippendorff.alpha(
            value_counts=counts, value_domain=list(values), level_of_measurement=level.value
        )
    )


def agreement(
    votes: pd.DataFrame,
    rng: np.random.Generator,
    *,
    genre: str = frames.ALL_GENRES,
    draws: int = DRAWS,
) -> Agreement:
    """How far the votes on clips (or on pairs, in one order) agree."""
    votes = frames.clips(votes)
    votes = frames.of_genre(votes, genre)
    units = votes["stimulus"]
    if "other_stimulus" in votes:
        units = units + " " + votes["other_stimulus"]
    codes = np.asarray(pd.factorize(units)[0], dtype=np.int64)
    answers = _table(codes, frames.said_machine(votes).astype(np.int64), 2)
    ratings = _table(codes, frames.ratings(votes) - 1, frames.STEPS)
    return Agreement(
        genre,
        len(answers),
        _estimate(answers, Level.NOMINAL, rng, draws),
        _estimate(ratings, Level.ORDINAL, rng, draws),
    )


def _table(units: np.ndarray, values: np.ndarray, columns: int) -> np.ndarray:
    """How often each unit with two votes or more got each value, shape (units, columns)."""
    rows = int(units.max(initial=-1)) + 1
    flat = np.bincount(units * columns + values, minlength=rows * columns)
    table = flat.reshape(rows, columns)
    return np.asarray(table[table.sum(1) > 1])


def _estimate(table: np.ndarray, level: Level, rng: np.random.Generator, draws: int) -> Estimate:
    values = range(1, table.shape[1] + 1)
    value = alpha(table, values, level)
    if math.isnan(value):
        return Estimate(why=Why.ONE_SIDED if len(table) else Why.TOO_FEW)
    if len(table) == 1:
        return Estimate(value, why=Why.TOO_FEW)
    rows = rng.integers(0, len(table), (draws, len(table)))
    drawn = np.array([alpha(table[chosen], values, level) for chosen in rows])
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    low, high = np.quantile(drawn[np.isfinite(drawn)], tails)
    return Estimate(value, float(low), float(high), Method.STIMULI)
