"""The Compose page: settings, the work while it is done, and the song.

The page's address is the truth: pressing *Compose* writes every setting into it, and whoever
opens such an address gets the same song at once. A song stays while its session lives, so that
downloads and other clicks do not compose again.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

import streamlit as st

from musegen import models
from musegen.composing import Request, again
from ui import compose_form, compose_song, links, loaders, opus, texts
from ui.frame import plain, show_error
from ui.links import Settings
from ui.opus import Opus

REQUEST, OPUS, PROBLEMS, LINK = (
    f"compose_{name}" for name in ("request", "opus", "problems", "link")
)
SEEDS = 1_000_000
"""Random seeds are below it: short enough to say aloud."""


def show() -> None:
    """Draw the page below its menu."""
    st.title(texts.COMPOSE_TITLE)
    there = [info.genre for info in models.available()]
    if not there:
        st.markdown(plain(texts.HOME_NO_GENRES))
        return
    _follow_link(there)
    compose_form.show(there, on_compose=_compose)
    for sentence in st.session_state.get(PROBLEMS, ()):
        show_error(sentence)
    if (request := st.session_state.get(REQUEST)) is None:
        st.markdown(texts.COMPOSE_LEAD)
    else:
        compose_song.show(_made(request), on_again=_compose_again, on_others=_compose_others)


def _follow_link(there: list[str]) -> None:
    """Take up the address's settings, whenever it is another than the page last wrote or read."""
    state, parameters = st.session_state, st.query_params.to_dict()
    if not parameters and state.get(REQUEST) is not None:  # back from another page
        parameters = links.write(state[REQUEST])
        st.query_params.from_dict(parameters)
    elif parameters == state.get(LINK) and compose_form.is_filled():
        return
    settings, problems = links.read(parameters, genre=there[0])
    state[LINK], state[PROBLEMS] = parameters, problems
    wants_song = settings.seed is not None and not problems
    state[REQUEST] = settings.request() if wants_song else None
    compose_form.fill(settings)


def _compose() -> None:
    """The button's doing: what the form says becomes the address, and the page composes it."""
    settings, problems = links.read(compose_form.parameters(), genre="")
    st.session_state[PROBLEMS] = problems
    if not problems:
        _ask_for(settings)


def _compose_again() -> None:
    """The same settings, another song."""
    settings, _ = links.read(links.write(st.session_state[REQUEST]), genre="")
    compose_form.forget_seed()
    st.session_state[PROBLEMS] = []
    _ask_for(replace(settings, seed=None, takes=()))


def _compose_others() -> None:
    """The same song, with the sections composed again that are not kept."""
    made: Opus = st.session_state[OPUS]
    kept = st.session_state.get(compose_song.KEPT) or []
    st.session_state[PROBLEMS] = []
    _go(again(made.composition, keep=kept, seed=secrets.randbelow(SEEDS)))


def _ask_for(settings: Settings) -> None:
    if settings.seed is None:
        settings = replace(settings, seed=secrets.randbelow(SEEDS))
    _go(settings.request())


def _go(request: Request) -> None:
    """Compose a request, and let the address say so."""
    parameters = links.write(request)
    st.session_state[REQUEST] = request
    st.session_state[LINK] = parameters
    st.query_params.from_dict(parameters)


def _made(request: Request) -> Opus:
    """The song asked for: this session's own, one made lately for anybody, or a new one."""
    state = st.session_state
    mine: Opus | None = state.get(OPUS)
    if mine is not None and mine.composition.request == request:
        return mine
    found = loaders.shelf().find(request)
    if found is None:
        found = _make(request)
        if not found.silence:
            loaders.shelf().keep(request, found)
    state[OPUS] = found
    return found


def _make(request: Request) -> Opus:
    # Beside a song that is still shown, progress floats where it can be seen from anywhere.
    place = "next_song" if st.session_state.get(OPUS) else "first_song"
    slot = st.empty()
    bar = slot.container(key=f"making_{place}").progress(0.0, text=texts.BEGINNING)

    def report(fraction: float, text: str) -> None:
        bar.progress(fraction, text=text)

    try:
        with loaders.desk(lambda: report(0.0, texts.WAITING)):
            return opus.make(
                loaders.composer(request.genre, request.model), request, progress=report
            )
    finally:
        slot.empty()
