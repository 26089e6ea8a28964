"""A study written to one file: the tidy table alone, or an archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from musegen.errors import RequestError
from musegen.files import make_folder, write_whole
from musegen.studies.export import Format, StudyData, archive_name, tables, write_all

TABLES = ("csv", "parquet")


def write(
    data: StudyData,
    out: Path,
    *,
    kind: str,
    with_platform_ids: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write a study and return the file that was written.

    Parameters
    ----------
    out
        A file; a folder, or a path without an ending, gets one of the usual name.
    kind
        “csv” or “parquet” for the tidy table, “bids”, “psych-ds” or “all” for an archive.

    Raises
    ------
    RequestError
        When a table is to hold platform ids, which only archives do.
    FailureError
        When nothing can be written there.
    """
    ending = f".{kind}" if kind in TABLES else ".zip"
    if out.is_dir() or not out.suffix:
        make_folder(out)
        out /= archive_name(data.name).removesuffix(".zip") + ending
    if kind in TABLES:
        if with_platform_ids:
            raise RequestError(
                "Platform ids stand in a file of their own; ask for --format all, bids or psych-ds."
            )
        write_whole(out, _table(data, kind))
        return out
    formats = tuple(Format) if kind == "all" else (Format(kind), Format.STIMULI)
    return write_all(
        data, out, formats=formats, with_platform_ids=with_platform_ids, progress=progress
    )


def _table(data: StudyData, kind: str) -> bytes:
    return tables.to_csv(data.table) if kind == "csv" else tables.to_parquet(data.table)
