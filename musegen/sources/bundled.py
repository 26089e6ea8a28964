"""The collections that come inside the music21 package."""

from __future__ import annotations

import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from musegen.abc_files import abc_text, abc_title, abc_tunes, plain_abc
from musegen.errors import CorpusError, ScoreError
from musegen.genres import Genre, find
from musegen.keys import with_found_key
from musegen.score_reading import ALL_MEASURES, from_music21
from musegen.song import Song
from musegen.sources.records import PieceSource, natural

_QUARTET_COMPOSERS = ("beethoven", "haydn", "mozart")
_MOVEMENT_STARTS = {
    "beethoven/opus18no3": (0, 271, 422, 594),
    "beethoven/opus18no4": (0, 221, 482, 583),
    "beethoven/opus18no5": (0, 228, 337, 489),
    "beethoven/opus74": (0, 262, 431, 904),
    "beethoven/opus132": (0, 264, 510, 722, 768),
}
"""Files with a whole quartet in them: the written measure, from 0, each movement begins with."""

_SCORE_PART = re.compile(r"<score-part\s")
_HEADER_BYTES = 100_000
"""The list of parts stands well within these at the start of a file."""


def corpus_dir() -> Path:
    """The folder of scores inside the music21 package."""
    spec = find_spec("music21")
    if spec is None or not spec.submodule_search_locations:
        raise CorpusError("The music21 package is missing; install requirements.txt.")
    return Path(spec.submodule_search_locations[0]) / "corpus"


def chorales() -> Iterator[PieceSource]:
    """Bach's chorales in four parts."""
    for path in sorted((corpus_dir() / "bach").glob("bwv*.mxl"), key=natural):
        if _written_parts(path) == len(find("chorale").voices):
            number = path.stem.removeprefix("bwv")
            yield PieceSource(path.stem, "chorale", path.stem, f"BWV {number}", path)


def quartets() -> Iterator[PieceSource]:
    """Movements of string quartets."""
    for composer in _QUARTET_COMPOSERS:
        folder = corpus_dir() / composer
        for path in sorted(folder.rglob("*.mxl"), key=natural):
            if _written_parts(path) == len(find("quartet").voices):
                local = path.relative_to(folder).with_suffix("").as_posix()
                yield from _movements(composer, local, path)


def _movements(composer: str, local: str, path: Path) -> Iterator[PieceSource]:
    """The movements in a file: one, unless the file holds the whole quartet."""
    opus, _, movement = local.partition("/")
    work = f"{composer}/{opus}"
    title = f"{composer.title()}, {_opus_title(opus)}"
    if work not in _MOVEMENT_STARTS:
        named = f"{title}, {movement.replace('movement', 'movement ')}" if movement else title
        yield PieceSource(f"{composer}/{local}", "quartet", work, named, path)
        return
    for number in range(1, len(_MOVEMENT_STARTS[work]) + 1):
        id_, named = f"{work}/movement{number}", f"{title}, movement {number}"
        yield PieceSource(id_, "quartet", work, named, path, number)


def _opus_title(opus: str) -> str:
    """``opus18no3`` as "op. 18 no. 3", ``k155`` as "K. 155"."""
    return re.sub(r"^k(\d)", r"K. \1", opus.replace("opus", "op. ").replace("no", " no. "))


def _written_parts(path: Path) -> int:
    """Parts that a compressed MusicXML file announces in its header."""
    with zipfile.ZipFile(path) as archive:
        scores = [i for i in archive.infolist() if not i.filename.startswith("META-INF")]
        largest = max(scores, key=lambda info: info.file_size, default=None)
        if largest is None:
            return 0
        with archive.open(largest) as file:
            header = file.read(_HEADER_BYTES)
    encoding = "utf-16" if header[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "latin-1"
    return len(_SCORE_PART.findall(header.decode(encoding, "replace")))


def fiddle_tunes() -> Iterator[PieceSource]:
    """The tunes of Ryan's and O'Neill's books."""
    for path in sorted((corpus_dir() / "ryansMammoth").glob("*.abc")):
        text = abc_text(path)
        id_ = f"ryansMammoth/{path.stem}"
        yield PieceSource(id_, "fiddle", id_, abc_title(text) or path.stem, path)
    for path in sorted((corpus_dir() / "oneills1850").glob("*.abc")):
        for number, text in abc_tunes(abc_text(path)).items():
            id_ = f"oneills1850/{path.stem}#{number}"
            title = abc_title(text) or f"O'Neill's {number}"
            yield PieceSource(id_, "fiddle", id_, title, path, number)


def read(source: PieceSource, genre: Genre) -> Song:
    """A piece of any of these collections."""
    score = _tune(source) if source.path.suffix == ".abc" else _parsed(source.path)
    if len(score.parts) != len(genre.voices):
        raise ScoreError(f"{source.id} has other parts than a {genre.title.lower()}.")
    song = from_music21(
        score,
        title=source.title,
        source=source.id,
        voices=genre.voices,
        tempo_bpm=sum(genre.tempo_bpm) / 2,
        measures=_measures(source),
    )
    return with_found_key(song)


def _tune(source: PieceSource) -> Any:
    from music21 import converter

    text = abc_text(source.path)
    if source.number is not None:
        text = abc_tunes(text)[source.number]
    return converter.parseData(plain_abc(text), format="abc")


@lru_cache(maxsize=1)
def _parsed(path: Path) -> Any:
    """A whole file; kept while its movements are read one after the other."""
    from music21 import converter

    return converter.parse(path, forceSource=True, storePickle=False)


def _measures(source: PieceSource) -> slice:
    starts = _MOVEMENT_STARTS.get(source.work)
    if starts is None or source.number is None:
        return ALL_MEASURES
    return slice(starts[source.number - 1], (*starts, None)[source.number])
