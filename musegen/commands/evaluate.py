"""``python -m musegen evaluate``: how far a genre's songs are from human pieces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from musegen.evaluation.report import Evaluation
    from musegen.evaluation.tables import Table


_WIDE = 160


def evaluate(
    genre: Annotated[str, typer.Argument(metavar="GENRE", help="One that “genres” lists.")],
    *,
    songs: Annotated[
        int | None,
        typer.Option(help="How many to compose; by default as many as held-out pieces."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Song i has the seed SEED + i.")] = 0,
    split: Annotated[
        Literal["test", "heldout"], typer.Option(help="heldout: validation and test together.")
    ] = "heldout",
    baselines: Annotated[
        bool, typer.Option(help="Judge the 2018 system and a Markov chain too.")
    ] = True,
    write_card: Annotated[
        bool, typer.Option("--write-card", help="Put the figures and plots into the model card.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Compose songs and hold them against human pieces in every way there is."""
    from musegen import genres
    from musegen.evaluation.report import evaluate as report_on
    from musegen.terminal import progress_bar

    title = genres.find(genre).title
    with progress_bar(f"Judging {title}") as report:
        found = report_on(
            genre,
            songs=songs,
            seed=seed,
            split=split,
            baselines=baselines,
            progress=lambda share, text: report(share, 1.0, text),
        )
    if write_card:
        _write_card(genre, found)
    if as_json:
        typer.echo(json.dumps(found.figures, ensure_ascii=False))
    else:
        show(title, found.figures)


def _write_card(genre: str, found: Evaluation) -> None:
    from musegen import cards, models
    from musegen.evaluation import plots
    from musegen.files import write_whole

    info = models.info(genre)
    text = json.dumps(found.figures, ensure_ascii=False, indent=1) + "\n"
    write_whole(info.directory / cards.JUDGES_PLOT, plots.judge_plot(found.figures))
    write_whole(info.directory / cards.OVERLAP_PLOT, plots.distribution_plot(found.histograms))
    write_whole(info.directory / models.EVALUATION_FILE, text)
    card = cards.model_card(genre, info.config, found.figures)
    write_whole(info.directory / models.CARD_FILE, card)


def show(title: str, figures: Mapping[str, Any]) -> None:
    """Print a report's figures as tables."""
    from rich.console import Console

    from musegen.evaluation.tables import tables

    console = Console(highlight=False)
    if not console.is_terminal:  # a file has no edge to break lines at
        console = Console(highlight=False, width=_WIDE)
    console.print(
        f"{title}: {figures['songs']} songs beside {figures['pieces']} human pieces that no model "
        f"has learned from."
    )
    for table in tables(figures):
        _show_table(console, table)


def _show_table(console: Console, table: Table) -> None:
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(title=table.title, title_justify="left", title_style="bold", caption=None)
    for i, name in enumerate(table.header):
        shown.add_column(Text(name), justify="left" if i == 0 else "right")
    for row in table.rows:
        shown.add_row(*map(Text, row))
    console.print()
    console.print(shown)
    if table.note:
        console.print(Text(table.note, style="dim"))
