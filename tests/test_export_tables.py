"""Tables of an export: what is joined, written and read back."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from musegen.errors import RequestError
from musegen.studies.export import codebook, tables
from musegen.studies.export.columns import (
    PARTICIPANTS,
    PLATFORM_IDS,
    STIMULI,
    TABLE,
    VOTES,
    Columns,
    Kind,
    names,
)
from tests import exports

ALL = {"votes": TABLE, "participants": PARTICIPANTS, "stimuli": STIMULI, "ids": PLATFORM_IDS}


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("columns", ALL.values(), ids=list(ALL))
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_every_table_survives_csv_and_parquet(columns: Columns, data: st.DataObject) -> None:
    frame = tables.typed(data.draw(exports.frames(columns)), columns)
    assert_frame_equal(tables.from_csv(tables.to_csv(frame, columns), columns), frame)
    assert_frame_equal(tables.from_parquet(tables.to_parquet(frame, columns), columns), frame)


@given(exports.tables())
@settings(max_examples=25, deadline=None)
def test_the_table_has_each_vote_once_with_its_own_person(
    drawn: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    votes, people = drawn
    votes, people = tables.typed(votes, VOTES), tables.typed(people, PARTICIPANTS)
    table = tables.join(votes, people)
    assert list(table) == names(TABLE)
    assert sorted(table["listened_s"].fillna(-1)) == sorted(votes["listened_s"].fillna(-1))
    known = people.set_index(["study", "participant"])["language"].to_dict()
    for row in table.itertuples():
        assert row.language == known.get((row.study, row.participant), "")


def test_the_table_is_in_the_order_of_hearing() -> None:
    table = exports.study().table
    assert list(zip(table["participant"], table["position"], strict=True)) == [
        ("ab12", 1),
        ("ab12", 2),
        ("cd34", 1),
    ]
    assert list(table["language"]) == ["de", "de", "es"]
    assert list(table["musical_training"]) == [3.5, 3.5, 3.5]


def test_csv_is_as_it_is_described() -> None:
    data = tables.to_csv(exports.study().table)
    lines = rows(data)
    second = dict(zip(lines[0], lines[2], strict=True))
    assert data.count(b"\r\n") == data.count(b"\n") == len(lines) == 4
    assert second["created_at"] == "2026-03-01T12:02:00.000007Z"
    assert second["consented_at"] == "2026-03-01T12:00:00.000000Z"
    assert second["is_synthetic"] == "false"
    assert second["response_s"] == "0.30000000000000004"
    assert second["heard_before"] == second["headphone_check"] == second["other_piece"] == ""
    assert dict(zip(lines[0], lines[3], strict=True))["is_synthetic"] == "true"


def test_a_formula_is_no_formula_in_a_spreadsheet_but_is_read_back() -> None:
    table = exports.study().table
    data = tables.to_csv(table)
    assert rows(data)[2][names(TABLE).index("piece")] == "'" + exports.FORMULA
    assert tables.from_csv(data)["piece"][1] == exports.FORMULA
    assert tables.from_parquet(tables.to_parquet(table))["piece"][1] == exports.FORMULA


def test_comments_and_single_answers_are_exported_and_read_back() -> None:
    people = exports.study().participants
    data = tables.to_csv(people, PARTICIPANTS)
    line = dict(zip(*rows(data)[:2], strict=True))
    assert line["comment"] == "'" + exports.COMMENT
    assert [line[f"gold_msi_{item}"] for item in (1, 6, 7)] == ["1", "6", ""]
    again = tables.from_csv(data, PARTICIPANTS)
    assert list(again["comment"]) == [exports.COMMENT] * 3
    assert again["gold_msi_6"].tolist() == [6, 6, 6]
    assert again["gold_msi_7"].isna().all()


def test_the_codebook_warns_of_comments() -> None:
    book = {column.name: column for column in PARTICIPANTS}
    assert "name themselves" in book["comment"].identifies
    assert all(book[f"gold_msi_{item}"].description for item in range(1, 8))


@given(exports.TEXTS)
@settings(deadline=None)
def test_no_text_can_open_a_formula(text: str) -> None:
    assert tables.guarded(text)[:1] not in set("=+-@\t\r\n＝＋－＠")
    assert tables.unguarded(tables.guarded(text)) == text


@pytest.mark.parametrize("text", ["bwv 66.6", "O’Carolan", "'s ist", "18-29", "C♯ = D♭"])
def test_usual_texts_stay_as_they_are(text: str) -> None:
    assert tables.guarded(text) == text


def test_numbers_below_zero_are_no_formulas() -> None:
    data = exports.study()
    line = rows(tables.to_csv(data.stimuli, STIMULI))[1]
    assert line[names(STIMULI).index("loudness_lufs")] == "-23.0"


def test_a_table_without_votes_has_its_header() -> None:
    table = exports.without_votes().table
    data = tables.to_csv(table)
    assert rows(data) == [names(TABLE)]
    for again in (tables.from_csv(data), tables.from_parquet(tables.to_parquet(table))):
        assert_frame_equal(again, table)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"study,participant\r\nx,y\r\n", "lacks position, kind"),
        (b"\xff\xfe\x00", "no CSV in UTF-8"),
        (b"", "no CSV in UTF-8"),
    ],
)
def test_what_is_no_table_is_told(data: bytes, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        tables.from_csv(data)
    with pytest.raises(RequestError, match="no Parquet"):
        tables.from_parquet(data)


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("sureness", "very", "integer"),
        ("plays", "", "integer"),
        ("is_synthetic", "perhaps", "boolean"),
        ("created_at", "yesterday", "datetime"),
        ("listened_s", "long", "number"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_told(column: str, cell: str, kind: str) -> None:
    lines = rows(tables.to_csv(exports.study().table))
    lines[1][names(TABLE).index(column)] = cell
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    with pytest.raises(RequestError, match=f"“{column}” holds what is no {kind}"):
        tables.from_csv(text.getvalue().encode())


def test_the_codebook_tells_of_every_column() -> None:
    files = {f"{name}.csv": columns for name, columns in ALL.items()}
    lines = rows(codebook.to_csv(files))
    assert tuple(lines[0]) == codebook.FIELDS
    told = [(line[0], line[1]) for line in lines[1:]]
    assert told == [(file, c.name) for file, columns in files.items() for c in columns]
    book = json.loads(codebook.to_json(files))
    assert [(file, c["name"]) for file, found in book["files"].items() for c in found] == told
    answer = next(c for c in book["files"]["votes.csv"] if c["name"] == "answer")
    assert set(answer["levels"]) == {"human", "machine"}
    for line in lines[1:]:
        record = next(c for c in book["files"][line[0]] if c["name"] == line[1])
        told_again = [record[key] or "" for key in ("description", "type", "unit")]
        assert [*told_again, record["missing"] or "", record["identifies"] or ""] == [
            line[codebook.FIELDS.index(field)]
            for field in ("description", "type", "unit", "missing", "identifies")
        ]


@pytest.mark.parametrize("columns", ALL.values(), ids=list(ALL))
def test_every_column_is_described(columns: Columns) -> None:
    for column in columns:
        assert column.description
        if column.kind is Kind.NUMBER:
            assert column.unit
    assert len(set(names(columns))) == len(columns)


def test_the_codebook_says_what_could_identify_a_person() -> None:
    betraying = {c.name for c in (*TABLE, *PLATFORM_IDS) if c.identifies}
    assert {"participant", "created_at", "age_band", "language", "person", "session"} <= betraying
    assert "answer" not in betraying


def test_levels_are_all_that_the_table_holds() -> None:
    table = exports.study().table
    for column in TABLE:
        if column.levels and column.name != "condition":
            found = set(tables.as_texts(table[column.name], column)) - {""}
            assert found <= set(column.levels), column.name
