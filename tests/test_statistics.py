"""Shares and their intervals, against published and scipy's values."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats

from musegen.studies.records import Condition
from musegen.studies.statistics import (
    ALL_GENRES,
    called_human,
    share_called_human,
    wilson,
)


def log(*counts: tuple[str, str, int, int]) -> pd.DataFrame:
    """Votes from (genre, condition, called human, called machine)."""
    rows = [
        {"genre": genre, "condition": condition, "answer": answer}
        for genre, condition, human, machine in counts
        for answer in ["human"] * human + ["machine"] * machine
    ]
    return pd.DataFrame(rows, columns=["genre", "condition", "answer"])


@pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 1), (0, 20), (7, 20), (499, 1000)])
def test_wilson_solves_the_score_equation(count: int, total: int) -> None:
    share = wilson(count, total)
    assert share.share == count / total
    z = stats.norm.ppf(0.975)
    for bound in (share.low, share.high):
        assert (share.share - bound) ** 2 == pytest.approx(
            z**2 * bound * (1 - bound) / total, abs=1e-12
        )
    assert 0 <= share.low <= share.share <= share.high <= 1


def test_wilson_of_a_published_example() -> None:
    share = wilson(81, 263)  # Newcombe 1998, Statistics in Medicine 17:857, table I
    assert (share.low, share.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_wilson_agrees_with_scipy() -> None:
    interval = stats.binomtest(13, 40).proportion_ci(0.95, method="wilson")
    assert (wilson(13, 40).low, wilson(13, 40).high) == pytest.approx(tuple(interval), abs=1e-12)


def test_no_votes_have_no_share() -> None:
    assert wilson(0, 0).total == 0
    assert math.isnan(wilson(0, 0).share)


@pytest.mark.parametrize(("count", "total"), [(-1, 3), (4, 3)])
def test_an_impossible_share_is_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(count, total)


def test_shares_are_counted_by_genre_and_by_truth() -> None:
    votes = log(
        ("fiddle", "human", 3, 1),
        ("chorale", "human", 5, 0),
        ("fiddle", "event", 1, 3),
        ("chorale", "event", 4, 6),
    )
    table = called_human(votes).set_index(["genre", "condition"])
    assert list(table.index.get_level_values(0).unique()) == [ALL_GENRES, "chorale", "fiddle"]
    assert tuple(table.loc[(ALL_GENRES, "human"), ["votes", "called_human"]]) == (9, 8)
    assert tuple(table.loc[("chorale", "event"), ["votes", "called_human"]]) == (10, 4)
    assert table.loc[("fiddle", "event"), "share"] == 0.25
    interval = stats.binomtest(1, 4).proportion_ci(0.95, method="wilson")
    assert table.loc[("fiddle", "event"), "low"] == pytest.approx(interval.low)
    assert table.loc[("fiddle", "event"), "high"] == pytest.approx(interval.high)


def test_machines_are_counted_apart() -> None:
    votes = log(
        ("chorale", "human", 60, 20), ("chorale", "event", 58, 22), ("chorale", "article", 5, 75)
    )
    table = called_human(votes)
    assert list(table["condition"][:3]) == ["human", "event", "article"]
    assert list(table["called_human"][:3]) == [60, 58, 5]


def test_kinds_without_votes_have_no_row() -> None:
    table = called_human(log(("fiddle", "human", 1, 0)))
    assert list(zip(table["genre"], table["condition"], strict=True)) == [("fiddle", "human")]
    assert called_human(log()).empty


def test_wrong_answers_to_machines_are_called_human() -> None:
    votes = log(("fiddle", "event", 2, 6))
    assert share_called_human(votes, Condition.EVENT).share == 0.25
    assert share_called_human(votes, Condition.HUMAN).total == 0
