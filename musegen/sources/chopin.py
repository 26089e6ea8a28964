"""Chopin's first editions in Humdrum: his mazurkas and waltzes, one edition of each opus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from musegen.abc_files import abc_text
from musegen.genres import Genre
from musegen.kern import song_of_kern
from musegen.keys import find_key, parse_key
from musegen.song import Key, Mode, Song
from musegen.sources.records import PieceSource

COLLECTION = "chopin"
KINDS = ("Mazurka", "Waltz")

_NAME = re.compile(
    r"(?P<opus>[A-Za-z\d]+?)(?:_(?P<part>\d))?-1[a-z]?-(?P<edition>[A-Za-z]+)(?:-(?P<number>\d+))?"
)
"""``006-1b-Sm-003``: opus 6, a first edition (1, its second state), the publisher, the third."""


def find_pieces(folder: Path) -> Iterator[PieceSource]:
    """Each mazurka and waltz once: of an opus, the edition that comes first by name.

    Publishers number the pieces of an opus differently, so editions are never mixed.
    """
    paths = sorted((folder / "kern").glob("*.krn"))
    named = [(match, path) for path in paths if (match := _NAME.fullmatch(path.stem))]
    for opus, group in groupby(named, key=lambda pair: pair[0]["opus"]):
        dances = [(m, p, kind) for m, p in group if (kind := _field(p, "AGN")) in KINDS]
        for match, path, kind in dances:
            if match["edition"] == dances[0][0]["edition"]:
                number = match["number"] or match["part"]
                title = _title(path, kind, opus, number)
                yield PieceSource(f"{COLLECTION}/{path.stem}", "mazurka", title, title, path)


def _title(path: Path, kind: str, opus: str, number: str | None) -> str:
    if opus.isdecimal():
        place = f" no. {int(number)}" if number else ""
        return f"{kind}, op. {int(opus)}{place}"
    key = _field(path, "rism-key")
    return f"{kind} in {key}" if key else kind


def _field(path: Path, name: str) -> str:
    """A reference record of the file; empty when it is not there."""
    match = re.search(rf"(?m)^!!!{re.escape(name)}:[ \t]*(.*?)\s*$", abc_text(path))
    return match[1] if match else ""


def read(source: PieceSource, genre: Genre) -> Song:
    """A piece of two staves: right hand and left hand."""
    text = abc_text(source.path)
    song = song_of_kern(
        text,
        title=source.title,
        source=source.id,
        voices=genre.voices,
        tempo_bpm=sum(genre.tempo_bpm) / 2,
    )
    return replace(song, key=_stated_key(text) or find_key(song))


def _stated_key(text: str) -> Key | None:
    """The key that the file names, if its first key signature agrees: some name another piece's.

    Chopin ends in distant keys too often for an analysis to be trusted before the encoders.
    """
    signature = re.search(r"(?m)^(?:.*\t)?\*k\[([^\]]*)\]", text)
    written = re.search(r"(?m)^(?:.*\t)?\*([A-Ga-g][#-]?):", text)
    named = re.search(r"(?m)^!!!rism-key:[ \t]*(\S.*?)\s*$", text)
    for name in (written and written[1].replace("-", "b"), named and named[1]):
        if name and signature:
            key = parse_key(name)
            if _sharps(key) % 12 == _sharps_of(signature[1]) % 12:
                return key
    return None


def _sharps(key: Key) -> int:
    """Sharps of a key's signature, up to a multiple of twelve."""
    major = key.tonic if key.mode is Mode.MAJOR else key.tonic + 3
    return 7 * major


def _sharps_of(signature: str) -> int:
    return signature.count("#") - signature.count("-")
