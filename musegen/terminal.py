"""Long work on a terminal: a bar on standard error, and an end in words when it is stopped.

There is no bar where nobody watches.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

Report = Callable[[float, float, str], None]
"""Takes what is done, the total, and what is being done (empty: as before)."""


@contextmanager
def progress_bar(text: str) -> Iterator[Report]:
    """Show a bar while the block runs; the block calls what it is given to move it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task(text, total=None)

        def report(done: float, total: float, now: str = "") -> None:
            bar.update(task, completed=done, total=total, description=now or text)

        yield report


class _Terminated(KeyboardInterrupt):
    """Somebody asked the process to end, as Ctrl-C does."""


@contextmanager
def stoppable(said: str) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block with a sentence, and 130 or 143 as exit status.

    Without that, SIGTERM would leave the processes behind that the block has started.
    """

    def terminate(*_: object) -> NoReturn:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except KeyboardInterrupt as stopped:
        number = signal.SIGTERM if isinstance(stopped, _Terminated) else signal.SIGINT
        typer.echo(said, err=True)
        raise typer.Exit(128 + number) from None
    finally:
        signal.signal(signal.SIGTERM, before)
