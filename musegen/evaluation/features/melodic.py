"""Pitch, intervals and the shape of lines.

Shares are of notes or of steps between neighbouring notes of one line. Intervals are in
semitones. ``top_`` is the highest line, ``bass_`` the lowest; without prefix, all lines.
"""

from __future__ import annotations

import math

import numpy as np

from musegen.evaluation.views import Ints, Line, View, entropy, mean, share
from musegen.song import Mode

DEGREES = (
    "the tonic", "the lowered second", "the second", "the minor third", "the major third",
    "the fourth", "the raised fourth", "the fifth", "the lowered sixth", "the sixth",
    "the lowered seventh", "the leading note",
)  # fmt: skip
SIZES = {
    "repeats": (0, 0),
    "steps": (1, 2),
    "thirds": (3, 4),
    "fourths": (5, 5),
    "tritones": (6, 6),
    "fifths": (7, 7),
    "sixths": (8, 9),
    "sevenths": (10, 11),
    "octaves": (12, 12),
    "wide_leaps": (13, 127),
}
LEAP = 5
"""A fourth or more is a leap."""

WORDS = {
    "pitch_mean": "its notes lie {high}",
    "pitch_sd": "its notes lie {far} apart in pitch",
    "top_mean": "its top line lies {high}",
    "top_range": "its top line has a {wide} range",
    "bass_mean": "its bass lies {high}",
    "bass_range": "its bass has a {wide} range",
    "line_range": "its lines have a {wide} range",
    "pitch_variety": "a line uses {many} different pitches for its number of notes",
    "pitch_class_entropy": "its twelve pitch classes are used {evenly}",
    "chromatic": "it leaves the scale {often}",
    **{f"degree_{i}": f"its notes are {name} {{often}}" for i, name in enumerate(DEGREES)},
    "downbeat_tonic_triad": "its bar lines fall on notes of the tonic triad {often}",
    **{
        f"melodic_{name}": f"its lines move by {name.replace('_', ' ')} {{often}}" for name in SIZES
    },
    "melodic_repeats": "its lines repeat a note {often}",
    "melodic_size": "the steps of its lines are {large}",
    "melodic_entropy": "the intervals of its lines are {varied}",
    "top_repeats": "its top line repeats a note {often}",
    "top_steps": "its top line moves by step {often}",
    "top_leaps": "its top line leaps {often}",
    "bass_repeats": "its bass repeats a note {often}",
    "bass_steps": "its bass moves by step {often}",
    "bass_leaps": "its bass leaps {often}",
    "inner_repeats": "its inner voices repeat a note {often}",
    "inner_leaps": "its inner voices leap {often}",
    "turns": "its voices change direction {often}",
    "top_turns": "its top line changes direction {often}",
    "bass_turns": "its bass changes direction {often}",
    "returns": "its voices leave a note and come straight back to it {often}",
    "runs": "its lines go on in one direction {long}",
    "leaps_recovered": "its leaps are followed by a step back {often}",
    "leaps_onward": "its leaps are followed by another leap the same way {often}",
    "top_rise": "its top line ends {high} than it began",
    "top_peak": "its top line reaches its highest note {late}",
    "top_peaks": "its top line comes back to its highest note {often}",
    "rising": "its lines rise, rather than fall, {often}",
}


def measure(view: View) -> dict[str, float]:
    """The features of `WORDS`; those that need several lines are left out for one."""
    found = _pitches(view) | _degrees(view) | _intervals(view) | _shape(view)
    if len(view.lines) > 1:
        found |= _outer(view)
    if len(view.lines) > 2:
        found |= _inner(view)
    return found


def _pitches(view: View) -> dict[str, float]:
    every = np.array([note.pitch for notes in view.notes for note in notes])
    top = view.top.pitch
    return {
        "pitch_mean": float(every.mean()),
        "pitch_sd": float(every.std()),
        "top_mean": float(top.mean()),
        "top_range": float(np.ptp(top)),
        "line_range": mean([float(np.ptp(line.pitch)) for line in view.lines]),
        "pitch_variety": mean([len(np.unique(line.pitch)) / len(line) for line in view.lines]),
    }


def _degrees(view: View) -> dict[str, float]:
    every = np.array([note.pitch for notes in view.notes for note in notes])
    degrees = (every - view.tonic) % 12
    counts = np.bincount(degrees, minlength=12)
    shares = counts / counts.sum()
    minor = view.song.key.mode is Mode.MINOR
    # Both forms of the sixth and seventh belong to minor.
    scale = (0, 2, 3, 5, 7, 8, 9, 10, 11) if minor else (0, 2, 4, 5, 7, 9, 11)
    on_line = np.concatenate([line.pitch[line.strength == 3] for line in view.lines])
    triad = (0, 3, 7) if minor else (0, 4, 7)
    return {
        "pitch_class_entropy": entropy(counts),
        "chromatic": float(1 - shares[list(scale)].sum()),
        **{f"degree_{i}": float(value) for i, value in enumerate(shares)},
        "downbeat_tonic_triad": mean(np.isin((on_line - view.tonic) % 12, triad)),
    }


def _intervals(view: View) -> dict[str, float]:
    sizes = np.abs(np.concatenate([line.steps for line in view.lines]))
    top = np.abs(view.top.steps)
    found = {
        f"melodic_{name}": mean((sizes >= low) & (sizes <= high))
        for name, (low, high) in SIZES.items()
    }
    found["melodic_size"] = mean(sizes)
    found["melodic_entropy"] = entropy(np.bincount(sizes)) if len(sizes) else float("nan")
    if len(view.lines) > 1:
        found |= {
            "top_repeats": mean(top == 0),
            "top_steps": mean((top > 0) & (top < 3)),
            "top_leaps": mean(top >= LEAP),
        }
    return found


def _outer(view: View) -> dict[str, float]:
    bass = np.abs(view.bass.steps)
    return {
        "bass_mean": float(view.bass.pitch.mean()),
        "bass_range": float(np.ptp(view.bass.pitch)),
        "bass_repeats": mean(bass == 0),
        "bass_steps": mean((bass > 0) & (bass < 3)),
        "bass_leaps": mean(bass >= LEAP),
        "top_turns": turn_share(view.top),
        "bass_turns": turn_share(view.bass),
    }


def _inner(view: View) -> dict[str, float]:
    outer = (view.top, view.bass)
    inner = [line for line in view.lines if not any(line is one for one in outer)]
    sizes = np.abs(np.concatenate([line.steps for line in inner]))
    return {"inner_repeats": mean(sizes == 0), "inner_leaps": mean(sizes >= LEAP)}


def _shape(view: View) -> dict[str, float]:
    moves = [line.steps[line.steps != 0] for line in view.lines]
    every = np.concatenate(moves)
    return {
        "turns": _mean_known([turn_share(line) for line in view.lines]),
        "returns": mean(np.concatenate([_returns(line.pitch) for line in view.lines])),
        "runs": mean([length for steps in moves for length in _runs(steps)]),
        "rising": mean(every > 0),
        **_after_leaps(moves),
        **_top_shape(view),
    }


def _mean_known(values: list[float]) -> float:
    return mean([value for value in values if not math.isnan(value)])


def turn_share(line: Line) -> float:
    """Share of changes of direction among neighbouring moves; repeated notes are skipped.

    NaN when a line moves fewer than two times.
    """
    directions = np.sign(line.steps[line.steps != 0])
    return mean(directions[1:] != directions[:-1])


def _returns(pitch: Ints) -> np.ndarray:
    return np.asarray((pitch[2:] == pitch[:-2]) & (pitch[1:-1] != pitch[:-2]))


def _runs(steps: Ints) -> list[float]:
    """Lengths of stretches in one direction, in steps."""
    if not len(steps):
        return []
    ends = np.flatnonzero(np.diff(np.sign(steps)) != 0)
    return [float(length) for length in np.diff([-1, *ends, len(steps) - 1])]


def _after_leaps(moves: list[Ints]) -> dict[str, float]:
    leaps = recovered = onward = 0
    for steps in moves:
        leap, after = steps[:-1], steps[1:]
        is_leap = np.abs(leap) >= LEAP
        leaps += int(is_leap.sum())
        recovered += int((is_leap & (leap * after < 0) & (np.abs(after) <= 2)).sum())
        onward += int((is_leap & (leap * after > 0) & (np.abs(after) >= 3)).sum())
    return {"leaps_recovered": share(recovered, leaps), "leaps_onward": share(onward, leaps)}


def _top_shape(view: View) -> dict[str, float]:
    top = view.top
    peak = np.flatnonzero(top.pitch == top.pitch.max())
    return {
        "top_rise": float(top.pitch[-1] - top.pitch[0]),
        "top_peak": share(float(top.onset[peak[0]]), view.song.end_tick),
        "top_peaks": len(peak) / len(top),
    }
