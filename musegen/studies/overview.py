"""How far every study is: people, votes and clips, counted in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from musegen.studies import schema
from musegen.studies.database import Database
from musegen.studies.records import Role


@dataclass(frozen=True, slots=True)
class Counts:
    """What a study has: people who consented and who came to the end, votes, clips.

    Votes on practice clips and attention checks are left out; clips of all roles are counted.
    """

    begun: int = 0
    finished: int = 0
    votes: int = 0
    clips: int = 0


def count_all(database: Database) -> dict[str, Counts]:
    """The counts of every study that is there, by name.

    Raises
    ------
    StoreError
        When the database cannot be read.
    """
    people, clips = schema.participants.c, schema.stimuli.c
    voted = schema.votes.join(schema.trials).join(schema.participants)
    is_clip = schema.trials.c.role == Role.CLIP.value
    how_many = sa.func.count
    with database.reading() as connection:

        def by_study(wanted: sa.Select[Any]) -> dict[str, int]:
            return {study: count for study, count in connection.execute(wanted)}  # noqa: C416 (rows are no pairs to mypy)

        names = list(connection.scalars(sa.select(schema.studies.c.id)))
        consented = sa.select(people.study_id, how_many()).group_by(people.study_id)
        begun = by_study(consented)
        finished = by_study(consented.where(people.finished_at.is_not(None)))
        votes = by_study(
            sa.select(people.study_id, how_many())
            .select_from(voted)
            .where(is_clip)
            .group_by(people.study_id)
        )
        made = by_study(sa.select(clips.study_id, how_many()).group_by(clips.study_id))
    tables = (begun, finished, votes, made)
    return {name: Counts(*(table.get(name, 0) for table in tables)) for name in names}


def mark(database: Database, study: str) -> str:
    """A short text that changes with everything that a study's votes and people say.

    Numbers of votes may come again after a deletion (SQLite gives the highest id anew), moments
    do not.

    Raises
    ------
    StoreError
        When the database cannot be read.
    """
    people, votes = schema.participants.c, schema.votes.c
    how_many, latest = sa.func.count, sa.func.max
    voted = schema.votes.join(schema.trials).join(schema.participants)
    of_votes = (
        sa.select(how_many(), latest(votes.id), latest(votes.created_at))
        .select_from(voted)
        .where(people.study_id == study)
    )
    moments = (people.finished_at, people.asked_before_at, people.asked_after_at)
    asked = [how_many(), latest(people.consented_at)]
    asked += [of(moment) for moment in moments for of in (how_many, latest)]
    of_people = sa.select(*asked).where(people.study_id == study)
    with database.reading() as connection:
        found = [*connection.execute(of_votes).one(), *connection.execute(of_people).one()]
    return "-".join(_short(value) for value in found)


def _short(value: object) -> str:
    return f"{value.timestamp():.6f}" if isinstance(value, datetime) else str(value or 0)
