"""Date texts of feeds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.feeds.dates import first_true, latest_true, read_date
from monitor.model import Published


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("16 Nov 2022", "2022-11-16"),
        ("Wed, 16 November 2022", "2022-11-16"),
        ("20221116", "2022-11-16"),
        ("2022/11/16", "2022-11-16"),
        ("2022/11/16 8:30:05", "2022-11-16T08:30:05+00:00"),
        ("2022-1-6T8:30:05+01:00", "2022-01-06T08:30:05+01:00"),
        ("2022-11-16T08:30:05 GMT", "2022-11-16T08:30:05+00:00"),
        ("Wed, 16 Nov 2022 08:30:05 +01:00", "2022-11-16T08:30:05+01:00"),
        ("Wed, 16 Nov 2022 08:30:05 -0030", "2022-11-16T08:30:05-00:30"),
        ("Wed, 16 Nov 2022 08:30:05 +0100 (CET)", "2022-11-16T08:30:05+01:00"),
        ("Wed, 16-Nov-2022 08:30:05 GMT", "2022-11-16T08:30:05+00:00"),
        ("Wed, 16 Sept 2022 08:30:05 GMT", "2022-09-16T08:30:05+00:00"),
        ("Wed, 16 Nov 2022 08:30:05 XYZ", "2022-11-16T08:30:05+00:00"),
        ("Wed Nov 16 08:30:05 2022", "2022-11-16T08:30:05+00:00"),
        ("mer., 16 févr. 2022 00:38:15 +0100", "2022-02-16T00:38:15+01:00"),
        ("1er juillet 2022", "2022-07-01"),
        ("sáb, 31 dic 2022 10:00 CET", "2022-12-31T10:00:00+01:00"),
        ("Mi, 02. März 2022 10:00:00 MEZ", "2022-03-02T10:00:00+01:00"),
    ],
)
def test_the_ways_feeds_vary_them(text: str, value: str) -> None:
    assert read_date(text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("16/11/2022", "2022-11-16"),
        ("16.11.2022 8:30", "2022-11-16T08:30:00+00:00"),
        ("03/02/2022 10:00", "2022-02-03T10:00:00+00:00"),
        ("2/3/2022 10:00:00 PM", "2022-02-03T22:00:00+00:00"),
        ("11/16/2022", "2022-11-16"),
        ("Nov 16, 2022", "2022-11-16"),
        ("November 16th, 2022 12:30 AM", "2022-11-16T00:30:00+00:00"),
        ("16 November 2022 10:15 PM", "2022-11-16T22:15:00+00:00"),
        ("Wednesday, November 16, 2022 - 08:30", "2022-11-16T08:30:00+00:00"),
        ("mercredi 16 novembre 2022 à 8h30", "2022-11-16T08:30:00+00:00"),
        ("2022-11-16 08:30:05 PST", "2022-11-16T08:30:05-08:00"),
        ("Wed, 16 Nov 2022 08:30:05 GMT+0100", "2022-11-16T08:30:05+01:00"),
        ("Wed, 16 Nov 2022 08:30:05 GMT-5", "2022-11-16T08:30:05-05:00"),
        ("Wed Nov 16 2022 08:30:05 GMT+0100 (CET)", "2022-11-16T08:30:05+01:00"),
        ("Wed, 16 Nov 2022 24:00:00 GMT", "2022-11-17T00:00:00+00:00"),
        ("Wed, 16 Nov 2022 08:30:60 GMT", "2022-11-16T08:30:59+00:00"),
        ("1668587405", "2022-11-16T08:30:05+00:00"),
        ("1668587405123", "2022-11-16T08:30:05+00:00"),
        ("202201131805", "2022-01-13T18:05:00+00:00"),
        ("20220113180530", "2022-01-13T18:05:30+00:00"),
        ("2022011318", "2022-01-13"),
        ("2022013118051", None),
        ("202213131805", None),
        ("202202301805", None),
        ("166858740", None),
        ("9999999999", None),
        ("20220113180", None),
        ("31/02/2022", None),
        ("16/11/2022 8:99", None),
        ("16 Foo 2022 10:15 PM", None),
    ],
)
def test_the_ways_feeds_break_them(text: str, value: str | None) -> None:
    assert read_date(text).value == value


@given(st.lists(st.sampled_from([*"0 1 24 31 99 2022 9999 / - . : T h + GMT PM Nov ( )".split(), " "])).map("".join))
def test_nothing_made_of_the_parts_of_dates_raises(text: str) -> None:
    published = read_date(text)
    assert published.start is None or published.value


LATEST = latest_true(datetime(2024, 3, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    ["Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 31 Dec 1969 19:00:00 -0500", "1970-01-01", "1970-06-01T00:00:00Z",
     "1970-01", "1899-12-31", "1900-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2024-03-02T02:00:01Z", "2024-03-03",
     "2024-04", "2124-03-01T10:00:00Z", "9999-12-31T23:59:59Z", "yesterday", "mer. 99 foo 2022"],
)  # fmt: skip
def test_a_date_that_cannot_be_true_is_unknown_and_kept_as_written(text: str) -> None:
    assert first_true([f" {text}\n"], LATEST) == (Published(), text)


@pytest.mark.parametrize(
    "text", ["2024-03-02T02:00:00Z", "2024-03-01", "2024-03-02", "2024-03", "1971-01-01T00:00:00Z", "1944-06-06"]
)
def test_a_date_that_may_be_local_time_without_saying_so_or_old_is_true(text: str) -> None:
    published, refused = first_true([text], LATEST)
    assert published == read_date(text)
    assert published.start is not None
    assert refused is None


def test_the_first_date_that_can_be_true_counts_and_the_first_of_those_that_cannot_is_kept() -> None:
    assert first_true(["soon", "1970-01-01", "2024-02-29"], LATEST) == (Published.day(2024, 2, 29), None)
    assert first_true(["", "soon", "1970-01-01"], LATEST) == (Published(), "soon")
    assert first_true(["", " "], LATEST) == (Published(), None)
    assert first_true(["x" * 5000], LATEST) == (Published(), "x" * 100)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert read_date(text).precision is not None
    assert read_date(text + " 12:30").precision is not None
