"""What the daemon remembers -> SQLModel tables, the same on SQLite and PostgreSQL.

Classes give the schema; statements use the core tables at the end (measured: core inserts are four times as fast as
`session.add_all`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlmodel import Field

from monitor.model import Document, Habits
from monitor.store import outgoing
from monitor.store.columns import Id, Learnt, Moment, Words
from monitor.store.table import GIVEN, NUMBERED, ZERO, Row, identity, key

__all__ = ["identity", "key"]

# Most matches may be suppressed (a first fetch of old articles): the list of those told must not read past them.
_TOLD = text("suppressed IS NULL")
# Few sources ail and few items cannot be read: their indexes hold nothing else.
_AILING = text("trouble IS NOT NULL OR told IS NOT NULL")
_UNREADABLE = text("error IS NOT NULL")
_MERGED = text("merged_into IS NOT NULL")


class Source(Row, table=True):
    """A source that is or was configured, and how polling it goes (model.SourceState).

    `worker` polls it until `lease_until`, None when nobody does.
    """

    __table_args__ = (
        Index(None, "next_due"),
        Index("ix_source_ailing", "name", sqlite_where=_AILING, postgresql_where=_AILING),
    )

    name: str = Field(primary_key=True, sa_type=Words)
    kind: str = Field(sa_type=Words)
    place: str = Field(sa_type=Words)
    etag: str | None = Field(default=None, sa_type=Words)
    last_modified: str | None = Field(default=None, sa_type=Words)
    body: str | None = Field(default=None, sa_type=Words)
    url: str | None = Field(default=None, sa_type=Words)
    failures: int = 0
    error: str | None = Field(default=None, sa_type=Words)
    polled: datetime | None = Field(default=None, sa_type=Moment)
    succeeded: datetime | None = Field(default=None, sa_type=Moment)
    next_due: datetime | None = Field(default=None, sa_type=Moment)
    because: str | None = Field(default=None, sa_type=Words)
    trouble: str | None = Field(default=None, sa_type=Words)
    ailing: datetime | None = Field(default=None, sa_type=Moment)
    told: datetime | None = Field(default=None, sa_type=Moment)
    habits: Habits | None = Field(default=None, sa_type=Learnt)
    worker: str | None = Field(default=None, sa_type=Words)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)


class Story(Row, table=True):
    """The articles about one event; named by its first article.

    `opened` is the id of that article: the number of the story in the index of traits. `first`, `last`, `since` and
    `until` as in model.StoryHeld. A story that was swallowed has no articles any more, and `merged_into` is the one
    that has them: old ids stand in messages and in the keys of alerts.
    """

    __table_args__ = (
        Index(None, "opened"),
        Index("ix_story_merged_into", "merged_into", sqlite_where=_MERGED, postgresql_where=_MERGED),
    )

    id: str = Field(primary_key=True, sa_type=Words)
    title: str = Field(sa_type=Words)
    first_seen: datetime = Field(sa_type=Moment)
    last_seen: datetime = Field(sa_type=Moment)
    opened: int | None = Field(default=None, sa_type=Id)
    articles: int = Field(default=0, sa_column_kwargs=ZERO)
    first: datetime | None = Field(default=None, sa_type=Moment)
    last: datetime | None = Field(default=None, sa_type=Moment)
    since: datetime | None = Field(default=None, sa_type=Moment)
    until: datetime | None = Field(default=None, sa_type=Moment)
    merged_into: str | None = Field(default=None, sa_type=Words)


class Article(Row, table=True):
    """An article with its placement; duplicates are rows too, with `of` the article they repeat.

    `published` is UTC, `published_offset` the seconds east of it that the publisher wrote, so that a date is shown as
    it was given. `digest` is that of its sketch, `url_key` the key of `page`, or of `url` where there is none. `old`:
    too old to alert when it came. `day`, `traits` and `evidence` are of model.Standing; traits are packed, see
    recent.
    """

    __table_args__ = (
        Index(None, "identity", "id"),
        Index(None, "url_key", "id"),
        Index(None, "digest", "id"),
        Index(None, "story", "source"),
        Index(None, "story", "id"),
        Index(None, "source", "first_seen"),
        Index(None, "first_seen"),
        NUMBERED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    source: str = Field(sa_type=Words)
    guid: str = Field(sa_type=Words)
    identity: str = Field(sa_type=Words)
    url: str | None = Field(default=None, sa_type=Words)
    url_key: str | None = Field(default=None, sa_type=Words)
    title: str = Field(sa_type=Words)
    title_derived: bool
    lede: str = Field(sa_type=Words)
    body: str = Field(sa_type=Words)
    agency: str | None = Field(default=None, sa_type=Words)
    published: datetime | None = Field(default=None, sa_type=Moment)
    published_offset: int = 0
    precision: str = Field(sa_type=Words)
    refused: str | None = Field(default=None, sa_type=Words)
    old: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    language: str | None = Field(default=None, sa_type=Words)
    declared: str | None = Field(default=None, sa_type=Words)
    tags: list[str] = Field(sa_type=JSON)
    boilerplate: list[str] = Field(sa_type=JSON)
    digest: str = Field(sa_type=Words)
    story: str = Field(foreign_key="story.id", sa_type=Words)
    verdict: str = Field(sa_type=Words)
    of: int | None = Field(default=None, foreign_key="article.id", sa_type=Id)
    because: str = Field(sa_type=Words)
    news: list[str] = Field(sa_type=JSON)
    first_seen: datetime = Field(sa_type=Moment)
    page: str | None = Field(default=None, sa_type=Words)
    confidence: float | None = None
    scores: list[Any] | None = Field(default=None, sa_type=JSON)
    dates: list[Any] | None = Field(default=None, sa_type=JSON)
    day: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs=ZERO)
    traits: bytes | None = Field(default=None, sa_type=LargeBinary)
    evidence: Document | None = Field(default=None, sa_type=JSON(none_as_null=True))


class Item(Row, table=True):
    """Every version of every item ever seen; `article_id` is None for those without text.

    `failures` counts how often a version could not be read, `error` says why; both are cleared once it is read.
    """

    __table_args__ = (
        UniqueConstraint("identity", "digest"),
        Index(None, "source", "seen"),
        Index("ix_item_unreadable", "source", sqlite_where=_UNREADABLE, postgresql_where=_UNREADABLE),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    source: str = Field(sa_type=Words)
    guid: str = Field(sa_type=Words)
    identity: str = Field(sa_type=Words)
    digest: str = Field(sa_type=Words)
    stamp: str | None = Field(default=None, sa_type=Words)
    article_id: int | None = Field(default=None, foreign_key="article.id", sa_type=Id)
    seen: datetime = Field(sa_type=Moment)
    failures: int = Field(default=0, sa_column_kwargs=ZERO)
    error: str | None = Field(default=None, sa_type=Words)


class Segment(Row, table=True):
    """Hashes of rows of words that were stored together, see segments: so many bits of a hash tell its row.

    `filter` tells which hashes are not among them.
    """

    id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs=GIVEN)
    level: int = Field(sa_type=SmallInteger)
    bits: int = Field(sa_type=SmallInteger)
    filter: bytes = Field(sa_type=LargeBinary)


class Part(Row, table=True):
    """Some hashes of words in a row and the articles that hold them: what finds the near copies of an article.

    `id` is the number of their segment and the first bits of the hashes; `holders` is packed.
    """

    id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs=GIVEN)
    holders: bytes = Field(sa_type=LargeBinary)


class Trait(Row, table=True):
    """Something that articles name and the newest articles that name it: what finds the story of an article.

    One row for all holders: with a row for each, reading 1,130 hashes of an archive of 100,000 articles took ten times
    as long. `holders` is packed, see postings.
    """

    hash: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs=GIVEN)
    holders: bytes = Field(sa_type=LargeBinary)


class Recent(Row, table=True):
    """What an article tells the index, until it is stored there; or a story that another one swallowed (see recent).

    `article` is its id with marks, `number` that of its story; the story `merged` belongs to `number` now. A row with
    neither says that the index has what came before.
    """

    __table_args__ = (NUMBERED,)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    article: int | None = Field(default=None, sa_type=Id)
    number: int | None = Field(default=None, sa_type=Id)
    merged: int | None = Field(default=None, sa_type=Id)
    shingles: bytes | None = Field(default=None, sa_type=LargeBinary)
    traits: bytes | None = Field(default=None, sa_type=LargeBinary)


class Match(Row, table=True):
    """A rule that matched an article, with the passages."""

    __table_args__ = (Index(None, "rule", "article_id"),)

    article_id: int = Field(primary_key=True, foreign_key="article.id", sa_type=Id)
    rule: str = Field(primary_key=True, sa_type=Words)
    evidence: list[Document] = Field(sa_type=JSON)


class Alert(Row, table=True):
    """An alert, or with `suppressed` the reason why there is none (then `key` is None).

    `because` says which silence, or what hides it.
    """

    __table_args__ = (
        UniqueConstraint("key"),
        Index(None, "story", "rule"),
        Index(None, "article_id"),
        Index("ix_alert_told", "id", sqlite_where=_TOLD, postgresql_where=_TOLD),
        NUMBERED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    key: str | None = Field(default=None, sa_type=Words)
    rule: str = Field(sa_type=Words)
    version: str = Field(sa_type=Words)
    level: str = Field(sa_type=Words)
    tags: list[str] = Field(sa_type=JSON)
    reason: str | None = Field(default=None, sa_type=Words)
    suppressed: str | None = Field(default=None, sa_type=Words)
    because: str | None = Field(default=None, sa_type=Words)
    story: str | None = Field(default=None, foreign_key="story.id", sa_type=Words)
    article_id: int | None = Field(default=None, foreign_key="article.id", sa_type=Id)
    document: Document = Field(sa_type=JSON)
    created: datetime = Field(sa_type=Moment)


class Ruletext(Row, table=True):
    """What once stood in a rule file, compressed (zlib), under the SHA-256 of it."""

    hash: str = Field(primary_key=True, sa_type=Words)
    content: bytes = Field(sa_type=LargeBinary)


class Ruleset(Row, table=True):
    """The rule files that were live from a moment on, until those of the next row were.

    `files` are (path, hash of the content) in their order, `languages` those that they were read in.
    """

    __table_args__ = (NUMBERED,)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    hash: str = Field(sa_type=Words)
    languages: list[str] = Field(sa_type=JSON)
    files: list[Any] = Field(sa_type=JSON)
    live: datetime = Field(sa_type=Moment)


class Daemon(Row, table=True):
    """A process that runs, as far as is known: when it was heard of last, and how it does."""

    worker: str = Field(primary_key=True, sa_type=Words)
    host: str = Field(sa_type=Words)
    process: int
    started: datetime = Field(sa_type=Moment)
    seen: datetime = Field(sa_type=Moment)
    state: Document = Field(sa_type=JSON)


METADATA = outgoing.METADATA  # with the tables of both modules
SOURCE = METADATA.tables["source"]
STORY = METADATA.tables["story"]
ARTICLE = METADATA.tables["article"]
ITEM = METADATA.tables["item"]
SEGMENT = METADATA.tables["segment"]
PART = METADATA.tables["part"]
TRAIT = METADATA.tables["trait"]
RECENT = METADATA.tables["recent"]
MATCH = METADATA.tables["match"]
ALERT = METADATA.tables["alert"]
DELIVERY = METADATA.tables["delivery"]
ENCLOSURE = METADATA.tables["enclosure"]
ATTEMPT = METADATA.tables["attempt"]
RECEIVER = METADATA.tables["receiver"]
SILENCE = METADATA.tables["silence"]
ACKNOWLEDGEMENT = METADATA.tables["acknowledgement"]
RULETEXT = METADATA.tables["ruletext"]
RULESET = METADATA.tables["ruleset"]
DAEMON = METADATA.tables["daemon"]
