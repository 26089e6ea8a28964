"""Frames to CSV and Parquet, and back.

CSV is UTF-8 after RFC 4180: a header, commas, lines that end in CR LF, quotes where they are
needed. Moments are ISO 8601 in UTC, truths ``true`` and ``false``, and what is missing is
empty. A text that a spreadsheet would take for a formula has an apostrophe before it, which
`from_csv` takes away again: `guarded` and `unguarded` are a pair for every text. Parquet holds
the texts as they are.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pandas as pd

from musegen.errors import RequestError
from musegen.studies.export.columns import ABOUT_PERSONS, TABLE, Column, Columns, Kind, names

MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"

# What opens a formula in a spreadsheet, full-width twins included: OWASP, “CSV Injection”.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_TRUTHS = {"true": True, "false": False}


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def join(votes: pd.DataFrame, participants: pd.DataFrame) -> pd.DataFrame:
    """The tidy table: votes with what is known of those who gave them.

    Parameters
    ----------
    votes, participants
        With at least the columns of `columns.VOTES` and `columns.PARTICIPANTS`.

    Returns
    -------
    pd.DataFrame
        Shape (votes, len(columns.TABLE)), each participant's votes together and in order.
        Where a participant is not listed, the cells about that person are missing.
    """
    persons = participants[["study", "participant", *names(ABOUT_PERSONS)]]
    joined = votes.merge(
        persons, how="left", on=["study", "participant"], validate="many_to_one"
    ).sort_values(["participant", "position"], kind="stable", ignore_index=True)
    return typed(joined, TABLE)


def typed(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """The frame with these columns alone, in order and of their types; missing text is empty.

    Raises
    ------
    RequestError
        When columns are lacking, or hold what they cannot.
    """
    lacking = [name for name in names(columns) if name not in frame]
    if lacking:
        raise RequestError(f"The table lacks {', '.join(lacking)}; take one that has these.")
    return pd.DataFrame({c.name: _typed(frame[c.name], c) for c in columns}).reset_index(drop=True)


def _typed(cells: pd.Series[Any], column: Column) -> pd.Series[Any]:
    try:
        if column.kind is Kind.TEXT:
            return cells.astype("object").where(cells.notna(), "").astype("str")
        if column.kind is Kind.MOMENT:
            cells = pd.to_datetime(cells, utc=True, format="ISO8601")
        elif column.kind is Kind.BOOLEAN and cells.dtype != "bool":
            cells = cells.map(lambda cell: _TRUTHS[str(cell).lower()])
        return cells.astype(column.dtype)  # type: ignore[call-overload,no-any-return]  # a type by its name
    except (KeyError, TypeError, ValueError) as error:
        raise RequestError(
            f"The column “{column.name}” holds what is no {column.kind}; correct the table."
        ) from error


def as_texts(cells: pd.Series[Any], column: Column) -> list[str]:
    """A column's cells as they are written; what is missing is empty."""
    if column.kind is Kind.BOOLEAN:
        return ["true" if cell else "false" for cell in cells]
    if column.kind is Kind.MOMENT:
        cells = cells.dt.strftime(MOMENT)
    return ["" if pd.isna(cell) else str(cell) for cell in cells.tolist()]


def to_csv(frame: pd.DataFrame, columns: Columns = TABLE) -> bytes:
    """The frame as CSV."""
    cells = [
        [guarded(text) for text in texts] if column.kind is Kind.TEXT else texts
        for column, texts in ((c, as_texts(frame[c.name], c)) for c in columns)
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names(columns))
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue().encode()


def from_csv(data: bytes, columns: Columns = TABLE) -> pd.DataFrame:
    """The frame that `to_csv` wrote.

    Raises
    ------
    RequestError
        When this is no such table.
    """
    try:
        frame = pd.read_csv(io.BytesIO(data), dtype="str", keep_default_na=False)
    except ValueError as error:  # pandas' parser errors and broken UTF-8 are ValueErrors
        raise RequestError("This is no CSV in UTF-8; take one that musegen wrote.") from error
    for column in columns:
        if column.name in frame:
            frame[column.name] = _read(frame[column.name], column)
    return typed(frame, columns)


def _read(cells: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if column.kind is Kind.TEXT:
        return cells.map(unguarded)
    return cells.where(cells != "")


def to_parquet(frame: pd.DataFrame, columns: Columns = TABLE) -> bytes:
    """The frame as Parquet."""
    buffer = io.BytesIO()
    frame[names(columns)].to_parquet(buffer, index=False)
    return buffer.getvalue()


def from_parquet(data: bytes, columns: Columns = TABLE) -> pd.DataFrame:
    """The frame that `to_parquet` wrote.

    Raises
    ------
    RequestError
        When this is no such table.
    """
    try:
        frame = pd.read_parquet(io.BytesIO(data))
    except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
        raise RequestError("This is no Parquet; take a file that musegen wrote.") from error
    return typed(frame, columns)
