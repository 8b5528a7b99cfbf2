"""Silences that people add by commands -> rows, which end but are never deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from monitor.model import Document
from monitor.store.database import Database
from monitor.store.rows import SilenceRow
from monitor.store.tables import SILENCE, STORY


def silences(connection: Connection, now: datetime) -> list[SilenceRow]:
    """The silences that have not ended, in the order in which they were added."""
    there = select(SILENCE).where(or_(SILENCE.c.ends.is_(None), SILENCE.c.ends > now)).order_by(SILENCE.c.id)
    return [SilenceRow(**row) for row in connection.execute(there).mappings()]


def swallowed(connection: Connection, stories: Collection[str]) -> dict[str, str]:
    """Those of these stories that another one has swallowed, by their ids, with the id of that one."""
    if not stories:
        return {}
    asked = select(STORY.c.id, STORY.c.merged_into).where(STORY.c.id.in_(stories), STORY.c.merged_into.is_not(None))
    return {row.id: row.merged_into for row in connection.execute(asked)}


class Silences:
    """The part of the store about silences."""

    _database: Database

    def silence(
        self,
        matchers: Document,
        recurring: Document,
        author: str,
        comment: str,
        starts: datetime | None,
        ends: datetime | None,
        now: datetime,
    ) -> int:
        """Add a silence; gives its id."""
        row: dict[str, object] = {"matchers": matchers, "recurring": recurring, "author": author, "comment": comment}
        row |= {"starts": starts, "ends": ends, "created": now}
        with self._database.write() as connection:
            id_: int = connection.execute(insert(SILENCE).returning(SILENCE.c.id), row).scalar_one()
        return id_

    def silences(self, now: datetime | None = None) -> list[SilenceRow]:
        """All that were ever added, the oldest first; with `now` those that have not ended."""
        with self._database.read() as connection:
            if now:
                return silences(connection, now)
            return [SilenceRow(**row) for row in connection.execute(select(SILENCE).order_by(SILENCE.c.id)).mappings()]

    def swallowed(self, stories: Collection[str]) -> dict[str, str]:
        """Those of these stories that another one has swallowed, by their ids, with the id of that one."""
        with self._database.read() as connection:
            return swallowed(connection, stories)

    def expire(self, id_: int, now: datetime) -> bool:
        """End a silence now; False when there is none of this id, or it has ended."""
        lasting = (SILENCE.c.id == id_) & or_(SILENCE.c.ends.is_(None), SILENCE.c.ends > now)
        with self._database.write() as connection:
            return connection.execute(update(SILENCE).where(lasting).values(ends=now)).rowcount == 1
