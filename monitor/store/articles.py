"""Article <-> its row, and which items are held already."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, bindparam, or_, select

from monitor.model import Article, DateFound, Evidence, LanguageScore, Match, Precision, Published
from monitor.store.tables import ITEM, identity, key

Value = TypeVar("Value", int, str)

GIVE_UP = 3
"""Failures after which an item that cannot be read is left alone: it may kill a worker process each time."""


def to_columns(article: Article) -> dict[str, Any]:
    """The columns of an article that come from the article itself."""
    start = article.published.start
    offset = start.utcoffset() if start else None
    return {
        "source": article.source,
        "guid": article.guid,
        "identity": identity(article.source, article.guid),
        "url": article.url,
        "page": article.page,
        "url_key": address_key(article),
        "title": article.title,
        "title_derived": article.title_derived,
        "lede": article.lede,
        "body": article.body,
        "agency": article.agency,
        "published": start,
        "published_offset": int(offset.total_seconds()) if offset else 0,
        "precision": article.published.precision,
        "refused": article.refused,
        "language": article.language,
        "declared": article.declared,
        "tags": article.tags,
        "boilerplate": article.boilerplate,
        "confidence": article.confidence,
        "scores": [[one.detector, one.language, one.probability] for one in article.scores],
        "dates": [_told(one) for one in article.dates],
    }


def address_key(article: Article) -> str | None:
    """What articles at the same address share; None without address."""
    address = article.page or article.url
    return key(address) if address else None


def _told(one: DateFound) -> list[str | None]:
    start = one.published.start
    return [one.where, one.written, start.isoformat() if start else None, one.published.precision, one.rejected]


def _found(where: str, written: str, start: str | None, precision: str, rejected: str | None) -> DateFound:
    """The date that `_told` told, which is not `Published.value`: that drops what a precision does not show."""
    published = Published(datetime.fromisoformat(start) if start else None, Precision(precision))
    return DateFound(where, written, published, rejected)


def to_article(row: RowMapping) -> Article:
    """The article of a row, its date with the offset that its publisher wrote."""
    return Article(
        source=row["source"],
        guid=row["guid"],
        url=row["url"],
        title=row["title"],
        title_derived=row["title_derived"],
        lede=row["lede"],
        body=row["body"],
        agency=row["agency"],
        published=to_published(row),
        language=row["language"],
        declared=row["declared"],
        tags=tuple(row["tags"]),
        boilerplate=tuple(row["boilerplate"]),
        refused=row["refused"],
        page=row["page"],
        confidence=row["confidence"],
        scores=tuple(LanguageScore(*one) for one in row["scores"] or ()),
        dates=tuple(_found(*one) for one in row["dates"] or ()),
    )


def to_published(row: Mapping[Any, Any]) -> Published:
    """The publication date of a row of articles."""
    start: datetime | None = row["published"]
    if start:
        start = start.astimezone(timezone(timedelta(seconds=row["published_offset"])))
    return Published(start, Precision(row["precision"]))


def to_match(row: RowMapping) -> Match:
    """The match of a row."""
    return Match(row["rule"], tuple(Evidence(**evidence) for evidence in row["evidence"]))


_SETTLED = or_(ITEM.c.failures == 0, ITEM.c.failures >= GIVE_UP)
_VERSIONS = select(ITEM.c.identity, ITEM.c.digest).where(
    ITEM.c.identity.in_(bindparam("keys", expanding=True)), _SETTLED
)


def batches(values: Collection[Value], size: int = 500) -> Iterator[Sequence[Value]]:
    """The values in parts that fit into one statement (SQLite takes 32,766 parameters, PostgreSQL 65,535)."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def held_items(connection: Connection, source: str, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (guid, digest) pairs of a source that were seen before, and read or given up (`GIVE_UP`)."""
    asked = {(identity(source, guid), digest): (guid, digest) for guid, digest in pairs}
    held: set[tuple[str, str]] = set()
    for keys in batches({item for item, _ in asked}):
        rows = connection.execute(_VERSIONS, {"keys": keys})
        held.update(asked[found] for row in rows if (found := (row.identity, row.digest)) in asked)
    return held
