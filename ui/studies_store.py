"""The researchers' store and workshop: one of each a process."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from functools import cache

import streamlit as st

from musegen import settings
from musegen.studies import making, study_files
from musegen.studies.pool import PoolStatus
from musegen.studies.registry import STUDY_VARIABLE, Study
from musegen.studies.store import Store
from ui import survey_study
from ui.workshop import Progress, Workshop


def store() -> Store:
    """The store of this process, which the survey's pages use, too.

    Raises
    ------
    StoreError
        When its database cannot be used; the next call tries again.
    """
    return survey_study.study().store


def pool_of(name: str) -> PoolStatus | None:
    """How far the survey's own making of the standing study is; None for any other study."""
    standing = os.environ.get(STUDY_VARIABLE, "").strip() or _shipped_name()
    return survey_study.study().pool.status() if name == standing else None


@cache
def _shipped_name() -> str:
    return study_files.parse(study_files.shipped()).name


def labels(studies: Sequence[Study]) -> dict[str, str]:
    """What each study is called in a list, by name: its title, with its name where two share one."""
    titles = Counter(study.design.title for study in studies)
    return {
        study.name: study.design.title
        if titles[study.design.title] == 1
        else f"{study.design.title} ({study.name})"
        for study in studies
    }


def workshop() -> Workshop:
    """Where the clips of new studies are made."""
    return _workshop(settings.database_url(), str(settings.data_dir()))


@st.cache_resource(show_spinner=False)
def _workshop(database_url: str, folder: str) -> Workshop:  # noqa: ARG001 - they are the key
    opened = store()

    def make(name: str, progress: Progress) -> None:
        making.make_all(opened, opened.studies.get(name), jobs=_jobs(), progress=progress)

    return Workshop(make)


def _jobs() -> int:
    """Half of the processor cores: pages stay quick for those who listen meanwhile."""
    return max(1, (os.cpu_count() or 2) // 2)
