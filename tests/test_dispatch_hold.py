"""What is late, refused, edited or sent by hand around quiet hours: none of it leaves in them, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from store.conftest import Make
from test_dispatch import HOUR, MINUTE, NIGHTS, NOON, Desk

from monitor.model import DeliveryState, Level, Suppression
from monitor.store import Store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Store.open(f"sqlite:///{tmp_path}/monitor.db", lasting=False)) as store:
        yield Desk(store, Make(NOON))


def test_what_gathers_for_a_group_that_leaves_before_quiet_hours_leaves_with_it(desk: Desk) -> None:
    desk.configure({"hold": "nights", "group_wait": "2m"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:57:30"))
    desk.tell(desk.alert(1), desk.alert(2), after=MINUTE)
    assert desk.keys(MINUTE) == [["rule/story-1/1", "rule/story-1/2"]]
    assert desk.keys(desk.until("2026-11-21T07:00")) == [["rule/story-2/1"]], "it would have left in the night"


@pytest.mark.parametrize("sends_first", [True, False])
def test_what_was_late_over_the_beginning_of_quiet_hours_waits_for_their_end(desk: Desk, sends_first: bool) -> None:
    loud = [{"match": {"level": "critical"}, "hold": "off"}]
    desk.configure({"hold": "nights", "routes": loud}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), desk.alert(2), after=desk.until("2026-11-20T21:55"))
    desk.tell(desk.alert(3, level=Level.CRITICAL))
    desk.now += HOUR  # the daemon was down
    if sends_first:
        assert desk.keys() == [["rule/story-3/1"]]
    desk.tell(desk.alert(1), desk.alert(4))
    assert desk.keys() == ([] if sends_first else [["rule/story-3/1"]])
    desk.tell(desk.alert(1), after=HOUR)
    assert desk.keys(desk.until("2026-11-21T06:59")) == []
    assert sorted(desk.keys(MINUTE)) == [
        ["rule/story-1/1", "rule/story-1/2", "rule/story-1/3"],
        ["rule/story-2/1"],
        ["rule/story-4/1"],
    ], "each stays a message of its own, and what else came in the night is one"


def test_what_was_refused_before_quiet_hours_is_not_tried_in_them(desk: Desk) -> None:
    desk.configure({"hold": "nights"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:58"))
    (first,) = desk.claimed()
    assert desk.store.failed(first, "worker", desk.now, "451 later", desk.now + 5 * MINUTE)
    desk.tell(desk.alert(1), after=10 * MINUTE)
    assert desk.keys() == []
    (row,) = [row for row in desk.rows() if row.attempt]
    assert (row.state, row.due_at) == (DeliveryState.HELD, desk.now + desk.until("2026-11-21T07:00"))
    assert desk.keys(desk.until("2026-11-21T07:00")) == [["rule/story-1/1"], ["rule/story-1/2"]]


def test_an_edit_of_the_routes_lets_nothing_out_that_waits(desk: Desk) -> None:
    both = [*NIGHTS, {"name": "weekends", "location": "Europe/Paris", "weekdays": ["saturday", "sunday"]}]
    desk.configure({"hold": "nights"}, time_intervals=both)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:58"))
    desk.configure({"hold": ["nights", "weekends"]}, time_intervals=both)
    assert desk.keys(HOUR) == []
    desk.configure({}, time_intervals=both[1:])
    assert desk.keys(desk.until("2026-11-21T07:00")) == [["rule/story-1/1"]]


def test_alerts_travel_together_only_in_the_same_quiet_hours(desk: Desk) -> None:
    desk.configure({"group_wait": "2h"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:00"))
    desk.configure({"hold": "nights", "group_wait": "2h"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=MINUTE)
    assert [(row.kind, row.alerts) for row in desk.rows()] == [("group", 1), ("summary", 1)]


def test_what_quiet_hours_hold_no_more_does_not_join_what_they_put_off(desk: Desk) -> None:
    desk.configure({"hold": "nights"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:58"))
    assert desk.keys(HOUR) == []
    desk.configure({}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=MINUTE)
    assert desk.keys() == [["rule/story-1/2"]]


def test_an_alert_keeps_its_quiet_hours_where_an_older_message_of_its_group_has_none(desk: Desk) -> None:
    desk.configure({}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:58"))
    desk.configure({"hold": "nights"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=MINUTE)
    assert desk.keys(2 * HOUR) == [["rule/story-1/1"]]


def test_what_was_put_off_to_the_morning_takes_no_room_of_the_night(desk: Desk) -> None:
    loud = [{"match": {"level": "high"}, "hold": "off"}]
    desk.configure({"hold": "nights", "routes": loud}, at_most="2/1h", time_intervals=NIGHTS)
    low = [desk.alert(number, level=Level.LOW) for number in (1, 2)]
    desk.tell(*low, after=desk.until("2026-11-20T21:58"))
    assert desk.keys(HOUR) == []
    desk.tell(desk.alert(3, level=Level.HIGH), after=desk.until("2026-11-21T02:00"))
    assert desk.keys() == [["rule/story-3/1"]]


def test_what_is_newer_does_not_overtake_what_waits_for_the_morning(desk: Desk) -> None:
    desk.configure({"hold": "nights", "group_interval": "30m"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:33"))
    assert desk.keys() == [["rule/story-1/1"]]
    for minutes in (12, 1):
        desk.tell(desk.alert(1), after=minutes * MINUTE)
    assert desk.keys() == []
    assert desk.keys(desk.until("2026-11-21T07:00")) == [["rule/story-1/2", "rule/story-1/3"]]


def test_nothing_is_repeated_that_was_not_told_yet(desk: Desk) -> None:
    desk.configure({"hold": "nights", "repeat_interval": "1h"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:58"))
    (first,) = desk.claimed()
    assert desk.store.failed(first, "worker", desk.now, "451 later", desk.now + 5 * MINUTE)
    desk.tell(desk.alert(1, suppressed=Suppression.DUPLICATE), after=desk.until("2026-11-21T03:00"))
    assert desk.keys(desk.until("2026-11-21T07:00")) == [["rule/story-1/1"]]


def test_a_digest_sent_by_hand_leaves_its_time_to_what_comes_after(desk: Desk) -> None:
    desk.configure({"digest": "07:30"})
    desk.tell(desk.alert(1), desk.alert(1, suppressed=Suppression.DUPLICATE))
    assert desk.store.retry(desk.rows()[0].id, desk.now) == DeliveryState.PENDING
    desk.tell(desk.alert(2), desk.alert(2, suppressed=Suppression.DUPLICATE))
    assert desk.keys() == [["rule/story-1/1"]]
    desk.tell(desk.alert(3), after=HOUR)
    (digest,) = desk.sent(desk.until("2026-11-21T07:30"))
    assert [one["key"] for one in digest.alerts] == ["rule/story-2/1", "rule/story-3/1"]
    assert digest.counted == {"duplicate": 1}
