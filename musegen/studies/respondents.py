"""Who took part in a study, as a table: one row a participant, with their answers.

What recruiting platforms say of people is read by a function of its own, so that it comes
along only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import sqlalchemy as sa

from musegen.studies import questions, schema
from musegen.studies.export.columns import PARTICIPANTS, PLATFORM_IDS, TRAINING
from musegen.studies.export.tables import typed
from musegen.studies.store import Store

COLUMNS = {column.name: column.description for column in PARTICIPANTS}

PLATFORM_COLUMNS = {column.name: column.description for column in PLATFORM_IDS}


def read_participants(store: Store, study: str) -> pd.DataFrame:
    """All who consented, in that order, shape (participants, len(COLUMNS))."""
    people = schema.participants
    wanted = sa.select(people).where(people.c.study_id == study).order_by(people.c.consented_at)
    with store.database.reading() as connection:
        rows = connection.execute(wanted).all()
        said = _answers(connection, study)
    records = [
        {
            "study": row.study_id,
            "participant": row.id,
            "language": row.language,
            "consented_at": row.consented_at,
            "finished_at": row.finished_at,
            "musical_training": questions.musical_training(said.get(row.id, {})),
            **_items(said.get(row.id, {})),
            **_texts(said.get(row.id, {})),
            "headphone_check": row.headphone_check,
            "is_synthetic": row.is_synthetic,
        }
        for row in rows
    ]
    return typed(pd.DataFrame(records, columns=list(COLUMNS)), PARTICIPANTS)


def _answers(connection: sa.Connection, study: str) -> dict[str, dict[str, str]]:
    """What each participant of a study has said, by question."""
    table, people = schema.answers.c, schema.participants.c
    wanted = (
        sa.select(table.participant_id, table.name, table.value)
        .select_from(schema.answers.join(schema.participants))
        .where(people.study_id == study)
    )
    said: dict[str, dict[str, str]] = {}
    for participant, name, value in connection.execute(wanted):
        said.setdefault(participant, {})[name] = value
    return said


def _items(said: Mapping[str, str]) -> dict[str, int | None]:
    """The answers to the training items, 1 to 7, as they were given."""
    given = (said.get(name) for name in questions.TRAINING_ITEMS)
    return {
        column.name: int(step) if step in questions.STEPS else None
        for column, step in zip(TRAINING, given, strict=True)
    }


def _texts(said: Mapping[str, str]) -> dict[str, str]:
    return {
        "age_band": said.get(questions.AGE_BAND, ""),
        "device": said.get(questions.DEVICE, ""),
        "headphones": said.get(questions.HEADPHONES, ""),
        "comment": said.get(questions.COMMENT, ""),
    }


def read_platform_ids(store: Store, study: str) -> pd.DataFrame:
    """Who recruiting platforms say that participants are, (participants, 5)."""
    ids = schema.platform_ids.c
    wanted = (
        sa.select(
            ids.participant_id.label("participant"),
            ids.platform,
            ids.person,
            ids.platform_study.label("study"),
            ids.session,
        )
        .where(ids.study_id == study)
        .order_by(ids.participant_id)
    )
    with store.database.reading() as connection:
        return pd.read_sql(wanted, connection).astype("str")
