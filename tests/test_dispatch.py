"""From an alert that is raised to the messages that will tell of it: silences, inhibition, routes, groups, digests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from store.conftest import Make

from monitor.alert import holding, operator_alert
from monitor.alert import test_document as sample
from monitor.dispatch import Dispatch
from monitor.model import Alert, Delivery, DeliveryKind, DeliveryState, Level, Reason, Suppression
from monitor.settings import Settings
from monitor.store import DeliveryRow, Store

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)  # a Friday; 12:00 in Paris
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHTS = [{"name": "nights", "location": "Europe/Paris", "times": ["22:00-07:00"]}]


class Desk:
    """A store, a configuration and a clock; alerts are raised and messages taken by hand."""

    def __init__(self, store: Store, make: Make, **settings: Any) -> None:
        self.store = store
        self.make = make
        self.now = NOON
        self.articles: dict[int, int] = {}
        self.told: dict[tuple[str, int], int] = {}
        self.configure(**settings)

    def configure(
        self,
        route: dict[str, Any] | None = None,
        addresses: tuple[str, ...] = (),
        at_most: str = "off",
        **more: Any,
    ) -> None:
        mail = {"type": "email", "from": "w@example.org", "smtp": {"host": "localhost", "starttls": "off"}}
        receivers = [
            {"name": "hook", "type": "console", "at_most": at_most},
            {"name": "desk", "to": addresses or ["a@example.org"], **mail},
        ]
        written = {"version": 1, "timezone": "Europe/Paris", "receivers": receivers, **more}
        self.settings = Settings.model_validate({**written, "route": {"receiver": "hook", **(route or {})}})

    def alert(self, story: int = 1, rule: str = "rule", level: Level = Level.HIGH, **changes: Any) -> Alert:
        """The next alert of a rule on a story; with `suppressed` one that nobody is told of."""
        why = changes.get("suppressed")
        key = None if why else self._key(rule, story)
        shown = sample("desk", NOON)
        about = {**shown["rule"], "id": rule, "title": rule, "level": level, "tags": ["a"]}
        document = {**shown, "key": key, "reason": None if why else Reason.FIRST, "rule": about}
        made = Alert(rule, "v1", level, ("a",), f"story-{story}", None if why else Reason.FIRST, key, document=document)
        return replace(made, **changes)

    def _key(self, rule: str, story: int) -> str:
        number = self.told[rule, story] = self.told.get((rule, story), 0) + 1
        return f"{rule}/story-{story}/{number}"

    def tell(self, *alerts: Alert, after: timedelta = timedelta(0)) -> int:
        """Raise alerts in one commit, some time after what was done last."""
        self.now += after
        with self.store.intake() as memory:
            dispatch, told = Dispatch(self.settings, memory, self.now), 0
            for alert in alerts:
                number = int(alert.story.removeprefix("story-") or 0)
                if number and number not in self.articles:
                    self.articles[number] = self.make.keep(memory, number)
                told += dispatch.send([alert], self.articles.get(number))
        return told

    def sent(self, after: timedelta = timedelta(0)) -> list[Delivery]:
        """Send all that is due, some time after what was done last."""
        self.now += after
        claimed = self.claimed()
        for one in claimed:
            assert self.store.sent(one, "worker", self.now, "ok")
        return claimed

    def claimed(self) -> list[Delivery]:
        """All that is due, leased for an hour."""
        names, hold = [one.name for one in self.settings.receivers], holding(self.settings.intervals, self.now)
        return self.store.claim("worker", self.now, HOUR, 100, names, hold=hold)

    def keys(self, after: timedelta = timedelta(0)) -> list[list[str]]:
        """What the messages tell of that are due."""
        return [[document["key"] for document in one.alerts] for one in self.sent(after)]

    def rows(self) -> list[DeliveryRow]:
        """The outbox, the oldest first."""
        return list(reversed(self.store.deliveries(1000)))

    def until(self, text: str) -> timedelta:
        """How long it is until a time of the clock of Paris, such as 2026-11-21T07:00."""
        return datetime.fromisoformat(f"{text}+01:00") - self.now


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Store.open(f"sqlite:///{tmp_path}/monitor.db")) as store:
        yield Desk(store, Make(NOON))


# ---- Groups ----


def test_alerts_of_one_commit_and_story_travel_together_and_others_alone(desk: Desk) -> None:
    assert desk.tell(desk.alert(1), desk.alert(2), desk.alert(1, "other")) == 3
    assert desk.keys() == [["rule/story-1/1", "other/story-1/1"], ["rule/story-2/1"]]


def test_what_matters_most_comes_first_in_a_message_and_in_the_queue(desk: Desk) -> None:
    with desk.store.intake() as memory:
        desk.articles[1] = desk.make.keep(memory, 1)
        low, high = desk.alert(1, "low", Level.LOW), desk.alert(1, "high", Level.CRITICAL)
        Dispatch(desk.settings, memory, NOON).send([low, high], desk.articles[1])
    desk.tell(desk.alert(2, level=Level.INFO), after=-MINUTE)
    assert desk.keys(2 * MINUTE) == [["high/story-1/1", "low/story-1/1"], ["rule/story-2/1"]]


def test_the_next_message_of_a_group_comes_after_its_interval_with_all_that_came_meanwhile(desk: Desk) -> None:
    desk.tell(desk.alert(1))
    assert len(desk.sent()) == 1
    desk.tell(desk.alert(1), after=MINUTE)
    desk.tell(desk.alert(1), after=3 * MINUTE)
    assert desk.keys(timedelta(seconds=59)) == []
    assert desk.keys(timedelta(seconds=1)) == [["rule/story-1/2", "rule/story-1/3"]]
    desk.tell(desk.alert(1), after=HOUR)
    assert desk.keys() == [["rule/story-1/4"]]


def test_the_interval_counts_from_when_a_message_left_not_from_when_it_was_due(desk: Desk) -> None:
    desk.tell(desk.alert(1))
    desk.sent(HOUR)  # its receiver was away
    desk.tell(desk.alert(1), after=MINUTE)
    assert desk.keys(3 * MINUTE) == []
    assert desk.keys(MINUTE) == [["rule/story-1/2"]]


def test_a_delivery_that_was_tried_once_takes_no_more(desk: Desk) -> None:
    desk.tell(desk.alert(1))
    (first,) = desk.store.claim("worker", desk.now, HOUR, 1, ["hook"])
    assert desk.store.failed(first, "worker", desk.now, "451 later", desk.now + MINUTE)
    desk.tell(desk.alert(1), after=timedelta(seconds=1))
    (again,) = desk.store.claim("worker", desk.now + MINUTE, HOUR, 1, ["hook"])
    assert (again.wire_id, again.alerts) == (first.wire_id, first.alerts), "a retry is the same message"
    assert [row.alerts for row in desk.rows()] == [1, 1]


@pytest.mark.parametrize(
    ("by", "expected"),
    [(["rule"], [2, 1]), (["level"], [3]), (["alert"], [1, 1, 1]), (["story", "rule"], [1, 1, 1])],
)
def test_groups_are_made_by_what_the_route_says(desk: Desk, by: list[str], expected: list[int]) -> None:
    desk.configure({"group_by": by})
    desk.tell(desk.alert(1), desk.alert(2), desk.alert(1, "other"))
    assert [row.alerts for row in desk.rows()] == expected


def test_each_address_gets_its_own_message_and_each_receiver_one(desk: Desk) -> None:
    both = [
        {"receiver": "desk", "continue": True, "match": {"rule": "rule"}},
        {"receiver": "desk", "group_by": ["alert"]},
    ]
    desk.configure({"routes": both}, addresses=("a@example.org", "b@example.org", "a@example.org"))
    desk.tell(desk.alert(1), desk.alert(1))
    assert sorted((row.receiver, row.address, row.alerts) for row in desk.rows()) == [
        ("desk", "a@example.org", 2),
        ("desk", "b@example.org", 2),
    ]


def test_what_the_operator_is_told_goes_the_same_way(desk: Desk) -> None:
    desk.configure({"routes": [{"match": {"tag": "operator"}, "receiver": "desk"}]})
    desk.tell(operator_alert("source-failing", "example.org", ["it fails"], NOON))
    (row,) = desk.rows()
    assert (row.receiver, row.alert) == ("desk", "monitor.source-failing/example.org/20261120T110000Z")


# ---- Quiet hours and digests ----


def test_quiet_hours_hold_all_of_a_route_for_one_summary(desk: Desk) -> None:
    desk.configure({"hold": "nights"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:59"))
    assert desk.keys() == [["rule/story-1/1"]]
    desk.tell(desk.alert(2), after=MINUTE)
    desk.tell(desk.alert(1), desk.alert(3), after=8 * HOUR)
    assert {row.state for row in desk.rows()} == {DeliveryState.SENT, DeliveryState.HELD}
    assert desk.keys(desk.until("2026-11-21T06:59")) == []
    (summary,) = desk.sent(MINUTE)
    assert summary.kind is DeliveryKind.SUMMARY
    assert [one["key"] for one in summary.alerts] == ["rule/story-2/1", "rule/story-1/2", "rule/story-3/1"]
    desk.tell(desk.alert(3), after=MINUTE)
    assert desk.keys(3 * MINUTE) == [], "the summary counts for the interval of the groups in it"
    assert desk.keys(MINUTE) == [["rule/story-3/2"]]


def test_a_level_overrides_quiet_hours(desk: Desk) -> None:
    loud = [{"match": {"level": "critical"}, "hold": "off"}]
    desk.configure({"hold": "nights", "routes": loud}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), desk.alert(1, "war", Level.CRITICAL), after=desk.until("2026-11-20T23:00"))
    assert desk.keys() == [["war/story-1/1"]]
    assert desk.keys(8 * HOUR) == [["rule/story-1/1"]]


def test_a_summary_that_could_not_be_sent_takes_nothing_of_the_next_night(desk: Desk) -> None:
    desk.configure({"hold": "nights"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T23:00"))
    desk.tell(desk.alert(2), after=DAY)
    assert desk.keys() == [], "it was due this morning, but this is another night"
    assert desk.keys(8 * HOUR) == [["rule/story-1/1"], ["rule/story-2/1"]]


def test_a_digest_gathers_until_its_time_and_counts_what_nobody_is_told_of(desk: Desk) -> None:
    desk.configure({"digest": "07:30"})
    suppressed = [Suppression.DUPLICATE, Suppression.NOTHING_NEW, Suppression.NOTHING_NEW, Suppression.AGE]
    desk.tell(desk.alert(1), *(desk.alert(1, suppressed=why) for why in suppressed))
    desk.tell(desk.alert(2), after=10 * HOUR)
    (row,) = desk.rows()
    assert (row.kind, row.slot, row.alerts, row.counted) == ("digest", "2026-11-21T07:30 Europe/Paris", 2, 3)
    assert desk.keys(desk.until("2026-11-21T07:29")) == []
    (digest,) = desk.sent(MINUTE)
    assert [one["key"] for one in digest.alerts] == ["rule/story-1/1", "rule/story-2/1"]
    assert digest.counted == {"duplicate": 1, "nothing-new": 2}, "nobody waits for what is too old"
    desk.tell(desk.alert(1))
    assert [row.slot for row in desk.rows()][1:] == ["2026-11-22T07:30 Europe/Paris"]


def test_a_digest_that_would_only_count_is_not_sent_but_goes_with_the_next(desk: Desk) -> None:
    desk.configure({"digest": "07:30"})
    desk.tell(desk.alert(1))
    desk.sent(DAY)
    for _ in range(3):
        desk.tell(desk.alert(1, suppressed=Suppression.DUPLICATE), after=DAY)
    assert desk.sent(DAY) == []
    assert desk.store.counts().pending == 0, "nothing waits that will be sent"
    assert desk.store.waiting([]) == {}
    desk.tell(desk.alert(2))
    (digest,) = desk.sent(DAY)
    assert ([one["key"] for one in digest.alerts], digest.counted) == (["rule/story-2/1"], {"duplicate": 3})
    assert digest.created == desk.now - DAY, "it lives from when there was something to tell"
    assert len(desk.rows()) == 2


def test_a_digest_that_another_daemon_has_sent_already_is_left_for_the_next(desk: Desk) -> None:
    desk.configure({"digest": "07:30"})
    desk.tell(desk.alert(1))
    desk.sent(desk.until("2026-11-21T07:30"))
    desk.now -= MINUTE  # a daemon whose clock is behind
    desk.tell(desk.alert(2))
    assert [row.slot for row in desk.rows()] == ["2026-11-21T07:30 Europe/Paris", "2026-11-22T07:30 Europe/Paris"]


def test_a_summary_that_another_daemon_has_sent_already_is_no_obstacle(desk: Desk) -> None:
    desk.configure({"hold": "nights"}, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T23:00"))
    desk.sent(desk.until("2026-11-21T07:00"))
    desk.now -= MINUTE
    desk.tell(desk.alert(2), desk.alert(3))
    assert desk.keys(MINUTE) != []
    assert {row.state for row in desk.rows()} == {DeliveryState.SENT}


# ---- Silences and inhibition ----


def silence(desk: Desk, **matchers: Any) -> int:
    given: int = desk.store.silence(matchers, {}, "jane", "known", None, desk.now + HOUR, desk.now)
    return given


def test_a_silenced_alert_is_stored_with_the_silence_and_never_sent_later(desk: Desk) -> None:
    number = silence(desk, rule=["rule"])
    assert desk.tell(desk.alert(1), desk.alert(1, "other")) == 1
    (hidden,) = [one for one in desk.store.alerts(10, suppressed=True) if one.suppressed]
    assert (hidden.suppressed, hidden.because) == (Suppression.SILENCE, f"silence {number} of jane: known")
    assert (hidden.key, hidden.document["key"], hidden.document["reason"]) == (None, None, None)
    assert desk.keys() == [["other/story-1/1"]]
    assert desk.sent(DAY) == []
    with desk.store.intake() as memory:
        told = memory.told(["rule", "other"], "story-1")
        assert told == {"rule": 1, "other": 1}, "what repeats it is no news"
        assert memory.keyed(["rule", "other"], "story-1") == {"rule": 0, "other": 1}, "but no key was given"


def test_a_silence_that_was_expired_or_is_over_hides_nothing(desk: Desk) -> None:
    assert desk.store.expire(silence(desk, rule=["rule"]), desk.now)
    assert desk.tell(desk.alert(1)) == 1
    silence(desk, rule=["rule"])
    assert desk.tell(desk.alert(2), after=HOUR) == 1


def test_silences_of_the_configuration_count_too_and_are_counted_by_digests(desk: Desk) -> None:
    ends = (NOON + DAY).isoformat()
    written = [{"match": {"tag": "a"}, "author": "joe", "comment": "moving", "ends": ends}]
    desk.configure({"digest": "07:30"}, silences=written)
    assert desk.tell(desk.alert(1)) == 0
    assert desk.store.alerts(1, suppressed=True)[0].because == "silence of joe: moving"
    assert [(row.alerts, row.counted) for row in desk.rows()] == [(0, 1)]


INHIBIT = [{"source": {"level": "critical"}, "target": {"level": ["low", "info"]}, "equal": ["story"]}]


def test_an_alert_that_matters_more_hides_others_of_its_story(desk: Desk) -> None:
    desk.configure(inhibit=INHIBIT)
    with desk.store.intake() as memory:
        desk.articles[1] = desk.make.keep(memory, 1)
        both = [desk.alert(1, "low", Level.LOW), desk.alert(1, "war", Level.CRITICAL)]
        assert Dispatch(desk.settings, memory, NOON).send(both, desk.articles[1]) == 1, "also in one commit"
    assert desk.tell(desk.alert(1, "low", Level.LOW), desk.alert(2, "low", Level.LOW)) == 1
    hidden = [one for one in desk.store.alerts(10, suppressed=True) if one.suppressed]
    assert {one.suppressed for one in hidden} == {Suppression.INHIBITION}
    assert {one.because for one in hidden} == {"the story has an alert of rule war, level critical"}


# ---- Repeats and caps ----


def test_a_story_that_goes_on_without_news_is_told_again_after_a_while(desk: Desk) -> None:
    desk.configure({"repeat_interval": "1d"})
    desk.tell(desk.alert(1))
    desk.sent()
    assert desk.tell(desk.alert(1, suppressed=Suppression.NOTHING_NEW), after=DAY - MINUTE) == 0
    assert desk.tell(desk.alert(1, suppressed=Suppression.DUPLICATE), after=MINUTE) == 1
    assert desk.tell(desk.alert(1, suppressed=Suppression.DUPLICATE)) == 0, "one is on its way"
    (again,) = desk.sent()
    assert [(one["key"], one["reason"]) for one in again.alerts] == [("rule/story-1/2", "repeat")]
    assert desk.tell(desk.alert(1, suppressed=Suppression.AGE), after=3 * DAY) == 0
    assert desk.tell(desk.alert(2, suppressed=Suppression.NOTHING_NEW)) == 0, "nobody was told of it"


def test_only_who_wishes_so_is_told_again(desk: Desk) -> None:
    routes = [{"receiver": "hook", "continue": True}, {"receiver": "desk", "repeat_interval": "1d"}]
    desk.configure({"routes": routes})
    desk.tell(desk.alert(1))
    assert len(desk.sent()) == 2
    assert desk.tell(desk.alert(1, suppressed=Suppression.DUPLICATE), after=DAY) == 1
    assert [one.receiver for one in desk.sent()] == ["desk"]


def test_a_silence_also_keeps_from_telling_again(desk: Desk) -> None:
    desk.configure({"repeat_interval": "1h"})
    desk.tell(desk.alert(1))
    desk.sent()
    desk.now += HOUR
    silence(desk, rule=["rule"])
    assert desk.tell(desk.alert(1, suppressed=Suppression.DUPLICATE)) == 0


def test_a_cap_gathers_what_is_more_in_one_message_that_comes_when_there_is_room(desk: Desk) -> None:
    desk.configure(at_most="3/1h")
    for story in range(1, 9):
        desk.tell(desk.alert(story), after=MINUTE)
    assert [len(one.alerts) for one in desk.sent()] == [1, 1, 1]
    assert [(row.kind, row.alerts, row.due_at) for row in desk.rows()[3:]] == [("spill", 5, NOON + MINUTE + HOUR)]
    desk.tell(desk.alert(3), after=MINUTE)
    assert desk.keys(desk.rows()[3].due_at - desk.now) == [  # type: ignore[operator]
        ["rule/story-4/1", "rule/story-5/1", "rule/story-6/1", "rule/story-7/1", "rule/story-8/1", "rule/story-3/2"]
    ]


def test_never_more_than_the_cap_in_any_such_time_and_nothing_is_lost(desk: Desk) -> None:
    desk.configure(at_most="3/1h")
    left: list[datetime] = []
    told = 0
    for minute in range(300):
        if minute < 240:
            desk.tell(desk.alert(minute + 1))
        for one in desk.sent():
            left.append(desk.now)
            told += len(one.alerts)
        desk.now += MINUTE
    assert told == 240
    assert all(later - earlier >= HOUR for earlier, later in zip(left, left[3:], strict=False))
    assert len(left) >= 12, "the room there is is used"


def test_what_is_urgent_is_not_capped_and_quiet_hours_hold_a_cap_too(desk: Desk) -> None:
    desk.configure({"hold": "nights"}, at_most="1/1h", time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T21:30"))
    desk.tell(desk.alert(2), desk.alert(3, "war", Level.CRITICAL))
    operator = operator_alert("source-failing", "example.org", [], desk.now)
    desk.tell(replace(operator, level=Level.HIGH))
    assert sorted(one["key"] for message in desk.sent() for one in message.alerts) == sorted(
        ["rule/story-1/1", "war/story-3/1", operator.key or ""]
    )
    (waiting,) = [row for row in desk.rows() if row.state != DeliveryState.SENT]
    assert (waiting.kind, waiting.due_at) == ("summary", desk.now + desk.until("2026-11-21T07:00"))
