"""Times as people write them and as listings print them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.cli.times import clock, moment, told

PARIS = ZoneInfo("Europe/Paris")
MOMENT = datetime(2026, 10, 25, 0, 30, 5, 77, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Paris", "2026-10-25 02:30 CEST"),
        ("Asia/Tokyo", "2026-10-25 09:30 JST"),
        ("America/Sao_Paulo", "2026-10-24 21:30 -03"),
        ("UTC", "2026-10-25 00:30 UTC"),
    ],
)
def test_people_see_the_clocks_of_a_zone_and_its_name(zone: str, shown: str) -> None:
    assert clock(MOMENT, ZoneInfo(zone)) == clock(told(MOMENT), ZoneInfo(zone)) == shown


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    assert clock(MOMENT.replace(hour=1), PARIS) == "2026-10-25 02:30 CET"


def test_seconds_are_shown_where_they_matter() -> None:
    assert clock(MOMENT, PARIS, exact=True) == "2026-10-25 02:30:05 CEST"
    assert clock(MOMENT.replace(second=0), PARIS, exact=True) == "2026-10-25 02:30 CEST"


def test_programs_read_utc() -> None:
    assert told(MOMENT.astimezone(PARIS)) == "2026-10-25T00:30:05+00:00"
    assert (told(None), clock(None, PARIS)) == (None, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-22T18:00", "2026-11-22T17:00:00+00:00"),
        ("2026-11-22", "2026-11-21T23:00:00+00:00"),
        ("2026-11-22T18:00Z", "2026-11-22T18:00:00+00:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),  # comes twice
        ("2026-03-29T02:30", "2026-03-29T01:00:00+00:00"),  # never comes
        ("1970-01-01T00:00+14:00", "1969-12-31T10:00:00+00:00"),
        ("2999-12-31T23:00-12:00", "3000-01-01T11:00:00+00:00"),
    ],
)
def test_a_time_without_an_offset_is_one_of_the_zone(written: str, read: str) -> None:
    assert told(moment(written, PARIS)) == read


@pytest.mark.parametrize("written", ["soon", "", "18:00", "0001-01-01T00:00+14:00", "3000-01-01"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(repr(written))} is not a time"):
        moment(written, PARIS)
