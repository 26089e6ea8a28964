"""``python -m musegen study``: what a study's votes say, exports, and simulated votes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musegen.commands.study_making import AsJson, StudyName, opened_store, print_json

if TYPE_CHECKING:
    from musegen.studies.study_report import Report

_WIDE = 160


class FormatName(StrEnum):
    """What to export."""

    CSV = "csv"
    PARQUET = "parquet"
    BIDS = "bids"
    PSYCH_DS = "psych-ds"
    ALL = "all"


_TITLES = {
    "model": "Odds of “human” for human music, compared with a machine’s (mixed model)",
    "called_human": "Called human",
    "right": "Right answers",
    "detection": "Telling machine from human",
    "roc": "By sureness: area under the curve",
    "tests": "Tests",
}


def export(
    name: StudyName,
    *,
    out: Annotated[Path, typer.Option(help="A file; or a folder, for its usual name.")],
    format_: Annotated[
        FormatName,
        typer.Option(
            "--format", help="csv, parquet: the tidy table alone; the others are one zip."
        ),
    ] = FormatName.ALL,
    with_platform_ids: Annotated[
        bool, typer.Option(help="Put the recruiting platform's ids of people in, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a study's votes, participants and clips as files that others can read."""
    from musegen.studies.study_data import study_data
    from musegen.studies.study_export import write
    from musegen.terminal import progress_bar

    with opened_store() as store, progress_bar(f"Writing {name}") as report:
        data = study_data(store, name, with_platform_ids=with_platform_ids)
        written = write(
            data,
            out,
            kind=format_.value,
            with_platform_ids=with_platform_ids,
            progress=lambda done, total: report(done, total, ""),
        )
    if as_json:
        print_json({"study": name, "out": str(written), "votes": len(data.votes)})
    else:
        typer.echo(f"{written} ({len(data.votes)} votes of {len(data.participants)} participants)")


def report(name: StudyName, *, as_json: AsJson = False) -> None:
    """Print what a study's votes say so far."""
    from musegen.studies.study_report import report as report_on

    with opened_store() as store:
        found = report_on(store, name)
    if as_json:
        print_json(found.as_record())
    else:
        _show(found)


def simulate(
    name: StudyName,
    *,
    participants: Annotated[int, typer.Option(min=1, max=10_000, help="How many take part.")],
    d_prime: Annotated[
        float, typer.Option(min=-5, max=5, help="How well they tell machines: 0 is guessing.")
    ] = 1.0,
    bias: Annotated[
        float, typer.Option(min=-3, max=3, help="c: above 0 they say “human” more often.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other answers.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Let simulated people take part in a copy of a study, NAME-synthetic."""
    from musegen.studies.statistics.simulate import Listeners
    from musegen.studies.synthetic import simulate_study
    from musegen.terminal import progress_bar

    with opened_store() as store, progress_bar(f"Simulating {name}") as bar:
        machines = store.studies.get(name).design.machines
        copied = simulate_study(
            store,
            name,
            participants=participants,
            listeners=Listeners(dict.fromkeys(machines, d_prime), criterion=bias),
            seed=seed,
            progress=lambda done, total: bar(done, total, ""),
        )
    if as_json:
        print_json({"study": copied.name, "participants": participants, "is_synthetic": True})
    else:
        typer.echo(f"{participants} simulated participants in “{copied.name}”.")


def _show(found: Report) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from musegen.studies.study_report import to_lines

    console = Console(highlight=False)
    if not console.is_terminal:  # a file has no edge to break lines at
        console = Console(highlight=False, width=_WIDE)
    note = " (synthetic)" if found.is_synthetic else ""
    people = found.people
    console.print(
        f"{found.title}{note}: {people['votes']} votes of {people['participants']} participants, "
        f"{people['finished']} of whom came to the end; {people['flagged']} may not have listened.",
        markup=False,
    )
    for key, rows in found.tables.items():
        lines = to_lines(rows)
        if not lines:
            continue
        table = Table(title=_TITLES[key], title_justify="left", title_style="bold")
        for cell in lines[0]:
            table.add_column(Text(cell))
        for line in lines[1:]:
            table.add_row(*map(Text, line))
        console.print()
        console.print(table)
