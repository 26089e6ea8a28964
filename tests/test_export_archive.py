"""A study's archive: whole, the same each time, and without what must stay hidden."""

from __future__ import annotations

import io
import subprocess
import sys
import tracemalloc
import wave
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from pandas.testing import assert_frame_equal

from musegen.errors import FailureError, RequestError
from musegen.studies.export import Format, StudyData, archive_name, read_table, write_all
from musegen.studies.export.columns import PLATFORM_IDS, STIMULI, TABLE, names
from musegen.studies.export.tables import from_csv
from tests import exports
from tests.conftest import ROOT


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def texts_of(path: Path) -> bytes:
    """All that can be read of an archive: its bytes, and what Parquet packs."""
    parquet = pd.read_parquet(io.BytesIO(contents(path)["study-bach-2026/table/votes.parquet"]))
    return path.read_bytes() + parquet.to_csv().encode()


def test_everything_is_in_one_folder(tmp_path: Path) -> None:
    path = write_all(exports.study(), tmp_path)
    assert path == tmp_path / archive_name("bach-2026") == tmp_path / "study-bach-2026.zip"
    found = contents(path)
    assert {name.split("/")[0] for name in found} == {"study-bach-2026"}
    assert {name.split("/")[1] for name in found} == {
        "README.txt", "study.yaml", "versions.json", "codebook.csv", "codebook.json",
        "table", "bids", "psych-ds", "stimuli",
    }  # fmt: skip
    assert found["study-bach-2026/study.yaml"].decode() == exports.YAML
    assert found["study-bach-2026/versions.json"].startswith(b'{\n  "models"')


def test_the_readme_and_the_codebook_tell_of_what_is_there(tmp_path: Path) -> None:
    whole = contents(write_all(exports.study(), tmp_path, with_platform_ids=True))
    about = whole["study-bach-2026/README.txt"].decode()
    for part in (
        "table/",
        "bids/",
        "psych-ds/",
        "stimuli/",
        "platform_ids.csv",
        "1 of them simulated",
    ):
        assert part in about
    less = contents(write_all(exports.study(), tmp_path, formats=["table"]))
    about = less["study-bach-2026/README.txt"].decode()
    assert "bids/" not in about
    assert "platform_ids.csv  " not in about
    for found in (whole, less):
        book = pd.read_csv(io.BytesIO(found["study-bach-2026/codebook.csv"]))
        for file in set(book["file"]):
            data = found[f"study-bach-2026/{file}"]
            frame = pd.read_parquet if file.endswith("parquet") else pd.read_csv
            assert list(frame(io.BytesIO(data))) == list(book[book["file"] == file]["column"])


def test_the_clips_are_there_with_the_truth_about_them(tmp_path: Path) -> None:
    found = contents(write_all(exports.study(), tmp_path, formats=[Format.STIMULI]))
    listed = from_csv(found["study-bach-2026/stimuli/stimuli.csv"], STIMULI)
    assert list(listed["truth"]) == ["human", "machine", "machine"]
    assert list(listed["title"]) == [exports.TITLE] * 3
    assert listed["seed"].isna().tolist() == [False, True, False]
    for stimulus in listed["stimulus"]:
        data = found[f"study-bach-2026/stimuli/{stimulus}.wav"]
        assert data == exports.wav(stimulus)
        with wave.open(io.BytesIO(data)) as sound:
            assert sound.getframerate() == 8000


def test_the_same_data_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = exports.study(), exports.study()
    shuffled = replace(
        second,
        votes=second.votes[::-1],
        participants=second.participants[::-1],
        stimuli=second.stimuli[::-1],
        versions=dict(reversed(second.versions.items())),
    )
    one = write_all(first, tmp_path / "one.zip")
    two = write_all(shuffled, tmp_path / "two.zip", formats=list(reversed(Format)))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    other = write_all(exports.study(title="Other"), tmp_path / "other.zip")
    assert other.read_bytes() != one.read_bytes()


def test_no_secret_gets_out_unless_asked_for(tmp_path: Path) -> None:
    path = write_all(exports.study(), tmp_path)
    assert b"ab12" in texts_of(path)
    for secret in exports.SECRETS:
        assert secret.encode() not in texts_of(path)
    assert not any("platform" in name for name in contents(path))


def test_platform_ids_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    found = contents(write_all(exports.study(), tmp_path, with_platform_ids=True))
    ids = from_csv(found.pop("study-bach-2026/platform_ids.csv"), PLATFORM_IDS)
    assert ids.loc[0, "person"] == exports.PERSON
    assert list(ids) == names(PLATFORM_IDS)
    for secret in exports.SECRETS:
        assert not any(secret.encode() in data for data in found.values())
    empty = contents(write_all(exports.without_votes(), tmp_path, with_platform_ids=True))
    assert len(from_csv(empty["study-bach-2026/platform_ids.csv"], PLATFORM_IDS)) == 0


def test_a_record_shows_no_platform_id() -> None:
    assert exports.PERSON not in repr(exports.study())


@given(drawn=exports.tables())
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_table_comes_back_from_its_archive(
    drawn: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    votes, people = drawn
    data = exports.study(votes=votes, participants=people)
    assert_frame_equal(read_table(write_all(data, tmp_path)), data.table)


def test_a_table_is_read_from_wherever_it_is(tmp_path: Path) -> None:
    data = exports.study()
    path = write_all(data, tmp_path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "study-bach-2026"
    places = ["table/votes.csv", "table/votes.parquet", "psych-ds/data/study-bach2026_data.csv"]
    for place in [path, *(folder / place for place in places)]:
        assert_frame_equal(read_table(place), data.table)
        assert read_table(str(place))["piece"][1] == exports.FORMULA


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(FailureError, match=r"cannot be read \(no such file"):
        read_table(tmp_path / "votes.csv")
    (tmp_path / "votes.zip").write_bytes(b"PK nothing")
    with pytest.raises(RequestError, match="is no zip"):
        read_table(tmp_path / "votes.zip")
    path = write_all(exports.study(), tmp_path, formats=["bids"])
    with pytest.raises(RequestError, match="export it with the format “table”"):
        read_table(path)


def test_a_study_without_votes_has_empty_tables(tmp_path: Path) -> None:
    path = write_all(exports.without_votes(), tmp_path)
    assert list(read_table(path)) == names(TABLE)
    assert len(read_table(path)) == 0
    people = contents(path)["study-bach-2026/table/participants.csv"]
    assert people.count(b"\r\n") == 1


def test_progress_counts_every_file(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write_all(exports.study(), tmp_path, progress=lambda *done: told.append(done))
    count = len(contents(path))
    assert told == [(i, count) for i in range(1, count + 1)]


def test_sounds_are_not_all_in_memory(tmp_path: Path) -> None:
    clips = pd.DataFrame([exports.clip(f"c{i}") for i in range(20)])
    data = exports.study(stimuli=clips, wav=lambda _: bytes(4_000_000))
    write_all(exports.study(), tmp_path / "before", formats=["stimuli"])  # loads what it needs
    tracemalloc.start()
    path = write_all(data, tmp_path, formats=["stimuli"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 80_000_000
    assert peak < 20_000_000


def test_a_lost_sound_leaves_the_older_archive(tmp_path: Path) -> None:
    path = write_all(exports.study(), tmp_path)
    before = path.read_bytes()

    def lost(stimulus: str) -> bytes:
        return exports.wav(stimulus) if stimulus == "c1" else Path("/nowhere").read_bytes()

    with pytest.raises(FailureError, match="sound of clip “c2” cannot be read"):
        write_all(exports.study(wav=lost), tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_unwritable_place_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FailureError, match=r"cannot be written .*; choose another place\.$"):
        write_all(exports.study(), tmp_path / "file" / "study.zip")


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stops the writing halfway, as a full disk does."""
    program = (
        "import resource, sys, pathlib\n"
        "from musegen.errors import FailureError\n"
        "from musegen.studies.export import write_all\n"
        "from tests import exports\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    write_all(exports.study(), pathlib.Path(sys.argv[1]))\n"
        "except FailureError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, text=True
    )
    assert "cannot be written (file too large); choose another place." in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../etc", "a/b", "", ".hidden", "a b", "ä"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="cannot be a file's name"):
        exports.study(name=name)
    with pytest.raises(RequestError, match="cannot be a file's name"):
        exports.study(stimuli=pd.DataFrame([exports.clip(name)]))


def test_two_rows_of_one_clip_or_person_are_refused() -> None:
    with pytest.raises(RequestError, match="two rows of clip “c1”"):
        exports.study(stimuli=pd.DataFrame([exports.clip("c1"), exports.clip("c1")]))
    with pytest.raises(RequestError, match="two rows of participant “ab12”"):
        exports.study(participants=pd.DataFrame([exports.person("ab12")] * 2))


def test_a_frame_that_lacks_columns_is_refused() -> None:
    with pytest.raises(RequestError, match="lacks sureness"):
        exports.study(votes=exports.study().votes.drop(columns="sureness"))


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no format “xlsx”; choose from table, bids"):
        write_all(exports.study(), tmp_path, formats=["xlsx"])


def test_a_record_keeps_no_other_column() -> None:
    data: StudyData = exports.study()
    assert "token" not in data.votes
    assert not {"token", "ip"} & set(data.participants)
