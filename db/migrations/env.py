"""Alembic's entry: runs on the connection that `db.migrate` hands over, in its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table_schema="db")
context.run_migrations()
