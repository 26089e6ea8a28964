"""Signals wait for what must not be left half done."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from musegen.interruptions import SIGNALS, uninterrupted


class EndedError(Exception):
    """What this test's SIGTERM raises."""


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Ctrl-C as in any command, and SIGTERM that can be survived."""

    def end(*_: object) -> None:
        raise EndedError

    handlers = (signal.default_int_handler, end)
    before = [signal.signal(*both) for both in zip(SIGNALS, handlers, strict=True)]
    yield
    for both in zip(SIGNALS, before, strict=True):
        signal.signal(*both)


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, EndedError)]
)
def test_the_block_is_done_first(number: int, raised: type[BaseException]) -> None:
    done = []
    before = [signal.getsignal(one) for one in SIGNALS]

    @uninterrupted()
    def outer() -> None:
        inner()
        done.append("outer")

    @uninterrupted()
    def inner() -> None:
        signal.raise_signal(number)
        done.append("inner")

    with pytest.raises(raised):
        outer()
    assert done == ["inner", "outer"]
    assert [signal.getsignal(one) for one in SIGNALS] == before
    with pytest.raises(raised):
        signal.raise_signal(number)


def test_without_a_signal_nothing_happens() -> None:
    before = [signal.getsignal(one) for one in SIGNALS]
    with pytest.raises(ZeroDivisionError), uninterrupted():
        raise ZeroDivisionError
    assert [signal.getsignal(one) for one in SIGNALS] == before


def test_other_threads_hear_no_signals_anyway() -> None:
    @uninterrupted()
    def work() -> int:
        return 7

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(work).result() == 7
