"""Findings as data: what right answers allow to say, and how many votes are missing."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from musegen.errors import RequestError
from musegen.studies.statistics import Finding, Why, judge, judge_genres
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.simulate import Listeners
from tests.synthetic import counted, votes

GUESSING = Listeners({"event": 0.0})


def answered(right: int, *, of: int) -> pd.DataFrame:
    """Votes of as many people, as many right on human as on machine music."""
    good, bad = right // 2, (of - right) // 2
    return counted(
        ("human", "human", good),
        ("human", "machine", bad),
        ("event", "machine", good),
        ("event", "human", bad),
        people=of,
    )


def test_guessing_is_nearly_alike_when_there_are_votes_enough() -> None:
    found = judge(votes(seed=2, listeners=GUESSING))
    assert found.finding is Finding.NEARLY_ALIKE
    assert found.p_equivalent <= 0.05
    assert found.accuracy.covers(0.5)
    assert found.missing == 0


@pytest.mark.parametrize(("d", "finding"), [(1.0, Finding.TOLD_APART), (-1.0, Finding.MISTAKEN)])
def test_a_difference_is_told(d: float, finding: Finding) -> None:
    found = judge(votes(listeners=Listeners({"event": d})))
    assert found.finding is finding
    assert found.is_beyond_chance


def test_a_small_difference_may_be_certain_and_still_within_the_margin() -> None:
    frame = votes(seed=1, listeners=Listeners({"event": 0.2}), design=Layout(300, 20, pieces=300))
    found = judge(frame)
    assert found.finding is Finding.NEARLY_ALIKE
    assert found.is_beyond_chance


def test_too_few_votes_say_how_many_are_needed() -> None:
    # everybody once, everything once: independent votes, and 228 of them are needed
    frame = answered(58, of=100)
    found = judge(frame)
    assert found.finding is Finding.NOTHING_YET
    assert found.why is None
    assert 228 <= found.needed <= 250
    assert found.missing == found.needed - 100
    assert 888 <= judge(frame, margin=0.05).needed <= 980


def test_enough_votes_may_still_be_undecided() -> None:
    found = judge(answered(374, of=700), margin=0.06)
    assert found.finding is Finding.UNDECIDED
    assert found.missing == 0
    assert judge(answered(350, of=700), margin=0.06).finding is Finding.NEARLY_ALIKE
    assert judge(answered(410, of=700), margin=0.06).finding is Finding.TOLD_APART
    assert judge(answered(290, of=700), margin=0.06).finding is Finding.MISTAKEN


def test_repeating_votes_need_to_be_more() -> None:
    differ = Listeners({"event": 0.0}, piece_sd=1.0)
    found = judge(votes(seed=4, listeners=differ, design=Layout(40, 10, pieces=8)))
    assert found.needed > 1.5 * 228
    assert found.effective < found.votes / 1.5


def test_each_machine_and_genre_has_its_own() -> None:
    design = Layout(60, 20, machines=("event", "folk v2"))
    frame = votes(seed=3, listeners=Listeners({"event": 0.0, "folk v2": 2.0}), design=design)
    assert judge(frame, machine="folk v2").finding is Finding.TOLD_APART
    assert judge(frame, machine="event").finding is not Finding.TOLD_APART
    found = judge_genres(frame, machine="folk v2")
    assert [j.genre for j in found] == ["all", "chorale", "fiddle"]
    alone = [judge(frame, machine="folk v2", genre=j.genre).p_chance for j in found]
    assert found[0].p_chance == alone[0]
    assert min(j.p_chance for j in found[1:]) == pytest.approx(2 * min(alone[1:]))


def test_one_genre_is_not_corrected() -> None:
    frame = votes(design=Layout(20, 10, genres=("fiddle",)))
    (found,) = judge_genres(frame)
    assert found == judge(frame, genre="fiddle")


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (counted(), Why.NO_VOTES),
        (counted(("human", "human", 3)), Why.NO_MACHINE_VOTES),
        (counted(("event", "human", 3)), Why.NO_HUMAN_VOTES),
        (counted(("human", "human", 50), ("event", "machine", 50), people=1), Why.ONE_PARTICIPANT),
    ],
)
def test_nothing_is_said_of_too_little(frame: pd.DataFrame, why: Why) -> None:
    found = judge(frame)
    assert found.finding is Finding.NOTHING_YET
    assert found.why is why
    assert math.isnan(found.accuracy.low)
    assert found.needed == 228


def test_the_margin_is_the_researchers() -> None:
    with pytest.raises(RequestError, match="makes no sense"):
        judge(votes(), margin=0.6)


@pytest.mark.parametrize("margin", [0.05, 0.1])
@pytest.mark.parametrize("right", [178, 200, 210, 220, 222, 230, 240])
def test_the_interval_shown_says_what_the_test_of_equivalence_says(
    right: int, margin: float
) -> None:
    found = judge(answered(right, of=400), margin=margin)
    is_within = 0.5 - margin <= found.alike.low and found.alike.high <= 0.5 + margin
    assert is_within == (found.p_equivalent <= 0.05)
    assert is_within == (found.finding is Finding.NEARLY_ALIKE)
