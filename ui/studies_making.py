"""The making of a study's clips, as its card shows it: a bar, or a button to go on."""

from __future__ import annotations

import streamlit as st

from musegen.studies.registry import Study
from ui import frame, study_draft
from ui import studies_texts as texts
from ui.studies_store import pool_of, store, workshop
from ui.workshop import Job

LOOK_EVERY_S = 1.5


def show(study: Study, clips: int) -> None:
    """Say how far the clips are; nothing when all are there."""
    if study.frozen_at is not None:
        return
    job = workshop().job(study.name)
    if job is not None and job.is_running:
        _watch(study.name)
        return
    pool = pool_of(study.name)
    if pool is not None and pool.is_filling:
        _bar(study.name, Job(pool.clips, pool.wanted, is_begun=True))
        return
    if job is not None and job.problem:
        frame.show_error(job.problem)
    wanted = study_draft.clips_to_make(study.design)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(texts.BROKEN_OFF.format(made=clips, wanted=wanted), width="content")
        if st.button(texts.GO_ON, icon=":material/play_arrow:", key=f"go-on-{study.name}"):
            workshop().start(study.name)
            st.rerun()


@st.fragment(run_every=LOOK_EVERY_S)
def _watch(name: str) -> None:
    """The bar, drawn anew by itself; the whole page again once the work has ended."""
    with frame.friendly_errors():
        job = workshop().job(name)
        if job is None or not job.is_running or store().studies.get(name).frozen_at is not None:
            st.rerun()
        else:
            _bar(name, job)


def _bar(name: str, job: Job) -> None:
    share = job.done / job.total if job.total else 0.0
    with st.container(key=f"making_{name}"):
        st.progress(min(share, 1.0), text=words(job))


def words(job: Job) -> str:
    """How far a running job is."""
    if not job.total:
        return texts.MAKING_SOON if job.is_begun else texts.MAKING_WAITS
    return texts.MAKING.format(done=job.done, total=job.total)
