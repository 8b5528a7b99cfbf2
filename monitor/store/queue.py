"""Rows of an intake that wait -> bulk inserts, so that fifty articles cost hardly more statements than one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, text

from monitor.errors import StoreError
from monitor.store.bulk import Bulk
from monitor.store.tables import ARTICLE, ITEM, MATCH

_READ = ("stamp", "article_id", "seen")


class Queue:
    """The articles, item versions and matches that wait to be stored, and the ids of the articles to come."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reserved: list[int] = []
        self._last: int | None = None
        self.expected = 1
        self.articles: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []
        self.matches: list[dict[str, Any]] = []

    @property
    def newest(self) -> int:
        """The id of the newest article, 0 before the first one."""
        if self._last is None:
            self._last = int(self._connection.scalar(_NEWEST) or 0)
        return self._last

    def reserve(self) -> int:
        """The id of the next article; nobody else gives one meanwhile, and none is given twice, also after pruning."""
        if not self._reserved:
            if self._connection.dialect.name == "sqlite":
                # Rows that bring their id along move this number on.
                given = max(int(self._connection.scalar(_GIVEN) or 0), self._last or 0)
                self._reserved = list(range(given + self.expected, given, -1))
            else:
                asked = {"number": self.expected}
                self._reserved = sorted(self._connection.scalars(_NEXT, asked), reverse=True)
        self._last = self._reserved.pop()
        return self._last

    def write(self) -> None:
        """Store all of it; raises StoreError for an item version that was read before."""
        if self.articles:
            _ARTICLES.add(self._connection, self.articles)
        # A version that could not be read is one no longer, one that was read is not read again.
        if self.items and _VERSIONS.add(self._connection, self.items) != len(self.items):
            raise StoreError("an item version was stored before")
        if self.matches:
            _MATCHES.add(self._connection, self.matches)
        self.articles.clear()
        self.items.clear()
        self.matches.clear()


def _next_statement() -> Select[Any]:
    number = func.generate_series(1, bindparam("number")).table_valued("value")
    return select(func.nextval(func.pg_get_serial_sequence("article", "id"))).select_from(number)


_NEWEST = select(func.max(ARTICLE.c.id))
_GIVEN = text("SELECT seq FROM sqlite_sequence WHERE name = 'article'")
_NEXT = _next_statement()
_ARTICLES = Bulk(ARTICLE, ARTICLE.c.keys())
_CHANGED = ", ".join([*(f"{name} = excluded.{name}" for name in _READ), "failures = 0", "error = NULL"])
_VERSIONS = Bulk(
    ITEM,
    ("source", "guid", "identity", "digest", *_READ, "failures"),
    f"ON CONFLICT (identity, digest) DO UPDATE SET {_CHANGED} WHERE item.error IS NOT NULL",
)
_MATCHES = Bulk(MATCH, MATCH.c.keys())
