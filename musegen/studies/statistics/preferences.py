"""Whose music is taken for a human's when two are heard: Bradley–Terry over conditions.

P(i is called human rather than j) = πᵢ / (πᵢ + πⱼ) (Bradley & Terry 1952, Biometrika 39:324).
Strengths are log π by maximum likelihood (Maystre & Grossglauser 2015, in choix), relative to
human music: 0 is taken for human as often as human music itself. It needs pairs. For votes on
single clips it does not apply: nothing was preferred to anything; `detection` has the same
question in its own scale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from musegen.studies.statistics import frames, resampling
from musegen.studies.statistics.estimates import Estimate, Why


@dataclass(frozen=True, slots=True)
class Preference:
    """One condition's strength beside human music, and its share called human in pairs."""

    condition: str
    wins: int
    total: int
    strength: Estimate


def preferences(
    votes: pd.DataFrame, rng: np.random.Generator, *, draws: int = resampling.DRAWS
) -> list[Preference]:
    """Bradley–Terry strengths of all conditions, with a bootstrap over participants.

    Human music comes first, with strength 0 and no interval. Why there is no strength:
    `Why.NOT_ASKED` for votes on single clips, `Why.ONE_SIDED` for a condition that always or
    never won, whose strength has no bound.
    """
    everything = frames.clips(votes)
    votes = frames.pairs(everything)
    if votes.empty:
        why = Why.NO_VOTES if everything.empty else Why.NOT_ASKED
        names = frames.conditions(everything)
        return [Preference(name, 0, 0, Estimate(why=why)) for name in names]
    names, counts = _wins(votes)
    size = len(names)
    total = counts.sum(0).reshape(size, size)
    found = []
    for index, name in enumerate(names):
        wins, played = int(total[index].sum()), int((total[index] + total[:, index]).sum())
        found.append(Preference(name, wins, played, Estimate(0.0)))
        if index:
            estimate = _estimate(counts, index, size, rng, draws)
            found[-1] = Preference(name, wins, played, estimate)
    return found


def strengths(wins: np.ndarray) -> np.ndarray:
    """Log-strengths relative to the first, shape (conditions,), from ``wins[i, j]``: i beat j.

    NaN for all when the likelihood has no maximum: when some conditions always beat the others
    (Ford 1957, American Mathematical Monthly 64:28).
    """
    import choix

    if not _is_connected(wins):
        return np.full(len(wins), np.nan)
    found = choix.ilsr_pairwise_dense(wins.astype(float), tol=1e-10, max_iter=1000)
    return np.asarray(found - found[0])


def _is_connected(wins: np.ndarray) -> bool:
    from scipy.sparse.csgraph import connected_components

    return int(connected_components(wins, directed=True, connection="strong")[0]) == 1


def _wins(votes: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Conditions, and each participant's wins, shape (participants, conditions²)."""
    names = [frames.HUMAN, *frames.machines(votes)]
    place = pd.Index(names)
    first = place.get_indexer(pd.Index(votes["condition"]))
    second = place.get_indexer(pd.Index(votes["other_condition"]))
    lost = frames.said_machine(votes)
    cell = np.where(lost, second, first) * len(names) + np.where(lost, first, second)
    people = frames.participants(votes)
    return names, resampling.count_by(people, [cell == i for i in range(len(names) ** 2)])


def _estimate(
    counts: np.ndarray, index: int, size: int, rng: np.random.Generator, draws: int
) -> Estimate:
    """Machines meet human music only, so that each one's bootstrap is of log odds.

    Half a vote is added to both sides, for a draw may have none on one.
    """
    total = counts.sum(0).reshape(size, size)
    won, lost = index * size, index  # the machine beat the human clip; the other way round
    value = strengths(total[np.ix_([0, index], [0, index])])[1]
    if np.isnan(value):
        return Estimate(why=Why.ONE_SIDED)

    def log_odds(sums: np.ndarray) -> np.ndarray:
        return np.asarray(np.log((sums[:, 0] + 0.5) / (sums[:, 1] + 0.5)))

    found = resampling.bootstrap(counts[:, [won, lost]], log_odds, rng, draws=draws)
    return replace(found, value=float(value))
