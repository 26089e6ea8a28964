"""Intervals that know that votes of one participant, and votes on one piece, resemble each other.

Works on *influence values*: one number a vote, summing to about 0, whose squares sum to the
variance of an estimate when votes are independent (for a mean of n votes, deviation / n).
Participants and pieces are crossed: everybody hears several pieces, every piece has several
listeners. The variances by each are added and that by both subtracted (Cameron, Gelbach &
Miller 2011, Journal of Business & Economic Statistics 29:238, eqs 2.3 and 2.13), and the
interval is a t interval with one degree of freedom less than there are clusters of the rarer
sort. No interval is narrower than that of independent votes.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from musegen.studies.statistics.estimates import CONFIDENCE, Estimate, Method, Why

Clusters = list[np.ndarray]


def variance(influence: np.ndarray, clusters: Clusters) -> float:
    """Variance of an estimate under crossed clusters; may be 0 or less by chance.

    Parameters
    ----------
    influence
        Shape (votes,), float.
    clusters
        Numbers of the clusters each vote is in, one array of shape (votes,) for each sort.
    """
    total = 0.0
    for size in range(1, len(clusters) + 1):
        for sorts in combinations(clusters, size):
            total += (-1) ** (size + 1) * _of_one_sort(influence, _together(sorts))
    return total


def _of_one_sort(influence: np.ndarray, codes: np.ndarray) -> float:
    sums = np.bincount(codes, influence)
    count = np.count_nonzero(np.bincount(codes))
    return float((sums**2).sum() * count / (count - 1)) if count > 1 else math.nan


def _together(sorts: tuple[np.ndarray, ...]) -> np.ndarray:
    codes = sorts[0]
    for other in sorts[1:]:
        joined = codes * (int(other.max(initial=0)) + 1) + other
        codes = np.unique(joined, return_inverse=True)[1]
    return codes


def t_quantile(clusters: Clusters) -> float:
    """How many standard errors the interval reaches; NaN with one cluster of a sort."""
    from scipy.stats import t

    fewest = min(len(np.unique(codes)) for codes in clusters)
    return float(t.ppf((1 + CONFIDENCE) / 2, fewest - 1)) if fewest > 1 else math.nan


def z_quantile() -> float:
    """How many standard errors the interval of independent votes reaches."""
    from scipy.stats import norm

    return float(norm.ppf((1 + CONFIDENCE) / 2))


def reach(influence: np.ndarray, clusters: Clusters, *, independent: float) -> float:
    """Half of the interval's width; ``independent`` is the variance of independent votes.

    NaN when there is one cluster only of a sort.
    """
    crossed = t_quantile(clusters) * math.sqrt(max(0.0, variance(influence, clusters)))
    return max(crossed, z_quantile() * math.sqrt(independent))  # NaN first: max keeps it


def interval(
    value: float,
    influence: np.ndarray,
    clusters: Clusters,
    *,
    independent: float,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """``value`` with its interval, cut to the values that are possible at all."""
    half = reach(influence, clusters, independent=independent)
    if math.isnan(half):
        return Estimate(value, why=Why.ONE_PARTICIPANT)
    low, high = max(within[0], value - half), min(within[1], value + half)
    return Estimate(value, low, high, Method.CROSSED)
