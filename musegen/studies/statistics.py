"""What the votes say: how often human and machine music is called human.

Shares are numbers from 0 to 1. *Called human* is counted for human and for machine music
separately, because somebody who calls everything human gets half of the answers right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto

import pandas as pd

from musegen.studies.records import Condition, Maker
from musegen.studies.store import sorted_genres

ALL_GENRES = "all"
CONFIDENCE = 0.95
FEW_VOTES = 30
"""Below so many votes of a kind, a share's interval is wider than ±18 points."""

SMALL_DIFFERENCE = 0.10
"""A difference of shares that one would call small."""


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
    no row.
    """
    groups = [(ALL_GENRES, votes)]
    genres = sorted_genres(votes["genre"])
    if len(genres) > 1:
        groups += [(genre, votes[votes["genre"] == genre]) for genre in genres]
    elif genres:
        groups = [(genres[0], votes)]
    rows = [
        {
            "genre": genre,
            "condition": condition.value,
            "votes": share.total,
            "called_human": share.count,
            "share": share.share,
            "low": share.low,
            "high": share.high,
        }
        for genre, group in groups
        for condition in Condition
        if (share := share_called_human(group, condition)).total
    ]
    columns = ["genre", "condition", "votes", "called_human", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def share_called_human(votes: pd.DataFrame, condition: Condition) -> Share:
    """How much of the human, or of a machine's music was called human."""
    answers = votes.loc[votes["condition"] == condition.value, "answer"]
    return wilson(int((answers == Maker.HUMAN.value).sum()), len(answers))


def difference(first: Share, second: Share) -> tuple[float, float, float]:
    """``first`` minus ``second`` with its 95 % interval (difference, low, high).

    Newcombe's hybrid score interval for independent shares (Newcombe 1998, method 10).
    """
    gap = first.share - second.share
    low = gap - math.hypot(first.share - first.low, second.high - second.share)
    high = gap + math.hypot(first.high - first.share, second.share - second.low)
    return gap, low, high


class Finding(Enum):
    """What may be concluded from the difference between human and machine music."""

    NOTHING_YET = auto()
    TOLD_APART = auto()
    MISTAKEN = auto()
    NEARLY_ALIKE = auto()
    UNDECIDED = auto()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A finding, with how much more often human than machine music is called human."""

    finding: Finding
    difference: float = math.nan
    low: float = math.nan
    high: float = math.nan


def conclude(votes: pd.DataFrame, machine: Condition = Condition.EVENT) -> Conclusion:
    """What all votes together allow to say of human and a machine's music, at 95 % confidence."""
    human = share_called_human(votes, Condition.HUMAN)
    made = share_called_human(votes, machine)
    if min(human.total, made.total) < FEW_VOTES:
        return Conclusion(Finding.NOTHING_YET)
    gap, low, high = difference(human, made)
    if low > -SMALL_DIFFERENCE and high < SMALL_DIFFERENCE:
        finding = Finding.NEARLY_ALIKE
    elif low > 0:
        finding = Finding.TOLD_APART
    elif high < 0:
        finding = Finding.MISTAKEN
    else:
        finding = Finding.UNDECIDED
    return Conclusion(finding, gap, low, high)
