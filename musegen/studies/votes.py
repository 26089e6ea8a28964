"""The vote log as a table: read from the store, written to CSV and Parquet, read back.

One row a vote, in the order they were given; `COLUMNS` says what each column holds.
"""

from __future__ import annotations

import io

import pandas as pd
import sqlalchemy as sa

from musegen.studies import schema
from musegen.studies.records import Condition
from musegen.studies.store import Store

COLUMNS = {
    "participant": "random id of one run through the test",
    "position": "place of the clip in the participant's order, from 1",
    "stimulus": "random id of the clip",
    "genre": "genre of the clip",
    "truth": "who made it: human or machine",
    "condition": "whose it is: human, event (today's machine) or article (the system of 2018)",
    "piece": "the human piece, or the machine's song",
    "answer": "what the participant said: human or machine",
    "sureness": "1 guessing, 2 fairly sure, 3 certain",
    "heard_before": "has the participant heard the piece before: no, maybe, yes",
    "listened_s": "seconds of the clip that were really heard, repeats included",
    "response_s": "seconds from the clip's first showing to the vote",
    "created_at": "when the vote was given, UTC",
}

_TEXTS = (
    "participant",
    "stimulus",
    "genre",
    "truth",
    "condition",
    "piece",
    "answer",
    "heard_before",
)
_TYPES = {
    **dict.fromkeys(_TEXTS, "str"),
    **dict.fromkeys(("position", "sureness"), "int64"),
    **dict.fromkeys(("listened_s", "response_s"), "float64"),
    "created_at": "datetime64[us, UTC]",
}


def read_votes(store: Store) -> pd.DataFrame:
    """All votes, shape (votes, len(COLUMNS)).

    Raises
    ------
    StoreError
        When the database cannot be read.
    """
    vote, trial, stimulus = schema.votes.c, schema.trials.c, schema.stimuli.c
    wanted = (
        sa.select(
            vote.participant_id.label("participant"),
            vote.position,
            trial.stimulus_id.label("stimulus"),
            stimulus.genre,
            stimulus.truth,
            stimulus.condition,
            stimulus.piece,
            vote.answer,
            vote.sureness,
            vote.heard_before,
            vote.listened_s,
            vote.response_s,
            vote.created_at,
        )
        .select_from(schema.votes.join(schema.trials).join(schema.stimuli))
        .order_by(vote.id)
    )
    with store.database.reading() as connection:
        return _typed(pd.read_sql(wanted, connection))


def to_csv(votes: pd.DataFrame) -> bytes:
    """The log as CSV in UTF-8."""
    return votes.to_csv(index=False).encode()


def from_csv(data: bytes) -> pd.DataFrame:
    """The log that `to_csv` wrote."""
    return _typed(pd.read_csv(io.BytesIO(data), dtype=dict.fromkeys(_TEXTS, "str")))


def to_parquet(votes: pd.DataFrame) -> bytes:
    """The log as Parquet."""
    buffer = io.BytesIO()
    votes.to_parquet(buffer, index=False)
    return buffer.getvalue()


def from_parquet(data: bytes) -> pd.DataFrame:
    """The log that `to_parquet` wrote."""
    return _typed(pd.read_parquet(io.BytesIO(data)))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    if "condition" not in frame:  # a log from before there were several machines
        frame = frame.assign(condition=frame["truth"].replace("machine", Condition.EVENT.value))
    frame = frame[list(COLUMNS)].copy()
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True, format="ISO8601")
    return frame.astype(_TYPES)
