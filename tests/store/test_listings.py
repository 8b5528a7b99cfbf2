"""People get the newest first, and every row tells what the public surface promises."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import DeliveryState, Level, Reason, Suppression
from monitor.store import Counts, ReceiverState, Store

MINUTE = timedelta(minutes=1)


def test_an_empty_database_counts_nothing_in_every_state(store: Store) -> None:
    assert store.counts() == Counts(0, 0, 0, dict.fromkeys(DeliveryState, 0))
    assert store.articles(10) == []
    assert store.alerts(10, suppressed=True) == []
    assert store.deliveries(10) == []
    assert store.source_rows() == []


def test_deliveries_are_counted_by_state(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 4)
    sent, dead, _ = store.claim("worker", now, MINUTE, 3, ["hook"])
    store.sent(sent, "worker", now, "ok")
    store.failed(dead, "worker", now, "no", None)
    counts = store.counts()
    assert (counts.articles, counts.stories, counts.alerts) == (4, 4, 4)
    expected = {DeliveryState.SENT: 1, DeliveryState.DEAD: 1, DeliveryState.LEASED: 1, DeliveryState.PENDING: 1}
    assert counts.deliveries == dict.fromkeys(DeliveryState, 0) | expected


def test_articles_are_listed_newest_first_in_pages(store: Store, make: Any) -> None:
    with store.intake() as intake:
        ids = [make.keep(intake, number) for number in range(5)]
        intake.matched(ids[3], [make.match("b"), make.match("a")])
    assert [row.id for row in store.articles(2)] == [ids[4], ids[3]]
    assert [[match.rule for match in row.matches] for row in store.articles(2)] == [[], ["a", "b"]]


def test_more_rows_than_a_statement_takes_parameters_are_listed(store: Store, make: Any) -> None:
    with store.intake() as intake:
        for number in range(510):
            intake.matched(make.keep(intake, number), [make.match()])
    rows = store.articles(1000)
    assert len(rows) == 510
    assert all(len(row.matches) == 1 for row in rows)


def test_an_article_is_found_by_id_or_by_url_the_newest_there(store: Store, make: Any) -> None:
    with store.intake() as intake:
        first = make.keep(intake, 1)
        second = make.keep(intake, 2, url="https://example.org/1")
        make.keep(intake, 3)
    for asked, expected in [(str(first), first), ("https://example.org/1", second)]:
        row = store.article(asked)
        assert row is not None
        assert row.id == expected


@pytest.mark.parametrize("asked", ["", "0", "99", "-1", "9" * 30, "9" * 5000, "https://example.org/", "²", "1 OR 1=1"])
def test_an_article_that_is_not_there_is_none(store: Store, make: Any, asked: str) -> None:
    with store.intake() as intake:
        make.keep(intake, 1, url=None)
    assert store.article(asked) is None


def test_an_alert_tells_why_what_and_how_far_it_has_come(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        article = make.keep(intake, 1)
        to = [("hook", ""), ("desk", "a@example.org"), ("desk", "b@example.org"), ("desk", "c@example.org")]
        id_ = intake.raised(make.alert(1), article, to, now)
    _, sent, *_ = store.claim("worker", now, MINUTE, 2, ["hook", "desk"])
    store.sent(sent, "worker", now, "ok")
    (row,) = store.alerts(10, suppressed=False)
    assert row == store.alert(id_)
    assert (row.id, row.key, row.rule, row.version) == (id_, "rule/story-1/1", "rule", "v1")
    assert (row.level, row.tags, row.reason, row.suppressed) == (Level.HIGH, ("a", "b"), Reason.FIRST, None)
    assert (row.story, row.article, row.created) == ("story-1", article, now)
    # Three addresses of the desk, two of them in the same state.
    assert row.receivers == (
        ReceiverState("hook", DeliveryState.LEASED),
        ReceiverState("desk", DeliveryState.SENT),
        ReceiverState("desk", DeliveryState.PENDING),
    )
    assert row.document == {**make.alert(1).document, "id": id_}


def test_suppressed_alerts_are_listed_on_demand_with_the_reason(store: Store, make: Any) -> None:
    with store.intake() as intake:
        article = make.keep(intake, 1)
        told = intake.raised(make.alert(1), article, [], make.now)
        quiet = intake.raised(make.suppressed(1), article, [], make.now)
    assert [row.id for row in store.alerts(10, suppressed=False)] == [told]
    assert [row.id for row in store.alerts(10, suppressed=True)] == [quiet, told]
    row = store.alert(quiet)
    assert row is not None
    assert (row.key, row.reason, row.suppressed, row.receivers) == (None, None, Suppression.DUPLICATE, ())


@pytest.mark.parametrize("id_", [0, -1, 99, 10**30, -(10**30)])
def test_an_alert_that_is_not_there_is_none(store: Store, id_: int) -> None:
    assert store.alert(id_) is None


def test_only_as_many_alerts_and_deliveries_as_asked_for(store: Store, make: Any) -> None:
    make.outbox(store, 3)
    assert [row.key for row in store.alerts(2, suppressed=False)] == ["rule/story-3/1", "rule/story-2/1"]
    assert [row.alert for row in store.deliveries(2)] == ["rule/story-3/1", "rule/story-2/1"]
