"""The Nottingham Music Database: dance tunes in ABC with chord symbols.

The symbols become an accompaniment (`musegen.accompaniment`), the second part of each piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from musegen.abc_files import abc_text, abc_title, abc_tunes, plain_abc
from musegen.accompaniment import Chord, accompany
from musegen.errors import ScoreError
from musegen.genres import Genre
from musegen.keys import find_key, home_shift
from musegen.score_reading import from_music21
from musegen.song import TICKS_PER_BEAT, Part, Song
from musegen.sources.records import PieceSource, natural

COLLECTION = "nottingham"
LEAST_ACCOMPANIED = 0.75
"""Share of a tune that must have chords; the books leave out those of some."""


def find_pieces(folder: Path) -> Iterator[PieceSource]:
    """Every tune of every book; one printed twice, note for note, counts once."""
    seen: set[str] = set()
    for path in sorted((folder / "ABC_cleaned").glob("*.abc"), key=natural):
        for number, text in abc_tunes(abc_text(path)).items():
            music = _music(text)
            if music in seen:
                continue
            seen.add(music)
            id_ = f"{COLLECTION}/{path.stem}#{number}"
            yield PieceSource(id_, "folk", id_, abc_title(text) or id_, path, number)


def _music(text: str) -> str:
    """The notes without chords, titles and layout."""
    lines = [line for line in text.splitlines() if not re.match(r"[A-JN-Za-z]:|%", line)]
    return re.sub(r'"[^"]*"|[\s\\]', "", "".join(lines))


def read(source: PieceSource, genre: Genre) -> Song:
    """A tune and its accompaniment.

    Raises
    ------
    ScoreError
        When too little of the tune has chords.
    """
    from music21 import converter

    text = abc_tunes(abc_text(source.path))[source.number or 0]
    score = converter.parseData(plain_abc(text, keep_chords=True), format="abc")
    melody, player = genre.voices
    song = from_music21(
        score,
        title=source.title,
        source=source.id,
        voices=(melody,),
        tempo_bpm=sum(genre.tempo_bpm) / 2,
    )
    chords = _chords(score)
    _check_cover(song, chords, source)
    key = find_key(_with_chords(song, chords, player.name, player.program, shift=0))
    shift = -home_shift(key)
    return replace(_with_chords(song, chords, player.name, player.program, shift=shift), key=key)


def _with_chords(
    song: Song, chords: Sequence[Chord], name: str, program: int, *, shift: int
) -> Song:
    played = accompany(song.bars, chords, shift=shift)
    return replace(song, parts=(song.parts[0], Part(name, program, played)))


def _check_cover(song: Song, chords: Sequence[Chord], source: PieceSource) -> None:
    bare = chords[0].start_tick if chords else song.end_tick
    if bare > (1 - LEAST_ACCOMPANIED) * song.end_tick:
        raise ScoreError(f"{source.id} has too few chords to be accompanied.")


def _chords(score: Any) -> list[Chord]:
    """The chord symbols in order; of several in one place, the first."""
    from music21 import harmony, stream

    part = score.parts[0]
    found: dict[int, Chord] = {}
    for measure in part.getElementsByClass(stream.Measure):
        for symbol in measure.getElementsByClass(harmony.ChordSymbol):
            beat = float(part.elementOffset(measure)) + float(measure.elementOffset(symbol))
            tick = round(beat * TICKS_PER_BEAT)
            found.setdefault(tick, _chord(symbol, tick))
    return _without_repeats([found[tick] for tick in sorted(found)])


def _chord(symbol: Any, tick: int) -> Chord:
    """Root, third, and the seventh or else the fifth: a player of three strings leaves one out."""
    root, third, fifth = symbol.root(), symbol.third, symbol.fifth
    tones = (root, third, symbol.seventh or fifth)
    return Chord(
        tick,
        symbol.bass().pitchClass,
        (fifth or root).pitchClass,
        tuple(sorted({tone.pitchClass for tone in tones if tone is not None})),
    )


def _without_repeats(chords: Sequence[Chord]) -> list[Chord]:
    """One chord where a symbol is written again while it still sounds."""
    kept: list[Chord] = []
    for chord in chords:
        if not kept or replace(chord, start_tick=kept[-1].start_tick) != kept[-1]:
            kept.append(chord)
    return kept
