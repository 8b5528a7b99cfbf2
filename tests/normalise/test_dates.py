"""A publication date is what is stated, as exactly as it is stated."""

import re
from datetime import UTC, datetime

import pytest

from monitor.model import Precision, Published
from monitor.normalise.dates import DATE, UNKNOWN, in_url, parse, settle

NOW = datetime(2022, 2, 10, 12, tzinfo=UTC)
JANUARY = Published.month(2022, 1)
DAY = Published.day(2022, 1, 13)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2022-01", "2022-01"),
        ("2022/01", "2022-01"),
        ("01/2022", "2022-01"),
        ("janvier 2022", "2022-01"),
        ("Aug. 2021", "2021-08"),
        ("2022-01-21", "2022-01-21"),
        ("2022/1/3", "2022-01-03"),
        ("21/01/2022", "2022-01-21"),
        ("13.01.2022", "2022-01-13"),
        ("03/02/2022", "2022-02-03"),
        ("01/21/2022", "2022-01-21"),
        ("1er février 2022", "2022-02-01"),
        ("13 janv. 2022", "2022-01-13"),
        ("12 DÉCEMBRE 2021", "2021-12-12"),
        ("January 13, 2022", "2022-01-13"),
        ("13 January 2022", "2022-01-13"),
        ("2022-01-13T10:00", "2022-01-13"),
        ("2022-01-13T10:00:00Z", "2022-01-13T10:00:00+00:00"),
        ("2022-01-13 10:00:05+01:00", "2022-01-13T10:00:05+01:00"),
        ("2022-01-13T99:00:00Z", "2022-01-13"),
        ("2022-13", None),
        ("31/02/2022", None),
        ("0000-01-01", None),
    ],
)
def test_a_printed_date_keeps_its_precision(text: str, value: str | None) -> None:
    found = re.search(DATE, text)
    assert found
    assert found[0] == text
    assert parse(text).value == value


@pytest.mark.parametrize(
    "text", ["2022", "13 janvier", "ce vendredi", "12022-01", "fin 2021", "1.2022.3.4444.5", "2022-011"]
)
def test_what_names_no_month_of_a_year_is_no_date(text: str) -> None:
    found = re.search(DATE, text)
    assert found is None or found[0] != text


@pytest.mark.parametrize(
    ("url", "stated", "value"),
    [
        ("https://a.example/2022/01/13/slug.html", UNKNOWN, "2022-01-13"),
        ("https://a.example/2022/1/3/slug", UNKNOWN, "2022-01-03"),
        ("https://a.example/20220113/slug-1054414767.html", UNKNOWN, "2022-01-13"),
        ("https://a.example/slug-20220113", UNKNOWN, "2022-01-13"),
        ("https://a.example/slug-2022-01-13", UNKNOWN, "2022-01-13"),
        ("https://a.example/slug-2022-01-13", JANUARY, "2022-01-13"),
        ("https://a.example/elections-2022-04-10", JANUARY, None),
        ("https://a.example/20220228/slug", JANUARY, "2022-02-28"),
        ("https://a.example/2022/01/slug", UNKNOWN, None),
        ("https://a.example/slug-1054414767.html", UNKNOWN, None),
        ("https://a.example/20221399/slug", UNKNOWN, None),
        ("https://a.example/slug?d=20220113", UNKNOWN, None),
        ("https://a.example/slug#2022/01/13", UNKNOWN, None),
        ("https://20220113.example/slug", UNKNOWN, "2022-01-13"),
    ],
)
def test_the_day_in_an_address(url: str, stated: Published, value: str | None) -> None:
    assert in_url(url, stated).value == value


ADDRESS = "https://a.example/20220113/slug"


@pytest.mark.parametrize(
    ("declared", "stated", "url", "value"),
    [
        (Published.day(2022, 1, 5), [DAY], ADDRESS, "2022-01-05"),
        (UNKNOWN, [Published.day(2022, 1, 14), JANUARY], ADDRESS, "2022-01-14"),
        (UNKNOWN, [UNKNOWN, Published.day(2022, 1, 12)], ADDRESS, "2022-01-12"),
        (UNKNOWN, [UNKNOWN, JANUARY], ADDRESS, "2022-01-13"),
        (UNKNOWN, [Published.month(2022, 2)], ADDRESS, "2022-01-13"),
        (UNKNOWN, [JANUARY], None, "2022-01"),
        (UNKNOWN, [JANUARY], "https://a.example/slug", "2022-01"),
        (UNKNOWN, [], None, None),
    ],
)
def test_the_most_reliable_date_holds(
    declared: Published, stated: list[Published], url: str | None, value: str | None
) -> None:
    assert settle(declared, stated, url, NOW).value == value


@pytest.mark.parametrize(
    "impossible",
    [
        Published.day(1970, 1, 1),
        Published.month(1970, 1),
        Published.day(1, 1, 1),
        Published.day(2022, 2, 12),
        Published.month(2022, 3),
        Published(datetime(2022, 2, 11, 12, 0, 1, tzinfo=UTC), Precision.SECOND),
        Published.month(9999, 12),
    ],
)
def test_the_future_and_the_zero_of_the_clocks_are_no_dates(impossible: Published) -> None:
    assert settle(impossible, [], None, NOW) == UNKNOWN
    assert settle(impossible, [impossible], ADDRESS, NOW) == DAY


def test_a_day_ahead_is_a_clock_or_a_zone() -> None:
    ahead = Published(datetime(2022, 2, 11, 12, tzinfo=UTC), Precision.SECOND)
    assert settle(ahead, [], None, NOW) == ahead
