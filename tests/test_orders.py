"""The order of trials is random, without long runs, and catch trials are parted."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musegen.studies.orders import LONGEST_RUN, Kind, longest_run, shuffle
from musegen.studies.records import Maker

HUMAN, MACHINE = (Maker.HUMAN, False), (Maker.MACHINE, False)
CATCH = (Maker.MACHINE, True)


def shuffled(kinds: list[Kind], seed: int = 1) -> list[Kind]:
    order = shuffle(kinds, rng=np.random.default_rng(seed))
    assert Counter(order) == Counter(kinds)
    return order


def makers(order: list[Kind]) -> list[Maker]:
    return [maker for maker, _ in order]


@given(half=st.integers(1, 50), odd=st.booleans(), catches=st.integers(0, 10), seed=st.integers(0))
def test_catch_trials_are_parted_by_others(half: int, odd: bool, catches: int, seed: int) -> None:
    kinds = [HUMAN] * (half + odd) + [MACHINE] * half + [CATCH] * catches
    order = shuffled(kinds, seed)
    assert not order[0][1]
    assert not order[-1][1]
    if catches < 2 * half + odd:
        assert not any(first and second for (_, first), (_, second) in pairwise(order))
    if 2 * catches <= half:
        assert longest_run(makers(order)) <= LONGEST_RUN


def test_the_order_is_random() -> None:
    orders = [makers(shuffled([HUMAN, MACHINE] * 5, seed)) for seed in range(300)]
    assert max(map(longest_run, orders)) == LONGEST_RUN
    assert len(set(map(tuple, orders))) > 100
    human_at = np.mean([[maker is Maker.HUMAN for maker in order] for order in orders], axis=0)
    assert human_at == pytest.approx(0.5, abs=0.12)  # four standard errors, at each place


def test_a_catch_trial_may_stand_anywhere_between() -> None:
    orders = [shuffled([HUMAN, MACHINE] * 5 + [CATCH], seed) for seed in range(300)]
    places = Counter(order.index(CATCH) for order in orders)
    assert set(places) == set(range(1, 10))
    assert min(places.values()) > 10  # 33 on the average


def test_a_way_is_found_where_there_are_few() -> None:
    """Nine catch trials part ten others: a run of three leaves no choice but to alternate."""
    order = shuffled([HUMAN] * 5 + [MACHINE] * 5 + [CATCH] * 9)
    assert [is_catch for _, is_catch in order] == [False, True] * 9 + [False]
    assert longest_run(makers(order)) == LONGEST_RUN


def test_what_cannot_be_is_not_asked_for() -> None:
    assert shuffled([HUMAN, MACHINE, CATCH, CATCH])[1:3] == [CATCH, CATCH]
    assert len(shuffled([HUMAN, MACHINE] + [CATCH] * 10)) == 12
    assert longest_run(makers(shuffled([HUMAN] * 9 + [MACHINE]))) > LONGEST_RUN


@pytest.mark.parametrize(("text", "longest"), [("", 0), ("h", 1), ("hmmhhh", 3), ("mmmm", 4)])
def test_runs_are_measured(text: str, longest: int) -> None:
    kinds = {"h": Maker.HUMAN, "m": Maker.MACHINE}
    assert longest_run([kinds[letter] for letter in text]) == longest
