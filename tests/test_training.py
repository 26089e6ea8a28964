"""Training really learns, resumes, and makes a model that composes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musegen import cards, corpora, genres, models, scores, training
from musegen.composing import Composer, Request
from musegen.errors import CorpusError, MusegenError
from musegen.examples import training_examples, whole_examples
from musegen.fitting import TrainingConfig, batch_of, crops, fit, likelihood
from musegen.midi import write_midi
from musegen.network import NetworkConfig, read_weights
from musegen.originality import TrainingRuns
from tests.test_sources import JIGS

SMALL = TrainingConfig(epochs=3, batch=8, sequence=64, seed=3)
TINY = NetworkConfig(parts=1, units=24, head_units=24)


@pytest.fixture(scope="module")
def tunes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty fiddle tunes as MIDI files, as a user would bring them."""
    folder = tmp_path_factory.mktemp("tunes")
    ids = [ref.id for ref in corpora.catalogue("fiddle") if ref.id.startswith("ryansMammoth")]
    for number, tune in enumerate(corpora.load("fiddle", ids[:48]).values()):
        write_midi(tune, folder / f"{number:02d}.mid")
    return folder


def test_a_model_of_ones_own_music_learns_and_composes(
    tunes: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "NetworkConfig", lambda **_: TINY)
    said: list[str] = []
    folder = training.train(
        "my-tunes", paths=[tunes], config=SMALL, say=said.append, show_progress=False
    )
    assert folder == data_dir / "models" / "my-tunes"
    assert any("Learning from" in text for text in said)
    config = models.info("my-tunes").config
    uniform = np.log(97) + np.log(3) + np.log(128) + np.log(98)
    assert config["nats_per_note"]["test"]["total"] < 0.7 * uniform
    assert "my-tunes" in genres.names()
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "their licences are for whoever chose them" in card
    song = Composer.load("my-tunes").compose(Request("my-tunes", seed=1, bars=2)).song
    assert song.note_count() > 10


@pytest.mark.usefixtures("data_dir")
def test_networks_that_write_together_are_trained_one_by_one(
    tunes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "NetworkConfig", lambda **_: replace(TINY, relations=True))
    short = replace(SMALL, epochs=1)
    stale = [models.user_models_dir() / "two" / name for name in ("critic.npz", "evaluation.json")]
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"of the networks before")
    folder = training.train(
        "two", paths=[tunes], config=short, networks=2, say=lambda _: None, show_progress=False
    )
    config = models.info("two").config
    seeds = [network["training"]["seed"] for network in config["networks"]]
    assert seeds == [SMALL.seed, SMALL.seed + 1]
    one, other = (read_weights(folder / models.weights_file(number)) for number in (1, 2))
    assert one.keys() == other.keys()
    assert any((one[name] != other[name]).any() for name in one)
    song = Composer.load("two").compose(Request("two", seed=1, bars=4)).song
    assert song.note_count() > 5
    assert not any(path.exists() for path in stale)
    assert "2 networks that write together" in (folder / models.CARD_FILE).read_text("utf-8")


@pytest.mark.usefixtures("data_dir")
def test_training_goes_on_from_the_model_that_there_is(
    tunes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "NetworkConfig", lambda **_: TINY)
    quiet: dict[str, Any] = {"say": lambda _: None, "show_progress": False}
    training.train("on", paths=[tunes], config=replace(SMALL, epochs=4), **quiet)
    before = models.info("on").config
    home = replace(SMALL, epochs=1, share_transposed=0.0)
    folder = training.train("on", paths=[tunes], config=home, begin_with="on", **quiet)
    after = models.info("on").config
    one_epoch = training.train("new", paths=[tunes], config=home, **quiet)
    nats = [config["nats_per_note"]["validation"]["total"] for config in (before, after)]
    assert nats[1] < nats[0] + 0.05
    assert nats[1] < 0.9 * models.info("new").config["nats_per_note"]["validation"]["total"]
    trained = after["networks"][0]["training"]
    assert (trained["epochs"], trained["share_transposed"]) == (1, 0.0)
    assert trained["before"] == before["networks"][0]["training"]
    told = "It went on from a network of 4 epochs"
    assert told in (folder / models.CARD_FILE).read_text("utf-8")
    assert told not in (one_epoch / models.CARD_FILE).read_text("utf-8")
    few = sorted(tunes.iterdir())[:40]
    with pytest.raises(CorpusError, match="“on” has learned from other music"):
        training.train("on", paths=few, begin_with="on", **quiet)
    with pytest.raises(MusegenError, match="There is no genre called “nobody”"):
        training.train("nobody", paths=[tunes], begin_with="nobody", **quiet)


@pytest.mark.usefixtures("data_dir")
def test_training_begins_with_what_another_model_has_learned(
    tunes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "NetworkConfig", lambda **_: TINY)
    quiet: dict[str, Any] = {"say": lambda _: None, "show_progress": False}
    training.train("many", paths=[tunes], config=replace(SMALL, epochs=4), **quiet)
    ids = [ref.id for ref in corpora.catalogue("fiddle") if ref.id.startswith("oneill")]
    for number, tune in enumerate(corpora.load("fiddle", ids[:48]).values()):
        write_midi(tune, tmp_path / f"{number:02d}.mid")
    one = replace(SMALL, epochs=1)
    folder = training.train("few", paths=[tmp_path], config=one, begin_with="many", **quiet)
    training.train("alone", paths=[tmp_path], config=one, **quiet)
    config, alone = models.info("few").config, models.info("alone").config
    nats = [c["nats_per_note"]["validation"]["total"] for c in (config, alone)]
    assert nats[0] < 0.9 * nats[1]
    assert config["networks"][0]["training"]["before"]["model"] == "many"
    runs = TrainingRuns.read(folder / models.RUNS_FILE)
    learned = (*models.split("many").train[:3], *models.split("few").train[:3])
    heard = [scores.read_score(Path(path)) for path in learned]
    assert all(runs.copying(tune)[0] == 1.0 for tune in heard), "copied from either is copied"
    card = (folder / models.CARD_FILE).read_text("utf-8")
    assert "It went on from a network of 4 epochs, the model “many”." in card
    assert "It began with the model “many”, from files chosen on this machine" in card
    some = sorted(tunes.iterdir())[:40]
    with pytest.raises(CorpusError, match="“many” has learned from pieces that would be held out"):
        training.train("some", paths=some, begin_with="many", **quiet)
    with pytest.raises(CorpusError, match="“chorale” writes 4 parts, and this music has 1"):
        training.train("some", paths=some, begin_with="chorale", **quiet)


def test_a_card_tells_all_that_a_network_began_with() -> None:
    config = json.loads(json.dumps(models.info("ragtime").config))
    (network,) = config["networks"]
    first = network["training"]
    network["training"] = first | {"before": first}  # gone on by itself
    card = cards.model_card("ragtime", config)
    assert "It began with the model “mazurka”, from Chopin's mazurkas" in card
    assert "CC BY 4.0" in card


def test_the_best_epoch_is_kept_or_the_last(tunes: Path, tmp_path: Path) -> None:
    material = training.material_of_files("my-tunes", [tunes], say=lambda _: None)
    learned = training_examples(material.of(material.split.train), longest=64)
    unseen = whole_examples(material.of(material.split.validation))
    backwards = replace(SMALL, learning_rate=-SMALL.learning_rate)  # worse with every epoch

    def kept(config: TrainingConfig) -> tuple[float, list[float]]:
        losses: list[float] = []
        model = fit(learned, unseen, TINY, config, work_dir=tmp_path / str(config.keep_last),
                    on_epoch=lambda _, logs: losses.append(logs["val_loss"]),
                    show_progress=False)  # fmt: skip
        return likelihood(model, unseen)["total"], losses

    best, losses = kept(backwards)
    last, _ = kept(replace(backwards, keep_last=True))
    assert losses[-1] > 1.1 * min(losses)
    assert best == pytest.approx(min(losses), rel=0.03)
    assert last == pytest.approx(losses[-1], rel=0.03)


def test_training_resumes_where_it_stopped(tunes: Path, tmp_path: Path) -> None:
    material = training.material_of_files("my-tunes", [tunes], say=lambda _: None)
    learned = training_examples(material.of(material.split.train), longest=64)
    unseen = whole_examples(material.of(material.split.validation))
    epochs: list[int] = []

    class Stopped(Exception):  # noqa: N818 - nothing went wrong
        pass

    def stop_after_first(number: int, _: dict[str, float]) -> None:
        epochs.append(number)
        if number == 1:
            raise Stopped

    with pytest.raises(Stopped):
        fit(learned, unseen, TINY, SMALL, work_dir=tmp_path, on_epoch=stop_after_first,
            show_progress=False)  # fmt: skip
    model = fit(learned, unseen, TINY, SMALL, work_dir=tmp_path,
                on_epoch=lambda number, _: epochs.append(number), show_progress=False)  # fmt: skip
    assert epochs[:2] == [0, 1]
    assert epochs[2] in (1, 2), "it began anew"
    assert epochs[-1] == 2
    assert likelihood(model, unseen)["notes"] > 0


def test_too_little_music_is_told(tunes: Path) -> None:
    few = sorted(tunes.iterdir())[:3]
    with pytest.raises(CorpusError, match="at least 10 pieces of the same number of parts"):
        training.material_of_files("few", few, say=lambda _: None)


def test_too_little_music_of_a_genre_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "corpora" / "nottingham" / "ABC_cleaned" / "jigs.abc"
    book.parent.mkdir(parents=True)
    book.write_text(JIGS, "utf-8")
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path / "corpora"))
    monkeypatch.setenv("MUSEGEN_DATA", str(tmp_path / "data"))
    with pytest.raises(CorpusError, match=r"2 pieces with \d+ notes are too little .* 4000 notes"):
        training.train("folk", say=lambda _: None)
    assert not (tmp_path / "data" / "models").exists()


def test_files_that_are_no_music_are_named_and_passed_over(tunes: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"no music")
    said: list[str] = []
    material = training.material_of_files("my-tunes", [tunes, broken], say=said.append)
    assert len(material.songs) >= 40
    assert any("broken.mid" in text for text in said)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="name a score or a folder of scores"):
        training.material_of_files("x", [tmp_path / "nowhere"])


def test_the_mean_loss_of_a_batch_is_in_nats_a_note() -> None:
    examples = whole_examples(corpora.load("chorale", ["bwv2.6", "bwv4.8"]).values())
    _, y, weights = batch_of(examples, 512)
    notes = sum(len(e) for e in examples) - 2  # an end each
    assert (weights["pitch"] > 0).sum() == notes
    assert weights["pitch"].mean() == pytest.approx(1.0)
    assert y["pitch"].shape == (2, 512)


def test_every_event_of_a_piece_is_learned_in_an_epoch() -> None:
    examples = training_examples(corpora.load("chorale", ["bwv2.6"]).values(), longest=64)
    config = TrainingConfig(sequence=64, share_transposed=0.0)
    found = list(crops(examples, config, np.random.default_rng(0)))
    whole = next(e for e in examples if e.is_whole)
    total = sum(len(crop) for crop in found)
    assert total >= len(whole) - 16
    assert all(len(crop) <= 64 for crop in found)
