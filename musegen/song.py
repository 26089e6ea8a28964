"""Songs and pieces as plain records.

Conventions: time is counted in ticks, 12 to the quarter-note beat, from 0 at the
first bar line or upbeat. Pitches are MIDI numbers (60 is middle C). Parts, bars and
sections are numbered from 0. Records are immutable; functions return new ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

TICKS_PER_BEAT = 12
"""Twelve, so that triplets (4) and sixteenths (3) are both exact."""


class Mode(StrEnum):
    """The two modes that a genre model tells apart."""

    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its tonic as spelled (``"Bb"``, ``"F#"``), the tonic's pitch class, its mode."""

    name: str
    tonic: int
    mode: Mode

    def __str__(self) -> str:
        return f"{self.name} {self.mode}"


C_MAJOR = Key("C", 0, Mode.MAJOR)
A_MINOR = Key("A", 9, Mode.MINOR)


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One sounding note; ``velocity`` is the written dynamic, 1 to 127."""

    onset_tick: int
    pitch: int
    duration_ticks: int
    velocity: int = 80

    @property
    def end_tick(self) -> int:
        return self.onset_tick + self.duration_ticks


@dataclass(frozen=True, slots=True)
class Part:
    """One voice or instrument: a name, a General MIDI program (0-127), its notes in order."""

    name: str
    program: int
    notes: tuple[Note, ...]
    is_drum: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it starts, how long it really is, and the metre it is written in.

    An upbeat bar is shorter than its metre and counts from the metre's end.
    """

    start_tick: int
    length_ticks: int
    numerator: int
    denominator: int
    is_upbeat: bool = False

    @property
    def end_tick(self) -> int:
        return self.start_tick + self.length_ticks

    @property
    def metre_ticks(self) -> int:
        """Length of a full bar of this metre."""
        return self.numerator * 4 * TICKS_PER_BEAT // self.denominator

    def position(self, tick: int) -> int:
        """Ticks of ``tick`` after the (possibly imagined) bar line."""
        missing = self.metre_ticks - self.length_ticks if self.is_upbeat else 0
        return tick - self.start_tick + missing


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the form, such as the chorus ``B``."""

    label: str
    start_tick: int
    length_ticks: int

    @property
    def end_tick(self) -> int:
        return self.start_tick + self.length_ticks


@dataclass(frozen=True)
class Song:
    """A whole piece (human) or song (made here).

    ``bars`` covers the song from tick 0 to ``end_tick`` without gap or overlap, and so
    does ``sections``. ``phrase_ends`` are ticks at which a written phrase closes (fermatas), if
    the source tells. ``source`` says where a piece comes from.
    """

    title: str
    parts: tuple[Part, ...]
    bars: tuple[Bar, ...]
    sections: tuple[Section, ...] = ()
    phrase_ends: tuple[int, ...] = ()
    key: Key = C_MAJOR
    tempo_bpm: float = 96.0
    source: str = ""

    @cached_property
    def end_tick(self) -> int:
        """Where the last bar ends."""
        return self.bars[-1].end_tick if self.bars else 0

    @cached_property
    def _bar_starts(self) -> list[int]:
        return [bar.start_tick for bar in self.bars]

    def bar_index_at(self, tick: int) -> int:
        """Index of the bar that ``tick`` falls in (the last bar for ticks past the end)."""
        return max(0, bisect_right(self._bar_starts, tick) - 1)

    def bar_at(self, tick: int) -> Bar:
        """The bar that ``tick`` falls in."""
        return self.bars[self.bar_index_at(tick)]

    @property
    def voices(self) -> tuple[tuple[Note, ...], ...]:
        """The notes of each part."""
        return tuple(part.notes for part in self.parts)

    def note_count(self) -> int:
        """Notes in all parts together."""
        return sum(len(part.notes) for part in self.parts)


def beats(ticks: int) -> float:
    """Ticks as quarter-note beats."""
    return ticks / TICKS_PER_BEAT


def regular_bars(count: int, numerator: int, denominator: int) -> tuple[Bar, ...]:
    """``count`` full bars of one metre from tick 0."""
    length = numerator * 4 * TICKS_PER_BEAT // denominator
    return tuple(Bar(i * length, length, numerator, denominator) for i in range(count))


def transpose(song: Song, semitones: int, key: Key) -> Song:
    """The song moved by ``semitones`` and labelled ``key``; drums stay as they are."""
    return replace(song, parts=tuple(_moved(part, semitones) for part in song.parts), key=key)


def _moved(part: Part, semitones: int) -> Part:
    if part.is_drum or semitones == 0:
        return part
    notes = (
        Note(n.onset_tick, n.pitch + semitones, n.duration_ticks, n.velocity) for n in part.notes
    )
    return replace(part, notes=tuple(notes))


def cut(song: Song, start_tick: int, end_tick: int) -> Song:
    """The stretch from ``start_tick`` to ``end_tick`` as a song of its own.

    Notes that sound across either end are shortened to it; the stretch starts at tick 0.
    """
    parts = tuple(
        replace(part, notes=tuple(_cut_notes(part.notes, start_tick, end_tick)))
        for part in song.parts
    )
    bars = tuple(
        replace(
            bar,
            start_tick=max(bar.start_tick, start_tick) - start_tick,
            length_ticks=min(bar.end_tick, end_tick) - max(bar.start_tick, start_tick),
            is_upbeat=bar.is_upbeat or bar.start_tick < start_tick,
        )
        for bar in song.bars
        if bar.end_tick > start_tick and bar.start_tick < end_tick
    )
    sections = tuple(
        Section(
            section.label,
            max(section.start_tick, start_tick) - start_tick,
            min(section.end_tick, end_tick) - max(section.start_tick, start_tick),
        )
        for section in song.sections
        if section.end_tick > start_tick and section.start_tick < end_tick
    )
    ends = tuple(end - start_tick for end in song.phrase_ends if start_tick < end <= end_tick)
    return replace(song, parts=parts, bars=bars, sections=sections, phrase_ends=ends)


def _cut_notes(notes: Iterable[Note], start_tick: int, end_tick: int) -> Iterable[Note]:
    for note in notes:
        onset, end = max(note.onset_tick, start_tick), min(note.end_tick, end_tick)
        if end > onset:
            yield Note(onset - start_tick, note.pitch, end - onset, note.velocity)
