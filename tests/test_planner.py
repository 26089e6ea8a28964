"""Numbers of answers against brute force, and simulated power."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from musegen.errors import RequestError
from musegen.studies.statistics import hypotheses, planner
from musegen.studies.statistics.planner import Counting, Formula, chance_answers
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.simulate import Listeners


@pytest.mark.parametrize(("total", "share"), [(5, 0.7), (12, 0.9), (33, 0.6), (100, 0.35)])
def test_power_is_the_probability_of_what_rejects(total: int, share: float) -> None:
    counts = np.arange(total + 1)
    chance = stats.binom.pmf(counts, total, share)
    rejects = [stats.binomtest(int(k), total).pvalue <= 0.05 for k in counts]
    assert planner.chance_power(total, share) == pytest.approx(chance[rejects].sum(), abs=1e-12)
    alike = [hypotheses.tost_p(int(k), total, margin=0.15) <= 0.05 for k in counts]
    found = planner.equivalence_power(total, margin=0.15, accuracy=share)
    assert found == pytest.approx(chance[alike].sum(), abs=1e-12)


def test_small_studies_have_no_negative_power() -> None:
    assert planner.equivalence_power(np.arange(2, 60)).min() == 0


@pytest.mark.parametrize(
    ("accuracy", "wanted"),
    [
        (0.55, {"exact": 820, "normal": 784, "continuity": 804, "arcsine": 784}),
        (0.60, {"exact": 210, "normal": 194, "continuity": 204, "arcsine": 194}),
        (0.65, {"exact": 98, "normal": 86, "continuity": 92, "arcsine": 86}),
        (0.35, {"exact": 98, "normal": 86, "continuity": 92, "arcsine": 86}),
    ],
)
def test_answers_that_tell_from_chance(accuracy: float, wanted: dict[str, int]) -> None:
    found = {f.name.lower(): chance_answers(accuracy, formula=f) for f in Formula}
    assert found == wanted
    assert planner.chance_power(np.arange(wanted["exact"], 2000), accuracy).min() >= 0.8


def test_answers_that_show_equivalence() -> None:
    assert planner.equivalence_answers(0.10) == 228
    assert planner.equivalence_answers(0.05) == 888
    assert planner.equivalence_answers(0.10, power=0.9) > 228
    assert planner.equivalence_power(np.arange(888, 2000), margin=0.05).min() >= 0.8


def test_people_are_counted_up() -> None:
    assert planner.people_needed(228, 20) == 12
    assert planner.people_needed(228, 20, design_effect=2.0) == 23


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(RequestError, match="cannot be told from chance"):
        chance_answers(0.5)
    with pytest.raises(RequestError, match="larger effect"):
        chance_answers(0.5001)
    with pytest.raises(RequestError, match="makes no sense"):
        planner.equivalence_answers(0.7)
    with pytest.raises(RequestError, match="A power of"):
        chance_answers(0.6, power=1.0)
    with pytest.raises(RequestError, match="at least one trial"):
        planner.people_needed(100, 0)


@pytest.mark.slow
def test_simulated_power_is_that_of_the_formula_when_all_are_alike() -> None:
    """210 votes, accuracy 0.6: 80 %. An SE of 2.5 points in 250 studies."""
    d = 2 * stats.norm.ppf(0.6)
    found = planner.simulate_power(
        Layout(21, 10, pieces=10),
        Listeners({"event": d}),
        np.random.default_rng(2),
        studies=250,
        counting=Counting.EXACT,
    )
    power = float(planner.chance_power(210, 0.6))
    assert found.told_apart.share == pytest.approx(power, abs=0.075)
    assert found.false_alarms.share <= 0.09
    alike = float(planner.equivalence_power(210))
    assert found.equivalent_guessing.share == pytest.approx(alike, abs=0.075)


def test_differences_between_pieces_cost_power() -> None:
    design, rng = Layout(20, 20, pieces=10), np.random.default_rng(4)
    same = planner.simulate_power(design, Listeners({"event": 0.5}), rng, studies=60)
    differ = planner.simulate_power(
        design, Listeners({"event": 0.5}, piece_sd=0.8), rng, studies=60
    )
    assert differ.told_apart.high < same.told_apart.low
