"""What people do to deliveries by hand: have one tried again, or never sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import DeliveryKind
from monitor.store import Store

MINUTE = timedelta(minutes=1)
HOOK = ["hook"]


def state_of(store: Store, id_: int) -> str:
    row = store.delivery(id_)
    assert row is not None
    return row.state


@pytest.mark.parametrize("state", ["pending", "dead", "dropped"])
def test_what_waits_is_dead_or_was_dropped_can_be_tried_at_once(
    store: Store, make: Any, now: datetime, state: str
) -> None:
    make.outbox(store, 1)
    (claimed,) = store.claim("worker", now, MINUTE, 1, HOOK)
    store.failed(claimed, "worker", now, "no", None if state == "dead" else now + 9 * MINUTE)
    if state == "dropped":
        assert store.drop(claimed.id, "jane", now) == "pending"
    assert state_of(store, claimed.id) == state
    assert store.claim("worker", now + MINUTE, MINUTE, 1, HOOK) == []
    assert store.retry(claimed.id, now + MINUTE) == state
    (again,) = store.claim("worker", now + MINUTE, MINUTE, 1, HOOK)
    assert (again.wire_id, again.attempt) == (claimed.wire_id, 2)
    row = store.delivery(claimed.id)
    assert row is not None
    assert (row.dropped, row.dropped_by) == (None, None)


def test_what_was_sent_is_sent_again_only_where_that_is_meant(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    (claimed,) = store.claim("worker", now, MINUTE, 1, HOOK)
    assert store.retry(claimed.id, now) == "leased"
    assert store.drop(claimed.id, "jane", now) == "leased"
    store.sent(claimed, "worker", now, "ok")
    assert store.retry(claimed.id, now) == "sent"
    assert store.drop(claimed.id, "jane", now) == "sent"
    assert state_of(store, claimed.id) == "sent"
    assert store.retry(claimed.id, now, again=True) == "sent"
    assert [one.wire_id for one in store.claim("worker", now, MINUTE, 1, HOOK)] == [claimed.wire_id]
    assert store.retry(99, now) is None
    assert store.drop(99, "jane", now) is None


def test_what_was_dropped_is_never_sent_takes_nothing_and_says_who_dropped_it(
    store: Store, make: Any, now: datetime
) -> None:
    with store.intake() as intake:
        intake.raised(make.alert(1), make.keep(intake, 1), make.to(("hook", ""), group="a"), now)
    (row,) = store.deliveries(1)
    assert store.drop(row.id, "jane", now) == "pending"
    (row,) = store.deliveries(1)
    assert (row.state, row.due_at, row.dropped, row.dropped_by) == ("dropped", None, now, "jane")
    with store.intake() as intake:
        intake.raised(make.alert(2), make.keep(intake, 2), make.to(("hook", ""), group="a"), now)
    (claimed,) = store.claim("worker", now, MINUTE, 9, HOOK)
    assert [one["key"] for one in claimed.alerts] == ["rule/story-2/1"]


def test_what_quiet_hours_hold_is_sent_at_once_when_somebody_says_so(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        held = make.to(("hook", ""), group="a", hold=("nights",), due_at=now + 9 * MINUTE, held=True)
        intake.raised(make.alert(1), make.keep(intake, 1), held, now)
    (row,) = store.deliveries(1)
    assert store.retry(row.id, now) == "held"
    with store.intake() as intake:
        newest = intake.newest("hook", "", "a")
    assert newest == (now, DeliveryKind.GROUP, True, True, ()), "nobody thinks that it leaves later, or is held"
    night = now + 9 * MINUTE
    (claimed,) = store.claim("worker", now, MINUTE, 9, HOOK, hold=lambda _: night)
    store.failed(claimed, "worker", now, "no", now + MINUTE)
    (again,) = store.claim("worker", now + MINUTE, MINUTE, 9, HOOK, hold=lambda _: night)
    assert again.id == claimed.id, "also when it is tried once more"


@pytest.mark.parametrize("kind", [DeliveryKind.DIGEST, DeliveryKind.SUMMARY, DeliveryKind.SPILL])
@pytest.mark.parametrize("how", ["retry", "drop"])
def test_what_is_sent_or_dropped_before_its_time_leaves_its_place_to_another(
    store: Store, make: Any, now: datetime, kind: DeliveryKind, how: str
) -> None:
    later = now + 9 * MINUTE

    def tell(number: int) -> None:
        with store.intake() as intake:
            slot = "the next" if kind is DeliveryKind.DIGEST else None
            to = make.to(("hook", ""), kind=kind, slot=slot, due_at=later)
            intake.raised(make.alert(number), make.keep(intake, number), to, now)
            assert not intake.is_closed("hook", "", "", "the next")

    tell(1)
    tell(2)
    (first,) = store.deliveries(9)
    assert (store.retry(first.id, now) if how == "retry" else store.drop(first.id, "jane", now)) == "pending"
    tell(3)
    sent = store.claim("worker", now, MINUTE, 9, HOOK)
    told = [[one["key"] for one in some.alerts] for some in sent]
    assert told == ([["rule/story-1/1", "rule/story-2/1"]] if how == "retry" else [])
    for one in sent:
        assert store.sent(one, "worker", now, "ok")
    tell(4)
    (second,) = store.claim("worker", later, MINUTE, 9, HOOK)[-1:]
    assert [one["key"] for one in second.alerts] == ["rule/story-3/1", "rule/story-4/1"]
    if kind is DeliveryKind.DIGEST:
        assert [row.slot for row in store.deliveries(9)] == ["the next", "the next"]
