"""Overlap of the usual feature distributions, after Yang & Lerch.

Each piece becomes a histogram. Distances between histograms within the human set (*intra-set*) and
from the machine's to the human ones (*inter-set*) are smoothed by kernel density estimation; their
overlap area (1 is best) and Kullback-Leibler divergence (0 is best) say how far the machine's set
lies from the human one. Yang, L.-C., & Lerch, A. (2020). On the evaluation of generative models in
music. *Neural Computing and Applications*, 32, 4773-4784.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musegen.evaluation.views import View
from musegen.song import TICKS_PER_BEAT, Song

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST_TICKS = 8 * TICKS_PER_BEAT
"""Longer notes, and places later in a bar, count as this."""

WIDEST = 13
"""Semitones; wider intervals count as this."""

_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Overlap:
    """How two sets of pieces agree in one kind of histogram.

    ``area`` and ``divergence`` are Yang and Lerch's, in 0 to 1 and in nats; ``pooled`` is the
    shared part of the two sets' mean histograms, 0 to 1.
    """

    name: str
    area: float
    divergence: float
    pooled: float


def _pitch(view: View) -> Floats:
    return _histogram([n.pitch for notes in view.notes for n in notes], 128)


def _pitch_class(view: View) -> Floats:
    degrees = [(n.pitch - view.tonic) % 12 for notes in view.notes for n in notes]
    return _histogram(degrees, 12)


def _interval(view: View) -> Floats:
    steps = _joined(np.clip(line.steps, -WIDEST, WIDEST) for line in view.lines)
    return _histogram((steps + WIDEST).tolist(), 2 * WIDEST + 1)


def _onset(view: View) -> Floats:
    places = _joined(line.position for line in view.lines)
    return _histogram(np.clip(places, 0, LONGEST_TICKS).tolist(), LONGEST_TICKS + 1)


def _duration(view: View) -> Floats:
    ticks = [min(n.duration_ticks, LONGEST_TICKS) for notes in view.notes for n in notes]
    return _histogram(ticks, LONGEST_TICKS + 1)


def _pitch_class_steps(view: View) -> Floats:
    pairs = [
        12 * a + b
        for line in view.lines
        for degrees in [((line.pitch - view.tonic) % 12).tolist()]
        for a, b in pairwise(degrees)
    ]
    return _histogram(pairs, 144)


HISTOGRAMS: dict[str, Callable[[View], Floats]] = {
    "pitch": _pitch,
    "pitch class": _pitch_class,
    "pitch class transitions": _pitch_class_steps,
    "interval": _interval,
    "onset in the bar": _onset,
    "duration": _duration,
}


def _joined(rows: Iterable[Ints]) -> Ints:
    """All rows in one; a silent song has none."""
    return np.concatenate([np.empty(0, np.int64), *rows])


def _histogram(values: Sequence[int], size: int) -> Floats:
    counts = np.bincount(np.asarray(values, np.int64), minlength=size).astype(float)
    return np.asarray(counts / max(1.0, counts.sum()), float)


Histograms = dict[str, Floats]


def histograms(songs: Sequence[Song]) -> Histograms:
    """All histograms of all songs, each of shape (songs, bins) with rows that sum to 1."""
    views = [View(song) for song in songs]
    return {name: np.stack([of(view) for view in views]) for name, of in HISTOGRAMS.items()}


def overlaps(human: Histograms, machine: Histograms) -> list[Overlap]:
    """How far the machine's histograms lie from the human ones."""
    return [overlap(name, human[name], machine[name]) for name in human]


def overlap(name: str, human: Floats, machine: Floats) -> Overlap:
    """Overlap of one kind of histogram, each of shape (songs, bins)."""
    from scipy.spatial.distance import cdist, pdist

    intra, inter = pdist(human), cdist(machine, human).ravel()
    area, divergence = _compare(intra, inter)
    pooled = float(np.minimum(human.mean(axis=0), machine.mean(axis=0)).sum())
    return Overlap(name, area, divergence, pooled)


def _compare(intra: Floats, inter: Floats) -> tuple[float, float]:
    """Overlap area of two sets of distances, and KL divergence of the first from the second."""
    high = 1.1 * max(intra.max(), inter.max(), 1e-9)
    grid = np.linspace(-0.1 * high, high, _POINTS)
    one, other = _density(intra, grid), _density(inter, grid)
    width = grid[1] - grid[0]
    tiny = 1e-12
    divergence = float((one * np.log((one + tiny) / (other + tiny))).sum() * width)
    return float(np.minimum(one, other).sum() * width), max(0.0, divergence)


def _density(values: Floats, grid: Floats) -> Floats:
    """Gaussian kernel density on ``grid``, of integral 1; a narrow peak where nothing varies."""
    from scipy.stats import gaussian_kde

    width = grid[1] - grid[0]
    if values.std() < width:
        density = np.exp(-0.5 * ((grid - values.mean()) / width) ** 2)
    else:
        density = np.asarray(gaussian_kde(values)(grid))
    return np.asarray(density / (density.sum() * width), float)
