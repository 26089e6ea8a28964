"""What a critic hears in a section: figures of its notes, and its turns of phrase.

A section is a `Song` in C major or A minor that begins at tick 0. Figures are means and shares, so
that sections of different length compare; turns are short runs of notes, hashed into
``TURN_BUCKETS`` counters. Songs are steered by these, so reports of how good songs are use none of
them (`musegen.evaluation` has features of its own).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.counterpoint import IS_PERFECT
from musegen.song import TICKS_PER_BEAT, Note, Song

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]

TURN_BUCKETS = 2048

_IS_CLASH = np.isin(np.arange(12), (1, 11))
_SCALE = np.isin(np.arange(12), (0, 2, 4, 5, 7, 9, 11))
_CHORDS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10), (0, 3, 7, 10), (0, 4, 7, 11))
"""Triads and sevenths, in semitones above the root."""

_LENGTHS = np.array([2, 4, 7, 10, 13, 19, 25, 37])
"""Bounds of the classes of note lengths, in ticks: up to a sixteenth, an eighth triplet, …"""

_FACTOR = np.uint64(0x9E3779B97F4A7C15)

_PLACES = 8
"""Places in a bar that onsets are counted at."""


def figures(song: Song) -> Floats:
    """Figures of a section, shape (F,); F depends on the number of parts alone."""
    return _figures(song, _lines(song), _grid(song))


def turns(song: Song) -> Floats:
    """Turns of phrase of a section, shape (`TURN_BUCKETS`,): square roots of shares."""
    return _turns(_lines(song), _grid(song)[1])


def heard(song: Song) -> Floats:
    """Both, figures first, shape (F + `TURN_BUCKETS`,)."""
    lines, grid = _lines(song), _grid(song)
    return np.concatenate([_figures(song, lines, grid), _turns(lines, grid[1])])


def _figures(song: Song, lines: Sequence[Ints], grid: tuple[Ints, Ints]) -> Floats:
    bar = max(1, song.bars[0].metre_ticks) if song.bars else 4 * TICKS_PER_BEAT
    first = song.bars[0].position(song.bars[0].start_tick) if song.bars else 0
    parts = [_part_figures(line, song.end_tick, bar, first) for line in lines]
    whole = [*_repetition(song, lines[0], bar, first), *_ending(song, lines)]
    if len(lines) > 1:
        whole += _together(*grid)
    return np.asarray(np.nan_to_num(np.concatenate([*parts, np.array(whole, np.float64)])))


def _turns(lines: Sequence[Ints], grid: Ints) -> Floats:
    found = np.concatenate([*_line_turns(lines), *_chord_turns(grid), np.zeros(0, np.int64)])
    counts = np.bincount(found, minlength=TURN_BUCKETS)
    return np.asarray(np.sqrt(counts / max(1, len(found))))


def _lines(song: Song) -> list[Ints]:
    return [top_line(part.notes) for part in song.parts]


def top_line(notes: Sequence[Note]) -> Ints:
    """The highest note of each onset: onset, pitch, duration; (notes, 3)."""
    top: dict[int, Note] = {}
    for note in notes:
        if note.onset_tick not in top or note.pitch > top[note.onset_tick].pitch:
            top[note.onset_tick] = note
    rows = [(n.onset_tick, n.pitch, n.duration_ticks) for _, n in sorted(top.items())]
    return np.array(rows, np.int64).reshape(-1, 3)


def _part_figures(line: Ints, end: int, bar: int, first: int) -> Floats:
    onset, pitch, length = line.T if len(line) else (np.zeros(0, np.int64),) * 3
    steps = pitch[1:] - pitch[:-1]
    size = np.abs(steps)
    moving = steps[steps != 0]
    leaps = np.flatnonzero(size[:-1] > 4) if len(size) > 1 else np.zeros(0, np.int64)
    answered = (np.sign(steps[leaps + 1]) == -np.sign(steps[leaps])) if len(leaps) else []
    beats = max(1.0, end / TICKS_PER_BEAT)
    place = ((onset + first) % bar) * _PLACES // bar
    classes = np.searchsorted(_LENGTHS, length, "right")
    off_beat = (onset + first) % TICKS_PER_BEAT != 0
    return np.array(
        [
            len(line) / beats,
            _mean(pitch) / 12,
            _sd(pitch),
            np.ptp(pitch) if len(pitch) else 0,
            *(_mean(size == n) for n in range(6)),
            _mean(size > 5),
            _mean(size > 7),
            _mean(size > 9),
            _mean(np.sign(moving[1:]) != np.sign(moving[:-1])),
            _mean(answered),
            _mean(~_SCALE[pitch % 12]),
            *np.bincount(pitch % 12, minlength=12) / max(1, len(pitch)),
            *np.bincount(classes, minlength=len(_LENGTHS) + 1) / max(1, len(length)),
            *np.bincount(place, minlength=_PLACES)[:_PLACES] / max(1, len(place)),
            _mean(off_beat),
            _mean(off_beat & (length > TICKS_PER_BEAT // 2)),
            _mean(length[1:] == length[:-1]),
            _mean(steps[1:] == steps[:-1]),
            1 - min(1.0, length.sum() / max(1, end)),
            _entropy(pitch),
            _entropy(length),
        ],
        np.float64,
    )


def _repetition(song: Song, line: Ints, bar: int, first: int) -> list[float]:
    """How alike bars are to those 1, 2 and 4 before: by notes, by rhythm, by contour."""
    count = -(-(song.end_tick + first) // bar)
    bars: list[list[tuple[int, int, int]]] = [[] for _ in range(count + 1)]
    for onset, pitch, length in line.tolist():
        where, place = divmod(onset + first, bar)
        bars[where].append((place, pitch, length))
    notes = [frozenset(own) for own in bars]
    rhythm = [frozenset((place, length) for place, _, length in own) for own in bars]
    contour = [tuple(y[1] - x[1] for x, y in pairwise(own)) for own in bars]
    found = []
    for back in (1, 2, 4):
        found += [
            _mean([_overlap(a, b) for a, b in zip(notes, notes[back:], strict=False)]),
            _mean([_overlap(a, b) for a, b in zip(rhythm, rhythm[back:], strict=False)]),
            _mean([a == b for a, b in zip(contour, contour[back:], strict=False) if b]),
        ]
    return found


def _overlap(one: frozenset[Any], other: frozenset[Any]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _ending(song: Song, lines: Sequence[Ints]) -> list[float]:
    """How the section begins and ends: first and last pitch classes, last lengths, the gap."""
    full = [line for line in lines if len(line)]
    if not full:
        return [0.0] * 42
    top, bass = full[0], full[-1]
    gap = song.end_tick - max(int(line[-1, 0] + line[-1, 2]) for line in full)
    return [
        *np.eye(12)[bass[-1, 1] % 12],
        *np.eye(12)[top[-1, 1] % 12],
        *np.eye(12)[bass[0, 1] % 12],
        top[-1, 2] / TICKS_PER_BEAT,
        bass[-1, 2] / TICKS_PER_BEAT,
        gap / TICKS_PER_BEAT,
        min(int(line[0, 0]) for line in full) / TICKS_PER_BEAT,
        float(top[-1, 1] - top[:, 1].mean()),
        float(len(top) > 1 and abs(top[-1, 1] - top[-2, 1]) <= 2),
    ]


def _together(onsets: Ints, grid: Ints) -> list[float]:
    """How the parts sound together, from what `_grid` gives."""
    parts = len(grid)
    if not len(onsets):
        return [0.0] * (29 + 5 * (parts - 1))
    began = np.diff(grid, axis=1, prepend=-2) != 0
    chords = _classes(grid, 0)
    is_chord, within = _chord_bits()
    bass = grid[-1][grid[-1] >= 0] % 12
    spacing = [
        value
        for upper, lower in pairwise(range(parts))
        for value in _spacing(grid[upper], grid[lower])
    ]
    return [
        *_intervals(grid, began),
        *_outer_moves(grid[0], grid[-1]),
        _mean(np.bitwise_count(chords)),
        _mean(is_chord[chords]),
        _mean(within[chords]),
        _mean((grid >= 0).sum(0)),
        _mean(began.sum(0)),
        _mean(began.all(0)),
        *(_mean(bass == degree) for degree in (0, 2, 5, 7, 9)),
        *spacing,
    ]


def _intervals(grid: Ints, began: Mask) -> Floats:
    """Of every two parts: each interval's share, parallels, clashes begun together, crossings."""
    upper, lower = np.triu_indices(len(grid), 1)
    a, b = grid[upper], grid[lower]  # (pairs, O)
    both = (a >= 0) & (b >= 0)
    classes = np.abs(a - b) % 12
    count = max(1, both.sum())
    clashes = _IS_CLASH[classes] & both & began[upper] & began[lower]
    return np.array(
        [
            *np.bincount(classes[both], minlength=12) / count,
            _parallel_moves(a, b, classes, both) / grid.shape[1],
            np.count_nonzero(clashes) / count,
            np.count_nonzero(both & (a < b)) / count,
        ]
    )


def _grid(song: Song) -> tuple[Ints, Ints]:
    """Every onset, (O,), and the highest pitch of each part there, (parts, O), -1 for silence."""
    onsets = np.unique([note.onset_tick for part in song.parts for note in part.notes])
    grid = np.full((len(song.parts), len(onsets)), -1, np.int64)
    for row, part in zip(grid, song.parts, strict=True):
        starts = np.searchsorted(onsets, [n.onset_tick for n in part.notes]).tolist()
        ends = np.searchsorted(onsets, [n.end_tick for n in part.notes]).tolist()
        for note, start, end in sorted(
            zip(part.notes, starts, ends, strict=True), key=lambda one: one[0].pitch
        ):
            row[start:end] = note.pitch  # the highest is written last
    return onsets.astype(np.int64), grid


def _parallel_moves(a: Ints, b: Ints, classes: Ints, both: Mask) -> int:
    """How often two parts (pairs, O) move the same way from a fifth or octave to another."""
    step, other = np.sign(np.diff(a)), np.sign(np.diff(b))
    moves = both[:, 1:] & both[:, :-1] & (step != 0) & (step == other)
    same = (classes[:, 1:] == classes[:, :-1]) & IS_PERFECT[classes[:, 1:]]
    return int(np.count_nonzero(moves & same))


def _outer_moves(a: Ints, b: Ints) -> Floats:
    """Shares of contrary, similar and oblique motion."""
    step_a, step_b = np.sign(np.diff(a)), np.sign(np.diff(b))
    both = (step_a != 0) & (step_b != 0)
    total = max(1, len(step_a))
    contrary, similar = (both & (step_a != step_b)).sum(), (both & (step_a == step_b)).sum()
    oblique = ((step_a != 0) != (step_b != 0)).sum()
    return np.array([contrary, similar, oblique]) / total


def _spacing(a: Ints, b: Ints) -> list[float]:
    gap = (a - b)[(a >= 0) & (b >= 0)]
    return [_mean(gap), _sd(gap), _mean(gap < 3), _mean(gap > 12), _mean(gap == 0)]


def _line_turns(lines: Sequence[Ints]) -> Iterator[Ints]:
    """Two and three notes on end of each part."""
    for number, line in enumerate(lines):
        pitch, length = line[:, 1], line[:, 2]
        step = pitch[1:] - pitch[:-1]
        yield _buckets(4 * number, pitch[:-1] % 12, step, length[:-1], length[1:])
        yield _buckets(4 * number + 1, step[:-1], step[1:])
        yield _buckets(4 * number + 2, step[:-2], step[1:-1], step[2:])
        yield _buckets(4 * number + 3, length[:-2], length[1:-1], length[2:])


def _chord_turns(grid: Ints) -> Iterator[Ints]:
    """Chords, and two chords on end: the bass and what stands above it."""
    if len(grid) > 1:
        bass = np.where(grid[-1] >= 0, grid[-1] % 12, 12)
        above = _classes(grid, grid[-1])
        yield _buckets(1001, bass, above)
        yield _buckets(1002, bass[:-1], above[:-1], bass[1:], above[1:])


def _classes(grid: Ints, root: Ints | int) -> Ints:
    """The pitch classes above ``root`` that sound, a bit each, (onsets,)."""
    bits = np.where(grid >= 0, 1 << ((grid - root) % 12), 0)
    return np.asarray(np.bitwise_or.reduce(bits, 0))


@lru_cache
def _chord_bits() -> tuple[Mask, Mask]:
    """Of each set of pitch classes, 4096: whether it is a chord, and whether part of one."""
    wholes = {
        sum(1 << (root + step) % 12 for step in chord) for root in range(12) for chord in _CHORDS
    }
    is_chord = np.zeros(4096, bool)
    is_chord[list(wholes)] = True
    within = np.array([any(bits & whole == bits for whole in wholes) for bits in range(4096)])
    return is_chord, within


def _buckets(kind: int, *columns: Ints) -> Ints:
    """A bucket a row, of the kind of turn and what it is made of (Knuth's multiplicative hash)."""
    total = np.full(len(columns[0]), kind, np.uint64)
    for column in columns:
        total = (total ^ (column + 128).astype(np.uint64)) * _FACTOR
        total ^= total >> np.uint64(29)
    return (total % np.uint64(TURN_BUCKETS)).astype(np.int64)


def _mean(values: object) -> float:
    array = np.asarray(values)
    if array.dtype == bool:  # shares, which most figures are, are counted much faster
        return np.count_nonzero(array) / max(1, array.size)
    return float(array.mean(dtype=np.float64)) if array.size else 0.0


def _sd(values: Ints) -> float:
    return float(np.std(values)) if len(values) else 0.0


def _entropy(values: Ints) -> float:
    """Of the values' distribution, in nats."""
    if not len(values):
        return 0.0
    _, counts = np.unique(values, return_counts=True)
    p = counts / counts.sum()
    return float(-(p * np.log(p)).sum())
