"""Alembic's entry: the steps that are asked for -> run on the connection that the store hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
