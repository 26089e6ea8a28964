"""Voice leading of whole songs, held against the usual range of human pieces.

For each measure a song is *usual* when it lies within the 5th to 95th percentile of the human
pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from musegen.evaluation.features.harmonic import clash_share
from musegen.evaluation.features.leading import parallel_rates
from musegen.evaluation.features.melodic import turn_share
from musegen.evaluation.views import View
from musegen.song import Song

MEASURES = {
    "parallels": "parallel fifths and octaves per onset",
    "clashes": "share of minor seconds and major sevenths",
    "turns": "share of changes of direction per voice",
}
PERCENTILES = (5.0, 95.0)

Range = tuple[float, float]


def measure(song: Song) -> dict[str, float]:
    """The measures of `MEASURES`; a single line has neither parallels nor clashes."""
    view = View(song)
    turns = [share for line in view.lines if not np.isnan(share := turn_share(line))]
    chords = [chord for chord in view.chords if len(chord) > 1]
    found = {"turns": float(np.mean(turns)) if turns else float("nan")}
    if len(view.lines) > 1:
        found["clashes"] = clash_share(chords) if chords else 0.0
        found["parallels"] = sum(parallel_rates(view))
    return found


def usual(human: Sequence[Mapping[str, float]]) -> dict[str, Range]:
    """The 5th and 95th percentile of each measure that the human pieces have.

    Both are 0 where nearly all of them have no parallels: then none is usual.
    """
    found = {}
    for name in MEASURES:
        values = np.array([song[name] for song in human if name in song])
        values = values[~np.isnan(values)]
        if len(values):
            low, high = np.percentile(values, PERCENTILES)
            found[name] = (float(low), float(high))
    return found


def within(song: Mapping[str, float], ranges: Mapping[str, Range]) -> dict[str, bool]:
    """Which measures of a song are usual; one that it lacks, or that is NaN, is not."""
    return {
        name: bool(low <= song.get(name, float("nan")) <= high)
        for name, (low, high) in ranges.items()
    }
