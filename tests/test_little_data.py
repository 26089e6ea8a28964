"""Every statistic bears next to no votes, or votes that are all alike, without a warning.

Warnings are errors in these tests, so that getting through is what is tested; and what cannot
be known must be NaN with a reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from musegen.studies.statistics import called_human, judge, judge_genres
from musegen.studies.statistics.agreement import agreement
from musegen.studies.statistics.comparison import side_by_side
from musegen.studies.statistics.detection import detect, detect_pairs, detections
from musegen.studies.statistics.flags import without_flagged
from musegen.studies.statistics.hypotheses import against_chance, equivalence, people
from musegen.studies.statistics.mixed import fit_called_human, fit_right
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.preferences import preferences
from musegen.studies.statistics.roc import roc, rocs
from musegen.studies.statistics.shares import accuracies, accuracy
from tests.synthetic import counted, votes

PAIRS = votes(design=Layout(6, 4, question="which-is-human"))
FRAMES = {
    "none": counted(),
    "one": counted(("human", "human", 1)),
    "one of each": counted(("human", "machine", 1), ("event", "machine", 1)),
    "one person": counted(("human", "human", 9), ("event", "human", 9), people=1),
    "all human": counted(("human", "human", 20), ("event", "human", 20)),
    "all right": counted(("human", "human", 20), ("event", "machine", 20)),
    "all wrong": counted(("human", "machine", 20), ("event", "human", 20)),
    "no human music": counted(("event", "human", 9), ("event", "machine", 9)),
    "practice alone": counted(("human", "human", 5)).assign(kind="practice"),
    "one pair": PAIRS[:1],
    "one person's pairs": PAIRS[:4],
    "pairs all right": PAIRS.assign(answer=PAIRS["truth"]),
    "no pair": PAIRS[:0],
}
RNG = np.random.default_rng(1)
STATISTICS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "called human": called_human,
    "accuracy": lambda v: accuracy(v, RNG),
    "accuracies": lambda v: accuracies(v, RNG),
    "detect": lambda v: detect(v, "event"),
    "detections": detections,
    "pairs": lambda v: detect_pairs(v, "event"),
    "roc": lambda v: roc(v, "event"),
    "rocs": rocs,
    "chance": against_chance,
    "equivalence": equivalence,
    "people": people,
    "right": fit_right,
    "called": fit_called_human,
    "preferences": lambda v: preferences(v, RNG, draws=50),
    "agreement": lambda v: agreement(v, RNG, draws=50),
    "flags": without_flagged,
    "side by side": lambda v: side_by_side(v, RNG, flagged=[]),
    "judge": judge,
    "genres": judge_genres,
}


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("frame", FRAMES)
def test_little_data_is_borne(statistic: str, frame: str) -> None:
    assert STATISTICS[statistic](FRAMES[frame]) is not None


@pytest.mark.parametrize("frame", FRAMES)
def test_what_is_not_known_has_a_reason(frame: str) -> None:
    given = FRAMES[frame]
    found = [
        accuracy(given, RNG).crossed,
        accuracy(given, RNG).bootstrap,
        detect(given, "event").dprime,
        detect(given, "event").mean_dprime,
        detect_pairs(given, "event").dprime,
        roc(given, "event").area,
        agreement(given, RNG, draws=50).answers,
    ]
    for estimate in found:
        assert math.isnan(estimate.low) == (estimate.why is not None)
        assert not math.isinf(estimate.value)
        if estimate.why is None:
            assert estimate.low <= estimate.value <= estimate.high
