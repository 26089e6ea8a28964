"""Composing a song: form, drafts, the choice among them, the copy check.

Each stretch of the form (`musegen.form`) begins from nothing but the genre, its metre and its
mode. Several drafts are written side by side and the best is kept; a second verse goes on from
the state in which the first one ended. A song that copies more than human pieces do is composed
again. The same request always gives the same song.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from musegen import form, keys, models
from musegen.errors import FormError
from musegen.originality import CopyReport
from musegen.song import A_MINOR, C_MAJOR, Key, Mode, Part, Song
from musegen.writing import Knowledge, Writing

Progress = Callable[[float, str], None]

MOST_ATTEMPTS = 5
"""How often a song that copies too much is composed again before the best is taken."""

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
    notes a minute); ``bars`` of a section, None the usual number. ``takes`` tells which take of
    a section is wanted, by its letter: 1 where nothing is said; another take is the section
    composed again, while the others stay as they are.
    """

    genre: str
    seed: int
    form: str = form.DEFAULT_FORM
    key: Key | None = None
    tempo_bpm: float | None = None
    temperature: float = 1.0
    bars: int | None = None
    mode: Mode | None = None
    takes: tuple[tuple[str, int], ...] = ()
    model: Model = Model.EVENT


@dataclass(frozen=True)
class Composition:
    """A song, what was asked for, its copy check, and how often it was composed."""

    song: Song
    request: Request
    copying: CopyReport
    attempts: int


class Composer:
    """A genre's composer; it keeps nothing between songs, so threads may share it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knows = knowledge

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

        letters = _checked(request)
        made: list[Composition] = []
        # One thread: sums in another order could choose another note.
        with threadpool_limits(1):
            while len(made) < MOST_ATTEMPTS and not (made and made[-1].copying.is_within_human):
                rng = np.random.default_rng((request.seed, len(made) + 1))
                song = self._write(request, letters, rng, progress)
                copying = CopyReport(*self._knows.runs.copying(song), **self._knows.human)
                made.append(Composition(song, request, copying, len(made) + 1))
        best = min(made, key=lambda one: (not one.copying.is_within_human, one.copying.share))
        if progress is not None:
            progress(1.0, "Done")
        return replace(best, song=_in_key(best.song, request.key), attempts=len(made))

    def _write(
        self,
        request: Request,
        letters: tuple[str, ...],
        rng: np.random.Generator,
        progress: Progress | None,
    ) -> Song:
        metre = self._metre(rng)
        is_minor = rng.random() < self._knows.habits.minor
        if (mode := request.mode if request.key is None else request.key.mode) is not None:
            is_minor = mode is Mode.MINOR
        low, high = self._knows.genre.tempo_bpm
        tempo = request.tempo_bpm or float(rng.integers(low, high + 1))
        bars = form.check_bars(request.bars or self._knows.genre.bars)
        home = A_MINOR if is_minor else C_MAJOR
        writing = Writing(self._knows, metre, home, bars, request.temperature, rng)
        written: dict[str, tuple[Part, ...]] = {}
        parts = form.stretches(letters)
        for done, stretch in enumerate(parts):
            if progress is not None:
                progress(done / len(parts), f"Writing {' and '.join(stretch.labels)}")
            written |= writing.stretch(stretch)
        return form.assemble(
            letters,
            written,
            bars=bars,
            metre=metre,
            key=writing.key,
            tempo_bpm=tempo,
            title=f"{self._knows.genre.title} no. {request.seed}",
        )

    def _metre(self, rng: np.random.Generator) -> tuple[int, int]:
        """One of the genre's metres, as often as human bars have it."""
        shares = [
            self._knows.habits.metres.get(f"{a}/{b}", 0.0) for a, b in self._knows.genre.metres
        ]
        if not sum(shares):
            return self._knows.genre.metres[0]
        return self._knows.genre.metres[rng.choice(len(shares), p=np.array(shares) / sum(shares))]


def _checked(request: Request) -> tuple[str, ...]:
    """The letters of the form, if everything else can be composed too."""
    if request.bars is not None:
        form.check_bars(request.bars)
    if request.key is not None and request.mode not in {None, request.key.mode}:
        raise FormError(
            f"A song in {request.key} is not {request.mode}; leave out the key or the mode."
        )
    low, high = TEMPERATURE
    if not low <= request.temperature <= high:
        raise FormError(
            f"A temperature of {request.temperature:g} gives no music; choose {low} to {high}."
        )
    slow, fast = TEMPO_BPM
    if request.tempo_bpm is not None and not slow <= request.tempo_bpm <= fast:
        raise FormError(
            f"A tempo of {request.tempo_bpm:g} cannot be played; choose {slow:g} to {fast:g} "
            "beats a minute."
        )
    return form.parse_form(request.form)


def _in_key(song: Song, key: Key | None) -> Song:
    return song if key is None else keys.to_key(song, key)
