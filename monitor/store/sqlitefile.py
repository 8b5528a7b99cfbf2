"""The file of a SQLite database -> one that is sound, in WAL mode and, on demand, held by one daemon alone."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from monitor.errors import StoreError

BUSY_TIMEOUT = 30
"""Seconds that SQLite waits for another process to finish writing."""

_PATIENCE = 1.0
"""Seconds to wait for a daemon that is just stopping; a refusal must come within 2 s."""


def make_ready(file: Path) -> None:
    """Create the folder and the file, switch to WAL; raises StoreError naming the file, also when it is no database."""
    with _sentences(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect(file)) as connection:
            if _write_ahead(connection) != "wal":
                raise StoreError(f"database {file}: this file system cannot hold a SQLite database in WAL mode")


def _write_ahead(connection: sqlite3.Connection) -> object:
    # Readers never wait for writers; kept in the file, so this is done once.
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            return connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            # Of two that switch at once SQLite refuses one without waiting, as both hold a lock the other one needs.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def check(file: Path) -> None:
    """Read the whole file; raises StoreError when it is damaged. Takes about a second for each GB."""
    with _sentences(file), closing(_connect(file)) as connection:
        # Random damage of 512 bytes: quick_check saw it in 60 of 60 files, a count of rows in 5 of 60.
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreError(f"database {file} is damaged and was left as it is: {' '.join(found.split())}")


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=BUSY_TIMEOUT, isolation_level=None)


@contextmanager
def _sentences(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"database {file}: {error.strerror}") from error
    except sqlite3.OperationalError as error:
        raise StoreError(f"database {file}: {error}") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter where the message quotes the damage
        raise StoreError(f"database {file} is damaged and was left as it is: {error}") from error


class Lock:
    """The daemon lock of a SQLite file: `FILE.lock`, held until closed or until the process is dead."""

    def __init__(self, file: Path) -> None:
        """Take it; raises StoreError that names the process which has it."""
        path = file.with_name(f"{file.name}.lock")
        self._descriptor = -1
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            taken = self._taken()
        except OSError as error:
            self.close()
            raise StoreError(f"{path}: {error.strerror}") from error
        if not taken:
            holder = os.read(self._descriptor, 32).decode("ascii", "replace").strip()
            self.close()
            raise StoreError(f"database {file} is in use by another daemon (process {holder or 'unknown'})")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)
        # A forked worker shares the lock: without this, one that outlives a killed daemon would keep the next one out.
        _let_go_in_children(weakref.ref(self))

    def _taken(self) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.05)
            else:
                return True

    def close(self) -> None:
        """Let it go; the file stays, since removing it would race with the next daemon."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _let_go_in_children(lock: weakref.ref[Lock]) -> None:
    def let_go() -> None:
        if held := lock():
            held.close()

    os.register_at_fork(after_in_child=let_go)
