"""The Keras network that predicts a song's next event.

Stacked causal GRUs read a song event by event; four heads choose the fields of the next event,
each seeing the fields chosen before it: shift → part → pitch → duration. Between the heads the
network is told what stands at the place just chosen (`musegen.context`).

A pitch is judged twice: as such, and by its interval to notes that matter to it, such as the
part's own last note and what the other parts are sounding. What a step, a third or a clash is
worth need then not be learned for each pitch anew.

Shapes: B songs, T events, F feature columns, H units, J notes that pitches are compared with.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.arrays import arrays_of, write_arrays
from musegen.encoding import MAX_SHIFT, TIED
from musegen.layout import Kind, Layout, kind_sizes

if TYPE_CHECKING:
    from pathlib import Path

    import keras
    from numpy.typing import NDArray

EMBEDDING_SIZES = {
    Kind.PITCH: 24,
    Kind.LENGTH: 8,
    Kind.SHIFT: 12,
    Kind.PART: 6,
    Kind.POSITION: 16,
    Kind.BARS_LEFT: 12,
    Kind.BEATS_LEFT: 6,
    Kind.METRE: 6,
    Kind.MODE: 2,
    Kind.TONIC: 6,
    Kind.MATCH: 4,
    Kind.INTERVAL: 8,
    Kind.DEGREE: 8,
}
"""Numbers a network keeps for each value of a kind."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Everything that fixes a network's shape."""

    parts: int
    units: int = 256
    layers: int = 2
    head_units: int = 256
    dropout: float = 0.25
    reach: int = 0
    """Semitones up and down within which pitches are also judged by interval; 0: they are not."""
    relations: bool = False
    """Whether it is told intervals and degrees, besides pitches (`musegen.relations`)."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def head_sizes(parts: int) -> dict[str, int]:
    """Number of values of each field, in the order of the heads."""
    return {"shift": MAX_SHIFT + 1, "part": parts + 2, "pitch": 128, "duration": TIED + 1}


def columns_by_kind(kinds: tuple[Kind, ...]) -> dict[Kind, list[int]]:
    """Which columns are of which kind: the order in which embeddings are joined."""
    return {kind: [i for i, k in enumerate(kinds) if k is kind] for kind in Kind if kind in kinds}


def compared_columns(layout: Layout) -> tuple[list[int], list[int]]:
    """The notes a pitch is compared with: columns of ``of_part`` and of ``at_onset``.

    The part's own last notes, its neighbours, what it had 1, 2, 4 and 8 bars ago; and what every
    part is sounding. A network that is told relations knows of the others by these, and compares
    with the part's last note and with what sounds alone.
    """
    own = [i for i, kind in enumerate(layout.of_part) if kind is Kind.PITCH]
    own = own[:1] if layout.relations else own
    sounding = [i for i, kind in enumerate(layout.at_onset) if kind is Kind.PITCH]
    return own, sounding[: layout.parts]


def interval_values(reach: int) -> int:
    """Intervals that are told apart: ``reach`` semitones up and down, unison, and beyond."""
    return 2 * reach + 3


def build(config: NetworkConfig) -> keras.Model:
    """An untrained network.

    Inputs, all whole numbers: ``inputs``, ``at_onset``, ``of_part`` (B, T, F) as in
    `musegen.layout.Layout`; ``shift``, ``part``, ``pitch`` (B, T), the true fields.
    Outputs: logits of each field, (B, T, values).
    """
    import keras
    from keras import layers

    layout, sizes = Layout(config.parts, config.relations), kind_sizes(config.parts)
    tables = {
        kind: layers.Embedding(sizes[kind], width, name=f"embed_{kind}")
        for kind, width in EMBEDDING_SIZES.items()
    }

    def features(name: str, kinds: tuple[Kind, ...]) -> tuple[Any, Any]:
        ids = keras.Input((None, len(kinds)), dtype="int32", name=name)
        joined = []
        for kind, columns in columns_by_kind(kinds).items():
            vectors = tables[kind](keras.ops.take(ids, columns, axis=2))  # (B, T, columns, width)
            width = len(columns) * EMBEDDING_SIZES[kind]
            joined.append(layers.Reshape((-1, width))(vectors))
        return ids, layers.Dropout(config.dropout / 2)(layers.Concatenate()(joined))

    def field(name: str) -> Any:
        return keras.Input((None,), dtype="int32", name=name)

    def hidden(name: str, *parts: Any) -> Any:
        joined = layers.Concatenate()(list(parts))
        dense = layers.Dense(config.head_units, activation="relu", name=f"{name}_hidden")(joined)
        return layers.Dropout(config.dropout)(dense)

    def logits(name: str, x: Any) -> Any:
        return layers.Dense(head_sizes(config.parts)[name], name=f"{name}_logits")(x)

    inputs, x = features("inputs", layout.inputs)
    at_onset, onset_x = features("at_onset", layout.at_onset)
    of_part, part_x = features("of_part", layout.of_part)
    shift, part, pitch = field("shift"), field("part"), field("pitch")

    x = layers.Dense(config.units, activation="relu", name="merge")(x)  # (B, T, H)
    states = []
    for index in range(config.layers):
        x = layers.GRU(config.units, return_sequences=True, name=f"gru_{index}")(x)
        x = layers.Dropout(config.dropout)(x)
        states.append(x)
    memory = layers.Concatenate()(states)  # (B, T, layers · H)

    shift_h = hidden("shift", memory)
    part_h = hidden("part", memory, tables[Kind.SHIFT](shift), onset_x)
    pitch_h = hidden("pitch", memory, part_h, tables[Kind.PART](part), part_x)
    pitch_logits = logits("pitch", pitch_h)
    if config.reach:
        own, sounding = compared_columns(layout)
        columns = [keras.ops.take(of_part, own, axis=2), keras.ops.take(at_onset, sounding, axis=2)]
        compared = keras.ops.concatenate(columns, axis=2)  # (B, T, J), pitch + 1
        worth = layers.Dense(
            (len(own) + len(sounding)) * interval_values(config.reach), name="interval_logits"
        )(pitch_h)
        pitch_logits += _by_interval(worth, compared, config.reach)
    pitch_vector = tables[Kind.PITCH](pitch + 1)
    duration_h = hidden("duration", part_h, pitch_h, pitch_vector)
    return keras.Model(
        [inputs, at_onset, of_part, shift, part, pitch],
        {
            "shift": logits("shift", shift_h),
            "part": logits("part", part_h),
            "pitch": pitch_logits,
            "duration": logits("duration", duration_h),
        },
    )


def _by_interval(worth: Any, compared: Any, reach: int) -> Any:
    """What each pitch is worth by its intervals: the sum over compared notes, (B, T, 128)."""
    from keras import layers, ops

    worth = layers.Reshape((-1, compared.shape[2], interval_values(reach)))(worth)
    intervals = ops.subtract(ops.arange(1, 129), ops.expand_dims(compared, 3))  # (B, T, J, 128)
    places = ops.clip(intervals, -reach - 1, reach + 1) + reach + 1
    found = ops.take_along_axis(worth, places, axis=3)
    there = ops.cast(ops.expand_dims(compared, 3) > 0, found.dtype)
    return ops.sum(found * there, axis=2)


def weights_of(model: keras.Model) -> dict[str, NDArray[np.float32]]:
    """The network's weights: an array a variable, by its path."""
    from keras import ops

    return {v.path: np.array(ops.convert_to_numpy(v)) for v in model.trainable_variables}


def save_weights(model: keras.Model, path: Path) -> None:
    """Write the network's weights as one NumPy archive."""
    write_arrays(path, weights_of(model), compressed=False)


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """What `save_weights` wrote.

    Raises
    ------
    ModelError
        When the file is missing or damaged.
    """
    complaint = f"The network in “{path}” cannot be read; get the file again or train anew."
    with arrays_of(path, complaint) as arrays:
        return arrays


def set_weights(model: keras.Model, weights: dict[str, NDArray[np.float32]]) -> None:
    """Give a network built alike the weights that `read_weights` returns."""
    for variable in model.trainable_variables:
        variable.assign(weights[variable.path])
