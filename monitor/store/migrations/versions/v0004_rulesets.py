"""A daemon whose rules nobody remembers -> the rule files that went live, and the daemons that run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """New tables only."""
    op.create_table(
        "ruletext",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_ruletext"),
    )
    op.create_table(
        "ruleset",
        sa.Column("id", _ID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("live", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ruleset"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "daemon",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("seen", _TIME, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_daemon"),
    )
