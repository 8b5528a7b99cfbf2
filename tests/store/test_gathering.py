"""A delivery gathers until it is claimed, whoever else works on the outbox at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import DeliveryKind
from monitor.store import Store

GROUP = DeliveryKind.GROUP
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def keys(store: Store, now: datetime, limit: int = 50) -> list[list[str]]:
    return [
        [one["key"] for one in found.alerts] for found in store.claim("worker", now, MINUTE, limit, ["hook", "desk"])
    ]


def test_alerts_of_a_group_share_a_delivery_for_each_address_until_it_is_claimed(
    store: Store, make: Any, now: datetime
) -> None:
    def tell(number: int) -> None:
        with store.intake() as intake:
            to = make.to(("hook", ""), ("desk", "a@example.org"), group="g")
            intake.raised(make.alert(number), make.keep(intake, number), to, now)

    tell(1)
    tell(2)
    assert keys(store, now) == [["rule/story-1/1", "rule/story-2/1"]] * 2
    tell(3)
    assert keys(store, now) == [["rule/story-3/1"]] * 2


@pytest.mark.parametrize("kind", [DeliveryKind.DIGEST, DeliveryKind.SUMMARY, DeliveryKind.SPILL])
def test_what_is_scheduled_gathers_by_path_and_slot_and_not_by_group(
    store: Store, make: Any, now: datetime, kind: DeliveryKind
) -> None:
    slots = ["a", "a", "b"] if kind is not DeliveryKind.SPILL else [None] * 3
    with store.intake() as intake:
        for number, (slot, path) in enumerate(zip(slots, ["", "", ""], strict=True)):
            to = make.to(("hook", ""), kind=kind, slot=slot, path=path)
            intake.raised(make.alert(number), make.keep(intake, number), to, now)
        to = make.to(("hook", ""), kind=kind, slot=slots[0], path="0")
        intake.raised(make.alert(9), make.keep(intake, 9), to, now)
    sizes = [len(some) for some in keys(store, now)]
    assert sizes == ([3, 1] if kind is DeliveryKind.SPILL else [2, 1, 1])


def test_the_newest_message_of_a_group_is_known_with_when_it_leaves_or_left(
    store: Store, make: Any, now: datetime
) -> None:
    with store.intake() as intake:
        assert intake.newest("hook", "", "g") is None
        due = now + MINUTE
        intake.raised(make.alert(1), make.keep(intake, 1), make.to(("hook", ""), group="g", due_at=due), now)
        assert intake.newest("hook", "", "g") == (due, GROUP, True, True, ())
        assert intake.newest("desk", "", "g") is None
    store.claim("worker", now + 3 * MINUTE, MINUTE, 1, ["hook"])
    with store.intake() as intake:
        assert intake.newest("hook", "", "g") == (now + 3 * MINUTE, GROUP, False, True, ())


def test_a_group_in_a_summary_knows_of_it(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        held = make.to(("hook", ""), group="g", kind=DeliveryKind.SUMMARY, held=True, due_at=now + MINUTE)
        intake.raised(make.alert(1), make.keep(intake, 1), held, now)
    with store.intake() as intake:
        newest = intake.newest("hook", "", "g")
    assert newest == (now + MINUTE, DeliveryKind.SUMMARY, True, True, ())


def test_the_nth_newest_message_of_an_address_leaves_scheduled_ones_out(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        for number, kind in enumerate(
            [DeliveryKind.GROUP, DeliveryKind.DIGEST, DeliveryKind.GROUP, DeliveryKind.SPILL]
        ):
            to = make.to(("hook", ""), kind=kind, slot="s", due_at=now + number * MINUTE)
            intake.raised(make.alert(number), make.keep(intake, number), to, now)
        found = [intake.nth_newest("hook", "", nth, now + HOUR) for nth in (1, 2, 3, 4)]
        before = intake.nth_newest("hook", "", 1, now + 2 * MINUTE)
    assert found == [now + 3 * MINUTE, now + 2 * MINUTE, now, None]
    assert before == now


def test_what_only_counts_takes_its_name_and_time_from_the_first_that_is_told(
    store: Store, make: Any, now: datetime
) -> None:
    def tell(alert: Any, slot: str, due: datetime) -> None:
        with store.intake() as intake:
            to = make.to(("hook", ""), kind=DeliveryKind.DIGEST, slot=slot, path="", due_at=due)
            intake.raised(alert, make.keep(intake, int(alert.story[-1])), to, due - MINUTE)

    tell(make.suppressed(1), "1", now)
    (row,) = store.deliveries(5)
    assert (row.slot, row.due_at, row.alerts, row.counted, row.alert) == (None, None, 0, 1, None)
    assert (
        store.claim("w", now + MINUTE, MINUTE, 1, ["hook"]),
        store.retry(row.id, now),
        store.drop(row.id, "x", now),
    ) == (
        [],
        "held",
        "held",
    )
    assert store.deliveries(5) == [row]
    tell(make.suppressed(2), "2", now + MINUTE)
    tell(make.alert(3), "3", now + 9 * MINUTE)
    tell(make.suppressed(4), "3", now + 9 * MINUTE)
    (claimed,) = store.claim("w", now + 9 * MINUTE, MINUTE, 5, ["hook"])
    assert [one["key"] for one in claimed.alerts] == ["rule/story-3/1"]
    assert (claimed.counted, claimed.created) == ({"duplicate": 3}, now + 8 * MINUTE)


def test_who_claims_while_alerts_are_raised_gets_them_or_leaves_them(url: str, make: Any, now: datetime) -> None:
    """Two daemons: an alert that is put into a delivery must not be missed by who sends that just then."""
    stores = [Store.open(url) for _ in range(3)]
    done = threading.Event()

    def tell() -> None:
        for number in range(150):
            with stores[0].intake() as intake:
                to = make.to(("hook", ""), group=f"g{number % 3}")
                intake.raised(make.alert(number), make.keep(intake, number), to, now)
        done.set()

    def send(store: Store) -> list[str]:
        shown: list[str] = []
        while True:
            last = done.is_set()
            claimed = store.claim(f"worker-{id(store)}", now, MINUTE, 2, ["hook"])
            for one in claimed:
                shown += [alert["key"] for alert in one.alerts]
                assert store.sent(one, f"worker-{id(store)}", now, "ok")
            if last and not claimed:
                return shown

    with ThreadPoolExecutor(3) as threads:
        telling = threads.submit(tell)
        shown = [key for part in threads.map(send, stores[1:]) for key in part]
        telling.result()
    assert sorted(shown) == sorted(f"rule/story-{number}/1" for number in range(150))
    for store in stores:
        store.close()
