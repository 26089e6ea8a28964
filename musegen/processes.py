"""The same work on many things, in as many processes as there are cores."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def mapped(
    work: Callable[[Thing], Result],
    things: Sequence[Thing],
    *,
    jobs: int | None = None,
    in_order: bool = True,
) -> Iterator[Result]:
    """What ``work`` makes of each of ``things``, one by one.

    Parameters
    ----------
    jobs
        Processes at most; None: as many as there are cores. One thing, or one process, is done
        here.
    in_order
        Whether results come in the order of ``things``, or as they are done.
    """
    from joblib import Parallel, cpu_count, delayed

    count = min(len(things), jobs or cpu_count())
    if count <= 1:
        return map(work, things)
    order = "generator" if in_order else "generator_unordered"
    parallel = Parallel(n_jobs=count, backend="loky", return_as=order)
    return _closed_quietly(parallel(delayed(_apart)(work, thing) for thing in things))


def _apart(work: Callable[[Thing], Result], thing: Thing) -> Result:
    """Work in a process of its own, which leaves Ctrl-C to the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return work(thing)


def _closed_quietly(results: Generator[Result, Any, Any]) -> Iterator[Result]:
    """``results``; whoever stops before the last of them need not be warned of work that is lost."""
    try:
        for result in results:  # noqa: UP028 (would close them before the warning is silenced)
            yield result
    finally:
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            results.close()
