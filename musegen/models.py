"""Trained models: where they are and what they say of themselves.

A model is a folder ``<genre>/`` with

    config.json      network, habits, copying figures, training, held-out likelihood
    weights.npz      the Keras network's weights; weights-2.npz … those of the networks beside it
    runs.npy         hashes for the copy check
    strokes.npy      hashes of how accompaniments go on (may be missing)
    critic.npz       the critic by which drafts are chosen (may be missing)
    correction.npz   what is added to pitches and lengths while drawing (may be missing)
    guide.npz        which drafts go on, beat by beat (may be missing)
    discriminator.npz  by which drafts of a phrase are drawn (may be missing)
    split.json       which pieces it learned from
    README.md        the model card
    evaluation.json  how far its songs are from human pieces, if that was measured
    article.json     the system of 2018, if it was trained too: its vocabulary, and the pieces
                     that it learned from and begins its sections with
    article.npz      its network's weights

either among the project's own (`settings.models_dir`) or among those trained on this machine
(``models`` in `settings.data_dir`), which come first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musegen import genres, settings
from musegen.errors import ModelError
from musegen.splits import Split, read_split

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "weights.npz"
RUNS_FILE = "runs.npy"
STROKES_FILE = "strokes.npy"
CRITIC_FILE = "critic.npz"
CORRECTION_FILE = "correction.npz"
GUIDE_FILE = "guide.npz"
DISCRIMINATOR_FILE = "discriminator.npz"
SPLIT_FILE = "split.json"
CARD_FILE = "README.md"
EVALUATION_FILE = "evaluation.json"
TAUGHT_FILES = (CRITIC_FILE, CORRECTION_FILE, GUIDE_FILE, DISCRIMINATOR_FILE, EVALUATION_FILE)
"""What was taught or measured with a model's networks, and says nothing of others."""

ARTICLE_FILE = "article.json"
ARTICLE_WEIGHTS_FILE = "article.npz"
DAMAGED_ARTICLE = (
    "The model of 2018 in “{}” cannot be read; get its files again, or train it anew with "
    "“python -m musegen train GENRE --model article”."
)


@dataclass(frozen=True)
class ModelInfo:
    """A trained model: its genre, its folder, and its ``config.json``."""

    genre: str
    directory: Path
    config: dict[str, Any]


def weights_file(number: int) -> str:
    """Name of the file with the weights of an ensemble's network ``number``, from 1."""
    return WEIGHTS_FILE if number == 1 else f"weights-{number}.npz"


def available() -> list[ModelInfo]:
    """All models that are there, the project's genres first and in their order."""
    found: dict[str, ModelInfo] = {}
    for name in (*genres.names(), *_folder_names()):
        directory = _directory(name)
        if name not in found and directory is not None:
            found[name] = _read(name, directory)
    return list(found.values())


def info(genre: str) -> ModelInfo:
    """The model of ``genre``.

    Raises
    ------
    UnknownGenreError
        When there is no such genre.
    ModelError
        When it has no model, or a damaged one.
    """
    genres.find(genre)
    directory = _directory(genre)
    if directory is None:
        raise ModelError(
            f"There is no trained model for “{genre}” yet; "
            f"make one with “python -m musegen train {genre}”."
        )
    return _read(genre, directory)


def split(genre: str) -> Split:
    """Which pieces the model of ``genre`` learned from, and which it never saw.

    Raises
    ------
    UnknownGenreError, ModelError
        As `info`.
    """
    return read_split(info(genre).directory / SPLIT_FILE)


def evaluation(info: ModelInfo) -> dict[str, Any] | None:
    """What ``python -m musegen evaluate --write-card`` found of a model; None if it was not asked.

    Raises
    ------
    ModelError
        When its file is damaged.
    """
    path = info.directory / EVALUATION_FILE
    if not path.is_file():
        return None
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"The figures in “{path}” cannot be read; make them again with "
            f"“python -m musegen evaluate {info.genre} --write-card”."
        ) from error


def has_article(genre: str) -> bool:
    """Whether the article's system was trained for ``genre``."""
    return _article_folder(genre) is not None


def article_folder(genre: str) -> Path:
    """The folder with the article's network of ``genre``.

    Raises
    ------
    ModelError
        When it was not trained.
    """
    folder = _article_folder(genre)
    if folder is None:
        raise ModelError(
            f"The system of 2018 was not trained for “{genre}” yet; "
            f"train it with “python -m musegen train {genre} --model article”."
        )
    return folder


def read_article(folder: Path) -> dict[str, Any]:
    """What stands in a folder's ``article.json``.

    Raises
    ------
    ModelError
        When it is missing or damaged.
    """
    try:
        return dict(json.loads((folder / ARTICLE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(DAMAGED_ARTICLE.format(folder)) from error


def user_models_dir() -> Path:
    """The folder of models trained on this machine."""
    return settings.data_dir() / "models"


def _directory(genre: str) -> Path | None:
    for home in (user_models_dir(), settings.models_dir()):
        if (home / genre / CONFIG_FILE).is_file():
            return home / genre
    return None


def _article_folder(genre: str) -> Path | None:
    for home in (user_models_dir(), settings.models_dir()):
        if (home / genre / ARTICLE_FILE).is_file():
            return home / genre
    return None


def _folder_names() -> list[str]:
    homes = [home for home in (user_models_dir(), settings.models_dir()) if home.is_dir()]
    return sorted({folder.name for home in homes for folder in home.iterdir() if folder.is_dir()})


def _read(genre: str, directory: Path) -> ModelInfo:
    try:
        config = json.loads((directory / CONFIG_FILE).read_text(encoding="utf-8"))
        return ModelInfo(genre, directory, dict(config))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"The model in “{directory}” cannot be read; get its files again or train anew."
        ) from error
