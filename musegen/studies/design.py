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


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise ValueError("let it be one line")
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_line),
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Length = Annotated[float, Field(ge=8, le=60, allow_inf_nan=False)]

LEAST_ROOM_S = 5.0
"""How much longer the longest clip may be than the shortest, at least."""


def _without_twins(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) < len(values):
        raise ValueError("name each once")
    return values


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(_Strict):
    """The researcher's own words in one language, Markdown; None is musegen's."""

    title: Annotated[Line | None, Field(description="Above the study.")] = None
    consent: Annotated[
        Words | None, Field(description="What people read before they agree to take part.")
    ] = None
    instructions: Annotated[
        Words | None, Field(description="What people read before the first clip.")
    ] = None
    thanks: Annotated[Words | None, Field(description="What people read at the end.")] = None


class Completion(_Strict):
    """Where a participant goes in the end: a code to copy, an address to go back to, or both."""

    code: Annotated[
        Line | None, Field(description="Shown at the end, to be copied into the platform.")
    ] = None
    address: Annotated[
        HttpUrl | None, Field(description="A link back to the platform, shown at the end.")
    ] = None

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        if self.code is None and self.address is None:
            raise ValueError("give a code, an address, or both")
        return self


SECONDS_TO_ANSWER = 10.0
"""A vote takes about so much longer than its clip."""


class Design(_Strict):
    """A study as its file describes it.

    Each field's description is what the study file's comments and the guide say of its key.
    """

    name: Annotated[
        str,
        StringConstraints(pattern=rf"^{NAME}$", max_length=60),
        Field(description="Stands in addresses and file names: small letters, digits, hyphens."),
    ]
    title: Annotated[Line, Field(description="What people see above the study.")]
    languages: Annotated[
        tuple[Language, ...],
        Field(
            min_length=1,
            description="What participants may be spoken to in: en, de, es; the first is usual.",
        ),
        AfterValidator(_without_twins),
    ] = tuple(Language)
    texts: Annotated[
        dict[Language, Wording],
        Field(description="Words of your own instead of musegen's, by language; Markdown."),
    ] = {}
    question: Annotated[
        Question,
        Field(
            description="human-or-machine: one clip, who made it? "
            "which-is-human: two clips, which of them did a person make?"
        ),
    ] = Question.HUMAN_OR_MACHINE
    genres: Annotated[
        tuple[Label, ...],
        Field(min_length=1, description="Which music; “python -m musegen genres” lists them."),
        AfterValidator(_without_twins),
    ]
    conditions: Annotated[
        tuple[Label, ...],
        Field(
            description="Whose music: human and one machine at least: event (today's), "
            "article (the system of 2018), or the name of a model that you trained."
        ),
        AfterValidator(_without_twins),
    ] = (Condition.HUMAN.value, Condition.EVENT.value)
    clips: Annotated[
        int,
        Field(ge=2, le=100, description="Clips (or pairs of clips) that each person judges."),
    ] = 10
    stimuli: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="Clips that are made of each genre and condition; each of another piece.",
        ),
    ] = 20
    clip_length_s: Annotated[
        tuple[Length, Length],
        Field(description="Shortest and longest clip, in seconds."),
    ] = (20.0, 30.0)
    practice: Annotated[
        int,
        Field(
            ge=0,
            le=6,
            description="Trials before the first that counts; the truth is told at once.",
        ),
    ] = 0
    catch: Annotated[
        int,
        Field(
            ge=0,
            le=10,
            description="Trials with obvious nonsense among the others: who listens gets them right.",
        ),
    ] = 0
    minimum_listening_s: Annotated[
        float,
        Field(ge=0, le=60, description="Seconds to be heard before an answer can be given."),
    ] = 5.0
    ask_heard_before: Annotated[
        bool, Field(description="Whether each trial asks: have you heard this piece before?")
    ] = True
    before: Annotated[
        tuple[Ask, ...],
        Field(description="What people are asked about themselves first; all may be left out."),
        AfterValidator(_without_twins),
    ] = ()
    after: Annotated[
        tuple[Ask, ...],
        Field(description="What people are asked about themselves after the last clip."),
        AfterValidator(_without_twins),
    ] = ()
    headphone_check: Annotated[
        bool,
        Field(description="Whether a listening check for headphones comes first; it bars nobody."),
    ] = False
    show_result: Annotated[
        bool, Field(description="Whether people see at the end how many they got right.")
    ] = True
    margin: Annotated[
        float,
        Field(
            gt=0,
            lt=0.5,
            description="A share of right answers this near to one half is called guessing.",
        ),
    ] = 0.10
    """A difference of shares that the researcher calls small: that of the equivalence test."""
    seed: Annotated[
        int, Field(ge=0, lt=2**31, description="Decides pieces, songs and clips; note it down.")
    ] = 1
    completion: Annotated[
        Completion | None,
        Field(description="What a recruiting platform wants at the end: a code, an address."),
    ] = None
    opens: Annotated[
        datetime | None,
        Field(description="From when on people may begin; at once if not given."),
    ] = None
    closes: Annotated[
        datetime | None,
        Field(description="When the study ends; never by itself if not given."),
    ] = None
    resume_days: Annotated[
        int,
        Field(ge=1, le=365, description="Days for which somebody who breaks off may go on."),
    ] = 30

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

    @field_validator("clip_length_s")
    @classmethod
    def _has_room(cls, value: tuple[float, float]) -> tuple[float, float]:
        if value[1] - value[0] < LEAST_ROOM_S:
            raise ValueError(
                f"let the longest be {LEAST_ROOM_S:g} s more than the shortest, as in [20, 30]: "
                "clips end where phrases do"
            )
        return value

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.opens is not None and self.closes is not None and self.opens >= self.closes:
            raise ValueError("“closes” is not after “opens”; let the study end after it begins")
        for ask in self.before:
            if ask in self.after:
                raise ValueError(
                    f"“before” and “after” both ask for “{ask}”, which is asked once; "
                    "take it out of one of them"
                )
        for language in self.texts:
            if language not in self.languages:
                raise ValueError(
                    f"“texts” has words in “{language}”, which “languages” does not name; "
                    "add it there, or take the words out"
                )
        there = self.stimuli * len(self.genres)
        if self.human_clips > there:
            raise ValueError(
                f"“clips” is {self.clips}, so each person hears {self.human_clips} human clips, but "
                f"only {there} are made (“stimuli” of each genre); ask for fewer or make more"
            )
        return self

    @property
    def human_clips(self) -> int:
        """Human clips that each participant hears, practice apart."""
        return self.clips if self.question is Question.WHICH_IS_HUMAN else (self.clips + 1) // 2

    @property
    def machines(self) -> tuple[str, ...]:
        """The conditions that are machines."""
        return tuple(c for c in self.conditions if maker_of(c) is Maker.MACHINE)

    @property
    def trials(self) -> int:
        """All that a participant goes through, practice and catch trials included."""
        return self.practice + self.clips + self.catch

    @property
    def minutes(self) -> int:
        """About how long a participant takes: every clip once, time to answer, the rest.

        Half a minute for each set of questions, one for the check of headphones, and half a
        minute for the beginning and the end.
        """
        clips = 2 if self.question is Question.WHICH_IS_HUMAN else 1
        trial_s = clips * sum(self.clip_length_s) / 2 + SECONDS_TO_ANSWER
        rest = 0.5 * (1 + len(self.before) + len(self.after)) + self.headphone_check
        return max(2, round(self.trials * trial_s / 60 + rest))
