"""The Keras network, the weights that ship, and their twin in NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musegen import corpora, models
from musegen.encoding import FIELD_NAMES, Field
from musegen.errors import ModelError
from musegen.examples import Example, transposed, whole_examples
from musegen.fitting import batch_of, likelihood, mean_logits
from musegen.knowledge import Knowledge
from musegen.network import (
    NetworkConfig,
    build,
    columns_by_kind,
    read_weights,
    save_weights,
    set_weights,
)
from musegen.stepping import Network, SteppingEnsemble, SteppingNetwork

SKETCH = {"chorale": 2.23, "fiddle": 1.62}
"""Nats a note that sketches of such networks reached on held-out pieces."""

WEIGHT_LIMIT = 15 * 2**20


def shipped(genre: str) -> tuple[list[Any], Network]:
    """A genre's Keras networks, and the same as they write."""
    info = models.info(genre)
    networks = []
    for number, told in enumerate(info.config["networks"], start=1):
        network = build(NetworkConfig(**told["shape"]))
        set_weights(network, read_weights(info.directory / models.weights_file(number)))
        networks.append(network)
    return networks, Knowledge.of(info).network


def held_out(genre: str, count: int, *, relations: bool = False) -> list[Example]:
    pieces = corpora.load(genre, models.split(genre).test[:count]).values()
    return whole_examples(pieces, relations=relations)


def untrained(**shape: Any) -> tuple[Any, SteppingNetwork]:
    config = NetworkConfig(parts=4, units=24, head_units=24, **shape)
    model = build(config)
    weights = {v.path: np.asarray(v.value) for v in model.trainable_variables}
    return model, SteppingNetwork(config, weights)


@pytest.mark.parametrize("genre", ["chorale", "fiddle"])
def test_stepping_says_what_keras_says(genre: str) -> None:
    _assert_alike(*shipped(genre), held_out(genre, 1)[0])


@pytest.mark.parametrize("reach", [0, 5, 24])
@pytest.mark.parametrize("relations", [False, True])
def test_stepping_compares_pitches_by_interval_as_keras_does(
    reach: int, *, relations: bool
) -> None:
    network, stepping = untrained(reach=reach, relations=relations)
    _assert_alike([network], stepping, held_out("chorale", 1, relations=relations)[0])


def test_a_pitch_is_worth_what_its_interval_is_in_every_key() -> None:
    model, _ = untrained(reach=24)
    example = held_out("chorale", 1)[0]
    for name in ("pitch_logits", "pitch_hidden"):
        for weight in model.get_layer(name).weights:
            weight.assign(np.zeros(weight.shape))
    bias = model.get_layer("interval_logits").weights[1]
    bias.assign(np.random.default_rng(1).normal(size=bias.shape))
    low, high = (
        np.asarray(model(batch_of([transposed(example, steps)], 32)[0])["pitch"])[0, 8:]
        for steps in (0, 2)
    )
    np.testing.assert_allclose(high[:, 52:82], low[:, 50:80], atol=1e-4)


def _assert_alike(networks: list[Any], stepping: Network, example: Example) -> None:
    x, _, _ = batch_of([example], len(example))
    expected = {name: values[0] for name, values in mean_logits(networks, x).items()}
    state = stepping.start(1)
    for t in range(min(60, len(example))):
        shift, part, pitch, _ = (example.events[t : t + 1, f].astype(int) for f in Field)
        state = stepping.read(example.inputs[t][None].astype(int), state)
        part_logits, part_hidden = stepping.part(state, shift, example.at_onset[t][None])
        pitch_logits, hidden = stepping.pitch(
            state, part_hidden, part, example.at_onset[t][None], example.of_part[t][None]
        )
        found = {
            "shift": stepping.shift(state),
            "part": part_logits,
            "pitch": pitch_logits,
            "duration": stepping.duration(part_hidden, hidden, pitch),
        }
        for name in FIELD_NAMES:
            np.testing.assert_allclose(found[name][0], expected[name][t], atol=1e-4)


@pytest.mark.parametrize("genre", SKETCH)
def test_unseen_pieces_are_predicted_as_the_card_says(genre: str) -> None:
    networks, _ = shipped(genre)
    pieces = held_out(genre, 12)
    measured = likelihood(networks, pieces)
    assert measured["total"] == pytest.approx(sum(measured[name] for name in FIELD_NAMES))
    assert measured["total"] < SKETCH[genre]
    said = models.info(genre).config["nats_per_note"]["test"]["total"]
    assert said < SKETCH[genre]
    assert measured["total"] == pytest.approx(said, abs=0.35)  # twelve pieces of many


def test_later_events_do_not_change_earlier_predictions() -> None:
    (model, *_), _ = shipped("chorale")
    example = held_out("chorale", 1)[0]
    x, _, _ = batch_of([example], 64)
    changed = {name: values.copy() for name, values in x.items()}
    for values in changed.values():
        values[:, 40:] = values[:, 39:40]
    before, after = model(x), model(changed)
    for name in FIELD_NAMES:
        np.testing.assert_allclose(before[name][:, :40], after[name][:, :40], atol=1e-5)


def test_weights_fit_the_limit_and_the_card() -> None:
    for info in models.available():
        for number, network in enumerate(info.config["networks"], start=1):
            path = info.directory / models.weights_file(number)
            assert path.stat().st_size <= WEIGHT_LIMIT
            assert sum(w.size for w in read_weights(path).values()) == network["weights"]
        card = (info.directory / models.CARD_FILE).read_text(encoding="utf-8")
        assert f"{info.config['nats_per_note']['test']['total']:.3f}" in card


def test_networks_that_write_together_say_the_mean_of_what_they_say() -> None:
    example = held_out("chorale", 1)[0]
    (_, one), (_, other) = untrained(reach=0), untrained(reach=24)
    both = SteppingEnsemble([one, other])
    states = [network.start(1) for network in (one, other, both)]
    shift, part, pitch, _ = (example.events[:1, f].astype(int) for f in Field)
    answers = []
    for network, state in zip((one, other, both), states, strict=True):
        after = network.read(example.inputs[:1].astype(int), state)
        part_logits, hidden = network.part(after, shift, example.at_onset[:1])
        logits, more = network.pitch(after, hidden, part, example.at_onset[:1], example.of_part[:1])
        answers.append(
            [network.shift(after), part_logits, logits, network.duration(hidden, more, pitch)]
        )
    for a, b, together in zip(*answers, strict=True):
        assert not np.allclose(a, b)
        np.testing.assert_allclose(together, (a + b) / 2, atol=1e-5)


def test_weights_come_back_from_their_file(tmp_path: Path) -> None:
    config = NetworkConfig(parts=2, units=8, head_units=8)
    model, other = build(config), build(config)
    save_weights(model, tmp_path / "weights.npz")
    set_weights(other, read_weights(tmp_path / "weights.npz"))
    for one, same in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(one, same)


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read; get the file again or train anew"):
        read_weights(tmp_path / "weights.npz")


def test_columns_are_joined_by_kind() -> None:
    from musegen.layout import Kind

    assert columns_by_kind((Kind.SHIFT, Kind.PITCH, Kind.SHIFT)) == {
        Kind.PITCH: [1],
        Kind.SHIFT: [0, 2],
    }
