"""The frame around every page: title, style, our menu, and errors as sentences.

A page starts with `page` and puts everything else under ``with friendly_errors():``.
Streamlit's own menu is switched off in ``.streamlit/config.toml``; this one is drawn only
where it is wanted, so that a participant's page leads nowhere else.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from musegen.errors import MusegenError

HERE = Path(__file__).resolve().parent
UNEXPECTED = (
    "Something went wrong here that should not have. Please try once more; "
    "if it stays so, the app's log tells what happened."
)

_MARKDOWN = re.compile(r"[\\`*_\[\]<>~$]|:(?=\w)|^#", re.MULTILINE)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page in the menu: its file, as Streamlit knows it, and its name for people."""

    path: str
    label: str


MENU = (
    MenuEntry("app.py", "Home"),
    MenuEntry("pages/1_Compose.py", "Compose"),
    MenuEntry("pages/2_Survey.py", "Was this human?"),
    MenuEntry("pages/5_Studies.py", "Studies"),
    MenuEntry("pages/3_Results.py", "Results"),
)


def page(title: str, *, menu: bool = True) -> None:
    """Begin a page called ``title``; must be the page's first call.

    Without ``menu`` the page is a participant's: no menu, no toolbar, no way to the
    researchers' pages.
    """
    st.set_page_config(
        page_title=f"{title} · musegen" if title else "musegen",
        page_icon=str(HERE / "icon.svg"),
        layout="wide",
        menu_items={"About": "A listening laboratory for machine-made songs."} if menu else None,
    )
    st.html(f"<style>{_css('frame.css')}{'' if menu else _css('frame_participant.css')}</style>")
    if menu:
        _draw_menu()


def _draw_menu() -> None:
    with st.container(key="menu", horizontal=True, gap="small"):
        for entry in MENU:
            st.page_link(entry.path, label=entry.label)
    here = f".st-key-menu > :nth-child({_here() + 1}) a[data-testid]"
    st.html(f"<style>{here} {{ box-shadow: inset 0 -2px #3f8a90 }}</style>")


def _here() -> int:
    """Which menu entry this page is; the first where the address tells nothing."""
    address = urlsplit(st.context.url or "").path.rstrip("/")
    names = [re.sub(r"^\d+_", "", Path(entry.path).stem) for entry in MENU]
    return next((i for i, name in enumerate(names) if address.endswith(f"/{name}")), 0)


@cache
def _css(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@contextmanager
def friendly_errors() -> Iterator[None]:
    """Show whatever goes wrong inside as a calm sentence; the log gets the stack trace.

    Streamlit's own signals (a rerun, a stop) pass through.
    """
    try:
        yield
    except MusegenError as error:
        logger.warning("%s: %s", type(error).__name__, error)
        show_error(str(error))
    except Exception:
        logger.exception("An unexpected error on a page")
        show_error(UNEXPECTED)


def show_error(text: str) -> None:
    """Show one sentence as an error."""
    st.error(plain(text), icon=":material/info:")


def plain(text: str) -> str:
    """Markdown that shows ``text`` as it is: what came from an address stays mere words."""
    return _MARKDOWN.sub(r"\\\g<0>", text)
