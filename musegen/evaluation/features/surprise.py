"""How surprising an excerpt is to one who knows a genre by simple counts.

The counts are of a genre's *training* pieces: which interval follows which, which length follows
which at which place of the bar, which pitch class stands over which bass, and what the bass does.
None of it is a network, and none of it is used in composing. Surprise is -log2 of a smoothed share,
in bits.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import pairwise

import numpy as np

from musegen.evaluation.views import View, mean
from musegen.song import Song

Event = tuple[Hashable, Hashable]
"""A context and what followed it."""

WORDS = {
    "surprise_interval": "the intervals of its lines are {surprising}, after the one before",
    "surprise_interval_sd": "surprising intervals come {unevenly}",
    "surprise_length": "its note lengths are {surprising}, by their place in the bar",
    "surprise_length_sd": "surprising note lengths come {unevenly}",
    "surprise_chord": "its chords are {surprising}",
    "surprise_chord_step": "its chords are {surprising}, after the one before",
    "surprise_chord_most": "its most surprising chord is {surprising}",
    "surprise_degree": "its notes are {surprising}, by their place in the bar",
}


def _intervals(view: View) -> Iterator[Event]:
    for part, line in enumerate(view.lines):
        steps = np.clip(line.steps, -13, 13).tolist()
        for before, step in zip([None, *steps], steps, strict=False):
            yield (part, before), step


def _lengths(view: View) -> Iterator[Event]:
    for line in view.lines:
        rows = zip(line.duration[:-1], line.position[1:], line.duration[1:], strict=True)
        for before, position, length in rows:
            yield (int(before), int(position)), int(length)


def _shapes(view: View) -> list[Hashable]:
    return [
        ((chord[0] - view.tonic) % 12, frozenset((p - chord[0]) % 12 for p in chord))
        for chord in view.chords
        if len(chord) > 1
    ]


def _chords(view: View) -> Iterator[Event]:
    for shape in _shapes(view):
        yield view.song.key.mode, shape


def _chord_steps(view: View) -> Iterator[Event]:
    shapes = _shapes(view)
    yield from ((a, b) for a, b in pairwise(shapes) if a != b)


def _degrees(view: View) -> Iterator[Event]:
    for part, line in enumerate(view.lines):
        degrees = ((line.pitch - view.tonic) % 12).tolist()
        for strength, degree in zip(line.strength.tolist(), degrees, strict=True):
            yield (part, strength, view.song.key.mode), degree


_KINDS: dict[str, Callable[[View], Iterator[Event]]] = {
    "interval": _intervals,
    "length": _lengths,
    "chord": _chords,
    "chord_step": _chord_steps,
    "degree": _degrees,
}


class Counts:
    """How often each thing followed each context in a genre's training pieces."""

    def __init__(self, counts: dict[str, dict[Hashable, Counter[Hashable]]]) -> None:
        self._counts = counts
        self._vocabulary = {
            kind: 1 + len(set().union(*contexts.values())) for kind, contexts in counts.items()
        }

    @classmethod
    def of(cls, songs: Iterable[Song]) -> Counts:
        """Count them in ``songs``, all in their home key."""
        counts: dict[str, dict[Hashable, Counter[Hashable]]] = {
            kind: defaultdict(Counter) for kind in _KINDS
        }
        for song in songs:
            view = View(song)
            for kind, events in _KINDS.items():
                for context, outcome in events(view):
                    counts[kind][context][outcome] += 1
        return cls({kind: dict(contexts) for kind, contexts in counts.items()})

    def bits(self, view: View, kind: str) -> list[float]:
        """Surprise of each event of one kind, with half a count for everything unseen."""
        contexts, size = self._counts[kind], self._vocabulary[kind]
        found = []
        for context, outcome in _KINDS[kind](view):
            seen = contexts.get(context, Counter())
            found.append(-math.log2((seen[outcome] + 0.5) / (seen.total() + 0.5 * size)))
        return found

    def measure(self, view: View) -> dict[str, float]:
        """The features of `WORDS`; those of chords are left out where nothing sounds together."""
        interval, length = self.bits(view, "interval"), self.bits(view, "length")
        found = {
            "surprise_interval": mean(interval),
            "surprise_interval_sd": float(np.std(interval)) if interval else float("nan"),
            "surprise_length": mean(length),
            "surprise_length_sd": float(np.std(length)) if length else float("nan"),
            "surprise_degree": mean(self.bits(view, "degree")),
        }
        chords = self.bits(view, "chord")
        if chords:
            found |= {
                "surprise_chord": mean(chords),
                "surprise_chord_step": mean(self.bits(view, "chord_step")),
                "surprise_chord_most": max(chords),
            }
        return found
