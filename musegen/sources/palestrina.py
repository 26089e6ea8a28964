"""Palestrina's mass movements in four parts, in Humdrum, from the music21 package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from musegen.abc_files import abc_text
from musegen.genres import Genre, find
from musegen.kern import song_of_kern
from musegen.keys import with_found_key
from musegen.song import Song
from musegen.sources.bundled import corpus_dir
from musegen.sources.records import PieceSource, natural

_OPENING = "First Section"
"""What the encoders call the start of a movement of several sections."""


def find_pieces() -> Iterator[PieceSource]:
    """Movements, and sections of movements, with a column for each of the genre's voices."""
    parts = len(find("renaissance").voices)
    for path in sorted((corpus_dir() / "palestrina").glob("*.krn"), key=natural):
        text = abc_text(path)
        columns = re.search(r"(?m)^\*\*.*$", text)
        if columns is not None and columns[0].split("\t").count("**kern") == parts:
            mass = _record(text, "OPR") or path.stem
            title = _title(mass, path.stem.partition("_")[0], _record(text, "OTL"))
            yield PieceSource(f"palestrina/{path.stem}", "renaissance", mass, title, path)


def _title(mass: str, movement: str, section: str) -> str:
    """``Missa Brevis, Credo: Crucifixus``."""
    told = f": {section}" if section and section not in (_OPENING, movement) else ""
    return f"{mass}, {movement}{told}"


def _record(text: str, name: str) -> str:
    match = re.search(rf"(?m)^!!!{name}:[ \t]*(.*?)\s*$", text)
    return match[1] if match else ""


def read(source: PieceSource, genre: Genre) -> Song:
    """A movement; its last notes, written as long as they can be, end with the last bar."""
    song = song_of_kern(
        abc_text(source.path),
        title=source.title,
        source=source.id,
        voices=genre.voices,
        tempo_bpm=sum(genre.tempo_bpm) / 2,
    )
    return with_found_key(replace(song, phrase_ends=()))
