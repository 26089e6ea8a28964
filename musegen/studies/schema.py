"""The tables of the studies' database.

Moments are stored in UTC. The tables are made and changed only by the migrations beside
this module; what stands here must describe the newest of them.

No table holds an address of anybody's computer. What a recruiting platform says of a person
stands in a table of its own, which no query on votes touches.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

ID_LENGTH = 32
TOKEN_LENGTH = 43
NAME_LENGTH = 60


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

studies = sa.Table(
    "studies",
    metadata,
    sa.Column("id", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("file", sa.Text, nullable=False, comment="the study file, as it was written"),
    sa.Column("versions", sa.JSON, nullable=False, comment="of what its clips were made with"),
    sa.Column("is_synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("frozen_at", UtcDateTime, comment="from then on no clip is added"),
    sa.Column("closed_at", UtcDateTime, comment="by hand, before its date"),
)

stimuli = sa.Table(
    "stimuli",
    metadata,
    sa.Column("id", sa.String(ID_LENGTH), primary_key=True),
    sa.Column("study_id", sa.ForeignKey("studies.id"), nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("genre", sa.String(40), nullable=False),
    sa.Column("condition", sa.String(60), nullable=False),
    sa.Column("piece", sa.String(400), nullable=False),
    sa.Column("title", sa.String(400), nullable=False),
    sa.Column("length_s", sa.Float, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("study_id", "genre", "condition", "piece"),
    sa.CheckConstraint("role IN ('clip', 'catch', 'practice')", name="role"),
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
    sa.Column("study_id", sa.ForeignKey("studies.id"), nullable=False, index=True),
    sa.Column("token", sa.String(TOKEN_LENGTH), nullable=False, unique=True),
    sa.Column("language", sa.String(10), nullable=False),
    sa.Column("is_synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("consented_at", UtcDateTime, nullable=False),
    sa.Column("sound_checked_at", UtcDateTime),
    sa.Column("headphone_check", sa.Float, comment="share of right answers"),
    sa.Column("asked_before_at", UtcDateTime),
    sa.Column("asked_after_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
)

platform_ids = sa.Table(
    "platform_ids",
    metadata,
    sa.Column("participant_id", sa.ForeignKey("participants.id"), primary_key=True),
    sa.Column("study_id", sa.ForeignKey("studies.id"), nullable=False),
    sa.Column("platform", sa.String(20), nullable=False),
    sa.Column("person", sa.String(200), nullable=False),
    sa.Column("platform_study", sa.String(200), nullable=False),
    sa.Column("session", sa.String(200), nullable=False),
    sa.UniqueConstraint("study_id", "platform", "person"),
    comment="Who a recruiting platform says that somebody is: apart from all answers.",
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("participant_id", sa.ForeignKey("participants.id"), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    comment="What participants say of themselves.",
)

trials = sa.Table(
    "trials",
    metadata,
    sa.Column("participant_id", sa.ForeignKey("participants.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("stimulus_id", sa.String(ID_LENGTH), nullable=False, index=True),
    sa.Column("other_id", sa.String(ID_LENGTH), index=True, comment="the second of a pair"),
    sa.Column("shown_at", UtcDateTime),
    sa.ForeignKeyConstraint(["stimulus_id"], ["stimuli.id"], name="fk_trials_stimuli"),
    sa.ForeignKeyConstraint(["other_id"], ["stimuli.id"], name="fk_trials_stimuli_other"),
    sa.UniqueConstraint("participant_id", "stimulus_id"),
    sa.UniqueConstraint("participant_id", "other_id"),
    sa.CheckConstraint("role IN ('clip', 'catch', 'practice')", name="role"),
)

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("participant_id", sa.String(ID_LENGTH), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("answer", sa.String(10), nullable=False),
    sa.Column("sureness", sa.Integer, nullable=False),
    sa.Column("heard_before", sa.String(10)),
    sa.Column("listened_s", sa.Float, nullable=False),
    sa.Column("plays", sa.Integer, nullable=False, server_default="1"),
    sa.Column("other_listened_s", sa.Float, comment="of a pair's second clip"),
    sa.Column("other_plays", sa.Integer, comment="of a pair's second clip"),
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
