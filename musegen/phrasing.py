"""Where phrases begin, heard from the notes alone.

A performer breathes where the melody rests or dwells, about every four bars. Labels and
fermatas of a source are not looked at, so that human pieces, which may have them, and songs
made here, which may not, are phrased by the same ear. Time is in ticks (12 a beat).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log2
from statistics import median

from musegen.song import TICKS_PER_BEAT, Note, Part, Song

USUAL_BARS = 4
LONGEST_BARS = 9

# How much speaks for a boundary, and against a phrase of two or eight bars. Tried on the
# corpora: chorales then breathe mostly at their fermatas, reels every four or eight bars.
_REST_WEIGHT = 0.8
_DWELL_WEIGHT = 0.6
_TOGETHER_WEIGHT = 0.5
_REGULAR_WEIGHT = 0.3
_LENGTH_WEIGHT = 0.5


def phrase_starts(song: Song) -> tuple[int, ...]:
    """Ticks at which phrases begin, the first at the first note; empty without notes.

    The best division by dynamic programming: each boundary earns by how much the melody
    rests or dwells before it, by how many parts do so with it, and for lying whole bars from
    the start; each phrase loses by how far its length is from four bars.
    """
    melody = _melody(song)
    if not melody:
        return ()
    ear = _Ear.of(song, melody)
    earned = [0.0, *(ear.evidence(before, note) for before, note in pairwise(melody)), 0.0]
    ticks = [*(note.onset_tick for note in melody), max(song.end_tick, melody[-1].end_tick)]
    bars = [tick / ear.bar_ticks for tick in ticks]
    best, came_from = [0.0], [0]
    for here in range(1, len(ticks)):
        nearest = bisect_left(bars, bars[here] - LONGEST_BARS, hi=here - 1)
        score, there = max(
            (best[there] - _length_cost(bars[here] - bars[there]), there)
            for there in range(nearest, here)
        )
        best.append(score + earned[here])
        came_from.append(there)
    return _followed(ticks, came_from)


def _followed(ticks: Sequence[int], came_from: Sequence[int]) -> tuple[int, ...]:
    starts, here = [ticks[0]], came_from[-1]
    while here > 0:
        starts.append(ticks[here])
        here = came_from[here]
    return tuple(sorted(starts))


def _length_cost(bars: float) -> float:
    return _LENGTH_WEIGHT * log2(bars / USUAL_BARS) ** 2 if bars > 0 else inf


def _melody(song: Song) -> list[Note]:
    """One note an onset, the highest, of the first part that plays."""
    playing = [part for part in song.parts if part.notes]
    part = next((part for part in playing if not part.is_drum), playing[0] if playing else None)
    if part is None:
        return []
    return list({note.onset_tick: note for note in sorted(part.notes)}.values())


@dataclass(frozen=True, slots=True)
class _Ear:
    """What a boundary is judged by."""

    first_tick: int
    bar_ticks: int
    pace_ticks: float
    onsets: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, song: Song, melody: Sequence[Note]) -> _Ear:
        bars = [bar.length_ticks for bar in song.bars] or [4 * TICKS_PER_BEAT]
        gaps = [after.onset_tick - note.onset_tick for note, after in pairwise(melody)]
        return cls(
            first_tick=melody[0].onset_tick,
            bar_ticks=max(1, round(median(bars))),
            pace_ticks=median(gaps) if gaps else TICKS_PER_BEAT,
            onsets=tuple(_onsets(part) for part in song.parts if part.notes),
        )

    def evidence(self, before: Note, note: Note) -> float:
        """How much speaks for a phrase that begins with ``note``."""
        rest = min(1.0, max(0, note.onset_tick - before.end_tick) / TICKS_PER_BEAT)
        gap = note.onset_tick - before.onset_tick
        dwell = min(1.5, max(0.0, log2(gap / self.pace_ticks)))
        together = self._share_still(before.onset_tick, note.onset_tick) if rest + dwell else 0.0
        regular = (note.onset_tick - self.first_tick) % self.bar_ticks == 0
        return (
            _REST_WEIGHT * rest
            + _DWELL_WEIGHT * dwell
            + _TOGETHER_WEIGHT * together
            + _REGULAR_WEIGHT * regular
        )

    def _share_still(self, start_tick: int, end_tick: int) -> float:
        """The share of parts without an onset between the two ticks."""
        still = [bisect_right(o, start_tick) == bisect_left(o, end_tick) for o in self.onsets]
        return sum(still) / len(still)


def _onsets(part: Part) -> tuple[int, ...]:
    return tuple(sorted({note.onset_tick for note in part.notes}))
