"""The system of 2018: how it learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musegen import genres, keys, models
from musegen.article import training
from musegen.article.composing import ArticleComposer
from musegen.article.material import Material
from musegen.article.network import WINDOW, RunningNetwork
from musegen.article.tokens import NULL, to_tokens
from musegen.article.training import ArticleConfig, Stage
from musegen.composing import Model, Request
from musegen.network import read_weights
from tests import article

ASKED = Request("chorale", seed=5, model=Model.ARTICLE)


def test_windows_run_over_every_token() -> None:
    material = Material.of(article.pieces())
    windows, targets = material.windows()
    assert windows.shape == (len(material.ids) - WINDOW, WINDOW)
    np.testing.assert_array_equal(windows[7], material.ids[7 : 7 + WINDOW])
    np.testing.assert_array_equal(targets, material.ids[WINDOW:])


def test_an_epoch_leaves_out_silences_others_each_time() -> None:
    material = Material.of(article.pieces())
    _, targets = material.windows()
    silence = material.vocabulary.index(NULL)
    first, again, other = (
        training.examples(material, Stage(16, 1, 0.3), np.random.default_rng(n)) for n in (1, 1, 2)
    )
    inputs, learned = first
    assert inputs.shape == (len(learned), 16, 1)
    assert (learned != silence).sum() == (targets != silence).sum()
    assert (learned == silence).sum() == pytest.approx(0.3 * (targets == silence).sum(), rel=0.15)
    np.testing.assert_array_equal(learned, again[1])
    assert inputs.shape != other[0].shape or (inputs != other[0]).any()


def test_ends_of_windows_stand_before_their_targets() -> None:
    material = Material.of(article.pieces())
    inputs, targets = training.examples(material, Stage(5, 1), np.random.default_rng(1))
    assert len(targets) == len(material.ids) - WINDOW
    seen = np.rint(inputs[7, :, 0] * len(material.vocabulary))
    np.testing.assert_array_equal(seen, material.ids[7 + WINDOW - 5 : 7 + WINDOW])
    assert targets[7] == material.ids[7 + WINDOW]


def test_the_rate_falls_to_a_tenth() -> None:
    rates = [training.rate(2e-3, share) for share in (0, 0.25, 0.5, 1)]
    assert rates == sorted(rates, reverse=True)
    assert (rates[0], rates[2], rates[3]) == pytest.approx((2e-3, 1.1e-3, 2e-4))


def test_training_learns_resumes_and_composes(data_dir: Path, tmp_path: Path) -> None:
    config = ArticleConfig(pieces=3, units=24, stages=(Stage(8, 2), Stage(WINDOW, 1)))
    said: list[str] = []
    options = {"work_dir": tmp_path / "work", "say": said.append, "show_progress": False}
    folder = training.train("chorale", config=config, **options)
    assert folder == data_dir / "models" / "chorale"
    record = models.read_article(folder)
    assert record["training"]["epochs"] == 3
    assert record["training"]["stages"][0] == {"window": 8, "epochs": 2, "silences": 1.0}
    assert 0 <= record["training"]["by_heart"]["notes"] <= 1
    assert record["training"]["loss"] < 0.7 * np.log(len(record["vocabulary"]))
    assert len(record["pieces"]) == 3
    assert set(record["pieces"]) <= set(models.split("chorale").train)
    assert [text.split(":")[0] for text in said[1:]] == [
        "Epoch 1 (windows of 8)",
        "Epoch 2 (windows of 8)",
        "Epoch 3 (windows of 32)",
    ]
    song = ArticleComposer.load("chorale").compose(replace(ASKED, form="A")).song
    assert song.sections

    said.clear()
    training.train(
        "chorale", config=replace(config, stages=(Stage(8, 2), Stage(WINDOW, 2))), **options
    )
    assert [text.split(" (")[0] for text in said[1:]] == ["Epoch 4"]


def test_pieces_are_chosen_by_the_seed() -> None:
    chosen = [
        set(training._pieces("chorale", (), ArticleConfig(pieces=4, seed=seed), print))
        for seed in (1, 1, 2)
    ]
    assert chosen[0] == chosen[1] != chosen[2]
    assert len(chosen[0]) == 4


def test_pieces_are_left_out_that_are_too_long_together() -> None:
    """Those that still fit are learned; where none does, the shortest is."""
    songs = article.pieces(count=4)
    lengths = [len(to_tokens(keys.to_home_key(song))) for song in songs.values()]
    a, b, c, d = songs
    assert lengths[3] < lengths[2]  # or the second line would say nothing
    assert list(training.within_tokens(songs, sum(lengths))) == [a, b, c, d]
    assert list(training.within_tokens(songs, sum(lengths) - lengths[2])) == [a, b, d]
    shortest = min(songs, key=dict(zip(songs, lengths, strict=True)).__getitem__)
    assert list(training.within_tokens(songs, min(lengths) - 1)) == [shortest]


@pytest.mark.parametrize("genre", genres.names())
def test_the_projects_own_learned_from_training_pieces_alone(genre: str) -> None:
    folder = models.article_folder(genre)
    record = models.read_article(folder)
    assert set(record["pieces"]) <= set(models.split(genre).train)
    assert record["training"]["by_heart"]["tokens"] > 0.95
    network = RunningNetwork(read_weights(folder / models.ARTICLE_WEIGHTS_FILE))
    assert network.n_vocab == len(record["vocabulary"])


# Those whose pieces are at hand.
@pytest.mark.parametrize("genre", ["chorale", "fiddle", "quartet", "renaissance"])
def test_the_projects_own_know_their_pieces_by_heart(genre: str) -> None:
    """The weights that are kept, in half precision, run as in composing."""
    knows = ArticleComposer.load(genre)._knows
    record = models.read_article(models.article_folder(genre))
    assert len(knows.starts) == record["tokens"] - WINDOW
    chosen = np.random.default_rng(1).integers(len(knows.starts) - 1, size=128)
    likely = knows.network.probabilities(knows.starts[chosen]).argmax(1)
    is_right = likely == knows.starts[chosen + 1, -1]
    assert is_right.mean() > 0.9
    assert is_right.mean() == pytest.approx(record["training"]["by_heart"]["tokens"], abs=0.08)
