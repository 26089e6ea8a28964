"""The codebook: what each column of each file means, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from musegen.studies.export.columns import Column, Columns

FIELDS = ("file", "column", "description", "type", "unit", "levels", "missing", "identifies")
"""The columns of the codebook itself."""

CONVENTIONS = {
    "encoding": "UTF-8",
    "csv": "RFC 4180: a header, commas, lines that end in CR LF",
    "datetime": "ISO 8601 in UTC, such as 2026-03-01T12:30:00.000000Z",
    "boolean": "true or false",
    "missing": "an empty cell; what that means stands with each column",
    "formulas": (
        "in CSV and TSV, a text that begins with = + - @ (or their full-width twins), a tab or "
        "a line break has an apostrophe before it, so that no spreadsheet takes it for a "
        "formula; one that begins with apostrophes and then one of these has one more; take "
        "the first one away to have the text as it was; Parquet holds texts as they are"
    ),
    "identity": (
        "names, addresses, IP addresses and tokens are in none of these files; “identifies” "
        "says what could still help to find out who somebody is"
    ),
}


def to_csv(files: Mapping[str, Columns]) -> bytes:
    """One row a column: `FIELDS`; levels as “level = meaning”, with semicolons between."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for file, columns in files.items():
        writer.writerows(_row(file, column) for column in columns)
    return text.getvalue().encode()


def _row(file: str, column: Column) -> list[str]:
    levels = "; ".join(f"{level} = {meaning}" for level, meaning in column.levels.items())
    return [
        file,
        column.name,
        column.description,
        column.kind.value,
        column.unit,
        levels,
        column.missing,
        column.identifies,
    ]


def to_json(files: Mapping[str, Columns]) -> str:
    """The same as JSON: the conventions, and for each file its columns."""
    book = {
        "conventions": CONVENTIONS,
        "files": {file: [_record(column) for column in columns] for file, columns in files.items()},
    }
    return as_json(book)


def _record(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "description": column.description,
        "type": column.kind.value,
        "unit": column.unit or None,
        "levels": dict(column.levels) or None,
        "missing": column.missing or None,
        "identifies": column.identifies or None,
    }


def as_json(value: Any) -> str:
    """JSON for people and programs: indented, letters as they are, one line end at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
