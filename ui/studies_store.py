"""The researchers' store and workshop: one of each a process."""

from __future__ import annotations

import os

import streamlit as st

from musegen import settings
from musegen.studies import making
from musegen.studies.store import Store
from ui.workshop import Progress, Workshop


def store() -> Store:
    """The store of this process.

    Raises
    ------
    StoreError
        When its database cannot be used; the next call tries again.
    """
    return _store(settings.database_url(), str(settings.data_dir()))


@st.cache_resource(show_spinner=False)
def _store(database_url: str, _folder: str) -> Store:
    return Store.open(database_url)


def workshop() -> Workshop:
    """Where the clips of new studies are made."""
    return _workshop(settings.database_url(), str(settings.data_dir()))


@st.cache_resource(show_spinner=False)
def _workshop(database_url: str, _folder: str) -> Workshop:
    opened = _store(database_url, _folder)

    def make(name: str, progress: Progress) -> None:
        making.make_all(opened, opened.studies.get(name), jobs=_jobs(), progress=progress)

    return Workshop(make)


def _jobs() -> int:
    """Half of the processor cores: pages stay quick for those who listen meanwhile."""
    return max(1, (os.cpu_count() or 2) // 2)
