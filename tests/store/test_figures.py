"""The numbers of the metrics: what is stored is counted, each row once, on either engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.model import Reason, SourceState, Verdict
from monitor.store import Figures, Store, figures

MINUTE = timedelta(minutes=1)


def all_of(store: Store) -> Figures:
    for _ in range(100):
        if found := store.figures():
            return found
    raise AssertionError("counted for ever")


def fill(store: Store, make: Any, first: int, count: int) -> None:
    """Articles by turns new, duplicate and update; each second one raises an alert, the others are suppressed."""
    with store.intake() as intake:
        for number in range(first, first + count):
            verdict = list(Verdict)[number % 3]
            placement = make.placement(number, verdict, 1 if verdict is not Verdict.NEW else None)
            kept = (make.article(number), f"v-{number}", None, make.sketch(number), placement, make.now)
            id_ = intake.keep(*kept, old=False)
            alert = make.alert(number) if number % 2 else make.suppressed(number)
            intake.raised(alert, id_, make.to(("hook", "")) if number % 2 else [], make.now)


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert store.figures() == Figures({}, {}, {}, {}, None, frozenset())


@pytest.mark.parametrize("step", [1, 7, 20_000])
def test_every_row_is_counted_once_also_what_comes_later(
    step: int, store: Store, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "STEP", step)
    fill(store, make, 1, 12)
    found = all_of(store)
    assert found.articles == dict.fromkeys(Verdict, 4)
    assert (found.alerts, found.suppressed) == ({"first": 6}, {"duplicate": 6})
    assert found.deliveries == {("hook", "pending"): 6}
    assert all_of(store) == found
    fill(store, make, 13, 3)
    after = all_of(store)
    assert after.articles == dict.fromkeys(Verdict, 5)
    assert (after.alerts, after.suppressed) == ({"first": 8}, {"duplicate": 7})
    assert found.articles == dict.fromkeys(Verdict, 4), "what was given before does not change"


def test_alerts_of_the_operator_count_too(store: Store, make: Any) -> None:
    with store.intake() as intake:
        intake.raised(replace(make.alert(), reason=Reason.OPERATOR, story=None), None, [], make.now)
    assert all_of(store).alerts == {"operator": 1}


def test_deliveries_are_as_they_are_now(store: Store, make: Any) -> None:
    make.outbox(store, 3)
    make.outbox(store, 1, receiver="desk", due=make.now + MINUTE)
    first, second = store.claim("worker", make.now, MINUTE, 2, ["hook"])
    assert all_of(store).deliveries == {("hook", "leased"): 2, ("hook", "pending"): 1, ("desk", "pending"): 1}
    assert store.sent(first, "worker", make.now, "ok")
    assert store.failed(second, "worker", make.now, "no", None)
    found = all_of(store)
    assert found.deliveries == {
        ("hook", "sent"): 1,
        ("hook", "dead"): 1,
        ("hook", "pending"): 1,
        ("desk", "pending"): 1,
    }


def test_the_oldest_that_is_to_be_sent_is_neither_sent_nor_dead(store: Store, make: Any) -> None:
    for minutes in (0, 5, 9):
        make.outbox(store, 1, due=make.now + minutes * MINUTE)
    assert all_of(store).oldest_pending == make.now
    for expected in (make.now + 5 * MINUTE, make.now + 9 * MINUTE, None):
        (claimed,) = store.claim("worker", make.now + 10 * MINUTE, MINUTE, 1, ["hook"])
        assert store.sent(claimed, "worker", make.now, "ok")
        assert all_of(store).oldest_pending == expected


def test_one_that_failed_is_as_old_as_its_first_attempt(store: Store, make: Any) -> None:
    make.outbox(store, 1)
    (claimed,) = store.claim("worker", make.now + MINUTE, MINUTE, 1, ["hook"])
    assert store.failed(claimed, "worker", make.now + MINUTE, "503", make.now + 60 * MINUTE)
    assert all_of(store).oldest_pending == make.now + MINUTE


def test_a_source_fails_while_something_is_wrong_with_it(store: Store, make: Any) -> None:
    store.register(dict.fromkeys(("well", "once", "long", "told"), ("feed", "place")), make.now)
    make.poll(store, "well", SourceState(polled=make.now, succeeded=make.now))
    make.poll(store, "once", SourceState(failures=1, error="once: 503"))
    make.poll(store, "long", SourceState(trouble="nothing new for weeks"))
    assert all_of(store).failing == {"once", "long"}
    make.poll(store, "once", SourceState())
    assert all_of(store).failing == {"long"}
