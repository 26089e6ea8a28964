"""How sections close: on the tonic, half-way on the dominant, or as the end of the song.

What sounds at a close is each part's last note; the lowest of them tells where it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum

from musegen.song import TICKS_PER_BEAT, Key, Mode, Note

DOMINANT = 7
LEADING_DEGREES = (2, 7, 11)
"""Semitones above the tonic on which a melody alone can rest without closing: the dominant's."""


_ASTRAY = 0.7
"""A close whose melody is not home is not quite so wrong as one whose bass is not."""


class Close(StrEnum):
    """How a phrase is to close."""

    HALF = "half"
    FULL = "full"
    FINAL = "final"


def ends_on(voices: Sequence[Sequence[Note]], tonic: int) -> bool:
    """Whether the lowest note of the final chord is the tonic (a pitch class)."""
    last = last_notes(voices)
    return bool(last) and min(note.pitch for note in last) % 12 == tonic


def last_notes(voices: Sequence[Sequence[Note]]) -> list[Note]:
    """The notes that still sound when the last of all begins; together they are the final chord."""
    every = [note for notes in voices for note in notes]
    onset = max((note.onset_tick for note in every), default=0)
    return [note for note in every if note.end_tick > onset]


def last_note_ticks(voices: Sequence[Sequence[Note]], held: Collection[int] = ()) -> int:
    """Length of the last note, or of the longest of several; parts ``held`` count if no other has one.

    A guitar's last chord, held beneath the last steps of a tune, does not tell how the tune ends.
    """
    last = last_notes(voices)
    free = [n for i, notes in enumerate(voices) if i not in held for n in notes if n in last]
    return max(note.duration_ticks for note in free or last)


def triad(key: Key) -> frozenset[int]:
    """Pitch classes a song in ``key`` may end on; in minor the major third as well."""
    thirds = (3, 4) if key.mode is Mode.MINOR else (4,)
    return frozenset((key.tonic + steps) % 12 for steps in (0, *thirds, 7))


def close_faults(
    voices: Sequence[Sequence[Note]],
    end_tick: int,
    close: Close,
    key: Key,
    *,
    final_ticks: int,
    melody_home: bool = False,
    held: Collection[int] = (),
) -> float:
    """How far the notes until ``end_tick`` are from closing so: 0 if they do, 1 as a rule if not.

    Of a final close a wrong bass counts 10, every beat by which its `last_note_ticks` (parts ``held``
    aside) are fewer or more than ``final_ticks`` 1; another is to last as long, or a beat. With
    ``melody_home`` the highest of several parts is to end on the tonic, too, unless the close is
    half-way.
    """
    last = _sounding(voices, end_tick)
    if not last:
        return 1.0
    above = (min(note.pitch for note in last) - key.tonic) % 12
    foreign = sum(note.pitch % 12 not in triad(key) for note in last) / len(last)
    if close is Close.HALF:
        rests = above == DOMINANT if len(voices) > 1 else above in LEADING_DEGREES
        return 0.0 if rests else 1.0 if above == 0 else 0.5
    is_astray = len(voices) > 1 and max(note.pitch for note in last) % 12 != key.tonic
    astray = _ASTRAY * (melody_home and is_astray)
    if close is Close.FULL:
        wanted = min(TICKS_PER_BEAT, final_ticks)
        short = max(0, wanted - max(n.duration_ticks for n in last)) / TICKS_PER_BEAT
        return float(above != 0) + foreign + short / 2 + astray
    return (
        10.0 * (above != 0) + 4 * foreign + astray + _misjudged(voices, end_tick, final_ticks, held)
    )


def _sounding(voices: Sequence[Sequence[Note]], end_tick: int) -> list[Note]:
    """The last note that each part begins before ``end_tick``; of a chord the lowest."""
    found = []
    for notes in voices:
        before = [note for note in notes if note.onset_tick < end_tick]
        if before:
            latest = max(note.onset_tick for note in before)
            found.append(min(note for note in before if note.onset_tick == latest))
    return found


def _misjudged(
    voices: Sequence[Sequence[Note]], end_tick: int, final_ticks: int, held: Collection[int]
) -> float:
    """Beats by which the final notes are too short or too long, and by which they end too early.

    A beat of silence at the very end is as usual as an upbeat at the beginning.
    """
    last = last_notes(voices)
    astray = abs(final_ticks - last_note_ticks(voices, held))
    early = max(0, end_tick - max(note.end_tick for note in last) - TICKS_PER_BEAT)
    return (astray + early) / TICKS_PER_BEAT


def closed_on(
    voices: Sequence[Sequence[Note]],
    key: Key,
    *,
    end_tick: int,
    final_ticks: int,
    held: Collection[int] = (),
) -> list[list[Note]]:
    """The same, its final chord the tonic chord, together, and long enough.

    It is reached by the smallest steps. Pitches hardly ever need it: an end is written again
    first.
    """
    closed = [list(notes) for notes in voices]
    last = last_notes(voices)
    if not last:
        return closed
    lowest = min(last, key=lambda note: note.pitch)
    end = max(note.end_tick for note in last)
    missing = final_ticks - last_note_ticks(voices, held)
    end += max(0, min(missing, end_tick - end))
    for notes in closed:
        for i, note in enumerate(notes):
            if note in last:
                wanted = {key.tonic} if note == lowest else triad(key)
                pitch = _nearest(note.pitch, wanted)
                notes[i] = replace(note, pitch=pitch, duration_ticks=end - note.onset_tick)
    return closed


def _nearest(pitch: int, wanted: set[int] | frozenset[int]) -> int:
    return min(range(pitch - 6, pitch + 7), key=lambda p: (p % 12 not in wanted, abs(p - pitch)))
