"""Clips are made behind the pages: one study at a time, and what goes wrong is told."""

from __future__ import annotations

import threading
import time

from musegen.errors import CorpusError
from ui.workshop import UNEXPECTED, Job, Progress, Workshop

PATIENCE_S = 10.0


def ended(workshop: Workshop, study: str) -> Job:
    """The job once it has ended."""
    deadline = time.monotonic() + PATIENCE_S
    while (job := workshop.job(study)) is None or job.is_running:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return job


def test_progress_is_told_and_a_job_ends() -> None:
    half, go_on = threading.Event(), threading.Event()

    def make(_study: str, progress: Progress) -> None:
        progress(1, 2)
        half.set()
        go_on.wait(PATIENCE_S)
        progress(2, 2)

    workshop = Workshop(make)
    assert workshop.job("one") is None
    workshop.start("one")
    assert half.wait(PATIENCE_S)
    assert workshop.job("one") == Job(done=1, total=2, is_begun=True)
    workshop.start("one")  # a second click
    go_on.set()
    assert ended(workshop, "one") == Job(done=2, total=2, is_begun=True, is_running=False)


def test_one_study_waits_for_another() -> None:
    started, go_on = threading.Event(), threading.Event()
    made: list[str] = []

    def make(study: str, _progress: Progress) -> None:
        started.set()
        go_on.wait(PATIENCE_S)
        made.append(study)

    workshop = Workshop(make)
    workshop.start("one")
    assert started.wait(PATIENCE_S)
    workshop.start("two")
    assert workshop.job("two") == Job()
    go_on.set()
    ended(workshop, "one")
    ended(workshop, "two")
    assert made == ["one", "two"]


def test_what_is_missing_is_told_and_one_may_go_on() -> None:
    problems: list[Exception] = [CorpusError("No pieces are here."), ValueError("a secret path")]

    def make(_study: str, _progress: Progress) -> None:
        if problems:
            raise problems.pop(0)

    workshop = Workshop(make)
    said = []
    for _ in range(3):
        workshop.start("one")
        said.append(ended(workshop, "one").problem)
    assert said == ["No pieces are here.", UNEXPECTED, ""]
