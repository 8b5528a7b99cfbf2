"""A process that is killed leaves whole transactions behind and nothing half."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import create_engine, text

from monitor.model import KEPT, DeliveryState
from monitor.store import Store

TAKE_IN = """
import sys, time
from datetime import UTC, datetime
from monitor.model import *
from monitor.store import Envelope, Store, recent

recent.MANY = 8  # articles of which the index is told together
now = datetime(2026, 1, 1, tzinfo=UTC)
store = Store.open(sys.argv[1])
first, pause = int(sys.argv[2]), sys.argv[3] == "pause"
print("open", flush=True)
for group in range(first, first + 100_000, 3):
    with store.intake() as intake:
        for n in range(group, group + 3):
            article = Article("wire", f"g{n}", None, f"T{n}", False, "l", "b" * 2000, None, Published(), "fr")
            placement = Placement(Verdict.NEW, f"s{n}", "new")
            id_ = intake.keep(article, "v", None, Sketch(str(n), tuple(range(n, n + 20))), placement, now, old=False,
                              standing=Standing(((n, 0.5, 1.0), (n + 1, 0.5, 1.0))))
            intake.matched(id_, [Match("r")])
            alert = Alert("r", "v", Level.LOW, (), f"s{n}", Reason.FIRST, f"r/s{n}/1")
            both = (("hook", ""), ("desk", "a@example.org"))
            to = [Envelope(*one, DeliveryKind.GROUP, f"s{n}", "", now) for one in both]
            intake.raised(alert, id_, to, now)
        if pause:
            print("inside", flush=True)
            time.sleep(60)
    print(group + 3 - first, flush=True)
"""


def whole(url: str) -> int:
    """The number of articles, when everything that belongs to each of them is there."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
            for table in ("article", "story", "item", "match", "alert", "delivery")
        }
        for table, column, each, fresh in (("part", "shingles", 16, 8), ("trait", "traits", 24, 24)):
            indexed = f"(SELECT coalesce(sum(length(holders)), 0) / {each} FROM {table})"
            waiting = f"(SELECT coalesce(sum(length({column})), 0) / {fresh} FROM recent)"
            found[table] = int(connection.execute(text(f"SELECT {indexed} + {waiting}")).scalar_one())
    engine.dispose()
    articles = int(found["article"])
    each = {"article": 1, "story": 1, "item": 1, "part": KEPT, "trait": 2, "match": 1, "alert": 1, "delivery": 2}
    assert found == {table: number * articles for table, number in each.items()}
    assert articles % 3 == 0
    return articles


def test_a_process_killed_inside_an_intake_leaves_nothing_of_it(url: str, start: Callable[..., Any]) -> None:
    victim = start(TAKE_IN, url, "0", "pause")
    assert victim.stdout.readline() == "open\n"
    assert victim.stdout.readline() == "inside\n"
    victim.kill()
    victim.wait()
    store = Store.open(url)
    # The next daemon is not kept waiting by what the dead one held.
    began = time.monotonic()
    with store.intake() as intake:
        assert intake.held_items("wire", [("g0", "v"), ("g1", "v"), ("g2", "v")]) == set()
    assert time.monotonic() - began < 5
    store.close()
    assert whole(url) == 0


def test_killed_at_any_moment_every_acknowledged_intake_is_there_and_whole(
    url: str, engine: str, start: Callable[..., Any]
) -> None:
    random_pause = random.Random(7)
    acknowledged = 0
    for _ in range(2):
        before = whole(url) if acknowledged else 0
        victim = start(TAKE_IN, url, str(before), "go")
        assert victim.stdout.readline() == "open\n"
        victim.stdout.readline()
        time.sleep(random_pause.uniform(0, 0.2))
        victim.kill()
        lines = [int(line) for line in victim.communicate()[0].split()]
        acknowledged = before + max([3, *lines])
        assert whole(url) >= acknowledged
    if engine == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


CLAIM = """
import sys, time
from datetime import UTC, datetime, timedelta
from monitor.store import Store
store = Store.open(sys.argv[1])
store.hold()
claimed = store.claim("victim", datetime.fromisoformat(sys.argv[2]), timedelta(hours=1), 5, ["hook"])
print(len(claimed), flush=True)
time.sleep(60)
"""


def test_after_a_kill_between_send_and_mark_the_next_daemon_sends_with_the_same_name(
    store: Store, url: str, engine: str, make: Any, now: datetime, start: Callable[..., Any]
) -> None:
    make.outbox(store, 5)
    names = {row.wire_id for row in store.deliveries(10)}
    victim = start(CLAIM, url, now.isoformat())
    assert victim.stdout.readline() == "5\n"
    victim.kill()
    victim.wait()
    store.hold()
    store.give_back()
    later = now if engine == "sqlite" else now + make.hour
    again = store.claim("next", later, make.hour, 10, ["hook"])
    assert {one.wire_id for one in again} == names
    assert {one.attempt for one in again} == {2}
    assert all(store.sent(one, "next", later, "ok") for one in again)
    assert store.counts().deliveries[DeliveryState.SENT] == 5
