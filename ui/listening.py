"""The listening test's player: a clip's sound with one large button, and how much was heard."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import streamlit as st

from ui import survey_texts as texts

_HERE = Path(__file__).resolve().parent / "components" / "listening"


def player(mp3: bytes, *, key: str) -> float:
    """Show a player; return the seconds heard since it was first shown.

    The count survives reruns, as long as ``key`` stays the same, but not a reload.
    """
    kept = f"{key}-heard"
    result = _component()(data=mp3, key=key, on_heard_change=_nothing)
    heard_s = _seconds(result.get("heard"))
    # A component that is mounted anew starts from nothing; what was heard stays heard.
    st.session_state[kept] = max(heard_s, _seconds(st.session_state.get(kept)))
    return float(st.session_state[kept])


def _seconds(value: object) -> float:
    """What the browser reports, if it is a sensible number."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return 0.0
    return float(value) if 0 <= value < 86_400 else 0.0


def _nothing() -> None:
    """Streamlit keeps only such state as has a callback."""


@cache
def _component() -> Any:
    html = Template((_HERE / "listening.html").read_text(encoding="utf-8"))
    return st.components.v2.component(
        "listening",
        html=html.substitute(texts.PLAYER),
        css=(_HERE / "listening.css").read_text(encoding="utf-8"),
        js=(_HERE / "listening.js").read_text(encoding="utf-8"),
    )
