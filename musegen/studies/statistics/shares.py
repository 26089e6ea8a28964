"""Shares: how often music is called human, and how many answers are right.

Shares are numbers from 0 to 1. *Called human* is counted for human and for each machine's music
separately, because somebody who calls everything human gets half of the answers right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from musegen.studies.records import Maker
from musegen.studies.statistics import clustered, frames, resampling
from musegen.studies.statistics.estimates import CONFIDENCE, Estimate, Method
from musegen.studies.statistics.scoring import Score, score


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``total`` with its 95 % interval; all three are NaN for no votes."""

    count: int
    total: int
    share: float
    low: float
    high: float


def wilson(count: int, total: int) -> Share:
    """A share and its Wilson score interval (Wilson 1927).

    Raises
    ------
    ValueError
        When ``count`` is not between 0 and ``total``.
    """
    from scipy.stats import binomtest

    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no share; count must be from 0 to the total.")
    if total == 0:
        return Share(0, 0, math.nan, math.nan, math.nan)
    interval = binomtest(count, total).proportion_ci(confidence_level=CONFIDENCE, method="wilson")
    return Share(count, total, count / total, float(interval.low), float(interval.high))


def called_human(votes: pd.DataFrame) -> pd.DataFrame:
    """Share called human by genre and condition; first over all genres, named `ALL_GENRES`.

    Columns: genre, condition, votes, called_human, share, low, high. A kind without votes has
    no row. Votes on pairs, catch and practice trials are left out.
    """
    votes = frames.singles(frames.clips(votes))
    rows = [
        {
            "genre": genre,
            "condition": condition,
            "votes": share.total,
            "called_human": share.count,
            "share": share.share,
            "low": share.low,
            "high": share.high,
        }
        for genre, group in frames.by_genre(votes)
        for condition in frames.conditions(group)
        if (share := share_called_human(group, condition)).total
    ]
    columns = ["genre", "condition", "votes", "called_human", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def share_called_human(votes: pd.DataFrame, condition: str) -> Share:
    """How much of the human, or of a machine's music was called human.

    ``condition`` is a `Condition` or the name of a trained model.
    """
    votes = frames.singles(frames.clips(votes))
    answers = votes.loc[votes["condition"] == str(condition), "answer"]
    return wilson(int((answers == Maker.HUMAN.value).sum()), len(answers))


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Right answers in one genre or in all, with three intervals.

    ``share`` takes votes as independent (Wilson), which is too narrow when people and pieces
    repeat. ``crossed`` knows that they do, and is the one to report: of other people and other
    pieces. ``bootstrap`` is of other people who hear the same pieces. On unequally many human
    and machine clips the latter two are of the score that weighs both halves equally; see
    `scoring`.
    """

    genre: str
    share: Share
    crossed: Estimate
    bootstrap: Estimate
    design_effect: float


def accuracy(
    votes: pd.DataFrame, rng: np.random.Generator, *, genre: str = frames.ALL_GENRES
) -> Accuracy:
    """How many answers are right.

    ``crossed`` is Wilson's interval with the effective number of votes (Korn & Graubard 1998;
    see `scoring`), ``bootstrap`` that of `resampling`.
    """
    votes = frames.clips(votes)
    votes = frames.of_genre(votes, genre)
    found = score(votes)
    share = wilson(found.right, found.total)
    return Accuracy(genre, share, score_interval(found), _drawn(votes, rng), found.design_effect)


def accuracies(votes: pd.DataFrame, rng: np.random.Generator) -> list[Accuracy]:
    """Right answers in all genres together, then in each."""
    return [accuracy(of, rng, genre=genre) for genre, of in frames.by_genre(frames.clips(votes))]


def score_interval(found: Score) -> Estimate:
    """A score with Wilson's interval of its effective number of votes."""
    if found.why:
        return Estimate(found.share, why=found.why)
    z, n, p = clustered.z_quantile(), found.effective, found.share
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Estimate(p, max(0.0, middle - half), min(1.0, middle + half), Method.CROSSED)


def _drawn(votes: pd.DataFrame, rng: np.random.Generator) -> Estimate:
    right, made = frames.is_right(votes), frames.is_machine(votes)
    if len(frames.pairs(votes)):
        marks = [right, np.ones(len(votes))]
    else:
        marks = [right & made, made, right & ~made, ~made]
    counts = resampling.count_by(frames.participants(votes), marks)

    def mean_share(sums: np.ndarray) -> np.ndarray:
        return np.asarray((sums[:, ::2] / sums[:, 1::2]).mean(1))

    return resampling.bootstrap(counts, mean_share, rng, within=(0.0, 1.0))
