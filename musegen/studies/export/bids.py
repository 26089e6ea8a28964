"""The study in the Brain Imaging Data Structure (BIDS), as behaviour without imaging.

After https://bids-specification.readthedocs.io, “Behavioral recordings”: one ``_beh.tsv`` a
participant, without onsets, and one description of its columns for all at the top, as the
principle of inheritance recommends. Values are separated by tabs and never quoted, so white
space within a text, be it tabs or line breaks, becomes one space; ``n/a`` stands for what is
missing. People without a vote have no data and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from musegen.studies.export import stimuli, tables, texts
from musegen.studies.export.archive import Entry, text
from musegen.studies.export.codebook import as_json
from musegen.studies.export.columns import (
    PARTICIPANTS,
    VOTES,
    Column,
    Columns,
    Kind,
    names,
)
from musegen.studies.export.data import StudyData

VERSION = "1.10.0"
"""Of the specification; everything used here has been in it since."""

STIM_FILE = Column(
    "stim_file", "sound file of the clip, within /stimuli", missing="the clip is not listed"
)
OTHER_STIM_FILE = Column(
    "other_stim_file",
    "sound file of a pair's second clip, within /stimuli",
    missing="the trial was one clip, not a pair",
)
SUBJECT = Column("participant_id", "label of the participant's folder: “sub-” and the random id")

_NAMES = {"kind": "trial_type", "response_s": "response_time"}
_FIRST = ("kind", "response_s")
_LEFT_OUT = ("study", "participant")

_OF_VOTES = {column.name: column for column in VOTES}
_OWN: Columns = tuple(
    _OF_VOTES[name] for name in [*_FIRST, *(n for n in _OF_VOTES if n not in {*_FIRST, *_LEFT_OUT})]
)
_COLUMNS: Columns = (*_OWN[:2], STIM_FILE, OTHER_STIM_FILE, *_OWN[2:])
BEHAVIOUR: Columns = tuple(replace(c, name=_NAMES.get(c.name, c.name)) for c in _COLUMNS)
"""The columns of a ``_beh.tsv``: those that BIDS has names for, then the study's own."""

PERSONS: Columns = (SUBJECT, *(column for column in PARTICIPANTS if column.name != "study"))
"""The columns of ``participants.tsv``."""


def entries(data: StudyData) -> list[Entry]:
    """All files of the dataset."""
    suffix = "wav" if data.mp3 is None else "mp3"
    table = _with_files(data.table, data, suffix)
    subjects = labels(table["participant"])
    found = [
        text("dataset_description.json", as_json(_description(data))),
        text("README", texts.bids_readme(data)),
        text("CHANGES", texts.changes(data)),
    ]
    if subjects:
        found += [
            text("participants.tsv", _participants(table, subjects)),
            text("participants.json", as_json(describe(PERSONS))),
            text(f"task-{data.label}_beh.json", as_json(_sidecar(data))),
        ]
    for participant, votes in table.groupby("participant", sort=True):
        subject = subjects[str(participant)]
        name = f"{subject}/beh/{subject}_task-{data.label}_beh.tsv"
        found.append(Entry(name, partial(_behaviour, votes)))
    return found + [entry.within("stimuli") for entry in stimuli.sounds(data, suffix)]


def labels(participants: Iterable[str]) -> dict[str, str]:
    """Each participant's folder: “sub-”, then the id's letters and digits.

    Labels differ in more than case, as BIDS wants it; ids that would not get a number more.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for participant in sorted(set(participants)):
        base = label = re.sub(r"[^a-zA-Z0-9]", "", participant) or "x"
        number = 2
        while label.lower() in taken:
            label = f"{base}x{number}"
            number += 1
        taken.add(label.lower())
        found[participant] = f"sub-{label}"
    return found


def to_tsv(frame: pd.DataFrame, columns: Columns) -> str:
    """The frame's columns as tab-separated values: a header, ``n/a`` for what is missing."""
    cells = [_cells(frame[column.name], column) for column in columns]
    lines = ["\t".join(line) for line in [names(columns), *zip(*cells, strict=True)]]
    return "\n".join(lines) + "\n"


def _cells(cells: pd.Series[Any], column: Column) -> list[str]:
    found = tables.as_texts(cells, column)
    if column.kind is Kind.TEXT:
        found = [tables.guarded(" ".join(cell.split())) for cell in found]
    return [cell or "n/a" for cell in found]


def describe(columns: Columns) -> dict[str, Any]:
    """The data dictionary of a table, as its sidecar has it."""
    return {column.name: _describe(column) for column in columns}


def _describe(column: Column) -> dict[str, Any]:
    missing = f" (n/a: {column.missing})" if column.missing else ""
    found: dict[str, Any] = {"Description": column.description + missing}
    if column.levels:
        found["Levels"] = dict(column.levels)
    if column.unit and column.kind is Kind.NUMBER:
        found["Units"] = column.unit
    return found


def _with_files(table: pd.DataFrame, data: StudyData, suffix: str) -> pd.DataFrame:
    known = {stimulus: f"{stimulus}.{suffix}" for stimulus in data.stimuli["stimulus"]}
    return table.assign(
        stim_file=[known.get(stimulus, "") for stimulus in table["stimulus"]],
        other_stim_file=[known.get(stimulus, "") for stimulus in table["other_stimulus"]],
    )


def _behaviour(votes: pd.DataFrame) -> str:
    return to_tsv(votes.rename(columns=_NAMES), BEHAVIOUR)


def _participants(table: pd.DataFrame, subjects: dict[str, str]) -> str:
    people = table.drop_duplicates("participant")
    return to_tsv(people.assign(participant_id=people["participant"].map(subjects)), PERSONS)


def _description(data: StudyData) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Name": data.title or data.name,
        "BIDSVersion": VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [_generator(data)],
    }
    if data.licence:
        found["License"] = data.licence
    if data.authors:
        found["Authors"] = list(data.authors)
    return found


def _generator(data: StudyData) -> dict[str, str]:
    version = data.versions.get("musegen")
    return {"Name": "musegen"} | ({} if version is None else {"Version": str(version)})


def _sidecar(data: StudyData) -> dict[str, Any]:
    return {
        "TaskName": data.name,
        "TaskDescription": texts.description(data),
        **describe(BEHAVIOUR),
    }
