"""Every column that an export has: its name, type, unit and levels, and what it may betray.

A column's ``missing`` says what an empty cell means; a column without it is never empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Columns = tuple["Column", ...]


class Kind(StrEnum):
    """What a column's cells are."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "datetime"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, as the codebook describes it."""

    name: str
    description: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    levels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    missing: str = ""
    identifies: str = ""
    """How the column may help to find out who a participant is; empty where it does not."""

    @property
    def dtype(self) -> str:
        """The column's type in a data frame; whole numbers that may be missing are nullable."""
        if self.kind is Kind.INTEGER and self.missing:
            return "Int64"
        return _DTYPES[self.kind]


_DTYPES = {
    Kind.TEXT: "str",
    Kind.INTEGER: "int64",
    Kind.NUMBER: "float64",
    Kind.BOOLEAN: "bool",
    Kind.MOMENT: "datetime64[us, UTC]",
}

MAKERS = {"human": "composed by a human", "machine": "composed by a machine"}
NOT_ASKED = "the study did not ask, or no answer was given"
NO_PAIR = "the trial was one clip, not a pair"
ALONE_OR_TOGETHER = "together with the other columns about a person it may single one out"

STUDY = Column("study", "name of the study")
PARTICIPANT = Column(
    "participant",
    "random id of one person's run through the study, drawn for it and used nowhere else",
    identifies="only together with platform_ids.csv, where the archive has it",
)
SYNTHETIC = Column(
    "is_synthetic",
    "whether the row was simulated to try the study out, and is no person's",
    Kind.BOOLEAN,
    levels={"true": "simulated", "false": "a person's"},
)
GENRE = Column("genre", "genre of the music")
CONDITION = Column(
    "condition",
    "whose the music is: human, event, article, or the name of a trained model",
    levels={
        "human": "a human composer's",
        "event": "the machine of today",
        "article": "the machine of 2018",
    },
)
PIECE = Column("piece", "the human piece, or the machine's song, that the clip is cut from")

_TRAINING_ITEMS = (
    ("“I have never been complimented for my talents as a musical performer”", "1 to 7, 7 = agree"),
    ("“I would not consider myself a musician”", "1 to 7, 7 = agree"),
    ("years of regular, daily practice", "1 to 7, 7 = most"),
    ("hours of practice a day at the peak of interest", "1 to 7, 7 = most"),
    ("years of training in music theory", "1 to 7, 7 = most"),
    ("years of training on an instrument or in singing", "1 to 7, 7 = most"),
    ("number of instruments played", "1 to 7, 7 = most"),
)
TRAINING: Columns = tuple(
    Column(
        f"gold_msi_{number}",
        f"musical training of the Gold-MSI, item {number} as it was answered: {asked}",
        Kind.INTEGER,
        unit=unit,
        missing=NOT_ASKED,
        identifies=ALONE_OR_TOGETHER,
    )
    for number, (asked, unit) in enumerate(_TRAINING_ITEMS, start=1)
)
"""The answers of which ``musical_training`` is the mean, items 1 and 2 turned round."""

VOTES: Columns = (
    STUDY,
    PARTICIPANT,
    Column(
        "position",
        "place of the trial in the participant's order, from 1, practice included",
        Kind.INTEGER,
    ),
    Column(
        "kind",
        "what the trial was for; statistics usually take “clip” alone",
        levels={
            "clip": "a trial that counts",
            "catch": "a trial with a plain answer, to see whether the participant listens",
            "practice": "a trial to get used to the task",
        },
    ),
    Column(
        "question",
        "what was asked",
        levels={
            "human-or-machine": "one clip: who composed it, a human or a machine?",
            "which-is-human": "two clips of one genre, one of them human: which one is it?",
        },
    ),
    Column("stimulus", "id of the clip; of a pair, the clip that was heard first"),
    GENRE,
    Column("truth", "who composed “stimulus”", levels=MAKERS),
    CONDITION,
    PIECE,
    Column("other_stimulus", "id of a pair's second clip", missing=NO_PAIR),
    Column("other_condition", "condition of a pair's second clip", missing=NO_PAIR),
    Column("other_piece", "piece of a pair's second clip", missing=NO_PAIR),
    Column(
        "answer",
        "what the participant said of “stimulus”; right where it is the same as “truth”",
        levels={
            "human": "said to be human; of a pair, “the first clip is the human one”",
            "machine": "said to be a machine's; of a pair, “the second clip is the human one”",
        },
    ),
    Column(
        "sureness",
        "how sure the participant was",
        Kind.INTEGER,
        levels={"1": "guessing", "2": "fairly sure", "3": "certain"},
    ),
    Column(
        "heard_before",
        "whether the participant had heard the music before the study",
        levels={"no": "no", "maybe": "perhaps", "yes": "yes"},
        missing=NOT_ASKED,
    ),
    Column("plays", "how often the clip was started; of a pair, the one heard first", Kind.INTEGER),
    Column(
        "listened_s",
        "how much of the clip was really heard, repeats included; of a pair, of the one heard "
        "first",
        Kind.NUMBER,
        unit="s",
        missing="not known",
    ),
    Column(
        "other_plays",
        "how often the second clip of a pair was started; 0 where there is none",
        Kind.INTEGER,
    ),
    Column(
        "other_listened_s",
        "how much of the second clip of a pair was really heard; 0 where there is none",
        Kind.NUMBER,
        unit="s",
        missing="not known",
    ),
    Column(
        "response_s",
        "time from the trial's first showing to the vote",
        Kind.NUMBER,
        unit="s",
        missing="not known",
    ),
    Column(
        "created_at",
        "when the vote was given",
        Kind.MOMENT,
        unit="ISO 8601, UTC",
        identifies="whoever knows when a person took part may find that person by it",
    ),
    SYNTHETIC,
)

PARTICIPANTS: Columns = (
    STUDY,
    PARTICIPANT,
    Column(
        "language",
        "language of the pages",
        levels={"en": "English", "de": "German", "es": "Spanish"},
        missing="not known",
        identifies=ALONE_OR_TOGETHER,
    ),
    Column(
        "consented_at",
        "when the participant agreed to take part",
        Kind.MOMENT,
        unit="ISO 8601, UTC",
        missing="not known",
        identifies="whoever knows when a person took part may find that person by it",
    ),
    Column(
        "finished_at",
        "when the participant came to the end",
        Kind.MOMENT,
        unit="ISO 8601, UTC",
        missing="the participant did not finish",
        identifies="whoever knows when a person took part may find that person by it",
    ),
    Column(
        "musical_training",
        "mean of the musical training items of the Gold-MSI, 1 (none) to 7 (much)",
        Kind.NUMBER,
        unit="1 to 7",
        missing=NOT_ASKED,
        identifies=ALONE_OR_TOGETHER,
    ),
    *TRAINING,
    Column(
        "age_band",
        "age, in bands",
        levels={
            "under 18": "younger than 18 years",
            "18-29": "18 to 29 years",
            "30-44": "30 to 44 years",
            "45-59": "45 to 59 years",
            "60+": "60 years or older",
        },
        missing=NOT_ASKED,
        identifies=ALONE_OR_TOGETHER,
    ),
    Column(
        "device",
        "what the participant listened on",
        levels={"phone": "a phone", "tablet": "a tablet", "computer": "a computer"},
        missing=NOT_ASKED,
        identifies=ALONE_OR_TOGETHER,
    ),
    Column(
        "headphones",
        "whether the participant wore headphones, by their own word",
        levels={"yes": "yes", "no": "no"},
        missing=NOT_ASKED,
    ),
    Column(
        "headphone_check",
        "share of right answers in the antiphase headphone check",
        Kind.NUMBER,
        unit="0 to 1",
        missing="there was no such check, or it was not taken",
    ),
    Column(
        "comment",
        "what the participant wanted to say, in their own words",
        missing=NOT_ASKED,
        identifies="people may name themselves or others in it; read it before you pass it on",
    ),
    SYNTHETIC,
)

RENDERED, DECODED = "rendered", "decoded"

STIMULI: Columns = (
    Column("stimulus", "id of the clip; its sound is the file of that name"),
    GENRE,
    Column("truth", "who composed it", levels=MAKERS),
    CONDITION,
    PIECE,
    Column("title", "title of the piece or song", missing="it has none"),
    Column(
        "role",
        "what the clip was for",
        levels={
            "trial": "trials that count",
            "practice": "getting used to the task",
            "catch": "seeing whether a participant listens",
        },
    ),
    Column("length_s", "length of the clip, its tail included", Kind.NUMBER, unit="s"),
    Column(
        "seed", "decides all that was left to chance", Kind.INTEGER, missing="nothing was drawn"
    ),
    Column(
        "loudness_lufs",
        "integrated loudness (ITU-R BS.1770)",
        Kind.NUMBER,
        unit="LUFS",
        missing="not measured",
    ),
    Column("peak_db", "highest peak", Kind.NUMBER, unit="dBFS", missing="not measured"),
    Column(
        "wav_source",
        "where the clip's WAV comes from",
        levels={
            RENDERED: "played anew with the same SoundFont and FluidSynth, without losses",
            DECODED: "the MP3 that was heard, decoded, for it cannot be played the same here",
        },
    ),
    Column(
        "details",
        "how the clip was made (excerpt, key, tempo, notes), as JSON",
        missing="nothing more is known",
    ),
)

PLATFORM_IDS: Columns = (
    PARTICIPANT,
    Column("platform", "name of the recruiting platform"),
    Column(
        "person",
        "the platform's id of the person",
        missing="the platform gave none",
        identifies="the platform, and whoever knows its ids, knows the person by it",
    ),
    Column("study", "the platform's id of the study", missing="the platform gave none"),
    Column(
        "session",
        "the platform's id of this visit",
        missing="the platform gave none",
        identifies="the platform knows the person by it",
    ),
)


def names(columns: Iterable[Column]) -> list[str]:
    """The columns' names, in order."""
    return [column.name for column in columns]


ABOUT_PERSONS: Columns = tuple(c for c in PARTICIPANTS if c.name not in names(VOTES))
"""What the tidy table adds to each vote: missing where nothing is known of the participant."""

TABLE: Columns = VOTES + ABOUT_PERSONS
"""The tidy table: one row a vote, with what is known of who gave it."""
