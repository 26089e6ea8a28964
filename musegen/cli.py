"""The command line: ``python -m musegen``.

What was asked for goes to standard output (with ``--json`` one JSON object and nothing
else), progress and errors to standard error. An error is one sentence; the exit status is 2
for a wrong request, 1 for a failure, 130 after Ctrl-C.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from musegen import __version__
from musegen.commands.bench import bench
from musegen.commands.compose import compose
from musegen.commands.evaluate import evaluate
from musegen.commands.fetch import fetch
from musegen.commands.study import study
from musegen.commands.train import train
from musegen.commands.train_critic import train_critic
from musegen.errors import MusegenError

DEBUG_VARIABLE = "MUSEGEN_DEBUG"
INTERRUPTED = 130


class CalmGroup(TyperGroup):
    """Says what went wrong in one sentence, never in a stack trace."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        def run() -> Any:
            return super(CalmGroup, self).main(
                args, prog_name, complete_var, False, windows_expand_args, **extra
            )

        if not standalone_mode:
            return run()
        return sys.exit(_status_of(run))


def _status_of(run: Callable[[], Any]) -> int:
    try:
        status = run()
    except Exception as error:
        if _debugging():
            raise
        if text := sentence(error):
            typer.echo(text, err=True)
        return exit_status(error)
    return status if isinstance(status, int) else 0


def sentence(error: Exception) -> str:
    """What a person reads of an error."""
    if isinstance(error, MusegenError):
        return str(error)
    if isinstance(error, typer.TyperException):
        message = error.format_message()
        if not message:  # the help has just been shown in its place
            return ""
        return f"{message}{'' if message.endswith(('.', '?')) else '.'} See --help."
    if isinstance(error, ModuleNotFoundError):
        return (
            f"The Python package “{error.name}” is missing; "
            "run “python -m pip install -r requirements.txt” and try again."
        )
    if isinstance(error, MemoryError):
        return "The machine's memory is full; close other programs and try again."
    return (
        f"Something went wrong that musegen did not expect ({type(error).__name__}); "
        f"set {DEBUG_VARIABLE}=1 to see where, and please report it."
    )


def exit_status(error: Exception) -> int:
    """2 for a wrong request, 1 for a failure."""
    if isinstance(error, MusegenError):
        return error.exit_status
    return error.exit_code if isinstance(error, typer.TyperException) else 1


app = typer.Typer(
    cls=CalmGroup,
    help="Songs by machines in the manner of human ones: compose, hear and compare them.",
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

GenreName = Annotated[str, typer.Argument(metavar="GENRE", help="One that “genres” lists.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


class SplitName(StrEnum):
    """Which human pieces: those for tests alone, or all that no model has learned from."""

    TEST = "test"
    HELDOUT = "heldout"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _common(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the stack trace of an error.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"


@app.command("genres")
def list_genres(*, as_json: AsJson = False) -> None:
    """List the genres, and which of them have a trained model."""
    from musegen import genres, models

    trained = {info.genre: info for info in models.available()}
    found = [genres.find(name) for name in genres.names()]
    if as_json:
        _print_json({"genres": [_genre_record(genre, trained.get(genre.name)) for genre in found]})
        return
    width = max(len(genre.name) for genre in found)
    for genre in found:
        note = "" if genre.name in trained else " (no model yet)"
        typer.echo(f"{genre.name:{width}}  {genre.description}{note}")


app.command()(compose)


@app.command()
def human(
    genre: GenreName,
    *,
    out: Annotated[Path, typer.Option(help="A folder.", metavar="DIR")],
    count: Annotated[
        int | None, typer.Option(min=1, help="At most so many; all if not given.")
    ] = None,
    split: Annotated[
        SplitName, typer.Option(help="heldout: validation and test together.")
    ] = SplitName.HELDOUT,
    as_json: AsJson = False,
) -> None:
    """Write human pieces that no model has learned from, cleaned like the machine's songs."""
    from musegen import exports, genres
    from musegen.terminal import progress_bar

    genres.find(genre)
    with progress_bar("Reading the pieces") as report:
        pieces = exports.write_pieces(
            genre,
            out,
            count=count,
            split=split.value,
            progress=lambda done, total: report(done, total, ""),
        )
    if as_json:
        _print_json({"out": str(out), "pieces": pieces})
    else:
        typer.echo(f"{len(pieces)} pieces in {out}")


@app.command()
def render(
    score: Annotated[Path, typer.Argument(help="MIDI, MusicXML, ABC or Humdrum.")],
    sound: Annotated[Path, typer.Argument(help="A file that ends in .mp3 or .wav.")],
    *,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another performance.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Play a score into a sound file."""
    from musegen import exports
    from musegen.terminal import progress_bar

    with progress_bar(f"Playing {score.name}"):
        record = exports.render_score(score, sound, seed=seed)
    if as_json:
        _print_json(record | {"out": str(sound)})
    else:
        typer.echo(f"{sound} ({record['length_s']:.0f} s, played as {record['genre']})")


app.command()(train)
app.command()(bench)
app.command()(train_critic)
app.command()(evaluate)
app.command()(fetch)
app.add_typer(study, name="study")


def main() -> None:
    """Run the command line and leave with its exit status."""
    app(prog_name="python -m musegen")


def _genre_record(genre: Any, info: Any) -> dict[str, Any]:
    return {
        "name": genre.name,
        "title": genre.title,
        "description": genre.description,
        "parts": [{"name": voice.name, "program": voice.program} for voice in genre.voices],
        "tempo_bpm": list(genre.tempo_bpm),
        "bars": genre.bars,
        "metres": [f"{upper}/{lower}" for upper, lower in genre.metres],
        "model": None if info is None else info.config,
    }


def _print_json(record: dict[str, Any]) -> None:
    typer.echo(json.dumps(record, ensure_ascii=False))


def _debugging() -> bool:
    return os.environ.get(DEBUG_VARIABLE, "") not in {"", "0"}
