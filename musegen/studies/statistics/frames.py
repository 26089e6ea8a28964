"""The table of votes as the statistics read it: which votes count, and who shares what.

Works on `musegen.studies.votes` frames and on narrower ones: a frame without ``kind`` holds
clips only, one without ``question`` single clips, one without ``participant`` votes of as many
people. Of a pair, ``condition`` and ``piece`` belong to the clip heard first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from musegen.studies.records import Condition, Maker
from musegen.studies.store import sorted_genres

ALL_GENRES = "all"
CLIP, CATCH, PRACTICE = "clip", "catch", "practice"
SINGLE, PAIR = "human-or-machine", "which-is-human"
"""The two questions that a study may ask."""

HUMAN, MACHINE = Maker.HUMAN.value, Maker.MACHINE.value
STEPS = 6
"""Steps of the rating that answer and sureness make together."""


def clips(votes: pd.DataFrame) -> pd.DataFrame:
    """The votes that count: those on clips, without practice and catch trials."""
    return _kept(votes, votes["kind"] == CLIP) if "kind" in votes else votes


def catches(votes: pd.DataFrame) -> pd.DataFrame:
    """The votes on catch trials, whose right answer an attentive listener gives."""
    return _kept(votes, votes["kind"] == CATCH) if "kind" in votes else votes[:0]


def singles(votes: pd.DataFrame) -> pd.DataFrame:
    """The votes on one clip, human or machine."""
    return _kept(votes, votes["question"] == SINGLE) if "question" in votes else votes


def pairs(votes: pd.DataFrame) -> pd.DataFrame:
    """The votes on two clips, of which one is human."""
    return _kept(votes, votes["question"] == PAIR) if "question" in votes else votes[:0]


def is_right(votes: pd.DataFrame) -> np.ndarray:
    """Whether the answer is the truth, shape (votes,), bool."""
    return np.asarray(_equal(votes["answer"], HUMAN) == _equal(votes["truth"], HUMAN))


def is_machine(votes: pd.DataFrame) -> np.ndarray:
    """Whether the clip (of a pair: the first) is a machine's, shape (votes,), bool."""
    return _equal(votes["truth"], MACHINE)


def said_machine(votes: pd.DataFrame) -> np.ndarray:
    """Whether the clip (of a pair: the first) was called the machine's, shape (votes,), bool."""
    return _equal(votes["answer"], MACHINE)


def ratings(votes: pd.DataFrame) -> np.ndarray:
    """How human a clip was rated, from 1 (certainly a machine's) to 6, shape (votes,), int."""
    sureness = votes["sureness"].to_numpy(dtype=np.int64)
    return np.where(said_machine(votes), 4 - sureness, 3 + sureness)


def machine_of(votes: pd.DataFrame) -> pd.Series[str]:
    """The machine that a vote is about: of a single clip or of a pair; "" for a human clip."""
    own = votes["condition"].where(votes["condition"] != HUMAN, "")
    if "other_condition" not in votes:
        return own
    other = votes["other_condition"].where(votes["other_condition"] != HUMAN, "")
    return own.where(own != "", other)


def machines(votes: pd.DataFrame) -> list[str]:
    """The machines there are votes about: those of the house first, then others by name."""
    there = set(machine_of(votes)) - {""}
    known = [c.value for c in Condition if c.value in there]
    return known + sorted(there - set(known))


def conditions(votes: pd.DataFrame) -> list[str]:
    """The conditions there are votes on, the human one first."""
    there = set(votes["condition"]) - {""}
    known = [c.value for c in Condition if c.value in there]
    return known + sorted(there - set(known))


def about(votes: pd.DataFrame, machine: str) -> pd.DataFrame:
    """The votes that tell of one machine: on its clips and pairs, and on single human clips."""
    found = machine_of(votes)
    return _kept(votes, (found == machine) | (found == ""))


def genres(votes: pd.DataFrame) -> list[str]:
    """The genres there are votes on, in the catalogue's order."""
    return sorted_genres(votes["genre"])


def of_genre(votes: pd.DataFrame, genre: str) -> pd.DataFrame:
    """The votes on one genre, or all of them for `ALL_GENRES`."""
    return votes if genre == ALL_GENRES else _kept(votes, votes["genre"] == genre)


def by_genre(votes: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """All votes as `ALL_GENRES`, then each genre's; one genre stands for itself."""
    names = genres(votes)
    if len(names) != 1:
        yield ALL_GENRES, votes
    for genre in names:
        yield genre, of_genre(votes, genre)


def participants(votes: pd.DataFrame) -> np.ndarray:
    """Number of each vote's participant, from 0, shape (votes,), int."""
    return _codes(votes, "participant")


def clusters(votes: pd.DataFrame) -> list[np.ndarray]:
    """What votes may share: the participant, the human piece, the machine's piece.

    One array of numbers for each, shape (votes,), int; −1 where a vote has no such piece. A
    pair has both.
    """
    own, made = _codes(votes, "piece"), is_machine(votes)
    human, machine = np.where(made, -1, own), np.where(made, own, -1)
    if "other_piece" in votes and "question" in votes and _equal(votes["question"], PAIR).any():
        both = pd.concat([votes["piece"], votes["other_piece"]], ignore_index=True)
        own, other = _numbered(both).reshape(2, len(votes))
        is_pair = np.asarray(votes["other_piece"] != "")
        human = np.where(made, np.where(is_pair, other, -1), own)
        machine = np.where(made, own, np.where(is_pair, other, -1))
    return [participants(votes), human, machine]


def _kept(votes: pd.DataFrame, wanted: pd.Series[bool]) -> pd.DataFrame:
    """The rows wanted; the frame itself where that is all of them, for a copy takes long."""
    return votes if bool(wanted.all()) else votes[wanted]


def _codes(votes: pd.DataFrame, name: str) -> np.ndarray:
    return _numbered(votes[name]) if name in votes else np.arange(len(votes))


def _numbered(values: pd.Series[str]) -> np.ndarray:
    return np.asarray(pd.factorize(values)[0], dtype=np.int64)


def _equal(values: pd.Series[str], wanted: str) -> np.ndarray:
    return np.asarray(values == wanted, dtype=bool)
