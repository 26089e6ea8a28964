"""The article's network: in Keras to learn with, in NumPy to compose with.

Bidirectional LSTM of 512 → dropout 0.3 → bidirectional LSTM of 512 → dense → softmax over the
vocabulary. A window's 32 tokens come in as one number each, the token's id divided by the size
of the vocabulary: the article's oddity, which makes neighbours of whatever is sorted side by side.

Shapes: B windows, T tokens, H units, V vocabulary.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    import keras
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

WINDOW = 32
"""The article's SEQUENCE_LEN, int(8 / 0.25)."""

UNITS = 512
DROPOUT = 0.3
LAYERS = ("lower", "upper")
DIRECTIONS = ("forward", "backward")
KINDS = ("kernel", "recurrent_kernel", "bias")


def scaled(ids: Ints, n_vocab: int) -> Floats:
    """Token ids as the network sees them: one number each, 0 up to below 1."""
    return (ids / np.float32(n_vocab)).astype(np.float32)


def build(n_vocab: int, *, units: int = UNITS, dtype: str = "float32") -> keras.Model:
    """An untrained network: (B, T, 1) → probabilities (B, V).

    Parameters
    ----------
    dtype
        Keras's dtype policy of the upper layer, which has three weights in four:
        ``mixed_bfloat16`` learns faster on processors that know it.
    """
    import keras
    from keras import layers

    lower, upper = LAYERS
    return keras.Sequential(
        [
            keras.Input((None, 1)),
            layers.Bidirectional(layers.LSTM(units, return_sequences=True), name=lower),
            layers.Dropout(DROPOUT),  # (B, T, 2H)
            layers.Bidirectional(layers.LSTM(units, dtype=dtype), name=upper),  # (B, 2H)
            layers.Dense(n_vocab, activation="softmax", name="token"),  # (B, V)
        ]
    )


def begin_sharply(model: keras.Model, rng: np.random.Generator) -> None:
    """Let each unit of an untrained network's lower layer tell low ids from high ones.

    As Keras begins, numbers from 0 to 1 that differ by a hundredth look all the same, and the
    first hours of training go by before they do not. So the gates that let a token in begin as
    steps at random places among the ids, instead of nearly flat.
    """
    n_vocab = model.output_shape[-1]
    for side in DIRECTIONS:
        cell = getattr(model.get_layer(LAYERS[0]), f"{side}_layer").cell
        kernel, bias = np.array(cell.kernel), np.array(cell.bias)  # (1, 4H), (4H,)
        units = kernel.shape[1] // 4
        for gate in (0, 2):  # input and new
            where = slice(gate * units, (gate + 1) * units)
            kernel[0, where] = rng.uniform(-1, 1, units) * n_vocab
            bias[where] = -kernel[0, where] * rng.uniform(0, 1, units)
        cell.kernel.assign(kernel)
        cell.bias.assign(bias)


def weights_of(model: keras.Model) -> dict[str, Floats]:
    """The network's weights by layer and kind, such as ``lower/forward/kernel``."""
    from keras import ops

    return {
        name: np.asarray(ops.convert_to_numpy(variable), np.float32)
        for name, variable in _variables(model).items()
    }


def set_weights(model: keras.Model, weights: dict[str, Floats]) -> None:
    """Give a network built alike the weights that `weights_of` told."""
    for name, variable in _variables(model).items():
        variable.assign(weights[name])


def _variables(model: keras.Model) -> dict[str, Any]:
    """Names of our own: Keras's change with the model's."""
    token = model.get_layer("token")
    found = {"token/kernel": token.kernel, "token/bias": token.bias}
    for layer in LAYERS:
        for side in DIRECTIONS:
            cell = getattr(model.get_layer(layer), f"{side}_layer").cell
            for kind in KINDS:
                found[f"{layer}/{side}/{kind}"] = getattr(cell, kind)
    return found


def save_weights(weights: dict[str, Floats], path: Path) -> None:
    """Write weights as half-precision numbers: 17 MB rather than 34."""
    buffer = BytesIO()
    arrays: dict[str, Any] = {name: w.astype(np.float16) for name, w in weights.items()}
    np.savez(buffer, **arrays)
    write_whole(path, buffer.getvalue())


class RunningNetwork:
    """The trained network as plain arithmetic; it keeps nothing between calls."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = {name: w.astype(np.float32) for name, w in weights.items()}

    @property
    def n_vocab(self) -> int:
        return len(self._weights["token/bias"])

    def probabilities(self, ids: Ints) -> Floats:
        """How likely each token is to come next, (B, V), after windows of ids (B, T)."""
        lower, upper = LAYERS
        x = scaled(ids, self.n_vocab)[:, :, None]  # (B, T, 1)
        sides = [self._lstm(f"{lower}/{side}", x, side) for side in DIRECTIONS]
        x = np.concatenate(sides, 2)  # (B, T, 2H)
        last = [self._lstm(f"{upper}/{side}", x, side) for side in DIRECTIONS]
        # Each direction's state after it has read the whole window.
        x = np.concatenate([last[0][:, -1], last[1][:, 0]], 1)  # (B, 2H)
        logits = x @ self._weights["token/kernel"] + self._weights["token/bias"]
        scores = np.exp(logits - logits.max(1, keepdims=True))
        return np.asarray(scores / scores.sum(1, keepdims=True))

    def _lstm(self, name: str, x: Floats, side: str) -> Floats:
        """Keras's LSTM over ``x`` (B, T, F) from one side: states (B, T, H) in the order of ``x``.

        Gates stand in the order input, forget, new, output.
        """
        kernel, recurrent, bias = (self._weights[f"{name}/{kind}"] for kind in KINDS)
        from_x = x @ kernel + bias  # (B, T, 4H)
        units = len(recurrent)
        state = cell = np.zeros((len(x), units), np.float32)
        states = np.empty((*x.shape[:2], units), np.float32)
        steps = range(x.shape[1])
        for step in steps if side == DIRECTIONS[0] else reversed(steps):
            gates = from_x[:, step] + state @ recurrent
            let_in, keep, _, out = (
                _sigmoid(gates[:, i * units : (i + 1) * units]) for i in range(4)
            )
            new = np.tanh(gates[:, 2 * units : 3 * units])
            cell = keep * cell + let_in * new
            state = states[:, step] = out * np.tanh(cell)
        return states


def _sigmoid(x: Floats) -> Floats:
    half = np.float32(0.5)
    return np.asarray(half * np.tanh(half * x) + half)
