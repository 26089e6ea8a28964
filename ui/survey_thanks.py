"""The end of the listening test: how many were right, and the truth about every clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from musegen import genres
from musegen.studies.pool import load_clip
from musegen.studies.records import Condition, Participant, Stimulus, Verdict
from ui import frame, listening
from ui import survey_texts as texts
from ui.survey_study import study

_REPLAYED = "survey-replayed"


def show_thanks(participant: Participant, *, start_afresh: Callable[[], None]) -> None:
    """The participant's score and each truth with its replay."""
    verdicts = study().store.verdicts(participant.id)
    st.title(_score(verdicts))
    st.markdown(texts.THANKS)
    for verdict in verdicts:
        _show_verdict(participant, verdict)
    st.caption(texts.KEEP)
    if st.button(texts.AGAIN, key="afresh"):
        start_afresh()


def _score(verdicts: Sequence[Verdict]) -> str:
    right = sum(verdict.is_right for verdict in verdicts)
    return texts.THANKS_TITLE.format(right=right, total=len(verdicts))


def _show_verdict(participant: Participant, verdict: Verdict) -> None:
    this = f"{verdict.position}-of-{participant.id}"
    with st.container(border=True, key=f"verdict-{verdict.position}"):
        words, button = st.columns([4, 1], vertical_alignment="center")
        words.markdown(f"**{verdict.position}. {truth(verdict.stimulus)}**  \n{_outcome(verdict)}")
        if button.button(texts.LISTEN, key=f"listen-{this}", width="stretch"):
            st.session_state[_REPLAYED] = this
        if st.session_state.get(_REPLAYED) == this:
            mp3 = load_clip(study().store, verdict.stimulus.id)
            listening.player(mp3, key=f"replay-{this}")


def _outcome(verdict: Verdict) -> str:
    said = texts.YOU_SAID.format(answer=texts.MAKERS[verdict.answer].lower())
    if verdict.is_right:
        return f"{said} :green[:material/check_circle: {texts.RIGHT}]"
    return f"{said} :red[:material/cancel: {texts.WRONG}]"


def truth(stimulus: Stimulus) -> str:
    """Who made a clip, in words."""
    genre = _genre_title(stimulus.genre).lower()
    if stimulus.condition is not Condition.HUMAN:
        is_old = stimulus.condition is Condition.ARTICLE
        return (texts.BY_ARTICLE if is_old else texts.BY_MACHINE).format(genre=genre)
    pattern = texts.BY_HUMAN if stimulus.title else texts.BY_HUMAN_UNTITLED
    return pattern.format(genre=genre, title=frame.plain(stimulus.title))


def _genre_title(name: str) -> str:
    return genres.find(name).title if name in genres.names() else name
