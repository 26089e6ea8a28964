"""Who is flagged, why, and that nobody is left out silently."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from musegen.studies.statistics.comparison import side_by_side
from musegen.studies.statistics.flags import Limits, flags, without_flagged
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.scoring import score
from musegen.studies.statistics.simulate import Listeners
from tests.synthetic import VARIED, votes

DESIGN = Layout(30, 12, catches=2)


def misbehaving() -> pd.DataFrame:
    """Thirty people, of whom five do not listen, each in a way of their own."""
    frame = votes(seed=2, design=DESIGN, listeners=Listeners({"event": 1.0}))
    who, is_clip = frame["participant"], frame["kind"] == "clip"
    frame.loc[who == frame["participant"].unique()[0], "response_s"] = 1.5
    frame.loc[who == frame["participant"].unique()[1], "listened_s"] = 2.0
    same = who == frame["participant"].unique()[2]
    frame.loc[same, "answer"] = "human"
    frame.loc[same & ~is_clip, "truth"] = "human"
    fails = (who == frame["participant"].unique()[3]) & ~is_clip
    frame.loc[fails, "answer"] = frame.loc[fails, "truth"].map(
        {"human": "machine", "machine": "human"}
    )
    slips = (who == frame["participant"].unique()[4]) & (frame["position"] <= 2)
    frame.loc[slips, "response_s"] = 1.0
    return frame


def flagged_in(frame: pd.DataFrame) -> list[str]:
    table = flags(frame)
    return list(table.loc[table["is_flagged"], "participant"])


def test_everybody_is_flagged_for_what_they_did() -> None:
    table = flags(misbehaving())
    assert list(table["reasons"][:5]) == [
        "too fast",
        "heard too little",
        "always the same answer",
        "failed catch trials",
        "",
    ]
    assert table["fast"][4] in (1, 2)  # slips, which are counted and forgiven
    assert table["is_flagged"].sum() == 4
    assert (table["votes"] == 12).all()
    assert (table["catches"] == 2).all()


@pytest.mark.parametrize(("first_s", "second_s", "is_short"), [(9.5, 0, False), (4, 4, True)])
def test_both_clips_of_a_pair_are_heard(first_s: float, second_s: float, is_short: bool) -> None:
    frame = votes(design=Layout(5, 8, question="which-is-human"))
    frame = frame.assign(listened_s=first_s, other_listened_s=second_s)
    assert (flags(frame)["not_listened"] == is_short).all()


def test_limits_are_the_researchers() -> None:
    strict = flags(misbehaving(), Limits(share=0.0, response_s=6.0))
    assert strict["too_fast"][4]
    lax = flags(misbehaving(), Limits(0, 0, one_answer=99, catches=1.0))
    assert not lax["is_flagged"].any()


def test_few_votes_may_be_all_the_same() -> None:
    frame = votes(design=Layout(5, 8)).assign(answer="human")
    assert not flags(frame)["one_answer"].any()


@pytest.mark.parametrize(("to_nonsense", "is_flagged"), [("human", True), ("machine", False)])
def test_who_knows_nonsense_from_music_has_listened(to_nonsense: str, is_flagged: bool) -> None:
    frame = votes(design=Layout(3, 12, catches=2)).assign(answer="human")
    frame.loc[frame["kind"] == "catch", ["truth", "answer"]] = ["machine", to_nonsense]
    assert (flags(frame)["one_answer"] == is_flagged).all()


def test_nothing_is_lost() -> None:
    frame = misbehaving()
    found = without_flagged(frame)
    assert len(found.kept) + len(found.left_out) == len(frame)
    assert found.left_out["participant"].nunique() == 4
    assert set(found.left_out["participant"]).isdisjoint(found.kept["participant"])
    pd.testing.assert_frame_equal(pd.concat([found.kept, found.left_out]).sort_index(), frame)


def test_figures_stand_side_by_side() -> None:
    frame = misbehaving()
    table = side_by_side(frame, np.random.default_rng(1), flagged=flagged_in(frame)).set_index(
        "figure"
    )
    assert tuple(table.loc["participants", ["value", "value_without"]]) == (30, 26)
    assert tuple(table.loc["votes", ["value", "value_without"]]) == (360, 312)
    kept = score(without_flagged(frame).kept)
    assert table.loc["accuracy", "value"] == score(frame).share
    assert table.loc["accuracy", "value_without"] == kept.share
    assert table.loc["accuracy", "low_without"] < kept.share < table.loc["accuracy", "high_without"]
    assert list(table.index[-3:]) == ["dprime", "criterion", "area"]


def test_figures_of_pairs_and_of_nobody() -> None:
    rng = np.random.default_rng(1)
    pairs = side_by_side(votes(design=Layout(question="which-is-human")), rng, flagged=[])
    assert list(pairs["figure"][-1:]) == ["dprime"]
    everybody = votes(design=Layout(6, 10)).assign(response_s=0.1)
    table = side_by_side(everybody, rng, flagged=flagged_in(everybody)).set_index("figure")
    assert table.loc["votes", "value_without"] == 0
    assert math.isnan(table.loc["dprime", "value_without"])


def test_the_honest_are_seldom_flagged() -> None:
    frame = votes(seed=3, design=Layout(200, 20, pieces=20, catches=2), listeners=VARIED)
    assert flags(frame)["is_flagged"].mean() < 0.02
    assert pytest.approx(1 / 512) == 2 * 0.5**10  # as the limit's docstring says


def test_who_is_left_out_is_told_by_all_votes_not_by_those_looked_at() -> None:
    frame = votes(design=Layout(8, 10))
    table = side_by_side(
        frame, np.random.default_rng(1), flagged=[frame["participant"].iloc[0]]
    ).set_index("figure")
    assert table.loc["participants", "value"] == 8
    assert table.loc["participants", "value_without"] == 7


def test_limits_follow_what_a_study_asks_for() -> None:
    assert Limits.asking(5.0) == Limits()
    assert Limits.asking(0.0) == Limits(response_s=1.0, listened_s=0.0)
