"""Sources that are only polled -> sources with habits, health and leases; items that could not be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add columns only: SQLite adds them without touching a row, whatever the size of the table."""
    for column in (
        sa.Column("body", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("because", sa.Text()),
        sa.Column("trouble", sa.Text()),
        sa.Column("ailing", _TIME),
        sa.Column("told", _TIME),
        sa.Column("habits", sa.JSON()),
        sa.Column("worker", sa.Text()),
        sa.Column("lease_until", _TIME),
    ):
        op.add_column("source", column)
    op.add_column("article", sa.Column("refused", sa.Text()))
    op.add_column("article", sa.Column("old", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("item", sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("item", sa.Column("error", sa.Text()))
    _index("ix_source_ailing", "source", "name", "trouble IS NOT NULL OR told IS NOT NULL")
    _index("ix_item_unreadable", "item", "source", "error IS NOT NULL")


def _index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
