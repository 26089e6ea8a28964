"""The results in short: counts, three sentences, one plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from musegen.studies.records import Maker, Question
from musegen.studies.registry import Study
from musegen.studies.statistics import comparison, conclusions, detection, frames
from musegen.studies.statistics.conclusions import Judgement
from musegen.studies.statistics.shares import called_human
from ui import results_apart, results_data, results_plots, results_section, results_words
from ui import results_texts as texts
from ui.results_data import Choice, kept
from ui.results_plots import Axis

if TYPE_CHECKING:
    import pandas as pd

SHARE_FIGURES = ("accuracy", "area")
P_FIGURES = ("p_chance", "p_equivalent")
ENDS = ("value", "low", "high")
COUNT_FIGURES = ("participants", "votes")


def show(study: Study, choice: Choice) -> None:
    """The tab that is open first."""
    _counts(choice)
    results_section.said(sentences(study, choice), key="short")
    if study.design.question is Question.HUMAN_OR_MACHINE:
        _shares(study, choice)
    else:
        results_apart.show_accuracy(study, choice)
    if results_data.flagged(choice)["is_flagged"].any():
        _side_by_side(study, choice)


def _counts(choice: Choice) -> None:
    votes = frames.clips(results_data.votes(choice))
    people = results_data.people(choice.study, choice.mark)
    is_there = people["participant"].isin(votes["participant"])
    clips = set(votes["stimulus"]) | (set(votes["other_stimulus"]) - {""})
    with st.container(horizontal=True, gap="large", key="counts"):
        st.metric(texts.VOTES, f"{len(votes):,}", width="content")
        st.metric(texts.PARTICIPANTS, f"{votes['participant'].nunique():,}", width="content")
        finished = int(people.loc[is_there, "finished_at"].notna().sum())
        st.metric(texts.FINISHED, f"{finished:,}", width="content")
        st.metric(texts.PIECES, f"{len(clips):,}", width="content")


def sentences(study: Study, choice: Choice) -> list[str]:
    """Whether they can tell (of each machine), which answer they prefer, who listened."""
    return [
        *map(results_words.judged, _judgements(choice)),
        _lean(study, choice),
        _listened(choice),
    ]


@kept
def _judgements(choice: Choice) -> list[Judgement]:
    votes = results_data.votes(choice)
    machines = frames.machines(frames.clips(votes))
    return [conclusions.judge(votes, machine=machine, margin=choice.margin) for machine in machines]


def _lean(study: Study, choice: Choice) -> str:
    votes = frames.clips(results_data.votes(choice))
    share = float((votes["answer"] == Maker.HUMAN.value).mean())
    if study.design.question is Question.WHICH_IS_HUMAN:
        return texts.FIRST_OF_PAIR.format(share=results_words.points(share))
    truth = float((votes["truth"] == Maker.HUMAN.value).mean())
    return results_words.lean(_pooled(choice), called_human=share, are_human=truth)


@kept
def _pooled(choice: Choice) -> detection.Detection:
    """d′ and c of all machines together, as if they were one."""
    votes = frames.clips(results_data.votes(choice))
    is_made = votes["condition"] != frames.HUMAN
    one = votes.assign(condition=votes["condition"].mask(is_made, frames.MACHINE))
    return detection.detect(one, frames.MACHINE)


def _listened(choice: Choice) -> str:
    flagged = results_data.flagged(choice)
    return results_words.listened(
        int(flagged["is_flagged"].sum()), len(flagged), are_left_out=choice.without_flagged
    )


def _shares(study: Study, choice: Choice) -> None:
    results_section.heading(texts.SHARE_TITLE, is_synthetic=study.is_synthetic)
    found = _called_human(choice)
    shown = found.assign(
        genre=[results_words.genre_title(name) for name in found["genre"]], value=found["share"]
    )
    conditions = frames.conditions(found)
    axis = Axis(texts.SHARE_AXIS, (0, 1), results_plots.PERCENT)
    results_section.plot(results_plots.intervals(shown, conditions, axis))
    st.caption(texts.PLOT_HELP)
    st.caption(texts.CAUTION.format(tab=texts.APART_TAB))
    results_section.table(_share_table(shown), key="shares")


@kept
def _called_human(choice: Choice) -> pd.DataFrame:
    return called_human(results_data.votes(choice))


def _share_table(shown: pd.DataFrame) -> pd.DataFrame:
    table = shown.drop(columns="value")
    table["condition"] = [texts.condition_name(name) for name in table["condition"]]
    for name in ("share", "low", "high"):
        table[name] = [f"{results_words.points(share)} %" for share in table[name]]
    return table.rename(columns=texts.TABLE_COLUMNS)


def _side_by_side(study: Study, choice: Choice) -> None:
    results_section.heading(texts.SIDE_TITLE, is_synthetic=study.is_synthetic)
    found = _compared(choice)
    names = texts.SIDE_COLUMNS
    rows = [
        {
            names[0]: _figure_name(row["figure"], row["machine"]),
            names[1]: _figure(row["figure"], *(row[end] for end in ENDS)),
            names[2]: _figure(row["figure"], *(row[f"{end}_without"] for end in ENDS)),
        }
        for row in found.to_dict("records")
    ]
    st.table(rows, hide_index=True)
    st.caption(texts.SIDE_HELP)


@kept
def _compared(choice: Choice) -> pd.DataFrame:
    from dataclasses import replace

    votes = results_data.votes(replace(choice, without_flagged=False))
    found = results_data.flagged(choice)
    flagged = set(found.loc[found["is_flagged"], "participant"])
    return comparison.side_by_side(votes, results_data.rng(), flagged=flagged, margin=choice.margin)


def _figure_name(figure: str, machine: str) -> str:
    name = texts.SIDE_FIGURES[figure]
    return f"{name}, {texts.machine_name(machine)}" if machine else name


def _figure(figure: str, value: float, low: float, high: float) -> str:
    """A figure as it is printed, with its interval where it has one."""
    if figure in COUNT_FIGURES:
        return f"{value:,.0f}"
    if figure in P_FIGURES:
        return results_words.p_value(value)
    if figure in SHARE_FIGURES:
        said = [results_words.points(share) for share in (value, low, high)]
        return f"{said[0]} % ({said[1]} to {said[2]})"
    said = [results_words.number(one, 2) for one in (value, low, high)]
    return f"{said[0]} ({said[1]} to {said[2]})"
