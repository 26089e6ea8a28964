"""The planner's simulated listeners are right as often as they were asked to be."""

from __future__ import annotations

import numpy as np
import pytest

from musegen.studies.records import Question
from musegen.studies.statistics import frames, simulate
from musegen.studies.statistics.plans import Layout, make_plan
from ui import studies_simulated


@pytest.mark.parametrize("question", list(Question))
def test_simulated_people_are_right_as_often_as_was_asked_for(question: Question) -> None:
    people = studies_simulated.listeners(0.65, ("event",), question)
    is_pair = question is Question.WHICH_IS_HUMAN
    if not is_pair:
        assert people.expected("event").accuracy == pytest.approx(0.65)
    right = []
    for seed in range(20):
        layout = Layout(100, 10, pieces=60, question=question.value)
        rng = np.random.default_rng(seed)
        right.append(frames.is_right(simulate.answer(make_plan(layout, rng), people, rng)).mean())
    assert np.mean(right) == pytest.approx(0.65, abs=0.02)
