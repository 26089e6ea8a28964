"""Catch clips: music that any listener can tell from a human's.

A song's notes get pitches drawn evenly from all semitones of a wide compass, and onsets drawn
evenly from all ticks, so that neither key nor metre nor line is left. The number of notes, the
parts, the instruments, the playing and the loudness stay as they are. A listener who pays
attention cannot take that for a piece by a person; who does, does not listen.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musegen.song import Note, Part, Song

COMPASS = (45, 84)
"""MIDI numbers, from A2 to C6: all instruments of the genres can be heard there."""


def nonsense(song: Song, *, rng: np.random.Generator) -> Song:
    """The song with pitches and onsets drawn at random; bars, sections and parts stay."""
    end_tick = max(note.end_tick for part in song.parts for note in part.notes)
    parts = tuple(_scrambled(part, end_tick, rng) for part in song.parts)
    return replace(song, parts=parts)


def _scrambled(part: Part, end_tick: int, rng: np.random.Generator) -> Part:
    """One note after the other, without rests: all parts begin and end together."""
    count = min(len(part.notes), end_tick)
    if not count:
        return part
    inner = rng.choice(np.arange(1, end_tick), size=count - 1, replace=False)
    onsets = [0, *sorted(int(tick) for tick in inner)]
    pitches = rng.integers(COMPASS[0], COMPASS[1] + 1, size=count)
    notes = tuple(
        Note(onset, int(pitch), after - onset)
        for onset, pitch, after in zip(onsets, pitches, [*onsets[1:], end_tick], strict=True)
    )
    return replace(part, notes=notes)
