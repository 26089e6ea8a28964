"""A small network of the article's kind that was never trained: its songs are as odd as it is."""

from __future__ import annotations

import numpy as np

from musegen import corpora, models
from musegen.article import training
from musegen.article.network import DIRECTIONS, LAYERS
from musegen.song import Song

UNITS = 16


def pieces(genre: str = "chorale", count: int = 3) -> dict[str, Song]:
    return corpora.load(genre, models.split(genre).train[:count], jobs=1)


def random_weights(n_vocab: int, *, units: int = UNITS) -> dict[str, np.ndarray]:
    """Weights large enough that what comes next depends on what was."""
    rng = np.random.default_rng(4)
    shapes = {"token/kernel": (2 * units, n_vocab), "token/bias": (n_vocab,)}
    for layer, width in zip(LAYERS, (1, 2 * units), strict=True):
        for side in DIRECTIONS:
            shapes[f"{layer}/{side}/kernel"] = (width, 4 * units)
            shapes[f"{layer}/{side}/recurrent_kernel"] = (units, 4 * units)
            shapes[f"{layer}/{side}/bias"] = (4 * units,)
    return {name: rng.normal(0, 1.5, shape).astype(np.float32) for name, shape in shapes.items()}


def install(genre: str = "chorale") -> None:
    """Put such a network among the models of this machine."""
    material = training.Material.of(pieces(genre))
    training.write(
        models.user_models_dir() / genre,
        genre,
        material,
        random_weights(len(material.vocabulary)),
        {"seed": 1},
    )
