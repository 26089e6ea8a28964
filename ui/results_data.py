"""What the results page works with: one study's votes by choice, and figures that are kept.

Figures are kept by study and choice, and by a mark that changes with every vote: nobody waits
for what was worked out before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import streamlit as st

from musegen.studies.overview import mark
from musegen.studies.records import HeardBefore
from musegen.studies.registry import Study
from musegen.studies.respondents import read_participants
from musegen.studies.statistics import flags, frames
from musegen.studies.statistics.flags import Limits
from musegen.studies.votes import read_votes
from ui.studies_store import store

if TYPE_CHECKING:
    import pandas as pd

KEPT = 64
"""Figures kept of each sort, the newest."""

TABLES_KEPT = 8
"""Ten thousand votes take some ten megabytes."""

T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """Whose votes on what are looked at.

    ``mark`` stands for the state of the database, so that figures are worked out anew when a
    vote comes in.
    """

    study: str
    mark: str
    minimum_listening_s: float
    margin: float
    without_flagged: bool = False
    without_known: bool = False
    genre: str = frames.ALL_GENRES

    @property
    def limits(self) -> Limits:
        """When somebody is flagged, given what this study's pages ask for."""
        return Limits.asking(self.minimum_listening_s)


def choice_of(study: Study) -> Choice:
    """All votes of a study, as they are now."""
    design = study.design
    now = f"{study.created_at.isoformat()}-{mark(store().database, study.name)}"
    return Choice(study.name, now, design.minimum_listening_s, design.margin)


def kept(work_out: Callable[[Choice], T]) -> Callable[[Choice], T]:
    """Keep a figure by its choice; what is given back must not be changed."""
    cached = st.cache_resource(max_entries=KEPT, show_spinner=False)(work_out)

    @wraps(work_out)
    def find(choice: Choice) -> T:
        return cached(choice)

    return find


@st.cache_resource(max_entries=TABLES_KEPT, show_spinner=False)
def everything(study: str, state: str) -> pd.DataFrame:  # noqa: ARG001 - it is part of the key
    """All votes of a study, practice and attention checks included."""
    return read_votes(store(), study)


@st.cache_resource(max_entries=TABLES_KEPT, show_spinner=False)
def people(study: str, state: str) -> pd.DataFrame:  # noqa: ARG001 - it is part of the key
    """All participants of a study."""
    return read_participants(store(), study)


@kept
def flagged(choice: Choice) -> pd.DataFrame:
    """Each participant with what stands out, of all votes of the study."""
    return flags.flags(everything(choice.study, choice.mark), choice.limits)


@st.cache_resource(max_entries=TABLES_KEPT, show_spinner=False)
def votes(choice: Choice) -> pd.DataFrame:
    """The votes of the choice, attention checks included."""
    found = everything(choice.study, choice.mark)
    if choice.without_flagged:
        out = flagged(choice)
        found = found[~found["participant"].isin(out.loc[out["is_flagged"], "participant"])]
    if choice.without_known:
        found = found[~found["heard_before"].isin([HeardBefore.MAYBE, HeardBefore.YES])]
    if choice.genre != frames.ALL_GENRES:
        found = found[found["genre"] == choice.genre]
    return found


def rng() -> np.random.Generator:
    """The same chance each time: intervals must not change when a page is loaded again."""
    return np.random.default_rng(2018)
