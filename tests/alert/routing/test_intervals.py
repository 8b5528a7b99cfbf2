"""Quiet hours: whether a moment lies in them and when they end, by the clocks of a place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.alert import TimeInterval, Times, endless
from monitor.alert.routing.intervals import end_of

PARIS = ZoneInfo("Europe/Paris")
ZONES = ["Europe/Paris", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]


def interval(**written: Any) -> TimeInterval:
    return TimeInterval.model_validate({"name": "x", "location": "Europe/Paris", **written})


NIGHTS = interval(times="22:00-07:00")
WEEKENDS = interval(weekdays=["saturday", "sunday"])


@pytest.mark.parametrize(
    ("written", "inside", "outside"),
    [
        (
            {"times": ["22:00-07:00"]},
            ["2026-11-22T22:00", "2026-11-23T06:59"],
            ["2026-11-22T21:59", "2026-11-23T07:00"],
        ),
        ({"times": ["00:00-24:00"]}, ["2026-11-22T00:00", "2026-11-22T23:59"], []),
        ({"times": ["9:00-12:00", "14:00-18:30"]}, ["2026-11-22T18:29"], ["2026-11-22T13:00", "2026-11-22T18:30"]),
        # What goes over midnight belongs to the day on which it starts.
        (
            {"times": "22:00-07:00", "weekdays": "friday"},
            ["2026-11-20T23:00", "2026-11-21T06:00"],
            ["2026-11-20T06:00"],
        ),
        (
            {"weekdays": "monday:friday"},
            ["2026-11-23T00:00", "2026-11-27T23:59"],
            ["2026-11-28T00:00", "2026-11-22T12:00"],
        ),
        ({"weekdays": "Saturday:Monday"}, ["2026-11-21T12:00", "2026-11-23T12:00"], ["2026-11-24T00:00"]),
        (
            {"days_of_month": ["1:5", 15]},
            ["2026-11-01T00:00", "2026-11-05T23:00", "2026-11-15T01:00"],
            ["2026-11-06T00:00"],
        ),
        (
            {"days_of_month": "-3:-1"},
            ["2026-02-26T00:00", "2028-02-27T00:00"],
            ["2026-02-25T23:59", "2028-02-26T12:00"],
        ),
        ({"days_of_month": "28:-1"}, ["2026-01-28T00:00", "2026-02-28T12:00"], ["2026-01-27T12:00"]),
        ({"days_of_month": "29:31"}, ["2026-01-31T00:00"], ["2026-02-28T12:00", "2026-03-01T00:00"]),
        ({"months": ["december:january", 7]}, ["2026-01-31T12:00", "2026-07-01T00:00"], ["2026-02-01T00:00"]),
        ({"years": [2026, "2028:2029"]}, ["2026-01-01T00:00", "2029-12-31T23:59"], ["2027-06-01T00:00"]),
        ({"weekdays": "friday", "days_of_month": 13}, ["2026-11-13T10:00"], ["2026-11-20T10:00", "2026-10-13T10:00"]),
    ],
)
def test_all_that_is_given_must_fit(written: dict[str, Any], inside: list[str], outside: list[str]) -> None:
    times = interval(**written)
    for moments, expected in ((inside, True), (outside, False)):
        for moment in moments:
            assert times.holds(datetime.fromisoformat(moment).replace(tzinfo=PARIS)) is expected, moment


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"times": ["22-7"]}, "is no part of a day"),
        ({"times": ["22:00-25:00"]}, "is no part of a day"),
        ({"times": ["24:00-07:00"]}, "is no part of a day"),
        ({"times": ["07:00-07:00"]}, r"is empty \(the whole day"),
        ({"times": 7}, "is no part of a day"),
        ({"weekdays": "mon"}, "is unknown here"),
        ({"weekdays": 1}, "is no weekday"),
        ({"weekdays": "monday:tuesday:friday"}, "is unknown here"),
        ({"days_of_month": 0}, "is unknown here"),
        ({"days_of_month": "5:1"}, "ends before it starts"),
        ({"days_of_month": "-1:5"}, "from the end of the month"),
        ({"days_of_month": 32}, "is unknown here"),
        ({"days_of_month": True}, "is unknown here"),
        ({"months": 13}, "is unknown here"),
        ({"months": "janvier"}, "is unknown here"),
        ({"years": "2028:2026"}, "ends before it starts"),
        ({"years": "26"}, "is unknown here"),
        ({"days_of_month": 30, "months": "february"}, "never come"),
        ({"days_of_month": 29, "months": 2, "years": 2026}, "never come"),
        ({"location": "Europe/Paaris", "times": "1:00-2:00"}, "did you mean 'Europe/Paris'"),
        ({}, "needs times, weekdays"),
        ({"name": "off", "times": "1:00-2:00"}, "is no name"),
        ({"name": "my nights", "times": "1:00-2:00"}, "is no name"),
        ({"time": "1:00-2:00"}, "not permitted"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        interval(**wrong)


def test_the_night_when_clocks_are_set_back_is_an_hour_longer() -> None:
    twice = interval(times="01:00-02:30")
    start = datetime(2026, 10, 24, 23, tzinfo=UTC)
    assert end_of(start, [twice]) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the second 02:30
    assert end_of(datetime(2026, 10, 24, 20, tzinfo=UTC), [NIGHTS]) == datetime(2026, 10, 25, 6, tzinfo=UTC)
    # From the first 02:30 on.
    assert interval(times="02:30-04:00").holds(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))


def test_a_time_that_clocks_skip_is_when_they_do() -> None:
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert end_of(change - timedelta(hours=1), [interval(times="01:00-02:30")]) == change
    assert interval(times="02:30-04:00").holds(change)
    lost = interval(times="02:10-02:50")
    assert not any(lost.holds(change + timedelta(minutes=n)) for n in range(-90, 90))


def test_a_day_that_begins_twice_begins_the_first_time() -> None:
    # Where clocks went from 00:01 back to 23:01, Sunday had a minute before the second last hour of Saturday.
    sunday = interval(location="America/St_Johns", times="00:00-00:30", weekdays="sunday")
    start = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    assert end_of(start, [sunday]) == start + timedelta(minutes=90)
    assert sunday.holds(start + timedelta(minutes=15))  # on the wall it is Saturday again
    assert not sunday.holds(start - timedelta(minutes=1))


def test_a_skipped_day_is_empty() -> None:
    apia = interval(location="Pacific/Apia", times="00:00-24:00", days_of_month=30)
    change = datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert not any(apia.holds(change + timedelta(hours=n)) for n in range(-24, 24))


def test_intervals_that_touch_or_overlap_are_one() -> None:
    friday = datetime(2026, 11, 20, 22, 30, tzinfo=PARIS)
    assert end_of(friday, [NIGHTS]) == datetime(2026, 11, 21, 7, tzinfo=PARIS)
    assert end_of(friday, [NIGHTS, WEEKENDS]) == datetime(2026, 11, 23, 7, tzinfo=PARIS)
    assert end_of(friday, [interval(times="22:00-24:00"), WEEKENDS]) == datetime(2026, 11, 23, 0, tzinfo=PARIS)


def test_outside_of_all_there_is_nothing_to_wait_for() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=PARIS)
    assert end_of(noon, [NIGHTS, WEEKENDS]) == noon
    assert end_of(noon, []) == noon


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        ([{"times": "00:00-24:00"}], True),
        ([{"times": "22:00-07:00"}, {"times": "07:00-22:00"}], True),
        ([{"weekdays": "monday:friday"}, {"weekdays": ["saturday", "sunday"]}], True),
        ([{"years": "2030:2040"}], True),
        ([{"years": "2031:2032"}], True),
        ([{"years": "2030"}], False),
        ([{"months": "january:november"}], False),
        ([{"times": "22:00-07:00"}, {"times": "07:00-21:59"}], False),
        ([], False),
    ],
)
def test_what_holds_for_more_than_a_year_is_endless(together: list[dict[str, Any]], expected: bool) -> None:
    assert endless([interval(**one) for one in together]) is expected
    if expected:
        assert end_of(datetime(2031, 1, 1, tzinfo=UTC), [interval(**one) for one in together]) is None


def test_what_is_written_is_written_back() -> None:
    written = {
        "name": "x",
        "location": "Europe/Paris",
        "times": ["22:00-07:00", "12:00-24:00"],
        "weekdays": ["monday:friday"],
        "days_of_month": ["-3:-1", "1"],
        "months": ["december:january"],
        "years": ["2026:2028"],
    }
    once = TimeInterval.model_validate(written)
    assert once.model_dump(mode="json") == written
    assert TimeInterval.model_validate(once.model_dump(mode="json")) == once


def test_times_without_a_place_are_in_that_of_the_settings() -> None:
    assert interval(location=None, times="1:00-2:00").located("Asia/Tokyo").location == "Asia/Tokyo"
    assert NIGHTS.located("Asia/Tokyo") == NIGHTS


# ---- Against a model that looks at the clock on the wall ----


def between(start: datetime, end: datetime) -> st.SearchStrategy[datetime]:
    return st.timedeltas(timedelta(), end - start).map(lambda since: start + since)


clock = st.tuples(st.integers(0, 23), st.sampled_from([0, 10, 15, 30, 45, 59])).map(lambda t: f"{t[0]:02}:{t[1]:02}")
spans = st.tuples(clock, clock | st.just("24:00")).filter(lambda t: t[0] != t[1]).map("-".join)
intervals = st.builds(
    interval,
    location=st.sampled_from(ZONES),
    times=st.lists(spans, min_size=1, max_size=2),
    weekdays=st.lists(st.sampled_from(["monday:friday", "sunday", "saturday:monday"]), max_size=1),
    days_of_month=st.lists(st.sampled_from(["1:15", "-7:-1", "20:-1"]), max_size=1),
)
# The days around changes of clocks, and any others.
moments = st.one_of(
    between(datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 4, 7, tzinfo=UTC)),
    between(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)),
    between(datetime(2009, 3, 7, tzinfo=UTC), datetime(2011, 12, 31, tzinfo=UTC)),
)


def by_the_wall(times: Times, moment: datetime) -> bool:
    """What a clock on the wall says, which is right on every day whose clocks are not changed."""
    wall = moment.astimezone(ZoneInfo(times.location or "")).replace(tzinfo=None)
    for start, end in times.times:
        for back in (0, 1):
            day = datetime.combine(wall.date(), datetime.min.time()) - timedelta(days=back)
            begun, over = day + timedelta(minutes=start), day + timedelta(minutes=end)
            if times.on(day.date()) and begun <= wall < over:
                return True
    return False


def steady(times: Times, moment: datetime) -> bool:
    """Whether no clock of the place is changed within two days."""
    zone = ZoneInfo(times.location or "")
    return len({(moment + timedelta(days=n)).astimezone(zone).utcoffset() for n in (-2, -1, 0, 1, 2)}) == 1


@given(intervals, moments)
def test_a_moment_lies_inside_when_the_clock_on_the_wall_says_so(times: TimeInterval, moment: datetime) -> None:
    if steady(times, moment):
        assert times.holds(moment) == by_the_wall(times, moment)
    elif by_the_wall(times, moment):
        # On other days more may lie inside (the second hour of two), never less.
        assert times.holds(moment)


@given(st.lists(intervals, max_size=3), moments)
def test_the_end_lies_in_none_and_everything_before_it_in_one(together: list[TimeInterval], moment: datetime) -> None:
    end = end_of(moment, together)
    if end is None:
        assert all(any(one.holds(moment + timedelta(days=n)) for one in together) for n in range(0, 400, 7))
        return
    assert end >= moment
    assert not any(one.holds(end) for one in together)
    last = end - timedelta(microseconds=1)
    for inside in (moment, moment + (end - moment) / 3, last):
        if moment <= inside < end:
            assert any(one.holds(inside) for one in together)
    # Who asks a little later is told the same.
    assert end_of(moment + (end - moment) / 2, together) == end
