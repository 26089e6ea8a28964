"""One clip of the listening test: hear it, say who wrote it, go on."""

from __future__ import annotations

import streamlit as st

from musegen.studies.pool import load_clip
from musegen.studies.records import HeardBefore, Maker, Participant, Sureness, Trial, Vote
from ui import frame, listening
from ui import survey_texts as texts
from ui.survey_study import study

MINIMUM_LISTENING_S = 5
TOLERANCE_S = 0.5
"""Browsers round what they report."""


def show(participant: Participant, trial: Trial, *, total: int) -> None:
    """The clip, the questions and the button of one trial."""
    if not trial.is_shown:
        study().store.note_shown(participant.id, trial.position)
    mp3 = load_clip(study().store, trial.stimulus_id)
    text = texts.CLIP_OF.format(position=trial.position, total=total)
    st.progress((trial.position - 1) / total, text=f"**{text}**")
    _trial(participant.id, trial.position, mp3)


@st.fragment
def _trial(participant_id: str, position: int, mp3: bytes) -> None:
    """A fragment, so that the clip plays on undisturbed while questions are answered."""
    this = f"{position}-of-{participant_id}"
    with frame.friendly_errors():
        heard_s = listening.player(mp3, key=f"clip-{this}")
        vote = _ask(this, heard_s)
        has_listened = heard_s >= MINIMUM_LISTENING_S - TOLERANCE_S
        st.caption(_hint(has_listened=has_listened, has_answered=vote is not None))
        if (
            st.button(
                texts.VOTE,
                type="primary",
                width="stretch",
                disabled=vote is None or not has_listened,
                key=f"vote-{this}",
            )
            and vote is not None
        ):
            study().store.add_vote(participant_id, position, vote)
            st.rerun(scope="app")


def _ask(this: str, heard_s: float) -> Vote | None:
    """The three questions; None until all are answered."""
    answer = st.segmented_control(
        texts.WHO,
        list(Maker),
        required=True,
        format_func=lambda maker: texts.MAKERS[maker],
        width="stretch",
        key=f"answer-{this}",
    )
    sureness = st.segmented_control(
        texts.SURE,
        list(Sureness),
        required=True,
        format_func=lambda step: texts.SURENESS[step],
        width="stretch",
        key=f"sureness-{this}",
    )
    heard = st.segmented_control(
        texts.HEARD,
        list(HeardBefore),
        required=True,
        format_func=lambda step: texts.HEARD_BEFORE[step],
        width="stretch",
        key=f"heard-{this}",
    )
    if answer is None or sureness is None or heard is None:
        return None
    return Vote(answer, sureness, heard, heard_s)


def _hint(*, has_listened: bool, has_answered: bool) -> str:
    if not has_listened:
        return texts.LISTEN_FIRST.format(seconds=MINIMUM_LISTENING_S)
    return texts.READY if has_answered else texts.ANSWER_FIRST
