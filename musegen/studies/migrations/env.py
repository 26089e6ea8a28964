"""Runs migrations over the connection, and in the transaction, that the caller hands over."""

from alembic import context

from musegen.studies.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
