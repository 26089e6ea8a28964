"""The listening test's way: consent, sound check, ten clips, thanks.

Where a participant stands is read from the store in every run, by the token in the page's
address; the browser's memory is never needed to go on.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from musegen.studies.assignment import CLIPS, assign
from musegen.studies.records import Participant
from ui import frame, listening, survey_trial
from ui import survey_texts as texts
from ui.survey_study import sound_check_mp3, study
from ui.survey_thanks import show_thanks

TOKEN = "p"
"""The query parameter that leads back to a participant's test."""

_TOKEN_KEPT = "survey-token"
_HEARD_SOUND_S = 1.0


def show() -> None:
    """Show the stage at which this participant is."""
    st.html(f"<style>{_css()}</style>")
    token = st.query_params.get(TOKEN, "")
    if not token:
        _show_welcome()
        return
    participant = study().store.participant(token)
    if participant is None:
        _show_stranger()
    elif participant.sound_checked_at is None:
        _show_sound_check(participant)
    else:
        _show_trials(participant)


@cache
def _css() -> str:
    return Path(__file__).with_name("survey.css").read_text(encoding="utf-8")


def _show_welcome() -> None:
    st.title(texts.TITLE)
    pool = study().pool
    pool.check()
    pool.start()
    st.markdown(texts.WELCOME)
    with st.container(border=True):
        st.markdown(texts.CONSENT)
    if st.button(texts.AGREE, type="primary", width="stretch", key="agree"):
        _begin()


def _begin() -> None:
    """Lead on to a test: this browser's own one when a second click or *back* led here."""
    kept = st.session_state.get(_TOKEN_KEPT)
    if kept is None or study().store.participant(kept) is None:
        kept = study().store.new_participant()
        st.session_state[_TOKEN_KEPT] = kept
    st.query_params[TOKEN] = kept
    st.rerun()


def start_afresh() -> None:
    """Back to the welcome, as somebody new."""
    st.session_state.pop(_TOKEN_KEPT, None)
    st.query_params.clear()
    st.rerun()


def _show_stranger() -> None:
    st.title(texts.TITLE)
    st.warning(texts.STRANGER)
    if st.button(texts.START_AFRESH, type="primary", key="afresh"):
        start_afresh()


def _show_sound_check(participant: Participant) -> None:
    study().pool.start()
    st.title(texts.SOUND_TITLE)
    st.markdown(texts.SOUND)
    _sound_check(participant)


@st.fragment
def _sound_check(participant: Participant) -> None:
    with frame.friendly_errors():
        heard_s = listening.player(sound_check_mp3(), key=f"sound-{participant.id}")
        hears = heard_s >= _HEARD_SOUND_S
        st.caption("" if hears else texts.SOUND_FIRST)
        if st.button(
            texts.SOUND_WELL,
            type="primary",
            width="stretch",
            disabled=not hears,
            key=f"hears-{participant.id}",
        ):
            study().store.note_sound_check(participant.id)
            st.rerun(scope="app")


def _show_trials(participant: Participant) -> None:
    store = study().store
    trials = store.trials(participant.id)
    if not trials:
        if not study().pool.status().is_ready:
            _show_waiting()
            return
        assign(store, participant.id, rng=np.random.default_rng())
        trials = store.trials(participant.id)
    trial = next((trial for trial in trials if not trial.is_answered), None)
    if trial is None:
        show_thanks(participant, start_afresh=start_afresh)
    else:
        survey_trial.show(participant, trial, total=len(trials))


def _show_waiting() -> None:
    pool = study().pool
    pool.check()
    pool.start()
    st.title(texts.WAITING_TITLE)
    st.markdown(texts.WAITING)
    _watch_pool()


@st.fragment(run_every=1.0)
def _watch_pool() -> None:
    with frame.friendly_errors():
        status = study().pool.status()
        if status.is_ready:
            st.rerun(scope="app")
        text = texts.WAITING_PROGRESS.format(ready=status.clips_ready, wanted=CLIPS)
        st.progress(status.clips_ready / CLIPS, text=text)
        if not status.is_filling:
            st.error(status.problem or texts.NO_CLIPS)
            if st.button(texts.TRY_AGAIN, key="again"):
                st.rerun(scope="app")
