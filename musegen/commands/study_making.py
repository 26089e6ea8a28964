"""``python -m musegen study``: making studies, opening and closing them, taking them away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musegen.errors import RequestError

if TYPE_CHECKING:
    from musegen.studies.registry import Study
    from musegen.studies.store import Store

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
StudyName = Annotated[str, typer.Argument(metavar="NAME", help="One that “study list” lists.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

PAGE = "/Survey?study={}"
"""Where on the app's own address a study begins."""

STOPPED = "Stopped; the clips made so far are kept. The same command goes on."


def create(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A study file (YAML).")],
    *,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; one for each core if not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a study's clips and open it; stopped or broken off, it goes on later."""
    from musegen.studies import study_files
    from musegen.studies.making import make_all
    from musegen.terminal import progress_bar, stoppable

    design, text = study_files.read(file)
    with stoppable(STOPPED), opened_store() as store:
        study = _taken_up(store, design, text)
        with progress_bar(f"Making the clips of {design.name}") as report:
            make_all(store, study, jobs=jobs, progress=lambda done, total: report(done, total, ""))
        record = _record(store, store.studies.get(design.name))
    if as_json:
        print_json(record)
        return
    typer.echo(f"“{design.name}” has its {record['clips']} clips and is {record['status']}.")
    typer.echo(f"Hand out the address of your app with {record['page']} at its end.")


def _taken_up(store: Store, design: Any, text: str) -> Study:
    """The study of the file, whose making may have been broken off before."""
    from musegen.studies import study_files

    there = {study.name: study for study in store.studies.all()}
    if design.name in there:
        study = there[design.name]
        if study.design != design or study.is_synthetic:
            raise RequestError(
                f"There is another study “{design.name}” already; give the new one another name."
            )
        return study
    study_files.check_here(design, now=datetime.now(UTC))
    return store.studies.add(text)


def list_studies(*, as_json: AsJson = False) -> None:
    """List the studies, and where each stands."""
    with opened_store() as store:
        records = [_record(store, study) for study in store.studies.all()]
        unreadable = store.studies.unreadable()
    if as_json:
        print_json({"studies": records, "unreadable": unreadable})
        return
    if not records and not unreadable:
        typer.echo("There is no study yet; “python -m musegen study create FILE” makes one.")
    for record in records:
        synthetic = ", synthetic" if record["is_synthetic"] else ""
        typer.echo(
            f"{record['name']}  {record['status']}{synthetic}, {record['clips']} of "
            f"{record['clips_wanted']} clips, {record['participants']} participants  "
            f"{record['page']}"
        )
    for name in unreadable:
        typer.echo(
            f"{name}  cannot be read; update musegen, or delete it with "
            f"“python -m musegen study delete {name}”."
        )


def close(name: StudyName, *, as_json: AsJson = False) -> None:
    """Close a study: nobody may begin or go on."""
    _change(name, "close", as_json=as_json)


def reopen(name: StudyName, *, as_json: AsJson = False) -> None:
    """Open a study again that was closed by hand."""
    _change(name, "reopen", as_json=as_json)


def _change(name: str, verb: str, *, as_json: bool) -> None:
    with opened_store() as store:
        getattr(store.studies, verb)(name)
        record = _record(store, store.studies.get(name))
    if as_json:
        print_json(record)
    else:
        typer.echo(f"“{name}” is {record['status']}.")


def delete(name: StudyName, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Take away a study with its clips, its participants and their votes."""
    from musegen.studies.clip_files import delete_study
    from musegen.studies.overview import count_all

    with opened_store() as store:
        store.studies.check_there(name)
        counts = count_all(store.database)[name]
        _ask(
            f"Take away “{name}” with {counts.clips} clips and {counts.begun} "
            "participants for ever?",
            yes=yes,
        )
        delete_study(store, name)
    if as_json:
        print_json({"deleted": name})
    else:
        typer.echo(f"“{name}” is gone.")


def delete_participant(
    participant: Annotated[str, typer.Argument(metavar="ID", help="As the export has it.")],
    *,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Forget a participant: votes, answers and the platform's ids."""
    with opened_store() as store:
        _ask(f"Forget participant {participant[:80]} and all votes for ever?", yes=yes)
        store.people.delete(participant)
    if as_json:
        print_json({"deleted": participant})
    else:
        typer.echo(f"Participant {participant} is forgotten.")


def _ask(question: str, *, yes: bool) -> None:
    if yes:
        return
    try:
        is_sure = typer.confirm(question, err=True)
    except typer.Abort:
        raise RequestError("Nobody answered, so nothing was done; add --yes.") from None
    if not is_sure:
        raise RequestError("Nothing was done.")


def _record(store: Store, study: Study) -> dict[str, Any]:
    from musegen.studies.clip_orders import orders

    voters, finished = store.people.count(study.name)
    return {
        "name": study.name,
        "title": study.design.title,
        "status": study.status(datetime.now(UTC)).value,
        "is_synthetic": study.is_synthetic,
        "clips": store.clips.count(study.name).total(),
        "clips_wanted": len(orders(study.design)),
        "participants": voters,
        "finished": finished,
        "page": PAGE.format(study.name),
    }


@contextmanager
def opened_store() -> Iterator[Store]:
    """The store, for a while."""
    from musegen.studies.store import Store

    store = Store.open()
    try:
        yield store
    finally:
        store.close()


def print_json(record: dict[str, Any]) -> None:
    """One JSON object, and nothing else."""
    typer.echo(json.dumps(record, ensure_ascii=False))
