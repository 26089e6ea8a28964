"""Synthetic listeners and the plans they answer to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from musegen.errors import RequestError
from musegen.studies.statistics import frames, simulate
from musegen.studies.statistics.plans import Layout, make_plan
from musegen.studies.statistics.simulate import Listeners, answer, recruit
from tests.synthetic import VARIED, votes

COLUMNS = [
    *("study", "participant", "position", "question", "kind", "stimulus", "genre", "truth"),
    *("condition", "piece", "other_stimulus", "other_condition", "other_piece", "answer"),
    *("sureness", "heard_before", "plays", "listened_s", "other_plays", "other_listened_s"),
    *("response_s", "created_at", "is_synthetic"),
]


@pytest.mark.parametrize("question", ["human-or-machine", "which-is-human"])
def test_votes_have_every_column_and_say_that_they_are_synthetic(question: str) -> None:
    frame = votes(design=Layout(5, 6, question=question, catches=1))
    assert list(frame.columns) == COLUMNS
    assert frame["is_synthetic"].all()
    assert set(frame["sureness"]) == {1, 2, 3}
    assert set(frame["heard_before"]) <= {"no", "maybe", "yes"}
    assert (frame["listened_s"] <= frame["response_s"]).all()
    assert str(frame["created_at"].dtype) == "datetime64[us, UTC]"
    ordered = frame.groupby("participant")["created_at"].apply(lambda s: s.is_monotonic_increasing)
    assert ordered.all()


def test_a_plan_of_the_least_columns_is_enough() -> None:
    plan = make_plan(Layout(4, 4), np.random.default_rng(1))
    least = ["participant", "position", "kind", "stimulus", "genre", "truth", "condition", "piece"]
    found = answer(plan[least], VARIED, np.random.default_rng(2))
    assert set(found.columns) == set(COLUMNS)
    assert (found["question"] == "human-or-machine").all()
    assert found[least].equals(plan[least])


def test_the_same_seed_gives_the_same_votes() -> None:
    pd.testing.assert_frame_equal(votes(seed=3), votes(seed=3))
    assert not votes(seed=3)["answer"].equals(votes(seed=4)["answer"])


def test_plans_are_balanced_and_nobody_hears_a_piece_twice() -> None:
    design = Layout(30, 16, machines=("event", "folk v2"), catches=2)
    plan = make_plan(design, np.random.default_rng(1))
    clips = frames.clips(plan)
    of_each = clips.groupby(["participant", "genre"])["truth"].value_counts().unstack()
    assert (of_each["human"] == of_each["machine"]).all()
    made = clips.groupby("participant")["condition"].value_counts().unstack()
    assert made.drop_duplicates().to_numpy().tolist() == [[4, 4, 8]]
    assert not clips.duplicated(["participant", "piece"]).any()
    assert (plan.groupby("participant")["position"].max() == 18).all()
    assert plan.groupby("piece")["condition"].nunique().max() <= 2


def test_pairs_are_of_one_genre_and_one_is_human() -> None:
    plan = make_plan(Layout(10, 7, question="which-is-human"), np.random.default_rng(1))
    both = plan["condition"] + " " + plan["other_condition"]
    assert set(both) == {"human event", "event human"}
    assert (plan["piece"].str.split().str[0] == plan["other_piece"].str.split().str[0]).all()
    assert abs((plan["truth"] == "human").mean() - 0.5) < 0.1


def test_impossible_designs_are_refused() -> None:
    with pytest.raises(RequestError, match="take more pieces or fewer trials"):
        make_plan(Layout(2, 40, pieces=3), np.random.default_rng(1))
    with pytest.raises(RequestError, match="even number"):
        Layout(trials=7)
    with pytest.raises(RequestError, match="at least one"):
        Layout(participants=0)


def test_the_surer_are_right_more_often() -> None:
    frame = votes(listeners=Listeners({"event": 1.0}), design=Layout(200, 20))
    right = pd.Series(frames.is_right(frame)).groupby(frame["sureness"].to_numpy()).mean()
    assert right[1] < right[2] < right[3]
    slow = frame.groupby("sureness")["response_s"].median()
    assert slow[1] > slow[3]


def test_lapses_are_a_toss_and_catch_trials_find_them() -> None:
    asleep = Listeners({"event": 5.0}, lapse=1.0)
    frame = votes(listeners=asleep, design=Layout(200, 10, catches=4))
    assert frames.is_right(frame).mean() == pytest.approx(0.5, abs=0.03)
    awake = votes(listeners=Listeners({"event": 0.0}), design=Layout(20, 10, catches=4))
    assert frames.is_right(frames.catches(awake)).all()


def test_people_are_those_recruited() -> None:
    rng = np.random.default_rng(1)
    plan = make_plan(Layout(40, 40), rng)
    people = recruit(plan["participant"], VARIED, rng).assign(dprime=0.0, criterion=0.0)
    people.loc[0, "criterion"] = 9.0
    frame = answer(plan, VARIED, rng, people=people)
    first = frame[frame["participant"] == people["participant"][0]]
    assert (first["answer"] == "human").mean() > 0.9
    with pytest.raises(RequestError, match="recruit them first"):
        answer(plan, VARIED, rng, people=people[1:])


def test_participants_go_with_their_votes() -> None:
    rng = np.random.default_rng(1)
    plan = make_plan(Layout(12, 10), rng)
    people = recruit(plan["participant"], VARIED, rng)
    frame = answer(plan, VARIED, rng, people=people)
    table = simulate.to_participants(people, frame, rng)
    assert list(table.columns) == list(simulate.PARTICIPANT_COLUMNS)
    assert table["musical_training"].between(1, 7).all()
    assert (table["consented_at"] < table["finished_at"]).all()
    assert table["is_synthetic"].all()
    assert str(table["consented_at"].dtype) == "datetime64[us, UTC]"


def test_a_machine_without_a_dprime_has_the_mean() -> None:
    listeners = Listeners({"event": 1.0, "article": 2.0})
    assert listeners.expected("folk v2").dprime == pytest.approx(1.5)
    assert listeners.expected("event").criterion == pytest.approx(0.25)
    assert listeners.expected("article").criterion == pytest.approx(-0.25)
