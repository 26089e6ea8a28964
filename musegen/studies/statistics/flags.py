"""Votes given without listening: who gave them, and what the figures are without these people.

Nobody is left out silently. `flags` says why a person is flagged, `without_flagged` gives back
both the votes that stay and those that go; `comparison` puts every figure side by side. To be
honest, fix the limits before looking at the votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
import pandas as pd

from musegen.studies.statistics import frames

LISTENING_SLACK_S = 0.5
READING_S = 1.0
"""See `Limits`."""


class Flag(StrEnum):
    """Why a participant's votes may not be listening."""

    TOO_FAST = "too fast"
    NOT_LISTENED = "heard too little"
    ONE_ANSWER = "always the same answer"
    FAILED_CATCH = "failed catch trials"


@dataclass(frozen=True, slots=True)
class Limits:
    """When to flag a participant.

    Attributes
    ----------
    response_s
        A vote sooner than this after the clip's first showing is too fast: the pages ask for
        5 s of listening, and reading, choosing and pressing a button takes a second more.
    listened_s
        Less of a clip than this is too little: the pages' own minimum, less the half second by
        which a player's report may lag. Of a pair, both clips together, and twice as much.
    share
        A person is flagged when more than this share of their votes is too fast (or heard too
        little): one slip happens to anybody.
    one_answer
        So many votes that are all the same are flagged. By chance that happens to 2 ⋅ 2⁻¹⁰, one
        guesser in 512; never fewer, for short tests are all the same now and then. Catch trials
        must be answered so, too: who calls all music human and nonsense a machine's has listened.
    catches
        More failed catch trials than this share of them: with two, failing both.
    """

    response_s: float = 6.0
    listened_s: float = 4.5
    share: float = 0.25
    one_answer: int = 10
    catches: float = 0.5

    @classmethod
    def asking(cls, minimum_listening_s: float) -> Self:
        """Those of a study whose pages ask for so many seconds of listening."""
        return cls(
            response_s=minimum_listening_s + READING_S,
            listened_s=max(0.0, minimum_listening_s - LISTENING_SLACK_S),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """Votes of the participants without a flag, and those of the others."""

    kept: pd.DataFrame
    left_out: pd.DataFrame
    flags: pd.DataFrame


USUAL = Limits()
FLAG_COLUMNS = {
    Flag.TOO_FAST: "too_fast",
    Flag.NOT_LISTENED: "not_listened",
    Flag.ONE_ANSWER: "one_answer",
    Flag.FAILED_CATCH: "failed_catch",
}


def flags(votes: pd.DataFrame, limits: Limits = USUAL) -> pd.DataFrame:
    """One row a participant, in the order of their first vote.

    Columns: participant, votes, catches, failed, fast (votes too fast), short (votes heard too
    little), one bool for each flag (too_fast, not_listened, one_answer, failed_catch),
    is_flagged, and reasons (their names, with commas).
    """
    marks = pd.DataFrame(
        {"participant": votes["participant"], **_marks(votes, limits)}, index=votes.index
    )
    found = marks.groupby("participant", sort=False).sum().astype("int64").reset_index()
    count = found["votes"].clip(lower=1)
    said = found["said_machine"]
    found["too_fast"] = found["fast"] / count > limits.share
    found["not_listened"] = found["short"] / count > limits.share
    found["one_answer"] = (found["votes"] >= limits.one_answer) & (
        (said == 0) | (said == found["votes"] + found["catches"])
    )
    found["failed_catch"] = found["failed"] > limits.catches * found["catches"]
    names = list(FLAG_COLUMNS.values())
    found["is_flagged"] = found[names].any(axis=1)
    found["reasons"] = pd.Series(
        [
            ", ".join(f.value for f, has in zip(Flag, row, strict=True) if has)
            for row in found[names].to_numpy()
        ],
        dtype="str",
    )
    return found.drop(columns="said_machine")


def without_flagged(votes: pd.DataFrame, limits: Limits = USUAL) -> Kept:
    """Take flagged participants' votes apart from the others'."""
    found = flags(votes, limits)
    flagged = votes["participant"].isin(found.loc[found["is_flagged"], "participant"])
    return Kept(votes[~flagged], votes[flagged], found)


def _marks(votes: pd.DataFrame, limits: Limits) -> dict[str, np.ndarray]:
    """What to count of each vote; a time that is not known is no offence."""
    kinds = votes["kind"] if "kind" in votes else pd.Series(frames.CLIP, index=votes.index)
    is_clip, is_catch = np.asarray(kinds == frames.CLIP), np.asarray(kinds == frames.CATCH)
    return {
        "votes": is_clip,
        "catches": is_catch,
        "failed": is_catch & ~frames.is_right(votes),
        "fast": is_clip & np.asarray(votes["response_s"] < limits.response_s),
        "short": is_clip & _is_short(votes, limits),
        "said_machine": (is_clip | is_catch) & frames.said_machine(votes),
    }


def _is_short(votes: pd.DataFrame, limits: Limits) -> np.ndarray:
    """Whether each vote was given after hearing too little, shape (votes,)."""
    is_pair = np.asarray(votes["question"] == frames.PAIR) if "question" in votes else False
    heard_s = votes["listened_s"]
    if "other_listened_s" in votes:
        heard_s = heard_s + votes["other_listened_s"]
    return np.asarray(heard_s < np.where(is_pair, 2, 1) * limits.listened_s)
