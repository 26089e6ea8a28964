"""Progress on a terminal: a bar on standard error, and nothing where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
