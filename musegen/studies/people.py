"""The participants of studies: how far each has come, and what they say of themselves.

A participant is found by an unguessable token alone. What a recruiting platform says of a
person only leads back to the run through the study that this person has begun.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from musegen.errors import RequestError, StoreError
from musegen.studies import schema
from musegen.studies.database import Database
from musegen.studies.records import Participant, PlatformIds

_TOKEN_BYTES = 32  # token_urlsafe makes schema.TOKEN_LENGTH characters of them
_ID_BYTES = 8

_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{schema.TOKEN_LENGTH}}}")

_MOMENTS = {"before": "asked_before_at", "after": "asked_after_at"}


class People:
    """Lets participants begin, go on and be forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        study: str,
        *,
        language: str,
        platform: PlatformIds | None = None,
        is_synthetic: bool = False,
    ) -> str:
        """Somebody consents; gives the unguessable token that leads back to their test.

        Somebody whom the platform has sent before gets the same token again.

        Raises
        ------
        RequestError
            When a person would begin a study of simulated people.
        StoreError
            When there is no such study.
        """
        token, id_ = secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_hex(_ID_BYTES)
        row = {
            "id": id_,
            "study_id": study,
            "token": token,
            "language": language,
            "is_synthetic": is_synthetic,
            "consented_at": datetime.now(UTC),
        }
        try:
            with self._database.transaction() as connection:
                known = None if platform is None else _token_of(connection, study, platform)
                if known is not None:
                    return known
                if not is_synthetic:
                    _refuse_rehearsal(connection, study)
                connection.execute(sa.insert(schema.participants), row)
                if platform is not None:
                    sent = _platform_row(id_, study, platform)
                    connection.execute(sa.insert(schema.platform_ids), sent)
        except sa.exc.IntegrityError:  # a second click was faster, or there is no study
            token = self._again(study, platform)
        return token

    def _again(self, study: str, platform: PlatformIds | None) -> str:
        with self._database.reading() as connection:
            known = None if platform is None else _token_of(connection, study, platform)
        if known is None:
            raise StoreError(
                f"There is no study “{study[:80]}” any more; please ask for a new link."
            )
        return known

    def find(self, token: str) -> Participant | None:
        """Whose token it is, or None when it is nobody's."""
        if not _TOKEN.fullmatch(token):
            return None
        table = schema.participants
        with self._database.reading() as connection:
            row = connection.execute(sa.select(table).where(table.c.token == token)).one_or_none()
        return None if row is None else _participant(row)

    def note_sound_check(self, participant_id: str) -> None:
        """The participant hears well; only the first time counts."""
        self._note(participant_id, "sound_checked_at", datetime.now(UTC))

    def note_headphone_check(self, participant_id: str, share_right: float) -> None:
        """How much of the headphone check was right, 0 to 1; only the first time counts.

        Raises
        ------
        RequestError
            When it is no share.
        """
        if not 0 <= share_right <= 1:
            raise RequestError(f"{share_right} is no share of right answers; it must be 0 to 1.")
        self._note(participant_id, "headphone_check", share_right)

    def answer(
        self, participant_id: str, answers: Mapping[str, str], *, when: Literal["before", "after"]
    ) -> None:
        """What a participant says of themselves, before or after the clips; once each.

        Questions left out are simply not among ``answers``.
        """
        self.remember(participant_id, answers)
        self._note(participant_id, _MOMENTS[when], datetime.now(UTC))

    def remember(self, participant_id: str, answers: Mapping[str, str]) -> None:
        """Keep answers under their names; once each, and without saying that these are all."""
        given = self.answers(participant_id)
        rows = [
            {"participant_id": participant_id, "name": name, "value": value.replace("\0", "")}
            for name, value in answers.items()
            if name not in given
        ]
        try:
            with self._database.transaction() as connection:
                if rows:
                    connection.execute(sa.insert(schema.answers), rows)
        except sa.exc.IntegrityError:  # a second click: the first one's answers stand
            pass

    def answers(self, participant_id: str) -> dict[str, str]:
        """What the participant has said, by question."""
        table = schema.answers.c
        wanted = sa.select(table.name, table.value).where(table.participant_id == participant_id)
        with self._database.reading() as connection:
            return {row.name: row.value for row in connection.execute(wanted)}

    def finish(self, participant_id: str) -> None:
        """The participant has come to the end; only the first time counts."""
        self._note(participant_id, "finished_at", datetime.now(UTC))

    def count(self, study: str) -> tuple[int, int]:
        """How many have given a vote, and how many have come to the end."""
        people, votes = schema.participants.c, schema.votes.c
        voters = (
            sa.select(sa.func.count(sa.distinct(votes.participant_id)))
            .select_from(schema.votes.join(schema.trials).join(schema.participants))
            .where(people.study_id == study)
        )
        finished = sa.select(sa.func.count()).where(
            people.study_id == study, people.finished_at.is_not(None)
        )
        with self._database.reading() as connection:
            return int(connection.scalar(voters) or 0), int(connection.scalar(finished) or 0)

    def delete(self, participant_id: str) -> None:
        """Forget a participant: votes, plan, answers, the platform's ids, everything.

        Raises
        ------
        RequestError
            When there is nobody of that id.
        StoreError
            When an answer of theirs arrives at the same moment.
        """
        with self._database.deleting() as connection:
            for table in (schema.votes, schema.trials, schema.answers, schema.platform_ids):
                connection.execute(sa.delete(table).where(table.c.participant_id == participant_id))
            people = schema.participants
            found = connection.execute(sa.delete(people).where(people.c.id == participant_id))
        if not found.rowcount:
            raise RequestError(
                f"There is no participant “{participant_id[:80]}”; the export lists their ids."
            )

    def _note(self, participant_id: str, column: str, value: object) -> None:
        """Set a column that is still empty."""
        table = schema.participants
        with self._database.transaction() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.id == participant_id, table.c[column].is_(None))
                .values({column: value})
            )


def _token_of(connection: sa.Connection, study: str, platform: PlatformIds) -> str | None:
    people, ids = schema.participants.c, schema.platform_ids.c
    wanted = (
        sa.select(people.token)
        .select_from(schema.participants.join(schema.platform_ids))
        .where(
            ids.study_id == study,
            ids.platform == platform.platform,
            ids.person == platform.person,
        )
    )
    return connection.scalar(wanted)


def _refuse_rehearsal(connection: sa.Connection, study: str) -> None:
    table = schema.studies.c
    if connection.scalar(sa.select(table.is_synthetic).where(table.id == study)):
        raise RequestError(
            f"“{study[:80]}” is a rehearsal with simulated people; send people to the study itself."
        )


def _platform_row(participant_id: str, study: str, platform: PlatformIds) -> dict[str, str]:
    return {
        "participant_id": participant_id,
        "study_id": study,
        "platform": platform.platform,
        "person": platform.person,
        "platform_study": platform.study,
        "session": platform.session,
    }


def _participant(row: sa.Row[Any]) -> Participant:
    return Participant(
        id=row.id,
        study=row.study_id,
        language=row.language,
        consented_at=row.consented_at,
        sound_checked_at=row.sound_checked_at,
        headphone_check=row.headphone_check,
        asked_before_at=row.asked_before_at,
        asked_after_at=row.asked_after_at,
        finished_at=row.finished_at,
        is_synthetic=row.is_synthetic,
    )
