"""Intervals that know that votes of one participant, and votes on one piece, resemble each other.

Works on *influence values*: one number a vote, summing to about 0, whose squares sum to the
variance of an estimate when votes are independent (for a mean of n votes, deviation / n).
Participants and pieces are crossed: everybody hears several pieces, every piece has several
listeners. The variances by each sort of cluster are added, those by two sorts at once
subtracted, and so on (Cameron, Gelbach & Miller 2011, Journal of Business & Economic Statistics
29:238). The interval is a t interval, its degrees of freedom those of the sum by Satterthwaite
(1946, Biometrics Bulletin 2:110).

The estimated variance is uncertain itself. Where it is below that of independent votes, nothing
speaks for clusters, and the interval is a normal one with the mean of both variances (that of
independent votes alone where the estimate is 0 or less). Taking the wider of both always would
cover 97 % where all people and pieces are alike, and 95 % elsewhere.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from musegen.studies.statistics.estimates import CONFIDENCE, Estimate, Method, Why

Clusters = list[np.ndarray]
"""Participants, human pieces, machines' pieces: the number of each vote's cluster, shape
(votes,), int; −1 where a vote is in none of that sort."""


def lack(clusters: Clusters) -> Why | None:
    """Why nothing can be said of other people or pieces: there is one only."""
    counts = [_count(codes) for codes in clusters]
    if counts[0] == 1:
        return Why.ONE_PARTICIPANT
    return Why.ONE_PIECE if 1 in counts else None


def variance(influence: np.ndarray, clusters: Clusters) -> float:
    """Variance of an estimate under crossed clusters; may be 0 or less by chance.

    Parameters
    ----------
    influence
        Shape (votes,), float.
    clusters
        Two clusters or more of each sort.
    """
    total = 0.0
    for size in range(1, len(clusters) + 1):
        for sorts in combinations(clusters, size):
            total += (-1) ** (size + 1) * _of_one_sort(influence, _together(sorts))
    return total


def reach(influence: np.ndarray, clusters: Clusters, *, independent: float) -> float:
    """Half of the interval's width; ``independent`` is the variance of independent votes.

    0 only when both variances are. NaN when there is one cluster only of a sort.
    """
    if lack(clusters):
        return math.nan
    crossed = max(0.0, variance(influence, clusters))
    if crossed > independent:
        return _t_quantile(_freedom(influence, clusters, crossed)) * math.sqrt(crossed)
    between = (crossed + independent) / 2 if crossed else independent
    return z_quantile() * math.sqrt(between)


def interval(
    value: float,
    influence: np.ndarray,
    clusters: Clusters,
    *,
    independent: float,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """``value`` with its interval, cut to the values that are possible at all."""
    if why := lack(clusters):
        return Estimate(value, why=why)
    half = reach(influence, clusters, independent=independent)
    low, high = max(within[0], value - half), min(within[1], value + half)
    return Estimate(value, low, high, Method.CROSSED)


def z_quantile() -> float:
    """How many standard errors the interval of independent votes reaches."""
    from scipy.special import ndtri

    return float(ndtri((1 + CONFIDENCE) / 2))


def _t_quantile(freedom: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))


def _freedom(influence: np.ndarray, clusters: Clusters, crossed: float) -> float:
    """Degrees of freedom; 1 or more, as many as there are votes at most."""
    uncertain = 0.0
    for codes in clusters:
        if count := _count(codes):
            uncertain += _of_one_sort(influence, codes) ** 2 / (count - 1)
    most = max(1, len(influence) - 1)
    return min(max(1.0, crossed**2 / uncertain), most) if uncertain else most


def _of_one_sort(influence: np.ndarray, codes: np.ndarray) -> float:
    there = codes >= 0
    sums = np.bincount(codes[there], influence[there])
    count = _count(codes)
    return float((sums**2).sum() * count / max(1, count - 1))


def _count(codes: np.ndarray) -> int:
    return int(np.count_nonzero(np.bincount(codes[codes >= 0])))


def _together(sorts: tuple[np.ndarray, ...]) -> np.ndarray:
    """The clusters of votes that share all of these sorts; −1 in none."""
    codes = sorts[0]
    for other in sorts[1:]:
        joined = codes * (int(other.max(initial=0)) + 1) + other
        joined = np.where((codes < 0) | (other < 0), -1, joined)
        names, codes = np.unique(joined, return_inverse=True)
        codes = codes - int(len(names) > 0 and names[0] < 0)
    return codes
