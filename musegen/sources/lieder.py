"""Songs for voice and piano from the OpenScore Lieder Corpus, in compressed MusicXML.

Of its 1,460 scores, by composers of two centuries, those of the German Romantics and of middling
size are taken, at most `MOST_OF_ONE` of a composer: enough to learn one manner from, and few
enough to be read in minutes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

from musegen.errors import ScoreError
from musegen.genres import Genre
from musegen.keys import with_found_key
from musegen.score_reading import from_music21
from musegen.song import Song
from musegen.sources.records import PieceSource, natural

COLLECTION = "lieder"

COMPOSERS = (
    "Beethoven,_Ludwig_van",
    "Brahms,_Johannes",
    "Cornelius,_Peter",
    "Faisst,_Clara_Mathilda",
    "Franz,_Robert",
    "Hensel,_Fanny",
    "Kinkel,_Johanna",
    "Lang,_Josephine",
    "Mendelssohn,_Felix",
    "Reichardt,_Louise",
    "Schubert,_Franz",
    "Schumann,_Clara",
    "Schumann,_Robert",
    "Wolf,_Hugo",
    "Zumsteeg,_Emilie",
)
MOST_OF_ONE = 30
UNPACKED_BYTES = range(80_000, 400_000)
"""About 20 to 60 bars."""

_NO_CYCLE = "_"
_HEADER_BYTES = 30_000
_SCORE_PART = re.compile(r"<score-part\s.*?</score-part>", re.DOTALL)
_PIANO = re.compile(r"<midi-program>1</midi-program>")


def find_pieces(folder: Path) -> Iterator[PieceSource]:
    """The songs that are taken, in order; those of one cycle belong together."""
    for composer in COMPOSERS:
        paths = sorted((folder / "scores" / composer).glob("*/*/*.mxl"), key=natural)
        taken = [path for path in paths if _is_taken(path)]
        yield from (_source(composer, path) for path in taken[:MOST_OF_ONE])


def _source(composer: str, path: Path) -> PieceSource:
    cycle, song = (normalize("NFC", part) for part in path.parts[-3:-1])
    surname, _, first = composer.replace("_", " ").partition(", ")
    place = "" if cycle == _NO_CYCLE else f"{cycle.replace('_', ' ')}: "
    id_ = f"{composer}/{path.stem}"
    work = id_ if cycle == _NO_CYCLE else f"{composer}/{cycle}"
    return PieceSource(id_, "song", work, f"{first} {surname}, {place}{_title(song)}", path)


def _title(name: str) -> str:
    """A song's folder as its title, without the number that it begins with."""
    return re.sub(r"^\d+[a-z]?(?:_|$)", "", name).replace("_", " ").strip() or name


def _is_taken(path: Path) -> bool:
    """Whether a score is of middling size and for one part and a piano, by its header."""
    try:
        with zipfile.ZipFile(path) as archive:
            scores = [i for i in archive.infolist() if not i.filename.startswith("META-INF")]
            largest = max(scores, key=lambda info: info.file_size)
            if largest.file_size not in UNPACKED_BYTES:
                return False
            with archive.open(largest) as file:
                header = file.read(_HEADER_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
    parts = _SCORE_PART.findall(header)
    return len(parts) == 2 and not _PIANO.search(parts[0]) and bool(_PIANO.search(parts[1]))


def read(source: PieceSource, genre: Genre) -> Song:
    """A song: the voice and the two staves of the piano.

    Raises
    ------
    ScoreError
        When the piano has other than two staves.
    """
    from music21 import converter

    score: Any = converter.parse(source.path, forceSource=True, storePickle=False)
    if len(score.parts) != len(genre.voices):
        raise ScoreError(f"{source.id} has other parts than a voice and a piano.")
    song = from_music21(
        score,
        title=source.title,
        source=source.id,
        voices=genre.voices,
        tempo_bpm=sum(genre.tempo_bpm) / 2,
    )
    return with_found_key(song)
