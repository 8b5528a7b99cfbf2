"""A delivery for each alert -> deliveries that gather alerts, with every attempt; receivers and silences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_RANKS = "CASE level WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END"


def upgrade() -> None:
    """What was there is closed: its alerts stay alone in their messages, under the names these have on the wire."""
    connection = op.get_bind()
    op.add_column("alert", sa.Column("because", sa.Text()))
    # Kept aside, since SQLite loses rows that refer to a table while that is rebuilt.
    connection.execute(sa.text("CREATE TEMPORARY TABLE enclosed AS SELECT id, alert_id FROM delivery"))
    _change_deliveries(connection)
    _enclosures(connection)
    _attempts(connection)
    connection.execute(sa.text("DROP TABLE enclosed"))
    _receivers(connection)
    _silences()


def _change_deliveries(connection: sa.Connection) -> None:
    op.drop_index("ix_delivery_due_at_id_receiver", "delivery")
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_autoincrement": True}) as table:
        for column in (
            sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("'group'")),
            sa.Column("grouping", sa.Text(), nullable=False, server_default=sa.text("''")),
            sa.Column("gathering", sa.Text()),
            sa.Column("slot", sa.Text()),
            sa.Column("rank", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
            sa.Column("departs", _TIME),
            sa.Column("dropped", _TIME),
            sa.Column("dropped_by", sa.Text()),
        ):
            table.add_column(column)
        table.drop_constraint("uq_delivery_alert_id_receiver_address", type_="unique")
        table.drop_constraint("fk_delivery_alert_id", type_="foreignkey")
        table.drop_column("alert_id")
        table.create_unique_constraint("uq_delivery_gathering_slot", ["gathering", "slot"])
    ranks = f"SELECT {_RANKS} FROM enclosed JOIN alert ON alert.id = enclosed.alert_id WHERE enclosed.id = delivery.id"  # noqa: S608
    # On SQLite the copy must be found by its number, on PostgreSQL its statistics are unknown.
    connection.execute(sa.text("CREATE UNIQUE INDEX ix_enclosed ON enclosed (id)"))
    moment = "coalesce(tried_at, due_at, created)"
    connection.execute(sa.text(f"UPDATE delivery SET rank = coalesce(({ranks}), 0), departs = {moment}"))  # noqa: S608
    # A leased one is due again when its lease ends.
    leased = "UPDATE delivery SET due_at = lease_until WHERE state = 'leased' AND lease_until IS NOT NULL"
    connection.execute(sa.text(leased))
    _index("ix_delivery_due", ["receiver", "rank", "due_at", "id"], "due_at IS NOT NULL")
    _index("ix_delivery_capped", ["receiver", "address", "departs"], "kind IN ('group', 'spill')")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "delivery", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _enclosures(connection: sa.Connection) -> None:
    op.create_table(
        "enclosure",
        sa.Column("delivery_id", _ID, nullable=False, autoincrement=False),
        sa.Column("alert_id", _ID, nullable=False, autoincrement=False),
        sa.Column("counted", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("member", sa.Text()),
        sa.PrimaryKeyConstraint("delivery_id", "alert_id", name="pk_enclosure"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_enclosure_delivery_id"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_enclosure_alert_id"),
    )
    op.create_index("ix_enclosure_alert_id", "enclosure", ["alert_id"])
    op.create_index("ix_enclosure_member_delivery_id", "enclosure", ["member", "delivery_id"])
    copied = "INSERT INTO enclosure (delivery_id, alert_id) SELECT id, alert_id FROM enclosed ORDER BY id"
    connection.execute(sa.text(copied))


def _attempts(connection: sa.Connection) -> None:
    """Only the last attempt of each delivery is known: how it ended, not how long it took."""
    op.create_table(
        "attempt",
        sa.Column("delivery_id", _ID, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("outcome", sa.Text()),
        sa.Column("answer", sa.Text()),
        sa.Column("worker", sa.Text()),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_attempt"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_attempt_delivery_id"),
    )
    last = (
        "INSERT INTO attempt (delivery_id, number, at, outcome, answer) SELECT id, "
        "CASE state WHEN 'leased' THEN attempt - 1 ELSE attempt END, tried_at, "
        "CASE state WHEN 'sent' THEN 'sent' ELSE 'failed' END, answer FROM delivery "
        "WHERE tried_at IS NOT NULL AND (attempt > 1 OR (attempt = 1 AND state <> 'leased')) ORDER BY id"
    )
    connection.execute(sa.text(last))


def _receivers(connection: sa.Connection) -> None:
    op.create_table(
        "receiver",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("since", _TIME),
        sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("open_until", _TIME),
        sa.Column("attempts", sa.JSON()),
        sa.PrimaryKeyConstraint("name", name="pk_receiver"),
    )
    copied = "INSERT INTO receiver (name, reason, since) SELECT receiver, reason, since FROM disabled"
    connection.execute(sa.text(copied))
    op.drop_table("disabled")


def _silences() -> None:
    op.create_table(
        "silence",
        sa.Column("id", _ID, nullable=False),
        sa.Column("matchers", sa.JSON(), nullable=False),
        sa.Column("recurring", sa.JSON(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("starts", _TIME),
        sa.Column("ends", _TIME),
        sa.Column("created", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_silence"),
        sqlite_autoincrement=True,
    )
