"""The clips of studies, made behind the pages: one study at a time, for everybody.

A thread makes them, so that no page waits; what is made stays made when the app stops, and
`Workshop.start` goes on from there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from musegen.errors import MusegenError

Progress = Callable[[int, int], None]
Make = Callable[[str, Progress], None]
"""Makes all clips of a study, by name, and tells how many of how many are there."""

UNEXPECTED = "The clips could not be made; the app's log tells what happened."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """How far a study's clips are; ``total`` is 0 until the work begins."""

    done: int = 0
    total: int = 0
    is_begun: bool = False
    is_running: bool = True
    problem: str = ""


class Workshop:
    """Makes the clips of one study after another, in the order asked for."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._bench = threading.Lock()

    def start(self, study: str) -> None:
        """Make the study's clips, unless that is being done already."""
        with self._lock:
            job = self._jobs.get(study)
            if job is not None and job.is_running:
                return
            self._jobs[study] = Job()
        name = f"clips of {study}"
        threading.Thread(target=self._run, args=(study,), name=name, daemon=True).start()

    def job(self, study: str) -> Job | None:
        """How far the study's clips are; None when nobody has begun since the app started."""
        with self._lock:
            return self._jobs.get(study)

    def _run(self, study: str) -> None:
        problem = ""
        try:
            with self._bench:
                self._note(study, is_begun=True)
                self._make(study, lambda done, total: self._note(study, done=done, total=total))
        except MusegenError as error:
            problem = str(error)
        except Exception:  # noqa: BLE001 - a thread has nobody else to tell
            _log.exception("Making the clips of “%s” failed", study)
            problem = UNEXPECTED
        self._note(study, is_running=False, problem=problem)

    def _note(self, study: str, **changes: object) -> None:
        with self._lock:
            self._jobs[study] = replace(self._jobs[study], **changes)  # type: ignore[arg-type]
