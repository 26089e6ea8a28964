"""What the sections of the results page share: a heading, a plot, sentences under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ui import results_texts as texts

if TYPE_CHECKING:
    import pandas as pd

    from ui.results_plots import AnyChart

WORDS_COLOUR = "luminance(background) > 0.5 ? '#4a4d52' : '#e8e5de'"
"""Of a plot's words: Streamlit's own are too pale on a light page."""


def heading(title: str, *, is_synthetic: bool) -> None:
    """A section's title; simulated listeners are named beside it."""
    if not is_synthetic:
        st.subheader(title)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(title, width="content")
        st.badge(texts.SIMULATED_SHORT, icon=":material/smart_toy:", color="violet")


def plot(chart: AnyChart) -> None:
    """A plot, as wide as the room it has."""
    import altair as alt

    colour = alt.ExprRef(expr=WORDS_COLOUR)
    readable = chart.configure_axis(labelColor=colour, titleColor=colour)
    readable = readable.configure_legend(labelColor=colour, titleColor=colour)
    st.altair_chart(readable, width="stretch")


def said(sentences: Sequence[str], *, key: str) -> None:
    """Findings, in a frame of their own."""
    if sentences:
        with st.container(border=True, key=f"said-{key}"):
            st.markdown("\n\n".join(sentences))


def table(shown: pd.DataFrame, *, key: str) -> None:
    """The figures of a plot, folded away."""
    with st.expander(texts.AS_TABLE, key=f"table-{key}"):
        st.dataframe(shown, hide_index=True, width="stretch")
