"""Which pieces a network learns from, and which it must never see.

A corpus is split 80/10/10 by *work*: movements of one work stay together, and so do pieces that
share a tune, whatever their titles. The split is made once, before anything else, and ships with
the model as a file.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musegen.errors import CorpusError, ModelError
from musegen.files import write_whole
from musegen.song import Song

if TYPE_CHECKING:
    from musegen.corpora import PieceRef

TUNE_NOTES = 6
"""Tunes are compared by runs of so many notes: their intervals and the ratios of their lengths."""

SAME_TUNE = 0.3
"""Two pieces that share this much of the shorter one's runs are one tune."""

COMMON_RUN = 24
"""A run that stands in more pieces than this (a scale, say) tells no tune from another."""

SHARES = (0.8, 0.1, 0.1)
RULE = (
    f"by work: pieces of one work, or sharing {SAME_TUNE:.0%} of their {TUNE_NOTES}-note runs in "
    "the top part (any key, any note value), fall into one split"
)


@dataclass(frozen=True, slots=True)
class Split:
    """Ids of the pieces to train on, to choose by, and to report on; how it was made."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    seed: int
    groups: int
    rule: str = RULE

    @property
    def held_out(self) -> tuple[str, ...]:
        """Validation and test together: what no network learned from."""
        return self.validation + self.test


def make_split(songs: Mapping[str, Song], refs: Iterable[PieceRef], *, seed: int) -> Split:
    """Split pieces by work; the shares are of notes.

    Parameters
    ----------
    songs
        Pieces by id.
    refs
        The catalogue: tells which pieces are of one work; ids not in ``songs`` are left out.

    Raises
    ------
    CorpusError
        When there are fewer than three works.
    """
    groups = _groups(songs, [ref for ref in refs if ref.id in songs])
    if len(groups) < len(SHARES):
        raise CorpusError(
            f"{len(groups)} different works are too few to learn from; at least "
            f"{len(SHARES)} are needed, so that some can be held out."
        )
    order = [groups[i] for i in np.random.default_rng(seed).permutation(len(groups))]
    sizes = [sum(songs[id_].note_count() for id_ in group) for group in order]
    wanted = [share * sum(sizes) for share in SHARES]
    chosen: list[list[str]] = [[], [], []]
    # Large groups first: they fit nowhere else than in the training set.
    for i in sorted(range(len(order)), key=lambda i: -sizes[i]):
        place = int(np.argmax([w / share for w, share in zip(wanted, SHARES, strict=True)]))
        chosen[place] += order[i]
        wanted[place] -= sizes[i]
    train, validation, test = (tuple(sorted(ids)) for ids in chosen)
    return Split(train, validation, test, seed, len(groups))


def _groups(songs: Mapping[str, Song], refs: Sequence[PieceRef]) -> list[list[str]]:
    parent = {ref.id: ref.id for ref in refs}

    def root(id_: str) -> str:
        while parent[id_] != id_:
            parent[id_] = parent[parent[id_]]
            id_ = parent[id_]
        return id_

    first_of_work: dict[str, str] = {}
    for ref in refs:
        parent[root(ref.id)] = root(first_of_work.setdefault(ref.work, ref.id))
    for one, other in same_tunes({ref.id: songs[ref.id] for ref in refs}):
        parent[root(one)] = root(other)
    groups: dict[str, list[str]] = defaultdict(list)
    for ref in refs:
        groups[root(ref.id)].append(ref.id)
    return [sorted(group) for _, group in sorted(groups.items())]


def same_tunes(songs: Mapping[str, Song]) -> list[tuple[str, str]]:
    """Pairs of pieces whose top parts are the same tune, in whatever key."""
    runs = {id_: _tune_runs(song) for id_, song in songs.items()}
    holders: dict[tuple[float, ...], list[str]] = defaultdict(list)
    for id_, own in runs.items():
        for run in own:
            holders[run].append(id_)
    shared: Counter[tuple[str, str]] = Counter()
    for ids in holders.values():
        if 1 < len(ids) <= COMMON_RUN:
            shared.update(combinations(ids, 2))
    return [
        pair
        for pair, count in shared.items()
        if count >= SAME_TUNE * min(len(runs[pair[0]]), len(runs[pair[1]]))
    ]


def _tune_runs(song: Song) -> set[tuple[float, ...]]:
    top = {note.onset_tick: note for note in song.parts[0].notes}
    notes = [top[onset] for onset in sorted(top)]
    steps = [b.pitch - a.pitch for a, b in zip(notes, notes[1:], strict=False)]
    gaps = [b.onset_tick - a.onset_tick for a, b in zip(notes, notes[1:], strict=False)]
    width = TUNE_NOTES - 1
    return {
        (
            *steps[i : i + width],
            *(round(gap / gaps[i], 2) for gap in gaps[i + 1 : i + width]),
        )
        for i in range(len(steps) - width + 1)
    }


def write_split(split: Split, path: Path) -> None:
    """Write the split as JSON."""
    write_whole(path, json.dumps(asdict(split), indent=1) + "\n")


def read_split(path: str | Path) -> Split:
    """What `write_split` wrote.

    Raises
    ------
    ModelError
        When the file is missing or is no split.
    """
    try:
        fields = json.loads(Path(path).read_text(encoding="utf-8"))
        for name in ("train", "validation", "test"):
            fields[name] = tuple(fields[name])
        return Split(**fields)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"“{path}” does not tell which pieces are held out; get the file again or train anew."
        ) from error
