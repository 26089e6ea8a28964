"""Right answers: scores, their three intervals, and what clusters do to them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from musegen.studies.statistics import clustered, frames, resampling
from musegen.studies.statistics.estimates import Method, Why
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.scoring import score
from musegen.studies.statistics.shares import (
    accuracies,
    accuracy,
    called_human,
    score_interval,
    wilson,
)
from tests.synthetic import counted, votes


def test_independent_votes_have_wilsons_interval() -> None:
    # everybody gives one vote on a piece of its own: nothing is shared
    frame = counted(("human", "human", 30), ("human", "machine", 20), ("event", "machine", 50),
                    people=100)  # fmt: skip
    found = score(frame)
    assert (found.right, found.total, found.share, found.votes) == (80, 100, 0.8, 100)
    assert found.design_effect == pytest.approx(1.0, abs=0.1)
    share, crossed = wilson(80, 100), score_interval(found)
    assert (crossed.low, crossed.high) == pytest.approx((share.low, share.high), abs=0.02)


def test_calling_everything_human_is_half_right_whatever_was_played() -> None:
    found = score(counted(("human", "human", 60), ("event", "human", 20)))
    assert found.share == 0.5
    assert found.right == 60
    assert found.votes == pytest.approx(4 / (1 / 60 + 1 / 20))


def test_votes_that_repeat_are_worth_less() -> None:
    once = counted(("human", "human", 40), ("human", "machine", 20), ("event", "machine", 60))
    tenfold = once.assign(participant=np.repeat(np.arange(12), 10).astype(str))
    alike = tenfold.assign(answer=np.repeat(["human", "machine"] * 6, 10))
    assert score(alike).design_effect > 5
    assert score(alike).effective < 25


def test_crossed_variance_of_one_sort_is_the_usual_one() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=50)
    alone = np.arange(50)
    found = clustered.variance((values - values.mean()) / 50, [alone])
    assert found == pytest.approx(values.var(ddof=1) / 50)


def test_crossed_variance_adds_both_sorts() -> None:
    rng = np.random.default_rng(2)
    rows, columns = (n.ravel() for n in np.mgrid[:60, :60])
    spread = {"row": 0.5, "column": 0.3}
    found = []
    for _ in range(60):
        values = (
            spread["row"] * rng.normal(size=60)[rows]
            + spread["column"] * rng.normal(size=60)[columns]
            + rng.normal(size=3600)
        )
        found.append(clustered.variance((values - values.mean()) / 3600, [rows, columns]))
    truth = (spread["row"] ** 2 + spread["column"] ** 2) / 60 + 1 / 3600
    assert np.mean(found) == pytest.approx(truth, rel=0.06)  # 60 draws: an SE of 2 %


def test_the_bootstrap_has_the_standard_error_of_a_mean() -> None:
    counts = np.column_stack([np.arange(30.0), np.ones(30)])
    found = resampling.bootstrap(
        counts, lambda sums: sums[:, 0] / sums[:, 1], np.random.default_rng(1), draws=20000
    )
    half = 2.045 * np.std(np.arange(30), ddof=1) / math.sqrt(30)  # t with 29 degrees of freedom
    assert found.value == 14.5
    assert found.method is Method.BOOTSTRAP
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.02)


def test_the_same_seed_gives_the_same_interval() -> None:
    frame = votes()
    first, second = (accuracy(frame, np.random.default_rng(3)).bootstrap for _ in range(2))
    assert first == second
    assert first != accuracy(frame, np.random.default_rng(4)).bootstrap


def test_every_genre_has_its_accuracy() -> None:
    frame = votes()
    found = accuracies(frame, np.random.default_rng(1))
    assert [a.genre for a in found] == ["all", "chorale", "fiddle"]
    fiddle = frame[frame["genre"] == "fiddle"]
    assert found[2].share.count == (fiddle["answer"] == fiddle["truth"]).sum()
    assert found[0].share.total == found[1].share.total + found[2].share.total


def test_pairs_are_scored_all_together() -> None:
    frame = votes(design=Layout(question="which-is-human"))
    found = score(frame)
    assert found.share == (frame["answer"] == frame["truth"]).mean()
    assert found.votes == 800
    assert score_interval(found).low < found.share < score_interval(found).high


def test_a_pairs_pieces_are_known_by_their_maker() -> None:
    frame = votes(design=Layout(3, 6, question="which-is-human"))
    _, human, made = frames.clusters(frame)
    other = frame["other_piece"]
    pieces = frame["piece"].where(frame["truth"] == "human", other)
    assert len(set(zip(human, pieces, strict=True))) == len(set(human)) == len(set(pieces))
    assert not set(human) & set(made)


def test_names_of_trained_models_are_conditions_too() -> None:
    table = called_human(
        counted(("human", "human", 2), ("folk v2", "human", 1), ("event", "human", 1))
    )
    assert list(table["condition"]) == ["human", "event", "folk v2"]


def test_one_of_a_sort_says_nothing_of_others() -> None:
    alone = counted(("human", "human", 9), ("event", "human", 9), people=1)
    assert score_interval(score(alone)).why is Why.ONE_PARTICIPANT
    same = counted(("human", "human", 9), ("event", "human", 9))
    same.loc[same["condition"] == "event", "piece"] = "one"
    assert score_interval(score(same)).why is Why.ONE_PIECE
