"""Sources are remembered, and asked for when they are due."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from monitor.model import SourceState
from monitor.store import SourceRow, Store

MINUTE = timedelta(minutes=1)


def test_a_new_source_is_due_now(store: Store, now: datetime) -> None:
    store.register({"wire": ("feed", "place")}, now)
    assert store.due(["wire"], now - MINUTE) == []
    assert store.due(["wire"], now) == ["wire"]
    assert store.source_state("wire") == SourceState(next_due=now)


def test_registering_again_keeps_what_is_known(store: Store, now: datetime) -> None:
    state = SourceState('W/"é"', "yesterday", 3, "it is down", now, now - MINUTE, now + MINUTE)
    store.register({"wire": ("feed", "place")}, now)
    store.polled("wire", state)
    store.register({"wire": ("feed", "place"), "new": ("files", "place")}, now + MINUTE)
    assert store.source_state("wire") == state
    assert [(row.name, row.kind) for row in store.source_rows()] == [("new", "files"), ("wire", "feed")]


def test_a_source_that_moved_is_polled_as_a_new_one(store: Store, now: datetime) -> None:
    store.register({"wire": ("feed", "here")}, now)
    store.polled("wire", SourceState('"e"', "yesterday", 3, "it is down", now, now - MINUTE, now + MINUTE))
    store.register({"wire": ("feed", "there")}, now)
    assert store.source_state("wire") == SourceState(next_due=now)


def test_a_source_never_heard_of_has_the_state_of_one_never_polled(store: Store) -> None:
    assert store.source_state("ghost") == SourceState()


def test_a_source_is_due_at_its_time_the_longest_overdue_first(store: Store, now: datetime) -> None:
    store.register(dict.fromkeys("abcd", ("feed", "place")), now)
    store.polled("a", SourceState(next_due=now))
    store.polled("b", SourceState(next_due=now - MINUTE))
    store.polled("c", SourceState(next_due=now + MINUTE))
    store.polled("d", SourceState(next_due=None))
    assert store.due("abcd", now) == ["d", "b", "a"]


def test_a_source_no_longer_configured_keeps_its_history_but_is_not_due(store: Store, now: datetime) -> None:
    store.register({"old": ("feed", "place"), "wire": ("feed", "place")}, now)
    assert store.due({"wire"}, now) == ["wire"]
    assert store.due([], now) == []
    assert [row.name for row in store.source_rows()] == ["old", "wire"]


def test_rows_tell_how_much_came_and_when(store: Store, make: Any, now: datetime) -> None:
    store.register({"wire": ("feed", "place"), "empty": ("files", "place")}, now)
    with store.intake() as intake:
        make.keep(intake, 1)
        make.now += MINUTE
        make.keep(intake, 2)
    assert store.source_rows() == [
        SourceRow("empty", "files", SourceState(next_due=now), 0, None),
        SourceRow("wire", "feed", SourceState(next_due=now), 2, now + MINUTE),
    ]


def test_several_daemons_may_register_the_same_sources_at_once(url: str, now: datetime) -> None:
    stores = [Store.open(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda store: store.register(dict.fromkeys("abc", ("feed", "place")), now), stores))
    assert [row.name for row in stores[0].source_rows()] == ["a", "b", "c"]
    for store in stores:
        store.close()


def test_the_stamp_of_an_item_is_that_of_the_version_seen_last(store: Store, now: datetime) -> None:
    with store.intake() as intake:
        intake.seen("folder", "a.txt", "v1", "stamp 1", now)
        intake.seen("folder", "a.txt", "v2", "stamp 2", now + MINUTE)
        intake.seen("folder", "b.txt", "v1", None, now)
        intake.seen("other", "c.txt", "v1", "stamp", now)
    assert store.stamps("folder") == {"a.txt": "stamp 2", "b.txt": None}
    with store.intake() as intake:
        intake.seen("folder", "a.txt", "v1", "stamp 3", now + 2 * MINUTE)
    assert store.stamps("folder") == {"a.txt": "stamp 3", "b.txt": None}
    assert store.stamps("nowhere") == {}
