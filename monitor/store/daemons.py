"""Running daemons -> rows that say how each of them does, for who asks from outside."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from monitor.model import Document
from monitor.store.database import Database
from monitor.store.rows import DaemonRow
from monitor.store.tables import DAEMON

FORGOTTEN = timedelta(days=1)
"""After so long a daemon that says nothing any more is forgotten."""


class Daemons:
    """The part of the store about daemons."""

    _database: Database
    _alone: bool

    def started(self, worker: str, host: str, process: int, now: datetime, state: Document) -> None:
        """Remember a daemon that runs from now on, and forget those that were killed as far as that is certain."""
        row = {"worker": worker, "host": host, "process": process, "started": now, "seen": now, "state": state}
        with self._database.write() as connection:
            gone = DAEMON.c.worker.is_not(None) if self._alone else DAEMON.c.seen < now - FORGOTTEN
            connection.execute(delete(DAEMON).where(gone))
            connection.execute(insert(DAEMON), row)

    def lives(self, worker: str, now: datetime, state: Document) -> None:
        """Remember that a daemon still runs, and how it does."""
        with self._database.note() as connection:
            connection.execute(update(DAEMON).where(DAEMON.c.worker == worker).values(seen=now, state=state))

    def ended(self, worker: str) -> None:
        """Forget a daemon that has stopped."""
        with self._database.write() as connection:
            connection.execute(delete(DAEMON).where(DAEMON.c.worker == worker))

    def daemons(self) -> list[DaemonRow]:
        """The daemons that run, or that were killed lately, in the order in which they started."""
        with self._database.read() as connection:
            rows = connection.execute(select(DAEMON).order_by(DAEMON.c.started, DAEMON.c.worker)).mappings()
            return [DaemonRow(**row) for row in rows]
