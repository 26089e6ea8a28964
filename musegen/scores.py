"""Music files in: MIDI, MusicXML, ABC and Humdrum, all through one door.

Whatever is wrong with a file, a person gets one sentence about it. What a `Song` keeps of a
score is told in `musegen.score_reading`.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from musegen.abc_files import abc_text, abc_tunes, plain_abc
from musegen.errors import ScoreError
from musegen.keys import with_found_key
from musegen.score_reading import from_music21
from musegen.song import C_MAJOR, Song

__all__ = ["SCORE_SUFFIXES", "from_music21", "read_score"]

MIDI_SUFFIXES = (".mid", ".midi")
XML_SUFFIXES = (".musicxml", ".xml")
SCORE_SUFFIXES = (*MIDI_SUFFIXES, *XML_SUFFIXES, ".mxl", ".abc", ".krn")

LARGEST_FILE_BYTES = 10_000_000
LARGEST_UNPACKED_BYTES = 50_000_000
"""A whole string quartet is 11 MB of MusicXML; a small archive may unpack to much more."""

MOST_NOTES = 100_000
"""Ten times the longest movement of a quartet, and minutes of reading."""

_quiet_one = Lock()


def read_score(path: Path | str) -> Song:
    """A music file as a song; its kind is told by its ending, one of ``SCORE_SUFFIXES``.

    The key is found by analysis, unless a MIDI file names one. Of a collection of ABC
    tunes, the first is read.

    Raises
    ------
    ScoreError
        When the file is missing, empty, cut off, too large, of another kind, or not music.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SCORE_SUFFIXES:
        raise ScoreError(
            f"“{path.name}” is not a kind of file that can be read; choose one that ends in "
            f"{', '.join(SCORE_SUFFIXES)}."
        )
    _check_size(path)
    if suffix in MIDI_SUFFIXES:
        return _read_midi(path)
    readers = {".mxl": _parse_packed, ".abc": _parse_abc, ".krn": _parse_humdrum}
    score = _parse(path, readers.get(suffix, _parse_xml))
    song = _convert(score, path)
    if song.note_count() > MOST_NOTES:
        raise _too_many_notes(path)
    return with_found_key(song)


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ScoreError(f"“{path}” cannot be read ({reason}); choose another file.") from error
    if size == 0:
        raise ScoreError(f"“{path.name}” is empty; choose a file with music in it.")
    if size > LARGEST_FILE_BYTES:
        raise _too_large(path)


def _too_large(path: Path) -> ScoreError:
    return ScoreError(
        f"“{path.name}” is too large to be one piece of music; choose a file of at most "
        f"{LARGEST_FILE_BYTES // 1_000_000} MB."
    )


def _too_many_notes(path: Path) -> ScoreError:
    return ScoreError(
        f"“{path.name}” has more than {MOST_NOTES:,} notes; choose a single piece or movement."
    )


def _damaged(path: Path) -> ScoreError:
    return ScoreError(f"“{path.name}” is cut off or damaged; get or export the file again.")


def _not_music(path: Path, kind: str) -> ScoreError:
    return ScoreError(f"“{path.name}” holds no {kind} music; export it again from a score program.")


def _read_midi(path: Path) -> Song:
    """MIDI files that were never told a key say C major: then it is found by analysis."""
    from musegen.midi_reading import read_midi

    song = read_midi(path)
    return with_found_key(song) if song.key == C_MAJOR else song


def _parse(path: Path, read: Callable[[Path], Any]) -> Any:
    """music21 raises anything on a damaged file, and says much on standard error."""
    try:
        with _silence():
            return read(path)
    except ScoreError:
        raise
    except Exception as error:
        raise _damaged(path) from error


def _convert(score: Any, path: Path) -> Song:
    title = _title(score) or path.stem
    try:
        with _silence():
            return from_music21(score, title=title, source=path.name)
    except ScoreError as error:
        raise ScoreError(
            f"“{path.name}” holds no notes; choose a file with music in it."
        ) from error
    except Exception as error:
        raise _damaged(path) from error


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Nothing reaches the terminal; one thread at a time, for standard error is everybody's."""
    with _quiet_one, warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def _title(score: Any) -> str:
    """The movement's title rather than that of the whole work."""
    told = score.metadata
    title = told and (told.movementName or told.bestTitle)
    return re.sub(r"\s+", " ", str(title)).strip() if title else ""


def _parse_xml(path: Path) -> Any:
    _check_xml(path.read_bytes(), path)
    return _parsed(path, "musicxml")


def _parse_packed(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e for e in archive.infolist() if not e.filename.startswith("META-INF")]
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED_BYTES:
                raise _too_large(path)
            scores = [e for e in entries if e.filename.lower().endswith(XML_SUFFIXES)]
            if not scores:
                raise _not_music(path, "MusicXML")
            _check_xml(archive.read(scores[0]), path)
    except (zipfile.BadZipFile, EOFError) as error:
        raise _damaged(path) from error
    return _parsed(path, "musicxml")


def _check_xml(data: bytes, path: Path) -> None:
    """Refuse what is no MusicXML before music21 spends minutes on it."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace")
    if not re.search(r"<score-(partwise|timewise)\b", text) or "<!ENTITY" in text:
        raise _not_music(path, "MusicXML")
    if not re.search(r"</score-(partwise|timewise)\s*>\s*\Z", text):
        raise _damaged(path)
    if len(re.findall(r"<note\b", text)) > MOST_NOTES:
        raise _too_many_notes(path)


def _parse_abc(path: Path) -> Any:
    from music21 import converter

    text = abc_text(path)
    text = next(iter(abc_tunes(text).values()), text)
    field = re.search(r"(?m)^K:.*$", text)
    if field is None or "\0" in text:
        raise _not_music(path, "ABC")
    if len(re.findall(r"[A-Ga-g]", text[field.end() :])) > MOST_NOTES:
        raise _too_many_notes(path)
    return converter.parseData(plain_abc(text), format="abc")


def _parse_humdrum(path: Path) -> Any:
    text = abc_text(path)
    if not re.search(r"(?m)^(.*\t)?\*\*kern\b", text):
        raise _not_music(path, "Humdrum")
    if not re.search(r"(?m)^\*-(\t\*-)*\s*$", text):
        raise _damaged(path)
    if len(re.findall(r"\d[^\t\n]*[A-Ga-g]", text)) > MOST_NOTES:
        raise _too_many_notes(path)
    return _parsed(path, "humdrum")


def _parsed(path: Path, kind: str) -> Any:
    from music21 import converter

    return converter.parse(path, format=kind, forceSource=True, storePickle=False)
