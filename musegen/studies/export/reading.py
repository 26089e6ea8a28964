"""Reading a study's tidy table again, for analysis."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd

from musegen.errors import FailureError, RequestError
from musegen.studies.export import tables

_IN_ARCHIVE = "/table/votes.csv"


def read_table(path: Path | str) -> pd.DataFrame:
    """The tidy table of an export: one row a vote, with what is known of who gave it.

    Parameters
    ----------
    path
        A study's zip, or a table alone: ``votes.csv``, ``votes.parquet``, or the data file of a
        Psych-DS dataset.

    Returns
    -------
    pd.DataFrame
        Shape (votes, len(columns.TABLE)), typed; texts are as they were before any apostrophe
        was put before them.

    Raises
    ------
    RequestError
        When the file is no such table.
    FailureError
        When the file cannot be read.
    """
    path = Path(path)
    try:
        if path.suffix.lower() == ".zip":
            return tables.from_csv(_from_archive(path))
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise FailureError(f"“{path}” cannot be read ({reason}); give another file.") from error
    if path.suffix.lower() == ".parquet":
        return tables.from_parquet(data)
    return tables.from_csv(data)


def _from_archive(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(_IN_ARCHIVE):
                    return archive.read(name)
    except zipfile.BadZipFile as error:
        raise RequestError(f"“{path}” is no zip; give one that musegen wrote.") from error
    raise RequestError(f"“{path}” has no table of votes; export it with the format “table”.")
