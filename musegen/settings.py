"""Where things live: data, database, corpora and models; and where corpora come from.

Everything may be set from outside by an environment variable; nothing is read or made
on import. Folders are absolute.
"""

from __future__ import annotations

import os
from pathlib import Path

DATA_VARIABLE = "MUSEGEN_DATA"
CORPORA_VARIABLE = "MUSEGEN_CORPORA"
DATABASE_VARIABLE = "MUSEGEN_DATABASE_URL"
MODELS_VARIABLE = "MUSEGEN_MODELS"
MIRROR_VARIABLE = "MUSEGEN_MIRROR"

PUBLIC_SOURCE = "https://raw.githubusercontent.com"

_POSTGRES = "postgresql+psycopg://"


def data_dir() -> Path:
    """The folder for the database, stimuli, caches and user-trained models; made on demand.

    ``MUSEGEN_DATA``, or else the platform's user data folder.
    """
    from platformdirs import user_data_dir

    folder = _folder(DATA_VARIABLE) or Path(user_data_dir("musegen", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def corpora_dir() -> Path | None:
    """The folder with downloaded corpora, ``MUSEGEN_CORPORA``, or None when it is not set."""
    return _folder(CORPORA_VARIABLE)


def models_dir() -> Path:
    """The folder of genre models: ``MUSEGEN_MODELS``, or ``models/`` beside the package."""
    return _folder(MODELS_VARIABLE) or Path(__file__).resolve().parent.parent / "models"


def database_url() -> str:
    """The SQLAlchemy address of the votes' database.

    ``MUSEGEN_DATABASE_URL``, where the short forms ``postgres://`` and ``postgresql://``
    are understood, or else an SQLite file in `data_dir`.
    """
    url = os.environ.get(DATABASE_VARIABLE, "").strip()
    if not url:
        return f"sqlite:///{(data_dir() / 'musegen.db').as_posix()}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return _POSTGRES + url.removeprefix(short)
    return url


def mirror() -> str:
    """The address that human music is fetched from: ``MUSEGEN_MIRROR``, or GitHub.

    Below it, files lie as on GitHub: ``owner/repository/commit/path``.
    """
    return (os.environ.get(MIRROR_VARIABLE, "").strip() or PUBLIC_SOURCE).rstrip("/")


def _folder(variable: str) -> Path | None:
    value = os.environ.get(variable, "").strip()
    return Path(value).expanduser().resolve() if value else None
