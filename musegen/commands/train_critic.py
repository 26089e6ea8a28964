"""``python -m musegen train-critic``: teach a genre's critic, by pieces or by listeners too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from musegen.song import Song


def train_critic(
    genre: Annotated[str, typer.Argument(metavar="GENRE", help="One that “genres” lists.")],
    *,
    study: Annotated[
        bool, typer.Option("--study", help="Learn from the votes in the database as well.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed teaches the same.")] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Teach the critic that picks among a genre's drafts what human sections sound like."""
    from musegen import corpora, models
    from musegen.critic_training import teach
    from musegen.knowledge import Knowledge
    from musegen.terminal import progress_bar

    info = models.info(genre)
    votes = _votes(genre) if study else []
    with progress_bar("Reading the pieces") as report:
        pieces = corpora.load(
            genre, models.split(genre).train, progress=lambda done, all_: report(done, all_, "")
        )
        taught = teach(
            Knowledge.of(info, guided=False),
            list(pieces.values()),
            seed=seed,
            votes=votes,
            progress=lambda share, text: report(share, 1.0, text),
        )
    path = info.directory / models.CRITIC_FILE
    taught.correction.write(info.directory / models.CORRECTION_FILE)
    taught.critic.write(path)
    if as_json:
        record = {"out": str(path), "auc": list(taught.auc), "voted": len(votes)}
        typer.echo(json.dumps(record))
        return
    told = ", then ".join(f"{auc:.2f}" for auc in taught.auc)
    typer.echo(f"{path} (told the network's passages from human ones with AUC {told})")


def _votes(genre: str) -> list[tuple[Song, float]]:
    from musegen import settings
    from musegen.studies.lessons import voted_excerpts
    from musegen.studies.store import Store

    return voted_excerpts(Store.open(settings.database_url()), genre)
