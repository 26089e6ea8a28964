"""Songs as arrays of note events, and back.

One event is one note, as four separate fields:

    shift     ticks since the onset of the event before, 0 to ``MAX_SHIFT``
    part      index of the part that begins a note, or ``WAIT``, or ``END``
    pitch     MIDI number, 0 to 127
    duration  ticks, 1 to ``MAX_DURATION``, or ``TIED``

Events are ordered by onset, then part, then pitch. A silence longer than ``MAX_SHIFT`` is a
chain of ``wait`` events, which sound nothing; a note longer than ``MAX_DURATION`` is a chain of
``TIED`` events that the next event of the chain prolongs. The last event of a song is ``end``: it
stands at the end of the last bar. So every song on the grid comes back exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from musegen.errors import RequestError
from musegen.song import TICKS_PER_BEAT, Note, Song

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SHIFT = 8 * TICKS_PER_BEAT
"""Two bars of 4/4: longer silences are rare enough to be chained."""

MAX_DURATION = 8 * TICKS_PER_BEAT
TIED = MAX_DURATION + 1
"""The duration of a note that lasts ``MAX_DURATION`` and goes on in the next event."""


class Field(IntEnum):
    """Columns of an event array, in the order in which a network chooses them."""

    SHIFT = 0
    PART = 1
    PITCH = 2
    DURATION = 3


FIELD_NAMES = tuple(field.name.lower() for field in Field)


def wait_part(parts: int) -> int:
    """The part number that means *nothing begins here, time passes*."""
    return parts


def end_part(parts: int) -> int:
    """The part number that means *the song is over*."""
    return parts + 1


def encode(song: Song) -> NDArray[np.int16]:
    """The song's events.

    Parameters
    ----------
    song
        Of any number of parts; its end is the end of its last bar, or of its last note
        if that is later.

    Returns
    -------
    int16 array, shape (events, 4)
        Columns as in `Field`. The last row is the ``end`` event.
    """
    parts = len(song.parts)
    notes = sorted(
        (note.onset_tick, part, note.pitch, note.duration_ticks)
        for part, voice in enumerate(song.parts)
        for note in voice.notes
    )
    rows: list[tuple[int, int, int, int]] = []
    now = 0
    for onset, part, pitch, duration in notes:
        rows.extend(_waits(onset - now, parts))
        rows.extend(_note_rows((onset - now) % _WRAP, part, pitch, duration))
        now = onset
    end = max([song.end_tick] + [onset + duration for onset, _, _, duration in notes])
    rows.extend(_waits(end - now, parts))
    rows.append(((end - now) % _WRAP, end_part(parts), 0, 0))
    return np.array(rows, np.int16)


_WRAP = MAX_SHIFT + 1


def _waits(gap_ticks: int, parts: int) -> Iterator[tuple[int, int, int, int]]:
    """Wait events of ``_WRAP`` ticks each, until what is left fits into one shift.

    A wait moves time by its shift and one tick more, so that no gap can be written twice.
    """
    for _ in range(gap_ticks // _WRAP):
        yield MAX_SHIFT, wait_part(parts), 0, 0


def _note_rows(
    shift: int, part: int, pitch: int, duration: int
) -> Iterator[tuple[int, int, int, int]]:
    while duration > MAX_DURATION:
        yield shift, part, pitch, TIED
        shift, duration = 0, duration - MAX_DURATION
    yield shift, part, pitch, duration


def advance(shift: int, part: int, parts: int) -> int:
    """Ticks by which an event moves time."""
    return shift + (1 if part == wait_part(parts) else 0)


def decode(events: NDArray[np.int16], song: Song) -> Song:
    """The song that ``events`` stand for.

    Parameters
    ----------
    events
        As `encode` returns them; rows after an ``end`` are ignored.
    song
        Gives everything that events do not carry: names and programs of the parts, bars,
        sections, key, tempo. Its notes are not looked at.

    Raises
    ------
    RequestError
        When an event names a part that ``song`` has not.
    """
    voices = decode_notes(events.tolist(), len(song.parts))
    return replace(
        song,
        parts=tuple(
            replace(part, notes=tuple(notes))
            for part, notes in zip(song.parts, voices, strict=True)
        ),
    )


def decode_notes(events: Sequence[Sequence[int]], parts: int) -> list[list[Note]]:
    """The notes of each part, in order; see `decode`."""
    voices: list[list[Note]] = [[] for _ in range(parts)]
    now = carried = 0
    for shift, part, pitch, duration in events:
        now += advance(shift, part, parts)
        if part == end_part(parts):
            break
        if part == wait_part(parts):
            continue
        if not 0 <= part < parts:
            raise RequestError(f"An event names part {part}; the song has {parts} parts.")
        if duration == TIED:
            carried += MAX_DURATION
            continue
        voices[part].append(Note(now, pitch, carried + duration))
        carried = 0
    return [sorted(notes) for notes in voices]
