"""An empty database -> sources, articles, alerts and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create every table of version 0.1."""
    _sources()
    _stories()
    _articles()
    _items()
    _finders()
    _alerts()
    _deliveries()


def _sources() -> None:
    op.create_table(
        "source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("polled", _TIME),
        sa.Column("succeeded", _TIME),
        sa.Column("next_due", _TIME),
        sa.PrimaryKeyConstraint("name", name="pk_source"),
    )
    op.create_index("ix_source_next_due", "source", ["next_due"])


def _stories() -> None:
    op.create_table(
        "story",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("last_seen", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    )


def _articles() -> None:
    op.create_table(
        "article",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("url_key", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_derived", sa.Boolean(), nullable=False),
        sa.Column("lede", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text()),
        sa.Column("published", _TIME),
        sa.Column("published_offset", sa.Integer(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("declared", sa.Text()),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("boilerplate", sa.JSON(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("of", _ID),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("news", sa.JSON(), nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.ForeignKeyConstraint(["story"], ["story.id"], name="fk_article_story"),
        sa.ForeignKeyConstraint(["of"], ["article.id"], name="fk_article_of"),
        sqlite_autoincrement=True,
    )
    for columns in (
        ["identity", "id"],
        ["url_key", "id"],
        ["digest", "id"],
        ["story", "source"],
        ["source", "first_seen"],
    ):
        op.create_index(f"ix_article_{'_'.join(columns)}", "article", columns)


def _items() -> None:
    op.create_table(
        "item",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text()),
        sa.Column("article_id", _ID),
        sa.Column("seen", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.UniqueConstraint("identity", "digest", name="uq_item_identity_digest"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_item_article_id"),
    )
    op.create_index("ix_item_source_seen", "item", ["source", "seen"])


def _finders() -> None:
    op.create_table(
        "sentence",
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("hash", "article_id", name="pk_sentence"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_sentence_article_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "rule", name="pk_match"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_match_article_id"),
    )
    op.create_index("ix_match_rule_article_id", "match", ["rule", "article_id"])


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("suppressed", sa.Text()),
        sa.Column("story", sa.Text()),
        sa.Column("article_id", _ID),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("key", name="uq_alert_key"),
        sa.ForeignKeyConstraint(["story"], ["story.id"], name="fk_alert_story"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_alert_article_id"),
        sqlite_autoincrement=True,
    )
    told = sa.text("suppressed IS NULL")
    op.create_index("ix_alert_told", "alert", ["id"], sqlite_where=told, postgresql_where=told)
    for columns in (["story", "rule"], ["article_id"]):
        op.create_index(f"ix_alert_{'_'.join(columns)}", "alert", columns)


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", _ID, nullable=False),
        sa.Column("wire_id", sa.Text(), nullable=False),
        sa.Column("alert_id", _ID, nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("worker", sa.Text()),
        sa.Column("lease_until", _TIME),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("tried_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("wire_id", name="uq_delivery_wire_id"),
        sa.UniqueConstraint("alert_id", "receiver", "address", name="uq_delivery_alert_id_receiver_address"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_delivery_alert_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_due_at_id_receiver", "delivery", ["due_at", "id", "receiver"])
    op.create_index("ix_delivery_state", "delivery", ["state"])
    op.create_table(
        "disabled",
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("receiver", name="pk_disabled"),
    )
