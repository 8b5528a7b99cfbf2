"""Sources are remembered, asked for when they are due, and polled by one worker at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.model import Habits, SourceState
from monitor.store import SourceRow, Store

MINUTE = timedelta(minutes=1)
FEED = ("feed", "place")


def whole(now: datetime) -> SourceState:
    """A state of which nothing has its default."""
    habits = Habits(
        arrivals=7,
        since=now - 9 * MINUTE,
        newest=now,
        gap=1.5,
        longest=3600.25,
        ttl=60,
        skip_hours=(0, 23),
        skip_days=(6,),
        language="fr",
        charset="é\x00\ud800",
        other="en",
        other_since=now,
        dated=30,
        refused=2,
        moved_to="https://example.org/",
        moved_times=2,
        moved_since=now,
    )
    return SourceState(
        etag='W/"é"',
        last_modified="yesterday",
        body="digest",
        url="https://example.org/new",
        failures=3,
        error="it is down",
        polled=now,
        succeeded=now - MINUTE,
        next_due=now + MINUTE,
        because="it asked for a pause",
        trouble="it fails",
        ailing=now - 5 * MINUTE,
        habits=habits,
    )


def test_a_new_source_is_due_now(store: Store, make: Any, now: datetime) -> None:
    store.register({"wire": FEED}, now)
    assert store.due(["wire"], now - MINUTE) == []
    assert store.due(["wire"], now) == ["wire"]
    assert make.state(store, "wire") == SourceState(next_due=now)


def test_registering_again_keeps_what_is_known(store: Store, make: Any, now: datetime) -> None:
    store.register({"wire": FEED}, now)
    make.poll(store, "wire", whole(now))
    store.register({"wire": FEED, "new": ("files", "place")}, now + MINUTE)
    assert make.state(store, "wire") == whole(now)
    assert [(row.name, row.kind) for row in store.source_rows()] == [("new", "files"), ("wire", "feed")]


def test_a_source_that_moved_is_polled_as_a_new_one(store: Store, make: Any, now: datetime) -> None:
    store.register({"wire": FEED, "stays": FEED}, now)
    make.poll(store, "wire", whole(now))
    make.poll(store, "stays", whole(now))
    with store.intake() as intake:
        intake.mark_told({"wire": now})
    store.register({"wire": ("feed", "there"), "stays": FEED}, now)
    assert make.state(store, "wire") == SourceState(next_due=now)
    assert make.state(store, "stays") == whole(now)


def test_who_polls_a_source_while_it_moves_brings_nothing_back(store: Store, now: datetime) -> None:
    store.register({"wire": FEED}, now)
    store.claim_sources("worker", ["wire"], now, MINUTE)
    store.register({"wire": ("feed", "there")}, now)
    assert store.polled({"wire": whole(now)}, "worker") == {"wire": False}
    assert store.due(["wire"], now) == ["wire"]


def test_a_source_never_heard_of_is_not_to_be_had(store: Store) -> None:
    assert store.claim_sources("worker", ["ghost"], datetime.now(UTC), MINUTE) == {}
    assert store.polled({"ghost": SourceState()}, "worker") == {"ghost": False}
    assert store.source_rows() == []


def test_a_source_is_due_at_its_time_the_longest_overdue_first(store: Store, make: Any, now: datetime) -> None:
    store.register(dict.fromkeys("abcd", FEED), now)
    for name, due in {"a": now, "b": now - MINUTE, "c": now + MINUTE, "d": None}.items():
        make.poll(store, name, SourceState(next_due=due))
    assert store.due("abcd", now) == ["d", "b", "a"]


def test_a_source_no_longer_configured_keeps_its_history_but_is_not_due(store: Store, now: datetime) -> None:
    store.register({"old": FEED, "wire": FEED}, now)
    assert store.due({"wire"}, now) == ["wire"]
    assert store.due([], now) == []
    assert [name for name, _, _ in store.overdue(["wire"], now + MINUTE)] == ["wire"]
    assert [row.name for row in store.source_rows()] == ["old", "wire"]


def test_several_daemons_may_register_the_same_sources_at_once(url: str, now: datetime) -> None:
    stores = [Store.open(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda store: store.register(dict.fromkeys("abc", FEED), now), stores))
    assert [row.name for row in stores[0].source_rows()] == ["a", "b", "c"]
    for store in stores:
        store.close()


def test_a_claimed_source_comes_with_its_state_whenever_it_is_due(store: Store, make: Any, now: datetime) -> None:
    store.register({"wire": FEED, "new": FEED, "other": FEED}, now)
    make.poll(store, "wire", whole(now))
    claimed = store.claim_sources("worker", ["wire", "new"], now, MINUTE)
    assert claimed == {"wire": whole(now), "new": SourceState(next_due=now)}
    assert store.claim_sources("worker", [], now, MINUTE) == {}


def test_a_source_that_is_polled_is_neither_due_nor_to_be_had(store: Store, now: datetime) -> None:
    store.register({"wire": FEED}, now)
    store.claim_sources("worker", ["wire"], now, MINUTE)
    for claimer in ("worker", "other"):
        assert store.claim_sources(claimer, ["wire"], now, MINUTE) == {}
    assert store.due(["wire"], now) == []
    assert store.polled({"wire": SourceState(next_due=now)}, "worker") == {"wire": True}
    assert store.due(["wire"], now) == ["wire"]
    assert store.polled({"wire": SourceState()}, "worker") == {"wire": False}


def test_the_source_of_a_dead_daemon_is_taken_over_after_its_lease(store: Store, make: Any, now: datetime) -> None:
    store.register({"wire": FEED}, now)
    store.claim_sources("dead", ["wire"], now, MINUTE)
    assert store.claim_sources("other", ["wire"], now + 0.9 * MINUTE, MINUTE) == {}
    assert store.due(["wire"], now + MINUTE) == ["wire"]
    assert list(store.claim_sources("other", ["wire"], now + MINUTE, MINUTE)) == ["wire"]
    assert store.polled({"wire": SourceState(error="late")}, "dead") == {"wire": False}
    assert store.polled({"wire": SourceState(error="mine")}, "other") == {"wire": True}
    assert make.state(store, "wire").error == "mine"


def test_who_is_late_but_not_replaced_may_finish(store: Store, now: datetime) -> None:
    store.register({"wire": FEED}, now)
    store.claim_sources("worker", ["wire"], now, MINUTE)
    assert store.due(["wire"], now + 9 * MINUTE) == ["wire"]
    assert store.polled({"wire": whole(now)}, "worker") == {"wire": True}


def test_the_sources_of_a_dead_daemon_are_free_at_once_for_the_one_that_holds(
    store: Store, engine: str, now: datetime
) -> None:
    store.register({"wire": FEED}, now)
    store.claim_sources("dead", ["wire"], now, MINUTE)
    assert store.give_back() == 0
    store.hold()
    # Several daemons work on PostgreSQL: there the lease of another may be alive and only expires.
    assert store.give_back() == (1 if engine == "sqlite" else 0)
    assert list(store.claim_sources("next", ["wire"], now, MINUTE)) == (["wire"] if engine == "sqlite" else [])


def test_a_worker_gives_back_its_own_sources_only(store: Store, now: datetime) -> None:
    store.register({"a": FEED, "b": FEED}, now)
    store.claim_sources("mine", ["a"], now, MINUTE)
    store.claim_sources("other", ["b"], now, MINUTE)
    assert store.give_back("mine") == 1
    assert store.due("ab", now) == ["a"]
    assert store.polled({"a": SourceState()}, "mine") == {"a": False}
    assert store.polled({"b": SourceState()}, "other") == {"b": True}


@pytest.mark.parametrize("shared", [True, False], ids=["one-store", "store-each"])
def test_workers_at_the_same_time_never_get_the_same_source(url: str, now: datetime, shared: bool) -> None:
    names = [f"source-{number}" for number in range(120)]
    first = Store.open(url)
    first.register(dict.fromkeys(names, FEED), now)
    stores = [first] * 4 if shared else [first, *(Store.open(url) for _ in range(3))]

    def take(number: int) -> list[str]:
        got = []
        # In another order each, overlapping: two transactions that waited for one another would be a deadlock.
        for start in range(0, 120, 4):
            part = [names[(start + step) % 120] for step in range(12)]
            got += stores[number].claim_sources(f"worker-{number}", part[:: -1 if number % 2 else 1], now, MINUTE)
        return got

    with ThreadPoolExecutor(4) as threads:
        got = Counter(name for part in threads.map(take, range(4)) for name in part)
    assert got == Counter(names)
    for store in stores:
        store.close()


CLAIM = """
import sys
from datetime import UTC, datetime, timedelta
from monitor.store import Store
store = Store.open(sys.argv[1])
now = datetime.fromisoformat(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
for number in range(60):
    for name in store.claim_sources(sys.argv[2], [f"s{number}", f"s{59 - number}"], now, timedelta(minutes=1)):
        print(name)
store.close()
"""


def test_processes_at_the_same_time_never_get_the_same_source(
    store: Store, url: str, now: datetime, start: Callable[..., Any]
) -> None:
    store.register({f"s{number}": FEED for number in range(60)}, now)
    workers = [start(CLAIM, url, f"worker-{number}", now.isoformat()) for number in range(2)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    got = [name for worker in workers for name in worker.communicate(timeout=60)[0].split()]
    assert sorted(got) == sorted(f"s{number}" for number in range(60))
    assert [worker.returncode for worker in workers] == [0, 0]


def test_more_sources_than_a_statement_takes_parameters_are_registered_and_claimed(store: Store, now: datetime) -> None:
    names = [f"source-{number}" for number in range(1100)]
    store.register(dict.fromkeys(names, FEED), now)
    assert set(store.claim_sources("worker", names, now, MINUTE)) == set(names)
    store.register(dict.fromkeys(names, ("feed", "there")), now)
    assert sorted(store.due(names, now)) == sorted(names)


def test_the_overdue_tell_when_something_new_came_last(store: Store, make: Any, now: datetime) -> None:
    store.register(dict.fromkeys("abcd", FEED), now)
    make.poll(store, "a", SourceState(next_due=now - MINUTE))
    make.poll(store, "b", SourceState(next_due=now - 2 * MINUTE, habits=Habits(newest=now - 3 * MINUTE)))
    make.poll(store, "c", SourceState(next_due=now))
    make.poll(store, "d", SourceState(next_due=None))
    expected = [("b", now - 3 * MINUTE, now - 2 * MINUTE), ("a", None, now - MINUTE)]
    assert store.overdue("abcd", now) == expected
    assert store.overdue("cd", now) == []


def test_what_was_planned_while_the_clock_was_ahead_is_due_now(store: Store, make: Any, now: datetime) -> None:
    day, year = timedelta(days=1), timedelta(days=365)
    store.register(dict.fromkeys("abd", FEED), now)
    store.register({"c": FEED}, now + year)
    make.poll(store, "a", SourceState(polled=now + year, next_due=now + year + MINUTE))
    make.poll(store, "b", SourceState(polled=now + MINUTE, next_due=now + day))
    make.poll(store, "d", SourceState(polled=now, next_due=now - MINUTE))
    store.postpone({"d": now + year}, "spread by the wrong clock")
    store.wake(now, day)
    assert sorted(store.due("abcd", now)) == ["a", "c", "d"], "clocks of daemons may differ a little"
    assert make.state(store, "a") == SourceState(polled=now, next_due=now, because="the clock was ahead")
    assert make.state(store, "b") == SourceState(polled=now + MINUTE, next_due=now + day)
    assert make.state(store, "d").polled == now


def test_a_lease_taken_while_the_clock_was_ahead_ends(store: Store, now: datetime) -> None:
    store.register({"a": FEED}, now)
    store.claim_sources("dead", ["a"], now + timedelta(days=365), MINUTE)
    store.wake(now, timedelta(days=1))
    assert set(store.claim_sources("alive", ["a"], now, MINUTE)) == {"a"}


def test_what_is_overdue_is_put_off_with_the_reason(store: Store, make: Any, now: datetime) -> None:
    store.register({"a": FEED, "b": FEED, "c": FEED}, now)
    make.poll(store, "c", whole(now))
    store.postpone({"a": now + MINUTE, "c": now, "ghost": now}, "the daemon was away")
    store.postpone({}, "nothing")
    assert make.state(store, "a") == SourceState(next_due=now + MINUTE, because="the daemon was away")
    assert make.state(store, "b") == SourceState(next_due=now)
    # Another daemon polled it meanwhile: it is not polled earlier than that found right.
    assert make.state(store, "c") == whole(now)


def test_several_daemons_may_put_off_the_same_sources_at_once(url: str, now: datetime) -> None:
    names = [f"source-{number}" for number in range(600)]
    stores = [Store.open(url) for _ in range(4)]
    stores[0].register(dict.fromkeys(names, FEED), now)

    def put_off(number: int) -> None:
        order = names if number % 2 else names[::-1]
        for minutes in range(1, 6):
            stores[number].postpone(dict.fromkeys(order, now + (number + minutes) * MINUTE), "away")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(put_off, range(4)))
    assert {row.state.next_due for row in stores[0].source_rows()} == {now + 8 * MINUTE}
    for store in stores:
        store.close()


def test_the_ailing_are_those_with_a_trouble_or_one_told(store: Store, make: Any, now: datetime) -> None:
    store.register(dict.fromkeys("abcd", FEED), now)
    make.poll(store, "c", whole(now))
    make.poll(store, "a", SourceState(failures=2, error="no answer"))
    with store.intake() as intake:
        assert intake.mark_told({"b": now}) == {"b"}
    assert store.ailing() == [("b", SourceState(next_due=now, told=now)), ("c", whole(now))]


def test_the_end_of_a_poll_does_not_undo_that_the_operator_was_told_meanwhile(
    store: Store, make: Any, now: datetime
) -> None:
    store.register({"wire": FEED}, now)
    state = store.claim_sources("worker", ["wire"], now, MINUTE)["wire"]
    with store.intake() as intake:
        intake.mark_told({"wire": now})
    assert store.polled({"wire": state}, "worker") == {"wire": True}
    assert make.state(store, "wire").told == now


def test_rows_tell_how_much_came_and_when_and_what_was_given_up(store: Store, make: Any, now: datetime) -> None:
    store.register({"wire": FEED, "empty": ("files", "place")}, now)
    make.poll(store, "wire", whole(now))
    with store.intake() as intake:
        make.keep(intake, 1)
        make.now += MINUTE
        make.keep(intake, 2)
        for guid, failures in {"once": 1, "often": 3, "too": 3}.items():
            for _ in range(failures):
                intake.unreadable("wire", guid, "v", "it died", now)
    assert store.source_rows() == [
        SourceRow("empty", "files", SourceState(next_due=now), 0, None, 0),
        SourceRow("wire", "feed", whole(now), 2, now + MINUTE, 2),
    ]


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
