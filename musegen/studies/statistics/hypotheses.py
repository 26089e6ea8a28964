"""Tests: told apart better than by chance, equivalent to chance, and who is beyond it.

Every test comes twice: *exact*, for independent votes (the binomial distribution), and with
the effective number of votes (see `scoring`), where votes of one person or on one piece count
less. The second is never the more daring, and is the one to report. Binomial tails of a number
of votes that is not whole are those of the beta distribution (Korn & Graubard 1998).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from musegen.errors import RequestError
from musegen.studies.statistics import frames
from musegen.studies.statistics.estimates import Why
from musegen.studies.statistics.scoring import Score, score

CHANCE = 0.5
ALPHA = 0.05
MARGIN = 0.10
"""Accuracy so near to chance counts as equivalent, unless the researcher says otherwise."""


@dataclass(frozen=True, slots=True)
class ChanceTest:
    """Whether answers are right more or less often than by chance, two-sided."""

    score: Score
    p_exact: float
    p: float
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class EquivalenceTest:
    """Whether accuracy is within ½ ± ``margin``: at a ``p`` of at most `ALPHA` it is."""

    score: Score
    margin: float
    p_exact: float
    p: float
    why: Why | None = None

    @property
    def is_equivalent(self) -> bool:
        return self.p <= ALPHA


def binomial_p(right: float, total: float, *, chance: float = CHANCE) -> float:
    """Two-sided p-value: twice the smaller binomial tail, at most 1 (NaN for no votes).

    With a chance of ½ that is the exact binomial test (Clopper & Pearson 1934).
    """
    if not total > 0:
        return math.nan
    return min(1.0, 2 * min(_at_least(right, total, chance), _at_most(right, total, chance)))


def tost_p(right: float, total: float, *, margin: float = MARGIN) -> float:
    """Two one-sided exact binomial tests of ½ ± ``margin`` (Schuirmann 1987; Wellek 2010, 4.3).

    The larger of P(at least so many right | ½ − margin) and P(at most so many | ½ + margin);
    NaN for no votes.

    Raises
    ------
    RequestError
        When the margin is not between 0 and ½.
    """
    if not 0 < margin < CHANCE:
        raise RequestError(f"A margin of {margin} makes no sense; take one between 0 and 0.5.")
    if not total > 0:
        return math.nan
    low, high = CHANCE - margin, CHANCE + margin
    return max(_at_least(right, total, low), _at_most(right, total, high))


def tost_interval(right: float, total: float) -> tuple[float, float]:
    """The 90 % interval that goes with `tost_p` (Clopper & Pearson 1934); NaN for no votes.

    It lies within ½ ± margin just when that test's p is at most `ALPHA`: the inversion of two
    one-sided tests at 5 % each (Schuirmann 1987).
    """
    from scipy.special import betaincinv

    if not total > 0:
        return math.nan, math.nan
    wrong = total - right
    low = float(betaincinv(right, wrong + 1, ALPHA)) if right > 0 else 0.0
    high = float(betaincinv(right + 1, wrong, 1 - ALPHA)) if wrong > 0 else 1.0
    return low, high


def against_chance(votes: pd.DataFrame) -> ChanceTest:
    """Test whether answers are right more, or less, often than by chance."""
    found = score(votes)
    return ChanceTest(
        found,
        binomial_p(found.share * found.votes, found.votes),
        binomial_p(found.share * found.counted, found.counted),
        found.why,
    )


def equivalence(
    votes: pd.DataFrame, *, margin: float = MARGIN, found: Score | None = None
) -> EquivalenceTest:
    """Test whether answers are right as often as by chance, give or take ``margin``.

    ``found`` is the votes' `score`, where it is known already.

    Raises
    ------
    RequestError
        See `tost_p`.
    """
    found = score(votes) if found is None else found
    return EquivalenceTest(
        found,
        margin,
        tost_p(found.share * found.votes, found.votes, margin=margin),
        tost_p(found.share * found.counted, found.counted, margin=margin),
        found.why,
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values of several tests made to hold together (Holm 1979); NaN stays and is not counted."""
    from statsmodels.stats.multitest import multipletests

    values = np.asarray(p_values, dtype=float)
    there = ~np.isnan(values)
    if there.any():
        values[there] = multipletests(values[there], method="holm")[1]
    return [float(value) for value in values]


def cutoff(total: int, *, alpha: float = ALPHA) -> int:
    """Right answers of ``total`` that guessing reaches with probability ``alpha`` at most.

    9 of 10, 12 of 16, 15 of 20. ``total + 1`` when there are too few trials to say so.
    """
    counts = range(total + 1)
    return next((k for k in counts if _at_least(k, total, CHANCE) <= alpha), total + 1)


def people(votes: pd.DataFrame, *, alpha: float = ALPHA) -> pd.DataFrame:
    """Each participant against chance, one-sided, on clips alone.

    Columns: participant, right, total, cutoff, p, is_beyond. Among many who guess, a share of
    up to ``alpha`` is beyond the cut-off all the same; ``p_holm`` allows for that.
    """
    votes = frames.clips(votes)
    grouped = pd.DataFrame(
        {"participant": votes["participant"], "right": frames.is_right(votes)}
    ).groupby("participant", sort=False)["right"]
    found = grouped.agg(right="sum", total="size").reset_index()
    counts = list(zip(found["right"].astype(int), found["total"].astype(int), strict=True))
    cutoffs = {total: cutoff(total, alpha=alpha) for _, total in counts}
    p_values = [_at_least(right, total, CHANCE) for right, total in counts]
    return found.assign(
        right=found["right"].astype("int64"),
        cutoff=[cutoffs[total] for _, total in counts],
        p=p_values,
        p_holm=holm(p_values),
        is_beyond=[right >= cutoffs[total] for right, total in counts],
    )


def _at_least(count: float, total: float, share: float) -> float:
    """P(X ≥ count) for X binomial."""
    from scipy.special import betainc

    return 1.0 if count <= 0 else float(betainc(count, total - count + 1, share))


def _at_most(count: float, total: float, share: float) -> float:
    return _at_least(total - count, total, 1 - share)
