"""``python -m musegen study …``: what researchers do with their studies."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from musegen.commands import study_making, study_results

study = typer.Typer(
    help="Look after the listening tests: the researchers' side.", no_args_is_help=True
)

_INTERRUPTED = 130

study.command()(study_making.create)
study.command("list")(study_making.list_studies)
study.command()(study_making.close)
study.command()(study_making.reopen)
study.command()(study_making.delete)
study.command("delete-participant")(study_making.delete_participant)
study.command()(study_results.export)
study.command()(study_results.report)
study.command()(study_results.simulate)


@study.command()
def password(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Make a password for the researchers' pages, and print what to write into the secrets."""
    from musegen.access import HASH_VARIABLE
    from musegen.passwords import hash_password

    hashed = hash_password(_asked_twice())
    if as_json:
        typer.echo(json.dumps({"password_hash": hashed}))
        return
    typer.echo(
        "Put these two lines into .streamlit/secrets.toml, or the hash alone into the environment "
        f"variable {HASH_VARIABLE} (in single quotes where a shell reads it):",
        err=True,
    )
    typer.echo(f'[researchers]\npassword_hash = "{hashed}"')


def _asked_twice() -> str:
    """A password that was typed the same way twice, unseen."""
    from musegen.errors import RequestError

    try:
        first = str(typer.prompt("New password", hide_input=True, err=True))
        second = str(typer.prompt("The same once more", hide_input=True, err=True))
    except typer.Abort as stopped:
        if isinstance(stopped.__context__, KeyboardInterrupt):
            raise typer.Exit(_INTERRUPTED) from None
        raise RequestError(
            "No password was typed; run this command in a terminal and type one twice."
        ) from None
    if first != second:
        raise RequestError("The two passwords differ; run the command again.")
    return first
