"""Synthetic studies in memory, for tests of statistics: no database, no sound."""

from __future__ import annotations

import numpy as np
import pandas as pd

from musegen.studies.statistics import plans, simulate
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.simulate import Listeners

VARIED = Listeners(
    {"event": 1.0}, criterion=0.2, dprime_sd=0.5, criterion_sd=0.4, piece_sd=0.3, lapse=0.02
)
"""People and pieces that differ about as much as in published listening tests."""


def studies(
    count: int, *, seed: int, listeners: Listeners = VARIED, design: Layout | None = None
) -> list[pd.DataFrame]:
    """The votes of many studies, each with people and pieces of its own."""
    rng = np.random.default_rng(seed)
    plan = plans.make_plan(design or Layout(), rng)
    return plans.split(simulate.answer(plans.repeat(plan, count), listeners, rng), count)


def votes(
    *, seed: int = 1, listeners: Listeners = VARIED, design: Layout | None = None
) -> pd.DataFrame:
    """The votes of one study."""
    return studies(1, seed=seed, listeners=listeners, design=design)[0]


def counted(*cells: tuple[str, str, int], people: int = 10, question: str = "") -> pd.DataFrame:
    """Votes from (condition, answer, how many), dealt out to people; each on a piece of its own."""
    rows = [(condition, answer) for condition, answer, count in cells for _ in range(count)]
    frame = pd.DataFrame(rows, columns=["condition", "answer"], dtype="str")
    number = np.arange(len(frame)).astype(str)
    return frame.assign(
        participant=(np.arange(len(frame)) % people).astype(str),
        position=1 + np.arange(len(frame)) // people,
        kind="clip",
        question=question or "human-or-machine",
        genre="chorale",
        truth=np.where(frame["condition"] == "human", "human", "machine"),
        stimulus=number,
        piece=number,
        other_stimulus="",
        other_condition="",
        other_piece="",
        sureness=2,
        heard_before="no",
        listened_s=20.0,
        response_s=20.0,
    )
