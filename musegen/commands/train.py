"""``python -m musegen train``: a model of one's own music, or a genre's anew."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from musegen.commands.compose import ModelName
from musegen.errors import RequestError

AS_IN_2018 = {
    "networks": "The system of 2018 is one network",
    "keep-last": "The system of 2018 always keeps its last epoch",
    "transposed": "The system of 2018 hears every piece in C major or A minor alone",
    "go-on": "The system of 2018 always begins from nothing",
    "begin-with": "The system of 2018 always begins from nothing",
}
"""Why an option is not for it."""


def train(
    name: Annotated[str, typer.Argument(help="A genre, or a new name for your own music.")],
    more: Annotated[list[Path] | None, typer.Argument(hidden=True)] = None,
    *,
    sources: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="PATH…", help="Scores, or folders of scores."),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="At most so many times through the music.")
    ] = None,
    networks: Annotated[
        int | None,
        typer.Option(
            min=1, max=4, help="Networks that write together: slower; they predict better."
        ),
    ] = None,
    keep_last: Annotated[
        bool,
        typer.Option(
            "--keep-last", help="Keep the last epoch, though an earlier one may predict better."
        ),
    ] = False,
    transposed: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, metavar="SHARE", help="So much of the music is heard in other keys; 0.6."
        ),
    ] = None,
    go_on: Annotated[
        bool, typer.Option("--go-on", help="Go on from the model of that name, not from nothing.")
    ] = False,
    begin_with: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="Begin with what another model of as many parts has learned."
        ),
    ] = None,
    imitate: Annotated[
        int | None,
        typer.Option(
            min=20,
            max=10_000,
            metavar="ROUNDS",
            help="Let the genre's network learn from its own songs too, so many rounds.",
        ),
    ] = None,
    model: Annotated[
        ModelName, typer.Option(help="article: the system of 2018, on a few of the pieces.")
    ] = ModelName.EVENT,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Train a model on scores of yours, or a genre's model anew; stopped, it goes on later."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if more and not sources:
        raise RequestError("Say where the scores are with --from, as in: train NAME --from DIR.")
    common = {
        "paths": [*(sources or []), *(more or [])],
        "say": lambda text: typer.echo(text, err=True),
        "show_progress": sys.stderr.isatty(),
    }
    asked = {
        "networks": networks,
        "keep-last": keep_last or None,
        "transposed": transposed,
        "go-on": go_on or None,
        "begin-with": begin_with,
    }
    if imitate is not None:
        others = [epochs, sources, more, *asked.values()]
        alone = model is ModelName.EVENT and all(other is None for other in others)
        folder = _imitate(name, imitate, alone=alone)
    elif model is ModelName.ARTICLE:
        folder = _train_article(name, epochs, asked, common)
    else:
        folder = _train_events(name, epochs, asked, common)
    if as_json:
        typer.echo(json.dumps({"name": name, "out": str(folder)}, ensure_ascii=False))
    else:
        told_in = "README.md" if model is ModelName.EVENT else "article.json"
        typer.echo(f"{folder} (its {told_in} tells how good it is)")


def _imitate(name: str, rounds: int, *, alone: bool) -> Path:
    from musegen import imitation_training
    from musegen.imitation import ImitationConfig
    from musegen.terminal import progress_bar

    if not alone:
        raise RequestError("--imitate goes on from the genre's model; leave other options out.")
    with progress_bar("Reading the pieces") as report:
        return imitation_training.imitate(
            name,
            ImitationConfig(rounds=rounds),
            say=lambda text: typer.echo(text, err=True),
            progress=lambda share, text: report(share, 1.0, text),
        )


def _train_article(
    name: str, epochs: int | None, asked: dict[str, Any], common: dict[str, Any]
) -> Path:
    from musegen.article import training
    from musegen.article.training import ArticleConfig

    for option, value in asked.items():
        if value is not None:
            raise RequestError(f"{AS_IN_2018[option]}; leave --{option} out.")
    return training.train(name, config=ArticleConfig.of_epochs(epochs), **common)


def _train_events(
    name: str, epochs: int | None, asked: dict[str, Any], common: dict[str, Any]
) -> Path:
    from musegen import training
    from musegen.fitting import TrainingConfig

    begin_with, networks = asked["begin-with"], asked["networks"]
    if asked["go-on"]:
        if begin_with is not None:
            raise RequestError("--go-on begins with the model itself; leave --begin-with out.")
        begin_with = name
    if begin_with is not None and networks is not None:
        raise RequestError(
            "Training goes on with the networks that there are; leave --networks out."
        )
    given = {
        "epochs": epochs,
        "keep_last": asked["keep-last"],
        "share_transposed": asked["transposed"],
    }
    config = TrainingConfig(**{key: value for key, value in given.items() if value is not None})
    return training.train(
        name, config=config, networks=networks or 1, begin_with=begin_with, **common
    )
