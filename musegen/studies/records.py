"""What a study deals in: stimuli, participants, trials and votes, as plain records.

Conventions: positions count from 1. Lengths are seconds; moments are aware datetimes in
UTC. A *stimulus* is an excerpt of a human piece or of a song made here; what a participant
may see of it before voting is its sound alone.

A study asks one of two `Question`s. Of a pair, everything is said of the clip that is heard
first: *the first is the human's* is the answer `Maker.HUMAN`.
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
    asked *human or machine*, both are the machine. A condition may also be the name of a
    model that somebody trained, as a plain string: that is a machine too.
    """

    HUMAN = "human"
    EVENT = "event"
    ARTICLE = "article"


def maker_of(condition: str) -> Maker:
    """Who makes the music of a condition."""
    return Maker.HUMAN if condition == Condition.HUMAN else Maker.MACHINE


class Question(StrEnum):
    """What a study asks in each trial."""

    HUMAN_OR_MACHINE = "human-or-machine"
    WHICH_IS_HUMAN = "which-is-human"


class Role(StrEnum):
    """What a stimulus, or a trial, is for.

    ``CLIP`` is what counts; ``CATCH`` is one that any listener can judge; ``PRACTICE`` comes
    first, and the truth about it is told at once.
    """

    CLIP = "clip"
    CATCH = "catch"
    PRACTICE = "practice"


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

    ``piece`` names the human piece or the machine's song, of which there is one clip at most
    in a study; ``details`` says how the clip was made (seed, bars, key, tempo).
    """

    id: str
    study: str
    genre: str
    condition: str
    piece: str
    title: str
    length_s: float
    role: Role = Role.CLIP
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def truth(self) -> Maker:
        """What the right answer is."""
        return maker_of(self.condition)


@dataclass(frozen=True, slots=True)
class Participant:
    """One run through a study; ``id`` is public, the token that leads to it is not.

    The moments say how far the participant has come; None is *not yet*. ``headphone_check``
    is the share of right answers in it, None where there was none.
    """

    id: str
    study: str
    language: str
    consented_at: datetime
    sound_checked_at: datetime | None = None
    headphone_check: float | None = None
    asked_before_at: datetime | None = None
    asked_after_at: datetime | None = None
    finished_at: datetime | None = None
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class PlatformIds:
    """Who a recruiting platform says that somebody is; kept apart from the votes.

    ``platform`` is “prolific” or “mturk”; ``person``, ``study`` and ``session`` are its own ids
    (MTurk: worker, HIT and assignment).
    """

    platform: str
    person: str
    study: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One clip, or a pair, in a participant's plan, without the truth about it."""

    position: int
    role: Role
    stimulus_ids: tuple[str, ...]
    is_shown: bool
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Vote:
    """A participant's answer to one trial.

    ``heard_before`` is None where the study does not ask. ``listened_s`` and ``plays`` are how
    long the clip was heard and how often it was started; of a pair, the first clip, and
    ``other_listened_s`` and ``other_plays`` are the second's (None where there is none).
    """

    answer: Maker
    sureness: Sureness
    heard_before: HeardBefore | None
    listened_s: float
    plays: int = 1
    other_listened_s: float | None = None
    other_plays: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A trial after its vote: the truth and the answer, side by side."""

    position: int
    role: Role
    stimuli: tuple[Stimulus, ...]
    answer: Maker

    @property
    def stimulus(self) -> Stimulus:
        """The clip that the answer is about."""
        return self.stimuli[0]

    @property
    def is_right(self) -> bool:
        return self.answer is self.stimulus.truth
