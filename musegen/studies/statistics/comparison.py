"""Every headline figure side by side: of all votes, and without flagged participants."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
import pandas as pd

from musegen.studies.statistics import frames
from musegen.studies.statistics.detection import detect, detect_pairs
from musegen.studies.statistics.estimates import Estimate
from musegen.studies.statistics.hypotheses import MARGIN, against_chance, equivalence
from musegen.studies.statistics.roc import roc
from musegen.studies.statistics.shares import accuracy

COLUMNS = ("value", "low", "high", "value_without", "low_without", "high_without")


def side_by_side(
    votes: pd.DataFrame,
    rng: np.random.Generator,
    *,
    flagged: Collection[str],
    margin: float = MARGIN,
) -> pd.DataFrame:
    """Headline figures with and without the ``flagged`` participants, one row each.

    Whom `flags` flags is told by all votes of a study, whichever of them are looked at here.

    Columns: figure (participants, votes, accuracy, p_chance, p_equivalent, dprime, criterion,
    area), machine ("" for all), then value, low, high of all and of those without a flag; NaN
    where there is none.
    """
    machines = frames.machines(frames.clips(votes))
    of_all = figures(votes, rng, machines=machines, margin=margin)
    kept = votes[~votes["participant"].isin(list(flagged))]
    of_kept = figures(kept, rng, machines=machines, margin=margin)
    rows = [
        (figure, machine, *_ends(estimate), *_ends(of_kept[figure, machine]))
        for (figure, machine), estimate in of_all.items()
    ]
    return pd.DataFrame(rows, columns=["figure", "machine", *COLUMNS])


def figures(
    votes: pd.DataFrame, rng: np.random.Generator, *, machines: list[str], margin: float = MARGIN
) -> dict[tuple[str, str], Estimate]:
    """The headline figures by name and machine."""
    counted = frames.clips(votes)
    alike = equivalence(votes, margin=margin)
    found = {
        ("participants", ""): Estimate(float(counted["participant"].nunique())),
        ("votes", ""): Estimate(float(len(counted))),
        ("accuracy", ""): accuracy(votes, rng).crossed,
        ("p_chance", ""): Estimate(against_chance(votes).p),
        ("p_equivalent", ""): Estimate(alike.p),
    }
    if len(frames.pairs(counted)):
        return found | {("dprime", m): detect_pairs(votes, m).dprime for m in machines}
    for machine in machines:
        seen = detect(votes, machine)
        found["dprime", machine] = seen.dprime
        found["criterion", machine] = seen.criterion
        found["area", machine] = roc(votes, machine).area
    return found


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    value = estimate.value if math.isfinite(estimate.value) else math.nan
    return value, estimate.low, estimate.high
