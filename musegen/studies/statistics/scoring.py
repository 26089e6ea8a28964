"""How many answers are right, and how many independent answers that is worth.

On single clips the score is the mean of the shares right on human and on machine music, so
that calling everything human scores one half whatever was played; with as many clips of the
one as of the other that is the plain share. Votes of one person, or on one piece, tell less
than as many independent ones. The *design effect* (Kish 1965) says by how much, and tests and
intervals count ``effective`` votes: the number after which a binomial share is as uncertain
(Korn & Graubard 1998, Survey Methodology 24:193).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from musegen.studies.statistics import clustered, frames
from musegen.studies.statistics.estimates import Why


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers, weighed.

    ``right`` of ``total`` votes are right; ``share`` is the score, from 0 to 1; ``votes`` is
    the number of votes it is worth were they independent (``total`` when human and machine
    clips are equally many), ``effective`` the number it is worth as they are, by estimate: that
    may be more than there are. What is not known is NaN, and ``why`` says why.
    """

    right: int = 0
    total: int = 0
    share: float = math.nan
    votes: float = math.nan
    effective: float = math.nan
    why: Why | None = None

    @property
    def design_effect(self) -> float:
        """How many votes tell as much as one independent one would; 1 or more."""
        return self.votes / self.counted

    @property
    def counted(self) -> float:
        """The votes that a test counts: the effective ones, and no more than there are."""
        return min(self.effective, self.votes)  # NaN first: min keeps it


def score(votes: pd.DataFrame) -> Score:
    """The score of all clips or pairs among the votes; a study asks one of both questions."""
    votes = frames.clips(votes)
    if votes.empty:
        return Score(why=Why.NO_VOTES)
    right = frames.is_right(votes)
    halves = _halves(votes)
    if not all(half.any() for half in halves):
        missing = Why.NO_MACHINE_VOTES if halves[0].any() else Why.NO_HUMAN_VOTES
        return Score(int(right.sum()), len(right), why=missing)
    share = float(np.mean([right[half].mean() for half in halves]))
    influence = np.zeros(len(right))
    for half in halves:
        influence[half] = (right[half] - right[half].mean()) / half.sum() / len(halves)
    worth = len(halves) ** 2 / sum(1 / half.sum() for half in halves)
    clusters = frames.clusters(votes)
    effect = _design_effect(influence, clusters, share * (1 - share) / worth)
    why = clustered.lack(clusters)
    return Score(int(right.sum()), len(right), share, float(worth), float(worth / effect), why)


def _halves(votes: pd.DataFrame) -> list[np.ndarray]:
    """Single clips are scored by halves, human and machine; pairs all together."""
    if len(frames.pairs(votes)) == len(votes):
        return [np.ones(len(votes), dtype=bool)]
    made = frames.is_machine(votes)
    return [~made, made]


def _design_effect(
    influence: np.ndarray, clusters: clustered.Clusters, independent: float
) -> float:
    """The greater reach of a t interval included; NaN with one cluster of a sort."""
    half = clustered.reach(influence, clusters, independent=independent)
    if math.isnan(half) or not independent:
        return half + 1  # all right or all wrong: nothing to estimate it from
    return (half / clustered.z_quantile()) ** 2 / independent
