"""A critic is taught from training pieces alone, and what it is taught helps."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from musegen import corpora, critic_training, knowledge, models
from musegen.cli import app
from musegen.correction import Correction
from musegen.critic import Critic
from musegen.critic_songs import taught_by_songs
from musegen.critic_training import Known, correct, teach, write_alike
from musegen.errors import CorpusError, ModelError
from musegen.examples import prepared
from musegen.knowledge import Knowledge
from musegen.song import Note


@pytest.fixture(scope="module")
def fiddle() -> Knowledge:
    return Knowledge.of(models.info("fiddle"))


def test_songs_are_laid_out_as_the_pieces_they_stand_beside(fiddle: Knowledge) -> None:
    ids = models.split("fiddle").train[:3]
    pieces = [prepared(piece) for piece in corpora.load("fiddle", ids).values()]
    songs = write_alike(fiddle, pieces, np.random.default_rng(1))
    again = write_alike(fiddle, pieces, np.random.default_rng(1))
    assert songs == again
    for piece, song in zip(pieces, songs, strict=True):
        assert (song.bars, song.sections, song.key) == (piece.bars, piece.sections, piece.key)
        assert song.parts[0].notes
        assert song.parts[0].notes != piece.parts[0].notes
        assert max(note.end_tick for note in song.parts[0].notes) <= piece.end_tick


def test_too_few_passages_are_told(fiddle: Knowledge) -> None:
    ids = models.split("fiddle").train[:2]
    pieces = list(corpora.load("fiddle", ids).values())
    with pytest.raises(CorpusError, match="passages are too few for a critic; at least 60"):
        teach(fiddle, pieces, seed=1)


@pytest.mark.parametrize("is_steered", [False, True])
def test_lengths_that_are_composed_as_drawn_are_taught_as_drawn(
    fiddle: Knowledge, monkeypatch: pytest.MonkeyPatch, is_steered: bool
) -> None:
    """Else a critic hears other rhythms than it will choose among."""
    monkeypatch.setattr(knowledge, "LENGTHS_STEERED", ("fiddle",) if is_steered else ())
    monkeypatch.setattr(critic_training, "CORRECTIONS", 1)
    ids = models.split("fiddle").train[:3]
    pieces = [prepared(piece) for piece in corpora.load("fiddle", ids).values()]
    known = Known.of(pieces, range(len(pieces)))
    found = correct(fiddle, pieces, known, np.random.default_rng(1))
    assert np.abs(found.worth).max() > 0.1
    assert bool(np.abs(found.rhythm.worth).max() > 0) is is_steered


@pytest.mark.slow
def test_train_critic_writes_what_composing_reads(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a few pieces, one version, and a copy of the model."""
    folder = data_dir / "models" / "fiddle"
    shutil.copytree(models.info("fiddle").directory, folder)
    for name in (models.CRITIC_FILE, models.CORRECTION_FILE):
        (folder / name).unlink(missing_ok=True)
    monkeypatch.setattr(critic_training, "PIECES", 24)
    monkeypatch.setattr(critic_training, "VERSIONS", 2)
    monkeypatch.setattr(critic_training, "CORRECTIONS", 1)
    split = models.split("fiddle")
    few = json.loads((folder / models.SPLIT_FILE).read_text("utf-8")) | {"train": split.train[:24]}
    (folder / models.SPLIT_FILE).write_text(json.dumps(few), "utf-8")
    done = CliRunner().invoke(app, ["train-critic", "fiddle", "--json"])
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["out"] == str(folder / models.CRITIC_FILE)
    assert len(said["auc"]) == critic_training.ROUNDS
    assert all(0.3 < auc <= 1 for auc in said["auc"])
    taught = Knowledge.of(models.info("fiddle"))
    assert isinstance(taught.critic, Critic)
    assert isinstance(taught.correction, Correction)
    assert np.abs(taught.correction.worth).max() > 0.1
    assert taught.guide is None  # they have heard songs of the correction before
    assert taught.discriminator is None


@pytest.mark.slow
def test_a_critic_goes_on_from_whole_songs(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few pieces and songs, a copy of the model; the correction stays as it is."""
    folder = data_dir / "models" / "fiddle"
    shutil.copytree(models.info("fiddle").directory, folder)
    monkeypatch.setattr(critic_training, "PIECES", 24)
    before = Critic.read(folder / models.CRITIC_FILE)
    correction = (folder / models.CORRECTION_FILE).read_bytes()
    done = CliRunner().invoke(app, ["train-critic", "fiddle", "--songs", "5", "--json"])
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    after = Critic.read(folder / models.CRITIC_FILE)
    assert len(after.voices) == len(before.voices) + 1
    assert said["auc"] == [pytest.approx(after.auc)]
    assert said["songs"] == 5
    assert (folder / models.CORRECTION_FILE).read_bytes() == correction
    assert not (folder / models.DISCRIMINATOR_FILE).exists()  # it heard drafts of another critic


def test_songs_teach_nobody_without_a_critic_or_with_votes(fiddle: Knowledge) -> None:
    with pytest.raises(ModelError, match="no critic to go on from; teach it one first"):
        taught_by_songs(replace(fiddle, critic=None), [], [], seed=1)
    done = CliRunner().invoke(app, ["train-critic", "fiddle", "--songs", "5", "--study"])
    assert done.exit_code == 2
    assert "one after the other" in done.output


def test_one_song_is_too_little_for_a_critic_to_be_tried_on() -> None:
    done = CliRunner().invoke(app, ["train-critic", "fiddle", "--songs", "1"])
    assert done.exit_code == 2
    assert "greater than or equal to 5" in done.output
    assert "Traceback" not in done.output


def test_the_voice_of_whole_songs_tells_them_from_human_passages(
    fiddle: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of songs in which a child could hear it: one pitch on and on."""
    monkeypatch.setattr(critic_training, "PIECES", 12)
    pieces = list(corpora.load("fiddle", models.split("fiddle").train[:12]).values())
    home = prepared(pieces[0])
    notes = tuple(Note(tick, 60, 12) for tick in range(0, home.end_tick, 12))
    dull = replace(home, parts=(replace(home.parts[0], notes=notes),))
    assert fiddle.critic is not None
    critic = taught_by_songs(fiddle, pieces, [dull] * 12, seed=1)
    assert len(critic.voices) == len(fiddle.critic.voices) + 1
    assert critic.auc > 0.95
    voice = replace(critic, voices=critic.voices[-1:])
    assert voice.score(home) > voice.score(dull)
