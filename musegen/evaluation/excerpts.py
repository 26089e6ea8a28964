"""Excerpts of 8 bars, the length of a clip in the listening test, by one rule for both sides.

Bars are counted from the upbeat: a piece whose first bar is an upbeat of one beat has all its
excerpts begin one beat before a bar line, as its phrases do. An excerpt knows the work it is from,
so that a judge never learns from one excerpt of a work and is asked about another, and its place
in its piece, so that both sides are compared with as many beginnings and endings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from musegen.song import Song, cut

EXCERPT_BARS = 8
MOST_EXCERPTS = 3
"""From one piece, so that long pieces do not outweigh short ones."""

FEWEST_NOTES = 8
"""A stretch with fewer notes is silence, not music to be judged."""


class Place(StrEnum):
    """Where in its piece an excerpt stands; a piece of 8 bars is all beginning."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True)
class Excerpt:
    """Eight bars of a piece or song, as a song from tick 0.

    ``piece`` is the name of the piece, ``work`` that of the work to which it belongs: pieces of one
    tune, or movements of one mass, are one work (`musegen.splits.group_works`).
    """

    song: Song
    piece: str
    place: Place
    work: str


def bar_spans(song: Song) -> list[tuple[int, int]]:
    """First and last tick of each bar, counted from the upbeat if there is one."""
    if not song.bars:
        return []
    first = song.bars[0]
    upbeat = first.length_ticks if _is_upbeat(song) else 0
    lines = [bar.start_tick - upbeat for bar in song.bars[1 if upbeat else 0 :]]
    return [(a, b) for a, b in pairwise([*lines, song.end_tick]) if b > a]


def _is_upbeat(song: Song) -> bool:
    first = song.bars[0]
    return first.is_upbeat and first.length_ticks < first.metre_ticks and len(song.bars) > 1


def excerpts(
    song: Song, piece: str, *, work: str | None = None, bars: int = EXCERPT_BARS
) -> list[Excerpt]:
    """At most three excerpts, spread evenly from the first bar to the last.

    A piece of which no ``work`` is told is a work of its own.

    A piece of 8 bars gives one, up to 16 bars two, longer ones three; neighbours may overlap. A
    piece that is shorter gives none.
    """
    spans = bar_spans(song)
    if len(spans) < bars:
        return []
    count = min(MOST_EXCERPTS, -(-len(spans) // bars))
    firsts = np.linspace(0, len(spans) - bars, count).round().astype(int)
    found = []
    for first in map(int, firsts):
        stretch = cut(song, spans[first][0], spans[first + bars - 1][1])
        if stretch.note_count() >= FEWEST_NOTES:
            place = _place(first, first + bars, len(spans))
            found.append(Excerpt(stretch, piece, place, work or piece))
    return found


def _place(first: int, end: int, bars: int) -> Place:
    if first == 0:
        return Place.START
    return Place.END if end == bars else Place.MIDDLE


def excerpts_of(
    songs: Mapping[str, Song],
    *,
    works: Mapping[str, str] | None = None,
    bars: int = EXCERPT_BARS,
) -> list[Excerpt]:
    """The excerpts of all pieces, by their names; ``works`` has the work of each, if it is known."""
    of_work = works or {}
    return [
        excerpt
        for name, song in songs.items()
        for excerpt in excerpts(song, name, work=of_work.get(name), bars=bars)
    ]


def matched(
    one: Sequence[Excerpt], other: Sequence[Excerpt], rng: np.random.Generator
) -> tuple[list[Excerpt], list[Excerpt]]:
    """Both sides with equally many beginnings, middles and endings; what is over is left out.

    Otherwise a judge could tell long songs from short pieces by how few of their excerpts end.
    """
    kept: tuple[list[Excerpt], list[Excerpt]] = ([], [])
    for place in Place:
        sides = [[e for e in side if e.place is place] for side in (one, other)]
        count = min(map(len, sides))
        for side, chosen in zip(sides, kept, strict=True):
            order = sorted(rng.permutation(len(side))[:count])
            chosen.extend(side[i] for i in order)
    return kept
