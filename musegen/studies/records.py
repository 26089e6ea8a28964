"""What a study deals in: stimuli, participants, trials and votes, as plain records.

Conventions: positions count from 1. Lengths are seconds; moments are aware datetimes in
UTC. A *stimulus* is an excerpt of a human piece or of a song made here; what a participant
may see of it before voting is its id alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class Maker(StrEnum):
    """Who made a piece of music: the truth about a stimulus, and the answer to a trial."""

    HUMAN = "human"
    MACHINE = "machine"


class Condition(StrEnum):
    """Whose music a stimulus is: what a study compares.

    ``EVENT`` is the machine's of today, ``ARTICLE`` the one of 2018; to a participant, who is
    asked *human or machine*, both are the machine.
    """

    HUMAN = "human"
    EVENT = "event"
    ARTICLE = "article"

    @property
    def maker(self) -> Maker:
        return Maker.HUMAN if self is Condition.HUMAN else Maker.MACHINE


class Sureness(IntEnum):
    """How sure a participant is of an answer."""

    GUESSING = 1
    FAIRLY_SURE = 2
    CERTAIN = 3


class HeardBefore(StrEnum):
    """Whether a participant has heard the piece before the test."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One clip and the truth about it.

    ``piece`` names the human piece or the machine's song, of which there is one clip at most;
    ``details`` says how the clip was made (seed, bars, key, tempo).
    """

    id: str
    genre: str
    condition: Condition
    piece: str
    title: str
    length_s: float
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def truth(self) -> Maker:
        """What the right answer is."""
        return self.condition.maker


@dataclass(frozen=True, slots=True)
class Participant:
    """One run through a study; ``id`` is public, the token that leads to it is not."""

    id: str
    consented_at: datetime
    sound_checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One clip in a participant's plan, without the truth about it."""

    position: int
    stimulus_id: str
    is_shown: bool
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Vote:
    """A participant's answer to one trial."""

    answer: Maker
    sureness: Sureness
    heard_before: HeardBefore
    listened_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A trial after its vote: the truth and the answer, side by side."""

    position: int
    stimulus: Stimulus
    answer: Maker

    @property
    def is_right(self) -> bool:
        return self.answer is self.stimulus.truth
