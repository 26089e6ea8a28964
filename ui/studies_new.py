"""Making a new study: by the form, or from a study file written by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from musegen.errors import RequestError
from musegen.studies import study_files
from musegen.studies.design import Design
from ui import frame, studies_list, study_draft, study_form
from ui import studies_texts as texts
from ui.studies_store import store, workshop

FILE_TEXT = "study-file-text"
UPLOADED = "study-file-uploaded"
LARGEST_MEGABYTES = 1


def show_form() -> None:
    """The form, what it comes to, and the button that makes the study."""
    draft = study_form.draw()
    taken = frozenset(study.name for study in store().studies.all())
    found = study_draft.problems(draft, taken=taken)
    if found:
        _make_button(None, key="make-study")
        for sentence in found:
            st.caption(f":material/info: {frame.plain(sentence)}")
        return
    design = study_draft.design(draft)
    file = study_files.write(design)
    st.markdown(summary(design))
    _make_button(file, key="make-study")
    with st.expander(texts.STUDY_FILE, key="study-file"):
        st.markdown(texts.STUDY_FILE_WORDS)
        st.download_button(
            texts.DOWNLOAD_DRAFT,
            file,
            f"{design.name}.yaml",
            "application/yaml",
            icon=":material/download:",
            key="download-draft",
        )
        st.code(file, language="yaml")


def summary(design: Design) -> str:
    """What a study comes to for its people and for this machine, in a sentence or two."""
    return texts.SUMMARY.format(
        trials=texts.TRIALS[design.question].format(count=design.trials),
        minutes=design.minutes,
        total=f"{study_draft.clips_to_make(design):,}",
    )


def show_file() -> None:
    """A study file, uploaded or written here."""
    st.markdown(texts.FILE_WORDS)
    uploaded = st.file_uploader(
        texts.UPLOAD, type=["yaml", "yml"], max_upload_size=LARGEST_MEGABYTES, key="upload-study"
    )
    if uploaded is not None and st.session_state.get(UPLOADED) != uploaded.file_id:
        st.session_state[UPLOADED] = uploaded.file_id
        st.session_state[FILE_TEXT] = _text_of(uploaded.getvalue())
    if FILE_TEXT not in st.session_state:
        st.session_state[FILE_TEXT] = study_files.shipped()
    text = st.text_area(texts.EDIT, height=420, key=FILE_TEXT)
    try:
        design = study_files.parse(text)
    except RequestError as error:
        frame.show_error(str(error))
        _make_button(None, key="make-from-file")
        return
    st.markdown(summary(design))
    _make_button(text, key="make-from-file")


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(texts.NO_TEXT) from error


def _make_button(file: str | None, *, key: str) -> None:
    """The button that makes a study; without a good file it cannot be pressed."""
    if st.button(
        texts.MAKE,
        type="primary",
        icon=":material/construction:",
        disabled=file is None,
        key=key,
    ):
        _make(str(file))


def _make(file: str) -> None:
    """Take up the study, begin its clips, and lead to its card; what is wrong is said here."""
    try:
        study_files.check_here(study_files.parse(file), now=datetime.now(UTC))
        study = store().studies.add(file)
    except RequestError as error:
        frame.show_error(str(error))
        return
    workshop().start(study.name)
    study_form.forget()
    for key in (FILE_TEXT, UPLOADED):
        st.session_state.pop(key, None)
    title = frame.plain(study.design.title)
    st.session_state[studies_list.MESSAGE] = texts.MADE.format(title=title)
    st.session_state[studies_list.GO_TO] = texts.LIST_TAB
    st.rerun()
