"""Training the article's network on a few pieces of a genre.

As the article did: at most 35 pieces (it had 24 to 35), all tokens in one row, a window at every
token, categorical cross-entropy, RMSprop, batches of 64, and no validation split: what is wanted
of a network that is read by argmax is that it knows its pieces by heart. To get there sooner the
first epochs learn from the ends of the windows only; the last ones from whole windows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen import corpora, keys, models
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
from musegen.article.tokens import joined, vocabulary
from musegen.errors import CorpusError
from musegen.files import write_whole
from musegen.network import read_weights

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    from musegen.song import Song

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

MOST_PIECES = 35
FEWEST_TOKENS = 500
STARTS = 64
"""Windows that are kept to begin sections with, two bars each; the article kept all its notes."""

STATE_FILE = "state.json"
CHECKPOINT_FILE = "weights.npz"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ArticleConfig:
    """How the article's network is trained.

    ``stages`` are pairs of a window's length and the epochs that learn from so long a window.
    """

    pieces: int = MOST_PIECES
    stages: tuple[tuple[int, int], ...] = ((8, 20), (16, 10), (WINDOW, 30))
    batch: int = 64
    units: int = UNITS
    dtype: str = "float32"
    seed: int = 1

    @classmethod
    def of_epochs(cls, epochs: int | None) -> ArticleConfig:
        """The usual way, or so many epochs of whole windows alone, as the article had them."""
        return cls() if epochs is None else cls(stages=((WINDOW, epochs),))


@dataclass(frozen=True)
class Material:
    """What is learned from: a row of token ids (tokens,), what they mean, and whose they are."""

    ids: Ints
    vocabulary: tuple[str, ...]
    pieces: tuple[str, ...]

    @classmethod
    def of(cls, songs: dict[str, Song]) -> Material:
        """The pieces' first parts in C major or A minor.

        Raises
        ------
        CorpusError
            When there is too little to learn from.
        """
        tokens = joined(keys.to_home_key(song) for song in songs.values())
        if len(tokens) < FEWEST_TOKENS:
            raise CorpusError(
                f"{len(tokens)} tokens are too little for the article's network to learn from; "
                f"at least {FEWEST_TOKENS} are needed."
            )
        known = vocabulary(tokens)
        number = {token: id_ for id_, token in enumerate(known)}
        return cls(np.array([number[t] for t in tokens], np.int64), known, tuple(songs))

    def windows(self) -> tuple[Ints, Ints]:
        """Every window (windows, WINDOW) and the token that follows each (windows,)."""
        every = np.lib.stride_tricks.sliding_window_view(self.ids, WINDOW)
        return every[:-1], self.ids[WINDOW:]


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
        return corpora.load(genre, chosen)
    from musegen.training import material_of_files

    songs = material_of_files(genre, paths, say=say).songs
    return {id_: songs[id_] for id_ in chosen if id_ in songs}


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
    The model, and how it was trained: epochs, minutes, the last loss (nats a token) and accuracy.
    """
    import keras

    keras.utils.set_random_seed(config.seed)
    model = build(len(material.vocabulary), units=config.units, dtype=config.dtype)
    begin_sharply(model, np.random.default_rng(config.seed))
    model.compile("rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    record = _resume(model, work_dir)
    windows, targets = material.windows()
    lengths = [length for length, epochs in config.stages for _ in range(epochs)]
    for epoch in range(record["epochs"], len(lengths)):
        start = time.monotonic()
        history = model.fit(
            scaled(windows[:, -lengths[epoch] :], len(material.vocabulary))[:, :, None],
            targets,
            batch_size=config.batch,
            epochs=epoch + 1,
            initial_epoch=epoch,
            verbose=1 if show_progress else 0,
        ).history
        record = {
            "epochs": epoch + 1,
            "minutes": record["minutes"] + (time.monotonic() - start) / 60,
            "window": lengths[epoch],
            "loss": history["loss"][-1],
            "accuracy": history["accuracy"][-1],
        }
        _keep(model, record, work_dir)
        say(_words(record))
    return model, asdict(config) | record


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
        How it was trained, as `fit` tells it; its seed also chooses the windows that are kept.
    """
    windows, _ = material.windows()
    rng = np.random.default_rng(record["seed"])
    starts = windows[rng.permutation(len(windows))[:STARTS]]
    save_weights(weights, folder / models.ARTICLE_WEIGHTS_FILE)
    description = {
        "genre": genre,
        "vocabulary": material.vocabulary,
        "starts": starts.tolist(),
        "tokens": len(material.ids),
        "pieces": material.pieces,
        "training": record,
    }
    write_whole(folder / models.ARTICLE_FILE, json.dumps(description) + "\n")
