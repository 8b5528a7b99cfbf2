"""Days that a text tells of are counted from the day that is known, and are evidence only."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Precision, Published
from monitor.normalise.told import REACH, against, told

SATURDAY = Published.day(2022, 1, 22)
JANUARY = Published.month(2022, 1)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("hier", "2022-01-21"),
        ("Yesterday", "2022-01-21"),
        ("avant-hier", "2022-01-20"),
        ("aujourd’hui", "2022-01-22"),
        ("today", "2022-01-22"),
        ("demain", "2022-01-23"),
        ("après-demain", "2022-01-24"),
        ("samedi", "2022-01-22"),
        ("vendredi", "2022-01-21"),
        ("dimanche", "2022-01-16"),
        ("samedi dernier", "2022-01-15"),
        ("last Friday", "2022-01-21"),
        ("samedi prochain", "2022-01-29"),
        ("next Monday", "2022-01-24"),
        ("21 jan", "2022-01-21"),
        ("31 déc.", "2021-12-31"),
        ("March 3", None),  # 40 days: last year's or this year's?
        ("vendredi 21 janvier", "2022-01-21"),
        ("jeudi 21 janvier", None),  # it was a Friday
        ("mar. 18 janv.", "2022-01-18"),
        ("31 février", None),
        ("bientôt", None),
        ("", None),
    ],
)
def test_what_a_word_means_on_a_known_day(written: str, value: str | None) -> None:
    assert against(written, SATURDAY).value == value


def test_a_day_is_that_of_the_place_where_it_is_known() -> None:
    tokyo = datetime(2022, 1, 22, 1, tzinfo=timezone(timedelta(hours=9)))  # still Friday in London
    assert against("hier", Published(tokyo, Precision.SECOND)).value == "2022-01-21"


def test_a_year_turns_between_the_day_told_and_the_day_known() -> None:
    assert against("31 décembre", Published.day(2022, 1, 2)).value == "2021-12-31"
    assert against("Jan. 1", Published.day(2021, 12, 31)).value == "2022-01-01"
    assert against("29 février", Published.day(2024, 3, 1)).value == "2024-02-29"


def test_of_a_known_month_only_days_with_their_month_can_be_counted() -> None:
    assert against("21 jan", JANUARY).value == "2022-01-21"
    assert against("30 déc", JANUARY).value == "2021-12-30"
    assert against("21 mai", JANUARY).value is None
    assert against("hier", JANUARY) == against("vendredi", JANUARY) == Published()


def test_without_a_known_day_nothing_is_counted() -> None:
    assert against("hier", Published()) == against("21 jan", Published()) == Published()


@given(st.dates(date(1970, 1, 2), date(2199, 1, 1)), st.integers(-31, 31))
def test_a_day_without_its_year_is_found_again_within_a_month(known: date, distance: int) -> None:
    meant = known + timedelta(days=distance)
    name = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
    found = against(f"{meant.day} {name[meant.month - 1]}", Published.day(known.year, known.month, known.day))
    assert found == Published.day(meant.year, meant.month, meant.day)


@given(st.text(), st.datetimes(timezones=st.just(UTC)), st.sampled_from(Precision))
def test_nothing_raises(text: str, when: datetime, precision: Precision) -> None:
    assert against(text, Published(when, precision)).precision in (Precision.DAY, Precision.UNKNOWN)
    told(f"{text} vendredi {text} hier 31 mars", Published(when, precision))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Il a dit hier, avant-hier et aujourd’hui.", ["hier", "avant-hier", "aujourd’hui"]),
        ("Ce jeudi 13 janvier, le ministre", ["jeudi 13 janvier"]),
        ("On Friday, January 21, 2022, he said", ["Friday, January 21, 2022"]),
        ("Depuis le 11 septembre 2001 et le 1er mars", ["11 septembre 2001", "1er mars"]),
        ("on March 3 and the 2nd of May", ["March 3", "2nd of May"]),
        ("Le 13.01.2022 ou 2022-01-13", ["13.01.2022", "2022-01-13"]),
        ("VENDREDI SAINT", ["VENDREDI"]),
        ("last Monday, lundi prochain", ["last Monday", "lundi prochain"]),
        ("Mars attaque, en mai dernier, un cahier, 3,5 mars", []),
        ("mayor marching premier vendredis", []),
        ("", []),
    ],
)
def test_the_days_that_a_text_names(text: str, written: list[str]) -> None:
    assert [one.written for one in told(text, SATURDAY)] == written


def test_each_is_evidence_with_its_day_and_why_it_is_no_publication() -> None:
    friday, saturday, none = told("vendredi, samedi, le 3 août", SATURDAY)
    assert (friday.published.value, saturday.published.value, none.published.value) == (
        "2022-01-21",
        "2022-01-22",
        None,
    )
    assert friday.rejected == "tells when something happened, not when it was written"
    assert saturday.rejected == "tells when something happened: the same day"
    assert none.rejected == "tells when something happened, on a day that no known date places"
    assert {friday.where, saturday.where, none.where} == {"text"}


def test_only_the_beginning_is_read_and_five_days_each_once_are_enough() -> None:
    assert told("x " * REACH + "hier", SATURDAY) == []
    assert len(told("hier, " * 50, SATURDAY)) == 1
    assert len(told("lundi mardi mercredi jeudi vendredi samedi dimanche", SATURDAY)) == 5
