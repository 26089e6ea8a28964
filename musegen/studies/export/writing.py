"""All of a study in one zip: tables, BIDS, Psych-DS, sounds, and how to repeat it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from pathlib import Path

from musegen.errors import RequestError
from musegen.studies.export import (
    archive,
    bids,
    codebook,
    psychds,
    stimuli,
    tables,
    texts,
)
from musegen.studies.export.archive import Entry, text
from musegen.studies.export.codebook import as_json
from musegen.studies.export.columns import (
    PARTICIPANTS,
    PLATFORM_IDS,
    STIMULI,
    TABLE,
    Columns,
)
from musegen.studies.export.data import StudyData

PLATFORM_FILE = "platform_ids.csv"


class Format(StrEnum):
    """What an archive may hold; the value is the name of its folder."""

    TABLE = "table"
    BIDS = "bids"
    PSYCH_DS = "psych-ds"
    STIMULI = "stimuli"


_ALWAYS = (
    "study.yaml        the study file",
    "versions.json     what the study was made with",
    "codebook.csv      what every column of every table means; codebook.json is the same",
)
_ABOUT = {
    Format.TABLE: "table/            the votes as CSV and Parquet, the participants as CSV",
    Format.BIDS: "bids/             the study in the Brain Imaging Data Structure",
    Format.PSYCH_DS: "psych-ds/         the study as a Psych-DS dataset",
    Format.STIMULI: "stimuli/          every clip as WAV, and stimuli.csv: what each one is",
}
_PLATFORM_IDS = "platform_ids.csv  who is who on the recruiting platform: keep it to yourself"


def archive_name(name: str) -> str:
    """What the archive of the study of that name is called."""
    return f"study-{name}.zip"


def write_all(
    data: StudyData,
    path: Path,
    *,
    formats: Collection[Format | str] = tuple(Format),
    with_platform_ids: bool = False,
    progress: archive.Progress | None = None,
) -> Path:
    """Write a study into one zip, whole or not at all; the same data gives the same bytes.

    Parameters
    ----------
    path
        The zip, or the folder that it is to stand in under its usual name.
    formats
        What to put in, beside the study file, the versions and the README.
    with_platform_ids
        Whether to add ``platform_ids.csv``; otherwise platform ids are in none of the files.
    progress
        Told how many files are written, and of how many.

    Returns
    -------
    Path
        The zip that was written.

    Raises
    ------
    RequestError
        When there is no such format.
    FailureError
        When the zip cannot be written there, or a clip's sound cannot be read.
    """
    if path.is_dir():
        path /= archive_name(data.name)
    folder = archive_name(data.name).removesuffix(".zip")
    found = entries(data, formats=formats, with_platform_ids=with_platform_ids)
    archive.write(path, [entry.within(folder) for entry in found], progress=progress)
    return path


def entries(
    data: StudyData, *, formats: Collection[Format | str], with_platform_ids: bool = False
) -> list[Entry]:
    """The files of a study's archive, from its top folder on."""
    wanted = _known(formats)
    contents = [*_ALWAYS, *(_ABOUT[format_] for format_ in wanted)]
    if with_platform_ids:
        contents.append(_PLATFORM_IDS)
    about = texts.readme(data, contents=contents, with_platform_ids=with_platform_ids)
    books = _described(wanted, with_platform_ids=with_platform_ids)
    found = [
        text("README.txt", about),
        text("study.yaml", data.yaml),
        text("versions.json", as_json(dict(sorted(data.versions.items())))),
        text("codebook.csv", codebook.to_csv(books)),
        text("codebook.json", codebook.to_json(books)),
    ]
    if with_platform_ids:
        found.append(text(PLATFORM_FILE, tables.to_csv(data.platform_table, PLATFORM_IDS)))
    for format_ in wanted:
        found += [entry.within(format_.value) for entry in _ENTRIES[format_](data)]
    return found


def _table_entries(data: StudyData) -> list[Entry]:
    table = data.table
    return [
        text("votes.csv", tables.to_csv(table)),
        text("votes.parquet", tables.to_parquet(table)),
        text("participants.csv", tables.to_csv(data.participants, PARTICIPANTS)),
    ]


_ENTRIES: dict[Format, Callable[[StudyData], list[Entry]]] = {
    Format.TABLE: _table_entries,
    Format.BIDS: bids.entries,
    Format.PSYCH_DS: psychds.entries,
    Format.STIMULI: stimuli.entries,
}


def _described(wanted: Collection[Format], *, with_platform_ids: bool) -> dict[str, Columns]:
    """The tables that the codebook tells of; the datasets bring their own descriptions."""
    found: dict[str, Columns] = {}
    if Format.TABLE in wanted:
        found |= {"table/votes.csv": TABLE, "table/votes.parquet": TABLE}
        found["table/participants.csv"] = PARTICIPANTS
    if Format.STIMULI in wanted:
        found[f"stimuli/{stimuli.LIST_FILE}"] = STIMULI
    if with_platform_ids:
        found[PLATFORM_FILE] = PLATFORM_IDS
    return found


def _known(formats: Iterable[Format | str]) -> list[Format]:
    names = {str(format_) for format_ in formats}
    unknown = sorted(names - set(Format))
    if unknown:
        raise RequestError(f"There is no format “{unknown[0]}”; choose from {', '.join(Format)}.")
    return [format_ for format_ in Format if format_ in names]
