"""Whose music a stimulus is: a human's, today's network's, or the system of 2018's."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; machine clips made before are those of today's network."""
    # In SQL, since SQLite takes a named check along with a new column and in no other way.
    op.execute(
        "ALTER TABLE stimuli ADD COLUMN condition VARCHAR(10) DEFAULT 'event' NOT NULL "
        "CONSTRAINT ck_stimuli_condition CHECK (condition IN ('human', 'event', 'article'))"
    )
    op.execute("UPDATE stimuli SET condition = 'human' WHERE truth = 'human'")


def downgrade() -> None:
    """Take it away again; what the system of 2018 made becomes a machine's like any other."""
    op.execute("ALTER TABLE stimuli DROP COLUMN condition")
