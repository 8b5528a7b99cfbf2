"""Nothing that runs for each article, poll or send reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from monitor.model import (
    DeliveryKind,
    DeliveryState,
    FirstMention,
    Level,
    Placement,
    Sources,
    SourceState,
    Spike,
    Standing,
    Verdict,
)
from monitor.store import Store
from monitor.store.postings import Fresh, pack
from monitor.store.recent import MARKS
from monitor.store.tables import TRAIT

ROWS = 100
FEW = "(?:ix_source_ailing|ix_story_merged_into)"  # indexes of the few rows that are ailing or merged
Statements = list[tuple[str, Any]]


@pytest.fixture
def full(store: Store, make: Any) -> Store:
    """Rows in every table, eight hashes that many articles hold, a few sources that ail and items that are lost."""
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
                intake.raised(make.alert(number), ids[-1], make.to(("hook", ""), ("desk", "a@example.org")), make.now)
        intake.write()
        fresh = Fresh()
        fresh.holders = dict.fromkeys(range(1, 1000), pack("q", [(id_,) for id_ in ids[-50:]]))
        intake._recent.segments.add(intake._connection, fresh)
        holders = pack("qqd", [(id_ << MARKS, id_, 0.5) for id_ in ids[-48:]])
        rows = [{"hash": value, "holders": holders} for value in range(1, 1000)]
        intake._connection.execute(insert(TRAIT), rows)
    return store


@contextmanager
def statements(store: Store) -> Iterator[Statements]:
    """Every statement that the store executes meanwhile, with its parameters."""
    seen: Statements = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN", "PRAGMA", "SET")):
            seen.append((statement, parameters[0] if many and isinstance(parameters, list) else parameters))

    engines = {store._database._engine, store._database._writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def whole_tables(connection: Connection, engine: str, statement: str, parameters: Any) -> list[str]:
    """The tables of ours that the plan of a statement reads from end to end."""
    if engine == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        tables = "source|article|item|story|swallowed|recent|segment|part|trait|match|alert|delivery|enclosure|attempt"
        found = re.findall(rf"SCAN ({tables})\b(?! USING INDEX {FEW})", "\n".join(r[3] for r in plan))
        return [str(table) for table in found]
    # Small tables are rightly read whole; forbidden to, PostgreSQL does so only where it has no index to use.
    for way in ("seqscan", "hashjoin", "mergejoin"):
        connection.execute(text(f"SET LOCAL enable_{way} = off"))
    plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())
    # To go through all of an index is no better, except those that hold few rows.
    return re.findall(rf"(?:Seq Scan on|Scan using (?!{FEW})\w+ on) (\w+)[^\n]*$(?!\n +Index Cond)", plan, re.M)


def intake(store: Store, make: Any) -> None:
    sketch = make.sketch(ROWS, range(1, 9))
    with store.intake() as open_:
        open_.held_items("source-7", [("guid-7", "version-7"), ("guid-8", "version-8")])
        article = make.article(ROWS, source="source-1")
        of = open_.neighbours(article, sketch)[0].id
        open_.look_up([(article, sketch, range(1, 9)), (make.article(3), make.sketch(3), range(9, 30))], make.now)
        near = open_.candidates([(value, 0.5, 1) for value in range(1, 30)])
        open_.stories([one.story for one in near])
        open_.trait_rows([one.article for one in near])
        open_.told(["rule"], "story-4")
        open_.served(article, sketch, make.placement(4, Verdict.DUPLICATE, of))
        placement = make.placement(4, Verdict.UPDATE, of)
        standing = Standing(((7, 0.5, 1.0),))
        open_.merge("story-4", ("story-5", "story-6"))
        open_.texts("story-4")
        id_ = open_.keep(article, "v", None, sketch, placement, make.now, old=False, standing=standing)
        open_.matched(id_, [make.match()])
        open_.seen("source-7", "guid-7", "version-7", "stamp", make.now)
        open_.story("story-4")
        open_.others("story-4", id_)
        open_.raised(make.alert(4, nth=2), id_, make.to(("hook", "")), make.now)
        for kind in (DeliveryKind.DIGEST, DeliveryKind.SUMMARY, DeliveryKind.SPILL):
            slot = "2026-03-30" if kind is DeliveryKind.DIGEST else None
            open_.raised(make.alert(8, nth=9 + len(kind)), id_, make.to(("hook", ""), kind=kind, slot=slot), make.now)
        open_.is_closed("hook", "", "", "2026-04-01")
        open_.newest("hook", "", "another group")
        open_.nth_newest("hook", "", 30, make.now)
        open_.spill("desk", "a@example.org", "")
        open_.keyed(["rule"], "story-4")
        open_.alerts_told("story-4")
        day, hour = timedelta(days=1), timedelta(hours=1)
        for trigger in (Sources(3, hour), FirstMention(("a", "b"), 30 * day), Spike(5, 14 * day, day)):
            open_.past({"rule": trigger}, "story-4", make.now)
            open_.past({"rule": trigger}, "story-4", make.now)
        open_.cited("source-7", "guid-7", id_)
        open_.is_raised(make.alert(4), make.now)
        open_.last_events(["monitor.disk-full"])


def relay(store: Store, make: Any) -> None:
    claimed = store.claim("worker", make.now, timedelta(minutes=1), 10, ["hook", "desk"])
    store.sent(claimed[0], "worker", make.now, "ok")
    store.failed(claimed[1], "worker", make.now, "no", make.now + timedelta(minutes=5))
    store.claim("other", make.now + timedelta(hours=1), timedelta(minutes=1), 2, ["hook"])
    store.retry(claimed[1].id, make.now)
    store.drop(claimed[1].id, "jane", make.now)


def holding(store: Store, make: Any) -> None:
    with store.intake() as open_:
        id_ = open_.raised(make.alert(4, nth=3), 5, make.to(("hook", ""), hold=("nights",)), make.now)
    tomorrow = make.now + timedelta(days=1)
    assert store.claim("worker", make.now, timedelta(minutes=1), 10, ["hook"], hold=lambda _: tomorrow)
    assert [row.state for row in store.deliveries_of([id_])[id_]] == [DeliveryState.HELD]


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
        open_.mark_told({"source-7": make.now, "source-8": None})
        open_.unreadable("source-7", "lost", "v", "it died", make.now)
        open_.unreadable("source-7", "lost", "v", "it died", make.now)


def looking_up(store: Store, make: Any) -> None:
    row = store.article("https://example.org/4")
    assert row is not None
    store.article(str(row.id))
    store.alert(1)
    store.delivery(1)
    store.deliveries_of([1, 2])
    store.attempts(1)
    store.stamps("source-7")
    store.held_items("source-7", [("guid-7", "version-7")])


@pytest.mark.parametrize("work", [intake, relay, holding, polling, looking_up])
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


def test_a_batch_costs_few_statements(full: Store, make: Any) -> None:
    batch = [
        (make.article(200 + n), make.sketch(200 + n, range(1000 * n, 1000 * n + 32)), range(1000 * n, 1000 * n + 24))
        for n in range(50)
    ]
    with statements(full) as seen, full.intake() as open_:
        open_.look_up(batch, make.now)
        for article, sketch, hashes in batch:
            open_.holdings(hashes)
            open_.stories([one.story for one in open_.candidates([(value, 0.1, 1) for value in hashes], 0.5)])
            open_.neighbours(article, sketch)
            standing = Standing(tuple((value, 0.5, 1.0) for value in hashes))
            placement = Placement(Verdict.NEW, sketch.story, "nothing held says the same")
            id_ = open_.keep(article, "v", None, sketch, placement, make.now, old=False, standing=standing)
            open_.matched(id_, [make.match()])
    # One for every table that is read and written, and for the numbers of articles.
    assert len(seen) <= 16, seen


def test_a_disabled_receiver_does_not_hide_the_work_of_others(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 50, "dead")
    make.outbox(store, 3, "hook", due=now + timedelta(seconds=1))
    store.disable("dead", "410", now)
    claimed = store.claim("w", now + timedelta(minutes=1), timedelta(minutes=1), 10, ["dead", "hook"])
    assert [one.receiver for one in claimed] == ["hook"] * 3


@pytest.mark.parametrize("put_off", [2000])
def test_a_claim_finds_the_one_that_is_due_among_thousands_that_are_not(
    store: Store, make: Any, engine: str, now: datetime, put_off: int
) -> None:
    make.outbox(store, put_off, due=now + timedelta(hours=1))
    with store.intake() as open_:
        id_ = make.keep(open_, put_off + 1)
        open_.raised(make.alert(put_off + 1, level=Level.LOW), id_, make.to(("hook", "")), now)
    with statements(store) as seen:
        (claimed,) = store.claim("worker", now, timedelta(minutes=1), 1, ["hook"])
    assert claimed.alerts[0]["key"] == f"rule/story-{put_off + 1}/1"
    assert len(seen) <= 5
    with store._database.read() as connection:
        if engine == "postgresql":
            connection.execute(text("ANALYZE delivery"))
        prefix = "EXPLAIN QUERY PLAN" if engine == "sqlite" else "EXPLAIN"
        plans = [str(connection.exec_driver_sql(f"{prefix} {one}", asked).all()) for one, asked in seen[:2]]
    assert all("ix_delivery_due" in plan for plan in plans)
    assert all("TEMP B-TREE" not in plan for plan in plans[1:])


def test_taking_one_of_thousands_costs_no_more_than_one_of_hundreds(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 300)
    work = []
    for more in (0, 1500):
        make.outbox(store, more)
        with steps(store) as counted:
            for one in store.claim("worker", now, timedelta(minutes=1), 50, ["hook"]):
                assert store.sent(one, "worker", now, "ok")
        work.append(counted[0])
    if work[0]:  # only SQLite counts its steps
        assert work[1] < 1.2 * work[0]


@contextmanager
def steps(store: Store) -> Iterator[list[int]]:
    """How many hundred steps SQLite's machine makes meanwhile for those that write."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    with store._database.write() as connection:
        raw = connection.connection.driver_connection
    if hasattr(raw, "set_progress_handler"):
        raw.set_progress_handler(count, 100)
    yield counted
    if hasattr(raw, "set_progress_handler"):
        raw.set_progress_handler(None, 100)
