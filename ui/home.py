"""The home page: what this is, two ways in, and what has been learned so far."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from musegen import genres, models
from musegen.models import ModelInfo
from ui import texts
from ui.frame import plain

BANNER = str(Path(__file__).with_name("banner.svg"))
"""The beginning of a composed chorale, as a piano roll."""

GENRES_ABREAST = 3
"""In narrower columns their names would break."""


def show() -> None:
    """Draw the page below its menu."""
    with st.container(key="banner"):
        st.image(BANNER, alt="", width="stretch")
    st.title(texts.HOME_TITLE)
    st.markdown(texts.HOME_LEAD)
    ways = st.columns(2, gap="medium")
    _way(ways[0], texts.HOME_COMPOSE, texts.HOME_COMPOSE_WORDS, "pages/1_Compose.py", "compose")
    _way(ways[1], texts.HOME_SURVEY, texts.HOME_SURVEY_WORDS, "pages/2_Survey.py", "survey")
    st.header(texts.HOME_GENRES)
    found = models.available()
    if not found:
        st.markdown(plain(texts.HOME_NO_GENRES))
    for start in range(0, len(found), GENRES_ABREAST):
        some = found[start : start + GENRES_ABREAST]
        for column, info in zip(st.columns(GENRES_ABREAST, gap="medium"), some, strict=False):
            with column:
                _genre(info)


def _way(column: DeltaGenerator, name: str, words: str, page: str, key: str) -> None:
    with column, st.container(border=True, key=f"way_{key}", height="stretch"):
        st.header(name, anchor=False)
        st.markdown(words)
        if st.button(
            texts.HOME_GO[key],
            type="primary",
            icon=":material/arrow_forward:",
            width="stretch",
            key=f"go_{key}",
        ):
            st.switch_page(page)


def _genre(info: ModelInfo) -> None:
    genre = genres.find(info.genre)
    with st.container(border=True, key=f"genre_{genre.name}", height="stretch"):
        st.subheader(genre.title, anchor=False)
        st.markdown(plain(genre.description))
        if facts := _facts(info.config):
            st.caption(facts)
        st.page_link(
            "pages/1_Compose.py",
            label=texts.HOME_GENRE_GO.format(genre=genre.title.lower()),
            icon=":material/arrow_forward:",
            query_params={"genre": genre.name},
        )


def _facts(config: Mapping[str, Any]) -> str:
    """What a model's own record says of it, in words; nothing where it says nothing."""
    data, copying = config.get("data", {}), config.get("copying", {})
    facts = []
    if learned := data.get("train"):
        facts.append(texts.HOME_LEARNED.format(**learned))
    if (unseen := data.get("test")) and (nats := config.get("nats_per_note", {}).get("test")):
        # exp of the mean surprise: how many equally likely notes it wavers between.
        facts.append(texts.HOME_UNSEEN.format(pieces=unseen["pieces"], choices=exp(nats["total"])))
    if "human_share_p95" in copying:
        facts.append(texts.HOME_COPYING)
    return " ".join(facts)
