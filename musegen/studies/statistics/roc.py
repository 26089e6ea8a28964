"""The ROC of sureness: answer and sureness make six steps, from certainly human to machine.

Machine clips are the signal. Each step of the rating is a criterion; the share of machine
clips and of human clips beyond it are a point of the curve (Macmillan & Creelman 2005, ch. 3).
The area under the points joined by straight lines is the chance that a machine clip is rated
more machine-like than a human one, ties counting half (Bamber 1975, Journal of Mathematical
Psychology 12:387): ½ for no difference, 1 for a perfect one. Its variance is DeLong, DeLong &
Clarke-Pearson's (1988, Biometrics 44:837) with the structural components summed by participants
and pieces (Obuchowski 1997, Biometrics 53:567, has one sort of cluster); see `clustered`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from musegen.studies.statistics import clustered, frames
from musegen.studies.statistics.estimates import Estimate, Why


@dataclass(frozen=True, slots=True)
class Roc:
    """Area and points of one machine's curve.

    ``points`` go from (0, 0) to (1, 1): share of human clips, share of machine clips rated at
    least so machine-like; empty without votes on both. ``delong`` is the standard error of the
    area for independent votes.
    """

    genre: str
    machine: str
    area: Estimate
    delong: float
    points: tuple[tuple[float, float], ...]


def roc(votes: pd.DataFrame, machine: str, *, genre: str = frames.ALL_GENRES) -> Roc:
    """The curve of one machine against human music, from votes on single clips."""
    votes = frames.about(frames.singles(frames.clips(votes)), machine)
    votes = frames.of_genre(votes, genre)
    made, steps = frames.is_machine(votes), frames.STEPS - frames.ratings(votes)  # 5: machine
    signal = np.bincount(steps[made], minlength=frames.STEPS)
    noise = np.bincount(steps[~made], minlength=frames.STEPS)
    if not signal.sum() or not noise.sum():
        why = Why.NO_MACHINE_VOTES if noise.sum() else Why.NO_HUMAN_VOTES
        return Roc(genre, machine, Estimate(why=why if len(votes) else Why.NO_VOTES), math.nan, ())
    area, variance, influence = _delong(signal, noise, steps, made)
    estimate = Estimate(area, why=Why.ONE_SIDED)
    if variance:
        estimate = clustered.interval(
            area, influence, frames.clusters(votes), independent=variance, within=(0.0, 1.0)
        )
    return Roc(genre, machine, estimate, math.sqrt(variance), _points(signal, noise))


def rocs(votes: pd.DataFrame) -> list[Roc]:
    """Every machine's curve, in all genres together and in each genre."""
    votes = frames.singles(frames.clips(votes))
    return [
        roc(of_genre, machine, genre=genre)
        for machine in frames.machines(votes)
        for genre, of_genre in frames.by_genre(votes)
    ]


def table(curves: list[Roc]) -> pd.DataFrame:
    """The points for a plot: genre, machine, human (x) and machine's share (y)."""
    rows = [(c.genre, c.machine, x, y) for c in curves for x, y in c.points]
    return pd.DataFrame(rows, columns=["genre", "machine", "false_alarm", "hit"])


def _points(signal: np.ndarray, noise: np.ndarray) -> tuple[tuple[float, float], ...]:
    hits = np.cumsum(signal[::-1]) / signal.sum()
    false_alarms = np.cumsum(noise[::-1]) / noise.sum()
    pairs = zip(false_alarms.tolist(), hits.tolist(), strict=True)
    return ((0.0, 0.0), *pairs)


def _delong(
    signal: np.ndarray, noise: np.ndarray, steps: np.ndarray, made: np.ndarray
) -> tuple[float, float, np.ndarray]:
    """Area, DeLong's variance of it, and influence values of shape (votes,)."""
    signals, noises = int(signal.sum()), int(noise.sum())
    # of a machine clip at each step: share of human clips below it, and the other way round
    below = (np.cumsum(noise) - noise / 2) / noises
    above = 1 - (np.cumsum(signal) - signal / 2) / signals
    area = float(signal @ below / signals)
    components = np.where(made, below[steps], above[steps]) - area
    influence = components / np.where(made, signals, noises)
    variance = _mean_variance(components[made]) + _mean_variance(components[~made])
    return area, variance, influence


def _mean_variance(values: np.ndarray) -> float:
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.0
