"""What must not leave in quiet hours waits for their end, tried before or not, and that is no attempt."""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from store.test_indexes import statements

from monitor.model import Circuit, DeliveryKind, DeliveryState, Level
from monitor.store import DeliveryRow, Store, outbox
from monitor.store.claims import Hold

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOOK = ["hook"]


@pytest.fixture
def morning(now: datetime) -> datetime:
    return now + 8 * HOUR


def until(end: datetime, *names: str) -> Hold:
    """The quiet hours of any of these names last until then."""

    def hold(asked: Collection[str]) -> datetime | None:
        return None if set(names).isdisjoint(asked) else end

    return hold


def tell(store: Store, make: Any, number: int, *hold: str, **changes: Any) -> None:
    level = changes.pop("level", Level.HIGH)
    with store.intake() as intake:
        to = make.to(("hook", ""), hold=hold, **changes)
        intake.raised(make.alert(number, level=level), make.keep(intake, number), to, make.now)


def row(store: Store, id_: int = 1) -> DeliveryRow:
    found = store.delivery(id_)
    assert found
    return found


def test_what_comes_due_in_quiet_hours_waits_for_their_end(
    store: Store, make: Any, now: datetime, morning: datetime
) -> None:
    tell(store, make, 1, "nights", group="g")
    assert store.claim("worker", now, MINUTE, 9, HOOK, hold=until(morning, "nights")) == []
    held = row(store)
    assert (held.state, held.due_at, held.attempt) == (DeliveryState.HELD, morning, 0)
    with store.intake() as intake:
        assert intake.newest("hook", "", "g") == (morning, DeliveryKind.GROUP, True, True, ("nights",)), "it gathers on"
    (claimed,) = store.claim("worker", morning, MINUTE, 9, HOOK)
    assert claimed.attempt == 1


def test_what_failed_before_waits_too_and_is_the_same_message(
    store: Store, make: Any, now: datetime, morning: datetime
) -> None:
    tell(store, make, 1, "nights")
    (first,) = store.claim("worker", now, MINUTE, 9, HOOK)
    assert store.failed(first, "worker", now, "451 later", now + MINUTE)
    assert store.claim("worker", now + MINUTE, MINUTE, 9, HOOK, hold=until(morning, "nights")) == []
    held = row(store)
    assert (held.state, held.due_at, held.attempt, held.answer) == (DeliveryState.HELD, morning, 1, "451 later")
    assert [one.outcome for one in store.attempts(1)] == ["failed"]
    (again,) = store.claim("worker", morning, MINUTE, 9, HOOK)
    assert (again.wire_id, again.alerts, again.attempt) == (first.wire_id, first.alerts, 2)


def test_a_lease_that_ends_in_quiet_hours_is_taken_over_after_them(
    store: Store, make: Any, now: datetime, morning: datetime
) -> None:
    tell(store, make, 1, "nights")
    (lost,) = store.claim("killed", now, MINUTE, 9, HOOK)
    assert store.claim("worker", now + MINUTE, MINUTE, 9, HOOK, hold=until(morning, "nights")) == []
    assert not store.sent(lost, "killed", now + MINUTE, "ok"), "it is not its any more"
    (again,) = store.claim("worker", morning, MINUTE, 9, HOOK)
    assert again.attempt == 2
    assert [one.outcome for one in store.attempts(1)] == ["taken-over", None]


def test_others_leave_whatever_waits_before_them(store: Store, make: Any, now: datetime, morning: datetime) -> None:
    for number, hold in enumerate((["nights"], [], ["nights", "weekends"], ["weekends"], ["lunch"], ["nights"]), 1):
        tell(store, make, number, *hold, level=Level.LOW if number == 2 else Level.HIGH)
    claimed = store.claim("worker", now, MINUTE, 9, HOOK, hold=until(morning, "nights", "weekends"))
    assert [one.id for one in claimed] == [5, 2]
    assert [row(store, id_).state for id_ in (1, 3, 4, 6)] == [DeliveryState.HELD] * 4


def test_each_waits_for_the_end_of_its_own_quiet_hours(store: Store, make: Any, now: datetime) -> None:
    tell(store, make, 1, "nights")
    tell(store, make, 2, "weekends", "nights")
    ends = {("nights",): now + HOUR, ("nights", "weekends"): now + 9 * HOUR}
    assert store.claim("worker", now, MINUTE, 9, HOOK, hold=lambda names: ends[tuple(names)]) == []
    assert [row(store, id_).due_at for id_ in (1, 2)] == [now + HOUR, now + 9 * HOUR]


def test_putting_off_is_no_attempt_takes_no_place_and_no_probe(
    store: Store, make: Any, now: datetime, morning: datetime
) -> None:
    tell(store, make, 1, "nights")
    before = Circuit(3, now)
    with store._database.write() as connection:
        store_circuit(connection, before)

    def permit(circuit: Circuit) -> Circuit:
        return Circuit(circuit.failures, now + HOUR, (*circuit.attempts, now))

    assert store.claim("worker", now, MINUTE, 1, HOOK, permit, until(morning, "nights")) == []
    assert store.circuits() == {"hook": before}
    assert store.attempts(1) == []


def store_circuit(connection: Any, circuit: Circuit) -> None:
    outbox._remember(connection, "hook", None, circuit)


def test_thousands_are_put_off_by_one_statement_and_without_quiet_hours_none_is_run(
    store: Store, make: Any, now: datetime, morning: datetime
) -> None:
    with store.intake() as intake:
        for number in range(1, 2001):
            to = make.to(("hook", ""), hold=("nights",))
            intake.raised(make.alert(number), make.keep(intake, number), to, now)
    with statements(store) as usual:
        assert len(store.claim("worker", now, 9 * HOUR, 1, HOOK)) == 1
    with statements(store) as held:
        assert store.claim("worker", now, MINUTE, 1, HOOK, hold=until(morning, "nights")) == []
    with statements(store) as afterwards:
        assert store.claim("worker", now, MINUTE, 1, HOOK, hold=until(morning, "nights")) == []
    with statements(store) as unheld:
        assert len(store.claim("worker", morning, MINUTE, 1, HOOK)) == 1
    assert [len(one) for one in (held, afterwards)] == [4, 1], "one to look, one to ask, one to put off, one to take"
    assert len(usual) == len(unheld)
    assert store.counts().deliveries[DeliveryState.HELD] == 1998


def test_what_works_again_or_is_enabled_pulls_nothing_into_the_night(
    store: Store, make: Any, now: datetime, morning: datetime
) -> None:
    """A receiver that works again has what was tried in vain due at once: but what is held stays so."""
    for number in (1, 2, 3):
        tell(store, make, number, *(["nights"] if number < 3 else []))
    first, second, third = store.claim("worker", now, HOUR, 9, HOOK)
    assert store.failed(first, "worker", now, "no", now + MINUTE, lesson=lambda _: Circuit(5, now + MINUTE))
    assert store.failed(second, "worker", now, "no", now + HOUR, lesson=lambda _: Circuit(6, now + MINUTE))
    night = until(morning, "nights")
    assert store.claim("worker", now + MINUTE, MINUTE, 9, HOOK, hold=night) == []
    assert store.sent(third, "worker", now + MINUTE, "ok", lesson=lambda _: Circuit())
    assert row(store, 1).due_at == morning
    assert row(store, 2).due_at == now, "it was not due yet, and is put off by who would send it now"
    store.enable("hook")
    assert store.claim("worker", now + 2 * MINUTE, MINUTE, 9, HOOK, hold=night) == []
    assert [row(store, id_).due_at for id_ in (1, 2)] == [morning, morning]
    assert store.drop(1, "jane", now) == DeliveryState.HELD
    assert [one.id for one in store.claim("worker", morning, MINUTE, 9, HOOK)] == [2]


def test_what_was_cut_off_in_the_evening_is_given_back_and_put_off(
    store: Store, make: Any, now: datetime, morning: datetime
) -> None:
    tell(store, make, 1, "nights")
    store.claim("worker", now, HOUR, 9, HOOK)
    assert store.give_back("worker") == 1
    assert store.claim("next", now + MINUTE, MINUTE, 9, HOOK, hold=until(morning, "nights")) == []
    assert (row(store).state, row(store).due_at) == (DeliveryState.HELD, morning)


def test_what_is_held_is_late_when_its_quiet_hours_have_ended(
    store: Store, make: Any, now: datetime, morning: datetime
) -> None:
    tell(store, make, 1, "nights")
    tell(store, make, 2, "nights")
    (first,) = store.claim("worker", now, MINUTE, 1, HOOK)
    store.failed(first, "worker", now, "no", now + MINUTE)
    store.claim("worker", now + MINUTE, MINUTE, 9, HOOK, hold=until(morning, "nights"))
    assert store.overdue_deliveries(now + HOUR) == {}, "it is meant to wait"
    assert store.overdue_deliveries(now + HOUR, ["hook"]) == {"hook": (1, now)}, "but the trouble is not over"
    assert store.overdue_deliveries(morning + MINUTE) == {"hook": (2, now)}
    figures = store.figures()
    assert figures
    assert figures.oldest_pending == morning
    assert figures.deliveries == {("hook", "held"): 2}


def test_who_raises_alerts_meanwhile_lets_nothing_slip_out(url: str, make: Any, now: datetime) -> None:
    """A delivery that is locked by who adds to it is passed by twice: when others are put off, when one is taken."""
    morning = now + 8 * HOUR
    stores = [Store.open(url) for _ in range(3)]
    done = threading.Event()

    def raise_some() -> None:
        for number in range(100):
            tell(stores[0], make, number, "nights", group=f"g{number % 3}")
        done.set()

    def claim(store: Store) -> int:
        taken = 0
        while not done.is_set():
            taken += len(store.claim(f"w{id(store)}", now, MINUTE, 2, HOOK, hold=until(morning, "nights")))
        return taken

    with ThreadPoolExecutor(3) as threads:
        raising = threads.submit(raise_some)
        taken = list(threads.map(claim, stores[1:]))
        raising.result()
    assert taken == [0, 0]
    told = [one["key"] for part in stores[0].claim("w", morning, MINUTE, 500, HOOK) for one in part.alerts]
    assert sorted(told) == sorted(f"rule/story-{number}/1" for number in range(100))
    for store in stores:
        store.close()
