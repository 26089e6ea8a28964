"""What is behind the survey's pages: one store and one pool of clips a process."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from musegen import settings
from musegen.studies import headphones
from musegen.studies.pool import Pool
from musegen.studies.soundcheck import sound_check
from musegen.studies.store import Store


@dataclass(frozen=True)
class Study:
    """Where votes go, and where the standing study's clips come from."""

    store: Store
    pool: Pool


def study() -> Study:
    """The studies of this process.

    Raises
    ------
    StoreError
        When their database cannot be used; the next call tries again.
    """
    return _study(settings.database_url(), str(settings.data_dir()))


@st.cache_resource(show_spinner=False)
def _study(database_url: str, _folder: str) -> Study:
    store = Store.open(database_url)
    return Study(store, Pool(store))


@st.cache_data(show_spinner=False)
def sound_check_mp3() -> bytes:
    """The tones of the sound check."""
    return sound_check()


@st.cache_data(show_spinner=False)
def headphone_mp3(trial: headphones.HeadphoneTrial) -> bytes:
    """The tones of a trial of the headphone check."""
    return headphones.sound(trial)
