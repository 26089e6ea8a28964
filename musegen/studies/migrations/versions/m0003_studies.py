"""Studies: each with a file, clips, people and questions of its own.

SQLite cannot change a table's constraints, so all tables are made anew, and what was in
them is copied. What was voted before belongs to the one study that there was.
"""

import json
from textwrap import dedent

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

STUDY = "was-this-human"
"""Name of the study to which everything from before belongs."""

_STIMULI = "genre, condition, piece, title, length_s, details, created_at"
_PEOPLE = "token, consented_at, sound_checked_at"
_TRIALS = "participant_id, position, stimulus_id, shown_at"
_VOTES = (
    "participant_id, position, answer, sureness, heard_before, listened_s, response_s, created_at"
)
_COPIES = f"""
    INSERT INTO stimuli (id, study_id, role, {_STIMULI})
        SELECT id, '{STUDY}', 'clip', {_STIMULI} FROM kept_stimuli;
    INSERT INTO sounds (stimulus_id, mp3) SELECT stimulus_id, mp3 FROM kept_sounds;
    INSERT INTO participants (id, study_id, language, {_PEOPLE})
        SELECT id, '{STUDY}', 'en', {_PEOPLE} FROM kept_participants;
    INSERT INTO trials (role, {_TRIALS}) SELECT 'clip', {_TRIALS} FROM kept_trials;
    INSERT INTO votes ({_VOTES}) SELECT {_VOTES} FROM kept_votes ORDER BY id
"""

OLD = ("votes", "trials", "participants", "sounds", "stimuli")
"""Whatever points to another table comes before it."""


def upgrade() -> None:
    """Keep the rows, make the tables anew, put the rows back."""
    for table in OLD:
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")
        op.drop_table(table)
    _make_studies_and_stimuli()
    _make_people()
    _make_trials()
    _make_votes()
    _put_back()
    for table in OLD:
        op.execute(f"DROP TABLE kept_{table}")


def downgrade() -> None:
    """Refused: what is known of several studies has no place in the older tables."""
    raise NotImplementedError("A database with studies cannot go back to one without.")


def _make_studies_and_stimuli() -> None:
    op.create_table(
        "studies",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("file", sa.Text, nullable=False, comment="the study file, as it was written"),
        sa.Column("versions", sa.JSON, nullable=False, comment="of what its clips were made with"),
        sa.Column("is_synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("frozen_at", MOMENT, comment="from then on no clip is added"),
        sa.Column("closed_at", MOMENT, comment="by hand, before its date"),
        sa.PrimaryKeyConstraint("id", name="pk_studies"),
    )
    op.create_table(
        "stimuli",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("study_id", sa.String(60), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("genre", sa.String(40), nullable=False),
        sa.Column("condition", sa.String(60), nullable=False),
        sa.Column("piece", sa.String(400), nullable=False),
        sa.Column("title", sa.String(400), nullable=False),
        sa.Column("length_s", sa.Float, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stimuli"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_stimuli_studies"),
        sa.UniqueConstraint(
            "study_id",
            "genre",
            "condition",
            "piece",
            name="uq_stimuli_study_id_genre_condition_piece",
        ),
        sa.CheckConstraint("role IN ('clip', 'catch', 'practice')", name="ck_stimuli_role"),
    )
    op.create_table(
        "sounds",
        sa.Column("stimulus_id", sa.String(32), nullable=False),
        sa.Column("mp3", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("stimulus_id", name="pk_sounds"),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimuli.id"], name="fk_sounds_stimuli"),
        comment="The clips themselves, so that a machine whose disk was emptied gets them back.",
    )


def _make_people() -> None:
    op.create_table(
        "participants",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("study_id", sa.String(60), nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("is_synthetic", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("consented_at", MOMENT, nullable=False),
        sa.Column("sound_checked_at", MOMENT),
        sa.Column("headphone_check", sa.Float, comment="share of right answers"),
        sa.Column("asked_before_at", MOMENT),
        sa.Column("asked_after_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_participants"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_participants_studies"),
        sa.UniqueConstraint("token", name="uq_participants_token"),
    )
    op.create_index("ix_participants_study_id", "participants", ["study_id"])
    op.create_table(
        "platform_ids",
        sa.Column("participant_id", sa.String(32), nullable=False),
        sa.Column("study_id", sa.String(60), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("platform_study", sa.String(200), nullable=False),
        sa.Column("session", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", name="pk_platform_ids"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_platform_ids_participants"
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_platform_ids_studies"),
        sa.UniqueConstraint(
            "study_id", "platform", "person", name="uq_platform_ids_study_id_platform_person"
        ),
        comment="Who a recruiting platform says that somebody is: apart from all answers.",
    )
    op.create_table(
        "answers",
        sa.Column("participant_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "name", name="pk_answers"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_answers_participants"
        ),
        comment="What participants say of themselves.",
    )


def _make_trials() -> None:
    op.create_table(
        "trials",
        sa.Column("participant_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("stimulus_id", sa.String(32), nullable=False),
        sa.Column("other_id", sa.String(32), comment="the second of a pair"),
        sa.Column("shown_at", MOMENT),
        sa.PrimaryKeyConstraint("participant_id", "position", name="pk_trials"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_trials_participants"
        ),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimuli.id"], name="fk_trials_stimuli"),
        sa.ForeignKeyConstraint(["other_id"], ["stimuli.id"], name="fk_trials_stimuli_other"),
        sa.UniqueConstraint(
            "participant_id", "stimulus_id", name="uq_trials_participant_id_stimulus_id"
        ),
        sa.UniqueConstraint("participant_id", "other_id", name="uq_trials_participant_id_other_id"),
        sa.CheckConstraint("role IN ('clip', 'catch', 'practice')", name="ck_trials_role"),
    )
    op.create_index("ix_trials_stimulus_id", "trials", ["stimulus_id"])
    op.create_index("ix_trials_other_id", "trials", ["other_id"])


def _make_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("participant_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("sureness", sa.Integer, nullable=False),
        sa.Column("heard_before", sa.String(10)),
        sa.Column("listened_s", sa.Float, nullable=False),
        sa.Column("plays", sa.Integer, nullable=False, server_default="1"),
        sa.Column("other_listened_s", sa.Float, comment="of a pair's second clip"),
        sa.Column("other_plays", sa.Integer, comment="of a pair's second clip"),
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


def _put_back() -> None:
    """Copy the kept rows; where there were any, they are those of the study `STUDY`."""
    connection = op.get_bind()
    kept = connection.execute(
        sa.text("SELECT DISTINCT genre FROM kept_stimuli ORDER BY genre")
    ).scalars()
    genres = list(kept)
    first = connection.scalar(sa.text("SELECT min(consented_at) FROM kept_participants"))
    if not genres and first is None:
        return
    _add_study(connection, genres)
    for statement in _COPIES.split(";"):
        connection.execute(sa.text(statement))


def _add_study(connection: sa.Connection, genres: list[str]) -> None:
    conditions = connection.execute(
        sa.text("SELECT DISTINCT condition FROM kept_stimuli ORDER BY condition")
    ).scalars()
    machines = [condition for condition in conditions if condition != "human"] or ["event"]
    file = dedent(
        f"""\
        name: {STUDY}
        title: Was this human?
        genres: {_as_list(genres or ["chorale"])}
        conditions: {_as_list(["human", *machines])}
        clips: 10
        """
    )
    connection.execute(
        sa.text(
            "INSERT INTO studies (id, file, versions, created_at) "
            "VALUES (:id, :file, '{}', CURRENT_TIMESTAMP)"
        ),
        {"id": STUDY, "file": file},
    )


def _as_list(names: list[str]) -> str:
    """A YAML list of texts: in JSON's quotes, 1812 stays no number and “no” no truth."""
    return json.dumps(names, ensure_ascii=False)
