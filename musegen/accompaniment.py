"""Chord symbols sounded as a folk guitarist would: a bass note, then the chord, on the beats.

Always the same plain pattern, decided by the metre: bass and chord in turn in two and four
(“boom-chick”), bass and two chords in three, a long bass and a short chord in each dotted beat of
a jig. The bass goes to the chord's fifth where a chord goes on in the middle of a bar. The last
chord is struck whole and held. Pitch classes are numbered from C (0); time is in ticks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from musegen.song import TICKS_PER_BEAT, Bar, Note

LOWEST_BASS = 40
LOWEST_CHORD = 52
"""The lowest E of a guitar and the one above, in C major or A minor: each pitch class lies in the
octave from there, so that basses and chords never meet, and keep below most of the tune."""


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord from ``start_tick`` to the next one: its bass, its fifth and its tones' classes."""

    start_tick: int
    bass: int
    fifth: int
    tones: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Stroke:
    """One stroke of the pattern, with the chord that it sounds."""

    onset_tick: int
    end_tick: int
    is_bass: bool
    opens_bar: bool
    chord: Chord


def accompany(bars: Sequence[Bar], chords: Sequence[Chord], *, shift: int = 0) -> tuple[Note, ...]:
    """The accompaniment, in order of onset.

    Parameters
    ----------
    chords
        In order; nothing is played before the first, nor in an upbeat.
    shift
        Semitones, at most six up or down, by which the key lies from C major or A minor: all
        pieces moved there have the same chords in the same place.
    """
    strokes = [stroke for bar in bars for stroke in _strokes(bar, chords)]
    held = _held_from(strokes, bars)
    notes: list[Note] = []
    sounding: Chord | None = None
    for stroke in strokes[:held]:
        is_new = sounding is None or stroke.chord is not sounding
        if stroke.is_bass or is_new:
            moves = stroke.is_bass and not is_new and not stroke.opens_bar
            tone = stroke.chord.fifth if moves else stroke.chord.bass
            notes.append(_note(tone, LOWEST_BASS, shift, stroke.onset_tick, stroke.end_tick))
        if not stroke.is_bass:
            notes += _chord_notes(stroke.chord, shift, stroke.onset_tick, stroke.end_tick)
        sounding = stroke.chord
    if held < len(strokes):
        last, end = strokes[held], bars[-1].end_tick
        notes.append(_note(last.chord.bass, LOWEST_BASS, shift, last.onset_tick, end))
        notes += _chord_notes(last.chord, shift, last.onset_tick, end)
    return tuple(sorted(notes))


def _strokes(bar: Bar, chords: Sequence[Chord]) -> Iterator[_Stroke]:
    if bar.is_upbeat:
        return
    for place, length, is_bass in pattern(bar.numerator, bar.denominator):
        onset = bar.start_tick + place
        begun = [chord for chord in chords if chord.start_tick <= onset]
        if onset < bar.end_tick and begun:
            end = min(onset + length, bar.end_tick)
            yield _Stroke(onset, end, is_bass, place == 0, begun[-1])


def pattern(numerator: int, denominator: int) -> list[tuple[int, int, bool]]:
    """The strokes of a full bar: place and length in ticks, and whether it is a bass note."""
    unit = 4 * TICKS_PER_BEAT // denominator
    if denominator >= 8 and numerator % 3 == 0:
        jig = ((0, 2 * unit, True), (2 * unit, unit, False))
        beats = range(0, numerator * unit, 3 * unit)
        return [(beat + place, length, is_bass) for beat in beats for place, length, is_bass in jig]
    pulse, count = (unit // 2, 2 * numerator) if numerator == 2 else (unit, numerator)
    group = 3 if count % 3 == 0 or count == 5 else 2
    return [(i * pulse, pulse, i % group == 0) for i in range(count)]


def _held_from(strokes: Sequence[_Stroke], bars: Sequence[Bar]) -> int:
    """Index of the stroke that is held to the end: where the last chord enters the last bar."""
    held = len(strokes)
    while (
        held > 0
        and strokes[held - 1].onset_tick >= bars[-1].start_tick
        and strokes[held - 1].chord is strokes[-1].chord
    ):
        held -= 1
    return held


def _chord_notes(chord: Chord, shift: int, start: int, end: int) -> list[Note]:
    return [_note(tone, LOWEST_CHORD, shift, start, end) for tone in chord.tones]


def _note(pitch_class: int, lowest: int, shift: int, start: int, end: int) -> Note:
    low = lowest + shift
    return Note(start, low + (pitch_class - low) % 12, end - start)
