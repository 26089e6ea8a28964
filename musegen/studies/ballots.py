"""Plans, votes, and what came of them: who listens to what, and who voted how.

Every step of a participant is stored when it is taken, so that a reload, a second device
or a restart goes on where it stopped. A vote is given once: the second click on the same
button finds the first one's vote and changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import schema
from musegen.studies.clips import stimulus_of
from musegen.studies.database import Database
from musegen.studies.records import Maker, Role, Stimulus, Trial, Verdict, Vote


class Ballots:
    """Reads plans and takes votes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def trials(self, participant_id: str) -> list[Trial]:
        """The participant's plan in order; empty before clips were assigned."""
        plan, votes = schema.trials.c, schema.votes.c
        wanted = (
            sa.select(
                plan.position,
                plan.role,
                plan.stimulus_id,
                plan.other_id,
                plan.shown_at.is_not(None).label("is_shown"),
                votes.id.is_not(None).label("is_answered"),
            )
            .select_from(schema.trials.outerjoin(schema.votes))
            .where(plan.participant_id == participant_id)
            .order_by(plan.position)
        )
        with self._database.reading() as connection:
            return [
                Trial(
                    position=row.position,
                    role=Role(row.role),
                    stimulus_ids=_without_none(row.stimulus_id, row.other_id),
                    is_shown=row.is_shown,
                    is_answered=row.is_answered,
                )
                for row in connection.execute(wanted)
            ]

    def note_shown(self, participant_id: str, position: int) -> None:
        """The trial at ``position`` is shown; only the first time counts."""
        table = schema.trials
        with self._database.transaction() as connection:
            connection.execute(
                sa.update(table)
                .where(
                    table.c.participant_id == participant_id,
                    table.c.position == position,
                    table.c.shown_at.is_(None),
                )
                .values(shown_at=datetime.now(UTC))
            )

    def add_vote(self, participant_id: str, position: int, vote: Vote) -> bool:
        """Store the vote on the trial at ``position``; False when there is one already.

        Raises
        ------
        StoreError
            When the participant has no such trial, or nothing can be stored.
        """
        now = datetime.now(UTC)
        types: Any = {c.name: c.type for c in schema.votes.c if c.name != "id"}
        try:
            with self._database.transaction() as connection:
                row = {
                    "participant_id": participant_id,
                    "position": position,
                    "answer": vote.answer.value,
                    "sureness": int(vote.sureness),
                    "heard_before": None if vote.heard_before is None else vote.heard_before.value,
                    "listened_s": round(vote.listened_s, 2),
                    "plays": vote.plays,
                    "other_listened_s": _rounded(vote.other_listened_s),
                    "other_plays": vote.other_plays,
                    "response_s": _response_s(connection, participant_id, position, now),
                    "created_at": now,
                }
                frame = pd.DataFrame([row])
                frame.to_sql("votes", connection, if_exists="append", index=False, dtype=types)
        except sa.exc.IntegrityError as error:
            if self._has_vote(participant_id, position):
                return False
            raise StoreError(
                "This answer cannot be stored as it is; please load the page again."
            ) from error
        return True

    def _has_vote(self, participant_id: str, position: int) -> bool:
        return any(t.position == position and t.is_answered for t in self.trials(participant_id))

    def verdicts(self, participant_id: str) -> list[Verdict]:
        """Truth and answer of each trial that has its vote; nothing about the others."""
        plan, votes = schema.trials.c, schema.votes.c
        wanted = (
            sa.select(votes.position, plan.role, plan.stimulus_id, plan.other_id, votes.answer)
            .select_from(schema.votes.join(schema.trials))
            .where(votes.participant_id == participant_id)
            .order_by(votes.position)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            heard = [id_ for row in rows for id_ in _without_none(row.stimulus_id, row.other_id)]
            clips = _stimuli(connection, heard)
        return [
            Verdict(
                position=row.position,
                role=Role(row.role),
                stimuli=tuple(clips[id_] for id_ in _without_none(row.stimulus_id, row.other_id)),
                answer=Maker(row.answer),
            )
            for row in rows
        ]


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)


def _without_none(first: str, other: str | None) -> tuple[str, ...]:
    return (first,) if other is None else (first, other)


def _stimuli(connection: sa.Connection, ids: list[str]) -> dict[str, Stimulus]:
    table = schema.stimuli
    rows = connection.execute(sa.select(table).where(table.c.id.in_(ids)))
    return {row.id: stimulus_of(row) for row in rows}


def _response_s(
    connection: sa.Connection, participant_id: str, position: int, now: datetime
) -> float:
    """Seconds since the trial was first shown; 0 when it never was."""
    table = schema.trials.c
    shown_at = connection.scalar(
        sa.select(table.shown_at).where(
            table.participant_id == participant_id, table.position == position
        )
    )
    return 0.0 if shown_at is None else round((now - shown_at).total_seconds(), 2)
