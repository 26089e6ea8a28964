"""The genres: what each is called, played by and made of.

A genre is a name that corpora, models, the pages and the command line share. Its
trained network, if there is one, stands in ``models/<name>/``.
"""

from __future__ import annotations

from dataclasses import dataclass

from musegen.errors import UnknownGenreError


@dataclass(frozen=True, slots=True)
class Voice:
    """One part of a genre: its name, and its General MIDI program (0-127)."""

    name: str
    program: int


@dataclass(frozen=True, slots=True)
class Genre:
    """What is known of a genre without its network.

    ``tempo_bpm`` is the usual range of quarter-note tempi; ``bars`` the usual length of
    a section; ``metres`` the metres a song may be composed in, the most usual first.
    """

    name: str
    title: str
    description: str
    voices: tuple[Voice, ...]
    tempo_bpm: tuple[int, int]
    bars: int
    metres: tuple[tuple[int, int], ...]


_CATALOGUE = (
    Genre(
        "chorale",
        "Chorale",
        "Four voices in the manner of Bach's chorales.",
        (Voice("Soprano", 52), Voice("Alto", 52), Voice("Tenor", 52), Voice("Bass", 52)),
        (66, 84),
        4,
        ((4, 4), (3, 4)),
    ),
    Genre(
        "fiddle",
        "Fiddle tune",
        "Jigs, reels and hornpipes for one fiddle, after Ryan's and O'Neill's books.",
        (Voice("Fiddle", 40),),
        (100, 126),
        8,
        ((6, 8), (4, 4), (2, 4)),
    ),
    Genre(
        "quartet",
        "String quartet",
        "Two violins, viola and cello in the manner of Haydn, Mozart and Beethoven.",
        (Voice("Violin I", 40), Voice("Violin II", 40), Voice("Viola", 41), Voice("Cello", 42)),
        (92, 126),
        8,
        ((4, 4), (3, 4), (2, 4)),
    ),
)
_BY_NAME = {genre.name: genre for genre in _CATALOGUE}


def names() -> tuple[str, ...]:
    """The genres' names, in the order that pages show them."""
    return tuple(_BY_NAME)


def find(name: str) -> Genre:
    """The genre called ``name``.

    Raises
    ------
    UnknownGenreError
        When there is none.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        known = ", ".join(_BY_NAME)
        raise UnknownGenreError(
            f"There is no genre called “{name}”; choose one of: {known}."
        ) from None
