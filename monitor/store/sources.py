"""The configured sources and their polls -> rows: which exist, when each is due, who polls it, what was seen there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from monitor.model import SourceState
from monitor.store.articles import GIVE_UP, batches, held_items
from monitor.store.database import Database
from monitor.store.rows import SourceRow
from monitor.store.tables import ARTICLE, ITEM, SOURCE

_NAMES = tuple(SourceState.__dataclass_fields__)
_STATE = [SOURCE.c[name] for name in _NAMES]
# A poll began before the operator was told and ends after it: what it brings back says nothing about that.
_OF_A_POLL = tuple(name for name in _NAMES if name != "told")
# Several daemons may share the rows.
CLOCKS_DIFFER = timedelta(minutes=5)
_NOBODY = {"worker": None, "lease_until": None}


class Sources:
    """The part of the store about polling."""

    _database: Database

    def register(self, sources: Mapping[str, tuple[str, str]], now: datetime) -> None:
        """Remember the configured sources (name -> kind and place); absent ones keep their history.

        New ones are due now. So are those that moved to another place: what is known of polling the old one says
        nothing of the new one, and whoever polls it just now no longer holds it. Where all is known nothing is written.
        """
        with self._database.read() as connection:
            known = _places(connection)
        if all(known.get(name) == place for name, place in sources.items()):
            return
        with self._database.decide() as connection:
            known = _places(connection)  # another daemon may have registered them meanwhile
            fresh = {**_columns(SourceState(), _NAMES), **_NOBODY, "next_due": now}
            new = [
                {"name": name, "kind": kind, "place": place, **fresh}
                for name, (kind, place) in sources.items()
                if name not in known
            ]
            moved = [
                {"called": name, "kind": kind, "place": place, **fresh}
                for name, (kind, place) in sources.items()
                if known.get(name, (kind, place)) != (kind, place)
            ]
            for statement, rows in ((insert(SOURCE), new), (_CALLED, moved)):
                if rows:
                    connection.execute(statement, rows)

    def due(self, names: Collection[str], now: datetime) -> list[str]:
        """Those of the named sources that are to be polled and that nobody polls, the longest overdue first."""
        with self._database.read() as connection:
            found = connection.scalars(_DUE, {"now": now}).all()
        wanted = set(names) if found else set()
        return [name for name in found if name in wanted]

    def claim_sources(
        self, worker: str, names: Collection[str], now: datetime, lease: timedelta
    ) -> dict[str, SourceState]:
        """Lease those of the named sources to a worker that nobody holds, whenever they are due; gives their states.

        `worker` is unique for each start of a process. Two workers never get the same source (see `Outbox.claim`).
        """
        mine = {"now": now, "claimer": worker, "until": now + lease}
        with self._database.note() as connection:
            claimed = [
                row
                for part in batches(sorted(names))
                for row in connection.execute(_CLAIMED, {**mine, "names": part}).all()
            ]
        return dict(map(_named, claimed))

    def polled(self, states: Mapping[str, SourceState], worker: str) -> dict[str, bool]:
        """Remember how polls went (name -> state) and let the sources go; of each whether the worker still held it.

        Nothing is stored for a source that another has taken over. All of a state but `told`, which belongs to
        `Intake.mark_told`: the operator may be told during a poll. The next poll finds out again what a power
        failure takes of it.
        """
        held = {}
        with self._database.note() as connection:
            for name, state in sorted(states.items()):  # in one order, or two daemons may wait for one another
                after = {**_columns(state, _OF_A_POLL), **_NOBODY, "called": name, "holder": worker}
                held[name] = connection.execute(_HELD, after).rowcount == 1
        return held

    def postpone(self, due: Mapping[str, datetime], because: str) -> None:
        """Poll sources (name -> when) later than they are due, for that reason; what is due later by now is left."""
        rows = [{"called": name, "later": later, "because_then": because} for name, later in due.items()]
        if rows:
            # Two that write many rows in another order each would wait for one another for ever.
            with self._database.decide() as connection:
                connection.execute(_POSTPONED, rows)

    def overdue(self, names: Collection[str], before: datetime) -> list[tuple[str, datetime | None, datetime]]:
        """Those of the named sources that were due before a time: name, when something new came last, when due."""
        wanted = set(names)
        statement = select(SOURCE.c.name, SOURCE.c.habits, SOURCE.c.next_due).where(SOURCE.c.next_due < before)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(SOURCE.c.next_due, SOURCE.c.name)).all()
        return [(name, habits.newest, due) for name, habits, due in rows if name in wanted]

    def wake(self, now: datetime, longest: timedelta) -> None:
        """Let the sources be due that a clock ahead of its time put to sleep, or leased.

        They were polled after `now`, are due later than the `longest` pause allows, or leased for longer than that.
        """
        later = now + CLOCKS_DIFFER
        ahead = or_(
            SOURCE.c.polled > later, SOURCE.c.next_due > later + longest, SOURCE.c.lease_until > later + longest
        )
        awake = {"polled": case((SOURCE.c.polled > later, now), else_=SOURCE.c.polled), "next_due": now, **_NOBODY}
        with self._database.decide() as connection:
            connection.execute(update(SOURCE).where(ahead).values(because="the clock was ahead", **awake))

    def ailing(self) -> list[tuple[str, SourceState]]:
        """The sources that have a trouble, or one that the operator was told of, by name; also those not configured."""
        with self._database.read() as connection:
            return list(map(_named, connection.execute(_AILING)))

    def source_rows(self) -> list[SourceRow]:
        """Every source that is or was configured, by name."""
        taken = (
            select(ARTICLE.c.source, func.count().label("articles"), func.max(ARTICLE.c.first_seen).label("last"))
            .group_by(ARTICLE.c.source)
            .subquery()
        )
        # The comparison with NULL is what lets both engines use the index of the few items that have an error.
        lost = (
            select(ITEM.c.source, func.count().label("unreadable"))
            .where(ITEM.c.error.is_not(None), ITEM.c.failures >= GIVE_UP)
            .group_by(ITEM.c.source)
            .subquery()
        )
        statement = (
            select(SOURCE.c.name, SOURCE.c.kind, taken.c.articles, taken.c.last, lost.c.unreadable, *_STATE)
            .outerjoin(taken, taken.c.source == SOURCE.c.name)
            .outerjoin(lost, lost.c.source == SOURCE.c.name)
            .order_by(SOURCE.c.name)
        )
        with self._database.read() as connection:
            return [
                SourceRow(name, kind, SourceState(*state), articles or 0, last, unreadable or 0)
                for name, kind, articles, last, unreadable, *state in connection.execute(statement)
            ]

    def stamps(self, source: str) -> dict[str, str | None]:
        """The latest stamp of every item seen at a source, by guid."""
        statement = select(ITEM.c.guid, ITEM.c.stamp).where(ITEM.c.source == source).order_by(ITEM.c.seen, ITEM.c.id)
        with self._database.read() as connection:
            return {row.guid: row.stamp for row in connection.execute(statement)}

    def held_items(self, source: str, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the (guid, digest) pairs of a source that were seen before, and read or given up."""
        with self._database.read() as connection:
            return held_items(connection, source, pairs)


def _places(connection: Connection) -> dict[str, tuple[str, str]]:
    rows = connection.execute(select(SOURCE.c.name, SOURCE.c.kind, SOURCE.c.place))
    return {name: (kind, place) for name, kind, place in rows}


def _columns(state: SourceState, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(state, name) for name in names}


def _named(row: Row[Any]) -> tuple[str, SourceState]:
    return row[0], SourceState(*row[1:])


def _claimed_statement() -> ReturningUpdate[Any]:
    free = (
        select(SOURCE.c.name)
        .where(SOURCE.c.name.in_(bindparam("names", expanding=True)), _UNHELD)
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    return (
        update(SOURCE)
        .where(SOURCE.c.name.in_(select(free.c.name)))
        .values(worker=bindparam("claimer"), lease_until=bindparam("until"))
        .returning(SOURCE.c.name, *_STATE)
    )


# Built once: a poll runs two of these statements, and thousands of polls end in a pass.
_UNHELD = or_(SOURCE.c.lease_until.is_(None), SOURCE.c.lease_until <= bindparam("now"))
_DUE = (
    select(SOURCE.c.name)
    .where(or_(SOURCE.c.next_due.is_(None), SOURCE.c.next_due <= bindparam("now")), _UNHELD)
    # In this order, which no index has, SQLite reads the due ones only; else all, to save sorting them.
    .order_by(SOURCE.c.next_due.is_not(None), SOURCE.c.next_due, SOURCE.c.name)
)
_CLAIMED = _claimed_statement()
_CALLED = update(SOURCE).where(SOURCE.c.name == bindparam("called"))
_HELD = _CALLED.where(SOURCE.c.worker == bindparam("holder"))
_POSTPONED = _CALLED.where(SOURCE.c.next_due < bindparam("later")).values(
    next_due=bindparam("later"), because=bindparam("because_then")
)
_AILING = (
    select(SOURCE.c.name, *_STATE)
    .where(or_(SOURCE.c.trouble.is_not(None), SOURCE.c.told.is_not(None)))
    .order_by(SOURCE.c.name)
)
