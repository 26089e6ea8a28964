"""The blind listening test: stimuli, their sound, participants, trials, votes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables."""
    _make_stimuli()
    _make_participants_and_trials()
    _make_votes()


def _make_stimuli() -> None:
    op.create_table(
        "stimuli",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("genre", sa.String(40), nullable=False),
        sa.Column("truth", sa.String(10), nullable=False),
        sa.Column("piece", sa.String(400), nullable=False),
        sa.Column("title", sa.String(400), nullable=False),
        sa.Column("length_s", sa.Float, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stimuli"),
        sa.UniqueConstraint("genre", "truth", "piece", name="uq_stimuli_genre_truth_piece"),
        sa.CheckConstraint("truth IN ('human', 'machine')", name="ck_stimuli_truth"),
    )
    op.create_table(
        "sounds",
        sa.Column("stimulus_id", sa.String(32), nullable=False),
        sa.Column("mp3", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("stimulus_id", name="pk_sounds"),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimuli.id"], name="fk_sounds_stimuli"),
        comment="The clips themselves, so that a machine whose disk was emptied gets them back.",
    )


def _make_participants_and_trials() -> None:
    op.create_table(
        "participants",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("consented_at", MOMENT, nullable=False),
        sa.Column("sound_checked_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_participants"),
        sa.UniqueConstraint("token", name="uq_participants_token"),
    )
    op.create_table(
        "trials",
        sa.Column("participant_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("stimulus_id", sa.String(32), nullable=False),
        sa.Column("shown_at", MOMENT),
        sa.PrimaryKeyConstraint("participant_id", "position", name="pk_trials"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_trials_participants"
        ),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimuli.id"], name="fk_trials_stimuli"),
        sa.UniqueConstraint(
            "participant_id", "stimulus_id", name="uq_trials_participant_id_stimulus_id"
        ),
    )
    op.create_index("ix_trials_stimulus_id", "trials", ["stimulus_id"])


def _make_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("participant_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("sureness", sa.Integer, nullable=False),
        sa.Column("heard_before", sa.String(10), nullable=False),
        sa.Column("listened_s", sa.Float, nullable=False),
        sa.Column("response_s", sa.Float, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_votes"),
        sa.ForeignKeyConstraint(
            ["participant_id", "position"],
            ["trials.participant_id", "trials.position"],
            name="fk_votes_trials",
        ),
        sa.UniqueConstraint("participant_id", "position", name="uq_votes_participant_id_position"),
        sa.CheckConstraint("answer IN ('human', 'machine')", name="ck_votes_answer"),
        sa.CheckConstraint("sureness BETWEEN 1 AND 3", name="ck_votes_sureness"),
        sa.CheckConstraint("heard_before IN ('no', 'maybe', 'yes')", name="ck_votes_heard_before"),
    )


def downgrade() -> None:
    """Take all tables away."""
    for table in ("votes", "trials", "participants", "sounds", "stimuli"):
        op.drop_table(table)
