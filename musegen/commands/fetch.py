"""``python -m musegen fetch``: a genre's human pieces from their public source."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def fetch(
    genre: Annotated[str, typer.Argument(metavar="GENRE", help="One that “genres” lists.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Get a genre's human pieces; stopped or broken off, it goes on later."""
    from musegen import corpora, downloads
    from musegen.terminal import progress_bar

    with progress_bar(f"Fetching the human pieces of {genre}") as report:
        folder = downloads.fetch(genre, progress=lambda done, total: report(done, total, ""))
    count = len(corpora.catalogue(genre))
    if as_json:
        out = None if folder is None else str(folder)
        typer.echo(json.dumps({"genre": genre, "pieces": count, "out": out}, ensure_ascii=False))
    elif folder is None:
        typer.echo(f"The {count:,} human pieces of {genre} are on this machine already.")
    else:
        typer.echo(f"{count:,} human pieces of {genre} in {folder}")
