"""How an accompaniment goes on: which strokes follow which in the music learned from.

A *stroke* is all that an accompaniment begins at one moment, a *run* `RUN_STROKES` strokes one
after another, in the home key. Who strums from chord symbols strikes few chords in few orders, so
that nearly every run of another piece is known already. A network, which writes note by note,
slips once in some bars: a bass that belongs to no chord here, a tone of another chord there. Where
most runs are new in human pieces, too, as in Chopin's, there is nothing to go by.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from musegen.errors import ModelError
from musegen.files import write_whole
from musegen.keys import to_home_key

if TYPE_CHECKING:
    from pathlib import Path

    from musegen.song import Note, Song

    Voices = Sequence[Sequence[Note]]

RUN_STROKES = 4

MOSTLY_KNOWN = 0.9
"""Share of the runs in pieces not learned from that must be known, or strokes tell nothing."""


class Strokes:
    """The runs of strokes in a training set, as hashes: they tell a run again, no more.

    ``parts`` are the numbers of the parts that accompany.
    """

    def __init__(self, parts: Sequence[int], hashes: Iterable[int]) -> None:
        self._parts = tuple(parts)
        self._hashes = frozenset(hashes)

    @classmethod
    def of(cls, songs: Iterable[Song], parts: Sequence[int]) -> Strokes:
        """The runs of ``parts`` of every song, whatever its key."""
        home = (to_home_key(song) for song in songs)
        return cls(parts, (run for song in home for run in _runs(song.voices, parts)))

    @classmethod
    def read(cls, path: Path, parts: Sequence[int]) -> Strokes:
        """What `write` wrote.

        Raises
        ------
        ModelError
            When the file is missing or damaged.
        """
        try:
            return cls(parts, np.load(path, allow_pickle=False).tolist())
        except (OSError, ValueError, EOFError, TypeError) as error:
            raise ModelError(
                f"The accompaniment's file “{path}” cannot be read; get it again or train anew."
            ) from error

    def write(self, path: Path) -> None:
        buffer = BytesIO()
        np.save(buffer, np.array(sorted(self._hashes), np.uint32))
        write_whole(path, buffer.getvalue())

    def unknown(self, voices: Voices) -> int:
        """How many runs in these parts, in the home key, stand nowhere in the training set."""
        return sum(run not in self._hashes for run in _runs(voices, self._parts))

    def known_share(self, songs: Iterable[Song]) -> float:
        """The share of all runs that is known, whatever a song's key; 0 where there are none."""
        home = (to_home_key(song) for song in songs)
        known = [run in self._hashes for song in home for run in _runs(song.voices, self._parts)]
        return sum(known) / len(known) if known else 0.0


def _runs(voices: Voices, parts: Sequence[int]) -> Iterator[int]:
    """A hash of each run of these parts."""
    for part in parts:
        begun: dict[int, list[int]] = {}
        for note in voices[part]:
            begun.setdefault(note.onset_tick, []).append(note.pitch)
        strokes = [sorted(begun[tick]) for tick in sorted(begun)]
        for first in range(len(strokes) - RUN_STROKES + 1):
            yield zlib.crc32(repr(strokes[first : first + RUN_STROKES]).encode())
