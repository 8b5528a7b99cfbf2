"""When digests come: one for each scheduled local time, also on the nights when the clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.routing.schedule import Schedule, parse_schedule

ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"]


def between(start: datetime, end: datetime) -> st.SearchStrategy[datetime]:
    return st.timedeltas(timedelta(), end - start).map(lambda since: start + since)


TEN_YEARS = between(datetime(2020, 1, 1, tzinfo=UTC), datetime(2029, 12, 31, tzinfo=UTC))


def slots(text: str, after: datetime, count: int) -> list[str]:
    schedule, found = parse_schedule(text), []
    for _ in range(count):
        slot = schedule.next(after)
        found.append(slot.name)
        after = slot.at
    return found


@pytest.mark.parametrize(
    ("text", "cron", "zone", "written"),
    [
        ("07:30", "30 7 * * *", None, "07:30"),
        ("7:05  Europe/Paris", "5 7 * * *", "Europe/Paris", "07:05 Europe/Paris"),
        ("0 18 * * fri", "0 18 * * fri", None, "0 18 * * fri"),
        ("*/30 8-18 * * MON-FRI UTC", "*/30 8-18 * * MON-FRI", "UTC", "*/30 8-18 * * MON-FRI UTC"),
        ("30 7 * * *", "30 7 * * *", None, "07:30"),
        ("*/5 7 * * *", "*/5 7 * * *", None, "*/5 7 * * *"),
    ],
)
def test_a_time_or_a_cron_line_is_read_and_written(text: str, cron: str, zone: str | None, written: str) -> None:
    schedule = parse_schedule(text)
    assert (schedule, str(schedule)) == (Schedule(cron, zone), written)
    assert parse_schedule(written) == schedule == parse_schedule(schedule)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("24:00", "is not a time"),
        ("7h30", "is not a time"),
        ("", "is not a time"),
        (730, "is not a time"),
        ("1 2 3 4", "is not a time"),
        ("07:30 " * 50, "is not a time"),
        ("07:30 Europe/Paris tomorrow", "after its time zone"),
        ("07:30 Europe/Pari", r"not a time zone \(did you mean 'Europe/Paris'\?\)"),
        ("0 0 * * * Nowhere/AtAll", r"not a time zone \(write one like"),
        ("61 7 * * *", "no cron line: wrong minute"),
        ("0 7 * * mon-xyz", "no cron line: wrong day-of-week"),
        ("0 7 0 * *", "no cron line: wrong day-of-month"),
        ("0 0 30 2 *", "no cron line: wrong day-of-month"),
        ("0 0 */30 2 MON#5", "never comes"),
        ("0 0 * * * * *", "is not a time"),
        (f"0 {'9' * 150} * * *", "no cron line"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(wrong: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_schedule(wrong)


def test_the_next_slot_is_later_than_now() -> None:
    schedule = parse_schedule("07:30 Europe/Paris")
    due = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    moment = timedelta(microseconds=1)
    assert schedule.next(due - moment).at == due
    assert schedule.next(due).at == due + timedelta(days=1)
    assert schedule.next(due - moment).name == "2026-11-22T07:30 Europe/Paris"


def test_a_time_that_comes_twice_counts_once_the_first_time() -> None:
    schedule = parse_schedule("02:30 Europe/Paris")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert schedule.next(first - timedelta(minutes=1)).at == first
    for minutes in (0, 1, 59, 60, 61):
        again = schedule.next(first + timedelta(minutes=minutes))
        assert (again.at, again.name) == (datetime(2026, 10, 26, 1, 30, tzinfo=UTC), "2026-10-26T02:30 Europe/Paris")


def test_a_time_that_clocks_skip_comes_when_they_do() -> None:
    slot = parse_schedule("02:30 Europe/Paris").next(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert (slot.at, slot.name) == (datetime(2026, 3, 29, 1, tzinfo=UTC), "2026-03-29T03:00 Europe/Paris")


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        # Half an hour is skipped, and comes twice.
        ("02:15 Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC), ["2026-10-04T02:30", "2026-10-05T02:15"]),
        ("01:45 Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC), ["2026-04-05T01:45", "2026-04-06T01:45"]),
        # A whole day is skipped.
        ("07:30 Pacific/Apia", datetime(2011, 12, 29, tzinfo=UTC), ["2011-12-29T07:30", "2011-12-31T00:00"]),
        (
            "0,30 * * * * Europe/Paris",
            datetime(2026, 3, 29, 0, 15, tzinfo=UTC),
            ["2026-03-29T01:30", "2026-03-29T03:00"],
        ),
        (
            "0,30 * * * * Europe/Paris",
            datetime(2026, 10, 25, 0, 15, tzinfo=UTC),
            ["2026-10-25T02:30", "2026-10-25T03:00"],
        ),
        ("0 18 * * fri Europe/Paris", datetime(2026, 11, 22, tzinfo=UTC), ["2026-11-27T18:00", "2026-12-04T18:00"]),
        ("0 8 L * * Europe/Paris", datetime(2028, 2, 1, tzinfo=UTC), ["2028-02-29T08:00", "2028-03-31T08:00"]),
    ],
)
def test_slots_in_order(text: str, after: datetime, expected: list[str]) -> None:
    assert [name.split()[0] for name in slots(text, after, 2)] == expected


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("time", ["00:00", "02:15", "02:30", "07:30"])
def test_there_is_one_digest_for_each_local_date_of_ten_years(zone: str, time: str) -> None:
    schedule, at = parse_schedule(f"{time} {zone}"), datetime(2020, 1, 1, tzinfo=ZoneInfo(zone))
    day, dates, names = timedelta(days=1), [], set()
    at -= timedelta(minutes=1)
    while (slot := schedule.next(at)).at.astimezone(ZoneInfo(zone)).year < 2030:
        assert slot.at > at
        at = slot.at
        dates.append(at.astimezone(ZoneInfo(zone)).date())
        names.add(slot.name)
    assert dates == [date(2020, 1, 1) + n * day for n in range(3653)]
    assert len(names) == len(dates)


@given(
    TEN_YEARS,
    st.sampled_from(ZONES),
    st.sampled_from(["30 2 * * *", "*/20 * * * *", "15 1,2,3 * * sun", "0 0 1 */2 *"]),
)
def test_slots_rise_and_leave_none_out(now: datetime, zone: str, cron: str) -> None:
    schedule = Schedule(cron, zone)
    slot = schedule.next(now)
    assert slot.at > now
    between = now + (slot.at - now) / 2
    assert schedule.next(between) == slot
    assert schedule.next(slot.at).at > slot.at
    assert schedule.next(slot.at).name != slot.name
