"""The notes themselves as words, for a judge that is told nothing about music.

A word is a short run of neighbours in one stream: steps with lengths within a line, lengths with
their places in the bar, notes over the bass, chords after one another. Runs are of one to three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from musegen.evaluation.excerpts import Excerpt
from musegen.evaluation.views import View

LONGEST_RUN = 3


def words(excerpt: Excerpt) -> list[str]:
    """All words of an excerpt, in no order that matters."""
    view = View(excerpt.song)
    streams = [*_lines(view), *_verticals(view)]
    return [f"{name} {run}" for name, tokens in streams for run in _runs(tokens)]


def _runs(tokens: Sequence[str]) -> Iterator[str]:
    for length in range(1, LONGEST_RUN + 1):
        for i in range(len(tokens) - length + 1):
            yield " ".join(tokens[i : i + length])


def _lines(view: View) -> Iterator[tuple[str, list[str]]]:
    for part, line in enumerate(view.lines):
        steps, lengths = line.steps.tolist(), line.duration.tolist()
        degrees = ((line.pitch - view.tonic) % 12).tolist()
        places = line.position.tolist()
        yield f"{part} step", [f"{s:+}" for s in steps]
        yield f"{part} move", [f"{s:+}/{d}" for s, d in zip(steps, lengths[1:], strict=True)]
        yield f"{part} length", [f"{d}@{p}" for d, p in zip(lengths, places, strict=True)]
        strengths = line.strength.tolist()
        yield f"{part} degree", [f"{d}^{s}" for d, s in zip(degrees, strengths, strict=True)]


def _verticals(view: View) -> Iterator[tuple[str, list[str]]]:
    if not view.is_polyphonic:
        return
    shapes, rooted = [], []
    for chord, strong in zip(view.chords, view.strengths.tolist(), strict=True):
        if len(chord) > 1:
            shape = ".".join(map(str, sorted({(p - chord[0]) % 12 for p in chord} - {0})))
            shapes.append(f"{shape}^{strong}")
            rooted.append(f"{(chord[0] - view.tonic) % 12}:{shape}")
    yield "sonority", shapes
    yield "chord", rooted
    if len(view.lines) > 1:
        yield from _motions(view)


def _motions(view: View) -> Iterator[tuple[str, list[str]]]:
    """How each line moves against the lowest, with the interval that it reaches."""
    low = view.grid[-1]
    for part, own in enumerate(view.grid[:-1]):
        sounds = (own >= 0) & (low >= 0)
        both = sounds[1:] & sounds[:-1]
        moves = zip(np.diff(own)[both], np.diff(low)[both], (own - low)[1:][both] % 12, strict=True)
        yield f"{part} against", [f"{up:+}{down:+}={interval}" for up, down, interval in moves]
