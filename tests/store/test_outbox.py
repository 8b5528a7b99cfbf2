"""A delivery belongs to one worker at a time, is never lost, and only its owner can finish it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from monitor.model import Circuit, DeliveryKind, DeliveryState, Level
from monitor.store import AttemptRow, DeliveryRow, Store
from monitor.store.tables import DELIVERY

MINUTE = timedelta(minutes=1)
HOOK = ["hook"]


def only(store: Store) -> DeliveryRow:
    (row,) = store.deliveries(10)
    return row


def test_a_claimed_delivery_tells_what_to_send(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (claimed,) = store.claim("worker", now, MINUTE, 10, HOOK)
    row = only(store)
    assert (claimed.id, claimed.wire_id, claimed.created) == (row.id, row.wire_id, now)
    assert (claimed.receiver, claimed.address, claimed.attempt) == ("hook", "", 1)
    (alert,) = store.alerts(10, suppressed=False)
    assert claimed.alerts == ({**make.alert(1).document, "id": alert.id},)
    assert (claimed.kind, claimed.counted) == (DeliveryKind.GROUP, {})
    assert list(claimed.alerts[0]) == ["id", "key", "rule", "new"]
    assert row.state == DeliveryState.LEASED


def test_the_longest_due_come_first_and_never_more_than_asked_for(store: Store, make: Any, now: datetime) -> None:
    for minutes in (3, 1, 2, 1):
        make.outbox(store, 1, due=now + minutes * MINUTE)
    claimed = store.claim("worker", now + 9 * MINUTE, MINUTE, 3, HOOK)
    assert [one.alerts[0]["key"] for one in claimed] == ["rule/story-2/1", "rule/story-4/1", "rule/story-3/1"]
    assert len(store.claim("worker", now + 9 * MINUTE, MINUTE, 3, HOOK)) == 1


def test_what_is_not_due_not_configured_or_leased_is_left(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    assert store.claim("worker", now - MINUTE, MINUTE, 10, HOOK) == []
    assert store.claim("worker", now, MINUTE, 10, ["other"]) == []
    assert store.claim("worker", now, MINUTE, 10, []) == []
    assert len(store.claim("worker", now, MINUTE, 10, HOOK)) == 1
    assert store.claim("worker", now, MINUTE, 10, HOOK) == []


def test_a_sent_delivery_is_finished(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (claimed,) = store.claim("worker", now, MINUTE, 10, HOOK)
    assert store.sent(claimed, "worker", now + MINUTE, "250 queued") is True
    row = only(store)
    assert (row.state, row.sent_at, row.answer) == (DeliveryState.SENT, now + MINUTE, "250 queued")
    assert (row.due_at, row.attempt) == (None, 1)
    assert store.claim("worker", now + 9 * MINUTE, MINUTE, 10, HOOK) == []
    assert store.sent(claimed, "worker", now, "again") is False
    assert store.failed(claimed, "worker", now, "again", now) is False


def test_a_failed_delivery_is_tried_again_at_its_time(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (first,) = store.claim("worker", now, MINUTE, 10, HOOK)
    assert store.failed(first, "worker", now, "451 later", now + 5 * MINUTE) is True
    row = only(store)
    assert (row.state, row.due_at, row.answer) == (DeliveryState.PENDING, now + 5 * MINUTE, "451 later")
    assert (row.tried_at, row.sent_at) == (now, None)
    assert store.claim("worker", now + 4 * MINUTE, MINUTE, 10, HOOK) == []
    (second,) = store.claim("worker", now + 5 * MINUTE, MINUTE, 10, HOOK)
    assert (second.id, second.wire_id, second.attempt) == (first.id, first.wire_id, 2)


def test_a_delivery_that_nobody_will_take_is_dead(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (claimed,) = store.claim("worker", now, MINUTE, 10, HOOK)
    assert store.failed(claimed, "worker", now, "550 no such user", None) is True
    assert (only(store).state, only(store).due_at) == (DeliveryState.DEAD, None)
    assert store.claim("worker", now + 9 * MINUTE, MINUTE, 10, HOOK) == []


def test_an_expired_lease_is_taken_over_and_its_first_owner_refused(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (stopped,) = store.claim("stopped", now, MINUTE, 10, HOOK)
    assert store.claim("other", now + 0.9 * MINUTE, MINUTE, 10, HOOK) == []
    (taken,) = store.claim("other", now + MINUTE, MINUTE, 10, HOOK)
    assert taken.attempt == 2
    assert store.sent(stopped, "stopped", now + MINUTE, "late") is False
    assert store.failed(stopped, "stopped", now + MINUTE, "late", None) is False
    assert (only(store).state, only(store).answer) == (DeliveryState.LEASED, None)
    assert store.sent(taken, "other", now + MINUTE, "ok") is True


def test_an_earlier_claim_of_the_same_worker_is_refused_too(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (early,) = store.claim("worker", now, MINUTE, 10, HOOK)
    (late,) = store.claim("worker", now + MINUTE, MINUTE, 10, HOOK)
    assert store.sent(early, "worker", now + MINUTE, "late") is False
    assert store.sent(late, "worker", now + MINUTE, "ok") is True


def test_an_owner_that_is_late_but_not_replaced_may_finish(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (claimed,) = store.claim("worker", now, MINUTE, 10, HOOK)
    assert store.sent(claimed, "worker", now + 9 * MINUTE, "ok") is True


def test_the_leases_of_a_dead_daemon_are_free_at_once_for_the_one_that_holds(
    store: Store, engine: str, make: Any, now: datetime
) -> None:
    make.outbox(store, 3)
    claimed = store.claim("dead", now, MINUTE, 2, HOOK)
    assert store.give_back() == 0
    store.hold()
    # Several daemons work on PostgreSQL: there the lease of another may be alive and only expires.
    assert store.give_back() == (2 if engine == "sqlite" else 0)
    assert len(store.claim("next", now, MINUTE, 10, HOOK)) == (3 if engine == "sqlite" else 1)
    assert store.sent(claimed[0], "dead", now, "late") is (engine == "postgresql")


def test_a_worker_gives_back_its_own_leases_only(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 3)
    mine = store.claim("mine", now, MINUTE, 2, HOOK)
    (other,) = store.claim("other", now, MINUTE, 2, HOOK)
    store.sent(mine[0], "mine", now, "ok")
    assert store.give_back("mine") == 1
    assert [one.id for one in store.claim("third", now, MINUTE, 10, HOOK)] == [mine[1].id]
    assert store.sent(other, "other", now, "ok") is True


def test_a_disabled_receiver_gets_nothing_and_loses_nothing(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    store.disable("hook", "410 Gone", now)
    store.disable("hook", "a later reason", now)
    assert store.disabled() == {"hook": "410 Gone"}
    assert store.claim("worker", now, MINUTE, 10, HOOK) == []
    assert only(store).state == DeliveryState.PENDING
    store.enable("hook")
    store.enable("never disabled")
    assert store.disabled() == {}
    assert len(store.claim("worker", now, MINUTE, 10, HOOK)) == 1


def test_what_was_put_off_is_due_at_once_when_its_receiver_is_enabled(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    make.outbox(store, 1, receiver="other")
    for claimed in store.claim("worker", now, MINUTE, 10, ["hook", "other"]):
        store.failed(claimed, "worker", now, "410 Gone", now + 9 * MINUTE)
    store.disable("hook", "410 Gone", now)
    store.enable("hook")
    assert [one.receiver for one in store.claim("worker", now, MINUTE, 10, ["hook", "other"])] == ["hook"]


def test_a_claimed_delivery_of_a_receiver_disabled_meanwhile_can_be_put_off(
    store: Store, make: Any, now: datetime
) -> None:
    make.outbox(store, 1)
    (claimed,) = store.claim("worker", now, MINUTE, 10, HOOK)
    store.disable("hook", "410 Gone", now)
    assert store.failed(claimed, "worker", now, "410 Gone", now) is True
    assert only(store).state == DeliveryState.PENDING


@pytest.mark.parametrize("shared", [True, False], ids=["one-store", "store-each"])
def test_workers_at_the_same_time_never_get_the_same_delivery(url: str, make: Any, now: datetime, shared: bool) -> None:
    first = Store.open(url)
    make.outbox(first, 120)
    stores = [first] * 4 if shared else [first, *(Store.open(url) for _ in range(3))]

    def drain(number: int) -> list[int]:
        done = []
        while claimed := stores[number].claim(f"worker-{number}", now, MINUTE, 7, HOOK):
            done += [one.id for one in claimed if stores[number].sent(one, f"worker-{number}", now, "ok")]
        return done

    with ThreadPoolExecutor(4) as threads:
        done = Counter(id_ for part in threads.map(drain, range(4)) for id_ in part)
    assert len(done) == 120
    assert set(done.values()) == {1}
    assert first.counts().deliveries[DeliveryState.SENT] == 120
    for store in stores:
        store.close()


DRAIN = """
import sys
from datetime import UTC, datetime, timedelta
from monitor.store import Store
store = Store.open(sys.argv[1])
now = datetime.fromisoformat(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
while claimed := store.claim(sys.argv[2], now, timedelta(minutes=1), 5, ["hook"]):
    for one in claimed:
        assert store.sent(one, sys.argv[2], now, "ok")
        print(one.id)
store.close()
"""


def test_processes_at_the_same_time_never_get_the_same_delivery(
    store: Store, url: str, make: Any, now: datetime, start: Callable[..., Any]
) -> None:
    make.outbox(store, 60)
    workers = [start(DRAIN, url, f"worker-{number}", now.isoformat()) for number in range(2)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    done = [int(line) for worker in workers for line in worker.communicate(timeout=60)[0].split()]
    assert sorted(done) == sorted(row.id for row in store.deliveries(100))
    assert [worker.returncode for worker in workers] == [0, 0]


def test_what_waits_for_other_receivers_is_counted_in_every_state_that_waits(
    store: Store, make: Any, now: datetime
) -> None:
    make.outbox(store, 4)
    make.outbox(store, 1, "mail")
    make.outbox(store, 1, "gone")
    sent, dead, _ = store.claim("worker", now, MINUTE, 3, HOOK)
    assert store.sent(sent, "worker", now, "250 queued")
    assert store.failed(dead, "worker", now, "550 no", None)
    with store._database.write() as connection:
        connection.execute(update(DELIVERY).where(DELIVERY.c.receiver == "gone").values(state=DeliveryState.HELD))
    assert store.waiting(["mail"]) == {"gone": 1, "hook": 2}, "a leased one waits too"
    assert store.waiting([]) == {"gone": 1, "hook": 2, "mail": 1}
    assert store.waiting(["gone", "hook", "mail"]) == {}


# ---- What comes first ----


def test_what_matters_most_comes_first_then_the_longest_due(store: Store, make: Any, now: datetime) -> None:
    levels = [Level.LOW, Level.CRITICAL, Level.HIGH, Level.CRITICAL]
    with store.intake() as intake:
        for number, level in enumerate(levels):
            id_ = make.keep(intake, number)
            to = make.to(("hook", ""), due_at=now - number * MINUTE)
            intake.raised(make.alert(number, level=level), id_, to, now)
    keys = [one.alerts[0]["key"] for one in store.claim("worker", now, MINUTE, 3, HOOK)]
    assert keys == ["rule/story-3/1", "rule/story-1/1", "rule/story-2/1"]


def test_a_delivery_has_the_highest_rank_of_what_is_in_it(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        for number, (group, level) in enumerate([("a", Level.LOW), ("b", Level.MEDIUM), ("a", Level.HIGH)]):
            id_ = make.keep(intake, number)
            intake.raised(make.alert(number, level=level), id_, make.to(("hook", ""), group=group), now)
    first, second = store.claim("worker", now, MINUTE, 5, HOOK)
    assert [one["key"] for one in first.alerts] == ["rule/story-0/1", "rule/story-2/1"]
    assert [one["key"] for one in second.alerts] == ["rule/story-1/1"]


# ---- Attempts ----


def test_every_attempt_is_kept_with_its_answer_and_the_time_it_took(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (first,) = store.claim("worker", now, MINUTE, 1, HOOK)
    assert [(one.number, one.at, one.outcome) for one in store.attempts(first.id)] == [(1, now, None)]
    store.failed(first, "worker", now, "451 later", now + MINUTE, seconds=0.25)
    (second,) = store.claim("worker", now + MINUTE, MINUTE, 1, HOOK)
    store.sent(second, "worker", now + MINUTE, "250 ok", seconds=1.5)
    assert store.attempts(first.id) == [
        AttemptRow(1, now, 0.25, "failed", "451 later"),
        AttemptRow(2, now + MINUTE, 1.5, "sent", "250 ok"),
    ]
    assert store.attempts(99) == []


def test_an_attempt_that_was_taken_over_says_so_and_what_its_worker_heard_later(
    store: Store, make: Any, now: datetime
) -> None:
    make.outbox(store, 1)
    (stopped,) = store.claim("stopped", now, MINUTE, 1, HOOK)
    (taken,) = store.claim("other", now + MINUTE, MINUTE, 1, HOOK)
    assert store.sent(stopped, "stopped", now + MINUTE, "250 late", seconds=61) is False
    assert store.sent(taken, "other", now + MINUTE, "250 ok", seconds=1)
    assert [(one.outcome, one.answer, one.seconds) for one in store.attempts(taken.id)] == [
        ("taken-over", "250 late", 61),
        ("sent", "250 ok", 1),
    ]


# ---- What is known of a receiver ----


def once_a_minute(now: datetime, circuit: Circuit) -> Circuit | None:
    if circuit.open_until and now < circuit.open_until:
        return None
    return Circuit(circuit.failures, now + MINUTE, (*circuit.attempts, now))


@pytest.mark.parametrize("count", [1, 5])
def test_a_receiver_gets_no_more_than_is_permitted_however_many_ask(
    url: str, make: Any, now: datetime, count: int
) -> None:
    stores = [Store.open(url) for _ in range(2)]
    make.outbox(stores[0], 20)
    make.outbox(stores[0], 1, "other")
    attempts = 0
    for second in range(0, 240, 15):
        moment = now + timedelta(seconds=second)
        for store in stores:
            claimed = store.claim("worker", moment, MINUTE, count, HOOK, partial(once_a_minute, moment))
            attempts += len(claimed)
            for one in claimed:
                store.failed(one, "worker", moment, "no route to host", moment + 9 * MINUTE)
    assert attempts == 4, "one a minute for all daemons together"
    assert [one.receiver for one in stores[1].claim("worker", now, MINUTE, 9, ["other"])] == ["other"]
    assert stores[1].circuits() == {"hook": Circuit(0, now + 4 * MINUTE, tuple(now + n * MINUTE for n in range(4)))}
    for store in stores:
        store.close()


def test_what_an_attempt_taught_is_known_to_all_until_the_receiver_is_enabled(
    store: Store, make: Any, now: datetime
) -> None:
    make.outbox(store, 2)
    first, second = store.claim("worker", now, MINUTE, 2, HOOK)
    store.failed(first, "worker", now, "no", now, lesson=lambda old: replace(old, failures=old.failures + 1))
    assert store.circuits() == {"hook": Circuit(1)}
    store.failed(second, "worker", now, "no", now, lesson=lambda old: replace(old, failures=old.failures + 1))
    assert store.circuits() == {"hook": Circuit(2)}
    store.disable("hook", "410 Gone", now)
    assert store.circuits() == {"hook": Circuit(2)}
    store.enable("hook")
    assert store.circuits() == {}


def test_enabling_a_receiver_hurries_only_what_was_tried(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    make.outbox(store, 1, due=now + 9 * MINUTE)  # its group waits
    (claimed,) = store.claim("worker", now, MINUTE, 9, HOOK)
    store.failed(claimed, "worker", now, "410 Gone", now + 60 * MINUTE)
    store.enable("hook")
    assert [one.id for one in store.claim("worker", now, MINUTE, 9, HOOK)] == [claimed.id]
