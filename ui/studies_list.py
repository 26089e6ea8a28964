"""The studies there are, a card each: where it stands, its address, what one can do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from musegen.errors import RequestError
from musegen.studies.clip_files import delete_study
from musegen.studies.overview import Counts, count_all
from musegen.studies.registry import Status, Study
from ui import frame, studies_making
from ui import studies_texts as texts
from ui.frame import plain
from ui.studies_store import store

MESSAGE = "studies-message"
"""Where the session has a sentence to be said once."""

GO_TO = "studies-go-to"
"""Where the session has the tab to be opened next."""

RESULTS_PAGE = "pages/3_Results.py"
SURVEY_PATH = "/Survey"


def show() -> None:
    """All studies, the newest first."""
    studies, counts = store().studies.all(), count_all(store().database)
    unreadable = store().studies.unreadable()
    if not studies and not unreadable:
        st.info(texts.EMPTY.format(tab=texts.NEW_TAB), icon=":material/info:")
    for study in reversed(studies):
        _card(study, counts.get(study.name, Counts()))
    for name in unreadable:
        _broken_card(name, counts.get(name, Counts()))
    if studies or unreadable:
        _withdrawal()


def _card(study: Study, counts: Counts) -> None:
    status = study.status(datetime.now(UTC))
    with st.container(border=True, key=f"card-{study.name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(plain(study.design.title), anchor=False, width="content")
            _badge(study, status)
            if study.is_synthetic:
                label, help_ = texts.SIMULATED, texts.SIMULATED_HELP
                st.badge(label, icon=":material/smart_toy:", color="violet", help=help_)
        st.caption(facts(counts))
        if status is not Status.CLOSED:
            studies_making.show(study, counts.clips)
        if status is not Status.CLOSED and not study.is_synthetic:
            _address(study)
        _buttons(study, status, counts)


def _broken_card(name: str, counts: Counts) -> None:
    """A study whose file cannot be read: it can only be deleted."""
    with st.container(border=True, key=f"card-{name}"):
        st.subheader(plain(name), anchor=False)
        st.warning(texts.UNREADABLE, icon=":material/warning:")
        st.caption(facts(counts))
        with st.popover(texts.DELETE, type="tertiary", key=f"delete-{name}"):
            _ask_to_delete(name, name, counts)


def _badge(study: Study, status: Status) -> None:
    words, colour, icon = texts.STATUS[status.value]
    st.badge(words.format(opens=_moment(study.design.opens)), icon=icon, color=colour)  # type: ignore[arg-type]


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%-d %B %Y, %H:%M} UTC"


def facts(counts: Counts) -> str:
    """What a study has, in one line."""
    if not counts.begun:
        return texts.FACTS_BEFORE.format(clips=_counted(texts.CLIPS_MADE, counts.clips))
    return texts.FACTS.format(
        begun=_counted(texts.PEOPLE_BEGUN, counts.begun),
        finished=f"{counts.finished:,}",
        votes=_counted(texts.VOTES_GIVEN, counts.votes),
        clips=_counted(texts.CLIPS_MADE, counts.clips),
    )


def _counted(forms: tuple[str, str, str], count: int) -> str:
    """None, one or many, in words."""
    return forms[min(count, 2)].format(count=count)


def _address(study: Study) -> None:
    address = survey_address(study.name)
    st.caption(texts.ADDRESS)
    st.code(address, language=None, wrap_lines=True)
    with st.expander(texts.PLATFORMS, key=f"platforms-{study.name}"):
        st.markdown(texts.PLATFORM_HINT["Prolific"])
        st.code(address + texts.PROLIFIC_QUERY, language=None, wrap_lines=True)
        st.markdown(texts.PLATFORM_HINT["MTurk"])
        st.markdown(_completion(study))
        st.markdown(texts.IN_LANGUAGES)


def _completion(study: Study) -> str:
    completion = study.design.completion
    if completion is None:
        return texts.NO_COMPLETION_HINT
    given = [completion.code, None if completion.address is None else str(completion.address)]
    return texts.COMPLETION_HINT.format(given=" · ".join(f"`{one}`" for one in given if one))


def survey_address(name: str) -> str:
    """Where participants begin the study, on the machine that this page came from."""
    here = urlsplit(st.context.url or "")
    base = here.path.rstrip("/").removesuffix("/Studies")
    return urlunsplit((here.scheme, here.netloc, f"{base}{SURVEY_PATH}", f"study={name}", ""))


def _buttons(study: Study, status: Status, counts: Counts) -> None:
    name = study.name
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"acts-{name}"
    ):
        st.page_link(
            RESULTS_PAGE,
            label=texts.SEE_RESULTS,
            icon=":material/bar_chart:",
            query_params={"study": name},
        )
        st.download_button(
            texts.SEE_FILE,
            study.file,
            f"{name}.yaml",
            "application/yaml",
            icon=":material/download:",
            help=texts.FILE_HELP,
            key=f"file-{name}",
        )
        _open_or_close(study, status)
        with st.popover(texts.DELETE, type="tertiary", key=f"delete-{name}"):
            _ask_to_delete(name, study.design.title, counts)


def _open_or_close(study: Study, status: Status) -> None:
    name = study.name
    if status is not Status.CLOSED:
        if st.button(texts.CLOSE, key=f"close-{name}"):
            _do(lambda: store().studies.close(name), texts.CLOSED_NOW.format(name=name))
        return
    if st.button(
        texts.REOPEN,
        help=None if _is_within(study) else texts.PAST_ITS_DATE,
        disabled=not _is_within(study),
        key=f"reopen-{name}",
    ):
        _do(lambda: store().studies.reopen(name), texts.OPEN_NOW.format(name=name))


def _is_within(study: Study) -> bool:
    closes = study.design.closes
    return closes is None or datetime.now(UTC) < closes


def _do(act: Callable[[], None], message: str) -> None:
    """Do what a button asks for, and have the page, drawn anew, say so.

    Never in a callback: those run before the page, and so before its gate.
    """
    act()
    st.session_state[MESSAGE] = message
    st.rerun()


def _ask_to_delete(name: str, title: str, counts: Counts) -> None:
    """The name must be typed: a study does not go by one click."""
    st.markdown(
        texts.DELETE_WORDS.format(
            title=plain(title),
            clips=_counted(texts.CLIPS_MADE, counts.clips),
            people=_counted(texts.PEOPLE_BEGUN, counts.begun),
            votes=_counted(texts.VOTES_GIVEN, counts.votes),
        )
    )
    label = texts.DELETE_TYPE.format(name=name)
    typed = st.text_input(label, key=f"delete-typed-{name}")
    if st.button(
        texts.DELETE_GO,
        type="primary",
        disabled=typed.strip() != name,
        key=f"delete-go-{name}",
    ):
        _do(lambda: delete_study(store(), name), texts.DELETED.format(name=name))


def _withdrawal() -> None:
    with st.expander(texts.WITHDRAW, icon=":material/person_remove:", key="withdraw"):
        st.markdown(texts.WITHDRAW_WORDS)
        participant = st.text_input(texts.WITHDRAW_ID, max_chars=80, key="withdraw-id").strip()
        is_sure = st.checkbox(texts.WITHDRAW_SURE, key="withdraw-sure")
        if st.button(texts.WITHDRAW_GO, disabled=not (participant and is_sure), key="withdraw-go"):
            try:
                store().people.delete(participant)
            except RequestError as error:
                frame.show_error(str(error))
            else:
                st.success(texts.WITHDRAWN.format(id=plain(participant)), icon=":material/check:")
