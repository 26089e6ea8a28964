"""The results page: one study's votes, what may be concluded from them, and the votes themselves.

What is said first is short; every tab is worked out only when it is open.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import streamlit as st

from musegen.errors import RequestError
from musegen.studies.overview import Counts, count_all
from musegen.studies.registry import Study
from musegen.studies.statistics import frames
from ui import (
    frame,
    results_apart,
    results_data,
    results_effects,
    results_export,
    results_people,
    results_short,
    results_words,
)
from ui import results_texts as texts
from ui.results_data import Choice
from ui.studies_store import labels, store

STUDY = "study"
"""The query parameter that names the study."""

STUDY_KEY = "results-study"
TAB_KEY = "results-tab"
SURVEY_PAGE = "pages/2_Survey.py"
STUDIES_PAGE = "pages/5_Studies.py"

ROOMS = {
    texts.SHORT_TAB: results_short.show,
    texts.APART_TAB: results_apart.show,
    texts.EFFECTS_TAB: results_effects.show,
    texts.PEOPLE_TAB: results_people.show,
    texts.DATA_TAB: results_export.show,
}


def show() -> None:
    """Show everything there is to know about a study's votes."""
    st.html(f"<style>{_css()}</style>")
    st.title(texts.RESULTS_TITLE)
    study = _chosen_study()
    if study is not None:
        _show_study(study)


def _chosen_study() -> Study | None:
    studies, counts = store().studies.all(), count_all(store().database)
    if not studies:
        st.info(texts.NO_STUDY, icon=":material/info:")
        st.page_link(STUDIES_PAGE, label=texts.MAKE_ONE, icon=":material/add:")
        return None
    by_name = {study.name: study for study in reversed(studies)}
    _follow_address(list(by_name), counts)
    name = st.selectbox(
        texts.STUDY,
        list(by_name),
        format_func=labels(studies).__getitem__,
        key=STUDY_KEY,
        on_change=_write_address,
    )
    return by_name[name]


def _follow_address(names: list[str], counts: dict[str, Counts]) -> None:
    """Choose what the address names, or else the study with the most votes."""
    asked = st.query_params.get(STUDY)
    if asked and asked not in names:
        try:
            store().studies.get(asked)
        except RequestError as error:
            frame.show_error(str(error))
    if asked in names:
        st.session_state[STUDY_KEY] = asked
    elif st.session_state.get(STUDY_KEY) not in names:
        most = max(names, key=lambda name: counts.get(name, Counts()).votes)
        st.session_state[STUDY_KEY] = most


def _write_address() -> None:
    st.query_params[STUDY] = st.session_state[STUDY_KEY]


def _show_study(study: Study) -> None:
    everything = results_data.choice_of(study)
    votes = frames.clips(results_data.votes(everything))
    if study.is_synthetic:
        st.warning(texts.SIMULATED, icon=":material/smart_toy:")
    if votes.empty:
        _invite(study)
        return
    choice = _choices(study, everything)
    counted = frames.clips(results_data.votes(choice))
    if choice != everything:
        st.caption(texts.CHOSEN.format(votes=len(counted), all=len(votes)))
    tabs = st.tabs(list(ROOMS), key=TAB_KEY, on_change="rerun")
    for (name, room), tab in zip(ROOMS.items(), tabs, strict=True):
        if not tab.open:
            continue
        with tab, frame.friendly_errors():
            if counted.empty and name != texts.DATA_TAB:
                st.info(texts.NOTHING_LEFT, icon=":material/info:")
            else:
                room(study, choice)


def _invite(study: Study) -> None:
    st.info(texts.RESULTS_EMPTY, icon=":material/info:")
    st.page_link(
        SURVEY_PAGE,
        label=texts.TAKE_THE_TEST,
        icon=":material/headphones:",
        query_params={STUDY: study.name},
    )


def _choices(study: Study, everything: Choice) -> Choice:
    """Whose votes on what count; drawn only where there is something to choose."""
    flagged = results_data.flagged(everything)
    known = results_data.votes(everything)["heard_before"].isin(["maybe", "yes"])
    choice = everything
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="choices"):
        if flagged["is_flagged"].any():
            without = st.segmented_control(
                texts.PEOPLE_COUNTED,
                [False, True],
                default=False,
                format_func=lambda out: texts.WITHOUT_FLAGGED if out else texts.EVERYBODY,
                required=True,
                key="without-flagged",
            )
            choice = replace(choice, without_flagged=bool(without))
        if len(study.design.genres) > 1:
            genre = st.selectbox(
                texts.GENRE,
                [frames.ALL_GENRES, *study.design.genres],
                format_func=results_words.genre_title,
                width=220,
                key="genre",
            )
            choice = replace(choice, genre=genre)
        if known.any():
            without = st.toggle(
                texts.WITHOUT_KNOWN, help=texts.WITHOUT_KNOWN_HELP, key="without-known"
            )
            choice = replace(choice, without_known=without)
    return choice


@cache
def _css() -> str:
    return Path(__file__).with_name("results.css").read_text(encoding="utf-8")
