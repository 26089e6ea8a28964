"""Training the article's network on a few pieces of a genre.

As in the article: all tokens in one row, a window at every token, categorical cross-entropy, and
no validation split, for what is wanted of a network that is read by argmax is that it knows its
pieces by heart. The article trained for hours on a graphics card. So that a processor does it in
half an hour or so, the way there is another:

- 12 pieces by default, where the article had 24 to 35, and 5,000 tokens: twice as many take twice
  the time.
- At first most of the windows that `NULL` follows are left out, for three in four of them can be,
  and a network that always says `NULL` is where the article's own way stays for the first hours.
- The first epochs read but the last 16 tokens of a window; eight would leave too much open.
- Batches of 32, Adam with clipped gradients and a rate that falls; the article had 64 and RMSprop.
- Other weights to begin with (`musegen.article.network.begin_sharply`).

The last epochs learn from every window, whole, as the article's all did.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen import keys, models
from musegen.article.material import Material, read_pieces
from musegen.article.network import (
    UNITS,
    WINDOW,
    begin_sharply,
    build,
    save_weights,
    scaled,
    set_weights,
    weights_of,
)
from musegen.article.tokens import NULL, to_tokens
from musegen.files import write_whole
from musegen.network import read_weights

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    from musegen.song import Song

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

STATE_FILE = "state.json"
CHECKPOINT_FILE = "weights.npz"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """Some epochs of a kind.

    ``window`` is how many tokens are read, the last ones of a window; ``silences`` the share of
    the windows followed by `NULL` that an epoch learns from, others each time.
    """

    window: int
    epochs: int
    silences: float = 1.0


@dataclass(frozen=True, slots=True)
class ArticleConfig:
    """How the article's network is trained; the rate falls to a tenth along half a cosine.

    It learns from ``pieces`` at most, those of them that together have ``tokens`` at most.

    The project's own have learned with ``dtype`` ``mixed_bfloat16``, a third faster on a
    processor that knows such numbers and slower on others, and but for chorales, fiddle tunes and
    masses in batches of 64; masses, of which nine windows in ten are followed by `NULL`, for 80
    epochs of whole windows, most with a tenth of those. Each one's ``article.json`` tells.
    """

    pieces: int = 12
    tokens: int = 5000
    stages: tuple[Stage, ...] = (Stage(16, 24, 0.3), Stage(WINDOW, 8, 0.3), Stage(WINDOW, 4))
    batch: int = 32
    rate: float = 1e-3
    clip: float = 1.0
    units: int = UNITS
    dtype: str = "float32"
    seed: int = 1

    @classmethod
    def of_epochs(cls, epochs: int | None) -> ArticleConfig:
        """The usual way, or so many epochs of whole windows alone, as the article had them."""
        return cls() if epochs is None else cls(stages=(Stage(WINDOW, epochs),))


def train(
    genre: str,
    *,
    paths: Sequence[Path] = (),
    config: ArticleConfig | None = None,
    work_dir: Path | None = None,
    say: Say = print,
    show_progress: bool = True,
) -> Path:
    """Train the article's network for a genre, and return the folder it is written to.

    Parameters
    ----------
    paths
        The scores that a genre of one's own was trained on.
    work_dir
        Checkpoints go here, and training resumes from them; beside the model by default.

    Raises
    ------
    ModelError
        When the genre has no model of note events yet: its split tells what may be learned from.
    CorpusError
        When there is too little music to learn from.
    """
    config = config or ArticleConfig()
    material = Material.of(_pieces(genre, paths, config, say))
    say(
        f"Learning {len(material.ids):,} tokens of {len(material.pieces)} pieces "
        f"({len(material.vocabulary)} different)."
    )
    out = models.user_models_dir() / genre
    work_dir = work_dir or models.user_models_dir() / f".{genre}-article-training"
    model, record = fit(material, config, work_dir=work_dir, say=say, show_progress=show_progress)
    write(out, genre, material, weights_of(model), record)
    return out


def _pieces(genre: str, paths: Sequence[Path], config: ArticleConfig, say: Say) -> dict[str, Song]:
    """Some pieces of the training split, the same for the same seed."""
    learned = models.split(genre).train
    rng = np.random.default_rng(config.seed)
    chosen = [learned[i] for i in rng.permutation(len(learned))[: config.pieces]]
    if not paths:
        return within_tokens(read_pieces(genre, chosen), config.tokens)
    from musegen.training import material_of_files

    songs = material_of_files(genre, paths, say=say).songs
    # Composing reads them again, from whatever folder it is started in.
    found = {str(Path(id_).resolve()): songs[id_] for id_ in chosen if id_ in songs}
    return within_tokens(found, config.tokens)


def within_tokens(songs: Mapping[str, Song], tokens: int) -> dict[str, Song]:
    """The pieces, first ones first, that together have so many tokens at most.

    Where each has more, it is the shortest alone.
    """
    kept: dict[str, Song] = {}
    lengths = {id_: len(to_tokens(keys.to_home_key(song))) for id_, song in songs.items()}
    for id_, song in songs.items():
        if lengths[id_] <= tokens:
            kept[id_] = song
            tokens -= lengths[id_]
    if kept or not songs:
        return kept
    shortest = min(lengths, key=lambda id_: lengths[id_])
    return {shortest: songs[shortest]}


def fit(
    material: Material,
    config: ArticleConfig,
    *,
    work_dir: Path,
    say: Say = print,
    show_progress: bool = True,
) -> tuple[keras.Model, dict[str, Any]]:
    """Train, epoch by epoch, from where a checkpoint in ``work_dir`` stops.

    Returns
    -------
    The model, and how it was trained: epochs, minutes, the last epoch's loss (nats a token) and
    accuracy, under dropout, and what it knows by heart (see `by_heart`).
    """
    import keras

    keras.utils.set_random_seed(config.seed)
    model = build(len(material.vocabulary), units=config.units, dtype=config.dtype)
    begin_sharply(model, np.random.default_rng(config.seed))
    model.compile(
        keras.optimizers.Adam(config.rate, clipnorm=config.clip),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    record = _resume(model, work_dir)
    stages = [stage for stage in config.stages for _ in range(stage.epochs)]
    for epoch in range(record["epochs"], len(stages)):
        start = time.monotonic()
        model.optimizer.learning_rate = rate(config.rate, epoch / len(stages))
        inputs, targets = examples(material, stages[epoch], np.random.default_rng(epoch))
        history = model.fit(
            inputs,
            targets,
            batch_size=config.batch,
            epochs=epoch + 1,
            initial_epoch=epoch,
            verbose=1 if show_progress else 0,
        ).history
        record = {
            "epochs": epoch + 1,
            "minutes": record["minutes"] + (time.monotonic() - start) / 60,
            "window": stages[epoch].window,
            "loss": history["loss"][-1],
            "accuracy": history["accuracy"][-1],
        }
        _keep(model, record, work_dir)
        say(_words(record))
    return model, asdict(config) | record | {"by_heart": by_heart(model, material)}


def rate(first: float, share: float) -> float:
    """The learning rate when a share of the epochs is done: ``first``, and in the end a tenth."""
    return first * (0.1 + 0.9 * (1 + math.cos(math.pi * share)) / 2)


def examples(material: Material, stage: Stage, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """What an epoch learns from: ends of windows (B, T, 1) as networks have them, targets (B,)."""
    windows, targets = material.windows()
    silence = material.vocabulary.index(NULL)
    kept = (targets != silence) | (rng.random(len(targets)) < stage.silences)
    ends = windows[kept, -stage.window :]
    return scaled(ends, len(material.vocabulary))[:, :, None], targets[kept]


def by_heart(model: keras.Model, material: Material) -> dict[str, float]:
    """After how many of all whole windows the likeliest token is the true one, as a share.

    ``tokens`` is of all of them, ``notes`` of those that another token than `NULL` follows.
    """
    inputs, targets = examples(material, Stage(WINDOW, 1), np.random.default_rng(0))
    is_right = model.predict(inputs, batch_size=64, verbose=0).argmax(1) == targets
    is_note = targets != material.vocabulary.index(NULL)
    return {"tokens": float(is_right.mean()), "notes": float(is_right[is_note].mean())}


def _words(record: dict[str, Any]) -> str:
    return (
        f"Epoch {record['epochs']} (windows of {record['window']}): loss {record['loss']:.3f}, "
        f"{record['accuracy']:.1%} right, {record['minutes']:.1f} minutes."
    )


def _keep(model: keras.Model, record: dict[str, Any], work_dir: Path) -> None:
    buffer = BytesIO()
    arrays: dict[str, Any] = dict(weights_of(model))
    np.savez(buffer, **arrays)
    write_whole(work_dir / CHECKPOINT_FILE, buffer.getvalue())
    write_whole(work_dir / STATE_FILE, json.dumps(record))


def _resume(model: keras.Model, work_dir: Path) -> dict[str, Any]:
    """Take up the last epoch's weights, if there are any, and what is known of them."""
    if not (work_dir / STATE_FILE).is_file():
        return {"epochs": 0, "minutes": 0.0}
    set_weights(model, read_weights(work_dir / CHECKPOINT_FILE))
    record: dict[str, Any] = json.loads((work_dir / STATE_FILE).read_text("utf-8"))
    return record


def write(
    folder: Path,
    genre: str,
    material: Material,
    weights: dict[str, Floats],
    record: dict[str, Any],
) -> None:
    """Write a trained network's two files, the description last.

    Parameters
    ----------
    record
        How it was trained, as `fit` tells it.
    """
    save_weights(weights, folder / models.ARTICLE_WEIGHTS_FILE)
    description = {
        "genre": genre,
        "vocabulary": material.vocabulary,
        "tokens": len(material.ids),
        "pieces": material.pieces,
        "training": record,
    }
    write_whole(folder / models.ARTICLE_FILE, json.dumps(description) + "\n")
