"""The ROC against scikit-learn, a pair-by-pair count, and what was put in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from musegen.studies.statistics import frames, roc
from musegen.studies.statistics.estimates import Why
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.simulate import Listeners
from tests.synthetic import counted, votes


def test_area_and_points_agree_with_scikit_learn() -> None:
    frame = votes()
    made, machine_like = frames.is_machine(frame), -frames.ratings(frame)
    found = roc.roc(frame, "event")
    assert found.area.value == pytest.approx(roc_auc_score(made, machine_like), abs=1e-12)
    x, y, _ = roc_curve(made, machine_like, drop_intermediate=False)
    assert np.array(found.points) == pytest.approx(np.column_stack([x, y]))


def test_delong_counts_pairs() -> None:
    frame = votes(design=Layout(6, 10))
    made, steps = frames.is_machine(frame), -frames.ratings(frame)
    higher = np.sign(np.subtract.outer(steps[made], steps[~made])) / 2 + 0.5
    signals, noises = higher.shape
    variance = higher.mean(1).var(ddof=1) / signals + higher.mean(0).var(ddof=1) / noises
    found = roc.roc(frame, "event")
    assert found.area.value == pytest.approx(higher.mean(), abs=1e-12)
    assert found.delong == pytest.approx(math.sqrt(variance), abs=1e-12)


def test_ratings_have_six_steps() -> None:
    frame = counted(("human", "human", 3), ("human", "machine", 3))
    frame["sureness"] = [1, 2, 3, 1, 2, 3]
    assert list(frames.ratings(frame)) == [4, 5, 6, 3, 2, 1]


def test_the_area_under_a_line_and_a_corner() -> None:
    guessing = counted(
        *((who, what, 5) for who in ("human", "event") for what in ("human", "machine"))
    )
    assert roc.roc(guessing, "event").area.value == 0.5
    perfect = roc.roc(counted(("human", "human", 9), ("event", "machine", 9)), "event")
    assert perfect.area.value == 1
    assert perfect.area.why is Why.ONE_SIDED
    assert math.isnan(perfect.area.low)


def test_points_make_a_table_for_a_plot() -> None:
    curves = roc.rocs(votes())
    assert [c.genre for c in curves] == ["all", "chorale", "fiddle"]
    table = roc.table(curves)
    assert list(table.columns) == ["genre", "machine", "false_alarm", "hit"]
    assert len(table) == 21
    assert table[["false_alarm", "hit"]].iloc[[0, 6]].to_numpy().tolist() == [[0, 0], [1, 1]]
    assert roc.table([]).empty


def test_the_area_of_six_steps_is_near_that_of_the_evidence() -> None:
    alike = Listeners({"event": 1.0})
    found = roc.roc(votes(listeners=alike, design=Layout(400, 40, pieces=40)), "event").area.value
    evidence = 0.5 * (1 + math.erf(1.0 / 2))  # Φ(d′ / √2)
    assert evidence - 0.02 < found < evidence + 0.01
