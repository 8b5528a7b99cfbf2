"""What the daemon knows -> rows of a database that survive it: sources, articles, alerts and the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from monitor.store.database import Database
from monitor.store.intake import Intake
from monitor.store.listings import Listings
from monitor.store.outbox import Outbox
from monitor.store.recent import Recent
from monitor.store.rows import AlertRow, Also, ArticleRow, Counts, DeliveryRow, ReceiverState, SourceRow, StoryRow
from monitor.store.schema import upgrade
from monitor.store.sources import Sources
from monitor.store.sqlitefile import Lock, check, make_ready

__all__ = [
    "AlertRow",
    "Also",
    "ArticleRow",
    "Counts",
    "DeliveryRow",
    "Intake",
    "ReceiverState",
    "SourceRow",
    "Store",
    "StoryRow",
    "check_url",
]


def check_url(url: str) -> None:
    """Raise StoreError for the URL of a database that could never be opened; nothing is connected."""
    Database(url).close()


class Store(Sources, Outbox, Listings):
    """The memory of the daemon; safe to use from several threads, every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock: Lock | None = None
        self._alone = False
        self._recent = Recent()

    @classmethod
    def open(cls, url: str) -> Store:
        """Open `sqlite:///PATH` (created when absent) or `postgresql+psycopg://..` and upgrade its schema in place.

        Raises StoreError for another URL, a file that is no database, one of a later version or one out of reach.
        """
        with ExitStack() as undo:
            database = Database(url)
            undo.callback(database.close)
            if database.file:
                make_ready(database.file)
            upgrade(database)
            undo.pop_all()
        return cls(database)

    def hold(self) -> None:
        """Be the only daemon on a SQLite file until closed, and read the whole file once.

        Raises StoreError naming the process that is the daemon already, or for a damaged file, which is left as it is.
        Nothing on PostgreSQL, where several equal daemons share the work.
        """
        if not self._database.file or self._lock:
            return
        with ExitStack() as undo:
            lock = Lock(self._database.file)
            undo.callback(lock.close)
            check(self._database.file)
            undo.pop_all()
        self._lock, self._alone = lock, True

    @contextmanager
    def intake(self) -> Iterator[Intake]:
        """Take articles in: one transaction, committed when the block ends, undone when it raises."""
        with self._recent.held(), self._database.decide() as connection:
            intake = Intake(connection, self._recent)
            yield intake
            intake.finish()

    def close(self) -> None:
        """Wait for the intake that is at work, close the connections and let the daemon lock go."""
        self._recent.close()
        self._database.close()
        if self._lock:
            self._lock.close()
            self._lock, self._alone = None, False
