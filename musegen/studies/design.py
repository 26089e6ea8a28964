"""What a study is: its question, its music, its people's way through it.

A `Design` is what a study file says, checked; `musegen.studies.study_files` reads one. Lengths
are seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    field_validator,
    model_validator,
)

from musegen.studies.records import Condition, Maker, Question, maker_of

NAME = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
"""What a study may be called: it stands in addresses and file names."""


T = TypeVar("T")


class Language(StrEnum):
    """In which participants may be spoken to."""

    ENGLISH = "en"
    GERMAN = "de"
    SPANISH = "es"


class Ask(StrEnum):
    """What participants may be asked about themselves; every answer may be left out."""

    MUSICAL_TRAINING = "musical-training"
    AGE = "age"
    DEVICE = "device"
    HEADPHONES = "headphones"
    COMMENT = "comment"


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


def _without_twins(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) < len(values):
        raise ValueError("name each once")
    return values


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(_Strict):
    """The researcher's own words in one language, Markdown; None is musegen's."""

    title: Line | None = None
    consent: Words | None = None
    instructions: Words | None = None
    thanks: Words | None = None


class Completion(_Strict):
    """Where a participant goes in the end: a code to copy, an address to go back to, or both."""

    code: Line | None = None
    address: HttpUrl | None = None

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        if self.code is None and self.address is None:
            raise ValueError("give a code, an address, or both")
        return self


class Design(_Strict):
    """A study as its file describes it."""

    name: Annotated[str, StringConstraints(pattern=rf"^{NAME}$", max_length=60)]
    title: Line
    languages: Annotated[
        tuple[Language, ...], Field(min_length=1), AfterValidator(_without_twins)
    ] = tuple(Language)
    texts: dict[Language, Wording] = {}
    question: Question = Question.HUMAN_OR_MACHINE
    genres: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_without_twins)]
    conditions: Annotated[tuple[str, ...], AfterValidator(_without_twins)] = (
        Condition.HUMAN.value,
        Condition.EVENT.value,
    )
    clips: Annotated[int, Field(ge=2, le=100)] = 10
    """Trials that count, of each person; with *which is human*, pairs."""
    stimuli: Annotated[int, Field(ge=1, le=1000)] = 20
    """Clips of each genre and condition."""
    clip_length_s: tuple[float, float] = (20.0, 30.0)
    practice: Annotated[int, Field(ge=0, le=6)] = 0
    catch: Annotated[int, Field(ge=0, le=10)] = 0
    minimum_listening_s: Annotated[float, Field(ge=0, le=60)] = 5.0
    ask_heard_before: bool = True
    before: Annotated[tuple[Ask, ...], AfterValidator(_without_twins)] = ()
    after: Annotated[tuple[Ask, ...], AfterValidator(_without_twins)] = ()
    headphone_check: bool = False
    show_result: bool = True
    margin: Annotated[float, Field(gt=0, lt=0.5)] = 0.10
    """A difference of shares that the researcher calls small: that of the equivalence test."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    completion: Completion | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    resume_days: Annotated[int, Field(ge=1, le=365)] = 30

    @field_validator("opens", "closes")
    @classmethod
    def _in_some_zone(cls, value: datetime | None) -> datetime | None:
        """Without a zone, UTC is meant; a date alone is its beginning."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value

    @field_validator("conditions")
    @classmethod
    def _has_both(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if {maker_of(condition) for condition in value} != set(Maker):
            raise ValueError("name “human” and at least one machine, such as “event”")
        return value

    @property
    def machines(self) -> tuple[str, ...]:
        """The conditions that are machines."""
        return tuple(c for c in self.conditions if maker_of(c) is Maker.MACHINE)

    @property
    def trials(self) -> int:
        """All that a participant goes through, practice and catch trials included."""
        return self.practice + self.clips + self.catch
