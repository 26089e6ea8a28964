"""Work in several processes comes back, in order or not, and is left without a word."""

from __future__ import annotations

import os
import time
import warnings

import pytest

from musegen.processes import mapped


def squared(number: int) -> int:
    return number * number


def where(_: int) -> int:
    return os.getpid()


def slowly(number: int) -> int:
    time.sleep(0.3 * number)  # the work itself: the later, the longer
    return number


def test_results_come_in_order() -> None:
    assert list(mapped(squared, range(9), jobs=2)) == [n * n for n in range(9)]
    assert sorted(mapped(squared, range(9), jobs=2, in_order=False)) == [n * n for n in range(9)]


def test_several_things_are_done_elsewhere_and_one_here() -> None:
    assert os.getpid() not in set(mapped(where, range(4), jobs=2))
    assert list(mapped(where, range(4), jobs=1)) == [os.getpid()] * 4
    assert list(mapped(where, [0])) == [os.getpid()]


@pytest.mark.parametrize("in_order", [True, False])
def test_whoever_stops_early_is_not_warned(*, in_order: bool) -> None:
    with warnings.catch_warnings(action="error"):
        results = mapped(slowly, range(6), jobs=2, in_order=in_order)
        assert next(results) == 0
        results.close()
