"""What docs/export.md says of reading an export is what happens."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from musegen.studies.export import write_all
from tests import exports
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
WRITING, READING, PANDAS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def unpack(folder: Path) -> None:
    with zipfile.ZipFile(write_all(exports.study(), folder)) as archive:
        archive.extractall(folder)


def test_the_lines_that_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    exec(WRITING, {"data": exports.study()})  # noqa: S102
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["study-bach-2026.zip"]


def test_the_lines_that_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unpack(tmp_path)
    monkeypatch.chdir(tmp_path)
    with_musegen: dict[str, Any] = {}
    exec(READING, with_musegen)  # noqa: S102
    alone: dict[str, Any] = {}
    exec(PANDAS, alone)  # noqa: S102
    votes = alone["votes"]
    assert len(votes) == len(with_musegen["votes"]) == 3
    for moment in ("created_at", "consented_at", "finished_at"):
        assert str(votes[moment].dtype) == "datetime64[us, UTC]"
        assert (votes[moment].dropna() == with_musegen["votes"][moment].dropna()).all()
    assert votes["is_synthetic"].dtype == "bool"
    assert list(alone["right"]) == [True]
    assert re.search(r"event\s+1\.0", capsys.readouterr().out)


LAYOUT = (
    "README.txt",
    "study.yaml",
    "versions.json",
    "codebook.csv",
    "table/votes.csv",
    "table/votes.parquet",
    "table/participants.csv",
    "bids/participants.tsv",
    "bids/task-bach2026_beh.json",
    "bids/sub-ab12/beh/sub-ab12_task-bach2026_beh.tsv",
    "psych-ds/data/study-bach2026_data.csv",
    "stimuli/stimuli.csv",
)


@pytest.mark.parametrize("name", LAYOUT)
def test_the_layout_is_the_one_that_is_drawn(name: str, tmp_path: Path) -> None:
    unpack(tmp_path)
    assert (tmp_path / "study-bach-2026" / name).is_file()
    assert name.rsplit("/", maxsplit=1)[-1] in PAGE
