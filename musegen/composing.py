"""Composing a song: its plan, its sections, the copy check.

The seed settles the plan (`musegen.planning`); the sections are written and related to each other
(`musegen.arranging`); of a song that copies more than human pieces do, the section that copies
most is written again. The same request always gives the same song.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from musegen import form, genres, keys, models
from musegen.arranging import Arranger, assemble
from musegen.dependencies import sources_of
from musegen.errors import FormError
from musegen.form import Form
from musegen.knowledge import Knowledge
from musegen.metre import Metre, metre_text, usual_metre
from musegen.originality import CopyReport
from musegen.planning import make_plan
from musegen.song import Key, Mode, Part, Song, cut
from musegen.writing import Listener, Writer

Progress = Callable[[float, str], None]

MOST_ATTEMPTS = 5
"""How often sections of a song that copies too much are written before the best is taken."""

TEMPERATURE = (0.5, 1.5)
TEMPO_BPM = (30.0, 240.0)


class Model(StrEnum):
    """Who composes: the network of note events, or the system of the 2018 article."""

    EVENT = "event"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    ``form`` is read by `musegen.form.parse_form`. ``key`` None is C major or A minor: that of
    ``mode``, or as often as the genre has either. ``tempo_bpm`` None is a usual tempo (quarter
    notes a minute); ``bars`` of a section, None the usual number; ``metre`` is one of the genre's,
    None any of them, as often as it has each. ``takes`` tells which take of a section is wanted, by
    its label: 1 where nothing is said; another take is the section composed again, while the others
    stay as they are. ``("C:A", 1)`` tells which A it is that C depends on, where that is not the
    song's own (see `musegen.arranging`).
    """

    genre: str
    seed: int
    form: str = form.DEFAULT_FORM
    key: Key | None = None
    tempo_bpm: float | None = None
    temperature: float = 1.0
    bars: int | None = None
    mode: Mode | None = None
    metre: Metre | None = None
    takes: tuple[tuple[str, int], ...] = ()
    model: Model = Model.EVENT


def alike(piece: Song, request: Request) -> Request:
    """The same in the piece's mode and, if the genre is composed in it, metre; else in any metre."""
    metre = usual_metre(piece.bars)
    known = metre in genres.find(request.genre).metres
    return replace(request, mode=piece.key.mode, metre=metre if known else None)


@dataclass(frozen=True)
class Composition:
    """A song, what was asked for, its copy check, and how often it was composed.

    ``takes`` are those that the song has at last, of every label and every tie.
    """

    song: Song
    request: Request
    copying: CopyReport
    attempts: int
    takes: tuple[tuple[str, int], ...] = ()


class Composer:
    """A genre's composer; it keeps nothing between songs, so threads may share it."""

    def __init__(self, knowledge: Knowledge, listener: Listener | None = None) -> None:
        """With a ``listener``, see `musegen.writing.Writer`."""
        self._knows = knowledge
        self._listener = listener

    @classmethod
    def load(cls, genre: str) -> Composer:
        """The composer of a genre.

        Raises
        ------
        UnknownGenreError
            When there is no such genre.
        ModelError
            When it has no usable model.
        """
        return cls(Knowledge.of(models.info(genre)))

    def compose(self, request: Request, *, progress: Progress | None = None) -> Composition:
        """A song as asked for.

        Parameters
        ----------
        progress
            Called with the share done, 0 to 1, and with what is being done.

        Raises
        ------
        FormError
            When form, section length, tempo or temperature cannot be composed.
        """
        from threadpoolctl import threadpool_limits

        asked = checked(request)
        made: list[Composition] = []
        # One thread: sums in another order could choose another note.
        with threadpool_limits(1):
            arranger = self._arranger(request, asked)
            while len(made) < MOST_ATTEMPTS and not (made and made[-1].copying.is_within_human):
                song = self._write(arranger, request, progress)
                copying = CopyReport(*self._knows.runs.copying(song), **self._knows.human)
                takes = _complete(arranger)
                made.append(Composition(song, request, copying, len(made) + 1, takes))
                if (label := self._copies_most(song, request)) is None:
                    break
                arranger.takes = {**arranger.takes, label: arranger.takes.get(label, 1) + 1}
        best = min(made, key=lambda one: (not one.copying.is_within_human, one.copying.share))
        if progress is not None:
            progress(1.0, "Done")
        return replace(best, song=_in_key(best.song, request.key), attempts=len(made))

    def _arranger(self, request: Request, asked: Form) -> Arranger:
        mode = request.mode if request.key is None else request.key.mode
        plan = make_plan(
            asked,
            self._knows.genre,
            self._knows.habits,
            np.random.default_rng((request.seed, 0)),
            mode=mode,
            metre=request.metre,
            tempo_bpm=request.tempo_bpm,
            bars=request.bars,
        )
        writer = Writer(self._knows, request.temperature, self._listener)
        return Arranger(writer, plan, request.seed, dict(request.takes))

    def _write(self, arranger: Arranger, request: Request, progress: Progress | None) -> Song:
        labels = arranger.plan.form.labels
        sections = []
        for index, label in enumerate(labels):
            if progress is not None:
                progress(index / len(labels), f"Writing {label}")
            sections.append(arranger.section(index))
        return assemble(
            arranger.plan,
            sections,
            parts=[Part(voice.name, voice.program, ()) for voice in self._knows.genre.voices],
            title=f"{self._knows.genre.title} no. {request.seed}",
        )

    def _copies_most(self, song: Song, request: Request) -> str | None:
        """The label of the section that copies most and whose take was not asked for."""
        asked = {label for label, _ in request.takes}
        copying = [
            (self._knows.runs.copying(cut(song, s.start_tick, s.end_tick))[0], s.label)
            for s in song.sections
            if s.label not in asked
        ]
        return max(copying)[1] if copying else None


def again(composition: Composition, *, keep: Iterable[str], seed: int) -> Request:
    """The same song with every section but ``keep`` composed again.

    Parameters
    ----------
    keep
        Labels of sections that stay note for note as they are.
    seed
        Another seed composes them in another way.

    Raises
    ------
    FormError
        When a section to keep is not in the song's form, or none is left to compose.
    """
    asked = form.parse_form(composition.request.form)
    labels = dict.fromkeys(asked.labels)
    kept = dict.fromkeys(_label(name) for name in keep)
    for name in kept:
        if name not in labels:
            raise FormError(
                f"The form {asked} has no section {name} to keep; it has {', '.join(labels)}."
            )
    if len(kept) == len(labels):
        raise FormError("All sections are kept, so there is nothing to compose; let one go.")
    old = dict(composition.takes)
    takes = {
        label: old.get(label, 1) if label in kept else _other(old.get(label, 1), seed)
        for label in labels
    }
    for label in kept:
        for source in sources_of(label, asked.labels):
            tied = old.get(f"{label}:{source}", old.get(source, 1))
            if tied != takes[source]:
                takes[f"{label}:{source}"] = tied
    return replace(composition.request, takes=tuple(sorted(takes.items())))


def _label(name: str) -> str:
    name = name.strip()
    return name.upper() if len(name) == 1 else name.lower()


def _other(take: int, seed: int) -> int:
    """A take that is neither the first nor ``take``."""
    wanted = seed + 2
    return wanted if wanted != take else wanted + 1


def _complete(arranger: Arranger) -> tuple[tuple[str, int], ...]:
    labels = arranger.plan.form.labels
    takes: dict[str, int] = {}
    for label in labels:
        takes[label] = arranger.takes.get(label, 1)
        for source in sources_of(label, labels):
            takes[f"{label}:{source}"] = arranger.tied(label, source)
    return tuple(sorted(takes.items()))


def checked(request: Request) -> Form:
    """The form asked for, if everything can be composed.

    Raises
    ------
    FormError
        When it cannot.
    """
    if request.bars is not None:
        form.check_bars(request.bars)
    if request.key is not None and request.mode not in {None, request.key.mode}:
        raise FormError(
            f"A song in {request.key} is not {request.mode}; leave out the key or the mode."
        )
    check_metre(request.metre, request.genre)
    low, high = TEMPERATURE
    if not low <= request.temperature <= high:
        raise FormError(
            f"A temperature of {request.temperature:g} gives no music; choose {low} to {high}."
        )
    check_tempo(request.tempo_bpm)
    asked = form.parse_form(request.form)
    _check_takes(request.takes, asked)
    return asked


def check_metre(metre: Metre | None, genre: str) -> None:
    """See that a metre, if one is asked for, is composed in.

    Raises
    ------
    FormError
        When the genre has no such metre.
    """
    own = genres.find(genre)
    if metre is not None and metre not in own.metres:
        raise FormError(
            f"In {metre_text(metre)} no {own.title.lower()} can be composed; choose "
            f"{' or '.join(map(metre_text, own.metres))}."
        )


def check_tempo(tempo_bpm: float | None) -> None:
    """See that a tempo, if one is asked for, can be played.

    Raises
    ------
    FormError
        When it is beyond ``TEMPO_BPM``.
    """
    slow, fast = TEMPO_BPM
    if tempo_bpm is not None and not slow <= tempo_bpm <= fast:
        raise FormError(
            f"A tempo of {tempo_bpm:g} cannot be played; choose {slow:g} to {fast:g} "
            "beats a minute."
        )


def _check_takes(takes: Iterable[tuple[str, int]], asked: Form) -> None:
    for name, take in takes:
        label, _, source = name.partition(":")
        if label not in asked.labels or (source and source not in sources_of(label, asked.labels)):
            there = ", ".join(dict.fromkeys(asked.labels))
            raise FormError(f"The form {asked} has no section {name} to take; it has {there}.")
        if take < 1:
            raise FormError(f"Take {take} of {name} cannot be composed; takes count from 1.")


def _in_key(song: Song, key: Key | None) -> Song:
    return song if key is None else keys.to_key(song, key)
