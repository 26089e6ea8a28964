"""The studies of a database: what each is, and whether it is being made, open or over.

A study is made of its file, which stays as it was written; clips belong to one study.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from musegen.errors import RequestError, StoreError
from musegen.studies import schema, study_files
from musegen.studies.database import Database
from musegen.studies.design import NAME, Design

_log = logging.getLogger(__name__)

STUDY_VARIABLE = "MUSEGEN_STUDY"
"""Names the study to which the survey's plain address leads; by default the one that ships."""


class Status(StrEnum):
    """Where a study stands."""

    MAKING = "making"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Study:
    """A study: its design, the file that says so, and what became of it.

    ``versions`` tell what its clips were made with, once they are all there.
    """

    design: Design
    file: str
    versions: dict[str, Any]
    is_synthetic: bool
    created_at: datetime
    frozen_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.design.name

    def status(self, now: datetime) -> Status:
        """Where it stands; one that is closed or over stays so, made or not."""
        if self.closed_at is not None or (self.design.closes and now >= self.design.closes):
            return Status.CLOSED
        if self.design.opens and now < self.design.opens:
            return Status.COMING
        return Status.MAKING if self.frozen_at is None else Status.OPEN


class Registry:
    """Adds, finds, closes and deletes studies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, file: str, *, is_synthetic: bool = False) -> Study:
        """Take up the study that a file describes.

        Raises
        ------
        RequestError
            When the file makes no sense, or a study of its name is there already.
        """
        design = study_files.parse(file)
        row = {
            "id": design.name,
            "file": file,
            "versions": {},
            "is_synthetic": is_synthetic,
            "created_at": datetime.now(UTC),
        }
        try:
            with self._database.transaction() as connection:
                connection.execute(sa.insert(schema.studies), row)
        except sa.exc.IntegrityError:
            raise RequestError(
                f"There is a study “{design.name}” already; give the new one another name."
            ) from None
        return self.get(design.name)

    def get(self, name: str) -> Study:
        """The study of that name.

        Raises
        ------
        RequestError
            When there is none.
        StoreError
            When this musegen cannot read its file.
        """
        rows = self._rows(schema.studies.c.id == name) if re.fullmatch(NAME, name) else []
        if not rows:
            raise self._unknown(name)
        return _study(rows[0])

    def all(self) -> list[Study]:
        """All studies that can be read, oldest first; see `unreadable` for the others."""
        studies = [_readable(row) for row in self._rows()]
        return [study for study in studies if study is not None]

    def names(self) -> list[str]:
        """The names of all studies, readable or not, oldest first."""
        return [row.id for row in self._rows()]

    def unreadable(self) -> list[str]:
        """The names of studies whose files this musegen cannot read; they can be deleted."""
        return [row.id for row in self._rows() if _readable(row) is None]

    def check_there(self, name: str) -> None:
        """Make sure that there is a study of that name, readable or not.

        Raises
        ------
        RequestError
            When there is none.
        """
        if not self._rows(schema.studies.c.id == name):
            raise self._unknown(name)

    def _unknown(self, name: str) -> RequestError:
        there = ", ".join(f"“{one}”" for one in self.names()) or "none yet"
        return RequestError(f"There is no study “{name[:80]}”; there is {there}.")

    def _rows(self, *conditions: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
        table = schema.studies
        wanted = sa.select(table).where(*conditions).order_by(table.c.created_at, table.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(wanted))

    def standing(self) -> Study:
        """The study to which the survey's plain address leads.

        That is the one that `STUDY_VARIABLE` names, or else the one that ships, which is taken
        up when it is not there yet.

        Raises
        ------
        RequestError
            When the variable names none that is there.
        """
        named = os.environ.get(STUDY_VARIABLE, "").strip()
        if named:
            return self.get(named)
        file = study_files.shipped()
        name = study_files.parse(file).name
        try:
            return self.get(name)
        except RequestError:
            pass
        try:
            return self.add(file)
        except RequestError:  # somebody else was faster
            return self.get(name)

    def freeze(self, name: str, versions: dict[str, Any]) -> None:
        """All clips are made: none is added from now on. Only the first time counts."""
        table = schema.studies.c
        self._update(
            name, table.frozen_at.is_(None), frozen_at=datetime.now(UTC), versions=versions
        )

    def close(self, name: str) -> None:
        """Nobody may begin or go on from now on."""
        self._update(name, sa.true(), closed_at=datetime.now(UTC))

    def reopen(self, name: str) -> None:
        """Open again what was closed by hand; the file's dates still hold."""
        self._update(name, sa.true(), closed_at=None)

    def delete(self, name: str) -> None:
        """Take away a study with its clips, people and votes, even one that cannot be read.

        Raises
        ------
        RequestError
            When there is none of that name.
        StoreError
            When somebody's answer arrives at the same moment.
        """
        self.check_there(name)
        with self._database.deleting() as connection:
            _keep_others_out(connection, name)
            people = _ids(schema.participants, name)
            clips = _ids(schema.stimuli, name)
            for table, column, ids in (
                (schema.votes, schema.votes.c.participant_id, people),
                (schema.trials, schema.trials.c.participant_id, people),
                (schema.answers, schema.answers.c.participant_id, people),
                (schema.platform_ids, schema.platform_ids.c.participant_id, people),
                (schema.sounds, schema.sounds.c.stimulus_id, clips),
            ):
                connection.execute(sa.delete(table).where(column.in_(ids)))
            for table in (schema.participants, schema.stimuli):
                connection.execute(sa.delete(table).where(table.c.study_id == name))
            connection.execute(sa.delete(schema.studies).where(schema.studies.c.id == name))

    def _update(self, name: str, condition: sa.ColumnElement[bool], **values: object) -> None:
        self.check_there(name)
        table = schema.studies
        with self._database.transaction() as connection:
            connection.execute(
                sa.update(table).where(table.c.id == name, condition).values(**values)
            )


def _keep_others_out(connection: sa.Connection, study: str) -> None:
    """Let those wait who would add to the study: on PostgreSQL, many write at a time.

    Without that, a study to which people come all the time could never be deleted. Rows are
    locked from the study downwards, as those who add to it lock them.
    """
    people = _ids(schema.participants, study)
    for rows in (
        sa.select(schema.studies.c.id).where(schema.studies.c.id == study),
        sa.select(schema.participants.c.id).where(schema.participants.c.study_id == study),
        sa.select(schema.trials.c.position).where(schema.trials.c.participant_id.in_(people)),
    ):
        connection.execute(rows.with_for_update())


def _ids(table: sa.Table, study: str) -> sa.ScalarSelect[Any]:
    return sa.select(table.c.id).where(table.c.study_id == study).scalar_subquery()


def _readable(row: sa.Row[Any]) -> Study | None:
    """The study of a row; None, and a line in the log, where it cannot be read."""
    try:
        return _study(row)
    except StoreError as error:
        _log.warning("%s", error)
        return None


def _study(row: sa.Row[Any]) -> Study:
    try:
        design = study_files.parse(row.file)
    except RequestError as error:
        raise StoreError(
            f"The study “{row.id}” was written for another musegen ({error}); "
            "update musegen, or delete the study."
        ) from error
    return Study(
        design=design,
        file=row.file,
        versions=row.versions,
        is_synthetic=row.is_synthetic,
        created_at=row.created_at,
        frozen_at=row.frozen_at,
        closed_at=row.closed_at,
    )
