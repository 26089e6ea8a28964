"""The trained network, one event at a time, in plain NumPy.

A song is written event by event, and a call of a deep-learning framework costs far more than the
arithmetic of one event. So the weights that Keras trained are stepped through here: the same
layers as in `musegen.network.build` (a test holds the two against each other), no start-up time,
about a millisecond an event for a handful of songs side by side.

Shapes: B songs, F feature columns, H units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from musegen.layout import Kind, Layout
from musegen.network import NetworkConfig, columns_by_kind, compared_columns, interval_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]


class SteppingNetwork:
    """A network's layers as functions; it keeps no state between calls.

    Parameters
    ----------
    config, weights
        As trained; see `musegen.network.read_weights`.
    """

    def __init__(self, config: NetworkConfig, weights: dict[str, Floats]) -> None:
        self.config = config
        self._weights = weights
        layout = Layout(config.parts, config.relations)
        self._inputs = columns_by_kind(layout.inputs)
        self._at_onset = columns_by_kind(layout.at_onset)
        self._of_part = columns_by_kind(layout.of_part)
        self._compared = compared_columns(layout)

    def start(self, songs: int) -> Floats:
        """The state before the first event, (layers, B, H)."""
        return np.zeros((self.config.layers, songs, self.config.units), np.float32)

    def read(self, inputs: Ints, state: Floats) -> Floats:
        """The state after reading ``inputs`` (B, F), (layers, B, H)."""
        x = self._dense("merge", self._embedded(inputs, self._inputs), relu=True)  # (B, H)
        after = np.empty_like(state)
        for layer in range(self.config.layers):
            x = after[layer] = self._gru(f"gru_{layer}", x, state[layer])
        return after

    def shift(self, state: Floats) -> Floats:
        """Logits of the shift, (B, values)."""
        memory = np.concatenate(list(state), 1)
        return self._dense("shift_logits", self._dense("shift_hidden", memory, relu=True))

    def part(self, state: Floats, shift: Ints, at_onset: Ints) -> tuple[Floats, Floats]:
        """Logits of the part, (B, values), and what the next head needs of this one."""
        joined = [
            *state,
            self._vectors(Kind.SHIFT, shift),
            self._embedded(at_onset, self._at_onset),
        ]
        hidden = self._dense("part_hidden", np.concatenate(joined, 1), relu=True)
        return self._dense("part_logits", hidden), hidden

    def pitch(
        self, state: Floats, part_hidden: Floats, part: Ints, at_onset: Ints, of_part: Ints
    ) -> tuple[Floats, Floats]:
        """Logits of the pitch, (B, 128), and what the next head needs of this one."""
        vectors = [self._vectors(Kind.PART, part), self._embedded(of_part, self._of_part)]
        joined = np.concatenate([*state, part_hidden, *vectors], 1)
        hidden = self._dense("pitch_hidden", joined, relu=True)
        logits = self._dense("pitch_logits", hidden)
        if self.config.reach:
            logits += self._by_interval(hidden, at_onset, of_part)
        return logits, hidden

    def duration(self, part_hidden: Floats, pitch_hidden: Floats, pitch: Ints) -> Floats:
        """Logits of the duration, (B, values)."""
        vectors = self._vectors(Kind.PITCH, pitch + 1)
        joined = np.concatenate([part_hidden, pitch_hidden, vectors], 1)
        return self._dense("duration_logits", self._dense("duration_hidden", joined, relu=True))

    def _by_interval(self, hidden: Floats, at_onset: Ints, of_part: Ints) -> Floats:
        """As in `musegen.network.build`: the sum over compared notes, (B, 128)."""
        reach, (own, sounding) = self.config.reach, self._compared
        compared = np.concatenate([of_part[:, own], at_onset[:, sounding]], 1)  # (B, J)
        worth = self._dense("interval_logits", hidden)
        worth = worth.reshape(*compared.shape, interval_values(reach))
        intervals = np.arange(1, 129) - compared[:, :, None]  # (B, J, 128)
        places = np.clip(intervals, -reach - 1, reach + 1) + reach + 1
        found = np.take_along_axis(worth, places, 2) * (compared > 0)[:, :, None]
        return np.asarray(found.sum(1))

    def _vectors(self, kind: Kind, values: Ints) -> Floats:
        return self._weights[f"embed_{kind}/embeddings"][values]

    def _embedded(self, ids: Ints, columns: dict[Kind, list[int]]) -> Floats:
        vectors = [self._vectors(kind, ids[:, where]) for kind, where in columns.items()]
        return np.concatenate([v.reshape(len(ids), -1) for v in vectors], 1)

    def _dense(self, name: str, x: Floats, *, relu: bool = False) -> Floats:
        y = x @ self._weights[f"{name}/kernel"] + self._weights[f"{name}/bias"]
        return np.asarray(np.maximum(y, 0) if relu else y)

    def _gru(self, name: str, x: Floats, state: Floats) -> Floats:
        """One step of Keras's GRU with ``reset_after`` (gates in the order update, reset, new)."""
        cell = f"{name}/gru_cell"
        bias, recurrent_bias = self._weights[f"{cell}/bias"]
        from_x = x @ self._weights[f"{cell}/kernel"] + bias  # (B, 3H)
        from_state = state @ self._weights[f"{cell}/recurrent_kernel"] + recurrent_bias
        units = self.config.units
        update = _sigmoid(from_x[:, :units] + from_state[:, :units])
        reset = _sigmoid(from_x[:, units : 2 * units] + from_state[:, units : 2 * units])
        new = np.tanh(from_x[:, 2 * units :] + reset * from_state[:, 2 * units :])
        return np.asarray(update * state + (1 - update) * new)


class SteppingEnsemble:
    """Several networks of like size that write together.

    Each field is drawn from the mean of their logits: a product of experts, in which what only
    one of them believes in counts little. States are the networks' own, one after the other;
    what one head passes on to the next is stacked, (networks, B, H).
    """

    def __init__(self, networks: Sequence[SteppingNetwork]) -> None:
        self._networks = tuple(networks)
        self.config = networks[0].config

    def start(self, songs: int) -> Floats:
        return np.concatenate([network.start(songs) for network in self._networks])

    def read(self, inputs: Ints, state: Floats) -> Floats:
        own = zip(self._networks, self._split(state), strict=True)
        return np.concatenate([network.read(inputs, part) for network, part in own])

    def shift(self, state: Floats) -> Floats:
        own = zip(self._networks, self._split(state), strict=True)
        return _mean([network.shift(part) for network, part in own])

    def part(self, state: Floats, shift: Ints, at_onset: Ints) -> tuple[Floats, Floats]:
        own = zip(self._networks, self._split(state), strict=True)
        return _joined([network.part(part, shift, at_onset) for network, part in own])

    def pitch(
        self, state: Floats, part_hidden: Floats, part: Ints, at_onset: Ints, of_part: Ints
    ) -> tuple[Floats, Floats]:
        own = zip(self._networks, self._split(state), part_hidden, strict=True)
        return _joined([n.pitch(s, hidden, part, at_onset, of_part) for n, s, hidden in own])

    def duration(self, part_hidden: Floats, pitch_hidden: Floats, pitch: Ints) -> Floats:
        own = zip(self._networks, part_hidden, pitch_hidden, strict=True)
        return _mean([network.duration(one, two, pitch) for network, one, two in own])

    def _split(self, state: Floats) -> list[Floats]:
        return np.split(state, len(self._networks))


Network = SteppingNetwork | SteppingEnsemble
"""Whatever writes songs."""


def _mean(logits: Sequence[Floats]) -> Floats:
    return np.asarray(sum(logits) / np.float32(len(logits)))


def _joined(answers: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    logits, hidden = zip(*answers, strict=True)
    return _mean(logits), np.stack(hidden)


def _sigmoid(x: Floats) -> Floats:
    half = np.float32(0.5)
    return np.asarray(half * np.tanh(half * x) + half)
