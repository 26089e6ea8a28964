"""The study as a Psych-DS dataset: one table, and schema.org's words for what is in it.

After https://psychds-docs.readthedocs.io, “Rules and Conventions”: ``dataset_description.json``
is JSON-LD of the type Dataset, every column of every data file is listed under
``variableMeasured`` and nothing else is, and a data file is named by keywords.
"""

from __future__ import annotations

from typing import Any

from musegen.studies.export import tables, texts
from musegen.studies.export.archive import Entry, text
from musegen.studies.export.codebook import as_json
from musegen.studies.export.columns import TABLE, Column, Kind
from musegen.studies.export.data import StudyData

SCHEMA_VERSION = "Psych-DS 1.5.1"


def entries(data: StudyData) -> list[Entry]:
    """All files of the dataset."""
    return [
        text("dataset_description.json", as_json(description(data))),
        text("README.md", texts.psychds_readme(data)),
        text("CHANGES.md", texts.changes(data)),
        text(f"data/study-{data.label}_data.csv", tables.to_csv(data.table)),
    ]


def description(data: StudyData) -> dict[str, Any]:
    """The dataset's description as JSON-LD."""
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": data.title or data.name,
        "description": texts.description(data),
        "schemaVersion": SCHEMA_VERSION,
        "keywords": ["listening test", "music", *sorted(set(data.stimuli["genre"]))],
        "variableMeasured": [_variable(column) for column in TABLE],
    }
    if data.licence:
        found["license"] = data.licence
    if data.authors:
        found["creator"] = [{"@type": "Person", "name": name} for name in data.authors]
    if data.last_day:
        found["dateModified"] = data.last_day
    return found


def _variable(column: Column) -> dict[str, Any]:
    missing = f" (empty: {column.missing})" if column.missing else ""
    found: dict[str, Any] = {
        "@type": "PropertyValue",
        "name": column.name,
        "description": column.description + missing,
    }
    if column.unit and column.kind is Kind.NUMBER:
        found["unitText"] = column.unit
    if column.levels:
        found["valueReference"] = [
            {"@type": "PropertyValue", "value": level, "description": meaning}
            for level, meaning in column.levels.items()
        ]
    return found
