"""Nothing that runs for each article, poll or send reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from monitor.model import SourceState, Verdict
from monitor.store import Store
from monitor.store.tables import SENTENCE

ROWS = 100
Statements = list[tuple[str, Any]]


@pytest.fixture
def full(store: Store, make: Any) -> Store:
    """Rows in every table, eight sentences that all articles hold, a few sources that ail and items that are lost."""
    store.register({f"source-{number}": ("feed", "place") for number in range(ROWS)}, make.now)
    for number in range(5):
        make.poll(store, f"source-{number}", SourceState(trouble="it fails", next_due=make.now))
    with store.intake() as intake:
        ids = []
        for number in range(5):
            intake.unreadable("source-1", f"lost-{number}", "v", "it died", make.now)
        for number in range(ROWS):
            ids.append(make.keep(intake, number, source=f"source-{number % 10}"))
            if number % 4 == 0:
                intake.matched(ids[-1], [make.match()])
                intake.raised(make.alert(number), ids[-1], [("hook", ""), ("desk", "a@example.org")], make.now)
        rows = [{"hash": value, "article_id": id_} for value in range(1, 9) for id_ in ids]
        intake._connection.execute(insert(SENTENCE), rows)
    return store


@contextmanager
def statements(store: Store) -> Iterator[Statements]:
    """Every statement that the store executes meanwhile, with its parameters."""
    seen: Statements = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN", "PRAGMA", "SET")):
            seen.append((statement, parameters[0] if many else parameters))

    event.listen(store._database._engine, "before_cursor_execute", note)
    yield seen
    event.remove(store._database._engine, "before_cursor_execute", note)


def whole_tables(connection: Connection, engine: str, statement: str, parameters: Any) -> list[str]:
    """The tables of ours that the plan of a statement reads from end to end."""
    if engine == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        tables = r"SCAN (source|article|item|sentence|match|alert|delivery|story)\b(?! USING INDEX ix_source_ailing)"
        return re.findall(tables, "\n".join(r[3] for r in plan))
    # Small tables are rightly read whole; forbidden to, PostgreSQL does so only where it has no index to use.
    for way in ("seqscan", "hashjoin", "mergejoin"):
        connection.execute(text(f"SET LOCAL enable_{way} = off"))
    plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())
    # To go through all of an index is no better, except the one that holds the ailing only.
    return re.findall(
        r"(?:Seq Scan on|Scan using (?!ix_source_ailing)\w+ on) (\w+)[^\n]*$(?!\n +Index Cond)", plan, re.M
    )


def intake(store: Store, make: Any) -> None:
    sketch = make.sketch(ROWS, range(1, 9))
    with store.intake() as open_:
        open_.held_items("source-7", [("guid-7", "version-7"), ("guid-8", "version-8")])
        article = make.article(ROWS, source="source-1")
        of = open_.neighbours(article, sketch)[0].id
        open_.told(["rule"], "story-4")
        open_.served(article, sketch, make.placement(4, Verdict.DUPLICATE, of))
        id_ = open_.keep(article, "v", None, sketch, make.placement(4, Verdict.UPDATE, of), make.now, old=False)
        open_.matched(id_, [make.match()])
        open_.seen("source-7", "guid-7", "version-7", "stamp", make.now)
        open_.story("story-4")
        open_.others("story-4", id_)
        open_.raised(make.alert(4, nth=2), id_, [("hook", "")], make.now)


def relay(store: Store, make: Any) -> None:
    claimed = store.claim("worker", make.now, timedelta(minutes=1), 10, ["hook", "desk"])
    store.sent(claimed[0], "worker", make.now, "ok")
    store.failed(claimed[1], "worker", make.now, "no", make.now + timedelta(minutes=5))


def polling(store: Store, make: Any) -> None:
    later = make.now + timedelta(minutes=5)
    names = [f"source-{number}" for number in range(20)]
    store.due(names, make.now)
    store.due(names, make.now - timedelta(minutes=5))
    state = store.claim_sources("worker", names, make.now, timedelta(minutes=1))["source-7"]
    store.polled({"source-7": state}, "worker")
    store.ailing()
    store.overdue(names, make.now)
    store.postpone({"source-7": later}, "away")
    with store.intake() as open_:
        open_.told_sources({"source-7": make.now, "source-8": None})
        open_.unreadable("source-7", "lost", "v", "it died", make.now)
        open_.unreadable("source-7", "lost", "v", "it died", make.now)


def looking_up(store: Store, make: Any) -> None:
    row = store.article("https://example.org/4")
    assert row is not None
    store.article(str(row.id))
    store.alert(1)
    store.stamps("source-7")
    store.held_items("source-7", [("guid-7", "version-7")])


@pytest.mark.parametrize("work", [intake, relay, polling, looking_up])
def test_work_on_one_article_reads_no_whole_table(
    full: Store, make: Any, engine: str, work: Callable[[Store, Any], None]
) -> None:
    with statements(full) as seen:
        work(full, make)
    assert len(seen) > 3
    with full._database.read() as connection:
        for statement, parameters in seen:
            # SQLite lists the tables that refer to a new row; it reads them only while a deferred key is violated.
            if not statement.startswith("INSERT"):
                assert whole_tables(connection, engine, statement, parameters) == [], statement


def test_the_newest_are_listed_without_sorting_all(full: Store, make: Any, engine: str) -> None:
    with statements(full) as seen:
        full.articles(10)
        full.alerts(10, suppressed=False)
        full.alerts(10, suppressed=True)
        full.deliveries(10)
    with full._database.read() as connection:
        if engine == "postgresql":
            # A page of rows is rightly sorted; forbidden to, PostgreSQL sorts only where no index has the order.
            connection.execute(text("SET LOCAL enable_sort = off"))
        for statement, parameters in seen:
            prefix = "EXPLAIN QUERY PLAN" if engine == "sqlite" else "EXPLAIN"
            plan = str(connection.exec_driver_sql(f"{prefix} {statement}", parameters).all())
            if "LIMIT" in statement:
                assert "TEMP B-TREE" not in plan
                assert "Sort" not in plan


def test_what_was_given_up_is_counted_without_reading_all_items(full: Store, engine: str) -> None:
    with statements(full) as seen:
        full.source_rows()
    ((statement, parameters),) = seen
    with full._database.read() as connection:
        if engine == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        prefix = "EXPLAIN QUERY PLAN" if engine == "sqlite" else "EXPLAIN"
        plan = str(connection.exec_driver_sql(f"{prefix} {statement}", parameters).all())
    assert "ix_item_unreadable" in plan


@pytest.fixture
def boilerplate(full: Store, engine: str) -> Store:
    """The same, and 50,000 rare sentences with the statistics of many: PostgreSQL expects ten articles to hold each."""
    if engine == "postgresql":
        with full._database.write() as connection:
            rare = "SELECT 1000 * id + number, id FROM article, generate_series(1, 500) number"
            connection.execute(text(f"INSERT INTO sentence {rare}"))
            connection.execute(text("ALTER TABLE sentence ALTER hash SET (n_distinct = 5000)"))
            connection.execute(text("ANALYZE"))
    return full


def test_a_sentence_that_all_articles_hold_is_read_up_to_a_bound(boilerplate: Store, make: Any, engine: str) -> None:
    with statements(boilerplate) as seen, boilerplate.intake() as open_:
        assert open_.neighbours(make.article(ROWS), make.sketch(ROWS, range(1, 9)))
    ((statement, parameters),) = [one for one in seen if "json_" in one[0]]
    with boilerplate._database.read() as connection:
        if engine == "sqlite":
            # SQLite tells no numbers of rows; its plan tells the range, newer than the bound within one sentence.
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert "(hash=? AND article_id>?)" in str(plan)
            return
        plan = connection.exec_driver_sql(f"EXPLAIN ANALYZE {statement}", parameters).scalars().all()
    read = [int(one) for one in re.findall(r"on sentence.* rows=(\d+) loops=8", "\n".join(plan))]
    assert sorted(read) == [50, 51]


def test_a_disabled_receiver_does_not_hide_the_work_of_others(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 50, "dead")
    make.outbox(store, 3, "hook", due=now + timedelta(seconds=1))
    store.disable("dead", "410", now)
    claimed = store.claim("w", now + timedelta(minutes=1), timedelta(minutes=1), 10, ["dead", "hook"])
    assert [one.receiver for one in claimed] == ["hook"] * 3
