"""Fitting a network: batches, the loop, held-out likelihood.

Likelihood is in nats a note: the loss of all four fields of all events, waits and the end
included, divided by the number of notes. Keras 3 runs on TensorFlow here; nothing in this module
depends on the backend, so weights trained with another load as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.encoding import FIELD_NAMES, Field
from musegen.examples import Example, transposed
from musegen.network import NetworkConfig, build, set_weights

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

WEIGHTS_FILE = "model.weights.h5"
_EVALUATION_STEP = 256
"""Whole pieces are padded to a multiple of this, so that few shapes are compiled."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How a network is trained.

    ``sequence`` is the number of events of one training sequence, ``batch`` how many are learned
    from at once: few, since an epoch of a small corpus has few steps as it is; ``transpose`` the
    largest distance in semitones by which pieces are moved; ``patience`` the epochs without a
    better held-out likelihood after which training stops.

    With ``keep_last`` training goes on to the end, and the last epoch is kept instead of the one
    that predicts held-out pieces best. Chorales of such a network were harder to tell from Bach's
    (docs/experiments.md); copying has to be watched.
    """

    epochs: int = 60
    batch: int = 4
    sequence: int = 192
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    transpose: int = 5
    share_transposed: float = 0.6
    patience: int = 12
    seed: int = 1
    keep_last: bool = False


def network_inputs(example: Example) -> Arrays:
    """What `musegen.network.build` takes, for one example, without the batch axis."""
    return {
        "inputs": example.inputs,
        "at_onset": example.at_onset,
        "of_part": example.of_part,
        "shift": example.events[:, Field.SHIFT],
        "part": example.events[:, Field.PART],
        "pitch": example.events[:, Field.PITCH],
    }


def batch_of(examples: Sequence[Example], length: int) -> tuple[Arrays, Arrays, Arrays]:
    """Inputs, targets and weights of examples cut or padded to ``length`` events.

    Weights are such that the mean loss over the batch is in nats a note.
    """
    x: Arrays = {}
    for row, example in enumerate(examples):
        for name, values in network_inputs(example).items():
            if name not in x:
                x[name] = np.zeros((len(examples), length, *values.shape[1:]), np.int32)
            x[name][row, : len(values)] = values[:length]
    events = np.zeros((len(examples), length, 4), np.int32)
    real = np.zeros((len(examples), length), bool)
    for row, example in enumerate(examples):
        events[row, : len(example)] = example.events[:length]
        real[row, : len(example)] = True
    is_note = real & (events[:, :, Field.PART] < examples[0].parts)
    scale = is_note.size / max(1, is_note.sum())
    y = {name: events[:, :, field] for field, name in enumerate(FIELD_NAMES)}
    weights = {
        name: (real if field <= Field.PART else is_note) * np.float32(scale)
        for field, name in enumerate(FIELD_NAMES)
    }
    return x, y, {name: w.astype(np.float32) for name, w in weights.items()}


def crops(
    examples: Sequence[Example], config: TrainingConfig, rng: np.random.Generator
) -> Iterator[Example]:
    """One epoch: every whole piece once, in stretches, or half the time one of its later parts.

    A stretch that does not begin a piece still sees, by look-back, what stood before.
    """
    whole = [e for e in examples if e.is_whole]
    tails = [e for e in examples if not e.is_whole]
    order = list(whole) + [
        tails[i] for i in rng.permutation(len(tails))[: max(1, len(whole) // 2)] if tails
    ]
    pieces: list[Example] = []
    for example in order:
        moved = transposed(example, _semitones(config, rng))
        offset = int(rng.integers(config.sequence)) if len(moved) > config.sequence else 0
        starts = [0, *range(offset, len(moved), config.sequence)] if offset else [0]
        ends = [*starts[1:], len(moved)]
        pieces += [
            _stretch(moved, a, min(b, a + config.sequence))
            for a, b in zip(starts, ends, strict=True)
            if b - a > 8
        ]
    for i in rng.permutation(len(pieces)):
        yield pieces[i]


def _semitones(config: TrainingConfig, rng: np.random.Generator) -> int:
    if rng.random() >= config.share_transposed:
        return 0
    return int(rng.integers(-config.transpose, config.transpose + 1))


def _stretch(example: Example, start: int, end: int) -> Example:
    return Example(
        example.inputs[start:end],
        example.at_onset[start:end],
        example.of_part[start:end],
        example.events[start:end],
        example.parts,
        is_whole=False,
    )


def fit(
    train: Sequence[Example],
    validation: Sequence[Example],
    network: NetworkConfig,
    config: TrainingConfig,
    *,
    work_dir: Path,
    begin: Arrays | None = None,
    on_epoch: Callable[[int, dict[str, float]], None] | None = None,
    show_progress: bool = True,
) -> keras.Model:
    """Train until held-out likelihood stops improving; the best weights are kept, or the last.

    Parameters
    ----------
    work_dir
        Checkpoints go here; calling again with the same folder resumes.
    begin
        Weights to begin with, as `musegen.network.read_weights` gives them; random ones without.
    on_epoch
        Called after each epoch with its number and the losses in nats a note.

    Returns
    -------
    keras.Model
        With the weights of the epoch that predicted ``validation`` best, or of the last one.
    """
    import keras

    keras.utils.set_random_seed(config.seed)
    model = build(network)
    if begin is not None:
        set_weights(model, begin)
    steps = sum(1 for _ in epoch_batches(train, config, 0))
    schedule = keras.optimizers.schedules.CosineDecay(
        1e-4, config.epochs * steps, warmup_target=config.learning_rate, warmup_steps=steps
    )
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=config.weight_decay, clipnorm=1.0),
        loss={
            name: keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            for name in FIELD_NAMES
        },
    )
    work_dir.mkdir(parents=True, exist_ok=True)
    kept = work_dir / f"{'last' if config.keep_last else 'best'}.{WEIGHTS_FILE}"
    callbacks: list[Any] = [
        keras.callbacks.ModelCheckpoint(
            str(kept),
            monitor="val_loss",
            save_best_only=not config.keep_last,
            save_weights_only=True,
        ),
        keras.callbacks.BackupAndRestore(str(work_dir / "resume")),
    ]
    if not config.keep_last:
        callbacks.append(
            keras.callbacks.EarlyStopping(monitor="val_loss", patience=config.patience)
        )
    if on_epoch is not None:
        callbacks.append(
            keras.callbacks.LambdaCallback(on_epoch_end=lambda n, logs: on_epoch(n, dict(logs)))
        )
    model.fit(
        _batches(train, config),
        validation_data=list_dataset([batch_of(b, n) for b, n in evaluation_batches(validation)]),
        epochs=config.epochs,
        callbacks=callbacks,
        verbose=1 if show_progress else 0,
    )
    model.load_weights(str(kept))
    return model


def epoch_batches(
    examples: Sequence[Example], config: TrainingConfig, number: int
) -> Iterator[list[Example]]:
    """The crops of epoch ``number``, as many together as are learned from at once."""
    rng = np.random.default_rng((config.seed, number))
    waiting: list[Example] = []
    for crop in crops(examples, config, rng):
        waiting.append(crop)
        if len(waiting) == config.batch:
            yield waiting
            waiting = []


def _batches(examples: Sequence[Example], config: TrainingConfig) -> Any:
    """The training set as Keras reads it: new crops and transpositions each epoch."""
    import keras

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
        def __init__(self) -> None:
            super().__init__()
            self._number = 0
            self._batches = list(epoch_batches(examples, config, 0))
            self._steps = len(self._batches)  # Keras wants every epoch to be as long

        def __len__(self) -> int:
            return self._steps

        def __getitem__(self, index: int) -> tuple[Arrays, Arrays, Arrays]:
            return batch_of(self._batches[index % len(self._batches)], config.sequence)

        def on_epoch_end(self) -> None:
            self._number += 1
            self._batches = list(epoch_batches(examples, config, self._number))

    return Batches()


def list_dataset(batches: Sequence[tuple[Arrays, Arrays, Arrays]]) -> Any:
    """Ready batches as Keras reads them."""
    import keras

    class Ready(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
        def __len__(self) -> int:
            return len(batches)

        def __getitem__(self, index: int) -> tuple[Arrays, Arrays, Arrays]:
            return batches[index]

    return Ready()


def evaluation_batches(
    examples: Sequence[Example], *, most_events: int = 8192
) -> Iterator[tuple[list[Example], int]]:
    """Whole pieces of like length together, with the length they are to be padded to."""
    batch: list[Example] = []
    length = 0
    for example in sorted(examples, key=len):
        padded = _EVALUATION_STEP * math.ceil(len(example) / _EVALUATION_STEP)
        if batch and (padded != length or (len(batch) + 1) * padded > most_events):
            yield batch, length
            batch = []
        length = padded
        batch.append(example)
    if batch:
        yield batch, length


def likelihood(
    networks: keras.Model | Sequence[keras.Model], examples: Sequence[Example]
) -> dict[str, float]:
    """Held-out likelihood, in nats a note, of a network or of several that write together.

    Returns
    -------
    dict
        ``shift``, ``part``, ``pitch``, ``duration``: each field's share; ``total``: their sum;
        ``notes``: how many notes there were.
    """
    together = networks if isinstance(networks, Sequence) else [networks]
    sums, notes = np.zeros(len(FIELD_NAMES)), 0
    for batch, length in evaluation_batches(examples):
        x, y, weights = batch_of(batch, length)
        logits = mean_logits(together, x)
        for field, name in enumerate(FIELD_NAMES):
            sums[field] += float((cross_entropy(logits[name], y[name]) * (weights[name] > 0)).sum())
        notes += int((weights["pitch"] > 0).sum())
    nats = dict(zip(FIELD_NAMES, (sums / max(1, notes)).tolist(), strict=True))
    return {**nats, "total": float(sums.sum() / max(1, notes)), "notes": float(notes)}


def mean_logits(networks: Sequence[keras.Model], x: Arrays) -> Arrays:
    """The mean of the networks' logits by field: they write together as a product of experts."""
    answers = [network.predict_on_batch(x) for network in networks]
    return {
        name: np.asarray(np.mean([np.asarray(answer[name]) for answer in answers], 0))
        for name in FIELD_NAMES
    }


def cross_entropy(logits: Any, target: NDArray[np.int32]) -> NDArray[np.float64]:
    """Nats of each ``target`` (…) under ``logits`` (…, values)."""
    logits = np.asarray(logits, np.float64)
    top = logits.max(-1, keepdims=True)
    log_sum = np.log(np.exp(logits - top).sum(-1)) + top[..., 0]
    chosen = np.take_along_axis(logits, target[..., None], -1)[..., 0]
    return np.asarray(log_sum - chosen)
