"""What a poll brought is stored together, and every alert once for everybody it goes to."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.model import Alert, DeliveryState, Reason, StoryFacts, Verdict
from monitor.store import Store
from monitor.store.articles import GIVE_UP
from monitor.store.gathering import wire_id

HOUR = timedelta(hours=1)


def test_an_article_is_stored_with_its_placement_matches_and_evidence(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        id_ = make.keep(intake, 1)
        intake.matched(id_, [make.match("b"), make.match("a")])
        intake.matched(id_, [])
    row = store.article(str(id_))
    assert row is not None
    assert row.article == make.article(1)
    assert (row.status, row.of, row.duplicate_of, row.story) == (Verdict.NEW, None, None, "story-1")
    assert (row.because, row.news, row.first_seen) == ("nothing like it is held", ("A new fact.",), now)
    assert row.matches == (make.match("a"), make.match("b"))


@pytest.mark.parametrize(("verdict", "duplicate_of"), [(Verdict.DUPLICATE, True), (Verdict.UPDATE, False)])
def test_only_a_duplicate_is_a_duplicate_of_something(
    store: Store, make: Any, verdict: Verdict, duplicate_of: bool
) -> None:
    with store.intake() as intake:
        of = make.keep(intake, 1)
        id_ = intake.keep(
            make.article(2), "v2", None, make.sketch(2), make.placement(1, verdict, of), make.now, old=False
        )
    row = store.article(str(id_))
    assert row is not None
    assert (row.status, row.of, row.duplicate_of) == (verdict, of, of if duplicate_of else None)


def test_a_story_is_named_by_its_first_article_and_grows(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        make.keep(intake, 1)
        for number, source in enumerate(["wire", "other", "third"], 2):
            article = make.article(number, source=source)
            intake.keep(article, "v", None, make.sketch(number), make.placement(1), now + number * HOUR, old=False)
        assert intake.story("story-1") == StoryFacts("story-1", "Title 1", now, articles=4, sources=3)
        later = make.article(4, source="third")
        intake.keep(later, "v2", None, make.sketch(9), make.placement(1), now + 5 * HOUR, old=False)
        assert intake.story("story-1").articles == 4  # versions of an article are one
    assert store.counts().stories == 1


def test_an_item_version_is_stored_once(store: Store, make: Any) -> None:
    with store.intake() as intake:
        make.keep(intake, 1)
    with pytest.raises(StoreError), store.intake() as intake:
        make.keep(intake, 1)
    assert store.counts().articles == 1


def test_an_empty_version_and_a_newer_stamp_are_remembered(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        intake.seen("wire", "void", "v", "stamp", now)
        make.keep(intake, 1)
        intake.seen("wire", "guid-1", "version-1", "newer", now + HOUR)
    assert store.held_items("wire", [("void", "v"), ("guid-1", "version-1")]) == {
        ("void", "v"),
        ("guid-1", "version-1"),
    }
    assert store.stamps("wire") == {"void": "stamp", "guid-1": "newer"}
    assert store.counts().articles == 1


def test_an_item_that_cannot_be_read_comes_again_until_it_is_given_up(store: Store, now: datetime) -> None:
    bad = ("bad", "v")
    for attempt in range(1, GIVE_UP + 2):
        with store.intake() as intake:
            assert intake.held_items("wire", [bad]) == ({bad} if attempt > GIVE_UP else set())
            assert intake.unreadable("wire", *bad, f"it died\x00 {attempt}", now) is (attempt == GIVE_UP)
        assert store.held_items("wire", [bad, ("bad", "w")]) == ({bad} if attempt >= GIVE_UP else set())
    assert store.held_items("other", [bad]) == set()


@pytest.mark.parametrize("failures", [1, GIVE_UP])
def test_an_item_that_is_read_at_last_is_like_any_other(store: Store, make: Any, now: datetime, failures: int) -> None:
    store.register({"wire": ("feed", "place")}, now)
    with store.intake() as intake:
        for _ in range(failures):
            intake.unreadable("wire", "guid-1", "version-1", "it died", now)
        make.keep(intake, 1)
    assert store.held_items("wire", [("guid-1", "version-1")]) == {("guid-1", "version-1")}
    assert store.source_rows()[0].unreadable == 0
    with pytest.raises(StoreError), store.intake() as intake:
        make.keep(intake, 1)
    # Another daemon that cannot read what this one could changes nothing.
    with store.intake() as intake:
        for _ in range(GIVE_UP):
            assert intake.unreadable("wire", "guid-1", "version-1", "it died", now) is False
    assert store.held_items("wire", [("guid-1", "version-1")]) == {("guid-1", "version-1")}
    assert store.source_rows()[0].unreadable == 0


def test_an_item_read_at_last_and_empty_is_held_and_one_given_up_keeps_its_new_stamp(
    store: Store, now: datetime
) -> None:
    store.register({"folder": ("files", "place")}, now)
    with store.intake() as intake:
        intake.unreadable("folder", "empty", "v", "it died", now)
        for _ in range(GIVE_UP):
            intake.unreadable("folder", "bad", "v", "it died", now)
        intake.seen("folder", "empty", "v", "stamp", now)
        intake.seen("folder", "bad", "v", "stamp", now)
    assert store.held_items("folder", [("empty", "v"), ("bad", "v")]) == {("empty", "v"), ("bad", "v")}
    assert store.stamps("folder") == {"empty": "stamp", "bad": "stamp"}
    assert store.source_rows()[0].unreadable == 1


def test_the_operator_is_told_once_and_once_that_it_is_over(store: Store, now: datetime) -> None:
    store.register(dict.fromkeys("abc", ("feed", "place")), now)
    with store.intake() as intake:
        assert intake.mark_told({"a": now, "b": now + HOUR, "ghost": now}) == {"a", "b"}
        assert intake.mark_told({"a": now + HOUR, "b": now + HOUR, "c": now}) == {"c"}
    assert [state.told for _, state in store.ailing()] == [now, now + HOUR, now]
    with store.intake() as intake:
        assert intake.mark_told({"a": None, "c": None}) == {"a", "c"}
        assert intake.mark_told({"a": None, "b": None}) == {"b"}
        assert intake.mark_told({}) == set()
    assert store.ailing() == []


def test_what_the_operator_was_told_is_undone_with_the_alert_that_told_it(store: Store, make: Any) -> None:
    store.register({"wire": ("feed", "place")}, make.now)
    failing = make.alert(story="", key="monitor.source-failing/example.org/20261121T213901Z", document={})

    def tell() -> None:
        with store.intake() as intake:
            intake.mark_told({"wire": make.now})
            intake.raised(failing, None, make.to(("desk", "")), make.now)
            raise LookupError("the power fails")

    with pytest.raises(LookupError):
        tell()
    assert store.ailing() == []
    assert store.alerts(10, suppressed=True) == []


def test_several_daemons_tell_the_operator_once(url: str, make: Any) -> None:
    stores = [Store.open(url) for _ in range(4)]
    names = [f"source-{number}" for number in range(20)]
    stores[0].register(dict.fromkeys(names, ("feed", "place")), make.now)

    def tell(store: Store) -> list[str]:
        told: list[str] = []
        for name in names:
            with store.intake() as intake:
                told += intake.mark_told({name: make.now})
        return told

    with ThreadPoolExecutor(4) as threads:
        assert sorted(name for part in threads.map(tell, stores) for name in part) == sorted(names)
    for store in stores:
        store.close()


def test_the_alerts_of_a_rule_on_a_story_are_counted_without_the_suppressed(store: Store, make: Any) -> None:
    with store.intake() as intake:
        id_ = make.keep(intake, 1)
        make.keep(intake, 2)
        assert intake.told(["rule", "other"], "story-1") == {"rule": 0, "other": 0}
        intake.raised(make.alert(1, nth=1), id_, [], make.now)
        intake.raised(make.alert(1, nth=2), id_, [], make.now)
        intake.raised(make.suppressed(1), id_, [], make.now)
        intake.raised(make.alert(2, nth=1), id_, [], make.now)
        assert intake.told(["rule", "other"], "story-1") == {"rule": 2, "other": 0}
        assert intake.told([], "story-1") == {}


def test_an_alert_makes_one_pending_delivery_for_each_address(store: Store, make: Any, now: datetime) -> None:
    with store.intake() as intake:
        id_ = make.keep(intake, 1)
        to = make.to(("desk", "a@example.org"), ("desk", "b@example.org"), ("hook", ""), ("desk", "a@example.org"))
        alert_id = intake.raised(make.alert(1), id_, to, now)
    assert list(store.deliveries_of([alert_id])) == [alert_id]
    assert len(store.deliveries_of([alert_id])[alert_id]) == 3
    rows = store.deliveries(10)
    assert [(row.receiver, row.address) for row in rows] == [
        ("hook", ""),
        ("desk", "b@example.org"),
        ("desk", "a@example.org"),
    ]
    for row in rows:
        assert (row.alert, row.alerts, row.counted, row.state) == ("rule/story-1/1", 1, 0, DeliveryState.PENDING)
        assert (row.due_at, row.created, row.attempt, row.answer, row.sent_at) == (now, now, 0, None, None)


def test_the_name_of_a_delivery_on_the_wire_never_changes(store: Store, make: Any, now: datetime) -> None:
    make.outbox(store, 1)
    expected = "msg_" + hashlib.sha256(b"rule/story-1/1\nhook\n").hexdigest()[:32]
    assert store.deliveries(1)[0].wire_id == expected == wire_id("rule/story-1/1", "hook", "")
    (claimed,) = store.claim("worker", now, HOUR, 10, ["hook"])
    assert claimed.wire_id == expected


def test_an_alert_key_is_given_once(store: Store, make: Any) -> None:
    with store.intake() as intake:
        id_ = make.keep(intake, 1)
        intake.raised(make.alert(1), id_, make.to(("hook", "")), make.now)
    with pytest.raises(StoreError), store.intake() as intake:
        intake.raised(make.alert(1), id_, make.to(("hook", "")), make.now)
    assert sum(store.counts().deliveries.values()) == 1


def test_a_suppressed_alert_is_stored_as_often_as_it_happens_and_told_to_nobody(store: Store, make: Any) -> None:
    with store.intake() as intake:
        id_ = make.keep(intake, 1)
        intake.raised(make.suppressed(1), id_, [], make.now)
        intake.raised(make.suppressed(1), id_, [], make.now)
        with pytest.raises(ValueError, match="suppressed alert of rule rule has receivers"):
            intake.raised(make.suppressed(1), id_, make.to(("hook", "")), make.now)
    assert store.counts().alerts == 0
    assert len(store.alerts(10, suppressed=True)) == 2
    assert store.deliveries(10) == []


def test_an_alert_needs_neither_story_nor_article(store: Store, make: Any) -> None:
    with store.intake() as intake:
        id_ = intake.raised(make.alert(1, story="", key="monitor.test/1"), None, make.to(("hook", "")), make.now)
    row = store.alert(id_)
    assert row is not None
    assert (row.story, row.article) == (None, None)


def test_several_daemons_with_the_same_items_store_each_once(url: str, make: Any) -> None:
    def take_in(store: Store) -> int:
        new = 0
        for number in range(20):
            with store.intake() as intake:
                pair = (f"guid-{number}", f"version-{number}")
                if pair not in intake.held_items("wire", [pair]):
                    nth = intake.told(["rule"], f"story-{number}")["rule"] + 1
                    intake.raised(make.alert(number, nth), make.keep(intake, number), make.to(("hook", "")), make.now)
                    new += 1
        return new

    stores = [Store.open(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(take_in, stores)) == 20
    counts = stores[0].counts()
    assert (counts.articles, counts.alerts, counts.deliveries[DeliveryState.PENDING]) == (20, 20, 20)
    for store in stores:
        store.close()


def test_the_last_event_about_something_is_known(store: Store, make: Any, now: datetime) -> None:
    def event(rule: str, about: str, number: int) -> Alert:
        key, document = f"{rule}/{about}/{number}", {"about": about}
        told: Alert = make.alert(rule=rule, story="", key=key, reason=Reason.OPERATOR, document=document)
        return told

    events = [("refused", "/etc/a"), ("refused", "/etc/b"), ("other", "/etc/b"), ("recovered", "/etc/b")]
    for number, (rule, about) in enumerate(events):
        with store.intake() as intake:
            intake.raised(event(rule, about, number), None, [], now)
    with store.intake() as intake:
        id_ = make.keep(intake, 1)
        intake.raised(make.alert(rule="refused", document={"about": "/etc/b"}), id_, [], now)
        found = intake.last_events(("refused", "recovered"))
    assert found == {"/etc/a": "refused", "/etc/b": "recovered"}, "what is about an article is no event"
