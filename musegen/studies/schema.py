"""The tables of a study's database.

Moments are stored in UTC. The tables are made and changed only by the migrations beside
this module; what stands here must describe the newest of them.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

ID_LENGTH = 32
TOKEN_LENGTH = 43


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment, aware and in UTC, also where the database knows no time zones (SQLite)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

stimuli = sa.Table(
    "stimuli",
    metadata,
    sa.Column("id", sa.String(ID_LENGTH), primary_key=True),
    sa.Column("genre", sa.String(40), nullable=False),
    sa.Column("truth", sa.String(10), nullable=False),
    sa.Column("condition", sa.String(10), nullable=False, server_default="event"),
    sa.Column("piece", sa.String(400), nullable=False),
    sa.Column("title", sa.String(400), nullable=False),
    sa.Column("length_s", sa.Float, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("genre", "truth", "piece"),
    sa.CheckConstraint("truth IN ('human', 'machine')", name="truth"),
    sa.CheckConstraint("condition IN ('human', 'event', 'article')", name="condition"),
)

sounds = sa.Table(
    "sounds",
    metadata,
    sa.Column("stimulus_id", sa.ForeignKey("stimuli.id"), primary_key=True),
    sa.Column("mp3", sa.LargeBinary, nullable=False),
    comment="The clips themselves, so that a machine whose disk was emptied gets them back.",
)

participants = sa.Table(
    "participants",
    metadata,
    sa.Column("id", sa.String(ID_LENGTH), primary_key=True),
    sa.Column("token", sa.String(TOKEN_LENGTH), nullable=False, unique=True),
    sa.Column("consented_at", UtcDateTime, nullable=False),
    sa.Column("sound_checked_at", UtcDateTime),
)

trials = sa.Table(
    "trials",
    metadata,
    sa.Column("participant_id", sa.ForeignKey("participants.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("stimulus_id", sa.ForeignKey("stimuli.id"), nullable=False, index=True),
    sa.Column("shown_at", UtcDateTime),
    sa.UniqueConstraint("participant_id", "stimulus_id"),
)

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("participant_id", sa.String(ID_LENGTH), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("answer", sa.String(10), nullable=False),
    sa.Column("sureness", sa.Integer, nullable=False),
    sa.Column("heard_before", sa.String(10), nullable=False),
    sa.Column("listened_s", sa.Float, nullable=False),
    sa.Column("response_s", sa.Float, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["participant_id", "position"], ["trials.participant_id", "trials.position"]
    ),
    sa.UniqueConstraint("participant_id", "position"),
    sa.CheckConstraint("answer IN ('human', 'machine')", name="answer"),
    sa.CheckConstraint("sureness BETWEEN 1 AND 3", name="sureness"),
    sa.CheckConstraint("heard_before IN ('no', 'maybe', 'yes')", name="heard_before"),
)
