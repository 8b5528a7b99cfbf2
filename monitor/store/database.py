"""A database URL -> transactions on SQLite or PostgreSQL, and every trouble with them as one sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from monitor.errors import StoreError
from monitor.store.sqlitefile import BUSY_TIMEOUT

CONNECT_TIMEOUT = 10
"""Seconds that a PostgreSQL server has to accept a connection."""

# All writers that must not decide at the same time take this one lock (the letters "newsmon").
_ADVISORY_LOCK = 0x6E6577736D6F6E
# KiB of pages that a connection to SQLite remembers. It forgets all of them when another one has written, so one writes
# for all threads, and those that read need little: five that did both had 4 MB each and forgot it all the time.
_READING = 1000
_WRITING = 4000
_URL_HELP = "write sqlite:///PATH or postgresql+psycopg://USER@HOST/DATABASE"


class Database:
    """An engine with the four kinds of transaction that the store knows: `read`, `note`, `write` and `decide`."""

    def __init__(self, url: str, *, lasting: bool = True) -> None:
        """What is written to one that is not `lasting` need not survive its process."""
        parsed = _parse(url)
        self.file = Path(parsed.database or "").absolute() if parsed.drivername == "sqlite" else None
        self.place = f"database {self.file or _server(parsed)}"
        self._secrets = [
            parsed.password,
            *(v for k, vs in parsed.normalized_query.items() if "password" in k for v in vs),
        ]
        self._engine = _sqlite(parsed, _READING) if self.file else _postgresql(parsed)
        self._writer = _sqlite(parsed, _WRITING) if self.file else self._engine
        self._immediate = self._writer.execution_options(write="FULL" if lasting else "OFF")
        self._relaxed = self._writer.execution_options(write="NORMAL")
        # Threads of one process queue here instead of polling SQLite's lock, which is unfair: of 800 writes by eight
        # threads the slowest took 0.74 s without this and 0.02 s with it.
        self._writing: AbstractContextManager[object] = threading.RLock() if self.file else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; raises StoreError, also for a row that cannot be turned into what it was."""
        try:
            with self._sentences(), self._engine.connect() as connection:
                yield connection
        except ValueError as error:
            raise StoreError(f"{self.place} holds a row that cannot be read: {self._reason(error)}") from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes, committed when the block ends, rolled back when it raises; raises StoreError."""
        with self._sentences(), self._writing, self._immediate.begin() as connection:
            yield connection

    @contextmanager
    def note(self) -> Iterator[Connection]:
        """The same without waiting for the disk: kept when the process dies, perhaps not when the machine does.

        For what costs nothing when it is lost, and comes so often that waiting would hold up the others: on a busy disk
        the end of a poll took 6 ms, nearly all of it waiting, and 0.2 ms like this.
        """
        with self._sentences(), self._writing, self._relaxed.begin() as connection:
            if not self.file:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    @contextmanager
    def decide(self) -> Iterator[Connection]:
        """A writing transaction that no other of this kind runs beside, in any process; raises StoreError."""
        with self.write() as connection:
            if not self.file:
                connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
            yield connection

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn what the driver raises into StoreError; errors of the code inside the block pass unchanged."""
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"{self.place}: {self._reason(error.orig)}") from error
        except PoolTimeoutError as error:
            raise StoreError(f"{self.place}: all connections are in use") from error

    def _reason(self, error: BaseException | None) -> str:
        """The first line of what the driver says, without passwords or statements."""
        lines = str(error).strip().splitlines() or [type(error).__name__]
        for secret in filter(None, self._secrets):
            lines[0] = lines[0].replace(str(secret), "***")
        return lines[0]

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        self._writer.dispose()


def _parse(url: str) -> URL:
    # The parsers of URLs and numbers quote their input, and with it a password: their text is never passed on.
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"the database URL cannot be read; {_URL_HELP}") from None
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise StoreError(f"databases of type '{parsed.drivername}' are not supported; {_URL_HELP}")
    if "\0" in url:
        raise StoreError(f"the database URL cannot be read; {_URL_HELP}")
    if parsed.drivername == "sqlite" and (parsed.host or parsed.query or parsed.database in (None, "", ":memory:")):
        raise StoreError(f"the SQLite URL names no file; {_URL_HELP}")
    return parsed


def _server(url: URL) -> str:
    """How messages call a PostgreSQL database: HOST[:PORT]/DATABASE."""
    host = url.host or url.query.get("host") or "localhost"
    return f"{host}{f':{url.port}' if url.port else ''}/{url.database or ''}"


def _sqlite(url: URL, cache: int) -> Engine:
    # isolation_level None: the driver begins no transactions of its own, `_begin` does.
    arguments = {"timeout": BUSY_TIMEOUT, "isolation_level": None}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        # Articles change pages all over their indexes: a log of 32 MB instead of 4 saves what is written to them often.
        connection.execute(f"PRAGMA cache_size = -{cache}")
        connection.execute("PRAGMA wal_autocheckpoint = 8000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once with "database is locked", whatever the
        # timeout (measured; python/cpython issue 124510), so writers take the lock first.
        if not (safety := connection.get_execution_options().get("write")):
            connection.exec_driver_sql("BEGIN")
            return
        # FULL: a commit survives power loss; NORMAL may lose the last ones, but never one without those after it; OFF
        # waits for nothing.
        connection.exec_driver_sql(f"PRAGMA synchronous = {safety}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL) -> Engine:
    arguments = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        # A daemon that is stopped inside a transaction must not hold the others up for ever.
        connection.autocommit = True
        connection.execute("SET TIME ZONE 'UTC'; SET idle_in_transaction_session_timeout = '60s'")
        connection.autocommit = False

    return engine
