"""The researchers' page of studies: those there are, new ones, and how many people they need."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from ui import studies_list, studies_new, studies_plan
from ui import studies_texts as texts

TAB = "studies-tab"


def show() -> None:
    """Draw the page below its menu; only the tab that is open is worked out."""
    st.html(f"<style>{_css()}</style>")
    st.title(texts.TITLE)
    st.markdown(texts.LEAD)
    # Always there, or the tabs after it would be other tabs to the browser when it comes or
    # goes: those show the tab asked for, but report the one before.
    said = st.container()
    if (message := st.session_state.pop(studies_list.MESSAGE, None)) is not None:
        said.success(message, icon=":material/check:")
    rooms = {
        texts.LIST_TAB: studies_list.show,
        texts.NEW_TAB: studies_new.show_form,
        texts.FILE_TAB: studies_new.show_file,
        texts.PLAN_TAB: studies_plan.show,
    }
    if (asked := st.session_state.pop(studies_list.GO_TO, None)) is not None:
        st.session_state[TAB] = asked
    tabs = st.tabs(list(rooms), key=TAB, on_change="rerun")
    for tab, room in zip(tabs, rooms.values(), strict=True):
        if tab.open:
            with tab:
                room()


@cache
def _css() -> str:
    return Path(__file__).with_name("studies.css").read_text(encoding="utf-8")
