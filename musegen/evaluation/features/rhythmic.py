"""Note lengths, their places in the bar, silence, and how regular it all is.

Shares are of notes of all lines; lengths are in quarter-note beats; a *beat* in words is the
metre's own.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from musegen.evaluation.views import Line, View, beat_ticks, entropy, mean, share
from musegen.song import TICKS_PER_BEAT

LENGTHS = {
    "sixteenths": (1, 3),
    "triplets": (4, 4),
    "eighths": (5, 6),
    "dotted_eighths": (7, 11),
    "quarters": (12, 12),
    "dotted_quarters": (13, 23),
    "halves": (24, 24),
    "long_notes": (25, 10_000),
}

WORDS = {
    "notes_per_beat": "it has {many} notes to a beat",
    "onsets_per_beat": "something begins {often}",
    "length_mean": "its notes are {long}",
    "length_spread": "its note lengths are {varied}",
    "length_entropy": "its note lengths are spread {evenly}",
    **{
        f"length_{n}": f"it has {{many}} {n.replace('_', ' ')}"
        for n in LENGTHS
        if n != "long_notes"
    },
    "length_long_notes": "it has {many} notes longer than a half",
    "top_quick": "its top line has {many} notes shorter than a beat",
    "bass_quick": "its bass has {many} notes shorter than a beat",
    "on_downbeat": "its notes begin on the bar line {often}",
    "on_beat": "its notes begin on another beat {often}",
    "off_beat": "its notes begin halfway through a beat {often}",
    "between": "its notes begin at finer divisions of a beat {often}",
    "empty_downbeats": "nothing begins on a bar line {often}",
    "syncopated": "its notes begin off the beat and sound over the next one {often}",
    "tied_over": "its notes sound over the bar line {often}",
    "downbeat_length": "its notes on bar lines are {long}, measured by the others",
    "silence": "its lines rest {much}",
    "rests": "its lines pause between notes {often}",
    "contrast": "neighbouring notes differ in length {much}",
    "same_length": "a note is as long as the one before {often}",
    "dotted_pairs": "it has {many} dotted figures",
    "bar_rhythms": "it has {many} different rhythms of a bar",
    "rhythm_repeats": "a bar has the rhythm of the one before {often}",
    "late_density": "its last two bars are {busy}, measured by the others",
    "density_spread": "its bars differ in number of notes {much}",
}


def measure(view: View) -> dict[str, float]:
    """The features of `WORDS`; that of the bass is left out where there is one line."""
    return _lengths(view) | _places(view) | _silence(view) | _regularity(view) | _bars(view)


def _lengths(view: View) -> dict[str, float]:
    ticks = np.array([note.duration_ticks for notes in view.notes for note in notes])
    found = {
        "notes_per_beat": share(len(ticks), view.beats),
        "onsets_per_beat": share(len(view.onsets), view.beats),
        "length_mean": float(ticks.mean() / TICKS_PER_BEAT),
        "length_spread": float(np.log2(ticks).std()),
        "length_entropy": entropy(np.bincount(ticks)),
        "top_quick": _quick(view, view.top),
        **{
            f"length_{name}": mean((ticks >= low) & (ticks <= high))
            for name, (low, high) in LENGTHS.items()
        },
    }
    if len(view.lines) > 1:
        found["bass_quick"] = _quick(view, view.bass)
    return found


def _quick(view: View, line: Line) -> float:
    beats = [beat_ticks(view.song.bar_at(tick)) for tick in line.onset.tolist()]
    return mean(line.duration < np.array(beats))


def _places(view: View) -> dict[str, float]:
    strengths = np.concatenate([line.strength for line in view.lines])
    names = ("between", "off_beat", "on_beat", "on_downbeat")
    found = {name: mean(strengths == level) for level, name in enumerate(names)}
    starts = {bar.start_tick for bar in view.song.bars if not bar.is_upbeat}
    played = starts & set(view.onsets.tolist())
    notes = [n for line in view.lines for n in zip(line.onset, line.duration, strict=True)]
    over = [_crosses(view, int(onset), int(length)) for onset, length in notes]
    lengths = np.concatenate([line.duration for line in view.lines])
    on_line = lengths[strengths == 3]
    others = lengths[strengths != 3]
    return found | {
        "empty_downbeats": 1 - share(len(played), len(starts)),
        "syncopated": mean([float(beat) for beat, _ in over]),
        "tied_over": mean([float(line) for _, line in over]),
        "downbeat_length": mean(on_line) / mean(others) if len(others) else float("nan"),
    }


def _crosses(view: View, onset: int, length: int) -> tuple[bool, bool]:
    """Whether a note begins off the beat and goes on over one; whether over a bar line."""
    bar = view.song.bar_at(onset)
    beat = beat_ticks(bar)
    off = bar.position(onset) % beat
    return off > 0 and off + length > beat, onset + length > bar.end_tick


def _silence(view: View) -> dict[str, float]:
    silent, gaps, notes = [], 0, 0
    for line in view.lines:
        rest = line.onset[1:] - (line.onset + line.duration)[:-1]
        gaps += int((rest > 0).sum())
        notes += len(rest)
        silent.append(1 - min(1.0, line.duration.sum() / view.song.end_tick))
    return {"silence": mean(silent), "rests": share(gaps, notes)}


def _regularity(view: View) -> dict[str, float]:
    """Contrast is the normalised pairwise variability index of Grabe & Low (2002), over 100."""
    pairs = [(line.duration[:-1], line.duration[1:]) for line in view.lines]
    first = np.concatenate([a for a, _ in pairs]).astype(float)
    second = np.concatenate([b for _, b in pairs]).astype(float)
    return {
        "contrast": mean(2 * np.abs(first - second) / (first + second)),
        "same_length": mean(first == second),
        "dotted_pairs": mean((first == 3 * second) | (second == 3 * first)),
    }


def _bars(view: View) -> dict[str, float]:
    inside = [[int(t) - a for t in view.onsets if a <= t < b] for a, b in view.spans]
    rhythms = [tuple(bar) for bar in inside]
    counts = np.array([len(bar) for bar in inside], float)
    same = [float(a == b) for a, b in pairwise(rhythms)]
    early = counts[:-2].mean() if len(counts) > 2 else float("nan")
    return {
        "bar_rhythms": share(len(set(rhythms)), len(rhythms)),
        "rhythm_repeats": mean(same),
        "late_density": share(float(counts[-2:].mean()), float(early)),
        "density_spread": share(float(counts.std()), float(counts.mean())),
    }
