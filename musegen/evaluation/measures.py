"""What is measured of a set of songs, human or not, song by song, as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from musegen.evaluation import closes, faults, structure
from musegen.evaluation.faults import Range
from musegen.originality import TrainingRuns
from musegen.song import Song

LONG_ENOUGH_PERCENTILE = 5.0
"""A last note is long enough when at most so many percent of human ones are shorter."""

Values = dict[str, Any]


def structures(songs: Sequence[Song]) -> Values:
    """Likeness of bars, phrases and sections; means over songs."""
    sections = [found for song in songs if (found := structure.section_likeness(song)) is not None]
    values: Values = {
        "neighbouring_bars": known_mean(structure.bar_likeness(song) for song in songs),
        "bars_repeated": known_mean(structure.bars_repeated(song) for song in songs),
        "best_repeat": known_mean(structure.best_repeat(song) for song in songs),
    }
    if sections:
        values |= {
            "b_b": known_mean(one.b_b for one in sections),
            "a_c": known_mean(one.a_c for one in sections),
            "a_d": known_mean(one.a_d for one in sections),
            "in_order": known_mean(float(one.in_order) for one in sections),
        }
    return values


def long_enough_beats(humans: Sequence[Song]) -> float:
    """How long a last note must be, in beats, by what human pieces do."""
    lengths = [end.length_beats for song in humans if (end := closes.close(song)) is not None]
    return float(np.percentile(lengths, LONG_ENOUGH_PERCENTILE))


def endings(songs: Sequence[Song], *, long_enough: float) -> Values:
    """How songs end: shares of songs, and the share of phrases that end in a cadence."""
    found = [closes.close(song) for song in songs]
    full = [end is not None and end.is_full for end in found]
    lasting = [end is not None and end.length_beats >= long_enough for end in found]
    both = [a and b for a, b in zip(full, lasting, strict=True)]
    return {
        "on_tonic": known_mean(map(float, full)),
        "top_on_tonic": known_mean(float(e is not None and e.top_degree == 0) for e in found),
        "long_enough": known_mean(map(float, lasting)),
        "on_tonic_and_long_enough": known_mean(map(float, both)),
        "cadences": known_mean(closes.cadence_share(song) for song in songs),
    }


def leading(songs: Sequence[Song], ranges: Mapping[str, Range]) -> Values:
    """Voice leading: medians, and shares of songs within the humans' usual range."""
    measured = [faults.measure(song) for song in songs]
    inside = [faults.within(song, ranges) for song in measured]
    values: Values = {
        name: {
            "median": known_median(song.get(name, math.nan) for song in measured),
            "within": known_mean(float(song[name]) for song in inside),
        }
        for name in ranges
    }
    values["all_within"] = known_mean(float(all(song.values())) for song in inside)
    return values


def copying(songs: Sequence[Song], runs: TrainingRuns, human: Mapping[str, Any]) -> Values:
    """How much of the songs stands in the training set, beside the humans' limits."""
    shares, longest = zip(*(runs.copying(song) for song in songs), strict=True)
    fine = [
        share <= human["human_share_p95"] and run <= human["human_longest_max"]
        for share, run in zip(shares, longest, strict=True)
    ]
    return {
        "share_median": float(np.median(shares)),
        "share_max": float(max(shares)),
        "longest_median": float(np.median(longest)),
        "longest_max": int(max(longest)),
        "within": known_mean(map(float, fine)),
    }


def known_mean(values: Iterable[float]) -> float:
    """The mean of what is known, NaN for nothing."""
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan


def known_median(values: Iterable[float]) -> float:
    """The median of what is known, NaN for nothing."""
    known = [value for value in values if not math.isnan(value)]
    return float(np.median(known)) if known else math.nan
