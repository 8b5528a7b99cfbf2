"""Alerts -> alerts of which somebody may say that they were seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody has said so of any yet."""
    op.create_table(
        "acknowledgement",
        sa.Column("alert_id", _ID, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.PrimaryKeyConstraint("alert_id", name="pk_acknowledgement"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_acknowledgement_alert_id"),
    )
