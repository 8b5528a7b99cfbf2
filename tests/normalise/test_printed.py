"""A printed date names a month, a day or a second, and no more than it says."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Precision, Published
from monitor.normalise.printed import CLOCK, DATE, YEARLESS, parse

FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
ENGLISH = ("January February March April May June July August September October November December").split()
DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()


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
        ("vendredi 21 janvier 2022", "2022-01-21"),
        ("Vendredi, le 21 janvier 2022", "2022-01-21"),
        ("mar. 18 janv. 2022", "2022-01-18"),
        ("Mar 18 2022", "2022-03-18"),
        ("Friday, January 21st, 2022", "2022-01-21"),
        ("Fri, 21 Jan 2022", "2022-01-21"),
        ("the 2nd of May 2022", "2022-05-02"),
        ("21-Jan-2022", "2022-01-21"),
        ("2022-01-13T10:00", "2022-01-13"),
        ("2022-01-13T10:00:00Z", "2022-01-13T10:00:00+00:00"),
        ("2022-01-13 10:00:05+01:00", "2022-01-13T10:00:05+01:00"),
        ("2022-01-13T10:00:05.123-0330", "2022-01-13T10:00:05-03:30"),
        ("2022-01-13T99:00:00Z", "2022-01-13"),
        ("2022-01-13T10:00:00+99:00", "2022-01-13"),
        ("2022-13", None),
        ("31/02/2022", None),
        ("0000-01-01", None),
        ("9999-12-31", None),
    ],
)
def test_a_printed_date_keeps_its_precision(text: str, value: str | None) -> None:
    found = re.search(DATE, text)
    assert found
    assert found[0] == text.removeprefix("the ")
    assert parse(text).value == value


@pytest.mark.parametrize(
    "text", ["2022", "13 janvier", "ce vendredi", "12022-01", "fin 2021", "1.2022.3.4444.5", "2022-011", "marmars 2022"]
)
def test_what_names_no_month_of_a_year_is_no_date(text: str) -> None:
    found = re.search(DATE, text)
    assert found is None or found[0] != text


@pytest.mark.parametrize(
    ("clock", "time"),
    [
        (" à 18h30 CET", "18:30:00+01:00"),
        (", 18h GMT", "18:00:00+00:00"),
        (" - 18:30:05 UTC", "18:30:05+00:00"),
        (" at 6:30 PM EST", "18:30:00-05:00"),
        (", 6:30 p.m. (GMT)", "18:30:00+00:00"),
        (" 12:05 AM GMT", "00:05:00+00:00"),
        (" 6 pm EDT", "18:00:00-04:00"),
        (" 18:30:00 GMT+0100", "18:30:00+01:00"),
        (" 18:30 +01:00", "18:30:00+01:00"),
        # ... the zone unknown, changing with the season, or the hour none
        (" à 18h30", None),
        (" 6:30 PM ET", None),
        (" 25:00 GMT", None),
    ],
)
@pytest.mark.parametrize("day", ["21 janvier 2022", "January 21, 2022", "21/01/2022"])
def test_a_clock_counts_with_its_zone_and_leaves_the_day_without(day: str, clock: str, time: str | None) -> None:
    assert re.fullmatch(rf"{DATE}{CLOCK}", day + clock)
    assert parse(day + clock).value == (f"2022-01-21T{time}" if time else "2022-01-21")


def test_what_programs_write_into_pages_is_read() -> None:
    assert parse("Fri, 21 Jan 2022 18:30:05 GMT").value == "2022-01-21T18:30:05+00:00"
    assert parse("Fri Jan 21 2022 18:30:05 GMT+0100 (CET)").value == "2022-01-21T18:30:05+01:00"


def test_a_year_of_two_figures_is_one_of_this_century() -> None:
    assert parse("21/01/22").value == parse("21.01.22").value == "2022-01-21"
    assert parse("21/01-22").value is None


@pytest.mark.parametrize(
    "text", ["21 jan", "March 3", "1er mars", "vendredi 21 janvier", "Fri, Jan. 21", "21st of May"]
)
def test_a_day_may_lack_its_year(text: str) -> None:
    assert re.fullmatch(YEARLESS, text)
    assert parse(text) == Published()


@pytest.mark.parametrize("text", ["21 janvier 2022", "3,5 mars", "mars 2022", "21 marsouins", "Mais 3"])
def test_what_is_no_day_without_its_year(text: str) -> None:
    assert not re.search(YEARLESS, text)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_way_of_writing_a_day_is_read_back(day: date) -> None:
    expected = Published.day(day.year, day.month, day.day)
    written = [
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{DAYS[day.weekday()]} {day.day} {FRENCH[day.month - 1]} {day.year}",
        f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
        f"{day.day} {ENGLISH[day.month - 1][:3]} {day.year}",
    ]
    assert [parse(text) for text in written] == [expected] * len(written)


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.builds(datetime.combine, st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.times(), ZONES))
def test_every_second_is_read_back_with_its_zone(when: datetime) -> None:
    second = when.replace(microsecond=0)
    for text in (second.isoformat(), second.isoformat(" "), f"{second:%d %b %Y %H:%M:%S %z}"):
        read = parse(text)
        assert (read.start, read.precision) == (second, Precision.SECOND)
        assert read.start is not None
        assert read.start.utcoffset() == second.utcoffset()


@given(st.text() | st.lists(st.sampled_from("0 1 99 2022 . / - : T h Z mars May (".split())).map("".join))
def test_no_text_raises(text: str) -> None:
    published = parse(text)
    assert published.start is None or published.start.tzinfo is not None
    assert published.start is None or published.start.year >= 1900
    assert (published.start is None) == (published.precision is Precision.UNKNOWN)


def test_the_zone_of_utc_is_utc() -> None:
    assert parse("2022-01-13T10:00:00+00:00").start == datetime(2022, 1, 13, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["3 mars 5 2022", "3 janvier 13, 2022"])
def test_two_days_of_one_month_are_none(text: str) -> None:
    assert parse(text) == Published()
