"""Any trouble with a database is one sentence, and costs exactly the transaction it hit."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from monitor.errors import StoreError
from monitor.model import SourceState
from monitor.store import Store
from monitor.store.database import Database

SECRET = "s3cr3t-canary"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "monitor.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/monitor.db",
        "sqlite:///monitor.db?mode=ro",
        "sqlite+aiosqlite:///monitor.db",
        "postgresql://host/db",
        "mysql://host/db",
        f"mysql://user:{SECRET}@host/db",
        f"postgresql+psycopg://user:{SECRET}@host:{SECRET}/db",
        f"{SECRET} postgresql",
    ],
)
def test_other_urls_are_refused_with_what_to_write_instead(url: str) -> None:
    with pytest.raises(StoreError, match=r"write sqlite:///PATH or postgresql\+psycopg://") as refused:
        Store.open(url)
    assert SECRET not in str(refused.value)


def test_one_connection_writes_for_all_threads_so_that_what_it_remembers_of_the_file_stays_true(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'monitor.db'}")

    def written(_: int) -> int:
        with database.read(), database.write() as connection:
            return id(connection.connection.dbapi_connection)

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(written, range(40)))) == 1
    database.close()


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("place", ["watch:{secret}@{host}/news", "watch@{host}/news?password={secret}"])
def test_a_server_out_of_reach_is_one_sentence_without_the_password(place: str) -> None:
    host = f"127.0.0.1:{_closed_port()}"
    with pytest.raises(StoreError) as refused:
        Store.open(f"postgresql+psycopg://{place.format(secret=SECRET, host=host)}")
    message = str(refused.value)
    assert message.startswith(f"database {host}/news: ")
    assert "refused" in message
    assert SECRET not in message
    assert "\n" not in message


def test_what_the_driver_says_is_told_without_the_password(postgres_url: Callable[..., str]) -> None:
    url = postgres_url().replace("postgres@", f"nobody:{SECRET}@") + f"&application_name={SECRET}&sslmode={SECRET}"
    with pytest.raises(StoreError) as refused:
        Store.open(url)
    assert "sslmode" in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_block_that_raises_leaves_nothing_and_its_error_passes(store: Store, make: Any) -> None:
    def take_in() -> None:
        with store.intake() as intake:
            id_ = make.keep(intake, 1)
            intake.matched(id_, [make.match()])
            intake.raised(make.alert(1), id_, make.to(("hook", "")), make.now)
            raise LookupError("a mistake of the code, not of the database")

    with pytest.raises(LookupError, match="a mistake"):
        take_in()
    counts = store.counts()
    assert (counts.articles, counts.stories, counts.alerts, sum(counts.deliveries.values())) == (0, 0, 0, 0)
    assert store.held_items("wire", [("guid-1", "version-1")]) == set()


def test_an_error_of_the_driver_becomes_one_sentence_and_undoes_the_block(store: Store, make: Any) -> None:
    def take_in_twice() -> None:
        with store.intake() as intake:
            make.keep(intake, 1)
            make.keep(intake, 1)

    with pytest.raises(StoreError) as refused:
        take_in_twice()
    assert "item" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "guid-1" not in str(refused.value)
    assert store.counts().articles == 0
    with store.intake() as intake:
        make.keep(intake, 1)
    assert store.counts().articles == 1


@pytest.mark.parametrize(("table", "column"), [("delivery", "state"), ("article", "precision"), ("alert", "level")])
def test_a_row_that_nobody_wrote_so_is_one_sentence(store: Store, make: Any, table: str, column: str) -> None:
    make.outbox(store, 1)
    with store.intake() as intake:
        intake._connection.execute(text(f"UPDATE {table} SET {column} = '7'"))

    def read() -> None:
        store.articles(10)
        store.alerts(10, suppressed=True)
        store.deliveries(10)

    with pytest.raises(StoreError, match=r"^database .* holds a row that cannot be read: .*7") as refused:
        read()
    assert "\n" not in str(refused.value)


def test_readers_do_not_wait_for_a_writer_and_see_nothing_of_it(store: Store, make: Any) -> None:
    with store.intake() as intake:
        make.keep(intake, 1)
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(store.counts).result(timeout=5).articles == 0
    assert store.counts().articles == 1


def test_threads_that_read_before_they_write_never_meet_a_locked_database(url: str, store: Store, make: Any) -> None:
    # Deferred transactions would fail here at once, and two stores share no lock of the process.
    other = Store.open(url)

    def take_in(number: int) -> None:
        with (store if number % 2 else other).intake() as intake:
            assert intake.held_items("wire", [(f"guid-{number}", f"version-{number}")]) == set()
            make.keep(intake, number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(take_in, range(80)))
    other.close()
    assert store.counts().articles == 80


def test_only_one_intake_runs_at_a_time_whoever_asks(url: str, store: Store, make: Any) -> None:
    # Two daemons that get the same item: the second sees what the first decided.
    other, inside, results = Store.open(url), threading.Event(), []

    def second() -> None:
        inside.wait(5)
        with other.intake() as intake:
            results.append(intake.held_items("wire", [("guid-1", "version-1")]))

    with ThreadPoolExecutor(1) as thread:
        with store.intake() as intake:
            waiting = thread.submit(second)
            inside.set()
            assert intake.held_items("wire", [("guid-1", "version-1")]) == set()
            make.keep(intake, 1)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
        waiting.result(timeout=10)
    assert results == [{("guid-1", "version-1")}]
    other.close()


def test_a_lost_connection_costs_one_call(postgres_url: Callable[..., str], make: Any) -> None:
    url = postgres_url()
    store = Store.open(url)
    killer = create_engine(url)

    def cut() -> None:
        with killer.connect() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))

    def take_in() -> None:
        with store.intake() as intake:
            make.keep(intake, 1)
            cut()
            make.keep(intake, 2)

    with pytest.raises(StoreError):
        take_in()
    assert store.counts().articles == 0
    cut()
    assert store.counts().articles == 0
    store.close()
    killer.dispose()


def test_the_session_of_a_stopped_daemon_is_ended_by_the_server(postgres_url: Callable[..., str]) -> None:
    store = Store.open(postgres_url())
    with store.intake() as intake:
        show = text("SHOW idle_in_transaction_session_timeout")
        assert intake._connection.execute(show).scalar_one() == "1min"
    store.close()


def test_a_commit_survives_power_loss_except_the_notes_of_polls(store: Store, engine: str) -> None:
    name, safe, fast = ("PRAGMA synchronous", 2, 1) if engine == "sqlite" else ("SHOW synchronous_commit", "on", "off")
    # In this order on the one connection that all take from the pool.
    kinds = [store._database.decide, store._database.note, store._database.write, store._database.note]
    found = []
    for kind in kinds:
        with kind() as connection:
            found.append(connection.exec_driver_sql(name).scalar_one())
    assert found == [safe, fast, safe, fast]


def test_what_goes_into_an_intake_is_safe(store: Store, engine: str, make: Any) -> None:
    name, safe = ("PRAGMA synchronous", 2) if engine == "sqlite" else ("SHOW synchronous_commit", "on")
    store.register({"wire": ("feed", "place")}, make.now)
    make.poll(store, "wire", SourceState())
    with store.intake() as intake:
        assert intake._connection.exec_driver_sql(name).scalar_one() == safe


def test_every_connection_to_sqlite_has_what_the_store_relies_on(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/monitor.db")
    with store.intake() as intake:
        settings = {
            name: intake._connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}
    store.close()


DISK_FULL = """
import resource, sys
from datetime import UTC, datetime, timedelta
from monitor.errors import StoreError
from monitor.store import Store

minute = timedelta(minutes=1)
now = datetime(2026, 1, 1, tzinfo=UTC)
store = Store.open(sys.argv[1])
store.register({"wire": ("feed", "place")}, now)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
stored = 0
try:
    while stored < 10_000:
        store.postpone({"wire": now + (stored + 1) * minute}, "x" * 3000)
        stored += 1
except StoreError as error:
    print(error)
print(stored, (store.source_rows()[0].state.next_due - now) // minute)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.postpone({"wire": now + timedelta(days=365)}, "healed")
print(store.source_rows()[0].state.because)
"""


def test_a_full_disk_is_one_sentence_loses_nothing_and_heals(tmp_path: Path, start: Callable[..., Any]) -> None:
    # A limit on the size of files is a full disk that needs no rights to make. A reader keeps the journal from being
    # emptied, so that it grows up to the limit.
    url = f"sqlite:///{tmp_path}/monitor.db"
    reader = Store.open(url)
    with reader._database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM source")
        output, _ = start(DISK_FULL, url).communicate(timeout=30)
    reader.close()
    error, counts, healed = output.splitlines()
    assert error.startswith(f"database {tmp_path}/monitor.db: ")
    acknowledged, found = counts.split()
    assert acknowledged == found
    assert 0 < int(found) < 10_000
    assert healed == "healed"
