"""The wait of the first who come, while the standing study's clips are made."""

from __future__ import annotations

import logging

import streamlit as st

from musegen.studies.assignment import is_ready
from ui import screen
from ui.survey_study import study as opened
from ui.survey_visit import Visit

logger = logging.getLogger(__name__)


def show(visit: Visit) -> None:
    """How many clips are there; the test goes on by itself when they are enough."""
    screen.begin(visit.texts.gate.making_title, language=visit.language)
    pool = opened().pool
    pool.check()
    pool.start()
    st.markdown(visit.texts.gate.making)
    with st.container(key="waiting"):
        _watch(visit)


@st.fragment(run_every=1.0)
def _watch(visit: Visit) -> None:
    store, words = opened().store, visit.texts.gate
    if is_ready(store, visit.study.name):
        st.rerun(scope="app")
    status = opened().pool.status()
    wanted = visit.design.trials
    ready = min(store.clips.count(visit.study.name).total(), wanted - 1)
    label = words.making_progress.format(ready=ready, wanted=wanted)
    st.markdown(f"**{label}**")
    screen.progress(ready / wanted, label=label)
    if not status.is_filling:
        if status.problem:
            logger.warning("The clips cannot be made: %s", status.problem)
        st.error(words.trouble if status.problem else words.nothing_to_make)
        if st.button(words.try_again, key="again"):
            st.rerun(scope="app")
