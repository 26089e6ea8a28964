"""Work in several processes comes back, in order or not, and is left without a word."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator
from itertools import islice
from multiprocessing import active_children

import pytest

from musegen.processes import mapped


def squared(number: int) -> int:
    return number * number


def where(_: int) -> int:
    return os.getpid()


QUICK = 4


def ever_longer(number: int) -> int:
    time.sleep(0.1 * number if number < QUICK else 60)  # the work itself
    return number


def inverse(number: int) -> float:
    return 1 / number


def test_results_come_in_order() -> None:
    assert list(mapped(squared, range(9), jobs=2)) == [n * n for n in range(9)]
    assert sorted(mapped(squared, range(9), jobs=2, in_order=False)) == [n * n for n in range(9)]


def test_several_things_are_done_elsewhere_and_one_here() -> None:
    assert os.getpid() not in set(mapped(where, range(4), jobs=2))
    assert list(mapped(where, range(4), jobs=1)) == [os.getpid()] * 4
    assert list(mapped(where, [0])) == [os.getpid()]


@pytest.mark.parametrize("in_order", [True, False])
def test_whoever_stops_early_need_not_wait_and_is_not_warned(*, in_order: bool) -> None:
    before = {process.pid for process in active_children()}
    with warnings.catch_warnings(action="error"):
        results = mapped(ever_longer, range(30), jobs=2, in_order=in_order)
        taken = list(islice(results, 3))
        assert taken == [0, 1, 2] if in_order else set(taken) < set(range(QUICK))
        assert {process.pid for process in active_children()} > before
        start = time.monotonic()
        results.close()
    assert time.monotonic() - start < 20
    assert {process.pid for process in active_children()} == before


def test_what_goes_wrong_elsewhere_is_told_and_stops_the_others() -> None:
    before = {process.pid for process in active_children()}
    with pytest.raises(ZeroDivisionError):
        list(mapped(inverse, range(30), jobs=2))
    assert {process.pid for process in active_children()} == before


class StoppedHalfway(list[int]):
    """Things at whose second one Ctrl-C comes."""

    def __iter__(self) -> Iterator[int]:
        yield 60
        raise KeyboardInterrupt


def test_ctrl_c_while_work_is_handed_out_stops_what_has_begun() -> None:
    before = {process.pid for process in active_children()}
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        next(mapped(ever_longer, StoppedHalfway(range(9)), jobs=2))
    assert time.monotonic() - start < 20
    assert {process.pid for process in active_children()} == before
