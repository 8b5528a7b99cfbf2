"""People get the newest first, and every row tells what the public surface promises."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import DeliveryState, Level, Placement, Published, Reason, Standing, Suppression, Verdict
from monitor.store import Counts, ReceiverState, Store, StoryRow

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
        to = make.to(("hook", ""), ("desk", "a@example.org"), ("desk", "b@example.org"), ("desk", "c@example.org"))
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


def test_deliveries_in_some_states_to_some_receivers(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 2, "hook")
    make.outbox(store, 2, "desk")
    assert store.drop(1, "jane", now) is not None
    asked: list[tuple[list[DeliveryState], list[str]]] = [
        ([DeliveryState.DROPPED], []),
        ([DeliveryState.DROPPED, DeliveryState.PENDING], ["hook"]),
        ([], ["desk", "hook"]),
        ([DeliveryState.DROPPED], ["desk"]),
    ]
    assert [[row.id for row in store.deliveries(10, *one)] for one in asked] == [[1], [2, 1], [4, 3, 2, 1], []]


# ---- What one article has led to ----


def test_the_articles_asked_for_come_newest_first_and_lost_ones_are_left_out(store: Store, make: Any) -> None:
    with store.intake() as intake:
        ids = [make.keep(intake, number) for number in range(3)]
    assert [row.id for row in store.articles_among([*ids[:2], ids[0], 99])] == [ids[1], ids[0]]
    assert store.articles_among([]) == []
    assert [row.id for row in store.articles_of("story-1", 5)] == [ids[1]]
    assert store.articles_of("story-9", 5) == []


def test_an_article_keeps_why_it_is_in_its_story_and_whether_it_was_old(store: Store, make: Any) -> None:
    evidence = {
        "because": "it shares é",
        "similarity": 0.43,
        "shared": [{"kind": "name", "word": "Brest", "weight": 2.1}],
    }
    with store.intake() as intake:
        make.keep(intake, 1)
        article, sketch, placement = make.article(2), make.sketch(2), make.placement(1)
        intake.keep(article, "v", None, sketch, placement, make.now, old=True, standing=Standing(evidence=evidence))
    assert [(row.evidence, row.old) for row in store.articles_of("story-1", 2)] == [(evidence, True), (None, False)]


def test_alerts_and_deliveries_of_an_article_come_in_their_order(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        first, second = make.keep(intake, 1), make.keep(intake, 2)
        told = intake.raised(make.alert(1), first, make.to(("hook", ""), ("desk", "")), now)
        intake.raised(make.alert(2), second, make.to(("hook", "")), now)
        quiet = intake.raised(make.suppressed(1), first, [], now)
    assert [row.id for row in store.alerts_of(first)] == [told, quiet]
    assert store.alerts_of(99) == []
    (claimed,) = store.claim("worker", now, MINUTE, 1, ["desk"])
    store.failed(claimed, "worker", now, "no", now + MINUTE)
    deliveries = store.deliveries_of([told, quiet])
    assert list(deliveries) == [told]
    hook, desk = deliveries[told]
    assert (hook.receiver, hook.state, hook.attempt, hook.answer) == ("hook", DeliveryState.PENDING, 0, None)
    assert (desk.receiver, desk.state, desk.attempt, desk.answer) == ("desk", DeliveryState.PENDING, 1, "no")
    assert (desk.tried_at, desk.due_at, desk.sent_at) == (now, now + MINUTE, None)
    assert store.deliveries_of([]) == {}


def test_the_kind_of_a_source_is_known_once_it_was_configured(store: Store, make: Any) -> None:
    store.register({"wire": ("feed", "https://example.org/")}, make.now)
    assert (store.kind("wire"), store.kind("other")) == ("feed", None)


# ---- Stories ----


def test_a_story_counts_copies_sources_and_the_alerts_told(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        first = make.keep(intake, 1)
        later = now + MINUTE
        copy = Placement(Verdict.DUPLICATE, "story-1", "says the same", first)
        intake.keep(make.article(2, source="other"), "v", None, make.sketch(2), copy, later, old=False)
        # Versions of an article are one, that which said something of its own and those that did not.
        intake.keep(make.article(1), "v2", None, make.sketch(1), copy, later, old=False)
        intake.raised(make.alert(1), first, [], now)
        intake.raised(make.suppressed(1), first, [], now)
    day = Published.day(2022, 1, 13).start
    story = StoryRow("story-1", "Title 1", now, later, first, day, day, 2, 1, 2, 1, {})
    assert store.story("story-1") == story
    assert store.stories(5) == [story]


def test_stories_come_by_their_newest_articles_also_past_many_of_one(store: Store, make: Any) -> None:
    with store.intake() as intake:
        make.keep(intake, 1)
        make.keep(intake, 2)
        for number in range(3, 1010):
            intake.keep(make.article(number), "v", None, make.sketch(number), make.placement(3), make.now, old=False)
        intake.keep(make.article(1, guid="again"), "v", None, make.sketch(1), make.placement(1), make.now, old=False)
    assert [row.id for row in store.stories(10)] == ["story-1", "story-3", "story-2"]
    assert [row.id for row in store.stories(2)] == ["story-1", "story-3"]
    assert [row.articles for row in store.stories(10)] == [2, 1007, 1]


def test_a_swallowed_story_leads_to_the_one_that_has_its_articles(store: Store, make: Any) -> None:
    with store.intake() as intake:
        ids = [make.keep(intake, number) for number in (1, 2, 3)]
        for number in (1, 2, 3):
            intake.raised(make.alert(number), ids[number - 1], [], make.now)
        intake.merge("story-2", ["story-3"])
        intake.merge("story-1", ["story-2"])
    (story,) = store.stories(5)
    assert (story.id, story.opened, story.articles, story.alerts) == ("story-1", ids[0], 3, 3)
    assert story.merged == {"story-2": ids[1], "story-3": ids[2]}
    assert store.story("story-1") == store.story("story-2") == store.story("story-3") == story
    assert [row.key for row in store.alerts_on("story-1", 2)] == ["rule/story-3/1", "rule/story-2/1"]
    assert store.alerts_on("story-3", 2) == []


@pytest.mark.parametrize("asked", ["", "story-9", "x\x00", "\ud800"])
def test_a_story_that_is_not_there_is_none(store: Store, make: Any, asked: str) -> None:
    with store.intake() as intake:
        make.keep(intake, 1)
    assert store.story(asked) is None


def test_before_the_first_article_there_is_no_story(store: Store) -> None:
    assert store.stories(10) == []
