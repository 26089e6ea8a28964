"""Making a study's clips, before anybody hears them.

Everything is decided by the study's design: which pieces and songs, which excerpts, keys and
tempi. Human clips come from pieces that no network has learned from, one of each; machine clips
from songs of their own, each made to match the human clip of its number. Every clip is measured
as it is heard; one that fails is made anew with the next seed. What is stored is whole, and
stored once, so making may be broken off and begun again, and two processes may make one study.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen import genres
from musegen.errors import CorpusError, FailureError
from musegen.files import write_whole
from musegen.interruptions import uninterrupted
from musegen.processes import mapped
from musegen.studies.clip_checks import measure
from musegen.studies.clip_files import clip_path
from musegen.studies.clip_orders import NONSENSE, Order, number_from, orders
from musegen.studies.design import Design
from musegen.studies.records import Condition, Stimulus
from musegen.studies.registry import Study
from musegen.studies.stimuli import Clip, Limits, Match, make_clip, match_of
from musegen.studies.store import Store
from musegen.studies.versions import MADE_WITH

if TYPE_CHECKING:
    from musegen.composers import AnyComposer
    from musegen.song import Song

Progress = Callable[[int, int], None]

SEEDS_TRIED = 12
"""Clips of one piece that fail before another piece is taken."""

SONGS_TRIED = 20
"""Songs that give no clip before the machine is given up."""


@dataclass(frozen=True)
class Made:
    """A clip and what it is of."""

    order: Order
    piece: str
    title: str
    clip: Clip


def make_all(
    store: Store, study: Study, *, jobs: int | None = None, progress: Progress | None = None
) -> None:
    """Make the clips of a study that are still missing, then freeze it.

    Parameters
    ----------
    jobs
        Processes to make them with; as many as there are processor cores when None.
    progress
        Called with the number of clips that are there and the number wanted.

    Raises
    ------
    FailureError
        When a model, the sound or human pieces are missing; what was made is kept.
    """
    if study.frozen_at is not None:
        return
    workshop = Workshop(store, study)
    total = len(workshop.wanted)
    while tasks := workshop.tasks():
        for made in mapped(Task.do, tasks, jobs=jobs, in_order=False):
            workshop.take(made)
            if progress is not None:
                progress(total - len(workshop.missing), total)
    workshop.freeze()


class Workshop:
    """A study whose clips are being made: what is there, what can be made next."""

    def __init__(self, store: Store, study: Study) -> None:
        self._store = store
        self._study = study
        self.wanted = orders(study.design)
        self._there: dict[Order, Stimulus] = {}
        self._unusable: set[tuple[str, str]] = set()
        self._pieces: dict[str, tuple[str, ...]] = {}
        self.look()

    @property
    def missing(self) -> list[Order]:
        return [order for order in self.wanted if order not in self._there]

    @uninterrupted()
    def look(self) -> None:
        """See what is there by now: other processes may make clips of the study, too."""
        for stimulus in self._store.clips.all(self._study.name):
            if (order := order_of(stimulus)) is not None:
                self._there[order] = stimulus

    def tasks(self) -> list[Task]:
        """What can be made now: human clips, and machine clips whose human clip is there."""
        self.look()
        return [task for order in self.missing if (task := self.task(order)) is not None]

    def task(self, order: Order) -> Task | None:
        """How to make a clip; None where the human clip that it is to match is not there.

        Raises
        ------
        CorpusError
            When there are no human pieces left for it.
        """
        design = self._study.design
        if order.is_human:
            return Task(design, order, piece=self._piece(order))
        human = self._there.get(order.model)
        return None if human is None else Task(design, order, match=match_of(human.details))

    @uninterrupted()
    def take(self, made: Made | Task) -> None:
        """Store what was made; note the piece of which nothing could be made."""
        if isinstance(made, Task):
            self._unusable.add((made.order.genre, made.piece))
            return
        stimulus = _stimulus(self._study.name, made, mark=self._mark)
        write_whole(clip_path(stimulus.id), made.clip.mp3)
        if self._store.clips.add(stimulus, made.clip.mp3):
            self._there[made.order] = stimulus
            return
        clip_path(stimulus.id).unlink(missing_ok=True)
        self.look()
        if made.order not in self._there:  # a clip that no order asks for has the piece
            self._unusable.add((made.order.genre, made.piece))

    @cached_property
    def _mark(self) -> str:
        """The fingerprint of what is here when the first clip of this run is taken."""
        from musegen.studies.versions import fingerprint, versions

        return fingerprint(versions(self._study.design))

    @uninterrupted()
    def freeze(self) -> None:
        """Note what the clips were made with, once they are all there.

        Where some were made with something else, before an update or another training, the
        versions say so under “changed while making”, and each clip's details hold its mark.
        """
        from musegen.studies.versions import CHANGED, fingerprint, versions

        if not self.missing:
            made_with = versions(self._study.design)
            marks = {str(clip.details.get(MADE_WITH, "")) for clip in self._there.values()}
            changed = bool(marks - {fingerprint(made_with)})
            noted = made_with | {CHANGED: changed}
            self._store.studies.freeze(self._study.name, noted)

    def _piece(self, order: Order) -> str:
        """The piece of that number in the study's own order, or a spare one.

        Pieces of which no clip can be made give way to those beyond what the study wants, in
        turn; so the same pieces come together whoever makes how many at once.
        """
        pieces = self._ordered(order.genre)
        mine = [o for o in self.wanted if o.is_human and o.genre == order.genre]
        number = mine.index(order)
        if number < len(pieces) and (order.genre, pieces[number]) not in self._unusable:
            return pieces[number]
        used = {stimulus.piece for stimulus in self._there.values()}
        spare = [
            piece
            for piece in pieces[len(mine) :]
            if piece not in used and (order.genre, piece) not in self._unusable
        ]
        waiting = [
            o
            for i, o in enumerate(mine)
            if o not in self._there
            and (i >= len(pieces) or (order.genre, pieces[i]) in self._unusable)
        ]
        place = waiting.index(order)
        if place >= len(spare):
            raise CorpusError(
                f"There are too few human pieces of “{order.genre}”: {len(mine)} clips are wanted, "
                f"and only {len(mine) - len(waiting) + len(spare)} could be made; "
                "set “stimuli” to fewer, in a study of another name."
            )
        return spare[place]

    def _ordered(self, genre: str) -> tuple[str, ...]:
        if genre not in self._pieces:
            self._pieces[genre] = pieces_in_order(genre, seed=self._study.design.seed)
        return self._pieces[genre]


@dataclass(frozen=True)
class Task:
    """A clip to be made, with all that it takes; another process may do it."""

    design: Design
    order: Order
    piece: str = ""
    match: Match | None = None

    @property
    def limits(self) -> Limits:
        return Limits(*self.design.clip_length_s)

    def do(self) -> Made | Task:
        """The clip; the task itself where its piece gives none.

        Raises
        ------
        FailureError
            When a model or the sound is missing, or no song gives a clip.
        """
        if self.order.is_human:
            return self._human() or self
        for attempt in range(SONGS_TRIED):
            seed = self._number("song", attempt)
            song, piece = self._song(seed)
            if made := self._clip(song, piece, attempt):
                return made
        raise FailureError(
            f"{SONGS_TRIED} songs of “{self.order.genre}” by “{self.order.condition}” gave no clip "
            f"of {self.limits.shortest_s:g} to {self.limits.longest_s:g} s; "
            "change “clip_length_s” or “seed”, in a study of another name."
        )

    def _human(self) -> Made | None:
        from musegen import corpora

        song = corpora.load(self.order.genre, [self.piece], jobs=1).get(self.piece)
        if song is None:
            return None
        tries = (self._clip(song, self.piece, attempt) for attempt in range(SEEDS_TRIED))
        return next((made for made in tries if made), None)

    def _song(self, seed: int) -> tuple[Song, str]:
        """A song of the machine's, and what it is called."""
        from musegen.composing import Model, Request
        from musegen.studies.nonsense import nonsense

        condition = self.order.condition
        is_nonsense = condition == NONSENSE
        if is_nonsense:
            condition = self.design.machines[0]
        model = Model.ARTICLE if condition == Condition.ARTICLE else Model.EVENT
        is_own = condition not in {Condition.EVENT, Condition.ARTICLE}
        name = condition if is_own else self.order.genre
        request = Request(genre=name, seed=seed, form=genres.find(name).form, model=model)
        song = _composer(name, model).compose(request).song
        if is_nonsense:
            song = nonsense(song, rng=np.random.default_rng(seed))
        return song, f"seed {seed}"

    def _clip(self, song: Song, piece: str, attempt: int) -> Made | None:
        clip = make_clip(
            song,
            genre=genres.find(self.order.genre),
            seed=self._number(piece, attempt),
            match=self.match,
            limits=self.limits,
        )
        if clip is None:
            return None
        measures = measure(clip)
        if measures.faults(self.limits):
            return None
        details = clip.details | measures.as_details() | {"number": self.order.number}
        title = song.title if self.order.is_human else ""
        return Made(self.order, piece, title, replace(clip, details=details))

    def _number(self, *words: object) -> int:
        order = self.order
        place = (order.role.value, order.genre, order.condition, order.number)
        return number_from(self.design.seed, *place, *words)


def pieces_in_order(genre: str, *, seed: int) -> tuple[str, ...]:
    """Ids of the held-out pieces of a genre in an order that the seed decides.

    Of settings of one tune there is one.

    Raises
    ------
    UnknownGenreError, ModelError, CorpusError
        When there is no such genre, or its model or pieces are missing.
    """
    from musegen import corpora, models, splits

    refs = {ref.id: ref for ref in corpora.catalogue(genre)}
    held_out = [id_ for id_ in models.split(genre).held_out if id_ in refs]
    drawn = sorted(held_out, key=lambda id_: (number_from(seed, genre, id_), id_))
    of_tune = {splits.title_of(refs[id_]): id_ for id_ in reversed(drawn)}
    return tuple(id_ for id_ in drawn if of_tune[splits.title_of(refs[id_])] == id_)


def order_of(stimulus: Stimulus) -> Order | None:
    """The order by which a clip was made; None for clips of an older musegen."""
    number = stimulus.details.get("number")
    if number is None:
        return None
    return Order(stimulus.role, stimulus.genre, stimulus.condition, int(number))


@lru_cache(maxsize=8)
def _composer(name: str, model: Any) -> AnyComposer:
    from musegen import composers

    return composers.load(name, model)


def _stimulus(study: str, made: Made, *, mark: str) -> Stimulus:
    order = made.order
    return Stimulus(
        id=secrets.token_hex(16),
        study=study,
        role=order.role,
        genre=order.genre,
        condition=order.condition,
        piece=made.piece,
        title=made.title,
        length_s=made.clip.length_s,
        details=made.clip.details | {MADE_WITH: mark},
    )
