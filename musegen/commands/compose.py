"""``python -m musegen compose``: songs as files."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from musegen.errors import RequestError


class ModeName(StrEnum):
    """Whether a song is in major or in minor."""

    MAJOR = "major"
    MINOR = "minor"


class ModelName(StrEnum):
    """Which system: today's network of note events, or that of the article of 2018."""

    EVENT = "event"
    ARTICLE = "article"


def compose(
    genre: Annotated[str, typer.Argument(metavar="GENRE", help="One that “genres” lists.")],
    *,
    out: Annotated[Path, typer.Option(help="A .mid file; with --count, a folder.")],
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed gives the same song.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=9999, help="How many songs.")] = 1,
    form: Annotated[
        str | None,
        typer.Option(
            help="Such as ABCBDB, or “intro A8 B8 D4:Am B8 outro”.", show_default="ABCBDB"
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Such as G, Bb or F#m; C major or A minor if not given.")
    ] = None,
    mode: Annotated[ModeName | None, typer.Option(help="Any if not given.")] = None,
    metre: Annotated[
        str | None, typer.Option(help="Such as 3/4; any of the genre's if not given.")
    ] = None,
    tempo: Annotated[
        float | None, typer.Option(help="Quarter-note beats a minute.", metavar="BPM")
    ] = None,
    temperature: Annotated[
        float, typer.Option(help="Below 1 more careful, above 1 more daring.")
    ] = 1.0,
    bars: Annotated[int | None, typer.Option(help="Bars in a section.", min=1)] = None,
    lock: Annotated[
        str, typer.Option(help="Sections to keep, such as A,B; the others are composed again.")
    ] = "",
    new_seed: Annotated[
        int | None, typer.Option(min=0, help="With --lock: what the others are composed from.")
    ] = None,
    model: Annotated[
        ModelName, typer.Option(help="article: the system of 2018, with all its faults.")
    ] = ModelName.EVENT,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Compose songs that nobody wrote before."""
    import secrets

    from musegen import exports, genres
    from musegen.composing import Model, Request
    from musegen.form import DEFAULT_FORM
    from musegen.keys import parse_key
    from musegen.metre import parse_metre
    from musegen.song import Mode

    usual = genres.find(genre).form if model is ModelName.EVENT else DEFAULT_FORM
    request = Request(
        genre=genre,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        form=usual if form is None else form,
        key=None if key is None else parse_key(key),
        tempo_bpm=tempo,
        temperature=temperature,
        bars=bars,
        mode=None if mode is None else Mode(mode.value),
        metre=None if metre is None else parse_metre(metre),
        model=Model(model.value),
    )
    one_file = out.suffix.lower() in exports.SONG_SUFFIXES
    if one_file and count > 1:
        raise RequestError(f"{count} songs do not fit into one file; let --out name a folder.")
    if (lock or new_seed is not None) and (seed is None or new_seed is None or not one_file):
        raise RequestError(
            "Composing sections again takes the --seed of a song, a --new-seed and one file."
        )
    keep = [name for name in lock.split(",") if name.strip()]
    if one_file:
        songs = _compose_one(request, out, keep, new_seed)
    else:
        songs = _compose_many(request, count, out)
    if as_json:
        typer.echo(json.dumps({"out": str(out), "songs": songs}, ensure_ascii=False))
    elif one_file:
        typer.echo(f"{out} (seed {request.seed})")
    else:
        typer.echo(f"{count} in {out} (seeds {request.seed} to {request.seed + count - 1})")


def _compose_one(
    request: Any, out: Path, keep: list[str], new_seed: int | None
) -> list[dict[str, Any]]:
    from musegen import exports
    from musegen.terminal import progress_bar

    with progress_bar("Composing") as report:
        return [
            exports.write_song(
                request,
                out,
                keep=keep,
                new_seed=new_seed,
                progress=lambda fraction, text: report(fraction, 1.0, text),
            )
        ]


def _compose_many(request: Any, count: int, out: Path) -> list[dict[str, Any]]:
    from musegen import exports
    from musegen.terminal import progress_bar

    with progress_bar(f"Composing {count} songs") as report:
        return exports.write_songs(
            request, count, out, progress=lambda done, total: report(done, total, "")
        )
