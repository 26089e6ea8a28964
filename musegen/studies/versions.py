"""What a study's clips were made with: whoever wants the same clips needs the same.

Files are told by the SHA-256 of their bytes, models by that of their files' names and sums.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from musegen import __version__, models
from musegen.soundfonts import find_soundfont
from musegen.studies.design import Design
from musegen.studies.records import Condition

PACKAGES = ("numpy", "scipy", "pyloudnorm", "pyfluidsynth", "soundfile", "music21")
"""Those that a clip's notes and sound pass through."""

CHANGED = "changed while making"
"""Under this name versions say whether some clips were made with others."""

MADE_WITH = "made with"
"""Under this name a clip's details hold the fingerprint of the versions that made it."""

_OF_ARTICLE = (models.ARTICLE_FILE, models.ARTICLE_WEIGHTS_FILE)
_OF_EVENT = (
    models.CONFIG_FILE,
    "weights*.npz",
    models.RUNS_FILE,
    models.STROKES_FILE,
    models.CRITIC_FILE,
    models.CORRECTION_FILE,
    models.GUIDE_FILE,
    models.DISCRIMINATOR_FILE,
)


def versions(design: Design) -> dict[str, Any]:
    """The versions of everything here that the design's clips depend on, as JSON values.

    Raises
    ------
    ModelError, SoundError
        When a model or a SoundFont is missing.
    """
    import soundfile

    font = find_soundfont()
    return {
        "musegen": __version__,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "libsndfile": soundfile.__libsndfile_version__,
        "fluidsynth": fluidsynth_version(),
        "soundfont": {"name": font.name, "sha256": sha256(font)},
        "models": {
            genre: {machine: model_sum(genre, machine) for machine in design.machines}
            for genre in design.genres
        },
        "held-out pieces": {
            genre: sha256(models.info(genre).directory / models.SPLIT_FILE)
            for genre in design.genres
        },
    }


def fingerprint(versions: Mapping[str, Any]) -> str:
    """Twelve hexadecimal digits that change with any of the versions, not with `CHANGED`."""
    told = json.dumps({k: v for k, v in versions.items() if k != CHANGED}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def model_sum(genre: str, condition: str) -> str:
    """A sum over the files of the model that composes for a genre and condition."""
    patterns: tuple[str, ...]
    if condition == Condition.ARTICLE:
        folder, patterns = models.article_folder(genre), _OF_ARTICLE
    else:
        name = genre if condition == Condition.EVENT else condition
        folder, patterns = models.info(name).directory, _OF_EVENT
    files = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    told = "\n".join(f"{path.name} {sha256(path)}" for path in files)
    return hashlib.sha256(told.encode()).hexdigest()


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fluidsynth_version() -> str:
    """The version of FluidSynth's shared library.

    Raises
    ------
    SoundError
        When there is none.
    """
    from musegen.synthesis import shared_library

    major, minor, micro = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    shared_library().fluid_version(major, minor, micro)
    return f"{major.value}.{minor.value}.{micro.value}"
