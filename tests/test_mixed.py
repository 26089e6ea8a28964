"""Mixed models find the effects and spreads that were put in, and say what they cannot find."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from musegen.studies.statistics import frames, laplace, mixed, plans, simulate
from musegen.studies.statistics.estimates import Why
from musegen.studies.statistics.mixed import Effect, Mixed, fit_called_human, fit_right
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.simulate import Listeners
from tests.synthetic import counted, votes


def logistic_votes(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Votes that are right by a known logistic model, and the people who gave them.

    Log odds 0.6, + 0.3 in fiddle, + 0.25 a point of training; SDs 0.5 (people), 0.7 (pieces).
    """
    rng = np.random.default_rng(seed)
    plan = plans.make_plan(Layout(40, 20), rng)
    person = frames.participants(plan)
    piece = pd.factorize(plan["piece"])[0]
    training = 1.3 * rng.standard_normal(40)
    score = 0.6 + 0.5 * rng.standard_normal(40)[person] + 0.25 * training[person]
    score += 0.7 * rng.standard_normal(piece.max() + 1)[piece] + 0.3 * (plan["genre"] == "fiddle")
    is_right = rng.random(len(plan)) < 1 / (1 + np.exp(-score))
    wrong = plan["truth"].map({"human": "machine", "machine": "human"})
    people = pd.DataFrame(
        {"participant": plan["participant"].unique(), "musical_training": 4 + training}
    )
    return plan.assign(answer=plan["truth"].where(is_right, wrong)), people


def odds_of(model: Mixed, effect: Effect) -> dict[str, float]:
    return {t.level: t.odds_ratio.value for t in model.terms if t.effect is effect}


@pytest.mark.slow
def test_what_is_put_in_comes_out() -> None:
    """Of 12 fits with five intervals each, three in sixty miss on average; nine would be more
    than chance allows (P < 0.003)."""
    hits = []
    for seed in range(12):
        model = fit_right(*logistic_votes(seed), effects=(Effect.GENRE, Effect.TRAINING))
        genre, training = (term.odds_ratio for term in model.terms)
        hits += [
            model.intercept.covers(math.exp(0.6)),
            genre.covers(math.exp(0.3)),
            training.covers(math.exp(0.25)),
            model.participants.covers(0.5),
            model.pieces.covers(0.7),
        ]
        assert model.why is None
    assert sum(hits) > 51


def test_effects_have_their_direction() -> None:
    strong = Listeners(
        {"event": 0.5, "folk v2": 2.5},
        dprime_sd=0.2,
        training_effect=0.8,
        heard_effect=2.0,
        heard_share=0.2,
        position_effect=0.15,
    )
    rng = np.random.default_rng(5)
    plan = plans.make_plan(Layout(40, 20, machines=("event", "folk v2")), rng)
    people = simulate.recruit(plan["participant"], strong, rng)
    frame = simulate.answer(plan, strong, rng, people=people)
    model = fit_right(frame, people)
    condition = odds_of(model, Effect.CONDITION)
    assert condition["folk v2"] > 2 * condition["event"]
    for effect in (Effect.TRAINING, Effect.HEARD, Effect.POSITION):
        (term,) = (t for t in model.terms if t.effect is effect)
        assert term.odds_ratio.low > 1
    assert model.left_out == ()
    called = fit_called_human(frame)
    assert called.terms[0].effect is Effect.TRUTH
    assert called.terms[0].odds_ratio.low > 2


def test_effects_that_cannot_be_told_are_named() -> None:
    frame = votes(design=Layout(20, 10, genres=("fiddle",))).assign(heard_before="")
    unknown = pd.DataFrame(
        {"participant": frame["participant"].unique(), "musical_training": np.nan}
    )
    model = fit_right(frame, unknown)
    assert model.left_out == (Effect.GENRE, Effect.TRAINING, Effect.HEARD)
    assert fit_right(frame).left_out == model.left_out
    assert {t.effect for t in model.terms} == {Effect.CONDITION, Effect.POSITION}


def test_pairs_have_both_pieces() -> None:
    design = Layout(30, 10, machines=("event", "folk v2"), question="which-is-human")
    model = fit_right(votes(design=design, listeners=Listeners({"event": 0.3, "folk v2": 2.0})))
    assert list(odds_of(model, Effect.CONDITION)) == ["folk v2"]
    assert odds_of(model, Effect.CONDITION)["folk v2"] > 1.5
    assert model.pieces.value > 0


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (counted(), Why.NO_VOTES),
        (counted(("human", "human", 5), ("event", "human", 5)), Why.TOO_FEW),
        (counted(("human", "human", 30), ("event", "machine", 30)), Why.ONE_SIDED),
        (counted(("human", "human", 30), ("event", "human", 30), people=1), Why.ONE_PARTICIPANT),
    ],
)
def test_too_little_is_no_model(frame: pd.DataFrame, why: Why) -> None:
    model = fit_right(frame)
    assert model.why is why
    assert math.isnan(model.intercept.value)
    assert model.terms == ()


def test_laplace_is_exact_where_the_answer_is_known() -> None:
    """One effect, next to no random ones, 30 of 40: the SE of log odds is √(1/30 + 1/10)."""
    yes = np.repeat([1.0, 0.0], [30, 10])
    columns = np.column_stack([np.ones(40), np.arange(40) % 2 == 0, np.arange(40) % 2])
    data = laplace.Data(yes, columns.astype(float), np.array([0, 0]), 1e3, 1.0)
    errors = laplace.effect_errors(data, np.log([1e-4]), np.zeros(3))
    assert errors == pytest.approx([math.sqrt(1 / 30 + 1 / 10)], rel=1e-4)


def test_a_base_that_is_not_there_is_no_base() -> None:
    frame = votes(design=Layout(20, 10))
    made = frame[frame["condition"] != "human"]
    assert fit_right(made, effects=(Effect.CONDITION,)).left_out == (Effect.CONDITION,)
    assert mixed.fit_called_human(made).left_out == (Effect.TRUTH,)
