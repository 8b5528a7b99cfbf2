"""A SQLite file is sound, and held by one daemon at a time."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.store import Store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "deep" / "monitor.db"


@pytest.fixture
def file_url(file: Path) -> str:
    return f"sqlite:///{file}"


def test_the_folder_is_created(file: Path, file_url: str) -> None:
    Store.open(file_url).close()
    assert file.is_file()


def test_a_folder_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StoreError, match=f"{tmp_path}/var/monitor.db: (Not a directory|File exists)"):
        Store.open(f"sqlite:///{tmp_path}/var/monitor.db")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=f"database {tmp_path}: unable to open database file"):
        Store.open(f"sqlite:///{tmp_path}")


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").touch()
    store = Store.open(f"sqlite:///{tmp_path}/monitor.db")
    assert store.counts().articles == 0
    store.close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    file.write_text("Dear diary, " * 1000)
    with pytest.raises(StoreError, match=f"{file} is damaged and was left as it is: file is not a database"):
        Store.open(f"sqlite:///{file}")
    assert file.read_text() == "Dear diary, " * 1000


def damaged(file: Path, content: bytes, seed: int) -> bytes:
    """Write a file with noise in the place of 512 bytes."""
    noise = random.Random(seed)
    page = noise.randrange(len(content) // 4096) * 4096
    broken = content[:page] + noise.randbytes(512) + content[page + 512 :]
    file.parent.mkdir(parents=True)
    file.write_bytes(broken)
    return broken


@pytest.mark.parametrize("seed", range(10))
def test_no_daemon_starts_on_a_damaged_file_which_is_left_alone(
    file: Path, file_url: str, filled: bytes, seed: int
) -> None:
    content = damaged(file, filled, seed)

    def start() -> None:
        with closing(Store.open(file_url)) as store:
            store.hold()

    with pytest.raises(StoreError, match=f"{file} is damaged and was left as it is") as refused:
        start()
    assert "\n" not in str(refused.value)
    assert file.read_bytes() == content
    # Nor is it locked: who repairs it can start.
    file.write_bytes(filled)
    start()


QUESTIONS: dict[str, Callable[[Store], object]] = {
    "source": Store.source_rows,
    "article": lambda store: store.articles(100),
    "match": lambda store: store.articles(100),
    "alert": lambda store: store.alerts(100, suppressed=True),
    "delivery": lambda store: store.deliveries(100),
}


@pytest.mark.parametrize("table", QUESTIONS)
def test_whoever_only_reads_a_damaged_file_gets_one_sentence(
    file: Path, file_url: str, filled: bytes, table: str
) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(filled)
    with closing(sqlite3.connect(file)) as connection:
        root = "SELECT rootpage FROM sqlite_master WHERE name = ? AND type = 'table'"
        (page,) = connection.execute(root, [table]).fetchone()
    noise = random.Random(page).randbytes(4096)
    file.write_bytes(filled[: (page - 1) * 4096] + noise + filled[page * 4096 :])
    with closing(Store.open(file_url)) as store, pytest.raises(StoreError, match=f"^database {file}: .*malformed$"):
        QUESTIONS[table](store)


def test_a_second_daemon_is_refused_within_two_seconds_by_the_pid_of_the_first(file_url: str) -> None:
    first, second = Store.open(file_url), Store.open(file_url)
    first.hold()
    began = time.monotonic()
    with pytest.raises(StoreError, match=rf"in use by another daemon \(process {os.getpid()}\)"):
        second.hold()
    assert time.monotonic() - began < 2
    assert second.counts().articles == 0
    first.close()
    second.hold()
    second.close()


def test_a_lock_that_cannot_be_written_is_named(file: Path, file_url: str) -> None:
    store = Store.open(file_url)
    file.with_name("monitor.db.lock").mkdir()
    with pytest.raises(StoreError, match=r"monitor\.db\.lock: Is a directory"):
        store.hold()
    store.close()


def test_holding_twice_is_holding_once(file_url: str) -> None:
    store = Store.open(file_url)
    store.hold()
    store.hold()
    store.close()
    other = Store.open(file_url)
    other.hold()
    other.close()


def test_a_daemon_that_is_just_stopping_is_waited_for(file_url: str) -> None:
    first, second = Store.open(file_url), Store.open(file_url)
    first.hold()
    timer = threading.Timer(0.2, first.close)
    timer.start()
    second.hold()
    timer.join()
    second.close()


HOLD = """
import os, sys, time
from monitor.store import Store
store = Store.open(sys.argv[1])
store.hold()
if "fork" in sys.argv and os.fork() == 0:
    time.sleep(30)
print("held", flush=True)
time.sleep(30)
"""


@pytest.mark.parametrize("worker", ["alone", "fork"])
def test_the_lock_of_a_killed_daemon_is_no_block(file_url: str, start: Callable[..., Any], worker: str) -> None:
    # Also when a worker process that it forked lives on for a while.
    daemon = start(HOLD, file_url, worker)
    assert daemon.stdout.readline() == "held\n"
    store = Store.open(file_url)
    with pytest.raises(StoreError, match=f"process {daemon.pid}"):
        store.hold()
    daemon.kill()
    daemon.wait()
    store.hold()
    store.close()


def test_on_postgresql_several_daemons_hold_at_once(postgres_url: Callable[..., str], now: datetime) -> None:
    url = postgres_url()
    stores = [Store.open(url) for _ in range(3)]
    for store in stores:
        store.hold()
    for store in stores:
        store.register({"wire": ("feed", "place")}, now)
        store.close()
