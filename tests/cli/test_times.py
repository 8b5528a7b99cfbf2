"""Times as listings print them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.cli.times import clock, told

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
