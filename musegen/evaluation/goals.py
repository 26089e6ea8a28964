"""What a genre's songs are to reach, and whether they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musegen.evaluation.faults import MEASURES

MOST_AUC = {"chorale": 0.80, "fiddle": 0.65}
MOST_AUC_ELSEWHERE = 0.85
"""Of the best judge on 8 bars."""

CLEAR_MARGIN = 0.05
"""By so much the best judge's AUC must be below that of each baseline."""

LIKENESS_SHARE = 0.90
LEADING_SHARE = 0.80
ENDING_SHARE = 0.95
COPYING_SHARE = 1.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, what it should be at most or at least, and in words what it is."""

    name: str
    words: str
    value: float
    limit: float
    is_most: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the figure is as it should be; one that is not known is not."""
        return self.value <= self.limit if self.is_most else self.value >= self.limit


def goals(genre: str, systems: Mapping[str, Any]) -> list[Goal]:
    """All goals of a genre, by the figures of `musegen.evaluation.report`."""
    own = systems["event"]
    most = MOST_AUC.get(genre, MOST_AUC_ELSEWHERE)
    best = own["judges"]["best_auc"]
    found = [Goal("auc", "best judge's AUC", best, most, is_most=True)]
    found += [
        Goal(f"below_{name}", f"AUC below {title}", beaten - best, CLEAR_MARGIN)
        for name, title in (("article", "the system of 2018"), ("markov", "the Markov chain"))
        if (beaten := _best_auc(systems.get(name))) is not None
    ]
    found.append(_share("copying", "songs that copy no more than humans", own, COPYING_SHARE))
    if "in_order" in own["structure"]:
        words = "songs with B/B more alike than A/C, and A/C than A/D"
        found.append(Goal("likeness", words, own["structure"]["in_order"], LIKENESS_SHARE))
    found += [
        Goal(name, f"songs with usual {words}", own["leading"][name]["within"], LEADING_SHARE)
        for name, words in MEASURES.items()
        if name in own["leading"]
    ]
    value = own["endings"]["on_tonic_and_long_enough"]
    words = "songs that end on the tonic, long enough"
    return [*found, Goal("ending", words, value, ENDING_SHARE)]


def _share(name: str, words: str, own: Mapping[str, Any], limit: float) -> Goal:
    return Goal(name, words, own[name]["within"], limit)


def _best_auc(system: Mapping[str, Any] | None) -> float | None:
    if system is None or "judges" not in system:
        return None
    return float(system["judges"]["best_auc"])
