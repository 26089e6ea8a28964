"""The Compose page's form: its widgets, filled from settings and read back as parameters.

Widgets keep their values in the session under ``form_<parameter>``; read back, they are the
very parameters of a link (`ui.links`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import streamlit as st

from musegen import genres, models
from musegen.composing import TEMPO_BPM, Model
from musegen.form import BARS
from musegen.keys import all_keys, parse_key
from musegen.metre import metre_text
from ui import links, texts
from ui.links import Settings

PREFIX = "form_"
DICE_SIDES = 10_000
LONGEST_FORM = 120


def show(there: list[str], *, on_compose: Callable[[], None]) -> None:
    """Draw the form; ``there`` are the genres that have a model."""
    st.segmented_control(
        texts.GENRE,
        there,
        format_func=lambda name: genres.find(name).title,
        required=True,
        key=_key("genre"),
    )
    with st.expander(texts.MORE):
        _more(genres.find(st.session_state[_key("genre")]))
    st.button(
        texts.COMPOSE,
        type="primary",
        icon=":material/music_note:",
        on_click=on_compose,
        key="compose_button",
    )


def _more(genre: genres.Genre) -> None:
    left, middle, right = st.columns(3, gap="medium")
    with left:
        _key_and_mode()
    with middle:
        _tempo_and_metre(genre)
    with right:
        _daring_and_seed()
    wide, narrow = st.columns((2, 1), gap="medium")
    with wide:
        st.text_input(texts.FORM, help=texts.FORM_HELP, max_chars=LONGEST_FORM, key=_key("form"))
    with narrow:
        _bars(genre)
    if models.has_article(genre.name):
        _model()


def _key_and_mode() -> None:
    st.selectbox(texts.KEY, _keys(), format_func=_key_name, help=texts.KEY_HELP, key=_key("key"))
    st.segmented_control(
        texts.MODE,
        list(texts.MODE_NAMES),
        format_func=texts.MODE_NAMES.__getitem__,
        help=texts.MODE_HELP,
        required=True,
        key=_key("mode"),
    )


def _tempo_and_metre(genre: genres.Genre) -> None:
    low, high = genre.tempo_bpm
    st.number_input(
        texts.TEMPO,
        *TEMPO_BPM,
        value=None,
        step=1.0,
        format="%g",
        help=texts.TEMPO_HELP,
        placeholder=texts.USUAL.format(f"{low} to {high}"),
        key=_key("tempo"),
    )
    metres = ["", *map(metre_text, genre.metres)]
    if st.session_state.get(_key("metre")) not in metres:
        st.session_state[_key("metre")] = ""  # another genre's
    if len(genre.metres) == 1:
        return
    st.selectbox(
        texts.METRE,
        metres,
        format_func=lambda metre: metre or texts.METRE_ANY,
        help=texts.METRE_HELP,
        key=_key("metre"),
    )


def _bars(genre: genres.Genre) -> None:
    st.number_input(
        texts.BARS,
        *BARS,
        value=None,
        step=1,
        help=texts.BARS_HELP,
        placeholder=texts.USUAL.format(genre.bars),
        key=_key("bars"),
    )


def _daring_and_seed() -> None:
    st.select_slider(
        texts.DARING,
        _temperatures(),
        format_func=daring_name,
        help=texts.DARING_HELP,
        key=_key("temperature"),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            texts.SEED,
            help=texts.SEED_HELP,
            placeholder=texts.SEED_EMPTY,
            max_chars=20,
            key=_key("seed"),
        )
        st.button("", icon=":material/casino:", help=texts.DICE, on_click=_roll, key="form_dice")


def _model() -> None:
    st.segmented_control(
        texts.MODEL,
        [model.value for model in Model],
        format_func=lambda name: texts.MODEL_NAMES[name],
        help=texts.MODEL_HELP,
        required=True,
        key=_key("model"),
    )


def fill(settings: Settings) -> None:
    """Let the widgets show ``settings``; before they are drawn."""
    values = {
        "genre": settings.genre,
        "key": "" if settings.key is None else links.key_text(settings.key),
        "mode": "" if settings.mode is None else settings.mode.value,
        "metre": "" if settings.metre is None else metre_text(settings.metre),
        "tempo": settings.tempo_bpm,
        "temperature": settings.temperature,
        "form": settings.form,
        "bars": settings.bars,
        "model": settings.model.value,
        "seed": "" if settings.seed is None else str(settings.seed),
    }
    for name, value in values.items():
        st.session_state[_key(name)] = value


def is_filled() -> bool:
    """Whether the widgets hold values: a visit to another page empties them."""
    return _key("genre") in st.session_state


def forget_seed() -> None:
    """Empty the seed's field, so that the next song is any."""
    st.session_state[_key("seed")] = ""


def parameters() -> dict[str, str]:
    """What the widgets show, as the parameters of a link."""
    values = {name: st.session_state.get(_key(name)) for name in links.PARAMETERS}
    if not models.has_article(str(values["genre"])):
        del values["model"]  # not asked for, since there is no choice
    return {
        name: links.number_text(value) if isinstance(value, float) else str(value)
        for name, value in values.items()
        if value is not None
    }


def daring_name(temperature: float) -> str:
    """A temperature in words, or as a number where there is none for it."""
    return texts.DARING_NAMES.get(temperature, f"{temperature:g}")


def _roll() -> None:
    st.session_state[_key("seed")] = str(secrets.randbelow(DICE_SIDES))


def _temperatures() -> list[float]:
    asked = st.session_state[_key("temperature")]
    return sorted({*texts.DARING_NAMES, asked})


def _keys() -> list[str]:
    usual = ["", *map(links.key_text, all_keys())]
    asked = st.session_state[_key("key")]  # a link may spell a key in another way
    return usual if asked in usual else [*usual, asked]


def _key_name(text: str) -> str:
    return links.key_words(parse_key(text)) if text else texts.KEY_HOME


def _key(name: str) -> str:
    return f"{PREFIX}{name}"
