"""The results page: what the votes say so far, and the votes themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from musegen import genres
from musegen.studies.records import Condition, HeardBefore
from musegen.studies.statistics import (
    ALL_GENRES,
    FEW_VOTES,
    SMALL_DIFFERENCE,
    Conclusion,
    Finding,
    called_human,
    conclude,
)
from musegen.studies.votes import read_votes, to_csv, to_parquet
from ui import human_pieces
from ui import results_texts as texts
from ui.survey_study import study

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

COLOURS = {
    Condition.HUMAN: "#c9822b",
    Condition.EVENT: "#3f8a90",
    Condition.ARTICLE: "#7a6fb0",
}
"""Told apart by the colour-blind too, on light and on dark."""

SHAPES = {
    Condition.HUMAN: "circle",
    Condition.EVENT: "diamond",
    Condition.ARTICLE: "triangle-up",
}

SURVEY_PAGE = "pages/2_Survey.py"


def show() -> None:
    """Show everything there is to know about the votes."""
    st.title(texts.RESULTS_TITLE)
    _show_votes()
    human_pieces.show_left_out()


def _show_votes() -> None:
    votes = read_votes(study().store)
    if votes.empty:
        st.info(texts.RESULTS_EMPTY)
        st.page_link(SURVEY_PAGE, label=texts.TAKE_THE_TEST, icon=":material/headphones:")
        return
    _show_counts(votes)
    counted = votes
    if st.toggle(texts.WITHOUT_KNOWN, key="without-known"):
        counted = votes[votes["heard_before"] == HeardBefore.NO.value]
    if counted.empty:
        st.info(texts.NOTHING_LEFT)
    else:
        _show_shares(counted)
    _show_downloads(votes)


def _show_counts(votes: pd.DataFrame) -> None:
    with st.container(horizontal=True, gap="large", key="counts"):
        st.metric(texts.VOTES, len(votes), width="content")
        st.metric(texts.PARTICIPANTS, votes["participant"].nunique(), width="content")
        st.metric(texts.PIECES, votes["stimulus"].nunique(), width="content")


def _show_shares(votes: pd.DataFrame) -> None:
    st.subheader(texts.SHARE_TITLE)
    table = called_human(votes)
    table["genre"] = [_genre_title(name) for name in table["genre"]]
    there = [condition for condition in Condition if condition.value in set(table["condition"])]
    table["condition"] = [texts.CONDITION_NAMES[Condition(name)] for name in table["condition"]]
    st.altair_chart(_plot(table, there), width="stretch")
    st.caption(texts.PLOT_HELP)
    with st.container(border=True):
        st.markdown(f"**{texts.CONCLUSION_TITLE}**")
        for machine in [c for c in there if c is not Condition.HUMAN] or [Condition.EVENT]:
            st.markdown(_said_of(machine, votes))
        st.markdown(texts.CAUTION)
    st.dataframe(
        table.rename(columns=texts.TABLE_COLUMNS).style.format(
            {texts.TABLE_COLUMNS[name]: "{:.0%}" for name in ("share", "low", "high")}
        ),
        hide_index=True,
        width="stretch",
    )


def _said_of(machine: Condition, votes: pd.DataFrame) -> str:
    said = sentence(conclude(votes, machine))
    return texts.CONCLUSION_ARTICLE.format(sentence=said) if machine is Condition.ARTICLE else said


def _plot(table: pd.DataFrame, there: list[Condition]) -> alt.LayerChart | alt.FacetChart:
    """Shares with their intervals, a row a genre, human above machine."""
    import altair as alt

    names = [texts.CONDITION_NAMES[condition] for condition in there]
    base = alt.Chart(table).encode(
        y=alt.Y("genre:N", title=None, sort=None, axis=alt.Axis(labelLimit=140, labelFontSize=14)),
        yOffset=alt.YOffset("condition:N", sort=names),
        color=alt.Color(
            "condition:N",
            title=texts.WRITTEN_BY,
            scale=alt.Scale(domain=names, range=[COLOURS[condition] for condition in there]),
            legend=alt.Legend(orient="top", labelFontSize=13, titleFontSize=13),
        ),
    )
    percent = alt.Axis(format="%", tickCount=5, labelFontSize=13, titleFontSize=13)
    scale = alt.Scale(domain=[0, 1])
    lines = base.mark_rule(strokeWidth=3, opacity=0.65).encode(
        x=alt.X("low:Q", title=texts.SHARE_AXIS, scale=scale, axis=percent), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=170, opacity=1).encode(
        x=alt.X("share:Q", scale=scale),
        shape=alt.Shape(
            "condition:N",
            title=texts.WRITTEN_BY,
            scale=alt.Scale(domain=names, range=[SHAPES[condition] for condition in there]),
        ),
        tooltip=[
            alt.Tooltip("genre:N", title=texts.TABLE_COLUMNS["genre"]),
            alt.Tooltip("condition:N", title=texts.TABLE_COLUMNS["condition"]),
            alt.Tooltip("votes:Q", title=texts.TABLE_COLUMNS["votes"]),
            alt.Tooltip("share:Q", title=texts.TABLE_COLUMNS["share"], format=".0%"),
            alt.Tooltip("low:Q", title=texts.TABLE_COLUMNS["low"], format=".0%"),
            alt.Tooltip("high:Q", title=texts.TABLE_COLUMNS["high"], format=".0%"),
        ],
    )
    rows = table["genre"].nunique()
    return alt.layer(lines, dots).properties(height=150 + 56 * rows)


def sentence(conclusion: Conclusion) -> str:
    """What may be concluded, in words."""
    low, high = sorted((conclusion.low, conclusion.high))
    gap = conclusion.difference
    match conclusion.finding:
        case Finding.NOTHING_YET:
            return texts.NOTHING_YET.format(few=FEW_VOTES)
        case Finding.TOLD_APART:
            return texts.TOLD_APART.format(gap=_points(gap), low=_points(low), high=_points(high))
        case Finding.MISTAKEN:
            return texts.MISTAKEN.format(gap=_points(-gap), low=_points(-high), high=_points(-low))
        case Finding.NEARLY_ALIKE:
            small = _points(SMALL_DIFFERENCE)
            return texts.NEARLY_ALIKE.format(small=small, low=_points(low), high=_points(high))
        case Finding.UNDECIDED:
            return texts.UNDECIDED.format(low=_points(low), high=_points(high))


def _points(share: float) -> str:
    """A share as percentage points, with a proper minus."""
    return f"{100 * share:.0f}".replace("-0", "0").replace("-", "−")


def _genre_title(name: str) -> str:
    if name == ALL_GENRES:
        return texts.ALL_GENRES
    return genres.find(name).title if name in genres.names() else name


def _show_downloads(votes: pd.DataFrame) -> None:
    st.subheader(texts.DOWNLOAD_TITLE)
    csv, parquet = st.columns(2)
    csv.download_button(texts.DOWNLOAD_CSV, to_csv(votes), "votes.csv", "text/csv", width="stretch")
    parquet.download_button(
        texts.DOWNLOAD_PARQUET,
        to_parquet(votes),
        "votes.parquet",
        "application/vnd.apache.parquet",
        width="stretch",
    )
