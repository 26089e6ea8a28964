"""The form for a new study: its widgets, read back as a draft (`ui.study_draft`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from musegen import corpora, genres, models
from musegen.studies.design import Ask, Design, Language
from musegen.studies.records import Condition, Question
from ui import human_pieces, study_draft
from ui import studies_texts as texts
from ui.frame import plain

PREFIX = "study_"
USUAL = {name: field.default for name, field in Design.model_fields.items()}
GENRES_KEPT_S = 30
"""Looking for all human pieces takes half a second."""


def draw() -> dict[str, Any]:
    """Draw the form; gives what it says, in the words of the study file."""
    with st.container(border=True, key="study-music"):
        st.subheader(texts.MUSIC, anchor=False)
        draft = _music()
    with st.container(border=True, key="study-task"):
        st.subheader(texts.TASK, anchor=False)
        draft |= _task(draft["question"])
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, key="study-asked", height="stretch"):
        st.subheader(texts.PEOPLE_ASKED, anchor=False)
        draft |= _asked()
    with right, st.container(border=True, key="study-when", height="stretch"):
        st.subheader(texts.WHEN, anchor=False)
        draft |= _when()
    with st.expander(texts.OWN_WORDS, key=_key("words")):
        draft["texts"] = _own_words(draft["languages"] or list(Language))
    with st.expander(texts.FINE_PRINT, key=_key("fine")):
        draft |= _fine_print()
    return draft


def _music() -> dict[str, Any]:
    left, right = st.columns((3, 2), gap="medium")
    with left:
        title = st.text_input(
            texts.TITLE_FIELD,
            placeholder=texts.TITLE_PLACEHOLDER,
            help=texts.TITLE_HELP,
            max_chars=200,
            key=_key("title"),
        ).strip()
    suggested = study_draft.name_of(title)
    with right:
        name = st.text_input(
            texts.NAME_FIELD,
            placeholder=suggested or study_draft.name_of(texts.TITLE_PLACEHOLDER),
            help=texts.NAME_HELP,
            max_chars=study_draft.LONGEST_NAME,
            key=_key("name"),
        )
    question = st.radio(
        texts.QUESTION_FIELD,
        list(Question),
        format_func=texts.QUESTION_NAMES.__getitem__,
        horizontal=True,
        key=_key("question"),
    )
    chosen = _genres()
    human_pieces.show_left_out()
    return {
        "name": name.strip() or suggested,
        "title": title,
        "question": question,
        "genres": chosen,
        "conditions": study_draft.conditions(_machines(chosen)),
    }


def _genres() -> list[str]:
    there = genres_at_hand()
    if not there:
        st.info(texts.GENRES_NONE, icon=":material/info:")
        return []
    return list(
        st.pills(
            texts.GENRES_FIELD,
            there,
            selection_mode="multi",
            format_func=_genre_title,
            help=texts.GENRES_HELP,
            key=_key("genres"),
        )
    )


def _machines(chosen: list[str]) -> list[str]:
    there = machines_at_hand(chosen)
    picked = st.pills(
        texts.MACHINES_FIELD,
        there,
        selection_mode="multi",
        default=[Condition.EVENT.value],
        format_func=condition_name,
        help=texts.MACHINES_HELP,
        key=_key("machines"),
    )
    without = [name for name in chosen if not models.has_article(name)]
    if Condition.ARTICLE.value in picked and without:
        known = [_genre_title(name) for name in chosen if name not in without]
        st.caption(texts.ARTICLE_ONLY.format(genres=", ".join(known) or "—"))
    return [name for name in there if name in picked]


def _task(question: Question) -> dict[str, Any]:
    first, second, third = st.columns(3, gap="medium")
    with first:
        clips = _number(texts.CLIPS_FIELD[question], "clips", 2, 100, step=2)
        practice = _number(texts.PRACTICE_FIELD, "practice", 0, 6, tip=texts.PRACTICE_HELP)
    with second:
        stimuli = _number(texts.STIMULI_FIELD, "stimuli", 1, 1000, tip=texts.STIMULI_HELP)
        catch = _number(texts.CATCH_FIELD, "catch", 0, 10, tip=texts.CATCH_HELP)
    with third:
        listening = st.number_input(
            texts.LISTEN_FIELD,
            0.0,
            60.0,
            float(USUAL["minimum_listening_s"]),
            step=1.0,
            format="%g",
            help=texts.LISTEN_HELP,
            key=_key("minimum_listening_s"),
        )
        heard = _toggle(texts.HEARD_FIELD, texts.HEARD_HELP, "ask_heard_before")
        result = _toggle(texts.RESULT_FIELD, texts.RESULT_HELP, "show_result")
    return {
        "clips": clips,
        "stimuli": stimuli,
        "practice": practice,
        "catch": catch,
        "minimum_listening_s": listening,
        "ask_heard_before": heard,
        "show_result": result,
    }


def _toggle(label: str, tip: str, name: str) -> bool:
    return st.toggle(label, value=bool(USUAL[name]), help=tip, key=_key(name))


def _number(label: str, name: str, low: int, high: int, *, step: int = 1, tip: str = "") -> int:
    return int(
        st.number_input(
            label, low, high, int(USUAL[name]), step=step, help=tip or None, key=_key(name)
        )
    )


def _asked() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, label in (("before", texts.BEFORE_FIELD), ("after", texts.AFTER_FIELD)):
        found[name] = _pills(label, list(Ask), texts.ASK_NAMES, name, tip=texts.ASK_HELP)
    found["headphone_check"] = _toggle(texts.CHECK_FIELD, texts.CHECK_HELP, "headphone_check")
    found["languages"] = _pills(
        texts.LANGUAGES_FIELD,
        list(Language),
        texts.LANGUAGE_NAMES,
        "languages",
        default=list(Language),
    )
    return found


def _pills(
    label: str,
    options: list[Any],
    names: dict[Any, str],
    name: str,
    *,
    default: list[Any] | None = None,
    tip: str = "",
) -> list[Any]:
    picked = st.pills(
        label,
        options,
        selection_mode="multi",
        default=default,
        format_func=names.__getitem__,
        help=tip or None,
        key=_key(name),
    )
    return [option for option in options if option in picked]


def _when() -> dict[str, Any]:
    moments = {}
    for name, label in (("opens", texts.OPENS_FIELD), ("closes", texts.CLOSES_FIELD)):
        moment = st.datetime_input(
            label, value=None, format="DD.MM.YYYY", help=texts.DATES_HELP, key=_key(name)
        )
        moments[name] = _in_utc(moment)
    code = st.text_input(
        texts.CODE_FIELD, help=texts.COMPLETION_HELP, max_chars=200, key=_key("code")
    )
    address = st.text_input(
        texts.ADDRESS_FIELD,
        placeholder=texts.ADDRESS_PLACEHOLDER,
        help=texts.COMPLETION_HELP,
        max_chars=1000,
        key=_key("address"),
    )
    return {**moments, "completion": study_draft.completion(code, address)}


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _own_words(languages: list[Language]) -> dict[Language, Any]:
    st.caption(texts.OWN_WORDS_HELP)
    words = {}
    tabs = st.tabs([texts.LANGUAGE_NAMES[language] for language in languages])
    for language, tab in zip(languages, tabs, strict=True):
        with tab:
            label, name = texts.OWN_TITLE, "title"
            key = _key(f"{language.value}_{name}")
            words[language, name] = st.text_input(label, max_chars=200, key=key)
            for name, label in (
                ("consent", texts.OWN_CONSENT),
                ("instructions", texts.OWN_INSTRUCTIONS),
                ("thanks", texts.OWN_THANKS),
            ):
                key = _key(f"{language.value}_{name}")
                words[language, name] = st.text_area(label, max_chars=5000, height=110, key=key)
    return study_draft.wordings(words)


def _fine_print() -> dict[str, Any]:
    low, high = USUAL["clip_length_s"]
    length = st.slider(
        texts.LENGTH_FIELD, 8.0, 60.0, (low, high), step=1.0, format="%g", key=_key("length")
    )
    first, second, third = st.columns(3, gap="medium")
    with first:
        points = st.number_input(
            texts.MARGIN_FIELD,
            1,
            49,
            round(100 * USUAL["margin"]),
            help=texts.MARGIN_HELP,
            key=_key("margin"),
        )
    with second:
        seed = st.number_input(
            texts.SEED_FIELD,
            0,
            2**31 - 1,
            int(USUAL["seed"]),
            help=texts.SEED_HELP,
            key=_key("seed"),
        )
    with third:
        days = _number(texts.RESUME_FIELD, "resume_days", 1, 365)
    return {"clip_length_s": length, "margin": points / 100, "seed": seed, "resume_days": days}


@st.cache_data(ttl=GENRES_KEPT_S, show_spinner=False)
def genres_at_hand() -> list[str]:
    """Genres with a model, whose human pieces are on this machine too."""
    there = [info.genre for info in models.available() if info.genre in genres.names()]
    return [name for name in there if corpora.at_hand(name)]


def machines_at_hand(chosen: list[str]) -> list[str]:
    """Machines that can make music of at least one of the genres; all when none is chosen."""
    wanted = chosen or genres_at_hand()
    machines = [Condition.EVENT.value]
    if any(models.has_article(name) for name in wanted):
        machines.append(Condition.ARTICLE.value)
    parts = {_parts(name) for name in wanted}
    return machines + [name for name in _trained_here() if {_parts(name)} == parts]


def _trained_here() -> list[str]:
    """Models of this machine's own, each of which is a machine by its name."""
    home = models.user_models_dir()
    own = [info.genre for info in models.available() if info.directory.parent == home]
    return [name for name in own if name in genres.names()]


def _parts(name: str) -> int:
    return len(genres.find(name).voices)


def condition_name(condition: str) -> str:
    """What a machine is called on this page."""
    return texts.CONDITION_NAMES.get(condition) or texts.TRAINED_NAME.format(name=plain(condition))


def _genre_title(name: str) -> str:
    return genres.find(name).title


def forget() -> None:
    """Empty the form."""
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]


def _key(name: str) -> str:
    return f"{PREFIX}{name}"
