"""What the command line says when something is wrong: one sentence, and the right exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from musegen import soundfonts
from tests.test_cli import QUICK, batch, one_sentence, run, shell

__all__ = ["batch"]  # a fixture, used by name


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("compose", "polka", "--out", "x.mid"), "no genre called “polka”; choose one of: chorale"),
        (("human", "polka", "--out", "x"), "no genre called “polka”"),
        (("compose", "chorale", "--key", "H", "--out", "x.mid"), "no key called “H”"),
        (("compose", "chorale", "--form", "", "--out", "x.mid"), "form"),
        (("compose", "chorale", "--form", "12!", "--out", "x.mid"), "form"),
        (("compose", "chorale", "--form", "A outro B", "--out", "x.mid"), "not at the end"),
        (("compose", "chorale", "--mode", "dorian", "--out", "x.mid"), "--mode"),
        (("compose", "chorale", "--lock", "A", "--out", "x.mid"), "--new-seed"),
        (
            (
                "compose",
                "fiddle",
                "--seed",
                "1",
                *QUICK,
                "--lock",
                "E",
                "--new-seed",
                "2",
                "--out",
                "x.mid",
            ),
            "The form AB has no section E to keep; it has A, B",
        ),
        (("compose", "chorale", "--tempo", "0", "--out", "x.mid"), "tempo"),
        (("compose", "chorale", "--tempo", "nan", "--out", "x.mid"), "tempo"),
        (("compose", "chorale", "--temperature", "-1", "--out", "x.mid"), "temperature"),
        (("compose", "chorale", "--temperature", "nan", "--out", "x.mid"), "temperature"),
        (("compose", "chorale", "--bars", "100000", "--out", "x.mid"), "bars"),
        (("compose", "chorale", "--count", "0", "--out", "x"), "--count"),
        (("compose", "chorale", "--count", "3", "--out", "x.mid"), "folder"),
        (("compose", "chorale", "--seed", "-1", "--out", "x.mid"), "--seed"),
        (("compose", "chorale"), "--out"),
        (("compose", "chorale", "--colour", "red", "--out", "x.mid"), "--colour"),
        (("human", "chorale", "--split", "train", "--out", "x"), "--split"),
        (("render", "no-such-score.mid", "x.mp3"), "no-such-score.mid"),
        (("render", "README.md", "x.mp3"), "README.md"),
        (("conduct",), "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_wrong_request_is_one_sentence(
    arguments: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "README.md").write_text("words, not music")
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2, result.stderr
    assert result.stdout == ""
    assert says.casefold() in one_sentence(result.stderr).casefold()
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"], "nothing is left behind"


def test_sound_of_another_kind_is_a_wrong_request(batch: Path, tmp_path: Path) -> None:
    result = run("render", batch / "0001.mid", tmp_path / "song.ogg")
    assert result.exit_code == 2
    assert "end in .mp3" in one_sentence(result.stderr)


@pytest.mark.parametrize("content", [b"", b"MThd\x00\x00\x00\x06\x00\x01", bytes(range(256)) * 40])
@pytest.mark.parametrize("suffix", ["mid", "musicxml", "mxl", "abc", "krn"])
def test_what_is_not_music_is_said_so(content: bytes, suffix: str, tmp_path: Path) -> None:
    score = tmp_path / f"odd.{suffix}"
    score.write_bytes(content)
    result = run("render", score, tmp_path / "odd.mp3")
    assert result.exit_code == 2, result.stderr
    assert f"odd.{suffix}" in one_sentence(result.stderr)
    assert not (tmp_path / "odd.mp3").exists()


def test_without_a_soundfont_it_says_what_to_install(
    batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundfonts, "OWN_FOLDER", tmp_path / "soundfonts")
    monkeypatch.setattr(soundfonts, "_system_folders", list)
    monkeypatch.setattr(soundfonts, "_bundled_folders", list)
    result = run("render", batch / "0001.mid", tmp_path / "song.mp3")
    assert result.exit_code == 1
    assert "SoundFont" in one_sentence(result.stderr)
    assert "soundfonts/" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_takes_no_files_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = shell("compose", "fiddle", "--out", tmp_path / "file" / "song.mid", *QUICK)
    assert done.returncode == 1
    assert "cannot be written" in one_sentence(done.stderr)


def test_a_genre_without_its_model_is_a_failure(tmp_path: Path) -> None:
    done = shell("compose", "fiddle", "--out", tmp_path / "a.mid", MUSEGEN_MODELS=str(tmp_path))
    assert done.returncode == 1
    assert "fiddle" in one_sentence(done.stderr)


def test_an_error_in_a_batch_is_one_sentence_too(tmp_path: Path) -> None:
    out = tmp_path / "songs"
    done = shell("compose", "fiddle", "--count", 2, "--out", out, MUSEGEN_MODELS=str(tmp_path))
    assert done.returncode == 1
    assert "fiddle" in one_sentence(done.stderr)


def test_debug_shows_where(tmp_path: Path) -> None:
    done = shell("--debug", "compose", "polka", "--out", tmp_path / "a.mid")
    assert done.returncode == 1
    assert "UnknownGenreError" in done.stderr
    assert "Traceback" in done.stderr
