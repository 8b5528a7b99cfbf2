"""What the daemon knows -> rows of a database that survive it: sources, articles, alerts and the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from monitor.store.acknowledgements import Acknowledgements
from monitor.store.archive import Archive
from monitor.store.daemons import Daemons
from monitor.store.database import Database
from monitor.store.figures import Done, Figures, Numbers, Tallies
from monitor.store.intake import Intake
from monitor.store.listings import Listings
from monitor.store.outbox import Outbox
from monitor.store.recent import Recent
from monitor.store.rows import (
    Acknowledged,
    AlertRow,
    Also,
    Archived,
    ArticleRow,
    AttemptRow,
    Counts,
    DaemonRow,
    DeliveryRow,
    Envelope,
    LiveRules,
    ReceiverState,
    RuleHits,
    SilenceRow,
    SourceRow,
    StoryRow,
)
from monitor.store.rulesets import Rulesets
from monitor.store.schema import upgrade
from monitor.store.silences import Silences
from monitor.store.sources import Sources
from monitor.store.sqlitefile import Lock, check, make_ready

__all__ = [
    "Acknowledged",
    "AlertRow",
    "Also",
    "Archived",
    "ArticleRow",
    "AttemptRow",
    "Counts",
    "DaemonRow",
    "DeliveryRow",
    "Done",
    "Envelope",
    "Figures",
    "Intake",
    "LiveRules",
    "ReceiverState",
    "RuleHits",
    "SilenceRow",
    "SourceRow",
    "Store",
    "StoryRow",
    "check_url",
    "is_there",
]


def check_url(url: str) -> None:
    """Raise StoreError for the URL of a database that could never be opened; nothing is connected."""
    Database(url).close()


def is_there(url: str) -> bool:
    """Whether opening a database would make no new file; of a server it is taken for granted. Raises StoreError."""
    with closing(Database(url)) as database:
        return database.file is None or database.file.exists()


class Store(Sources, Outbox, Silences, Acknowledgements, Listings, Archive, Rulesets, Daemons, Numbers):
    """The memory of the daemon; safe to use from several threads, every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock: Lock | None = None
        self._alone = False
        self._recent = Recent()
        self._tallies = Tallies()

    @classmethod
    def open(cls, url: str, *, lasting: bool = True) -> Store:
        """Open `sqlite:///PATH` (created when absent) or `postgresql+psycopg://..` and upgrade its schema in place.

        A SQLite file that is not `lasting` is written without waiting for the disk: it is thrown away after use.
        Raises StoreError for another URL, a file that is no database, one of a later version or one out of reach.
        """
        with ExitStack() as undo:
            database = Database(url, lasting=lasting)
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

    @property
    def folder(self) -> Path | None:
        """Where a SQLite file lies; None for a server."""
        return self._database.file.parent if self._database.file else None

    def close(self) -> None:
        """Wait for the intake that is at work, close the connections and let the daemon lock go."""
        self._recent.close()
        self._database.close()
        if self._lock:
            self._lock.close()
            self._lock, self._alone = None, False
