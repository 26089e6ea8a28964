"""``--model article`` on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import mido
import pytest

from musegen import exports
from musegen.article.network import WINDOW
from musegen.article.training import ArticleConfig, Stage
from tests import article
from tests.test_cli import markers, one_sentence, run


@pytest.fixture(autouse=True)
def _own_models(data_dir: Path) -> Iterator[None]:
    assert data_dir.is_dir()
    exports._composer.cache_clear()
    yield
    exports._composer.cache_clear()


def test_songs_as_in_2018(tmp_path: Path) -> None:
    article.install()
    result = run(
        "compose", "chorale", "--model", "article", "--seed", 5, "--out", tmp_path / "a.mid"
    )
    assert result.exit_code == 0, result.stderr
    assert markers(tmp_path / "a.mid") == list("ABCBDB")
    asked = ("compose", "chorale", "--model", "article", "--form", "AB", "--count", 2, "--seed", 5)
    result = run(*asked, "--out", tmp_path / "songs", "--json")
    assert result.exit_code == 0, result.stderr
    songs = json.loads(result.stdout)["songs"]
    assert [song["model"] for song in songs] == ["article", "article"]
    assert [song["seed"] for song in songs] == [5, 6]
    tracks = [track.name for track in mido.MidiFile(tmp_path / "songs" / "0001.mid").tracks]
    assert tracks[1:] == ["Soprano"]


def test_what_it_cannot_follow_is_a_wrong_request(tmp_path: Path) -> None:
    article.install()
    asked = ("compose", "chorale", "--model", "article", "--out", tmp_path / "a.mid")
    result = run(*asked, "--bars", 4)
    assert result.exit_code == 2
    assert "cannot follow a number of bars; leave it out" in one_sentence(result.stderr)
    assert list(tmp_path.glob("*.mid")) == []


def test_without_its_network_it_says_how_to_train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musegen import models

    monkeypatch.setattr(models, "_article_folder", lambda _: None)
    result = run("compose", "quartet", "--model", "article", "--out", tmp_path / "a.mid")
    assert result.exit_code == 1
    assert "python -m musegen train quartet --model article" in one_sentence(result.stderr)


def test_a_model_that_there_is_not_is_a_wrong_request(tmp_path: Path) -> None:
    result = run("compose", "quartet", "--model", "markov", "--out", tmp_path / "a.mid")
    assert result.exit_code == 2
    assert "--model" in one_sentence(result.stderr)


def test_training_what_there_is_not_is_a_wrong_request() -> None:
    result = run("train", "polka", "--model", "article")
    assert result.exit_code == 2
    assert "no genre called “polka”" in one_sentence(result.stderr)


@pytest.mark.parametrize(
    "option",
    [
        ["--networks", "2"],
        ["--keep-last"],
        ["--transposed", "0"],
        ["--go-on"],
        ["--begin-with", "folk"],
    ],
)
def test_training_the_system_of_2018_takes_no_other_networks_options(option: list[str]) -> None:
    result = run("train", "chorale", "--model", "article", *option)
    assert result.exit_code == 2
    assert option[0] in one_sentence(result.stderr)


def test_going_on_takes_the_networks_that_there_are() -> None:
    for begin in (["--go-on"], ["--begin-with", "renaissance"]):
        result = run("train", "chorale", *begin, "--networks", "2")
        assert result.exit_code == 2
        assert "leave --networks out" in one_sentence(result.stderr)
    result = run("train", "chorale", "--go-on", "--begin-with", "renaissance")
    assert result.exit_code == 2
    assert "leave --begin-with out" in one_sentence(result.stderr)


def test_epochs_are_of_whole_windows() -> None:
    assert ArticleConfig.of_epochs(None) == ArticleConfig()
    assert ArticleConfig.of_epochs(7).stages == (Stage(WINDOW, 7),)
