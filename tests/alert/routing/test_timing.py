"""When an alert is sent, and what gathers it: its group, a digest, the end of quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import Destination, Due, Route, TimeInterval, due, holding, route
from monitor.alert.routing.schedule import parse_schedule
from monitor.model import Alert, DeliveryKind, Level, Reason

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)  # a Friday; 12:00 in Paris
INTERVALS = {
    one["name"]: TimeInterval.model_validate({**one, "location": "Europe/Paris"})
    for one in (
        {"name": "nights", "times": "22:00-07:00"},
        {"name": "weekends", "weekdays": ["saturday", "sunday"]},
        {"name": "breakfast", "times": "07:00-08:00"},
        {"name": "always", "times": "00:00-24:00"},
    )
}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+01:00")


def to(**how: Any) -> Destination:
    if digest := how.pop("digest", None):
        how["digest"] = parse_schedule(f"{digest} Europe/Paris")
    return Destination("desk", "0", **how)


@pytest.mark.parametrize(
    ("wait", "last", "expected"),
    [
        (timedelta(), None, NOON),
        (MINUTE, None, NOON + MINUTE),
        (timedelta(), NOON - MINUTE, NOON + 4 * MINUTE),
        (10 * MINUTE, NOON - MINUTE, NOON + 10 * MINUTE),
        (timedelta(), NOON - HOUR, NOON),
        (timedelta(), NOON + HOUR, NOON + HOUR + 5 * MINUTE),
    ],
)
def test_a_group_waits_for_more_and_keeps_its_distance(
    wait: timedelta, last: datetime | None, expected: datetime
) -> None:
    assert due(to(group_wait=wait), {}, NOON, last) == Due(DeliveryKind.GROUP, expected, False, None)


@pytest.mark.parametrize(
    ("hold", "now", "expected"),
    [
        (("nights",), "20T23:00", "21T07:00"),
        (("nights",), "21T06:59", "21T07:00"),
        (("nights", "weekends"), "20T23:00", "23T07:00"),
        (("nights", "breakfast"), "20T23:00", "21T08:00"),
    ],
)
def test_quiet_hours_hold_until_they_end(hold: tuple[str, ...], now: str, expected: str) -> None:
    assert due(to(hold=hold), INTERVALS, at(now), None) == Due(DeliveryKind.SUMMARY, at(expected), True, None)


@pytest.mark.parametrize("now", ["20T07:00", "20T21:59", "21T12:00"])
def test_outside_of_quiet_hours_nothing_is_held(now: str) -> None:
    assert due(to(hold=("nights",)), INTERVALS, at(now), None) == Due(DeliveryKind.GROUP, at(now), False, None)


def test_what_would_be_sent_in_quiet_hours_is_held_though_it_came_before() -> None:
    found = due(to(hold=("nights",), group_wait=10 * MINUTE), INTERVALS, at("20T21:55"), None)
    assert found == Due(DeliveryKind.SUMMARY, at("21T07:00"), True, None)


def test_a_digest_comes_at_the_next_scheduled_time_whatever_its_group() -> None:
    found = due(to(digest="07:30", group_wait=HOUR), {}, at("20T07:29"), at("20T07:28"))
    assert found == Due(DeliveryKind.DIGEST, at("20T07:30"), False, "2026-11-20T07:30 Europe/Paris")
    assert due(to(digest="07:30"), {}, at("20T07:30"), None).at == at("21T07:30")


def test_digests_that_fall_into_the_same_quiet_hours_are_one() -> None:
    daily = to(digest="07:30", hold=("weekends",))
    found = [due(daily, INTERVALS, at(now), None) for now in ("20T12:00", "21T12:00")]
    assert found == [Due(DeliveryKind.DIGEST, at("23T00:00"), True, "2026-11-23T00:00 Europe/Paris")] * 2
    assert due(daily, INTERVALS, at("22T12:00"), None).slot == "2026-11-23T07:30 Europe/Paris"


def test_quiet_hours_that_never_end_hold_nothing_for_ever() -> None:
    assert due(to(hold=("always",)), INTERVALS, NOON, None) == Due(DeliveryKind.GROUP, NOON, False, None)


def test_a_level_may_override_quiet_hours() -> None:
    tree = Route.model_validate(
        {"receiver": "desk", "hold": "nights", "routes": [{"match": {"level": "critical"}, "hold": "off"}]}
    )
    for level, held in ((Level.CRITICAL, False), (Level.HIGH, True)):
        (one,) = route(tree, Alert("r", "v", level, (), "s-1", Reason.FIRST, "r/s-1/1"))
        assert due(one, INTERVALS, at("20T23:00"), None).held is held


@pytest.mark.parametrize(
    ("hold", "now", "expected"),
    [
        (("nights",), "20T22:00", "21T07:00"),
        (("nights",), "21T06:59", "21T07:00"),
        (("breakfast", "nights"), "20T23:00", "21T08:00"),
        (("nights", "weekends"), "20T23:00", "23T07:00"),
        (("weekends",), "20T23:00", None),
        (("gone",), "20T23:00", None),
        (("gone", "nights"), "20T23:00", "21T07:00"),
        ((), "20T23:00", None),
    ],
)
def test_what_waits_is_asked_about_as_what_is_raised(hold: tuple[str, ...], now: str, expected: str | None) -> None:
    intervals = {name: one for name, one in INTERVALS.items() if name != "always"}
    hold_now = holding(intervals, at(now))
    assert hold_now
    assert hold_now(hold) == (at(expected) if expected else None)


@pytest.mark.parametrize("now", ["20T21:59", "20T08:00", "20T12:00"])
def test_while_no_interval_lasts_nothing_is_asked(now: str) -> None:
    assert holding({name: INTERVALS[name] for name in ("nights", "weekends", "breakfast")}, at(now)) is None
    assert holding({}, at(now)) is None


def test_what_never_ends_puts_off_nothing_either() -> None:
    hold_now = holding(INTERVALS, NOON)
    assert hold_now
    assert hold_now(("always",)) is None


def between(start: datetime, end: datetime) -> st.SearchStrategy[datetime]:
    return st.timedeltas(timedelta(), end - start).map(lambda since: start + since)


@given(
    between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)),
    st.lists(st.sampled_from(["nights", "weekends", "breakfast"]), max_size=3).map(tuple),
    st.sampled_from([None, "07:30", "*/20 * * * *", "0 12 * * mon"]),
    st.timedeltas(timedelta(), timedelta(days=1)),
    st.none() | st.timedeltas(timedelta(days=-2), timedelta(days=1)),
)
def test_nothing_is_sent_early_or_in_quiet_hours(
    now: datetime, hold: tuple[str, ...], digest: str | None, wait: timedelta, last: timedelta | None
) -> None:
    found = due(to(hold=hold, digest=digest, group_wait=wait), INTERVALS, now, now + last if last is not None else None)
    assert found.at >= now
    assert not any(INTERVALS[name].holds(found.at) for name in hold)
    assert (found.kind is DeliveryKind.DIGEST) == (digest is not None) == (found.slot is not None)
    if not digest:
        assert (found.kind is DeliveryKind.SUMMARY) == found.held
        assert found.at >= now + wait
        assert last is None or found.at >= now + last + 5 * MINUTE
    hold_now = holding(INTERVALS, found.at)
    assert hold_now is None or hold_now(hold) is None, "whoever sends it then finds that it may leave"
