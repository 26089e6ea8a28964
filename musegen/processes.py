"""The same work on many things, in as many processes as there are cores."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

    from joblib.externals.loky import ProcessPoolExecutor

Thing = TypeVar("Thing")
Result = TypeVar("Result")

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def mapped(
    work: Callable[[Thing], Result],
    things: Sequence[Thing],
    *,
    jobs: int | None = None,
    in_order: bool = True,
) -> Iterator[Result]:
    """What ``work`` makes of each of ``things``, one by one.

    Whoever stops before the last of them stops the processes too, whatever they are at.

    Parameters
    ----------
    jobs
        Processes at most; None: as many as there are cores. One thing, or one process, is done
        here.
    in_order
        Whether results come in the order of ``things``, or as they are done.
    """
    from joblib import cpu_count

    count = min(len(things), jobs or cpu_count())
    if count <= 1:
        return map(work, things)
    return _elsewhere(work, things, count, in_order=in_order)


def _elsewhere(
    work: Callable[[Thing], Result], things: Sequence[Thing], count: int, *, in_order: bool
) -> Iterator[Result]:
    from joblib.externals.loky import as_completed

    with pool(count) as submit:
        futures = [submit(work, thing) for thing in things]
        for future in futures if in_order else as_completed(futures):
            yield future.result()


@contextmanager
def pool(jobs: int | None = None) -> Iterator[Callable[..., Future[Any]]]:
    """Processes that do what is submitted, as a function and what it is to be called with.

    Left by an error, by Ctrl-C or before the end, the block stops them, whatever they are at.

    Parameters
    ----------
    jobs
        How many there are at most; None: as many as there are cores.
    """
    # loky's processes, unlike the standard library's, do not run the page that started them
    from joblib import cpu_count
    from joblib.externals.loky import ProcessPoolExecutor

    count = jobs or cpu_count()
    threads = str(max(cpu_count() // count, 1))
    executor = ProcessPoolExecutor(
        count, initializer=_leave_interrupts, env=dict.fromkeys(THREADS, threads)
    )
    waiting: list[Future[Any]] = []

    def submit(work: Callable[..., Result], *given: Any) -> Future[Result]:
        waiting[:] = [future for future in waiting if not future.done()]
        waiting.append(executor.submit(work, *given))
        return waiting[-1]

    try:
        yield submit
    except BaseException:  # an error there, Ctrl-C here, or whoever asked stops
        for future in waiting:
            future.cancel()
        _end(executor)
        raise
    finally:
        executor.shutdown()


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(executor: ProcessPoolExecutor) -> None:
    """End the executor's processes, whatever they are at.

    Its own way, ``shutdown(kill_workers=True)``, fails in a thread of its own when there is work
    not yet handed out: that is forgotten, and then asked for.
    """
    for process in list(executor._processes.values()):  # noqa: SLF001 (nothing else names them)
        process.terminate()
