"""The vote log as a table: read from the store, written to CSV and Parquet, read back.

One row a vote, in the order they were given; `COLUMNS` says what each column holds. Of a
pair, everything is said of the clip that was heard first.
"""

from __future__ import annotations

import io

import pandas as pd
import sqlalchemy as sa

from musegen.studies import schema
from musegen.studies.records import Condition, Question, Role
from musegen.studies.store import Store

COLUMNS = {
    "study": "name of the study",
    "participant": "random id of one run through the study",
    "position": "place of the trial in the participant's order, from 1, practice included",
    "kind": "what the trial is for: clip (it counts), catch or practice",
    "question": "human-or-machine (one clip) or which-is-human (a pair)",
    "stimulus": "random id of the clip; of a pair, of the one heard first",
    "genre": "genre of the clip",
    "truth": "who made the clip: human or machine",
    "condition": "whose it is: human, event (today's machine), article (the system of 2018), "
    "or the name of a trained model",
    "piece": "the human piece, or the machine's song",
    "other_stimulus": "random id of a pair's second clip",
    "other_condition": "whose a pair's second clip is",
    "other_piece": "the piece or song of a pair's second clip",
    "answer": "what the participant said of the clip: human or machine",
    "sureness": "1 guessing, 2 fairly sure, 3 certain",
    "heard_before": "has the participant heard the piece before: no, maybe, yes",
    "plays": "how often the clip was started; of a pair, the one heard first",
    "listened_s": "seconds of the clip that were really heard, repeats included; of a pair, "
    "of the one heard first",
    "other_plays": "how often a pair's second clip was started; 0 where there is none",
    "other_listened_s": "seconds of a pair's second clip that were really heard; 0 where there "
    "is none",
    "response_s": "seconds from the trial's first showing to the vote",
    "created_at": "when the vote was given, UTC",
    "is_synthetic": "whether the vote is simulated",
}

_INTEGERS = ("position", "sureness", "plays", "other_plays")
_NUMBERS = ("listened_s", "other_listened_s", "response_s")
_TYPES = {
    **dict.fromkeys(COLUMNS, "str"),
    **dict.fromkeys(_INTEGERS, "int64"),
    **dict.fromkeys(_NUMBERS, "float64"),
    "created_at": "datetime64[us, UTC]",
    "is_synthetic": "bool",
}
_TEXTS = tuple(name for name, kind in _TYPES.items() if kind == "str")


def read_votes(store: Store, study: str | None = None) -> pd.DataFrame:
    """All votes, or those of one study, shape (votes, len(COLUMNS)).

    Raises
    ------
    StoreError
        When the database cannot be read.
    """
    with store.database.reading() as connection:
        return _typed(pd.read_sql(_wanted(study), connection))


def _wanted(study: str | None) -> sa.Select[tuple[object, ...]]:
    vote, trial, person = schema.votes.c, schema.trials.c, schema.participants.c
    first, other = schema.stimuli.alias("first"), schema.stimuli.alias("other")
    is_pair = trial.other_id.is_not(None)
    question = sa.case(
        (is_pair, Question.WHICH_IS_HUMAN.value), else_=Question.HUMAN_OR_MACHINE.value
    )
    is_human = first.c.condition == Condition.HUMAN.value
    columns = (
        person.study_id.label("study"),
        vote.participant_id.label("participant"),
        vote.position,
        trial.role.label("kind"),
        question.label("question"),
        trial.stimulus_id.label("stimulus"),
        first.c.genre,
        sa.case((is_human, "human"), else_="machine").label("truth"),
        first.c.condition,
        first.c.piece,
        trial.other_id.label("other_stimulus"),
        other.c.condition.label("other_condition"),
        other.c.piece.label("other_piece"),
        vote.answer,
        vote.sureness,
        vote.heard_before,
        vote.plays,
        vote.listened_s,
        sa.func.coalesce(vote.other_plays, 0).label("other_plays"),
        sa.func.coalesce(vote.other_listened_s, 0.0).label("other_listened_s"),
        vote.response_s,
        vote.created_at,
        person.is_synthetic,
    )
    tables = (
        schema.votes.join(schema.trials)
        .join(schema.participants)
        .join(first, first.c.id == trial.stimulus_id)
        .outerjoin(other, other.c.id == trial.other_id)
    )
    wanted = sa.select(*columns).select_from(tables).order_by(vote.id)
    return wanted if study is None else wanted.where(person.study_id == study)


def to_csv(votes: pd.DataFrame) -> bytes:
    """The log as CSV in UTF-8."""
    return votes.to_csv(index=False).encode()


def from_csv(data: bytes) -> pd.DataFrame:
    """The log that `to_csv` wrote."""
    texts = dict.fromkeys(_TEXTS, "str")
    return _typed(pd.read_csv(io.BytesIO(data), dtype=texts, keep_default_na=False))


def to_parquet(votes: pd.DataFrame) -> bytes:
    """The log as Parquet."""
    buffer = io.BytesIO()
    votes.to_parquet(buffer, index=False)
    return buffer.getvalue()


def from_parquet(data: bytes) -> pd.DataFrame:
    """The log that `to_parquet` wrote."""
    return _typed(pd.read_parquet(io.BytesIO(data)))


_BEFORE_STUDIES: dict[str, str | float | bool] = {
    "study": "",
    "kind": Role.CLIP.value,
    "question": Question.HUMAN_OR_MACHINE.value,
    "other_stimulus": "",
    "other_condition": "",
    "other_piece": "",
    "plays": 1,
    "other_plays": 0,
    "other_listened_s": 0.0,
    "is_synthetic": False,
}
"""What a log from before there were studies does not say."""


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    if "condition" not in frame:  # a log from before there were several machines
        frame = frame.assign(condition=frame["truth"].replace("machine", Condition.EVENT.value))
    frame = frame.copy()
    for name, value in _BEFORE_STUDIES.items():
        if name not in frame:
            frame[name] = value
    frame = frame[list(COLUMNS)]
    frame[list(_TEXTS)] = frame[list(_TEXTS)].fillna("")
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True, format="ISO8601")
    return frame.astype(_TYPES)
