"""Genres that are left out of the test for want of human pieces, and a button that gets them."""

from __future__ import annotations

import streamlit as st

from musegen import corpora, downloads, genres, models
from musegen.piece_sources import collection_of
from ui import frame
from ui import studies_texts as texts


def show_left_out() -> None:
    """Say which genres are left out and what to do about it; nothing when none is."""
    left_out = without_pieces()
    if not left_out:
        return
    with st.expander(texts.LEFT_OUT_TITLE, icon=":material/library_add:", key="left-out"):
        st.markdown(texts.LEFT_OUT)
        for name in left_out:
            _one(name)


def without_pieces() -> list[str]:
    """Genres left out of studies until somebody gets their human pieces.

    Those trained on this machine are not among them: they have no human pieces to get.
    """
    trained = [info.genre for info in models.available() if info.genre in genres.names()]
    return [name for name in trained if collection_of(name) and not corpora.at_hand(name)]


def _one(name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"left-out-{name}"):
        title = genres.find(name).title
        st.markdown(texts.LEFT_OUT_ONE.format(title=title, command=f"fetch {name}"))
        if st.button(texts.GET_PIECES, key=f"fetch-{name}", icon=":material/download:"):
            _fetch(name)


def _fetch(name: str) -> None:
    with frame.friendly_errors():
        with st.spinner(texts.GETTING_PIECES):
            downloads.fetch(name)
        st.rerun()
