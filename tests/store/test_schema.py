"""A new or older database gets today's schema in place; a later one is refused."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, create_engine, insert, inspect, select, text

from monitor.errors import StoreError
from monitor.model import Habits, Level, SourceState, StoryHeld
from monitor.store import Store, schema
from monitor.store.tables import DELIVERY, ENCLOSURE, METADATA, RECEIVER

MIGRATIONS = str(Path(schema.__file__).parent / "migrations")


@pytest.fixture
def empty_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if engine == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    return str(request.getfixturevalue("postgres_url")("template1"))


def test_the_migrations_lead_to_the_tables_of_the_code(empty_url: str) -> None:
    Store.open(empty_url).close()
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
        tables = inspect(connection)
        for name, table in METADATA.tables.items():
            assert {frozenset(one["column_names"]) for one in tables.get_indexes(name) if not one["unique"]} == {
                frozenset(index.columns.keys()) for index in table.indexes
            }
            assert {tuple(one["constrained_columns"]) for one in tables.get_foreign_keys(name)} == {
                tuple(one.column_keys) for one in table.foreign_key_constraints
            }
    engine.dispose()


def test_the_names_of_the_migrations_are_those_of_the_code(empty_url: str) -> None:
    # A later migration drops a constraint by the name that the code gives it.
    Store.open(empty_url).close()
    engine = create_engine(empty_url)
    tables = inspect(engine)
    for name, table in METADATA.tables.items():
        found = {one["name"] for one in tables.get_foreign_keys(name) + tables.get_unique_constraints(name)}
        found |= {one["name"] for one in tables.get_indexes(name) if not one["unique"]}
        expected = {one.name for one in (*table.constraints, *table.indexes)} - {table.primary_key.name}
        assert found == expected
    engine.dispose()


def test_the_revision_that_needs_no_upgrade_is_the_last_one() -> None:
    assert ScriptDirectory(MIGRATIONS).get_heads() == [schema.HEAD]


def test_opening_again_changes_nothing(url: str, make: Any) -> None:
    for number in (1, 2, 3):
        store = Store.open(url)
        with store.intake() as intake:
            make.keep(intake, number)
        assert store.counts().articles == number
        store.close()


def old_database(url: str, revision: str) -> MetaData:
    """Bring an empty database to an earlier revision; gives its tables."""
    steps = Config()
    steps.set_main_option("script_location", MIGRATIONS)
    engine, tables = create_engine(url), MetaData()
    with engine.begin() as connection:
        steps.attributes["connection"] = connection
        command.upgrade(steps, revision)
        tables.reflect(connection)
    engine.dispose()
    return tables


def one_alert_each(reading: Connection, table: Table) -> list[dict[str, Any]]:
    """The outbox as it was when each delivery had one alert, and was due while it was leased."""
    columns = [DELIVERY.c[one.name] for one in table.columns if one.name != "alert_id"]
    rows = reading.execute(select(*columns, ENCLOSURE.c.alert_id).join(ENCLOSURE)).mappings()
    return [{**row, "due_at": row["created"] if row["state"] == "leased" else row["due_at"]} for row in rows]


def copy(tables: MetaData, of: str, to: str) -> None:
    """Copy the rows of a database into one that may lack some of the columns."""
    source, target = create_engine(of), create_engine(to)
    with source.connect() as reading, target.begin() as writing:
        there = inspect(reading).get_table_names()
        for table in (one for one in tables.sorted_tables if one.name in {*there, "disabled"}):
            if table.name == "delivery" and "alert_id" in table.columns:
                rows = one_alert_each(reading, table)
            elif table.name == "disabled":
                off = select(RECEIVER.c.name.label("receiver"), RECEIVER.c.reason, RECEIVER.c.since)
                rows = [row._asdict() for row in reading.execute(off)]
            else:
                rows = [row._asdict() for row in reading.execute(select(table))]
            if rows and table.name != "alembic_version":
                writing.execute(insert(table), rows)
                if writing.dialect.name == "postgresql" and "id" in table.columns and table.name != "story":
                    numbers = f"pg_get_serial_sequence('{table.name}', 'id')"
                    writing.execute(text(f"SELECT setval({numbers}, max(id)) FROM {table.name}"))
    source.dispose()
    target.dispose()


def known(store: Store, now: datetime) -> list[object]:
    """What a store of the first version tells."""
    alerts = store.alerts(10, suppressed=True)
    sources = [(row.name, row.kind, row.state, row.articles, row.last_article) for row in store.source_rows()]
    items = store.held_items("wire", [("guid-1", "version-1"), ("empty", "v"), ("other", "v")])
    rest = [store.articles(10), alerts, store.deliveries(10), store.counts(), store.stamps("wire"), store.disabled()]
    return [sources, items, *rest, store.due(["wire", "folder"], now)]


def test_a_filled_database_of_the_first_version_keeps_all_of_it(
    url: str, store: Store, empty_url: str, make: Any, now: datetime
) -> None:
    tables = old_database(empty_url, "0001")
    store.register({"wire": ("feed", "place"), "folder": ("files", "place")}, now)
    polled = SourceState('"e"', "yesterday", failures=2, error="it is down", polled=now, succeeded=now, next_due=now)
    make.poll(store, "wire", polled)
    make.outbox(store, 3)
    with store.intake() as intake:
        intake.seen("wire", "empty", "v", "stamp", now)
        intake.matched(1, [make.match()])
        intake.raised(make.suppressed(1), 1, [], now)
    store.disable("desk", "410 Gone", now)
    copy(tables, url, empty_url)
    upgraded = Store.open(empty_url)
    assert known(upgraded, now) == known(store, now)
    with upgraded.intake() as intake:
        (held,) = intake.neighbours(make.article(1), make.sketch(1))
        start = make.article(1).published.start
        end = make.article(1).published.latest
        assert intake.stories(["story-1"]) == [StoryHeld("story-1", 1, 1, start, start, start, end)]
        assert (held.old, held.published) == (False, make.article(1).published)
        for _ in range(3):
            intake.unreadable("wire", "bad", "v", "it died", now)
    claimed = upgraded.claim_sources("worker", ["wire"], now, make.hour)
    assert claimed == {"wire": polled}
    learnt = replace(polled, trouble="it fails", habits=Habits(arrivals=2))
    assert upgraded.polled({"wire": learnt}, "worker") == {"wire": True}
    assert upgraded.ailing() == [("wire", learnt)]
    assert [row.unreadable for row in upgraded.source_rows()] == [0, 1]
    upgraded.close()


def test_deliveries_of_one_alert_each_stay_what_they_are(
    url: str, store: Store, empty_url: str, make: Any, now: datetime
) -> None:
    tables = old_database(empty_url, "0005")
    levels = [Level.LOW, Level.MEDIUM, Level.HIGH, Level.CRITICAL, Level.INFO, Level.LOW]
    with store.intake() as intake:
        for number, level in enumerate(levels):
            id_ = make.keep(intake, number)
            to = make.to(("hook", ""), due_at=now - make.hour if number < 4 else now + number * make.hour)
            intake.raised(make.alert(number, level=level), id_, to, now)
    critical, high, medium, low = store.claim("old", now - make.hour, make.hour, 4, ["hook"])
    store.sent(critical, "old", now, "250 ok")
    store.failed(high, "old", now, "550 no", None)
    store.failed(medium, "old", now, "451 later", now + make.hour)
    copy(tables, url, empty_url)
    with closing(Store.open(empty_url)) as upgraded:
        assert upgraded.deliveries(10) == store.deliveries(10)
        assert upgraded.counts() == store.counts()
        told = [(one.number, one.at, one.outcome, one.answer) for one in upgraded.attempts(medium.id)]
        assert told == [(1, now, "failed", "451 later")]
        assert [one.outcome for one in upgraded.attempts(critical.id)] == ["sent"]
        assert upgraded.attempts(low.id) == [], "it was tried just then, and nothing was known of that"
        later = now + 9 * make.hour
        claimed = upgraded.claim("new", later, make.hour, 10, ["hook"])
        assert [one.alerts[0]["key"] for one in claimed] == [f"rule/story-{n}/1" for n in (1, 0, 5, 4)], "by rank"
        names = {row.id: row.wire_id for row in store.deliveries(10)}
        assert all(one.wire_id == names[one.id] for one in claimed)
        assert [one.attempt for one in claimed] == [2, 2, 1, 1]
        with upgraded.intake() as intake:
            id_ = intake.raised(make.alert(4, nth=2), 5, make.to(("hook", "")), later)
        (row,) = upgraded.deliveries_of([id_])[id_]
        assert row.id == 7, "no number is given twice"


def test_deliveries_of_before_quiet_hours_had_names_leave_when_they_were_to(
    url: str, store: Store, empty_url: str, make: Any, now: datetime
) -> None:
    tables = old_database(empty_url, "0006")
    make.outbox(store, 2)
    make.outbox(store, 1, due=now + make.hour)
    (failed,) = store.claim("old", now, make.hour, 1, ["hook"])
    store.failed(failed, "old", now, "451 later", now + make.hour)
    copy(tables, url, empty_url)
    with closing(Store.open(empty_url)) as upgraded:
        assert upgraded.deliveries(10) == store.deliveries(10)
        late = now + make.hour
        claimed = upgraded.claim("new", late, make.hour, 10, ["hook"], hold=lambda _: late + make.hour)
        assert [one.attempt for one in claimed] == [1, 2, 1]
        with upgraded.intake() as intake:
            to = make.to(("hook", ""), hold=("nights",), due_at=late)
            intake.raised(make.alert(9), make.keep(intake, 9), to, late)
        assert upgraded.claim("new", late, make.hour, 10, ["hook"], hold=lambda _: late + make.hour) == []


def test_a_damaged_file_of_the_first_version_is_not_upgraded(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    old_database(f"sqlite:///{file}", "0001")
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'story'").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    file.write_bytes(content)
    with pytest.raises(StoreError, match=f"{file} is damaged and was left as it is"):
        Store.open(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_a_database_of_a_later_version_is_refused_and_left_alone(empty_url: str) -> None:
    Store.open(empty_url).close()
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"later version of this program \(schema 9999\)"):
        Store.open(empty_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    engine.dispose()


def test_a_failed_upgrade_leaves_nothing_behind(empty_url: str) -> None:
    # The name of one of our tables is taken, so the first step fails half-way.
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE delivery (id INTEGER)"))
    with pytest.raises(StoreError, match="delivery"):
        Store.open(empty_url)
    assert inspect(engine).get_table_names() == ["delivery"]
    engine.dispose()


def test_many_may_open_a_new_database_at_once(empty_url: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        stores = list(threads.map(Store.open, [empty_url] * 8))
    for store in stores:
        assert store.counts().articles == 0
        store.close()
