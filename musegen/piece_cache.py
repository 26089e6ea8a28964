"""Parsed pieces on disk: one small file a piece, written at once or not at all.

Files are gzipped JSON in a folder that carries the format's and the corpus's version, so
that a change of either never meets old files. ``null`` stands for a piece that cannot be used.
"""

from __future__ import annotations

import gzip
import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from musegen.files import write_whole
from musegen.settings import data_dir
from musegen.song import Bar, Key, Mode, Note, Part, Section, Song

FORMAT_VERSION = 1
"""Raise it whenever reading or cleaning pieces changes."""


def cache_dir(genre: str) -> Path:
    """The folder for a genre's parsed pieces; it need not exist yet."""
    name = f"pieces-{FORMAT_VERSION}-music21-{version('music21')}"
    return data_dir() / "cache" / name / genre


def _file(genre: str, id_: str) -> Path:
    return cache_dir(genre) / (re.sub(r"[^\w.-]", "~", id_) + ".json.gz")


def has(genre: str, id_: str) -> bool:
    """Whether a piece, or the fact that it cannot be used, is kept."""
    return _file(genre, id_).is_file()


def read(genre: str, id_: str) -> Song | None:
    """The kept piece; None where it cannot be used.

    Raises
    ------
    OSError, ValueError
        When the file is missing or damaged: parse the piece again.
    """
    try:
        record = json.loads(gzip.decompress(_file(genre, id_).read_bytes()))
        return None if record is None else from_record(record)
    except (EOFError, KeyError, TypeError) as error:
        raise ValueError(f"the kept piece {id_} is damaged") from error


def write(genre: str, id_: str, song: Song | None) -> None:
    """Keep a piece, under its final name only once it is whole.

    Raises
    ------
    FailureError
        When the data folder cannot be written.
    """
    text = json.dumps(None if song is None else to_record(song), separators=(",", ":"))
    write_whole(_file(genre, id_), gzip.compress(text.encode(), compresslevel=6, mtime=0))


def to_record(song: Song) -> dict[str, Any]:
    """A song as plain values for JSON; velocities and all."""
    return {
        "title": song.title,
        "source": song.source,
        "tempo_bpm": song.tempo_bpm,
        "key": [song.key.name, song.key.tonic, song.key.mode.value],
        "bars": [
            [b.start_tick, b.length_ticks, b.numerator, b.denominator, b.is_upbeat]
            for b in song.bars
        ],
        "sections": [[s.label, s.start_tick, s.length_ticks] for s in song.sections],
        "phrase_ends": song.phrase_ends,
        "parts": [
            {
                "name": part.name,
                "program": part.program,
                "is_drum": part.is_drum,
                "notes": [
                    [n.onset_tick, n.pitch, n.duration_ticks, n.velocity] for n in part.notes
                ],
            }
            for part in song.parts
        ],
    }


def from_record(record: dict[str, Any]) -> Song:
    """What `to_record` made of a song."""
    name, tonic, mode = record["key"]
    return Song(
        title=record["title"],
        source=record["source"],
        tempo_bpm=record["tempo_bpm"],
        key=Key(name, tonic, Mode(mode)),
        bars=tuple(Bar(*bar) for bar in record["bars"]),
        sections=tuple(Section(*section) for section in record["sections"]),
        phrase_ends=tuple(record["phrase_ends"]),
        parts=tuple(
            Part(
                part["name"],
                part["program"],
                tuple(Note(*note) for note in part["notes"]),
                part["is_drum"],
            )
            for part in record["parts"]
        ),
    )
