"""Sentences, stories that never merge -> shingles, traits, stories that merge, and what an article tells of itself."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_ARTICLE = sa.table(
    "article",
    *(sa.column(name) for name in ("id", "story", "verdict", "published_offset", "precision")),
    sa.column("published", _TIME),
    sa.column("first_seen", _TIME),
)
_TIMES = ("first", "last", "since", "until")
_STORY = sa.table(
    "story", sa.column("id"), sa.column("opened"), sa.column("articles"), *(sa.column(name, _TIME) for name in _TIMES)
)
_MANY = 1000  # rows that are in memory at a time


def upgrade() -> None:
    """Old articles are still found by their item, and by an address that nothing is taken from to know the page by.

    Their digests and hashes of sentences say nothing to today's sketch.
    """
    zero = sa.text("0")
    for column in (
        sa.Column("page", sa.Text()),
        sa.Column("confidence", sa.Float()),
        sa.Column("scores", sa.JSON()),
        sa.Column("dates", sa.JSON()),
        sa.Column("day", sa.SmallInteger(), nullable=False, server_default=zero),
        sa.Column("traits", sa.LargeBinary()),
        sa.Column("evidence", sa.JSON()),
    ):
        op.add_column("article", column)
    op.create_index("ix_article_first_seen", "article", ["first_seen"])
    op.add_column("story", sa.Column("opened", _ID))
    op.add_column("story", sa.Column("articles", sa.Integer(), nullable=False, server_default=zero))
    for name in _TIMES:
        op.add_column("story", sa.Column(name, _TIME))
    op.add_column("story", sa.Column("merged_into", sa.Text()))
    _tell_stories(op.get_bind())
    op.create_index("ix_story_opened", "story", ["opened"])
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index("ix_story_merged_into", "story", ["merged_into"], sqlite_where=merged, postgresql_where=merged)
    op.drop_table("sentence")
    for name in ("shingle", "trait"):
        op.create_table(
            name,
            sa.Column("hash", _ID, nullable=False, autoincrement=False),
            sa.Column("holders", sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint("hash", name=f"pk_{name}"),
        )
    op.create_table(
        "recent",
        sa.Column("id", _ID, nullable=False),
        *(sa.Column(name, _ID) for name in ("article", "number", "merged")),
        *(sa.Column(name, sa.LargeBinary()) for name in ("shingles", "traits")),
        sa.PrimaryKeyConstraint("id", name="pk_recent"),
        sqlite_autoincrement=True,
    )


def _tell_stories(connection: sa.Connection) -> None:
    """What each story has to tell of its articles."""
    rows = connection.execute(
        sa.select(_ARTICLE).order_by(_ARTICLE.c.story, _ARTICLE.c.id), execution_options={"yield_per": _MANY}
    )
    update = sa.update(_STORY).where(_STORY.c.id == sa.bindparam("story"))
    waiting = []
    for story, articles in groupby(rows, key=lambda row: row.story):
        waiting.append({"story": story, **_told(list(articles))})
        if len(waiting) == _MANY:
            connection.execute(update, waiting)
            waiting.clear()
    if waiting:
        connection.execute(update, waiting)


def _told(articles: list[Any]) -> dict[str, Any]:
    own = [one for one in articles if one.verdict != "duplicate"]
    times = [_aware(one.published or one.first_seen) for one in own if one.precision != "month"]
    dated = [one for one in own if one.published]
    return {
        "opened": articles[0].id,
        "articles": len(own),
        "first": min(times, default=None),
        "last": max(times, default=None),
        "since": min((_aware(one.published) for one in dated), default=None),
        "until": max((_latest(one) for one in dated), default=None),
    }


def _latest(article: Any) -> datetime:
    """The end of the day or month that it was published on, as the publisher counts it."""
    start = _aware(article.published)
    try:
        local = start.astimezone(timezone(timedelta(seconds=article.published_offset)))
        days = {"day": 1, "month": calendar.monthrange(local.year, local.month)[1]}.get(article.precision, 0)
        return (local + timedelta(days=days)).astimezone(UTC)
    except OverflowError:  # the last day there is
        return start


def _aware(time: datetime) -> datetime:
    """SQLite gives UTC without saying so."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)
