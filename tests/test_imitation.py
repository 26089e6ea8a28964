"""A network learns from its own songs: what a judge of beats takes for human becomes likelier."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from musegen import corpora, imitation, models
from musegen.cli import app
from musegen.encoding import FIELD_NAMES, Field
from musegen.errors import ModelError
from musegen.examples import prepared, whole_examples
from musegen.fitting import likelihood
from musegen.guide import Beats
from musegen.imitation import (
    KEPT_EVERY,
    BeatJudge,
    Checkpoint,
    ImitationConfig,
    Own,
    imitate,
    mixed,
    valued,
)
from musegen.network import NetworkConfig, build, read_weights, weights_of
from musegen.song import TICKS_PER_BEAT, Song
from musegen.stepping import SteppingNetwork

if TYPE_CHECKING:
    import keras

    from musegen.imitation import Weights

TINY = NetworkConfig(parts=1, units=24, head_units=24)


@pytest.fixture(scope="module")
def tunes() -> list[Song]:
    """Fiddle tunes in home key."""
    ids = models.split("fiddle").train[:12]
    return [prepared(tune) for tune in corpora.load("fiddle", ids).values()]


def test_a_judge_learns_what_is_human_and_stays_moderate(tunes: list[Song]) -> None:
    human = Beats.of(tunes[:6]).turns
    backwards = [_backwards(tune) for tune in tunes]
    machine = Beats.of(backwards[:6]).turns
    judge = BeatJudge()
    assert not judge.logits(human).any()
    for _ in range(30):
        judge.hear(human, is_human=True)
        judge.hear(machine, is_human=False)
    unheard = [Beats.of(some[6:]).turns for some in (tunes, backwards)]
    assert judge.logits(unheard[0]).mean() > judge.logits(unheard[1]).mean() + 0.3
    assert judge.worth(human).max() <= BeatJudge.SURE < judge.logits(human).max()


def _backwards(tune: Song) -> Song:
    """The same pitches in the opposite order: other turns, the same rhythm."""
    notes = tune.parts[0].notes
    turned = tuple(
        replace(note, pitch=other.pitch) for note, other in zip(notes, notes[::-1], strict=True)
    )
    return replace(tune, parts=(replace(tune.parts[0], notes=turned),))


def test_events_before_a_good_beat_are_worth_more_the_nearer_they_are(tunes: list[Song]) -> None:
    some = tunes[:2]
    examples, beats = whole_examples(some), Beats.of(some)
    worth = np.zeros(len(beats))
    there = np.flatnonzero(beats.song == 0)
    worth[there[6]] = 1.0
    one, other = valued(examples, beats, worth, 0.5)
    onsets = np.cumsum(one.example.events[:, Field.SHIFT].astype(int)) // TICKS_PER_BEAT
    by_beat = [one.advantage[onsets == beat].mean() for beat in (0, 4, 5, 6)]
    assert by_beat == sorted(by_beat)
    assert by_beat[0] < by_beat[1]
    assert one.advantage[onsets == 7].max() < by_beat[0] + 0.1  # what came after has no part in it
    assert len(one.advantage) == len(one.example)
    assert other.advantage.max() < by_beat[-1]


def test_a_song_is_likelier_after_it_was_good_than_after_it_was_bad(tunes: list[Song]) -> None:
    song, human = whole_examples(tunes[:2])
    nats = []
    for worth in (1, 0, -0.5):
        model = _untrained()
        for _ in range(8):
            model.train_on_batch(
                *mixed([human], [Own(song, np.full(len(song), worth))], longest=512)
            )
        nats.append(likelihood(model, [song])["total"])
    assert nats == sorted(nats)
    assert nats[0] + 0.5 < nats[1] < nats[2] - 0.5


def _untrained() -> keras.Model:
    import keras

    keras.utils.set_random_seed(1)
    model = build(TINY)
    model.compile(
        keras.optimizers.Adam(3e-3),
        loss={
            name: keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            for name in FIELD_NAMES
        },
    )
    return model


def _either(
    tunes: Sequence[Song],
    network: SteppingNetwork,
    pieces: Sequence[Song],
    rng: np.random.Generator,
) -> list[Song]:
    """One of two tunes, as it falls out, whatever the network."""
    assert network.config == TINY
    return [tunes[0 if rng.random() < 0.5 else 1] for _ in pieces]


def _imitated(
    tunes: Sequence[Song],
    begin: Weights,
    config: ImitationConfig,
    kept: Path,
    on_round: Callable[[int, float], None],
) -> keras.Model:
    """A network that learned from the first tune, forwards and backwards, beside two others."""
    write = partial(_either, [tunes[0], _backwards(tunes[0])])
    return imitate(
        TINY, begin, tunes[:1], tunes[1:3], write, config=config, kept=kept, on_round=on_round
    )


def test_a_network_goes_where_the_judge_takes_it_for_human(
    tunes: list[Song], tmp_path: Path
) -> None:
    """Of two tunes, written by turns as it falls out, the human one becomes the likelier."""
    human, odd = tunes[0], _backwards(tunes[0])
    told: list[float] = []
    config = ImitationConfig(
        rounds=80, songs=6, pieces=1, unheeded=4, learning_rate=3e-3, longest=256
    )
    import keras

    keras.utils.set_random_seed(2)
    begin = weights_of(build(TINY))
    learn = partial(_imitated, tunes, begin, config, tmp_path / "kept.npz")
    model = learn(lambda _, auc: told.append(auc))
    assert len(told) == config.rounds
    assert told[0] == 0.5
    nats = [likelihood(model, whole_examples([song]))["total"] for song in (human, odd)]
    assert nats[0] < nats[1] - 0.2


def test_stopped_it_goes_on_where_it_was(tunes: list[Song], tmp_path: Path) -> None:
    begin = weights_of(_untrained())
    config = ImitationConfig(rounds=KEPT_EVERY + 2, songs=4, pieces=1, unheeded=2, longest=128)
    rounds: list[dict[int, float]] = []
    for stop in (KEPT_EVERY, None):
        told: dict[int, float] = {}

        def on_round(number: int, auc: float, stop: int | None = stop) -> None:
            rounds[-1][number] = auc
            if number == stop:
                raise KeyboardInterrupt

        rounds.append(told)
        with nullcontext() if stop is None else pytest.raises(KeyboardInterrupt):
            _imitated(tunes, begin, config, tmp_path / "kept.npz", on_round)
    whole, again = rounds
    assert list(whole) == [*range(KEPT_EVERY + 1)]
    assert list(again) == [KEPT_EVERY, KEPT_EVERY + 1]
    assert again[KEPT_EVERY] == whole[KEPT_EVERY]  # the judge knows what it knew


def test_what_is_kept_is_all_that_training_changes(tunes: list[Song], tmp_path: Path) -> None:
    config = ImitationConfig(rounds=20)
    model, judge = _untrained(), BeatJudge()
    begin = weights_of(model)
    checkpoint = Checkpoint.of(tmp_path / "kept.npz", begin, config)
    assert checkpoint.restore(model, judge) == 0
    song, human = whole_examples(tunes[:2])
    for _ in range(3):
        model.train_on_batch(*mixed([human], [Own(song, np.ones(len(song)))], longest=512))
    judge.hear(Beats.of(tunes[:1]).turns, is_human=True)
    checkpoint.keep(10, model, judge)
    fresh, other = _untrained(), BeatJudge()
    assert checkpoint.restore(fresh, other) == 10
    assert (other.weights == judge.weights).all()
    assert (other.squares == judge.squares).all()
    for got, kept in zip(fresh.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(got, kept)
    learned = weights_of(model)
    assert all((weights == learned[name]).all() for name, weights in weights_of(fresh).items())
    # with other settings, or from another beginning, it is another training
    for changed in ((begin, replace(config, seed=5)), (learned, config)):
        assert Checkpoint.of(checkpoint.path, *changed).restore(_untrained(), BeatJudge()) == 0


def test_progress_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    model = _untrained()
    checkpoint = Checkpoint.of(tmp_path / "kept.npz", weights_of(model), ImitationConfig(rounds=20))
    checkpoint.keep(10, model, BeatJudge())
    whole = checkpoint.path.read_bytes()
    for damaged in (b"", b"PK", whole[: len(whole) // 2]):
        checkpoint.path.write_bytes(damaged)
        with pytest.raises(ModelError, match="delete that file to begin anew"):
            checkpoint.restore(_untrained(), BeatJudge())


@pytest.mark.slow
def test_a_genres_network_learns_from_its_own_songs_by_the_command(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few pieces and songs, and a copy of the model; what had heard the old network is gone."""
    folder, shipped = data_dir / "models" / "chorale", models.info("chorale").directory
    shutil.copytree(shipped, folder)
    split = models.split("chorale")
    few = {"train": split.train[:24], "validation": split.validation[:3], "test": split.test[:3]}
    whole = json.loads((folder / models.SPLIT_FILE).read_text("utf-8"))
    (folder / models.SPLIT_FILE).write_text(json.dumps(whole | few), "utf-8")
    little = partial(ImitationConfig, songs=4, pieces=2, sequence=64, longest=128)
    monkeypatch.setattr(imitation, "ImitationConfig", little)
    done = CliRunner().invoke(app, ["train", "chorale", "--imitate", "20", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["out"] == str(folder)
    before, after = (read_weights(of / models.WEIGHTS_FILE) for of in (shipped, folder))
    moved = max(float(np.abs(after[name] - before[name]).max()) for name in before)
    assert 1e-4 < moved < 0.5
    assert not any((folder / name).exists() for name in models.TAUGHT_FILES)
    assert not [*folder.parent.glob(".*/*")]  # nothing is left that a training could go on from
    training = models.info("chorale").config["networks"][0]["training"]
    assert training["imitation"]["rounds"] == 20
    assert training["before"]["imitation"]["rounds"] == 380  # as it ships
    card = (folder / models.CARD_FILE).read_text("utf-8")
    assert "20 rounds in which it wrote 4 songs" in card
    assert "Before: 380 rounds" in card
    assert "Before: Up to 62 epochs" in card


@pytest.mark.parametrize("more", [["--epochs", "3"], ["--go-on"], ["--model", "article"]])
def test_other_options_make_no_sense_with_it(more: list[str]) -> None:
    done = CliRunner().invoke(app, ["train", "chorale", "--imitate", "30", *more])
    assert done.exit_code != 0
    assert "--imitate goes on from the genre's model; leave other options out." in done.output


def test_several_networks_cannot_learn_so(data_dir: Path) -> None:
    folder = data_dir / "models" / "fiddle"
    shutil.copytree(models.info("fiddle").directory, folder)
    config = json.loads((folder / models.CONFIG_FILE).read_text("utf-8"))
    config["networks"] *= 2
    (folder / models.CONFIG_FILE).write_text(json.dumps(config), "utf-8")
    shutil.copy(folder / models.WEIGHTS_FILE, folder / models.weights_file(2))
    done = CliRunner().invoke(app, ["train", "fiddle", "--imitate", "30"])
    assert done.exit_code != 0
    assert "is written by several networks; only one can learn from its own songs" in done.output
