"""Bars, sections and phrases of a song, tick by tick: where a network is told that it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from musegen.encoding import MAX_DURATION, MAX_SHIFT
from musegen.song import A_MINOR, C_MAJOR, TICKS_PER_BEAT, Key, Mode, Song

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_POSITION = 8 * TICKS_PER_BEAT
MAX_BARS_LEFT = 16
MAX_BEATS_LEFT = 16
METRES = (
    (2, 4), (3, 4), (4, 4), (2, 2), (3, 2), (4, 2), (3, 8), (6, 8), (9, 8), (12, 8), (6, 4),
)  # fmt: skip
"""Metres that a network tells apart; 0 is any other."""

_PADDING = MAX_SHIFT + MAX_DURATION + 2


@dataclass(frozen=True)
class BarMap:
    """Bars and sections by tick; arrays reach ``_PADDING`` ticks past ``end_tick``.

    ``bars_left`` counts the bars to the end of the section, the bar one is in included, and is
    0 past the song's end; in the song's last section ``MAX_BARS_LEFT + 2`` is added.
    ``beats_left`` counts the beats to the end of the written phrase plus one; 0 is *not known*.
    """

    position: NDArray[np.int16]
    bar_ticks: NDArray[np.int16]
    metre: NDArray[np.int16]
    bars_left: NDArray[np.int16]
    beats_left: NDArray[np.int16]
    mode: int
    end_tick: int
    tonic: int = 0

    @classmethod
    def of(cls, song: Song) -> BarMap:
        """The map of a song that has bars; a song without sections is one section."""
        size = song.end_tick + _PADDING
        position, bar_ticks, metre = _bars_by_tick(song, size)
        mode, tonic = key_inputs(song.key)
        return cls(
            position=position,
            bar_ticks=bar_ticks,
            metre=metre,
            bars_left=_bars_left_by_tick(song, bar_ticks),
            beats_left=_beats_left_by_tick(song, size),
            mode=mode,
            end_tick=song.end_tick,
            tonic=tonic,
        )


def key_inputs(key: Key) -> tuple[int, int]:
    """How a network is told of a key: its mode, and its semitones above C major or A minor."""
    is_minor = key.mode is Mode.MINOR
    return int(is_minor), (key.tonic - (A_MINOR.tonic if is_minor else C_MAJOR.tonic)) % 12


def _bars_by_tick(song: Song, size: int) -> tuple[NDArray[np.int16], ...]:
    position, bar_ticks, metre = (np.zeros(size, np.int16) for _ in range(3))
    for bar in song.bars:
        is_last = bar is song.bars[-1]
        end = size if is_last else bar.end_tick
        ticks = np.arange(bar.start_tick, end)
        position[bar.start_tick : end] = np.minimum(
            (ticks - bar.start_tick + bar.position(bar.start_tick)) % max(1, bar.metre_ticks)
            if is_last
            else ticks - bar.start_tick + bar.position(bar.start_tick),
            MAX_POSITION,
        )
        bar_ticks[bar.start_tick : end] = bar.metre_ticks
        known = (bar.numerator, bar.denominator)
        metre[bar.start_tick : end] = METRES.index(known) + 1 if known in METRES else 0
    return position, bar_ticks, metre


def _bars_left_by_tick(song: Song, bar_ticks: NDArray[np.int16]) -> NDArray[np.int16]:
    left = np.zeros(len(bar_ticks), np.int16)
    bounds = [(s.start_tick, s.end_tick) for s in song.sections] or [(0, song.end_tick)]
    for start, end in bounds:
        ticks_left = end - np.arange(start, end)
        bars = -(-ticks_left // np.maximum(1, bar_ticks[start:end]))
        left[start:end] = np.clip(bars, 1, MAX_BARS_LEFT + 1)
    left[bounds[-1][0] :] += MAX_BARS_LEFT + 2
    return left


def _beats_left_by_tick(song: Song, size: int) -> NDArray[np.int16]:
    left = np.zeros(size, np.int16)
    start = 0
    for end in song.phrase_ends:
        beats = -(-(end - np.arange(start, end)) // TICKS_PER_BEAT)
        left[start:end] = np.clip(beats, 1, MAX_BEATS_LEFT) + 1
        start = end
    return left
