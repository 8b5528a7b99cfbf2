"""A moment -> the articles first seen since then, the oldest first, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import bindparam, func, select

from monitor.model import Alert, Article
from monitor.store.articles import to_article
from monitor.store.database import Database
from monitor.store.past import decided_on, is_raised, last_of
from monitor.store.rows import Archived
from monitor.store.tables import ARTICLE

_PAGE = 200  # articles that are in memory at once, and of a transaction: none lasts as long as its reader may take


class Archive:
    """The part of the store that is read from one end to the other."""

    _database: Database

    def archived(self, since: datetime) -> int:
        """How many articles `archive` gives, when none comes meanwhile."""
        with self._database.read() as connection:
            return connection.scalars(_COUNT, {"since": since}).one()

    def archived_article(self, id_: int) -> Article | None:
        """One article as it was kept; None where it is not held."""
        with self._database.read() as connection:
            row = connection.execute(_ONE, {"id": id_}).mappings().one_or_none()
        return None if row is None else to_article(row)

    def last_match(self, rule: str) -> datetime | None:
        """When the newest article was first seen that a rule matched; None for none that was no old news."""
        with self._database.read() as connection:
            return last_of(connection, rule)

    def is_raised(self, alert: Alert, since: datetime) -> bool:
        """Whether an alert of no story is stored: under its key, or about the same since then, hidden by a silence."""
        with self._database.read() as connection:
            return is_raised(connection, alert, since)

    def decided(self, articles: Collection[int]) -> set[tuple[int, str]]:
        """(article, rule) for each match of these articles on which it is stored that somebody is told, or why not."""
        with self._database.read() as connection:
            return decided_on(connection, articles)

    def archive(self, since: datetime) -> Iterator[Archived]:
        """The articles first seen since then in the order they were kept in, also those that come meanwhile."""
        with self._database.read() as connection:
            last = (connection.scalar(_FIRST, {"since": since}) or 0) - 1
        while True:
            with self._database.read() as connection:
                rows = connection.execute(_NEXT, {"last": last}).mappings().all()
            # Polls that ran side by side end in another order than they began in.
            recent = (row for row in rows if row["first_seen"] >= since)
            yield from (Archived(row["id"], to_article(row), row["first_seen"], row["old"]) for row in recent)
            if len(rows) < _PAGE:
                return
            last = rows[-1]["id"]


_SINCE = ARTICLE.c.first_seen >= bindparam("since")
_COUNT = select(func.count()).select_from(ARTICLE).where(_SINCE)
_FIRST = select(func.min(ARTICLE.c.id)).where(_SINCE)
# By the number alone: through the index of `first_seen` all articles that are left would be sorted for each page.
_NEXT = (
    select(*(one for one in ARTICLE.c if one.name not in ("traits", "evidence", "news")))
    .where(ARTICLE.c.id > bindparam("last"))
    .order_by(ARTICLE.c.id)
    .limit(_PAGE)
)
_ONE = select(ARTICLE).where(ARTICLE.c.id == bindparam("id"))
