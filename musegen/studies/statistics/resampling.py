"""The bootstrap over participants: whole people are drawn again, with all of their votes.

Cameron, Gelbach & Miller 2008, Review of Economics and Statistics 90:414. An interval is the
estimate ± t standard errors, with the SD of the bootstrap's estimates as standard error: with
ten to forty people, percentiles are too narrow (they covered 88 to 94 % in simulation). It
speaks of other people hearing *these* pieces; `clustered` speaks of other pieces too.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from musegen.studies.statistics.estimates import CONFIDENCE, Estimate, Method, Why

DRAWS = 2000
"""Estimates drawn: the interval's ends are then certain to about 2 % of its width."""

Statistic = Callable[[np.ndarray], np.ndarray]


def count_by(codes: np.ndarray, marks: list[np.ndarray]) -> np.ndarray:
    """How many votes of each cluster have each mark, shape (clusters, len(marks)), float."""
    count = int(codes.max(initial=-1)) + 1
    return np.column_stack([np.bincount(codes, mark, minlength=count) for mark in marks])


def draw(counts: np.ndarray, rng: np.random.Generator, *, draws: int = DRAWS) -> np.ndarray:
    """Sums of ``counts`` over people drawn with replacement, shape (draws, columns)."""
    people = len(counts)
    # (draws, people) how often each is drawn, times (people, columns)
    return np.asarray(rng.multinomial(people, np.full(people, 1 / people), draws) @ counts)


def bootstrap(
    counts: np.ndarray,
    statistic: Statistic,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """An estimate with its interval from a table of counts.

    Parameters
    ----------
    counts
        A row a participant, shape (participants, columns).
    statistic
        Makes sums of rows, shape (draws, columns), estimates of shape (draws,). Estimates that
        are not finite are left out.
    rng
        The only source of chance.
    draws
        How often to draw.
    within
        The values that are possible.
    """
    from scipy.stats import t

    if not len(counts):
        return Estimate(why=Why.NO_VOTES)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic(counts.sum(0, keepdims=True))[0])
        if len(counts) == 1:
            return Estimate(value, why=Why.ONE_PARTICIPANT)
        drawn = statistic(draw(counts, rng, draws=draws))
    people, drawn = len(counts), drawn[np.isfinite(drawn)]
    spread = float(drawn.std()) if len(drawn) else 0.0
    if not spread:
        return Estimate(value, why=Why.ONE_SIDED)
    error = spread * math.sqrt(people / (people - 1))
    half = float(t.ppf((1 + CONFIDENCE) / 2, people - 1)) * error
    low, high = max(within[0], value - half), min(within[1], value + half)
    return Estimate(value, low, high, Method.BOOTSTRAP)
