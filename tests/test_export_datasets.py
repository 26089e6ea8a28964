"""BIDS and Psych-DS: what their specifications ask, and what the BIDS validator says."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from musegen.studies.export import Format, StudyData, write_all
from musegen.studies.export.bids import BEHAVIOUR, labels
from musegen.studies.export.columns import TABLE, names
from musegen.studies.export.tables import from_csv
from tests import exports

VALIDATOR = Path(sys.executable).with_name("bids-validator-deno")


def unpacked(data: StudyData, folder: Path, format_: Format) -> Path:
    """The dataset of that format, unpacked."""
    path = write_all(data, folder / "study.zip", formats=[format_])
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder / f"study-{data.name}" / format_.value


def read_tsv(path: Path) -> list[dict[str, str]]:
    """Rows of a TSV as BIDS reads it: split at tabs and line feeds, no quotes."""
    head, *lines = path.read_bytes().decode().removesuffix("\n").split("\n")
    fields = head.split("\t")
    assert len(set(fields)) == len(fields)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", field) for field in fields)
    found = [line.split("\t") for line in lines]
    assert all(len(cells) == len(fields) and all(cells) for cells in found)
    return [dict(zip(fields, cells, strict=True)) for cells in found]


def issues(dataset: Path) -> list[dict[str, Any]]:
    """What the BIDS validator finds fault with."""
    done = subprocess.run(
        [VALIDATOR, str(dataset), "--format", "json"], capture_output=True, text=True
    )
    return list(json.loads(done.stdout)["issues"]["issues"])


RECOMMENDED = {"JSON_KEY_RECOMMENDED", "SIDECAR_KEY_RECOMMENDED"}
UNKNOWN = {
    "HEDVersion",
    "SourceDatasets",
    "Instructions",
    "CogAtlasID",
    "CogPOID",
    "InstitutionName",
    "InstitutionAddress",
    "InstitutionalDepartmentName",
}
"""What BIDS recommends and an export cannot know, or does not have."""


@pytest.mark.parametrize("mp3", [None, exports.mp3])
def test_the_bids_validator_finds_no_fault(mp3: Any, tmp_path: Path) -> None:
    data = exports.study(mp3=mp3, authors=("A. Bach", "B. Händel"), licence="CC0")
    found = issues(unpacked(data, tmp_path, Format.BIDS))
    assert [i for i in found if i["code"] not in RECOMMENDED] == []
    assert {i["subCode"] for i in found} <= UNKNOWN


def test_the_bids_validator_would_find_faults(tmp_path: Path) -> None:
    dataset = unpacked(exports.study(), tmp_path, Format.BIDS)
    (dataset / "stray.txt").write_text("x")
    (dataset / "participants.tsv").write_text("participant_id\nsub-zz\n")
    codes = {i["code"] for i in issues(dataset) if i["severity"] == "error"}
    assert {"NOT_INCLUDED", "PARTICIPANT_ID_MISMATCH"} <= codes


def test_a_bids_dataset_without_votes_is_told_as_that_alone(tmp_path: Path) -> None:
    dataset = unpacked(exports.without_votes(), tmp_path, Format.BIDS)
    faults = [i for i in issues(dataset) if i["severity"] == "error"]
    assert faults == []
    assert not list(dataset.glob("sub-*"))


def test_bids_rules(tmp_path: Path) -> None:
    """Those of “Behavioral recordings” and “Common principles”."""
    dataset = unpacked(exports.study(), tmp_path, Format.BIDS)
    description = json.loads((dataset / "dataset_description.json").read_bytes())
    assert description["Name"] == "Bach or machine?"
    assert re.fullmatch(r"1\.\d+\.\d+", description["BIDSVersion"])
    assert description["GeneratedBy"] == [{"Name": "musegen", "Version": "1.4.0"}]
    assert len((dataset / "README").read_text(encoding="utf-8")) > 150
    assert (dataset / "CHANGES").read_text() == "1.0.0 2026-03-01\n  - First export.\n"
    subjects = sorted(path.name for path in dataset.glob("sub-*"))
    people = read_tsv(dataset / "participants.tsv")
    assert next(iter(people[0])) == "participant_id"
    assert [row["participant_id"] for row in people] == subjects == ["sub-ab12", "sub-cd34"]
    dictionary = json.loads((dataset / "participants.json").read_bytes())
    assert list(dictionary) == list(people[0])
    sidecar = json.loads((dataset / "task-bach2026_beh.json").read_bytes())
    assert sidecar["TaskName"] == "bach-2026"
    assert sidecar["sureness"]["Levels"]["3"] == "certain"
    assert sidecar["listened_s"]["Units"] == "s"
    for subject in subjects:
        table = dataset / subject / "beh" / f"{subject}_task-bach2026_beh.tsv"
        for row in read_tsv(table):
            assert set(row) <= set(sidecar)
            assert list(row)[:3] == ["trial_type", "response_time", "stim_file"]
            assert (dataset / "stimuli" / row["stim_file"]).is_file()


def test_bids_has_the_votes_themselves(tmp_path: Path) -> None:
    dataset = unpacked(exports.study(), tmp_path, Format.BIDS)
    first, second = read_tsv(dataset / "sub-ab12" / "beh" / "sub-ab12_task-bach2026_beh.tsv")
    assert (first["trial_type"], second["trial_type"]) == ("practice", "clip")
    assert (first["position"], second["position"]) == ("1", "2")
    assert second["heard_before"] == second["other_stim_file"] == "n/a"
    assert second["piece"] == "'" + exports.FORMULA
    assert second["response_time"] == "0.30000000000000004"
    pair = read_tsv(dataset / "sub-cd34" / "beh" / "sub-cd34_task-bach2026_beh.tsv")[0]
    assert (pair["stim_file"], pair["other_stim_file"]) == ("c1.wav", "c3.wav")
    assert pair["is_synthetic"] == "true"
    assert names(BEHAVIOUR) == list(pair)


def test_a_text_cannot_break_a_bids_table(tmp_path: Path) -> None:
    data = exports.study()
    votes = data.votes.assign(piece="a\tb\r\nc\u2028“d” 🎻", condition="\n")
    dataset = unpacked(replace(data, votes=votes), tmp_path, Format.BIDS)
    rows = read_tsv(dataset / "sub-ab12" / "beh" / "sub-ab12_task-bach2026_beh.tsv")
    assert [row["piece"] for row in rows] == ["a b c “d” 🎻"] * 2
    assert [row["condition"] for row in rows] == ["n/a"] * 2


def test_labels_are_alphanumeric_and_differ_in_more_than_case() -> None:
    found = labels(["a-1", "A1", "a1", "a1x2", "é", "–"])
    assert set(found) == {"a-1", "A1", "a1", "a1x2", "é", "–"}
    assert all(re.fullmatch(r"sub-[a-zA-Z0-9]+", label) for label in found.values())
    assert len({label.lower() for label in found.values()}) == len(found)
    assert labels(["-a1", "A1"]) == {"-a1": "sub-a1", "A1": "sub-A1x2"}
    assert labels(["ab12", "ab12"]) == {"ab12": "sub-ab12"}


SCHEMA_ORG = {
    "Dataset": {
        "name", "description", "schemaVersion", "keywords", "variableMeasured", "license",
        "creator", "dateModified",
    },
    "PropertyValue": {"name", "description", "unitText", "value", "valueReference"},
    "Person": {"name"},
}  # fmt: skip
"""The properties of schema.org's types that are used here; another is a typing error."""


def check_types(value: Any) -> None:
    """Every object has a type of schema.org and properties of that type alone."""
    for thing in value if isinstance(value, list) else [value]:
        if isinstance(thing, dict):
            assert set(thing) - {"@type", "@context"} <= SCHEMA_ORG[thing["@type"]]
            for inner in thing.values():
                check_types(inner)


def check_psych_ds(dataset: Path) -> None:
    """The rules of https://psychds-docs.readthedocs.io, “Rules and Conventions”."""
    files = [path for path in dataset.rglob("*") if path.is_file()]
    assert all(path.stat().st_size for path in files)
    description = json.loads((dataset / "dataset_description.json").read_bytes().decode())
    assert description["@context"] == "https://schema.org/"
    assert description["@type"] == "Dataset"
    assert all(description[key] for key in ("name", "description", "variableMeasured"))
    check_types(description)
    assert (dataset / "README.md").is_file()
    assert (dataset / "CHANGES.md").is_file()
    tables = [path for path in files if "data" in path.relative_to(dataset).parts[:-1]]
    assert tables
    measured = [variable["name"] for variable in description["variableMeasured"]]
    assert len(set(measured)) == len(measured)
    for path in tables:
        assert re.fullmatch(r"([a-z]+-[a-zA-Z0-9]+)(_[a-z]+-[a-zA-Z0-9]+)*_data\.csv", path.name)
        assert {k.split("-")[0] for k in path.stem.split("_")[:-1]} <= {"study", "description"}
        head, *lines = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
        assert all(len(line) == len(head) for line in lines)
        assert head == measured


@pytest.mark.parametrize("data", [exports.study(authors=("A. Bach",)), exports.without_votes()])
def test_psych_ds_rules(data: StudyData, tmp_path: Path) -> None:
    dataset = unpacked(data, tmp_path, Format.PSYCH_DS)
    check_psych_ds(dataset)
    again = from_csv((dataset / "data" / "study-bach2026_data.csv").read_bytes())
    pd.testing.assert_frame_equal(again, data.table)


def test_psych_ds_says_what_every_column_means(tmp_path: Path) -> None:
    dataset = unpacked(exports.study(), tmp_path, Format.PSYCH_DS)
    description = json.loads((dataset / "dataset_description.json").read_bytes())
    found = {variable["name"]: variable for variable in description["variableMeasured"]}
    assert list(found) == names(TABLE)
    assert all(variable["description"] for variable in found.values())
    assert found["listened_s"]["unitText"] == "s"
    assert {"@type": "PropertyValue", "value": "3", "description": "certain"} in found["sureness"][
        "valueReference"
    ]
