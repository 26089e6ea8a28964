"""Krippendorff's alpha against the published example."""

from __future__ import annotations

import math

import numpy as np
import pytest

from musegen.studies.statistics.agreement import Level, agreement, alpha
from musegen.studies.statistics.estimates import Why
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.simulate import Listeners
from tests.synthetic import counted, votes

PUBLISHED = (
    "* * * * * 3 4 1 2 1 1 3 3 * 3",
    "1 * 2 1 3 3 4 3 * * * * * * *",
    "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
)
"""Three coders, 15 units (Krippendorff 2011, Computing Krippendorff's alpha-reliability)."""


def published_counts() -> np.ndarray:
    rows = [line.split() for line in PUBLISHED]
    return np.array([[unit.count(v) for v in "1234"] for unit in zip(*rows, strict=True)])


def test_alpha_of_the_published_example() -> None:
    counts = published_counts()
    assert alpha(counts, [1, 2, 3, 4], Level.NOMINAL) == pytest.approx(0.691, abs=5e-4)
    assert alpha(counts, [1, 2, 3, 4], Level.ORDINAL) == pytest.approx(0.807, abs=5e-4)


def test_alpha_of_two_values_is_reckoned_by_hand() -> None:
    # units 2:0, 1:1, 0:2; observed disagreement 1/3, expected 2·3·3 / (6·5)
    found = alpha(np.array([[2, 0], [1, 1], [0, 2]]), [1, 2], Level.NOMINAL)
    assert found == pytest.approx(1 - (2 / 6) / (18 / 30), abs=1e-6)


def test_guessers_do_not_agree_and_the_able_do() -> None:
    rng = np.random.default_rng(1)
    design = Layout(40, 20, pieces=10)
    guessing = agreement(votes(listeners=Listeners({"event": 0.0}), design=design), rng)
    able = agreement(votes(listeners=Listeners({"event": 3.0}), design=design), rng)
    assert guessing.answers.covers(0.0)
    assert abs(guessing.answers.value) < 0.1
    assert able.answers.low > 0.5
    assert able.ratings.low > 0.5
    assert able.stimuli == 40


def test_without_two_votes_on_a_clip_nothing_is_known() -> None:
    found = agreement(counted(("human", "human", 9)), np.random.default_rng(1))
    assert found.stimuli == 0
    assert found.answers.why is Why.TOO_FEW
    same = counted(("human", "human", 9)).assign(stimulus="one")
    assert agreement(same, np.random.default_rng(1)).answers.why is Why.ONE_SIDED
    assert math.isnan(alpha(np.zeros((0, 2), int), [1, 2], Level.NOMINAL))
