"""The memory of a listening study: what was made, who listens to what, who voted how.

Every step of a participant is stored when it is taken, so that a reload, a second device
or a restart goes on where it stopped. A vote is given once: the second click on the same
button finds the first one's vote and changes nothing.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import schema
from musegen.studies.database import BUSY_TIMEOUT_S, Database
from musegen.studies.records import (
    Condition,
    Maker,
    Participant,
    Stimulus,
    Trial,
    Verdict,
    Vote,
)

_TOKEN_BYTES = 32  # token_urlsafe makes schema.TOKEN_LENGTH characters of them


class Store:
    """Reads and writes a study's database; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(cls, url: str | None = None, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Store:
        """The store at ``url`` (default: `musegen.settings.database_url`).

        Raises
        ------
        StoreError
            See `Database.open`.
        """
        return cls(Database.open(url, busy_timeout_s=busy_timeout_s))

    def close(self) -> None:
        """Let go of all connections."""
        self.database.close()

    # Stimuli

    def add_stimulus(self, stimulus: Stimulus, mp3: bytes) -> bool:
        """Store a new clip; False when there is one of that piece already."""
        row = {
            "id": stimulus.id,
            "genre": stimulus.genre,
            "truth": stimulus.truth.value,
            "condition": stimulus.condition.value,
            "piece": stimulus.piece,
            "title": stimulus.title,
            "length_s": stimulus.length_s,
            "details": stimulus.details,
            "created_at": datetime.now(UTC),
        }
        try:
            with self.database.transaction() as connection:
                connection.execute(sa.insert(schema.stimuli), row)
                sound = {"stimulus_id": stimulus.id, "mp3": mp3}
                connection.execute(sa.insert(schema.sounds), sound)
        except sa.exc.IntegrityError:
            return False
        return True

    def stimuli(self) -> list[Stimulus]:
        """All clips."""
        with self.database.reading() as connection:
            return [_stimulus(row) for row in connection.execute(sa.select(schema.stimuli))]

    def count_stimuli(self) -> Counter[tuple[str, Condition]]:
        """How many clips there are, by genre and condition."""
        table = schema.stimuli.c
        counts = sa.select(table.genre, table.condition, sa.func.count()).group_by(
            table.genre, table.condition
        )
        with self.database.reading() as connection:
            return Counter({(g, Condition(c)): n for g, c, n in connection.execute(counts)})

    def sound(self, stimulus_id: str) -> bytes:
        """The MP3 of a clip.

        Raises
        ------
        StoreError
            When there is none.
        """
        wanted = sa.select(schema.sounds.c.mp3).where(schema.sounds.c.stimulus_id == stimulus_id)
        with self.database.reading() as connection:
            mp3 = connection.scalar(wanted)
        if mp3 is None:
            raise StoreError("A clip is missing from the database; please start afresh.")
        return bytes(mp3)

    # Participants

    def new_participant(self) -> str:
        """Somebody consents; gives the unguessable token that leads back to their test."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = {"id": secrets.token_hex(8), "token": token, "consented_at": datetime.now(UTC)}
        with self.database.transaction() as connection:
            connection.execute(sa.insert(schema.participants), row)
        return token

    def participant(self, token: str) -> Participant | None:
        """Whose token it is, or None when it is nobody's."""
        if len(token) != schema.TOKEN_LENGTH:
            return None
        table = schema.participants.c
        wanted = sa.select(table.id, table.consented_at, table.sound_checked_at).where(
            table.token == token
        )
        with self.database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else Participant(*row)

    def note_sound_check(self, participant_id: str) -> None:
        """The participant hears well."""
        table = schema.participants
        with self.database.transaction() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.id == participant_id, table.c.sound_checked_at.is_(None))
                .values(sound_checked_at=datetime.now(UTC))
            )

    def count_participants(self) -> int:
        """How many have given at least one vote."""
        voters = sa.select(sa.func.count(sa.distinct(schema.votes.c.participant_id)))
        with self.database.reading() as connection:
            return int(connection.scalar(voters) or 0)

    # Trials and votes

    def trials(self, participant_id: str) -> list[Trial]:
        """The participant's plan in order; empty before clips were assigned."""
        plan, votes = schema.trials.c, schema.votes.c
        wanted = (
            sa.select(
                plan.position, plan.stimulus_id, plan.shown_at.is_not(None), votes.id.is_not(None)
            )
            .select_from(schema.trials.outerjoin(schema.votes))
            .where(plan.participant_id == participant_id)
            .order_by(plan.position)
        )
        with self.database.reading() as connection:
            return [Trial(*row) for row in connection.execute(wanted)]

    def note_shown(self, participant_id: str, position: int) -> None:
        """The clip at ``position`` is shown; only the first time counts."""
        table = schema.trials
        with self.database.transaction() as connection:
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
        """Store the vote on the clip at ``position``; False when there is one already.

        Raises
        ------
        StoreError
            When the participant has no such trial, or nothing can be stored.
        """
        now = datetime.now(UTC)
        types: Any = {c.name: c.type for c in schema.votes.c if c.name != "id"}
        try:
            with self.database.transaction() as connection:
                row = {
                    "participant_id": participant_id,
                    "position": position,
                    "answer": vote.answer.value,
                    "sureness": int(vote.sureness),
                    "heard_before": vote.heard_before.value,
                    "listened_s": round(vote.listened_s, 2),
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
        wanted = (
            sa.select(schema.votes.c.position, schema.votes.c.answer, schema.stimuli)
            .select_from(schema.votes.join(schema.trials).join(schema.stimuli))
            .where(schema.votes.c.participant_id == participant_id)
            .order_by(schema.votes.c.position)
        )
        with self.database.reading() as connection:
            return [
                Verdict(row.position, _stimulus(row), Maker(row.answer))
                for row in connection.execute(wanted)
            ]


def _stimulus(row: sa.Row[tuple[object, ...]]) -> Stimulus:
    return Stimulus(
        id=row.id,
        genre=row.genre,
        condition=Condition(row.condition),
        piece=row.piece,
        title=row.title,
        length_s=row.length_s,
        details=row.details,
    )


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


def sorted_genres(genres: Iterable[str]) -> list[str]:
    """Genre names in the catalogue's order, unknown ones last."""
    from musegen.genres import names

    order = {name: index for index, name in enumerate(names())}
    return sorted(set(genres), key=lambda name: (order.get(name, len(order)), name))
