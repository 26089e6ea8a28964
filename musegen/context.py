"""What a network is told while it writes a song: bars, sounding notes, look-back.

A `BarMap` lays a song's bars and sections out by tick. A `Context` follows a batch of songs
event by event and answers three questions, in the order in which a network asks them:

    before the event          `Context.inputs`
    once its shift is known   `Context.at_onset`
    once its part is known    `Context.of_part`

Every answer is an array of small whole numbers, one row a song, one column a feature; a
`musegen.layout.Layout` says of which kind each column is. Training and composing go through the same code, so
that a network never meets features it was not trained on. 0 stands for *nothing there*.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from musegen import relations
from musegen.barmap import BarMap, key_inputs
from musegen.encoding import MAX_DURATION, MAX_SHIFT, TIED, end_part, wait_part
from musegen.layout import LOOKBACK_BARS, MAX_MATCH, Layout
from musegen.song import TICKS_PER_BEAT, Key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


class Context:
    """A batch of songs being written, from nothing, side by side.

    Parameters
    ----------
    maps
        One map a song.
    parts
        How many parts each song has.
    relations
        Whether answers tell intervals and degrees, too.
    """

    def __init__(self, maps: Sequence[BarMap], parts: int, *, relations: bool = False) -> None:
        count, size = len(maps), max(len(m.position) for m in maps)
        self.layout = Layout(parts, relations)
        self._rows = np.arange(count)
        self._parts = np.arange(parts)
        self._size = size
        self._position = _stacked([m.position for m in maps], size)
        self.bar_ticks = _stacked([m.bar_ticks for m in maps], size)
        self.metre = _stacked([m.metre for m in maps], size)
        self._bars_left = _stacked([m.bars_left for m in maps], size)
        self._beats_left = _stacked([m.beats_left for m in maps], size)
        self._mode = np.array([m.mode for m in maps])
        self._tonic = np.array([m.tonic for m in maps])
        self.end_tick = np.array([m.end_tick for m in maps])
        self.now = np.zeros(count, np.int64)
        self._before = np.tile(np.array((MAX_SHIFT + 1, parts + 2, 0, 0)), (count, 1))
        # What each part sounds at each tick (pitch + 1), and the lengths of what starts there.
        self._sounding = np.zeros((count, parts, size), np.int16)
        self.started = np.zeros((count, parts, size), np.int16)
        # All that sounds at each tick, every note of a chord: pitch classes as bits, the lowest pitch + 1.
        self._classes = np.zeros((count, size), np.int16)
        self._lowest = np.zeros((count, size), np.int16)
        self._has_onset = np.zeros((count, size), bool)
        self.last_pitch = np.zeros((count, parts), np.int64)
        self.pitch_before = np.zeros((count, parts), np.int64)
        self.top_before = np.zeros((count, parts), np.int64)  # of the onset before the last one
        self.last_length = np.zeros((count, parts), np.int64)
        self.length_before = np.zeros((count, parts), np.int64)
        self.last_onset = np.full((count, parts), -1)
        self.part_end = np.zeros((count, parts), np.int64)
        self._tied = np.zeros(count, np.int64)
        self.match = np.zeros((count, len(LOOKBACK_BARS)), np.int64)

    def inputs(self) -> Ints:
        """Features before the next event, shape (songs, len(layout.inputs))."""
        rows, now = self._rows, self._within(self.now)
        columns = [
            self._before,
            self.place(now),
            np.stack([self.metre[rows, now], self._mode, self._tonic], 1),
            self.sounding_at(now),
            self._remaining_at(now),
            self.last_pitch,
        ]
        for index, bars in enumerate(LOOKBACK_BARS):
            then = now - bars * self.bar_ticks[rows, now]
            columns += [
                self._look(self._sounding, then),
                self._look(self.started, then),
                self._next_onset(then)[:, None],
                self.match[:, index : index + 1],
            ]
        if self.layout.relations:
            last = self.last_pitch
            columns += [relations.intervals(self.pitch_before, last), relations.between(last)]
            columns.append(relations.degrees(last, self._tonic))
        return np.concatenate(columns, 1)

    def at_onset(self, onset: Ints) -> Ints:
        """Features at tick ``onset`` (songs,), shape (songs, len(layout.at_onset))."""
        onset = self._within(onset)
        columns = [self.place(onset), self.sounding_at(onset), self._remaining_at(onset)]
        for bars in LOOKBACK_BARS:
            then = onset - bars * self.bar_ticks[self._rows, onset]
            columns += [self._look(self._sounding, then), self._look(self.started, then)]
        if self.layout.relations:
            now, before = self.sounding_at(onset), self.sounded_before(onset)
            columns += [relations.between(now), relations.intervals(before, now)]
            columns += [relations.degrees(sound, self._tonic) for sound in (now, before)]
        return np.concatenate(columns, 1)

    def of_part(self, onset: Ints, part: Ints) -> Ints:
        """Features of the chosen ``part`` (songs,), shape (songs, len(layout.of_part)).

        For *wait* and *end* they are those of the last part and are not used.
        """
        rows, onset = self._rows, self._within(onset)
        part = np.minimum(part, self.layout.parts - 1)
        sounds = self.sounding_at(onset)
        above = np.where(part > 0, sounds[rows, part - 1], 0)
        below_part = np.minimum(part + 1, self.layout.parts - 1)
        below = np.where(part < self.layout.parts - 1, sounds[rows, below_part], 0)
        last, before = self.last_pitch[rows, part], self.pitch_before[rows, part]
        columns = [
            last,
            before,
            self.last_length[rows, part],
            above,
            below,
            sounds[:, -1],
        ]
        echoes = []
        for bars in LOOKBACK_BARS:
            then = onset - bars * self.bar_ticks[rows, onset]
            valid, at = then >= 0, np.maximum(then, 0)
            echoes.append(np.where(valid, self._sounding[rows, part, at], 0))
            columns += [echoes[-1], np.where(valid, self.started[rows, part, at], 0)]
        found = [np.stack(columns, 1).astype(np.int64)]
        if self.layout.relations:
            own, sounded = last[:, None], self.sounded_before(onset)
            told = (own, sounds), (own, sounded), (sounded, sounds), (before[:, None], own)
            found += [relations.intervals(*two) for two in (*told, (own, np.stack(echoes, 1)))]
            found.append(relations.degrees(np.stack([last, before], 1), self._tonic))
        return np.concatenate(found, 1)

    def onset_after(self, shift: Ints, part: Ints | None = None) -> Ints:
        """Tick at which an event with ``shift`` stands; waits stand one tick later."""
        onset = self.now + shift
        return onset if part is None else onset + (part == wait_part(self.layout.parts))

    def add(self, events: Ints, *, active: NDArray[np.bool_] | None = None) -> None:
        """Take over one event a song, shape (songs, 4); songs not ``active`` stay as they are."""
        parts = self.layout.parts
        active = np.ones(len(events), bool) if active is None else active
        onset = self._within(self.onset_after(events[:, 0], events[:, 1]))
        self.now = np.where(active, onset, self.now)
        self._add_notes(np.flatnonzero(active & (events[:, 1] < parts)), events)
        silent = events[:, 1] >= parts
        self._tied[active & silent] = 0
        told = events + np.array([0, 0, 1, 0])
        told[silent, 2:] = 0
        self._before = np.where(active[:, None], told, self._before)

    def select(self, rows: Sequence[int]) -> Context:
        """A batch of its own made of these songs as they stand now; a row may come repeatedly."""
        chosen = object.__new__(Context)
        for name, value in vars(self).items():
            setattr(chosen, name, value[list(rows)] if self._is_batched(name, value) else value)
        chosen._rows = np.arange(len(rows))
        return chosen

    def put(self, rows: Ints, songs: Context) -> None:
        """Let ``songs``, which were selected from these, stand for ``rows`` of them."""
        for name, value in vars(self).items():
            if self._is_batched(name, value):
                value[rows] = getattr(songs, name)

    def retuned(self, key: Key) -> None:
        """From now on tell the network that it writes in ``key``."""
        self._mode, self._tonic = (np.full_like(self._mode, value) for value in key_inputs(key))

    @staticmethod
    def _is_batched(name: str, value: object) -> bool:
        return isinstance(value, np.ndarray) and name not in {"_parts", "_rows"}

    def _add_notes(self, rows: Ints, events: Ints) -> None:
        """Take over the note that each of ``rows`` begins now, or prolongs."""
        (part, pitch, length), tied, onset = events[rows, 1:].T, self._tied[rows], self.now[rows]
        ticks = np.minimum(length, MAX_DURATION)
        each = np.repeat(np.arange(len(rows)), ticks)  # a value a tick
        at = np.arange(len(each)) - np.repeat(np.cumsum(ticks) - ticks - onset - tied, ticks)
        each, at = each[at < self._size], at[at < self._size]
        self._sounding[rows[each], part[each], at] = pitch[each] + 1
        self._classes[rows[each], at] |= 1 << (pitch[each] % 12)
        lowest, own = self._lowest[rows[each], at], pitch[each] + 1
        self._lowest[rows[each], at] = np.where(lowest > 0, np.minimum(lowest, own), own)
        self.part_end[rows, part] = onset + tied + ticks
        self._tied[rows] = np.where(length == TIED, tied + ticks, 0)
        rows, part, pitch, length, onset = (
            values[tied == 0] for values in (rows, part, pitch, length, onset)
        )
        self._count_match(rows, part, onset, pitch, length)
        self.started[rows, part, onset] = length
        self._has_onset[rows, onset] = True
        moves = self.last_onset[rows, part] != onset
        self.top_before[rows[moves], part[moves]] = self.last_pitch[rows[moves], part[moves]]
        self.pitch_before[rows, part] = self.last_pitch[rows, part]
        self.last_pitch[rows, part] = pitch + 1
        self.length_before[rows, part] = self.last_length[rows, part]
        self.last_length[rows, part] = length
        self.last_onset[rows, part] = onset

    def _count_match(self, rows: Ints, part: Ints, onset: Ints, pitch: Ints, length: Ints) -> None:
        then = onset[:, None] - np.array(LOOKBACK_BARS) * self.bar_ticks[rows, onset][:, None]
        at = rows[:, None], part[:, None], np.maximum(then, 0)  # (rows, look-backs)
        same = (self._sounding[at] == pitch[:, None] + 1) & (self.started[at] == length[:, None])
        more = np.minimum(self.match[rows] + 1, MAX_MATCH)
        self.match[rows] = np.where((then >= 0) & same, more, 0)

    def _within(self, tick: Ints) -> Ints:
        return np.minimum(tick, self._size - 1)

    def place(self, tick: Ints) -> Ints:
        """Position, bars left, beats left at ``tick`` (songs,) as in `BarMap`, (songs, 3)."""
        tables = (self._position, self._bars_left, self._beats_left)
        return np.stack([table[self._rows, tick] for table in tables], 1).astype(np.int64)

    def is_minor(self) -> Ints:
        """1 for songs in minor, (songs,)."""
        return self._mode

    def tonic(self) -> Ints:
        """Semitones of the key's tonic above that of C major or A minor, (songs,)."""
        return self._tonic

    def beat_at(self, tick: Ints) -> tuple[Ints, Ints]:
        """The beat of its bar that ``tick`` (songs,) is in, and the beats left of its phrase."""
        at = self._rows, np.maximum(self._within(tick), 0)
        return self._position[at] // TICKS_PER_BEAT, self._beats_left[at]

    def bar_length(self, tick: Ints) -> Ints:
        """Ticks of the bar that ``tick`` (songs,) is in, (songs,)."""
        return np.asarray(self.bar_ticks[self._rows, np.maximum(self._within(tick), 0)])

    def position(self, tick: Ints) -> Ints:
        """Ticks of ``tick`` (songs,) after its bar line, (songs,)."""
        return np.asarray(self._position[self._rows, self._within(tick)])

    def echoes(self, onset: Ints, part: Ints) -> Ints:
        """What ``part`` sounded `LOOKBACK_BARS` before ``onset``, (songs, look-backs), plus 1."""
        bar = self.bar_ticks[self._rows, self._within(onset)]
        then = self._within(onset)[:, None] - np.array(LOOKBACK_BARS) * bar[:, None]
        seen = self._sounding[self._rows[:, None], part[:, None], np.maximum(then, 0)]
        return np.where(then >= 0, seen, 0).astype(np.int64)

    def range_before(self, onset: Ints, part: Ints) -> tuple[Ints, Ints]:
        """The lowest and highest that ``part`` sounded in the two bars before, pitch + 1 or 0."""
        last = self._within(onset)[:, None] - 1
        span = 2 * self.bar_ticks[self._rows, self._within(onset)][:, None]
        ticks = last - np.arange(0, int(span.max()), RANGE_STEP)[None]
        within = (ticks >= 0) & (last - ticks < span)
        seen = self._sounding[self._rows[:, None], part[:, None], np.maximum(ticks, 0)]
        seen = np.where(within, seen, 0).astype(np.int64)
        low = np.where(seen > 0, seen, 128 + 1).min(1)
        return np.where(low > 128, 0, low), seen.max(1)

    def sounding_at(self, tick: Ints) -> Ints:
        """The last note of each part, if it still sounds at ``tick`` (pitch + 1)."""
        return np.where(self.part_end > tick[:, None], self.last_pitch, 0)

    def sounded_before(self, tick: Ints) -> Ints:
        """What each part sounded just before ``tick`` (songs,), (songs, parts), pitch + 1."""
        return self._look(self._sounding, np.minimum(tick, self._size) - 1)

    def chord_at(self, tick: Ints) -> tuple[Ints, Ints]:
        """All that sounds at ``tick`` (songs,), every note of a chord, (songs,) each.

        Pitch classes as bits, the tonic of C major the lowest; and the lowest pitch + 1, or 0. Before
        the song nothing sounds.
        """
        at = self._rows, np.maximum(self._within(tick), 0)
        classes, lowest = (
            np.where(tick >= 0, grid[at], 0).astype(np.int64)
            for grid in (self._classes, self._lowest)
        )
        return classes, lowest

    def stretch(self, end: Ints, ticks: int) -> tuple[Ints, Ints]:
        """What each part sounds (pitch + 1), and the lengths that begin, in so many ticks before ``end``.

        ``end`` is (songs,), both answers are (songs, parts, ticks); before the song nothing sounds.
        """
        at = end[:, None] - np.arange(ticks, 0, -1)[None]
        cells = self._rows[:, None, None], self._parts[None, :, None], np.maximum(at, 0)[:, None]
        there = (at >= 0)[:, None]
        sounding, started = (
            np.where(there, grid[cells], 0).astype(np.int64)
            for grid in (self._sounding, self.started)
        )
        return sounding, started

    def _remaining_at(self, tick: Ints) -> Ints:
        return np.asarray(np.clip(self.part_end - tick[:, None], 0, MAX_DURATION))

    def _look(self, grid: NDArray[np.int16], tick: Ints) -> Ints:
        seen = grid[self._rows[:, None], self._parts[None], np.maximum(tick, 0)[:, None]]
        return np.where(tick[:, None] >= 0, seen, 0).astype(np.int64)

    def _next_onset(self, tick: Ints) -> Ints:
        """Ticks from ``tick`` to the next onset after it; 0 if there is none near."""
        window = np.minimum(np.maximum(tick, 0)[:, None] + _NEAR, self._size - 1)
        found = self._has_onset[self._rows[:, None], window]
        distance = np.where(found.any(1), found.argmax(1) + 1, 0)
        return np.where(tick >= 0, distance, 0)


RANGE_STEP = TICKS_PER_BEAT // 4
"""Ticks between the places at which the range of a part is read."""

_NEAR = np.arange(1, 4 * TICKS_PER_BEAT + 1)


def _stacked(arrays: Sequence[NDArray[np.int16]], size: int) -> NDArray[np.int64]:
    return np.stack([np.pad(a, (0, size - len(a))) for a in arrays]).astype(np.int64)


def end_of(parts: int) -> Ints:
    """An ``end`` event that moves nothing: pads songs of different length."""
    return np.array([0, end_part(parts), 0, 0])
