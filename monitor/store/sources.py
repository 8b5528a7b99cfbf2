"""The configured sources and their polls -> rows: which exist, when each is due, what was seen there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update

from monitor.errors import StoreError
from monitor.model import SourceState
from monitor.store.articles import held_items
from monitor.store.database import Database
from monitor.store.rows import SourceRow
from monitor.store.tables import ARTICLE, ITEM, SOURCE

_STATE = [SOURCE.c[name] for name in SourceState.__dataclass_fields__]


class Sources:
    """The part of the store about polling."""

    _database: Database

    def register(self, sources: Mapping[str, tuple[str, str]], now: datetime) -> None:
        """Remember the configured sources (name -> kind and place); absent ones keep their history.

        New ones are due now. So are those that moved to another place: what is known of polling the old one says
        nothing of the new one.
        """
        with self._database.decide() as connection:
            found = connection.execute(select(SOURCE.c.name, SOURCE.c.kind, SOURCE.c.place))
            known = {row.name: (row.kind, row.place) for row in found}
            fresh = {**asdict(SourceState()), "next_due": now}
            new = [
                {"name": name, "kind": kind, "place": place, **fresh}
                for name, (kind, place) in sources.items()
                if name not in known
            ]
            if new:
                connection.execute(insert(SOURCE), new)
            for name, (kind, place) in sources.items():
                if known.get(name, (kind, place)) != (kind, place):
                    moved = update(SOURCE).where(SOURCE.c.name == name)
                    connection.execute(moved.values(kind=kind, place=place, **fresh))

    def source_state(self, name: str) -> SourceState:
        """How polling a source goes; that of a source never polled when it is unknown."""
        with self._database.read() as connection:
            row = connection.execute(select(*_STATE).where(SOURCE.c.name == name)).mappings().one_or_none()
        return SourceState(**row) if row else SourceState()

    def due(self, names: Collection[str], now: datetime) -> list[str]:
        """Those of the named sources that are to be polled, the longest overdue first."""
        wanted = set(names)
        statement = (
            select(SOURCE.c.name)
            .where(or_(SOURCE.c.next_due.is_(None), SOURCE.c.next_due <= now))
            .order_by(SOURCE.c.next_due.nulls_first(), SOURCE.c.name)
        )
        with self._database.read() as connection:
            return [name for name in connection.scalars(statement) if name in wanted]

    def polled(self, name: str, state: SourceState) -> None:
        """Remember how a poll went; raises StoreError for a source that was never registered."""
        with self._database.write() as connection:
            if not connection.execute(update(SOURCE).where(SOURCE.c.name == name).values(asdict(state))).rowcount:
                raise StoreError(f"{self._database.place}: no source is called '{name}'")

    def source_rows(self) -> list[SourceRow]:
        """Every source that is or was configured, by name."""
        taken = (
            select(ARTICLE.c.source, func.count().label("articles"), func.max(ARTICLE.c.first_seen).label("last"))
            .group_by(ARTICLE.c.source)
            .subquery()
        )
        statement = (
            select(SOURCE, taken.c.articles, taken.c.last)
            .outerjoin(taken, taken.c.source == SOURCE.c.name)
            .order_by(SOURCE.c.name)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).mappings().all()
        return [
            SourceRow(
                row["name"],
                row["kind"],
                SourceState(**{column.name: row[column] for column in _STATE}),
                row["articles"] or 0,
                row["last"],
            )
            for row in rows
        ]

    def stamps(self, source: str) -> dict[str, str | None]:
        """The latest stamp of every item seen at a source, by guid."""
        statement = select(ITEM.c.guid, ITEM.c.stamp).where(ITEM.c.source == source).order_by(ITEM.c.seen, ITEM.c.id)
        with self._database.read() as connection:
            return {row.guid: row.stamp for row in connection.execute(statement)}

    def held_items(self, source: str, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the (guid, digest) pairs of a source that were seen before."""
        with self._database.read() as connection:
            return held_items(connection, source, pairs)
