"""The clips of a study, made by one background thread a process, a clip at a time.

The standing study needs no command: its clips are made when somebody comes, in the order and by
the functions of `musegen.studies.making`, and it is frozen once they are all there. Several
processes may fill the same study: the database takes the first clip of a piece and refuses the
second.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from musegen import genres
from musegen.errors import CorpusError, FailureError, ModelError, MusegenError
from musegen.studies.assignment import is_ready
from musegen.studies.clip_orders import Order, orders
from musegen.studies.making import Workshop
from musegen.studies.registry import Status, Study
from musegen.studies.store import Store

PAUSE_S = 8.0
"""Between two clips once nobody is waiting, so that pages stay quick."""

UNEXPECTED = "A clip for the test could not be made; the app's log tells what happened."
NO_MODEL = "There is no trained model yet; train one with “python -m musegen train”."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """How far the making is: clips there and wanted, whether more come, what stands in the way."""

    clips: int
    wanted: int
    is_ready: bool
    is_filling: bool
    problem: str = ""


class Pool:
    """Fills a study with clips.

    Parameters
    ----------
    name
        The study; None is the standing one, whichever that is at the time.
    """

    def __init__(self, store: Store, *, name: str | None = None) -> None:
        self._store = store
        self._name = name
        self._stop = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._problem = ""

    def start(self) -> None:
        """Go on filling in the background, if that is not being done already."""
        with self._starting:
            if self._thread is not None and self._thread.is_alive():
                return
            self._stop.clear()
            self._problem = ""
            self._thread = threading.Thread(target=self._run, name="clips", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop after the clip at hand, and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def check(self) -> None:
        """See that clips are there or can be made.

        Raises
        ------
        FailureError, RequestError
            When neither is so; it says what is missing.
        """
        study = self._study()
        if study.frozen_at is not None or is_ready(self._store, study.name):
            return
        from musegen.soundfonts import find_soundfont

        find_soundfont()
        if not _trained():
            raise ModelError(NO_MODEL)
        _check_pieces(study)

    def status(self) -> PoolStatus:
        """How far the making is now.

        Raises
        ------
        StoreError
            When the database cannot be read.
        """
        study = self._study()
        return PoolStatus(
            clips=self._store.clips.count(study.name).total(),
            wanted=len(orders(study.design)),
            is_ready=is_ready(self._store, study.name),
            is_filling=self._thread is not None and self._thread.is_alive(),
            problem=self._problem,
        )

    def fill(self, *, pause_s: float = 0.0) -> None:
        """Make clips until they are all there, or no more can be made; then freeze the study."""
        study = self._study()
        if study.status(datetime.now(UTC)) is Status.CLOSED or study.frozen_at is not None:
            return
        self.check()
        workshop = Workshop(self._store, study)
        given_up: set[Order] = set()
        while not self._stop.is_set():
            order = next((o for o in workshop.missing if o not in given_up), None)
            if order is None:
                break
            if not self._make(workshop, order):
                given_up.add(order)
            if is_ready(self._store, study.name):
                self._stop.wait(pause_s)
        workshop.freeze()

    def _make(self, workshop: Workshop, order: Order) -> bool:
        """Make one clip, of another piece where need be; False when it cannot be made."""
        try:
            while order in workshop.missing and not self._stop.is_set():
                task = workshop.task(order)
                if task is None:  # the human clip that it is to match could not be made
                    return False
                workshop.take(task.do())
        except FailureError as error:
            _log.warning(
                "No %s clip %s of %s: %s", order.condition, order.number, order.genre, error
            )
            self._problem = str(error)
            return False
        return True

    def _run(self) -> None:
        try:
            self.fill(pause_s=PAUSE_S)
        except MusegenError as error:
            self._problem = str(error)
        except Exception:  # noqa: BLE001 - a thread has nobody else to tell
            _log.exception("Filling the pool of clips failed")
            self._problem = UNEXPECTED

    def _study(self) -> Study:
        studies = self._store.studies
        return studies.standing() if self._name is None else studies.get(self._name)


def _check_pieces(study: Study) -> None:
    """See that one genre of the study can be made at least; the others may be fetched later."""
    from musegen import corpora

    if not any(corpora.at_hand(genre) for genre in study.design.genres):
        raise CorpusError(
            f"None of the study's human pieces are on this machine; get some with "
            f"“python -m musegen fetch {study.design.genres[0]}”."
        )


def _trained() -> list[str]:
    """The genres with a model of today's network."""
    from musegen import models

    return [info.genre for info in models.available() if info.genre in genres.names()]
