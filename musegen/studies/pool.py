"""The pool of clips, filled by one background thread a process, a clip at a time.

Human clips come from held-out pieces only, one from a piece; machine clips from songs
composed with seeds of their own. Clips live in the database and, as files with random names,
in ``data_dir()/stimuli``. Several processes may fill the same pool: the database takes the
first clip of a piece and refuses the second.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musegen import genres, settings
from musegen.errors import CorpusError, FailureError, ModelError, MusegenError, RequestError
from musegen.files import write_whole
from musegen.studies import conditions
from musegen.studies.assignment import CLIPS, PAIRS, ready_pairs
from musegen.studies.records import Condition, Stimulus
from musegen.studies.stimuli import Clip, Target, make_clip, target_of
from musegen.studies.store import Store

if TYPE_CHECKING:
    from musegen.composers import AnyComposer
    from musegen.song import Song

CLIPS_OF_EACH = 20
"""Clips of a genre in each condition, unless `CLIPS_VARIABLE` says otherwise."""

CLIPS_VARIABLE = "MUSEGEN_CLIPS"

PAUSE_S = 8.0
"""Between two clips once nobody is waiting, so that pages stay quick."""

SONGS_TRIED = 10
"""Songs that give no clip before a genre is given up."""

UNEXPECTED = "A clip for the test could not be made; the app's log tells what happened."
NO_MODEL = "There is no trained model yet; train one with “python -m musegen train”."

NO_PIECES = (
    "No genre's human pieces are on this machine, and the test needs them; get some with "
    "“python -m musegen fetch {genre}”."
)

_log = logging.getLogger(__name__)

Kind = tuple[str, Condition]


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """How far the pool is: what is ready, whether more is coming, what stands in the way.

    ``pairs`` are a human and a machine clip of one genre; ``clips`` are all there are.
    """

    pairs: int
    clips: int
    is_filling: bool
    problem: str = ""

    @property
    def is_ready(self) -> bool:
        return self.pairs >= PAIRS

    @property
    def clips_ready(self) -> int:
        """Clips of the `CLIPS` that a participant needs; all of them only when `is_ready`."""
        return CLIPS if self.is_ready else min(self.clips, CLIPS - 1)


class Pool:
    """Fills a store with clips.

    Parameters
    ----------
    of_each
        Clips of each genre and condition to stop at; by default ``MUSEGEN_CLIPS``, or
        `CLIPS_OF_EACH`.
    names
        The genres; by default those with a trained model and human pieces at hand.
    """

    def __init__(
        self, store: Store, *, of_each: int | None = None, names: Sequence[str] | None = None
    ) -> None:
        self._store = store
        self._of_each = _clips_of_each() if of_each is None else of_each
        self._names = names
        self._rng = np.random.default_rng()
        self._stop = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._problem = ""
        self._composers: dict[Kind, AnyComposer] = {}

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
        FailureError
            When neither is so; it says what is missing.
        """
        if ready_pairs(self._counts()) < PAIRS:
            from musegen.soundfonts import find_soundfont

            find_soundfont()
            self._genres()

    def status(self) -> PoolStatus:
        """How far the pool is now.

        Raises
        ------
        StoreError
            When the database cannot be read.
        """
        counts = self._counts()
        is_filling = self._thread is not None and self._thread.is_alive()
        return PoolStatus(ready_pairs(counts), counts.total(), is_filling, self._problem)

    def fill(self, *, pause_s: float = 0.0) -> None:
        """Make clips until there are enough of each kind, or no more can be made."""
        given_up: set[Kind] = set()
        while not self._stop.is_set():
            counts = self._counts()
            wanted = self._most_wanted(counts, given_up)
            if wanted is None:
                return
            if not self._add_one(*wanted):
                given_up.add(wanted)
            if ready_pairs(counts) >= PAIRS:
                self._stop.wait(pause_s)

    def _run(self) -> None:
        try:
            self.fill(pause_s=PAUSE_S)
        except MusegenError as error:
            self._problem = str(error)
        except Exception:  # noqa: BLE001 - a thread has nobody else to tell
            _log.exception("Filling the pool of clips failed")
            self._problem = UNEXPECTED

    def _most_wanted(self, counts: Counter[Kind], given_up: set[Kind]) -> Kind | None:
        """The kind of which there are fewest; human first, whose lengths the machine's match."""
        kinds = [(name, condition) for name in self._genres() for condition in _conditions(name)]
        open_kinds = [k for k in kinds if k not in given_up and counts[k] < self._of_each]
        return min(open_kinds, key=lambda kind: counts[kind], default=None)

    def _counts(self) -> Counter[Kind]:
        """How many clips there are of the conditions that this study has."""
        wanted = conditions.wanted()
        counts = self._store.count_stimuli()
        return Counter({kind: n for kind, n in counts.items() if kind[1] in wanted})

    def _genres(self) -> Sequence[str]:
        if self._names is not None:
            return self._names
        from musegen import corpora

        trained = _trained()
        if not trained:
            raise ModelError(NO_MODEL)
        known = [name for name in trained if corpora.at_hand(name)]
        if not known:
            raise CorpusError(NO_PIECES.format(genre=trained[0]))
        return known

    def _add_one(self, genre: str, condition: Condition) -> bool:
        """Make one clip more; False when no more of this kind can be made."""
        try:
            if condition is Condition.HUMAN:
                return self._add_human(genre)
            return self._add_machine(genre, condition)
        except FailureError as error:
            _log.warning("No more %s clips of %s: %s", condition.value, genre, error)
            self._problem = str(error)
            return False

    def _add_human(self, genre: str) -> bool:
        from musegen import corpora, models

        split = models.split(genre)
        used = {s.piece for s in self._of_kind(genre, Condition.HUMAN)}
        left = [id_ for id_ in (*split.validation, *split.test) if id_ not in used]
        for index in self._rng.permutation(len(left)):
            if self._stop.is_set():
                break
            id_ = left[index]
            song = corpora.load(genre, [id_], jobs=1).get(id_)
            if song is not None and self._add(genre, Condition.HUMAN, id_, song):
                return True
        return False

    def _add_machine(self, genre: str, condition: Condition) -> bool:
        from musegen import composers
        from musegen.composing import Model, Request

        model = Model.ARTICLE if condition is Condition.ARTICLE else Model.EVENT
        if (genre, condition) not in self._composers:
            self._composers[genre, condition] = composers.load(genre, model)
        composer = self._composers[genre, condition]
        for _ in range(SONGS_TRIED):
            seed = secrets.randbelow(2**31)
            song = composer.compose(Request(genre=genre, seed=seed, model=model)).song
            piece = f"seed {seed}" + (", 2018" if model is Model.ARTICLE else "")
            if self._add(genre, condition, piece, song) or self._stop.is_set():
                return True
        return False

    def _add(self, genre: str, condition: Condition, piece: str, song: Song) -> bool:
        """Store a clip of the song; False when it gives none or somebody was faster."""
        target = None if condition is Condition.HUMAN else self._target(genre)
        seed = int(self._rng.integers(2**31))
        clip = make_clip(song, genre=genres.find(genre), seed=seed, target=target)
        if clip is None:
            return False
        stimulus = _stimulus(genre, condition, piece, song, clip)
        write_whole(clip_path(stimulus.id), clip.mp3)
        if self._store.add_stimulus(stimulus, clip.mp3):
            return True
        clip_path(stimulus.id).unlink(missing_ok=True)
        return False

    def _target(self, genre: str) -> Target | None:
        """That of some human clip, so that machine clips are alike."""
        humans = self._of_kind(genre, Condition.HUMAN)
        if not humans:
            return None
        return target_of(humans[int(self._rng.integers(len(humans)))].details)

    def _of_kind(self, genre: str, condition: Condition) -> list[Stimulus]:
        found = self._store.stimuli()
        return [clip for clip in found if (clip.genre, clip.condition) == (genre, condition)]


def _conditions(genre: str) -> list[Condition]:
    """The study's conditions that the genre can have: few have the system of 2018."""
    from musegen import models

    has_article = models.has_article(genre)
    return [c for c in conditions.wanted() if c is not Condition.ARTICLE or has_article]


def _trained() -> list[str]:
    """The genres with a model of today's network."""
    from musegen import models

    return [info.genre for info in models.available() if info.genre in genres.names()]


def without_pieces() -> tuple[str, ...]:
    """Genres left out of the test until somebody gets their human pieces.

    Those trained on this machine are not among them: they have no human pieces to get.
    """
    from musegen import corpora
    from musegen.piece_sources import collection_of

    return tuple(name for name in _trained() if collection_of(name) and not corpora.at_hand(name))


def _clips_of_each() -> int:
    text = os.environ.get(CLIPS_VARIABLE, "").strip()
    if not text:
        return CLIPS_OF_EACH
    if not text.isdecimal():
        raise RequestError(
            f"{CLIPS_VARIABLE} is “{text}”; set it to a number of clips, such as {CLIPS_OF_EACH}."
        )
    return int(text)


def _stimulus(genre: str, condition: Condition, piece: str, song: Song, clip: Clip) -> Stimulus:
    return Stimulus(
        id=secrets.token_hex(16),
        genre=genre,
        condition=condition,
        piece=piece,
        title=song.title if condition is Condition.HUMAN else "",
        length_s=clip.length_s,
        details=clip.details,
    )


def clip_path(stimulus_id: str) -> Path:
    """Where a clip lies on this machine."""
    return settings.data_dir() / "stimuli" / f"{stimulus_id}.mp3"


def load_clip(store: Store, stimulus_id: str) -> bytes:
    """A clip's MP3, from this machine or else from the database.

    Raises
    ------
    StoreError
        When it is in neither.
    """
    path = clip_path(stimulus_id)
    try:
        return path.read_bytes()
    except OSError:
        mp3 = store.sound(stimulus_id)
    write_whole(path, mp3)
    return mp3
