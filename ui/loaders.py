"""What is loaded once and shared by everybody who has the app open.

Composers keep nothing between songs, so threads may share them.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

import streamlit as st

from musegen import composers
from musegen.composers import AnyComposer
from musegen.composing import Model, Request
from ui.opus import Opus

MOST_COMPOSERS = 4
MOST_SONGS = 24
"""Kept for everybody: a song is some three megabytes, most of it sound."""

PATIENCE_S = 0.4


@st.cache_resource(max_entries=MOST_COMPOSERS, show_spinner=False)
def composer(genre: str, model: Model = Model.EVENT) -> AnyComposer:
    """The composer of a genre; see `musegen.composers.load`."""
    return composers.load(genre, model)


class Shelf:
    """The songs made lately, by request; the one not asked for longest goes first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._songs: OrderedDict[Request, Opus] = OrderedDict()
        self._lock = Lock()

    def find(self, request: Request) -> Opus | None:
        """The song, if it is still there."""
        with self._lock:
            if (opus := self._songs.get(request)) is not None:
                self._songs.move_to_end(request)
            return opus

    def keep(self, request: Request, opus: Opus) -> None:
        """Keep a song for whoever asks next."""
        with self._lock:
            self._songs[request] = opus
            while len(self._songs) > self._room:
                self._songs.popitem(last=False)


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """The app's shelf of songs."""
    return Shelf(MOST_SONGS)


@st.cache_resource(show_spinner=False)
def _desks() -> BoundedSemaphore:
    return BoundedSemaphore(max(1, os.cpu_count() or 1))


@contextmanager
def desk(waiting: Callable[[], None]) -> Iterator[None]:
    """A place to compose at: as many as there are processor cores.

    ``waiting`` is called again and again until one is free.
    """
    desks = _desks()
    while not desks.acquire(timeout=PATIENCE_S):
        waiting()
    try:
        yield
    finally:
        desks.release()
