"""After a practice trial: whether it was right, and what it was, told at once."""

from __future__ import annotations

import streamlit as st

from musegen.studies.records import Verdict
from ui import screen, survey_truth
from ui.survey_study import study as opened
from ui.survey_visit import Visit


def note(visit: Visit, position: int) -> None:
    """The truth about this trial is to be told next."""
    st.session_state[_name(visit)] = position


def pending(visit: Visit) -> int | None:
    """The trial about which the truth is still to be told."""
    position = st.session_state.get(_name(visit))
    return position if isinstance(position, int) else None


def show(visit: Visit, position: int) -> None:
    """The truth about one trial, with the clip once more, and a button to go on."""
    verdict = _verdict(visit, position)
    words = visit.texts.trial
    if verdict is None:
        done(visit)
        st.rerun()
    screen.begin(
        words.right_title if verdict.is_right else words.wrong_title, language=visit.language
    )
    for line in survey_truth.lines(visit, verdict):
        st.markdown(line)
    survey_truth.replay(visit, verdict)
    if st.button(
        words.next, type="primary", width="stretch", key=visit.key(f"feedback-{position}")
    ):
        done(visit)
        st.rerun()


def done(visit: Visit) -> None:
    """The truth was told."""
    st.session_state.pop(_name(visit), None)


def _name(visit: Visit) -> str:
    return visit.key("feedback")


def _verdict(visit: Visit, position: int) -> Verdict | None:
    verdicts = opened().store.ballots.verdicts(visit.participant.id)
    return next((one for one in verdicts if one.position == position), None)
