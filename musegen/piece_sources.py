"""Where each piece of human music stands, and how one is read.

A source is one piece: a file, or one tune of a collected ABC file. Finding sources looks at
file names and headers only; reading one parses it. Nothing here is kept on disk. Each
collection has a module of its own in `musegen.sources`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from musegen.errors import CorpusError
from musegen.genres import Genre, find
from musegen.song import Song
from musegen.sources import bundled, chopin, lieder, nottingham, palestrina, ragtime
from musegen.sources.records import PieceSource, collection_dir

__all__ = ["PieceSource", "collection_of", "is_usable", "not_at_hand", "read_piece", "sources"]

SHORTEST_PIECE_NOTES = 8
SHORTEST_PIECE_BARS = 4
"""Anything shorter is a fragment that no one would take for a piece."""


@dataclass(frozen=True, slots=True)
class _Collection:
    """How the pieces of a genre are found and read; ``folder`` is None inside music21."""

    find: Callable[[], Iterator[PieceSource]] | Callable[[Path], Iterator[PieceSource]]
    read: Callable[[PieceSource, Genre], Song]
    folder: str | None = None


_BUNDLED = {
    "chorale": bundled.chorales,
    "fiddle": bundled.fiddle_tunes,
    "quartet": bundled.quartets,
}

_COLLECTIONS = {
    **{genre: _Collection(finder, bundled.read) for genre, finder in _BUNDLED.items()},
    "folk": _Collection(nottingham.find_pieces, nottingham.read, nottingham.COLLECTION),
    "mazurka": _Collection(chopin.find_pieces, chopin.read, chopin.COLLECTION),
    "renaissance": _Collection(palestrina.find_pieces, palestrina.read),
    "ragtime": _Collection(ragtime.find_pieces, ragtime.read, ragtime.COLLECTION),
    "song": _Collection(lieder.find_pieces, lieder.read, lieder.COLLECTION),
}


def collection_of(genre: str) -> str | None:
    """The folder of a genre's human music under ``MUSEGEN_CORPORA``; None where it needs none."""
    own = _COLLECTIONS.get(genre)
    return None if own is None else own.folder


def sources(genre: str) -> dict[str, PieceSource]:
    """All sources of a genre by id, in a fixed order.

    Raises
    ------
    CorpusError
        When the genre's human music is not at hand; it says how to get it.
    """
    name = find(genre).name
    if name not in _COLLECTIONS:
        raise CorpusError(not_at_hand(name))
    collection = _COLLECTIONS[name].folder
    folder = None if collection is None else collection_dir(collection)
    found = {} if collection and folder is None else _found(name, folder)
    if not found:
        _found.cache_clear()  # there may be some soon
        raise CorpusError(not_at_hand(name))
    return found


@lru_cache
def _found(genre: str, folder: Path | None) -> dict[str, PieceSource]:
    finder: Callable[..., Iterator[PieceSource]] = _COLLECTIONS[genre].find
    return {source.id: source for source in (finder() if folder is None else finder(folder))}


def not_at_hand(genre: str) -> str:
    """What to do about a genre without human pieces, for a person."""
    if genre not in _COLLECTIONS:
        return f"There is no human music for “{genre}” here; choose another genre."
    collection = _COLLECTIONS[genre].folder
    if collection is None:
        return "The music21 package here has no corpus in it; install music21 anew with pip."
    missing = f"The human pieces of “{genre}” are not on this machine; "
    if collection == ragtime.COLLECTION:
        return missing + ragtime.HOW_TO_GET
    return missing + f"get them with “python -m musegen fetch {genre}”."


def read_piece(source: PieceSource) -> Song | None:
    """The piece, cleaned and with its key found; None where it cannot be used."""
    genre = find(source.genre)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            song = _COLLECTIONS[genre.name].read(source, genre)
    except Exception:  # noqa: BLE001 - music21 raises anything on a file with a slip in it
        return None
    return song if is_usable(song, genre) else None


def is_usable(song: Song, genre: Genre) -> bool:
    """Whether a piece has all the genre's parts, each with notes, and is no mere fragment."""
    return (
        len(song.parts) == len(genre.voices)
        and all(part.notes for part in song.parts)
        and song.note_count() >= SHORTEST_PIECE_NOTES
        and len(song.bars) >= SHORTEST_PIECE_BARS
    )
