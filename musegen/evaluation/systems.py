"""Who is judged: the genre's network, the 2018 article's system, a Markov chain.

Songs are composed as anyone would get them: no choice among them, and no settings but the seed
and, where a system lets one choose them, mode and metre. Each song is in those of one of the human
pieces beside it, because how many held-out pieces happen to be in minor, or in 3/4, is nothing to
tell a machine by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from musegen import composers
from musegen.composers import AnyComposer
from musegen.composing import Model, Request, alike
from musegen.errors import ModelError
from musegen.evaluation.excerpts import excerpts
from musegen.evaluation.judges import FEWEST_PIECES
from musegen.evaluation.markov import MarkovChain
from musegen.keys import to_home_key
from musegen.processes import mapped
from musegen.song import Song

Progress = Callable[[int, int], None]


class System(StrEnum):
    """The systems, the one that the report is about first."""

    EVENT = "event"
    ARTICLE = "article"
    MARKOV = "markov"


TITLES = {
    System.EVENT: "musegen",
    System.ARTICLE: "as in 2018",
    System.MARKOV: "Markov chain",
}


@dataclass(frozen=True)
class Output:
    """A system's songs by name, or why there are none."""

    songs: dict[str, Song]
    missing: str = ""


def composed(
    system: System,
    genre: str,
    seeds: Sequence[int],
    *,
    like: Sequence[Song] = (),
    progress: Progress | None = None,
) -> Output:
    """Songs of a system that composes by itself, one a seed, as many at once as there are cores.

    Parameters
    ----------
    like
        Song i is in mode and metre of piece i, round and round; in any metre where the genre is not
        composed in the piece's. The article's system knows no such wishes.
    """
    try:
        _composer(system, genre)
    except ModelError as error:
        if system is System.EVENT:
            raise
        return Output({}, str(error))
    requests = [Request(genre, seed=seed, model=Model(system.value)) for seed in seeds]
    if like and system is System.EVENT:
        requests = [alike(like[i % len(like)], own) for i, own in enumerate(requests)]
    songs = {}
    for seed, song in zip(seeds, mapped(_song, requests), strict=True):
        songs[f"seed {seed}"] = song
        if progress is not None:
            progress(len(songs), len(seeds))
    return _unless_silent(songs) if system is System.ARTICLE else Output(songs)


def _unless_silent(songs: dict[str, Song]) -> Output:
    """Songs, if enough of them have notes to judge them by: argmax can say `NULL` for ever."""
    silent = sum(not excerpts(song, name) for name, song in songs.items())
    if len(songs) - silent < FEWEST_PIECES:
        return Output({}, f"{silent} of its {len(songs)} songs are silence, or nearly so.")
    return Output(songs)


def chained(chain: MarkovChain, like: dict[str, Song], seeds: Sequence[int]) -> Output:
    """Songs of a Markov chain, each as long as one of ``like``, in its metre and mode."""
    return Output(
        {
            name: chain.compose(seed=seed, bars=song.bars, mode=song.key.mode)
            for seed, (name, song) in zip(seeds, like.items(), strict=True)
        }
    )


def first_part(song: Song) -> Song:
    """The song's first part alone: all that the article's system reads and writes."""
    return replace(song, parts=song.parts[:1])


def _song(request: Request) -> Song:
    composer = _composer(System(request.model.value), request.genre)
    return to_home_key(composer.compose(request).song)


@lru_cache(maxsize=4)
def _composer(system: System, genre: str) -> AnyComposer:
    return composers.load(genre, Model(system.value))
