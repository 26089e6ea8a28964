"""In which language a participant is spoken to."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from musegen.studies.design import Language
from ui.survey_texts import TEXTS

PARAMETER = "lang"
"""The query parameter that chooses the language."""


def language(offered: Sequence[Language] = tuple(Language), *, kept: str = "") -> Language:
    """What the address asks for, else what was ``kept``, else what the browser speaks."""
    asked = st.query_params.get(PARAMETER, "")
    return choose(offered, wishes=(asked, kept, st.context.locale or ""))


def choose(offered: Sequence[Language], *, wishes: Sequence[str]) -> Language:
    """The first wish that is offered (“de-AT” wishes German), else the first language offered."""
    for wish in wishes:
        short = wish.strip().lower()[:5].replace("_", "-").split("-")[0]
        if short in offered:
            return Language(short)
    return offered[0]


def show_switch(offered: Sequence[Language], current: Language, *, label: str) -> None:
    """A small choice of the languages offered; nothing where there is but one."""
    if len(offered) < 2:
        return
    chosen = st.segmented_control(
        label,
        list(offered),
        default=current,
        format_func=lambda one: TEXTS[one].name,
        required=True,
        label_visibility="collapsed",
        key="language",
    )
    if chosen != current:
        st.query_params[PARAMETER] = Language(chosen).value
        st.rerun()
