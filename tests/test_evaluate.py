"""The report on a genre, by the command line, with a model and few pieces."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from musegen import cards, genres, models
from musegen.cli import app
from musegen.commands import evaluate
from musegen.evaluation import systems, tables
from musegen.metre import usual_metre
from musegen.song import A_MINOR, Song, regular_bars
from tests.conftest import ROOT

SONGS = 6


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The fiddle's model with a split of a few pieces, so that little has to be read."""
    home = tmp_path_factory.mktemp("models")
    without = shutil.ignore_patterns("article.*")  # songs as in 2018 take long
    shutil.copytree(ROOT / "models" / "fiddle", home / "fiddle", ignore=without)
    path = home / "fiddle" / models.SPLIT_FILE
    split = json.loads(path.read_text(encoding="utf-8"))
    for side, count in {"train": 30, "validation": 4, "test": 6}.items():
        split[side] = split[side][:count]
    path.write_text(json.dumps(split), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUSEGEN_MODELS", str(home))
        yield home / "fiddle"


@pytest.fixture(scope="module")
def figures(folder: Path) -> dict[str, Any]:
    """A report as JSON that also goes into the model card."""
    result = run("fiddle", "--songs", SONGS, "--seed", 3, "--write-card", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found == json.loads((folder / models.EVALUATION_FILE).read_text(encoding="utf-8"))
    return dict(found)


def test_the_report_has_every_part(figures: dict[str, Any]) -> None:
    assert figures["songs"] == figures["pieces"] == SONGS
    assert set(figures["systems"]) == {"event", "article", "markov"}
    for name in ("event", "markov"):
        system = figures["systems"][name]
        assert [v["judge"] for v in system["judges"]["judges"]] == ["trees", "linear", "notes"]
        for part in ("overlaps", "structure", "endings", "leading", "copying"):
            assert system[part], part
    assert figures["systems"]["event"]["structure"]["b_b"] is not None
    learned = figures["human"]["learned"]
    assert set(learned["auc"]) == {"trees", "linear", "notes"}
    assert 0 <= learned["best_auc"] <= 1
    assert set(figures["likelihood"]) == {"event", "markov"}
    assert {goal["name"] for goal in figures["goals"]} >= {"auc", "copying", "likeness", "ending"}


@pytest.mark.usefixtures("folder")
def test_songs_are_in_mode_and_metre_of_the_pieces_beside_them() -> None:
    bars = {metre: regular_bars(2, *metre) for metre in ((3, 4), (9, 8), (5, 4))}
    like = [Song("", (), own, key=A_MINOR) for own in bars.values()]
    made = list(
        systems.composed(systems.System.EVENT, "fiddle", range(4), like=like).songs.values()
    )
    assert {song.key for song in made} == {A_MINOR}
    found = [usual_metre(song.bars) for song in made]
    assert (found[0], found[1], found[3]) == ((3, 4), (9, 8), (3, 4))
    assert found[2] in genres.find("fiddle").metres, "no fiddle tune is composed in 5/4"


def test_a_missing_system_says_why(figures: dict[str, Any]) -> None:
    assert "train fiddle" in figures["systems"]["article"]["missing"]


def test_the_report_is_in_words(
    figures: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate.show("Fiddle tune", figures)
    text = " ".join(capsys.readouterr().out.split())
    for table in tables.tables(figures):
        assert table.title in text
    assert "Fiddle tune: 6 songs beside 6 human pieces" in text
    assert "boosted trees over musical features" in text
    assert figures["systems"]["event"]["judges"]["tells"][0]["words"] in text


def test_the_card_has_tables_and_pictures(folder: Path, figures: dict[str, Any]) -> None:
    card = (folder / models.CARD_FILE).read_text(encoding="utf-8")
    for table in tables.tables(figures):
        assert tables.to_markdown(table) in card
    for name in (cards.JUDGES_PLOT, cards.OVERLAP_PLOT):
        assert f"]({name})" in card
        picture = (folder / name).read_text(encoding="utf-8")
        assert picture.startswith("<?xml")
        assert "humans" in picture
        assert len(picture) < 100_000


def test_the_overview_marks_what_falls_short(figures: dict[str, Any]) -> None:
    table = tables.overview([figures])
    (row,) = table.rows
    assert len(row) == len(table.header)
    cells = dict(zip(table.header, row, strict=True))
    assert cells["genre"] == "`fiddle`"
    assert cells["as in 2018"] == tables.UNKNOWN
    assert cells["learned pieces"] == tables.number(figures["human"]["learned"]["best_auc"])
    goal = next(goal for goal in figures["goals"] if goal["name"] == "auc")
    assert cells["best judge's AUC"].startswith("**") is not goal["is_met"]


def test_too_few_songs_are_one_sentence(folder: Path) -> None:
    assert folder
    result = run("fiddle", "--songs", 3)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip() == "3 songs are too few to judge; ask for 6 or more."


def test_too_few_human_pieces_are_one_sentence(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "models"
    shutil.copytree(folder, home / "fiddle")
    path = home / "fiddle" / models.SPLIT_FILE
    split = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(split | {"validation": []}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUSEGEN_MODELS", str(home))
        split["test"] = split["test"][:4]
        path.write_text(json.dumps(split | {"validation": []}), encoding="utf-8")
        result = run("fiddle", "--songs", SONGS)
    assert result.exit_code == 2
    assert result.stderr.strip().startswith("Only 4 held-out pieces have 8 bars or more")


def test_an_unknown_genre_is_one_sentence() -> None:
    result = run("polka")
    assert result.exit_code == 2
    assert "There is no genre called “polka”" in result.stderr
