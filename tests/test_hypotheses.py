"""Tests against scipy's and statsmodels' values, and their error rates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import binom_tost

from musegen.errors import RequestError
from musegen.studies.statistics import hypotheses
from musegen.studies.statistics.hypotheses import against_chance, cutoff, equivalence, people
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.simulate import Listeners
from tests.synthetic import counted, studies, votes

COUNTS = [(0, 1), (1, 1), (7, 20), (114, 228), (130, 228), (60, 60), (501, 1000)]


@pytest.mark.parametrize(("right", "total"), COUNTS)
def test_the_exact_tests_agree_with_scipy_and_statsmodels(right: int, total: int) -> None:
    found = hypotheses.binomial_p(right, total)
    assert found == pytest.approx(stats.binomtest(right, total).pvalue, abs=1e-12)
    for margin in (0.05, 0.1, 0.2):
        reference = binom_tost(right, total, 0.5 - margin, 0.5 + margin)[0]
        assert hypotheses.tost_p(right, total, margin=margin) == pytest.approx(reference, abs=1e-12)


@pytest.mark.parametrize("margin", [0.05, 0.1, 0.15])
def test_equivalence_errs_in_five_percent_at_most(margin: float) -> None:
    """Exactly, by counting all results: at either border, whatever the number of votes."""
    for total in (10, 41, 100, 228, 500, 888):
        counts = np.arange(total + 1)
        rejects = [hypotheses.tost_p(k, total, margin=margin) <= 0.05 for k in counts.tolist()]
        for border in (0.5 - margin, 0.5 + margin):
            assert stats.binom.pmf(counts, total, border)[rejects].sum() <= 0.05


def test_holm_of_a_worked_example() -> None:
    # 4 × 0.01; 3 × 0.013 is less, so 0.04 again; 2 × 0.04; then 0.08 stays
    found = hypotheses.holm([0.04, 0.01, math.nan, 0.013, 0.05])
    assert found[:2] == pytest.approx([0.08, 0.04])
    assert math.isnan(found[2])
    assert found[3:] == pytest.approx([0.04, 0.08])
    assert hypotheses.holm([]) == []
    assert math.isnan(hypotheses.holm([math.nan])[0])


@pytest.mark.parametrize(
    ("total", "wanted"), [(10, 9), (12, 10), (16, 12), (20, 15), (4, 5), (0, 1)]
)
def test_the_cutoff_is_what_guessing_seldom_reaches(total: int, wanted: int) -> None:
    assert cutoff(total) == wanted
    if wanted <= total:
        assert stats.binomtest(wanted, total, alternative="greater").pvalue <= 0.05
        assert stats.binomtest(wanted - 1, total, alternative="greater").pvalue > 0.05


def test_every_person_is_held_against_the_cutoff() -> None:
    frame = counted(("human", "human", 50), ("event", "machine", 50), people=5)
    wrong = (frame["participant"] == "1") & (frame["condition"] == "event")
    frame.loc[wrong, "answer"] = "human"
    table = people(frame).set_index("participant")
    assert list(table["right"]) == [20, 10, 20, 20, 20]
    assert list(table["is_beyond"]) == [True, False, True, True, True]
    assert table.loc["1", "p"] == pytest.approx(
        stats.binomtest(10, 20, alternative="greater").pvalue
    )
    assert (table["p_holm"] >= table["p"]).all()


@pytest.mark.parametrize("margin", [0.0, 0.5, -0.1, 2.0])
def test_an_impossible_margin_is_refused(margin: float) -> None:
    with pytest.raises(RequestError, match="makes no sense"):
        equivalence(votes(), margin=margin)


def test_clustered_votes_never_count_more() -> None:
    for frame in studies(10, seed=3, design=Layout(12, 10)):
        chance, alike = against_chance(frame), equivalence(frame)
        assert chance.p >= chance.p_exact - 1e-12
        assert alike.p >= alike.p_exact - 1e-12 or alike.p > 0.5
        assert alike.p_exact == pytest.approx(
            binom_tost(alike.score.right, alike.score.total, 0.4, 0.6)[0], abs=1e-9
        )


def test_guessers_are_equivalent_and_the_able_are_not() -> None:
    guessing = Listeners({"event": 0.0})
    assert equivalence(votes(seed=2, listeners=guessing)).is_equivalent
    assert not equivalence(votes(seed=2)).is_equivalent
    assert against_chance(votes(seed=2)).p < 1e-6
