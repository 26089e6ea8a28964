"""What is settled before the first note: metre, upbeat, key, tempo, lengths.

All of it is drawn as often as the genre's music has it, from the request's seed alone, so that a
section composed again stays in the same song.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from musegen import form
from musegen.dependencies import GROWS_FROM
from musegen.form import INTRO, OUTRO, Form
from musegen.genres import Genre
from musegen.grid import Grid
from musegen.habits import Habits
from musegen.keys import home_key
from musegen.metre import Metre, metre_text
from musegen.song import TICKS_PER_BEAT, Key, Mode

ECHOED = ("mazurka", "ragtime", "song")
"""Genres whose sections are wished to say again as much as the music does. By themselves they say again
half as much or less; a wish gained nothing for chorales, fiddle tunes and quartets, and was not
tried elsewhere (docs/experiments.md)."""

SHORTEST_END_BARS = 2
"""Of an intro or outro whose length is not given."""


@dataclass(frozen=True)
class Plan:
    """A song's frame.

    ``bars`` has the length of each label's section, and ``phrases`` where its phrases end, in ticks of
    it, if not as the grid has it; ``home`` is C or a; ``opening`` is where the
    lowest part begins, in semitones above the tonic, None if that is not known; ``final_ticks`` is how
    long its last note is at least; ``silence`` is the
    share of the time in which a part rests; ``echoes`` has the share of each label's notes that are
    to be echoes (`musegen.echoes`), or nothing if that does not matter.
    """

    form: Form
    grid: Grid
    home: Key
    tempo_bpm: float
    bars: Mapping[str, int]
    opening: int | None = None
    final_ticks: int = TICKS_PER_BEAT
    silence: float = 0.0
    echoes: Mapping[str, float] = field(default_factory=dict)
    phrases: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def stops(self, label: str) -> tuple[int, ...]:
        """Where the drafts of a section are compared, the last at its end."""
        return self.phrases.get(label, self.grid.stops(self.bars[label]))

    def ticks(self, label: str) -> int:
        """Length of a section."""
        return self.bars[label] * self.grid.bar_ticks


def make_plan(
    asked: Form,
    genre: Genre,
    habits: Habits,
    rng: np.random.Generator,
    *,
    mode: Mode | None = None,
    metre: Metre | None = None,
    tempo_bpm: float | None = None,
    bars: int | None = None,
) -> Plan:
    """A plan for the form ``asked``; what is None is drawn."""
    drawn = _metre(genre, habits, rng)  # in any case, so that nothing else depends on it
    metre = drawn if metre is None else metre
    name = metre_text(metre)
    is_minor = rng.random() < habits.minor
    low, high = genre.tempo_bpm
    usual_bpm = float(rng.integers(low, high + 1))
    upbeat = _drawn(habits.upbeats.get(name), 0, rng)
    phrase = _drawn(habits.phrase_bars.get(name), _phrase_bars(habits, metre), rng)
    usual = {label: _drawn(habits.section_bars.get(name), genre.bars, rng) for label in LABELS}
    opening = _drawn(habits.openings, 0, rng) if habits.openings else None
    silence = float(rng.choice(habits.silences)) if habits.silences else 0.0
    echoes = _echoes(genre, habits, rng)
    grid = Grid(metre, upbeat, phrase)
    wanted = {place.label: place.bars or bars for place in asked.places}
    divided = _divided(grid, habits, wanted, rng)
    lengths = {}
    for place in asked.places:
        like = GROWS_FROM.get(place.label, place.label)
        own = divided[like][-1] // grid.bar_ticks if like in divided else usual[like]
        length = place.bars or bars or own
        if place.label in {INTRO, OUTRO}:
            length = place.bars or max(SHORTEST_END_BARS, phrase if phrase <= length else 0)
        lengths[place.label] = form.check_bars(length)
    final = _drawn(habits.finals.get(name), habits.final_ticks, rng)
    alike = {label: divided.get(GROWS_FROM.get(label, label), (0,)) for label in lengths}
    return Plan(
        form=asked,
        grid=grid,
        home=home_key((Mode.MINOR if is_minor else Mode.MAJOR) if mode is None else mode),
        tempo_bpm=tempo_bpm or usual_bpm,
        bars=lengths,
        opening=opening,
        final_ticks=final,
        silence=silence,
        echoes=echoes,
        phrases={
            label: ends
            for label, ends in alike.items()
            if ends[-1] == lengths[label] * grid.bar_ticks
        },
    )


LABELS = (INTRO, OUTRO, *map(chr, range(ord("A"), ord("Z") + 1)))
"""In this order lengths are drawn, so that none depends on the form."""


def _divided(
    grid: Grid, habits: Habits, wanted: Mapping[str, int | None], rng: np.random.Generator
) -> dict[str, tuple[int, ...]]:
    """Where the phrases of each label's section end, as one of the genre's sections has them.

    Labels of which so many bars are ``wanted`` as no such section has are left out.
    """
    known = habits.phrases.get(metre_text(grid.metre), {}).get(str(grid.upbeat_ticks), {})
    every = [tuple(TICKS_PER_BEAT * int(beats) for beats in name.split()) for name in known]
    shares = np.array(list(known.values()))
    found = {}
    for label in LABELS if known else ():
        at = rng.random()  # drawn in any case, so that none depends on another
        bars = wanted.get(label)
        fits = np.array([bars is None or sum(own) == bars * grid.bar_ticks for own in every])
        if label not in {INTRO, OUTRO} and fits.any():
            below = np.cumsum(shares * fits)
            found[label] = tuple(accumulate(every[int((below <= at * below[-1]).sum())]))
    return found


def _metre(genre: Genre, habits: Habits, rng: np.random.Generator) -> Metre:
    """One of the genre's metres, as often as human bars have it."""
    shares = np.array([habits.metres.get(metre_text(metre), 0.0) for metre in genre.metres])
    if not shares.sum():
        return genre.metres[0]
    return genre.metres[rng.choice(len(shares), p=shares / shares.sum())]


def _echoes(genre: Genre, habits: Habits, rng: np.random.Generator) -> dict[str, float]:
    if genre.name not in ECHOED or not habits.echoes:
        return {}
    return {label: float(rng.choice(habits.echoes)) for label in LABELS}


def _drawn(shares: Mapping[str, float] | None, usual: int, rng: np.random.Generator) -> int:
    """One of the numbers, as often as it occurs; ``usual`` where none was counted."""
    at = rng.random()  # drawn in any case, so that what follows does not depend on it
    if not shares:
        return usual
    numbers = sorted(shares, key=int)
    below = np.cumsum([shares[number] for number in numbers])
    return int(numbers[min(int((below < at * below[-1]).sum()), len(numbers) - 1)])


def _phrase_bars(habits: Habits, metre: Metre) -> int:
    """From the median phrase, where phrases were not counted by metre."""
    if not habits.phrase_beats:
        return 0
    bar_ticks = Grid(metre).bar_ticks
    return min(form.BARS[1], max(1, round(habits.phrase_beats * TICKS_PER_BEAT / bar_ticks)))
