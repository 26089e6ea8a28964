"""What a genre does, counted in its training set: metres, modes, ranges, note lengths.

Composing keeps within these habits: it draws a song's metre and mode as often as they occur, and
no part leaves the pitches and lengths that it ever had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from musegen.choosing import parallel_share
from musegen.encoding import TIED, Field, encode
from musegen.examples import prepared
from musegen.sampling import Allowed
from musegen.song import TICKS_PER_BEAT, Mode, Part, Song

RARE = 0.001
"""A length that fewer than one note in a thousand has is not composed."""

MOST_CHORDS = 0.002
MOST_OVERLAPS = 0.05
"""Up to this share of notes, chords or overlaps in a part count as accidents of the notation."""


@dataclass(frozen=True)
class Habits:
    """A genre's habits, in C major / A minor.

    ``metres`` maps ``"4/4"`` to its share of the bars, ``minor`` is the share of pieces in minor;
    ``pitches`` lists the pitches of each part, ``durations`` the lengths in ticks (see
    `musegen.encoding`); ``parallels`` is the median of parallel fifths and octaves an onset;
    ``phrase_beats`` is the median length of a written phrase, 0 if the
    sources mark none.
    """

    metres: dict[str, float]
    minor: float
    pitches: list[list[int]]
    durations: list[int]
    chords: bool
    overlaps: bool
    parallels: float
    phrase_beats: int

    @classmethod
    def of(cls, songs: Sequence[Song]) -> Habits:
        """Count them in ``songs``, which all have the same parts."""
        home = [prepared(song) for song in songs]
        bars = Counter(f"{bar.numerator}/{bar.denominator}" for song in home for bar in song.bars)
        parts = [[song.parts[i] for song in home] for i in range(len(home[0].parts))]
        every = [part for voice in parts for part in voice]
        return cls(
            metres={name: n / bars.total() for name, n in bars.most_common()},
            minor=float(np.mean([song.key.mode is Mode.MINOR for song in home])),
            pitches=[_pitches(voice) for voice in parts],
            durations=_durations(home),
            chords=_share(every, chords=True) > MOST_CHORDS,
            overlaps=_share(every, chords=False) > MOST_OVERLAPS,
            parallels=float(np.median([parallel_share(s.voices) for s in home])),
            phrase_beats=_phrase_beats(home),
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Habits:
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def allowed(self) -> Allowed:
        """The same as masks for drawing."""
        pitches = np.zeros((len(self.pitches), 128), bool)
        for part, own in enumerate(self.pitches):
            pitches[part, own] = True
        durations = np.zeros(TIED + 1, bool)
        durations[self.durations] = True
        return Allowed(pitches, durations, self.chords, self.overlaps)


def _pitches(voice: Sequence[Part]) -> list[int]:
    return sorted({note.pitch for part in voice for note in part.notes})


def _durations(songs: Sequence[Song]) -> list[int]:
    counts: Counter[int] = Counter()
    for song in songs:
        events = encode(song)
        is_note = events[:, Field.PART] < len(song.parts)
        counts.update(events[is_note, Field.DURATION].tolist())
    return sorted(d for d, n in counts.items() if n >= RARE * counts.total())


def _share(parts: Sequence[Part], *, chords: bool) -> float:
    """Share of notes that begin with another of their part, or while an earlier one sounds."""
    found = total = 0
    for part in parts:
        last_onset, last_end = -1, 0
        for note in part.notes:
            together = note.onset_tick == last_onset
            found += together if chords else (not together and note.onset_tick < last_end)
            last_onset, last_end = note.onset_tick, max(last_end, note.end_tick)
        total += len(part.notes)
    return found / max(1, total)


def _phrase_beats(songs: Sequence[Song]) -> int:
    lengths = [
        (end - start) / TICKS_PER_BEAT
        for song in songs
        for start, end in zip((0, *song.phrase_ends), song.phrase_ends, strict=False)
    ]
    return round(float(np.median(lengths))) if lengths else 0
