"""Notes as scores write them, tied and in several voices, made into those that sound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from musegen.song import TICKS_PER_BEAT, Note


@dataclass(frozen=True, slots=True)
class Sound:
    """A note as the score writes it, before ties are merged."""

    onset_tick: int
    end_tick: int
    pitch: int
    is_tied_on: bool
    has_fermata: bool


def clean_sounds(sounds: Iterable[Sound]) -> list[Sound]:
    """One part's sounds in order, ties merged, each pitch sounding once at a time."""
    ordered = sorted(sounds, key=lambda s: (s.onset_tick, s.pitch, -s.end_tick))
    return _one_at_a_time(_merge_ties(ordered))


def notes_of(sounds: Iterable[Sound]) -> tuple[Note, ...]:
    """The sounds as notes."""
    return tuple(Note(s.onset_tick, s.pitch, s.end_tick - s.onset_tick) for s in sounds)


def ticks_of(beats: float | Fraction) -> int:
    """Quarter-note beats in ticks, the nearest."""
    return round(beats * TICKS_PER_BEAT)


def _merge_ties(sounds: Iterable[Sound]) -> list[Sound]:
    """Tied notes as one; a tie to another pitch, as some encoders write slurs, is none."""
    merged: list[Sound] = []
    open_ties: dict[tuple[int, int], int] = {}
    for sound in sounds:
        place = open_ties.pop((sound.pitch, sound.onset_tick), None)
        if place is None:
            place = len(merged)
            merged.append(sound)
        else:
            first = merged[place]
            merged[place] = replace(
                first,
                end_tick=sound.end_tick,
                has_fermata=first.has_fermata or sound.has_fermata,
            )
        if sound.is_tied_on:
            open_ties[sound.pitch, sound.end_tick] = place
    return merged


def _one_at_a_time(sounds: list[Sound]) -> list[Sound]:
    """A part sounds each pitch once at a time: unisons of two voices become one note."""
    by_pitch: dict[int, Sound] = {}
    kept: list[Sound] = []
    for sound in sounds:
        before = by_pitch.get(sound.pitch)
        if before is not None and before.onset_tick == sound.onset_tick:
            continue
        if before is not None and before.end_tick > sound.onset_tick:
            kept[kept.index(before)] = replace(before, end_tick=sound.onset_tick)
        by_pitch[sound.pitch] = sound
        kept.append(sound)
    return kept
