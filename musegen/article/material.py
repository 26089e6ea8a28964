"""What the article's network learns from, and begins its sections with: a row of tokens.

The same pieces are read for both, so no music need be kept with a trained network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musegen import corpora, keys
from musegen.article.network import WINDOW
from musegen.article.tokens import joined, vocabulary
from musegen.errors import CorpusError, ScoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musegen.song import Song

    Ints = NDArray[np.int64]

FEWEST_TOKENS = 500


@dataclass(frozen=True)
class Material:
    """A row of token ids (tokens,), what they mean, and whose they are."""

    ids: Ints
    vocabulary: tuple[str, ...]
    pieces: tuple[str, ...]

    @classmethod
    def of(cls, songs: Mapping[str, Song]) -> Material:
        """The pieces' first parts in C major or A minor, one after another.

        Raises
        ------
        CorpusError
            When there is too little to learn from.
        """
        tokens = joined(keys.to_home_key(song) for song in songs.values())
        if len(tokens) < FEWEST_TOKENS:
            raise CorpusError(
                f"{len(tokens)} tokens are too little for the article's network to learn from; "
                f"at least {FEWEST_TOKENS} are needed."
            )
        known = vocabulary(tokens)
        number = {token: id_ for id_, token in enumerate(known)}
        return cls(np.array([number[t] for t in tokens], np.int64), known, tuple(songs))

    def windows(self) -> tuple[Ints, Ints]:
        """Every window (windows, WINDOW) and the token that follows each (windows,)."""
        every = np.lib.stride_tricks.sliding_window_view(self.ids, WINDOW)
        return every[:-1], self.ids[WINDOW:]


def read_pieces(genre: str, ids: Iterable[str]) -> dict[str, Song]:
    """Pieces of a genre by id, in the order asked for; ids of one's own pieces are full paths.

    They are few, so they are parsed right here where they are not in the cache.

    Raises
    ------
    CorpusError
        When one of them is not on this machine.
    """
    wanted = list(ids)
    if all(Path(id_).is_absolute() for id_ in wanted):
        return _read_files(wanted)
    return corpora.load(genre, wanted, jobs=1)


def _read_files(names: Sequence[str]) -> dict[str, Song]:
    from musegen import scores

    try:
        return {name: scores.read_score(name) for name in names}
    except ScoreError as error:
        raise CorpusError(
            f"The system of 2018 begins with music that it learned from, and some is gone: {error}"
        ) from error
