"""Learning from one's own songs: a network against a judge of beats.

A network that has learned what comes next in human music has never met its own slips, and one odd
note calls up the next. So it writes songs of the bars of training pieces, alone and unchosen; a judge
hears their beats and those of the pieces, and learns to tell them apart all the while; and the
network goes where the judge takes it for human (generative adversarial imitation learning: Ho and
Ermon 2016; in sequences: Yu et al. 2017, SeqGAN). Each event is made likelier or less likely by what
the beats from there on were worth (REINFORCE: Williams 1992). The pieces themselves are learned from
in the same step, so that it does not forget them.

The judge hears `musegen.guide_turns`, as a guide does. Reports of how good songs are use none of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from musegen.arrays import arrays_of, write_arrays
from musegen.encoding import FIELD_NAMES, Field
from musegen.examples import Example, followed, training_examples
from musegen.fitting import TrainingConfig, batch_of, epoch_batches
from musegen.guide import Beats
from musegen.guide_turns import BUCKETS
from musegen.network import NetworkConfig, build, set_weights, weights_of
from musegen.processes import pool
from musegen.song import TICKS_PER_BEAT, Song
from musegen.stepping import SteppingNetwork

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    import keras
    from numpy.typing import NDArray

    Weights = dict[str, NDArray[np.float32]]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Write = Callable[[SteppingNetwork, Sequence[Song], np.random.Generator], list[Song]]

_NEAR_END = 8
"""Beats left that still matter to what may be expected of those to come."""

_PAD = 128
"""Batches are padded to a multiple of so many events, so that few shapes are compiled."""

_AT_ONCE = 24
"""Songs that one process writes together: fixed, so that nothing hangs on how many cores there are."""

KEPT_EVERY = 10
"""Rounds after which it is written down how far training has come."""


@dataclass(frozen=True, slots=True)
class ImitationConfig:
    """How a network is set against a judge.

    ``rounds`` of ``songs`` songs each; for each round, one step along ``pieces`` passages of human
    music and all the songs. What a beat is worth counts for the events of the beat before it
    ``discount`` times as much, and so on. Of longer songs the first ``longest`` events are learned
    from. In the first ``unheeded`` rounds the judge learns alone.
    """

    rounds: int = 360
    songs: int = 48
    pieces: int = 12
    sequence: int = 192
    longest: int = 384
    learning_rate: float = 4e-4
    dropout: float = 0.1
    discount: float = 0.8
    unheeded: int = 7
    seed: int = 1


class BeatJudge:
    """A logistic regression over turns that learns while it judges (Adagrad: Duchi et al. 2011)."""

    RATE = 0.05
    FORGETS = 1e-4
    """So much of every weight is lost a step: most turns are met once."""
    SURE = 3.0
    """Log odds are taken to be no larger: one beat does not decide a song."""
    _UNIT = 50
    """Beats after which a step counts as one."""

    def __init__(self) -> None:
        self.weights = np.zeros(BUCKETS)
        self.squares = np.full(BUCKETS, 1e-2)

    def logits(self, turns: Ints) -> Floats:
        """The log odds of *human* of beats (beats, K), (beats,)."""
        return np.asarray(self.weights[turns].sum(1))

    def worth(self, turns: Ints) -> Floats:
        """The same, within what the judge may be sure of."""
        return np.clip(self.logits(turns), -self.SURE, self.SURE)

    def hear(self, turns: Ints, *, is_human: bool) -> None:
        """Learn from beats (beats, K) of one side."""
        errors = (float(is_human) - 1 / (1 + np.exp(-self.logits(turns)))) / self._UNIT
        slope = np.bincount(turns.ravel(), np.repeat(errors, turns.shape[1]), BUCKETS)
        self.squares += slope**2
        self.weights += self.RATE * slope / np.sqrt(self.squares)
        self.weights *= 1 - self.FORGETS


@dataclass(frozen=True)
class Checkpoint:
    """How far training has come, in the file ``path``.

    ``training`` tells one training from another: another beginning, or other settings.
    """

    path: Path
    training: int

    @classmethod
    def of(cls, path: Path, weights: Weights, config: ImitationConfig) -> Checkpoint:
        told = zlib.crc32(repr(asdict(config)).encode())
        for name in sorted(weights):
            told = zlib.crc32(weights[name].tobytes(), told)
        return cls(path, told)

    def keep(self, rounds: int, model: keras.Model, judge: BeatJudge) -> None:
        """Write down a network and a judge that have learned for so many rounds."""
        learned: dict[str, Any] = {f"model {i}": value for i, value in enumerate(_state(model))}
        learned |= {"weights": judge.weights, "squares": judge.squares}
        learned |= {"training": self.training, "rounds": rounds}
        write_arrays(self.path, learned, compressed=False)

    def restore(self, model: keras.Model, judge: BeatJudge) -> int:
        """Take up what was written down of this training, if anything; after how many rounds.

        Raises
        ------
        ModelError
            When it cannot be read.
        """
        if not self.path.exists():
            return 0
        complaint = f"How far training came, in “{self.path}”, cannot be read; delete that file to begin anew."
        with arrays_of(self.path, complaint) as arrays:
            if int(arrays["training"]) != self.training:
                return 0
            learned = [arrays[f"model {i}"] for i in range(len(_variables(model)))]
            weights, squares, rounds = (arrays[name] for name in ("weights", "squares", "rounds"))
        for variable, value in zip(_variables(model), learned, strict=True):
            variable.assign(value)
        judge.weights, judge.squares = weights, squares
        return int(rounds)


def _variables(model: keras.Model) -> list[Any]:
    """All that a network's training changes."""
    model.optimizer.build(model.trainable_variables)
    return [*model.trainable_variables, *model.optimizer.variables]


def _state(model: keras.Model) -> list[NDArray[Any]]:
    from keras import ops

    return [np.array(ops.convert_to_numpy(variable)) for variable in _variables(model)]


class Own(NamedTuple):
    """A song of the network's, and what each of its events was worth, (events,)."""

    example: Example
    advantage: Floats


class Written(NamedTuple):
    """Songs of the network's, as examples, and their beats."""

    examples: list[Example]
    beats: Beats


def imitate(
    shape: NetworkConfig,
    weights: Weights,
    pieces: Sequence[Song],
    learned: Sequence[Song],
    write: Write,
    *,
    config: ImitationConfig,
    kept: Path,
    on_round: Callable[[int, float], None] = lambda _, __: None,
) -> keras.Model:
    """A network that goes on from ``weights``, so that its songs become more a human's.

    While it learns from the songs of one round, other processes write those of the next, with the
    weights that it had before.

    Parameters
    ----------
    pieces
        Prepared ones, whose bars the network writes songs of.
    learned
        The whole pieces it has learned from, in their written key.
    write
        Writes a song of the bars of each piece with a network, in another process.
    kept
        A file that tells how far training has come; if it is there, training goes on from it.
    on_round
        Called with each round's number and how well the judge told its beats from human ones
        before it had heard them (AUC; 0.5 is guessing).

    Raises
    ------
    FailureError
        When ``kept`` cannot be written.
    ModelError
        When it cannot be read.
    """
    from sklearn.metrics import roc_auc_score

    model, judge = _ready(shape, weights, config), BeatJudge()
    checkpoint = Checkpoint.of(kept, weights, config)
    begin = checkpoint.restore(model, judge)
    examples = training_examples(learned, longest=config.sequence, relations=shape.relations)
    human, passages = Beats.of(pieces), _passages(examples, config)
    for _ in range(begin - config.unheeded):
        next(passages)  # they were learned from before
    with pool() as submit:

        def ask(number: int) -> list[Future[Written]]:
            now = weights_of(model)
            return [
                submit(_written, write, shape, now, some, (config.seed, number, place))
                for place, some in enumerate(_shares(pieces, config, number), start=2)
            ]

        coming = ask(begin)
        for number in range(begin, config.rounds):
            own, beats = _together([future.result() for future in coming])
            coming = ask(number + 1) if number + 1 < config.rounds else []
            rng = np.random.default_rng((config.seed, number, 1))
            compared = human.turns[rng.integers(0, len(human), len(beats))]
            told = np.concatenate([judge.logits(compared), judge.logits(beats.turns)])
            on_round(number, float(roc_auc_score(np.arange(len(told)) < len(compared), told)))
            if number >= config.unheeded:
                worth = valued(own, beats, judge.worth(beats.turns), config.discount)
                model.train_on_batch(*mixed(next(passages), worth, config.longest))
            judge.hear(beats.turns, is_human=False)
            judge.hear(compared, is_human=True)
            if (number + 1) % KEPT_EVERY == 0:
                checkpoint.keep(number + 1, model, judge)
    return model


def _shares(pieces: Sequence[Song], config: ImitationConfig, number: int) -> Iterator[list[Song]]:
    """The pieces of round ``number``, as many together as one process writes songs for.

    Random numbers: 0 after seed and round for these, 1 for what is compared, 2 on for each share.
    """
    chosen = np.random.default_rng((config.seed, number, 0)).integers(0, len(pieces), config.songs)
    for start in range(0, config.songs, _AT_ONCE):
        yield [pieces[i] for i in chosen[start : start + _AT_ONCE]]


def _written(
    write: Write,
    shape: NetworkConfig,
    weights: Weights,
    pieces: Sequence[Song],
    seed: tuple[int, ...],
) -> Written:
    """Songs of the bars of ``pieces``; done in another process."""
    songs = write(SteppingNetwork(shape, weights), pieces, np.random.default_rng(seed))
    return Written(followed(songs, relations=shape.relations), Beats.of(songs))


def _together(shares: Sequence[Written]) -> Written:
    """The songs of all shares, numbered through."""
    first = np.cumsum([0, *(len(share.examples) for share in shares)])
    beats = [
        replace(share.beats, song=share.beats.song + start)
        for share, start in zip(shares, first.tolist(), strict=False)
    ]
    examples = [example for share in shares for example in share.examples]
    return Written(examples, reduce(Beats.joined, beats))


def _ready(shape: NetworkConfig, weights: Weights, config: ImitationConfig) -> keras.Model:
    """The network, as it begins to learn."""
    import keras

    keras.utils.set_random_seed(config.seed)
    model = build(replace(shape, dropout=config.dropout))
    set_weights(model, weights)
    steps = max(1, config.rounds - config.unheeded)
    schedule = keras.optimizers.schedules.CosineDecay(
        config.learning_rate / 10,
        steps,
        alpha=0.1,
        warmup_target=config.learning_rate,
        warmup_steps=min(10, steps // 2),
    )
    model.compile(
        keras.optimizers.Adam(schedule, clipnorm=1.0),
        loss={
            name: keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            for name in FIELD_NAMES
        },
    )
    return model


def valued(songs: Sequence[Example], beats: Beats, worth: Floats, discount: float) -> list[Own]:
    """What the events of ``songs`` were worth: their beats and, less and less, those that followed.

    Beside other songs with as many beats left, in standard deviations, three at most.
    """
    values = [_values(worth[beats.song == i], discount) for i in range(len(songs))]
    left = [np.minimum(np.arange(len(own))[::-1], _NEAR_END) for own in values]
    every, places = np.concatenate(values), np.concatenate(left)
    usual = np.bincount(places, every) / np.maximum(1, np.bincount(places))
    spread = float((every - usual[places]).std()) + 1e-6
    found = []
    for example, own, at in zip(songs, values, left, strict=True):
        onset = np.cumsum(example.events[:, Field.SHIFT].astype(np.int64))
        beat = np.minimum(onset // TICKS_PER_BEAT, len(own) - 1)
        advantage = np.clip((own - usual[at]) / spread, -3, 3)[beat]
        found.append(Own(example, advantage))
    return found


def _values(worth: Floats, discount: float) -> Floats:
    """What is still to come at each beat, and at the end, (beats + 1,)."""
    values = np.zeros(len(worth) + 1)
    for beat in range(len(worth))[::-1]:
        values[beat] = worth[beat] + discount * values[beat + 1]
    return values


def mixed(human: Sequence[Example], own: Sequence[Own], longest: int) -> tuple[Any, Any, Any]:
    """Inputs, targets and weights of a step: human passages, and songs by what they were worth.

    A negative weight makes what was written less likely. Both sides count as much an event.
    """
    length = max(*map(len, human), *(min(len(song.example), longest) for song in own))
    length = -(-length // _PAD) * _PAD
    x, y, weights = batch_of([*human, *(song.example for song in own)], length)
    scale = np.zeros((len(human) + len(own), length), np.float32)
    scale[: len(human)] = 1 / sum(map(len, human))
    events = sum(min(len(song.example), length) for song in own)
    for row, song in enumerate(own, start=len(human)):
        advantage = song.advantage[:length]
        scale[row, : len(advantage)] = advantage / events
    scale *= scale.size  # Keras divides by it
    return x, y, {name: (there > 0) * scale for name, there in weights.items()}


def _passages(learned: Sequence[Example], config: ImitationConfig) -> Iterator[list[Example]]:
    """Human passages in their own key, epoch after epoch."""
    crops = TrainingConfig(
        batch=config.pieces, sequence=config.sequence, share_transposed=0.0, seed=config.seed
    )
    epoch = 0
    while True:
        yield from epoch_batches(learned, crops, epoch)
        epoch += 1
