"""The questions about the participant, before or after the clips; each may be left out."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from musegen.studies import questions
from musegen.studies.design import Ask
from ui import screen
from ui.survey_study import study as opened
from ui.survey_visit import Visit


def show_before(visit: Visit) -> None:
    """The questions that come before the clips."""
    _begin(visit, visit.texts.questions.before_title)
    take_before(visit)


def take_before(visit: Visit) -> None:
    """The form alone."""
    _take(visit, visit.design.before, when="before")


def show_after(visit: Visit) -> None:
    """The questions that come after the clips."""
    _begin(visit, visit.texts.questions.after_title)
    _take(visit, visit.design.after, when="after")


def _begin(visit: Visit, title: str) -> None:
    screen.begin(title, language=visit.language)
    st.markdown(visit.texts.questions.optional)


def _take(visit: Visit, asked: tuple[Ask, ...], *, when: Literal["before", "after"]) -> None:
    words = visit.texts.questions
    with st.form(visit.key(f"questions-{when}"), border=False):
        answers = {name: value for ask in asked for name, value in _ask(visit, ask).items()}
        is_done = st.form_submit_button(words.go_on, type="primary", width="stretch")
    if is_done:
        given = {name: value for name, value in answers.items() if value}
        opened().store.people.answer(visit.participant.id, given, when=when)
        st.rerun()


def _ask(visit: Visit, ask: Ask) -> dict[str, str | None]:
    words = visit.texts.questions
    if ask is Ask.COMMENT:
        comment = st.text_area(
            words.comment, max_chars=questions.LONGEST_COMMENT, key=visit.key(questions.COMMENT)
        )
        return {questions.COMMENT: (comment or "").strip()}
    if ask is Ask.MUSICAL_TRAINING:
        st.subheader(words.training, anchor=False)
    return {name: _choose(visit, name) for name in questions.NAMES[ask]}


def _choose(visit: Visit, name: str) -> str | None:
    item = visit.texts.questions.items[name]
    return st.pills(
        item.text,
        list(questions.CHOICES[name]),
        format_func=lambda choice: item.choices[choice],
        key=visit.key(name),
    )
