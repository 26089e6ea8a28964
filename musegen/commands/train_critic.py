"""``python -m musegen train-critic``: teach a genre's critic, by pieces or by listeners too."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from musegen.corpora import PieceRef
    from musegen.critic import Critic
    from musegen.models import ModelInfo
    from musegen.song import Song


FEWEST_SONGS = 5
"""A critic is tried on a fifth of the songs, taught by the others."""


def train_critic(
    genre: Annotated[str, typer.Argument(metavar="GENRE", help="One that “genres” lists.")],
    *,
    study: Annotated[
        bool, typer.Option("--study", help="Learn from the votes in the database as well.")
    ] = False,
    songs: Annotated[
        int | None,
        typer.Option(
            min=FEWEST_SONGS,
            max=1000,
            help="Teach the critic that is there once more, by so many whole songs.",
        ),
    ] = None,
    guide: Annotated[
        bool,
        typer.Option("--guide", help="Teach the guide instead, which picks after every beat."),
    ] = False,
    drafts: Annotated[
        int | None,
        typer.Option(
            min=FEWEST_SONGS,
            max=2000,
            metavar="SONGS",
            help="Teach the discriminator instead, by the drafts of so many songs.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed teaches the same.")] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Teach the critic that picks among a genre's drafts what human sections sound like."""
    from musegen import models
    from musegen.errors import RequestError

    if songs and study:
        raise RequestError("A critic is taught by “--songs” or by “--study”, one after the other.")
    if guide and (songs or study):
        raise RequestError("A guide is taught by pieces alone; leave out “--songs” and “--study”.")
    if drafts and (songs or study or guide):
        raise RequestError("A discriminator is taught by itself; leave out the other options.")
    info = models.info(genre)
    if drafts:
        _teach_discriminator(info, drafts, seed, as_json=as_json)
        return
    if guide:
        _teach_guide(info, seed, as_json=as_json)
        return
    votes = _votes(genre) if study else []
    critic, auc = _by_songs(info, songs, seed) if songs else _by_passages(info, votes, seed)
    path = info.directory / models.CRITIC_FILE
    critic.write(path)
    _forget(info, models.DISCRIMINATOR_FILE)
    if as_json:
        record = {"out": str(path), "auc": auc, "voted": len(votes), "songs": songs or 0}
        typer.echo(json.dumps(record))
        return
    told = ", then ".join(f"{one:.2f}" for one in auc)
    what = "whole songs" if songs else "the network's passages"
    typer.echo(f"{path} (told {what} from human ones with AUC {told})")


def _teach_guide(info: ModelInfo, seed: int, *, as_json: bool) -> None:
    from musegen import models
    from musegen.guide_training import teach_guide
    from musegen.knowledge import Knowledge
    from musegen.terminal import progress_bar

    with progress_bar("Reading the pieces") as report:
        guide, auc = teach_guide(
            Knowledge.of(info),
            list(_pieces(info, report).values()),
            seed=seed,
            progress=lambda share, text: report(share, 1.0, text),
        )
    path = info.directory / models.GUIDE_FILE
    guide.write(path)
    _forget(info, models.DISCRIMINATOR_FILE)
    if as_json:
        typer.echo(json.dumps({"out": str(path), "auc": auc}))
    else:
        typer.echo(f"{path} (tells single beats of the network from human ones with AUC {auc:.2f})")


def _teach_discriminator(info: ModelInfo, drafts: int, seed: int, *, as_json: bool) -> None:
    from musegen import corpora, genres, models
    from musegen.discriminator_training import teach_discriminator
    from musegen.terminal import progress_bar

    with progress_bar("Reading the pieces") as report:
        pieces = _pieces(info, report)
        refs = [ref for ref in corpora.catalogue(info.genre) if ref.id in pieces]
        discriminator, auc = teach_discriminator(
            genres.find(info.genre),
            pieces,
            _works(pieces, refs),
            songs=drafts,
            seed=seed,
            progress=lambda share, text: report(share, 1.0, text),
        )
    path = info.directory / models.DISCRIMINATOR_FILE
    discriminator.write(path)
    if as_json:
        typer.echo(json.dumps({"out": str(path), "auc": auc, "songs": drafts}))
        return
    told = ", ".join(f"{bars} bars {one:.2f}" for bars, one in auc.items())
    typer.echo(f"{path} (tells drafts from human sections with AUC: {told})")


def _works(pieces: Mapping[str, Song], refs: Sequence[PieceRef]) -> dict[str, str]:
    """The work of each piece; by its name alone where all pieces have a tune in common.

    So it is with masses, of which each shares runs with some other.
    """
    from musegen.splits import works_of

    works = works_of(pieces, refs)
    return works if len(set(works.values())) > 1 else {ref.id: ref.work for ref in refs}


def _by_passages(
    info: ModelInfo, votes: Sequence[tuple[Song, float]], seed: int
) -> tuple[Critic, list[float]]:
    """A new critic, after the correction that it hears; that is written first."""
    from musegen import models
    from musegen.critic_training import teach
    from musegen.knowledge import Knowledge
    from musegen.terminal import progress_bar

    with progress_bar("Reading the pieces") as report:
        taught = teach(
            Knowledge.of(info, guided=False),
            list(_pieces(info, report).values()),
            seed=seed,
            votes=votes,
            progress=lambda share, text: report(share, 1.0, text),
        )
    taught.correction.write(info.directory / models.CORRECTION_FILE)
    _forget(info, models.GUIDE_FILE)
    return taught.critic, list(taught.auc)


def _by_songs(info: ModelInfo, songs: int, seed: int) -> tuple[Critic, list[float]]:
    """The critic that is there, taught once more."""
    from musegen.critic_songs import composed, taught_by_songs, with_critic
    from musegen.knowledge import Knowledge
    from musegen.terminal import progress_bar

    knows = replace(Knowledge.of(info), discriminator=None)  # it comes after the critic
    with_critic(knows)  # said before anything takes time
    with progress_bar("Reading the pieces") as report:
        pieces = list(_pieces(info, report).values())
        made = composed(
            knows,
            songs,
            seed=seed,
            progress=lambda share: report(share, 1.0, "Songs are composed for the critic to hear"),
        )
        critic = taught_by_songs(knows, pieces, made, seed=seed)
    return critic, [critic.auc]


def _forget(info: ModelInfo, file: str) -> None:
    """Take away what has learned from songs that are not composed so any more."""
    (info.directory / file).unlink(missing_ok=True)


def _pieces(info: ModelInfo, report: Callable[[float, float, str], None]) -> dict[str, Song]:
    """Those of the training split."""
    from musegen import corpora, models

    train = models.split(info.genre).train
    return corpora.load(info.genre, train, progress=lambda done, all_: report(done, all_, ""))


def _votes(genre: str) -> list[tuple[Song, float]]:
    from musegen import settings
    from musegen.studies.lessons import voted_excerpts
    from musegen.studies.store import Store

    return voted_excerpts(Store.open(settings.database_url()), genre)
