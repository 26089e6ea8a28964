"""What may be concluded, as data: a finding and its numbers. The words are the page's.

`judge` asks of right answers whether they are equivalent to guessing, and, when they are not
shown to be, how many votes would be needed to tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum, auto

import pandas as pd

from musegen.studies.statistics import frames
from musegen.studies.statistics.estimates import Estimate, Method, Why
from musegen.studies.statistics.hypotheses import (
    ALPHA,
    CHANCE,
    MARGIN,
    EquivalenceTest,
    against_chance,
    equivalence,
    holm,
    tost_interval,
)
from musegen.studies.statistics.planner import equivalence_answers
from musegen.studies.statistics.shares import score_interval


class Finding(Enum):
    """What may be concluded."""

    NOTHING_YET = auto()
    TOLD_APART = auto()
    MISTAKEN = auto()
    NEARLY_ALIKE = auto()
    UNDECIDED = auto()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding about right answers, with everything that led to it.

    Attributes
    ----------
    finding
        ``NEARLY_ALIKE``: equivalent to guessing within ``margin``, even where a difference
        smaller than that is certain (``is_beyond_chance``). ``TOLD_APART`` and ``MISTAKEN``:
        right more, or less, often than by chance. ``NOTHING_YET``: too few votes.
        ``UNDECIDED``: enough votes, and still neither.
    accuracy
        Score with its interval; see `scoring`.
    alike
        The same score with the 90 % interval that goes with the test of equivalence.
    p_chance, p_equivalent
        Of both tests with effective votes; corrected (Holm) when there are several genres.
    votes, effective
        Votes given, and how many independent ones they are worth.
    needed
        Votes of this kind that show equivalence within ``margin`` with 80 % power if people
        only guess: 228 for ±10 points when independent, times the design effect.
    """

    genre: str
    machine: str
    finding: Finding
    accuracy: Estimate
    margin: float
    p_chance: float
    p_equivalent: float
    votes: int
    effective: float
    needed: int
    alike: Estimate
    why: Why | None = None

    @property
    def is_beyond_chance(self) -> bool:
        return self.p_chance <= ALPHA

    @property
    def missing(self) -> int:
        """How many votes more are needed; 0 when there are enough."""
        return max(0, self.needed - self.votes)


def judge(
    votes: pd.DataFrame,
    *,
    machine: str | None = None,
    genre: str = frames.ALL_GENRES,
    margin: float = MARGIN,
) -> Judgement:
    """What right answers allow to say, of one machine or (default) of all together.

    Raises
    ------
    RequestError
        When the margin is not between 0 and ½.
    """
    votes = frames.clips(votes)
    if machine is not None:
        votes = frames.about(votes, machine)
    votes = frames.of_genre(votes, genre)
    chance, alike = against_chance(votes), equivalence(votes, margin=margin)
    judged = Judgement(
        genre=genre,
        machine=machine or "",
        finding=Finding.NOTHING_YET,
        accuracy=score_interval(alike.score),
        margin=margin,
        p_chance=chance.p,
        p_equivalent=alike.p,
        votes=alike.score.total,
        effective=alike.score.counted,
        needed=_needed(alike),
        why=alike.why,
        alike=_within(alike),
    )
    return replace(judged, finding=_finding(judged))


def judge_genres(
    votes: pd.DataFrame, *, machine: str | None = None, margin: float = MARGIN
) -> list[Judgement]:
    """All genres together, then each genre; the genres' p-values are corrected (Holm 1979)."""
    votes = frames.clips(votes)
    found = [
        judge(of, machine=machine, genre=genre, margin=margin)
        for genre, of in frames.by_genre(votes)
    ]
    whole = [j for j in found if j.genre == frames.ALL_GENRES]
    genres = [j for j in found if j.genre != frames.ALL_GENRES]
    chance = holm([j.p_chance for j in genres])
    alike = holm([j.p_equivalent for j in genres])
    for judged, p_chance, p_equivalent in zip(genres, chance, alike, strict=True):
        corrected = replace(judged, p_chance=p_chance, p_equivalent=p_equivalent)
        whole.append(replace(corrected, finding=_finding(corrected)))
    return whole


def _finding(judged: Judgement) -> Finding:
    if judged.p_equivalent <= ALPHA:
        return Finding.NEARLY_ALIKE
    if judged.is_beyond_chance:
        return Finding.TOLD_APART if judged.accuracy.value > CHANCE else Finding.MISTAKEN
    return Finding.NOTHING_YET if judged.why or judged.missing else Finding.UNDECIDED


def _within(found: EquivalenceTest) -> Estimate:
    counted = found.score.counted
    low, high = tost_interval(found.score.share * counted, counted)
    return Estimate(found.score.share, low, high, Method.CROSSED, found.why)


def _needed(found: EquivalenceTest) -> int:
    """Votes like these that are worth as many independent ones as it takes."""
    independent, have = equivalence_answers(found.margin), found.score
    if math.isnan(have.counted):
        return independent
    return math.ceil(independent * have.total / have.counted)
