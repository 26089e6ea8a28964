"""Told apart? Accuracy, tests, d′ and bias, the ROC; of pairs, whose music is picked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from musegen.studies.records import Question
from musegen.studies.registry import Study
from musegen.studies.statistics import conclusions, detection, frames, preferences, roc
from musegen.studies.statistics.conclusions import Judgement
from musegen.studies.statistics.detection import Detection, PairDetection
from musegen.studies.statistics.estimates import Estimate
from musegen.studies.statistics.preferences import Preference
from musegen.studies.statistics.roc import Roc
from ui import results_data, results_plots, results_section, results_words
from ui import results_texts as texts
from ui.results_data import Choice, kept
from ui.results_plots import Axis

if TYPE_CHECKING:
    import pandas as pd

ROC_PX = 480
"""Both axes of a ROC are shares: it is about square."""

T = TypeVar("T", Detection, PairDetection, Roc)


def show(study: Study, choice: Choice) -> None:
    """The tab for those who want to know how sure all this is."""
    show_accuracy(study, choice)
    results_section.said(
        [results_words.judged(found) for found in _judged(choice) if _is_overall(found, choice)],
        key="right",
    )
    _tests(choice)
    if study.design.question is Question.HUMAN_OR_MACHINE:
        _distances(study, choice)
        _criteria(study, choice)
        _curves(study, choice)
    else:
        _pair_distances(study, choice)
        _strengths(study, choice)


def _is_overall(found: Judgement, choice: Choice) -> bool:
    genres = results_data.votes(choice)["genre"].unique()
    return found.genre == frames.ALL_GENRES or len(genres) == 1


@kept
def _judged(choice: Choice) -> list[Judgement]:
    """Every machine in all genres together and in each; several genres are corrected for."""
    votes = results_data.votes(choice)
    return [
        found
        for machine in frames.machines(frames.clips(votes))
        for found in conclusions.judge_genres(votes, machine=machine, margin=choice.margin)
    ]


def show_accuracy(study: Study, choice: Choice) -> None:
    """How many answers are right, by machine and genre."""
    results_section.heading(texts.RIGHT_TITLE, is_synthetic=study.is_synthetic)
    found = _judged(choice)
    rows = [(judged.genre, judged.machine, judged.votes, judged.accuracy) for judged in found]
    axis = Axis(texts.RIGHT_AXIS, (0, 1), results_plots.PERCENT, 0.5)
    _intervals(rows, axis)
    st.caption(texts.RIGHT_HELP)


def _intervals(rows: list[tuple[str, str, int, Estimate]], axis: Axis) -> None:
    """Plot estimates by genre and machine."""
    import pandas as pd

    machines = list(dict.fromkeys(machine for _, machine, _, _ in rows))
    shown = pd.DataFrame(
        [
            (results_words.genre_title(genre), machine, votes, of.value, of.low, of.high)
            for genre, machine, votes, of in sorted_by_genre(rows)
        ],
        columns=["genre", "condition", "votes", "value", "low", "high"],
    )
    chart = results_plots.intervals(shown, machines, axis, of=texts.MACHINE)
    results_section.plot(chart)


def sorted_by_genre(
    rows: list[tuple[str, str, int, Estimate]],
) -> list[tuple[str, str, int, Estimate]]:
    """The rows with all machines of one genre together, in the order of the first machine's."""
    order = list(dict.fromkeys(genre for genre, *_ in rows))
    return sorted(rows, key=lambda row: order.index(row[0]))


def _tests(choice: Choice) -> None:
    margin = results_words.points(choice.margin)
    names = {key: name.format(margin=margin) for key, name in texts.TEST_COLUMNS.items()}
    with st.expander(texts.TESTS_TITLE, key="tests"):
        st.dataframe(
            test_table(_judged(choice)).rename(columns=names), hide_index=True, width="stretch"
        )
        st.caption(texts.TEST_HELP.format(margin=margin))


def test_table(found: list[Judgement]) -> pd.DataFrame:
    """Both tests of each machine and genre, ready to be read."""
    import pandas as pd

    rows = [
        (
            results_words.genre_title(judged.genre),
            texts.machine_name(judged.machine),
            judged.votes,
            results_words.number(judged.effective, 0),
            *(f"{end} %" for end in results_words.ends(judged.accuracy).values()),
            results_words.p_value(judged.p_chance),
            results_words.p_value(judged.p_equivalent),
            texts.FINDINGS[judged.finding],
        )
        for judged in found
    ]
    return pd.DataFrame(rows, columns=list(texts.TEST_COLUMNS))


@kept
def _detected(choice: Choice) -> list[Detection]:
    return detection.detections(results_data.votes(choice))


def _distances(study: Study, choice: Choice) -> None:
    results_section.heading(texts.DPRIME_TITLE, is_synthetic=study.is_synthetic)
    found = _detected(choice)
    rows = [(one.genre, one.machine, one.signals + one.noises, one.dprime) for one in found]
    _intervals(rows, Axis(texts.DPRIME_AXIS, None, ".2f", 0.0))
    st.caption(texts.DPRIME_HELP)
    results_section.said([results_words.distance(one) for one in _first_of(found)], key="dprime")


def _criteria(study: Study, choice: Choice) -> None:
    results_section.heading(texts.CRITERION_TITLE, is_synthetic=study.is_synthetic)
    found = _detected(choice)
    rows = [(one.genre, one.machine, one.signals + one.noises, one.criterion) for one in found]
    _intervals(rows, Axis(texts.CRITERION_AXIS, None, ".2f", 0.0))
    st.caption(texts.CRITERION_HELP)


def _first_of(found: list[T]) -> list[T]:
    """Of each machine the first, which is that of all genres together."""
    return list({one.machine: one for one in reversed(found)}.values())[::-1]


@kept
def _rocs(choice: Choice) -> list[Roc]:
    return roc.rocs(results_data.votes(choice))


def _curves(study: Study, choice: Choice) -> None:
    results_section.heading(texts.ROC_TITLE, is_synthetic=study.is_synthetic)
    found = _first_of(_rocs(choice))
    points = roc.table(found)
    if not points.empty:
        chart = results_plots.roc(points, list(dict.fromkeys(points["machine"])))
        with st.container(width=ROC_PX):
            results_section.plot(chart)
    st.caption(texts.ROC_HELP)
    results_section.said([results_words.area(one) for one in found], key="roc")


@kept
def _pair_detected(choice: Choice) -> list[PairDetection]:
    votes = frames.pairs(frames.clips(results_data.votes(choice)))
    return [
        detection.detect_pairs(of_genre, machine, genre=genre)
        for machine in frames.machines(votes)
        for genre, of_genre in frames.by_genre(votes)
    ]


def _pair_distances(study: Study, choice: Choice) -> None:
    results_section.heading(texts.DPRIME_TITLE, is_synthetic=study.is_synthetic)
    found = _pair_detected(choice)
    _intervals(
        [(one.genre, one.machine, one.total, one.dprime) for one in found],
        Axis(texts.DPRIME_AXIS, None, ".2f", 0.0),
    )
    st.caption(texts.PAIRS_DPRIME_HELP)
    results_section.said([results_words.distance(one) for one in _first_of(found)], key="dprime")


@kept
def _preferences(choice: Choice) -> list[Preference]:
    return preferences.preferences(results_data.votes(choice), results_data.rng())


def _strengths(study: Study, choice: Choice) -> None:
    import pandas as pd

    results_section.heading(texts.STRENGTH_TITLE, is_synthetic=study.is_synthetic)
    found = [one for one in _preferences(choice) if one.condition != frames.HUMAN]
    shown = pd.DataFrame(
        [
            (texts.condition_name(p.condition), p.strength.value, p.strength.low, p.strength.high)
            for p in found
        ],
        columns=["label", "value", "low", "high"],
    )
    axis = Axis(texts.STRENGTH_AXIS, None, ".2f", 0.0)
    results_section.plot(results_plots.effects(shown.dropna(), axis))
    st.caption(texts.STRENGTH_HELP)
    results_section.said([results_words.preferred(one) for one in found], key="strengths")
