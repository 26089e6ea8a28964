"""Scott Joplin's rags, as MIDI files that LilyPond made of Mutopia's scores.

The files say nothing of upbeats, articulation shortens notes by a little, grace notes take
time, and one right hand lies an octave too low: all of it is mended here. Repeats stay as the
files have them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from musegen.errors import ScoreError
from musegen.genres import Genre, Voice
from musegen.midi_reading import read_midi
from musegen.song import Bar, Note, Part, Section, Song, regular_bars
from musegen.sources.records import PieceSource

COLLECTION = "ragtime"

HOW_TO_GET = (
    "their public source holds LilyPond scores: engrave ftp/JoplinS of the Mutopia Project "
    "(github.com/MutopiaProject/MutopiaProject) to MIDI into a folder “ragtime”, and let "
    "MUSEGEN_CORPORA name the folder above it."
)

_SIXTEENTH = 3
_UNTOLD_TEMPO_BPM = 60.0
"""LilyPond's own, when a score names none."""

_TITLES = {
    "EliteSyncopations": "Elite Syncopations",
    "PineappleRag": "Pineapple Rag",
    "SomethingDoing": "Something Doing",
    "TheStrenuousLife": "The Strenuous Life",
    "WallStreetRag": "Wall Street Rag",
    "a-breeze-from-alabama": "A Breeze from Alabama",
    "bethena": "Bethena",
    "entertainer": "The Entertainer",
    "eugenia": "Eugenia",
    "original": "Original Rags",
    "peacherine": "Peacherine Rag",
    "search": "Search-Light Rag",
    "sun-flower-slow-drag": "Sun Flower Slow Drag",
    "winners": "The Easy Winners",
}
_UPBEAT_TICKS = {"SomethingDoing": 6, "a-breeze-from-alabama": 6}
"""Found by where the basses fall; all others begin with a full bar."""

_RIGHT_HAND_SHIFT = {"eugenia": 12}


def find_pieces(folder: Path) -> Iterator[PieceSource]:
    """Every rag in the folder."""
    for path in sorted((*folder.glob("*.mid"), *folder.glob("*.midi"))):
        id_ = f"{COLLECTION}/{path.stem}"
        yield PieceSource(id_, "ragtime", id_, _TITLES.get(path.stem, path.stem), path)


def read(source: PieceSource, genre: Genre) -> Song:
    """A rag: right hand and left hand, in the key its file names.

    Raises
    ------
    ScoreError
        When the file has other parts than two hands.
    """
    song = read_midi(source.path)
    if len(song.parts) != len(genre.voices):
        raise ScoreError(f"{source.id} has other parts than two hands.")
    name = source.path.stem
    shifts = (_RIGHT_HAND_SHIFT.get(name, 0), 0)
    parts = tuple(
        _mended(part, voice, shift)
        for part, voice, shift in zip(song.parts, genre.voices, shifts, strict=True)
    )
    end = max(note.end_tick for part in parts for note in part.notes)
    bars = _bars(song.bars[0], _UPBEAT_TICKS.get(name, 0), end)
    untold = song.tempo_bpm == _UNTOLD_TEMPO_BPM
    return replace(
        song,
        title=source.title,
        source=source.id,
        parts=parts,
        bars=bars,
        sections=(Section("A", 0, bars[-1].end_tick),),
        phrase_ends=(),
        tempo_bpm=sum(genre.tempo_bpm) / 2 if untold else song.tempo_bpm,
    )


def _mended(part: Part, voice: Voice, shift: int) -> Part:
    """The part as it was written: full lengths, and no grace notes."""
    notes = tuple(
        Note(note.onset_tick, note.pitch + shift, _written(note))
        for note in part.notes
        if not _is_grace(note)
    )
    return Part(voice.name, voice.program, notes)


def _is_grace(note: Note) -> bool:
    """Short, and beside the grid of sixteenths."""
    return note.duration_ticks < _SIXTEENTH and note.onset_tick % _SIXTEENTH != 0


def _written(note: Note) -> int:
    """The length before articulation took a tick off it."""
    return max(_SIXTEENTH, -(-note.duration_ticks // _SIXTEENTH) * _SIXTEENTH)


def _bars(first: Bar, upbeat_ticks: int, end_tick: int) -> tuple[Bar, ...]:
    """An upbeat, if any, and full bars to the end; rags keep their metre."""
    full = first.metre_ticks
    count = -(-(end_tick - upbeat_ticks) // full)
    bars = regular_bars(count, first.numerator, first.denominator)
    moved = tuple(replace(bar, start_tick=bar.start_tick + upbeat_ticks) for bar in bars)
    if not upbeat_ticks:
        return moved
    return (replace(first, start_tick=0, length_ticks=upbeat_ticks, is_upbeat=True), *moved)
