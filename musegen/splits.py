"""Which pieces a network learns from, and which are held out.

Pieces are split by *work*: movements of one quartet, and the same tune under two titles or in
two harmonisations, always fall on the same side. A split is a file that ships with the model.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musegen.corpora import PieceRef
from musegen.errors import CorpusError, ModelError
from musegen.files import write_whole
from musegen.melodies import BEATS_LIKENESS, STEPS_LIKENESS, same_tunes
from musegen.song import Song

if TYPE_CHECKING:
    from numpy.random import Generator

HELD_OUT_SHARE = 0.1
"""Of the notes, for validation and for test each."""

FEWEST_HELD_OUT = 3
"""Pieces that validation and test hold at least, where there are so many works."""

FEWEST_WORKS = 3
"""One for each side."""

TUNE_BOOKS = ("fiddle", "folk")
"""Genres in which pieces of one title are settings of one tune."""

_TRIES = 300
_CLOSE_ENOUGH = 0.002


@dataclass(frozen=True, slots=True)
class Split:
    """Ids of the pieces for training, validation and test, and how they were told apart."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    seed: int = 0
    rule: str = ""

    @property
    def held_out(self) -> tuple[str, ...]:
        """Validation and test together: what no network has learned from."""
        return self.validation + self.test


def make_split(songs: Mapping[str, Song], refs: Iterable[PieceRef], *, seed: int) -> Split:
    """Split pieces 80/10/10 by their notes, works kept whole; the same seed, the same split.

    Parameters
    ----------
    songs
        The pieces by id. Pieces of ``refs`` that are not among them are left out.
    refs
        Their catalogue entries, which tell the works.

    Raises
    ------
    CorpusError
        When there are fewer than three works.
    """
    known = [ref for ref in refs if ref.id in songs]
    groups = group_works({ref.id: songs[ref.id] for ref in known}, known)
    if len(groups) < FEWEST_WORKS:
        raise CorpusError(
            f"{len(groups)} different works are too few to learn from; at least {FEWEST_WORKS} "
            "are needed, so that some can be held out."
        )
    held = _choose([_weigh(group, songs) for group in groups], np.random.default_rng(seed))
    names = {id_: held.get(i, "train") for i, group in enumerate(groups) for id_ in group}
    sides = {
        side: tuple(ref.id for ref in known if names[ref.id] == side)
        for side in ("train", "validation", "test")
    }
    rule = (
        f"80/10/10 by notes; {len(known)} pieces in {len(groups)} groups that are never divided: "
        f"one work, one title, or one tune ({STEPS_LIKENESS:.0%} of the shorter piece's runs of "
        f"melodic steps, or {BEATS_LIKENESS:.0%} of its runs of beats, are in the other)"
    )
    return Split(**sides, seed=seed, rule=rule)


def group_works(songs: Mapping[str, Song], refs: Sequence[PieceRef]) -> list[tuple[str, ...]]:
    """Ids in groups of one work, title or tune, each in the catalogue's order."""
    alike = set(same_tunes(songs))
    for label in (_work, title_of):
        named: dict[str, list[str]] = defaultdict(list)
        for ref in refs:
            named[label(ref)].append(ref.id)
        alike.update(pair for ids in named.values() for pair in pairwise(ids))
    return _connected([ref.id for ref in refs], alike)


def works_of(songs: Mapping[str, Song], refs: Sequence[PieceRef]) -> dict[str, str]:
    """The work of each piece, named after the first of its pieces; see `group_works`."""
    return {id_: group[0] for group in group_works(songs, refs) for id_ in group}


def _work(ref: PieceRef) -> str:
    return ref.work


def title_of(ref: PieceRef) -> str:
    """What pieces of one tune share: the title without article, kind of dance and punctuation.

    It is the id when nothing is left of it, and in genres that are no tune books.
    """
    words = re.findall(r"[a-z0-9]+", re.sub(r"[’']", "", ref.title.lower().split(",")[0]))
    plain = " ".join(word for word in words if word not in ("the", "a", "an"))
    return plain if ref.genre in TUNE_BOOKS and plain else ref.id


def _connected(ids: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Union-find over pairs of ids."""
    leader = {id_: id_ for id_ in ids}

    def find(id_: str) -> str:
        while leader[id_] != id_:
            leader[id_] = leader[leader[id_]]
            id_ = leader[id_]
        return id_

    for a, b in pairs:
        leader[find(a)] = find(b)
    groups: dict[str, list[str]] = defaultdict(list)
    for id_ in ids:
        groups[find(id_)].append(id_)
    return [tuple(group) for group in groups.values()]


@dataclass(frozen=True, slots=True)
class _Weight:
    """What a group brings to the side it falls on."""

    notes: int
    pieces: int
    collections: frozenset[str]


def _weigh(group: Sequence[str], songs: Mapping[str, Song]) -> _Weight:
    """Collections are composers or books: what stands before the slash of an id."""
    collections = frozenset(id_.partition("/")[0] for id_ in group if "/" in id_)
    return _Weight(sum(songs[id_].note_count() for id_ in group), len(group), collections)


def _choose(groups: Sequence[_Weight], rng: Generator) -> dict[int, str]:
    """Which groups are held out, and where: the best of many random draws."""
    best: dict[int, str] = {}
    least = float("inf")
    for _ in range(_TRIES):
        drawn = _draw(groups, rng)
        fault = _fault(groups, drawn)
        if fault < least:
            best, least = drawn, fault
        if least < _CLOSE_ENOUGH:
            break
    return best


def _draw(groups: Sequence[_Weight], rng: Generator) -> dict[int, str]:
    """Fill test, then validation, with groups in random order, as long as they fit."""
    total = sum(group.notes for group in groups)
    room = {"test": HELD_OUT_SHARE * total, "validation": HELD_OUT_SHARE * total}
    pieces = {"test": 0, "validation": 0}
    drawn: dict[int, str] = {}
    for i in map(int, rng.permutation(len(groups))):
        for side, left in room.items():
            if groups[i].notes <= left or pieces[side] < FEWEST_HELD_OUT:
                drawn[i] = side
                room[side] -= groups[i].notes
                pieces[side] += groups[i].pieces
                break
    return drawn


def _fault(groups: Sequence[_Weight], drawn: Mapping[int, str]) -> float:
    """How far a draw is from what is wanted: shares of notes, enough pieces, all composers."""
    total = max(1, sum(group.notes for group in groups))
    all_collections = _collections(groups)
    learned = _collections(group for i, group in enumerate(groups) if i not in drawn)
    fault = HELD_OUT_SHARE / 4 * len(all_collections - learned)
    for side in ("validation", "test"):
        own = [groups[i] for i, s in drawn.items() if s == side]
        fault += abs(sum(group.notes for group in own) / total - HELD_OUT_SHARE)
        fault += max(0, FEWEST_HELD_OUT - sum(group.pieces for group in own))
        if len(_collections(own)) < min(2, len(all_collections)):
            fault += HELD_OUT_SHARE / 4
    return fault


def _collections(groups: Iterable[_Weight]) -> frozenset[str]:
    return frozenset[str]().union(*(group.collections for group in groups))


def write_split(split: Split, path: Path) -> None:
    """Write a split as JSON."""
    write_whole(path, json.dumps(asdict(split), indent=1, ensure_ascii=False) + "\n")


def read_split(path: Path) -> Split:
    """Read a split that `write_split` wrote.

    Raises
    ------
    ModelError
        When the file is missing or damaged.
    """
    try:
        record = json.loads(path.read_text("utf-8"))
        return Split(
            train=tuple(record["train"]),
            validation=tuple(record["validation"]),
            test=tuple(record["test"]),
            seed=int(record["seed"]),
            rule=str(record["rule"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The split {path} is missing or damaged; get the model's folder again or retrain it."
        ) from error
