"""The frame of one screen on a participant's way: its heading, in the participant's language."""

from __future__ import annotations

import html
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).resolve().parent


def begin(heading: str, *, language: str) -> None:
    """Begin a screen: its heading, which gets the focus, and the page's language and title."""
    st.set_page_config(page_title=f"{heading} · musegen")
    st.html(f"<style>{_css()}</style>")
    st.title(_plain(heading), anchor=False)
    with st.container(key="screen"):
        _component()(data={"language": language, "heading": heading}, key="screen-frame")


def progress(share: float, *, label: str) -> None:
    """How far along the way one is, 0 to 1; the heading says it in words."""
    percent = round(100 * share)
    st.html(
        f'<div class="way" role="progressbar" aria-label="{html.escape(label)}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{percent}"><div style="width: {percent}%"></div></div>'
    )


def _plain(text: str) -> str:
    from ui.frame import plain

    return plain(text)


@cache
def _css() -> str:
    return (_HERE / "survey.css").read_text(encoding="utf-8")


@cache
def _component() -> Any:
    script = (_HERE / "components" / "screen" / "screen.js").read_text(encoding="utf-8")
    return st.components.v2.component("screen", html="<i></i>", js=script)
