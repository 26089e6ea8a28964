"""Bradley–Terry strengths against a textbook's, and where there are none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from musegen.studies.statistics.estimates import Why
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.preferences import preferences, strengths
from musegen.studies.statistics.simulate import Listeners
from tests.synthetic import votes

BASEBALL = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ]
)
"""Agresti 2013, Categorical Data Analysis, table 11.10: the American League of 1987."""

PAIRED = Layout(40, 20, machines=("event", "folk v2"), question="which-is-human")


def test_strengths_of_a_textbook_table() -> None:
    found = strengths(BASEBALL)
    published = [1.581, 1.436, 1.294, 1.248, 1.108, 0.684, 0.0]  # relative to Baltimore
    assert found - found[-1] == pytest.approx(published, abs=5e-4)


def test_a_condition_that_never_wins_has_no_strength() -> None:
    assert np.isnan(strengths(np.array([[0, 5], [0, 0]]))).all()
    frame = votes(design=PAIRED)
    right = frame.assign(answer=frame["truth"])
    found = preferences(right, np.random.default_rng(1))
    assert [p.strength.why for p in found] == [None, Why.ONE_SIDED, Why.ONE_SIDED]
    assert [(p.wins, p.total) for p in found] == [(800, 800), (0, 400), (0, 400)]


def test_strengths_are_log_odds_against_human_music() -> None:
    listeners = Listeners({"event": 0.0, "folk v2": 1.5})
    frame = votes(seed=3, listeners=listeners, design=PAIRED)
    human, event, folk = preferences(frame, np.random.default_rng(1))
    assert human.strength.value == 0
    assert event.strength.covers(0.0)
    assert folk.strength.value == pytest.approx(math.log(folk.wins / (400 - folk.wins)))
    right = listeners.expected_of_pairs("folk v2")
    assert folk.strength.covers(math.log((1 - right) / right))


def test_votes_on_single_clips_are_no_preferences() -> None:
    found = preferences(votes(), np.random.default_rng(1))
    assert [(p.condition, p.strength.why) for p in found] == [
        ("human", Why.NOT_ASKED),
        ("event", Why.NOT_ASKED),
    ]
