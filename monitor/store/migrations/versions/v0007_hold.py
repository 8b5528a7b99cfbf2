"""Deliveries that quiet hours put off once -> deliveries that know in which quiet hours they must not leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """What waits already leaves at the time it was given: which route led there is known no more."""
    op.add_column("delivery", sa.Column("hold", sa.Text()))
    op.create_index(
        "ix_delivery_hold",
        "delivery",
        ["receiver", "due_at"],
        sqlite_where=sa.text("hold IS NOT NULL AND due_at IS NOT NULL"),
        postgresql_where=sa.text("hold IS NOT NULL AND due_at IS NOT NULL"),
    )
