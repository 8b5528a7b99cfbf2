"""A new or older database gets today's schema in place; a later one is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from monitor.errors import StoreError
from monitor.store import Store, schema
from monitor.store.tables import METADATA


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
    assert ScriptDirectory(str(Path(schema.__file__).parent / "migrations")).get_heads() == [schema.HEAD]


def test_opening_again_changes_nothing(url: str, make: Any) -> None:
    for number in (1, 2, 3):
        store = Store.open(url)
        with store.intake() as intake:
            make.keep(intake, number)
        assert store.counts().articles == number
        store.close()


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
