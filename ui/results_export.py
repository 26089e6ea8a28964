"""Taking the data away: tables at once, or all of a study in one archive."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from musegen.studies import export
from musegen.studies.export import Format, tables
from musegen.studies.registry import Study
from musegen.studies.respondents import read_platform_ids
from musegen.studies.study_data import study_data
from ui import export_texts as texts
from ui import results_section
from ui.results_data import TABLES_KEPT, Choice
from ui.studies_store import store

ARCHIVE = "results-archive"
"""Where the session has the archive that was put together last."""

MEGABYTE = 1_000_000
CSV, PARQUET = ("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")
USUAL = (Format.TABLE, Format.BIDS, Format.PSYCH_DS)


@dataclass(frozen=True)
class Archive:
    """A zip that was put together, and what it was asked to hold."""

    wanted: tuple[str, str, tuple[Format, ...], bool]
    data: bytes


def show(study: Study, choice: Choice) -> None:
    """The tab with the data."""
    results_section.heading(texts.DATA_TITLE, is_synthetic=study.is_synthetic)
    st.markdown(texts.DATA_WORDS)
    with st.container(horizontal=True, gap="small", key="tables"):
        _download(choice, texts.DOWNLOAD_CSV, CSV)
        _download(choice, texts.DOWNLOAD_PARQUET, PARQUET)
    results_section.heading(texts.ARCHIVE_TITLE, is_synthetic=study.is_synthetic)
    st.markdown(texts.ARCHIVE_WORDS)
    _archive(study, choice)


def _download(choice: Choice, label: str, sort: tuple[str, str]) -> None:
    suffix, mime = sort
    st.download_button(
        label,
        _written(choice.study, choice.mark, suffix),
        f"{choice.study}-votes.{suffix}",
        mime,
        on_click="ignore",
        icon=":material/download:",
        key=f"download-{suffix}",
    )


@st.cache_data(max_entries=TABLES_KEPT, show_spinner=False)
def _written(study: str, state: str, suffix: str) -> bytes:  # noqa: ARG001 - it is part of the key
    """The whole table as a file.

    It is written when the page is drawn: what a button works out when it is pressed is handed
    out without asking at the page's gate.
    """
    write = tables.to_csv if suffix == CSV[0] else tables.to_parquet
    return write(study_data(store(), study).table)


def _archive(study: Study, choice: Choice) -> None:
    formats = st.pills(
        texts.FORMATS_FIELD,
        list(Format),
        selection_mode="multi",
        default=list(USUAL),
        format_func=texts.FORMATS.__getitem__,
        help=texts.FORMATS_HELP,
        key="formats",
    )
    with_ids = False
    if len(read_platform_ids(store(), study.name)):
        with_ids = st.checkbox(texts.PLATFORM_IDS, help=texts.PLATFORM_IDS_HELP, key="platform-ids")
    chosen = tuple(one for one in Format if one in formats)
    wanted = (study.name, choice.mark, chosen, with_ids)
    if st.button(
        texts.ARCHIVE_GO,
        icon=":material/folder_zip:",
        help=None if chosen else texts.FORMAT_WANTED,
        disabled=not chosen,
        key="archive-go",
    ):
        st.session_state[ARCHIVE] = Archive(wanted, _zip(study, chosen, with_ids=with_ids))
    made: Archive | None = st.session_state.get(ARCHIVE)
    if made is not None and made.wanted == wanted:
        name = export.archive_name(study.name)
        size = texts.SIZE.format(megabytes=max(0.1, len(made.data) / MEGABYTE))
        st.download_button(
            texts.ARCHIVE_DOWNLOAD.format(name=name, size=size),
            made.data,
            name,
            "application/zip",
            type="primary",
            on_click="ignore",
            icon=":material/download:",
            key="download-archive",
        )


def _zip(study: Study, formats: tuple[Format, ...], *, with_ids: bool) -> bytes:
    """Write the archive beside a bar that tells how far it is."""
    slot = st.empty()
    bar = slot.progress(0.0)

    def report(done: int, total: int) -> None:
        words = texts.ARCHIVE_WORKING.format(done=done, total=total)
        bar.progress(done / max(1, total), text=words)

    data = study_data(store(), study.name, with_platform_ids=with_ids)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = export.write_all(
                data, Path(folder), formats=formats, with_platform_ids=with_ids, progress=report
            )
            return path.read_bytes()
    finally:
        slot.empty()
