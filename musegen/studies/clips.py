"""The clips of studies, and their sound."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import schema
from musegen.studies.database import Database
from musegen.studies.records import Role, Stimulus

Kind = tuple[Role, str, str]
"""Role, genre and condition."""


class Clips:
    """Keeps stimuli; one of a piece in a study."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, stimulus: Stimulus, mp3: bytes) -> bool:
        """Store a new clip; False when there is one of that piece in its study already."""
        row = {
            "id": stimulus.id,
            "study_id": stimulus.study,
            "role": stimulus.role.value,
            "genre": stimulus.genre,
            "condition": str(stimulus.condition),
            "piece": stimulus.piece,
            "title": stimulus.title,
            "length_s": stimulus.length_s,
            "details": stimulus.details,
            "created_at": datetime.now(UTC),
        }
        try:
            with self._database.transaction() as connection:
                connection.execute(sa.insert(schema.stimuli), row)
                sound = {"stimulus_id": stimulus.id, "mp3": mp3}
                connection.execute(sa.insert(schema.sounds), sound)
        except sa.exc.IntegrityError:
            if any(_place(one) == _place(stimulus) for one in self.all(stimulus.study)):
                return False
            raise StoreError(
                f"There is no study “{stimulus.study}” to which this clip could belong."
            ) from None
        return True

    def all(self, study: str, *, role: Role | None = None) -> list[Stimulus]:
        """The clips of a study, or those of one role, in the order in which they were made."""
        table = schema.stimuli
        wanted = sa.select(table).where(table.c.study_id == study)
        if role is not None:
            wanted = wanted.where(table.c.role == role.value)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(table.c.created_at, table.c.id))
            return [stimulus_of(row) for row in rows]

    def count(self, study: str) -> Counter[Kind]:
        """How many clips a study has, by role, genre and condition."""
        table = schema.stimuli.c
        kind = (table.role, table.genre, table.condition)
        counts = sa.select(*kind, sa.func.count()).where(table.study_id == study).group_by(*kind)
        with self._database.reading() as connection:
            return Counter({(Role(r), g, c): n for r, g, c, n in connection.execute(counts)})

    def sound(self, stimulus_id: str) -> bytes:
        """The MP3 of a clip.

        Raises
        ------
        StoreError
            When there is none.
        """
        wanted = sa.select(schema.sounds.c.mp3).where(schema.sounds.c.stimulus_id == stimulus_id)
        with self._database.reading() as connection:
            mp3 = connection.scalar(wanted)
        if mp3 is None:
            raise StoreError("A clip is missing from the database; please start afresh.")
        return bytes(mp3)


def _place(stimulus: Stimulus) -> tuple[str, str, str]:
    return (stimulus.genre, str(stimulus.condition), stimulus.piece)


def stimulus_of(row: sa.Row[Any]) -> Stimulus:
    """The record of a row with all columns of the table of stimuli."""
    return Stimulus(
        id=row.id,
        study=row.study_id,
        role=Role(row.role),
        genre=row.genre,
        condition=row.condition,
        piece=row.piece,
        title=row.title,
        length_s=row.length_s,
        details=row.details,
    )
