"""The genres: what each is called, played by and made of.

A genre is a name that corpora, models, the pages and the command line share. Its
trained network, if there is one, stands in ``models/<name>/``. Genres trained on this machine
(`musegen.training`) join the project's own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from musegen import settings
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
    a section; ``metres`` the metres a song may be composed in, the most usual first; ``form``
    the usual form (see `musegen.form.parse_form`); ``accompaniment`` the indices of the voices
    that may begin a song alone.
    """

    name: str
    title: str
    description: str
    voices: tuple[Voice, ...]
    tempo_bpm: tuple[int, int]
    bars: int
    metres: tuple[tuple[int, int], ...]
    form: str = "ABCBDB"
    accompaniment: tuple[int, ...] = ()


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
        ((6, 8), (2, 2), (2, 4), (4, 4), (3, 4), (9, 8)),
    ),
    Genre(
        "quartet",
        "String quartet",
        "Two violins, viola and cello in the manner of Haydn, Mozart and Beethoven.",
        (Voice("Violin I", 40), Voice("Violin II", 40), Voice("Viola", 41), Voice("Cello", 42)),
        (92, 126),
        8,
        ((4, 4), (3, 4), (2, 4), (2, 2), (3, 8), (6, 8)),
    ),
    Genre(
        "folk",
        "Folk song with chords",
        "A dance tune on the flute, with a guitar that strums the chords, after the Nottingham book.",
        (Voice("Melody", 73), Voice("Chords", 25)),
        (100, 120),
        8,
        ((4, 4), (6, 8), (3, 4), (2, 4)),
        accompaniment=(1,),
    ),
    Genre(
        "mazurka",
        "Mazurka",
        "Mazurkas and waltzes for the piano in the manner of Chopin.",
        (Voice("Right hand", 0), Voice("Left hand", 0)),
        (120, 160),
        8,
        ((3, 4),),
        accompaniment=(1,),
    ),
    Genre(
        "ragtime",
        "Ragtime",
        "Rags for the piano in the manner of Scott Joplin: a syncopated right hand over a stride.",
        (Voice("Right hand", 1), Voice("Left hand", 1)),
        (66, 84),
        8,
        ((2, 4),),
        accompaniment=(1,),
    ),
    Genre(
        "renaissance",
        "Renaissance mass",
        "Four voices in the manner of Palestrina's masses.",
        (Voice("Cantus", 52), Voice("Altus", 52), Voice("Tenor", 52), Voice("Bassus", 52)),
        (116, 144),
        4,
        ((4, 2), (3, 2)),
    ),
    Genre(
        "song",
        "Song with piano",
        "A voice and a piano in the manner of Schubert, Schumann and Brahms.",
        (Voice("Voice", 53), Voice("Piano right", 0), Voice("Piano left", 0)),
        (76, 108),
        12,
        ((4, 4), (3, 4), (2, 4), (6, 8), (3, 8), (2, 2)),
    ),
)
_BY_NAME = {genre.name: genre for genre in _CATALOGUE}


def names() -> tuple[str, ...]:
    """The genres' names, the project's own first, in the order that pages show them."""
    folder = _trained_folder()
    found = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    return (*_BY_NAME, *(n for n in found if n not in _BY_NAME and _trained_here(n)))


def find(name: str) -> Genre:
    """The genre called ``name``.

    Raises
    ------
    UnknownGenreError
        When there is none.
    """
    genre = _BY_NAME.get(name) or _trained_here(name)
    if genre is None:
        known = ", ".join(names())
        raise UnknownGenreError(f"There is no genre called “{name}”; choose one of: {known}.")
    return genre


def _trained_folder() -> Path:
    return settings.data_dir() / "models"


def _trained_here(name: str) -> Genre | None:
    """A genre of the user's own, as its model's ``config.json`` describes it."""
    if not name or name != Path(name).name or name.startswith("."):
        return None
    try:
        text = (_trained_folder() / name / "config.json").read_text(encoding="utf-8")
        record = json.loads(text)["genre"]
        return Genre(
            record["name"],
            record["title"],
            record["description"],
            tuple(Voice(**voice) for voice in record["voices"]),
            tuple(record["tempo_bpm"]),
            record["bars"],
            tuple((upper, lower) for upper, lower in record["metres"]),
            record.get("form", "ABCBDB"),
            tuple(record.get("accompaniment", ())),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
