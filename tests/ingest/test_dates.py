"""Date texts of feeds."""

import time

import pytest

from monitor.ingest.dates import read_date
from monitor.model import Precision, Published

PARSED = time.struct_time((2022, 11, 16, 7, 30, 0, 2, 320, 0))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Wed, 16 Nov 2022 08:30:05 +0100", "2022-11-16T08:30:05+01:00"),
        ("16 Nov 2022 08:30 GMT", "2022-11-16T08:30:00+00:00"),
        ("Wed, 16 Nov 2022 08:30:05 EST", "2022-11-16T08:30:05-05:00"),
        ("Wed, 16 Nov 2022 08:30:05 CEST", "2022-11-16T08:30:05+02:00"),
        ("mer, 16 nov 2022 00:38:15 +0100", "2022-11-16T00:38:15+01:00"),
        ("2022-11-16T08:30:05.123+01:00", "2022-11-16T08:30:05+01:00"),
        ("2022-11-16T08:30:05Z", "2022-11-16T08:30:05+00:00"),
        ("2022-11-16 08:30:05 -0300", "2022-11-16T08:30:05-03:00"),
        (" 2022-11-16T08:30:05\n", "2022-11-16T08:30:05+00:00"),
        ("2022-11-16", "2022-11-16"),
        ("2022-11", "2022-11"),
    ],
)
def test_seconds_keep_their_offset_and_days_and_months_stay_what_they_are(text: str, value: str) -> None:
    assert read_date(text).value == value


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2022", "2022-13-01", "2022-02-30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00",
     "Wed, 16 Nov 2022 08:30:05 +9999", "1" * 5000, "Wed, 99 Nov 2022 08:30:05 GMT", "\ud800 08:30"],
)  # fmt: skip
def test_no_readable_date_is_an_unknown_one(text: str) -> None:
    assert read_date(text) == Published()


def test_what_only_feedparser_reads_is_taken_in_utc() -> None:
    assert read_date("am 16. 11. 2022 um 8:30", PARSED).value == "2022-11-16T07:30:00+00:00"


def test_a_day_that_only_feedparser_reads_is_a_day() -> None:
    assert read_date("16 Nov 2022", PARSED) == Published.day(2022, 11, 16)
    assert read_date("16 Nov 2022", PARSED).precision is Precision.DAY


def test_a_struct_that_no_clock_can_show_is_unknown() -> None:
    assert read_date("at 25:00", time.struct_time((99999, 1, 1, 0, 0, 0, 0, 1, 0))) == Published()
