"""What statistics give back: an estimate with its interval, or the reason why there is none.

Every interval covers 95 % unless it says otherwise. Nothing here raises for too little data:
the numbers are NaN then, and `Estimate.why` says what is missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

CONFIDENCE = 0.95


class Why(StrEnum):
    """Why there is no estimate, or no interval for it."""

    NO_VOTES = "no votes"
    NO_HUMAN_VOTES = "no votes on human music"
    NO_MACHINE_VOTES = "no votes on machine music"
    ONE_PARTICIPANT = "one participant only"
    ONE_PIECE = "one piece of a maker only"
    ONE_SIDED = "every answer is the same"
    TOO_FEW = "too few votes"
    NOT_ASKED = "the study does not ask this"
    NOT_CONVERGED = "the fit did not settle"


class Method(StrEnum):
    """How an interval was made."""

    CROSSED = "clustered by participants and by pieces"
    BOOTSTRAP = "bootstrap over participants"
    PARTICIPANTS = "t interval over participants"
    STIMULI = "bootstrap over stimuli"
    LAPLACE = "Laplace's approximation of a mixed model"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; what is not known is NaN, and ``why`` says why not."""

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    method: Method | None = None
    why: Why | None = None

    def covers(self, truth: float) -> bool:
        """Whether the interval holds ``truth``; False when there is no interval."""
        return self.low <= truth <= self.high
