"""How an excerpt repeats itself, and how it ends.

Bars are compared as sets of notes. The likeness of two bars is the Dice coefficient
2 |A and B| / (|A| + |B|): 1 for an exact repeat, 0 for nothing in common.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musegen.evaluation.views import Line, View, beat_ticks, mean, share
from musegen.song import TICKS_PER_BEAT, Mode

WORDS = {
    "bar_likeness": "its bars are {alike} on the whole",
    "bar_likeness_1": "neighbouring bars are {alike}",
    "bar_likeness_2": "bars at a distance of two are {alike}",
    "bar_likeness_4": "bars at a distance of four are {alike}",
    "best_likeness": "a bar and its nearest relative before it are {alike}",
    "bars_repeated": "a bar repeats an earlier one exactly {often}",
    "rhythms_repeated": "a bar repeats the rhythm of an earlier one {often}",
    "rhythm_likeness_1": "the rhythms of neighbouring bars are {alike}",
    "rhythm_likeness_4": "the rhythms of bars at a distance of four are {alike}",
    "shapes_repeated": "a bar repeats the shape of an earlier one, at any pitch, {often}",
    "halves_alike": "its two halves are {alike}",
    "halves_rhythm": "the rhythms of its two halves are {alike}",
    "turns_of_phrase": "its top line uses {many} different turns of four notes",
    "longest_repeat": "the longest stretch that its top line repeats is {long}",
    "compressible": "its notes are {predictable} to a compressor",
    "pulse_beat": "its onsets recur a beat later {often}",
    "pulse_bar": "its onsets recur a bar later {often}",
    "pulse_two_bars": "its onsets recur two bars later {often}",
    "ends_on_tonic": "it ends with the tonic in the lowest part {often}",
    "ends_on_dominant": "it ends with the dominant in the lowest part {often}",
    "top_ends_on_tonic": "its top line ends on the tonic {often}",
    "ends_in_triad": "it ends on notes of the tonic triad alone {often}",
    "last_length": "its last notes are {long}",
    "last_length_relative": "its last notes are {long}, measured by its others",
    "end_silence": "it falls silent {early} before its end",
    "ends_together": "all parts end together {often}",
    "ends_on_strong": "its last note begins on a bar line {often}",
    "begins_on_tonic": "it begins with the tonic in the lowest part {often}",
    "begins_with_all": "all parts begin it together {often}",
    "upbeat": "it begins with an upbeat {often}",
    "mid_stop": "it comes to rest on a long note in its middle {often}",
}


def measure(view: View) -> dict[str, float]:
    """The features of `WORDS`."""
    return _bars(view) | _top(view) | _pulse(view) | _end(view) | _begin(view)


def dice(one: Counter[Any], other: Counter[Any]) -> float:
    """Likeness of two bags, 0 to 1; two empty ones are alike."""
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 1.0


def likeness_matrix(bags: Sequence[Counter[Any]]) -> NDArray[np.float64]:
    """Likeness of every two bags, shape (bags, bags)."""
    matrix = np.eye(len(bags))
    for i, one in enumerate(bags):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = dice(one, bags[j])
    return matrix


def bar_bags(view: View) -> list[Counter[tuple[int, ...]]]:
    """The notes of each bar, as (part, place, pitch, length)."""
    return [
        Counter(
            (part, note.onset_tick - start, note.pitch, note.duration_ticks)
            for part, notes in enumerate(view.notes)
            for note in notes
            if start <= note.onset_tick < end
        )
        for start, end in view.spans
    ]


def _bars(view: View) -> dict[str, float]:
    notes = bar_bags(view)
    rhythms = [Counter(note[:2] for note in bag.elements()) for bag in notes]
    shapes = [_shape(view.top, start, end) for start, end in view.spans]
    by_note, by_rhythm = likeness_matrix(notes), likeness_matrix(rhythms)
    earlier = [float(by_note[i, :i].max()) for i in range(1, len(notes))]
    half = len(notes) // 2
    return {
        "bar_likeness": _off_diagonal(by_note),
        **{f"bar_likeness_{lag}": mean(np.diag(by_note, lag)) for lag in (1, 2, 4)},
        "best_likeness": mean(earlier),
        "bars_repeated": mean([float(best == 1) for best in earlier]),
        "rhythms_repeated": mean(
            [float(by_rhythm[i, :i].max() == 1) for i in range(1, len(notes))]
        ),
        **{f"rhythm_likeness_{lag}": mean(np.diag(by_rhythm, lag)) for lag in (1, 4)},
        "shapes_repeated": mean([float(s in shapes[:i]) for i, s in enumerate(shapes) if i and s]),
        "halves_alike": mean(np.diag(by_note, half)),
        "halves_rhythm": mean(np.diag(by_rhythm, half)),
    }


def _off_diagonal(matrix: NDArray[np.float64]) -> float:
    return mean(matrix[~np.eye(len(matrix), dtype=bool)])


def _shape(line: Line, start: int, end: int) -> tuple[tuple[int, int], ...]:
    inside = (line.onset >= start) & (line.onset < end)
    pitch, place = line.pitch[inside], line.onset[inside] - start
    return (
        tuple(zip((pitch - pitch[0]).tolist(), place.tolist(), strict=True)) if len(pitch) else ()
    )


def _top(view: View) -> dict[str, float]:
    top = view.top
    moves = list(zip(top.steps.tolist(), top.duration[1:].tolist(), strict=True))
    fours = [tuple(moves[i : i + 3]) for i in range(len(moves) - 2)]
    packed = [zlib.compress(_bytes(line), 9) for line in view.lines]
    return {
        "turns_of_phrase": share(len(set(fours)), len(fours)),
        "longest_repeat": share(longest_repeat(moves), len(moves)),
        "compressible": -sum(map(len, packed)) / sum(map(len, view.lines)),
    }


def longest_repeat(moves: Sequence[Hashable]) -> int:
    """Length of the longest run that stands twice in ``moves``, without overlap."""
    best = 0
    lengths = [0] * (len(moves) + 1)
    for i in range(1, len(moves) + 1):
        for j in range(i - 1, 0, -1):
            same = moves[i - 1] == moves[j - 1]
            lengths[j] = min(lengths[j - 1] + 1, i - j) if same else 0
            best = max(best, lengths[j])
    return best


def _bytes(line: Line) -> bytes:
    steps = (np.diff(line.pitch, prepend=line.pitch[0]) + 128).astype(np.uint8)
    lengths = np.minimum(line.duration, 255).astype(np.uint8)
    return np.stack([steps, lengths], axis=1).tobytes()


def _pulse(view: View) -> dict[str, float]:
    """How much likelier an onset is one beat, bar or two bars after another than anywhere."""
    end = view.song.end_tick
    signal = np.zeros(end)
    signal[view.onsets[view.onsets < end]] = 1
    bar = view.song.bars[-1]
    lags = {"beat": beat_ticks(bar), "bar": bar.metre_ticks, "two_bars": 2 * bar.metre_ticks}
    return {f"pulse_{name}": _recurrence(signal, lag) for name, lag in lags.items()}


def _recurrence(signal: NDArray[np.float64], lag: int) -> float:
    if lag >= len(signal):
        return float("nan")
    return share(float((signal[:-lag] * signal[lag:]).sum()), float(signal[:-lag].sum()))


def _end(view: View) -> dict[str, float]:
    every = [note for notes in view.notes for note in notes]
    end = max(note.end_tick for note in every)
    last = [note for note in every if note.end_tick == end]
    degrees = {(note.pitch - view.tonic) % 12 for note in last}
    lowest = (min(note.pitch for note in last) - view.tonic) % 12
    # A close in minor may borrow the major third.
    triad = {0, 3, 4, 7} if view.song.key.mode is Mode.MINOR else {0, 4, 7}
    longest = max(note.duration_ticks for note in last)
    usual = float(np.mean([note.duration_ticks for note in every]))
    return {
        "ends_on_tonic": float(lowest == 0),
        "ends_on_dominant": float(lowest == 7),
        "top_ends_on_tonic": float((view.top.pitch[-1] - view.tonic) % 12 == 0),
        "ends_in_triad": float(degrees <= triad),
        "last_length": longest / TICKS_PER_BEAT,
        "last_length_relative": longest / usual,
        "end_silence": (view.song.end_tick - end) / TICKS_PER_BEAT,
        "ends_together": float(all(notes[-1].end_tick == end for notes in view.notes)),
        "ends_on_strong": float(view.strengths[-1] == 3),
    }


def _begin(view: View) -> dict[str, float]:
    first = view.chords[0]
    middle = [
        float(line.duration[i] >= 2 * np.median(line.duration))
        for line in [view.top]
        for i in range(len(line))
        if abs(line.onset[i] + line.duration[i] - view.song.end_tick / 2) <= TICKS_PER_BEAT
    ]
    bar = view.song.bars[0]
    return {
        "begins_on_tonic": float((first[0] - view.tonic) % 12 == 0) if first else 0.0,
        "begins_with_all": float(view.begins[:, 0].all()),
        "upbeat": float(bar.is_upbeat and bar.length_ticks < bar.metre_ticks),
        "mid_stop": float(any(middle)),
    }
