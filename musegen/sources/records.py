"""What the collections share: the record of a piece, and the folder a collection lies in.

A collection that does not come with a package lies in ``MUSEGEN_CORPORA``/<collection>, or else,
once it was fetched, in ``data_dir()/corpora``/<collection>.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from musegen import settings


@dataclass(frozen=True, slots=True)
class PieceSource:
    """One piece: its id, its work and title, and its file; ``number`` picks a tune in the file."""

    id: str
    genre: str
    work: str
    title: str
    path: Path
    number: int | None = None


def collection_dir(collection: str) -> Path | None:
    """The folder of a collection that is at hand; None when it is nowhere."""
    named = settings.corpora_dir()
    places = [fetched_dir(collection)] if named is None else [named / collection]
    if named is not None:
        places.append(fetched_dir(collection))
    return next((place for place in places if place.is_dir()), None)


def fetched_dir(collection: str) -> Path:
    """Where a fetched collection lies; it need not exist."""
    return settings.data_dir() / "corpora" / collection


def natural(path: Path) -> list[tuple[int, str]]:
    """Sorting in which bwv9 stands before bwv10."""
    return [(int(d or 0), rest) for d, rest in re.findall(r"(\d*)(\D*)", path.as_posix())]
