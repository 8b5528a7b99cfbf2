"""The publication date is the most reliable of those that say so, and every other one is kept with its reason."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import DateFound, Precision, Published
from monitor.normalise.dates import in_url, refusal, settle
from monitor.normalise.printed import UNKNOWN, parse

NOW = datetime(2022, 2, 10, 12, tzinfo=UTC)
JANUARY = Published.month(2022, 1)
DAY = Published.day(2022, 1, 13)


def found(where: str, written: str) -> DateFound:
    return DateFound(where, written, parse(written))


def choose(*stated: DateFound, url: str | None = None, text: str = "") -> str | None:
    return settle(stated, url, text, NOW)[0].value


@pytest.mark.parametrize(
    ("url", "stated", "value"),
    [
        ("https://a.example/2022/01/13/slug.html", UNKNOWN, "2022-01-13"),
        ("https://a.example/2022/1/3/slug", UNKNOWN, "2022-01-03"),
        ("https://a.example/2022/jan/13/slug", UNKNOWN, "2022-01-13"),
        ("https://a.example/2022/01-13/slug", UNKNOWN, "2022-01-13"),
        ("https://a.example/2022-01-13-slug", UNKNOWN, "2022-01-13"),
        ("https://a.example/20220113/slug-1054414767.html", UNKNOWN, "2022-01-13"),
        ("https://a.example/slug-20220113", UNKNOWN, "2022-01-13"),
        ("https://a.example/slug-202201131805", UNKNOWN, "2022-01-13"),
        ("https://a.example/slug-2022-01-13", UNKNOWN, "2022-01-13"),
        ("https://a.example/slug-2022-01-13", JANUARY, "2022-01-13"),
        ("https://a.example/slug-13-01-2022-ABC_1.php", UNKNOWN, "2022-01-13"),
        ("https://a.example/elections-2022-04-10", JANUARY, None),
        ("https://a.example/20220228/slug", JANUARY, "2022-02-28"),
        ("https://a.example/2022/01/slug", UNKNOWN, "2022-01"),
        ("https://a.example/2022/01/10-raisons", UNKNOWN, "2022-01"),
        ("https://a.example/2022/slug", UNKNOWN, None),
        ("https://a.example/2022/13/slug", UNKNOWN, None),
        ("https://a.example/2022/01/99/slug", UNKNOWN, None),
        ("https://a.example/slug-1054414767.html", UNKNOWN, None),
        ("https://a.example/20221399/slug", UNKNOWN, None),
        ("https://a.example/slug?d=20220113", UNKNOWN, None),
        ("https://a.example/slug#2022/01/13", UNKNOWN, None),
        ("https://20220113.example/slug", UNKNOWN, "2022-01-13"),
    ],
)
def test_the_day_in_an_address(url: str, stated: Published, value: str | None) -> None:
    counted = [one.published.value for one in in_url(url, stated) if not one.rejected]
    assert counted == ([value] if value else [])


def test_a_day_of_an_event_in_an_address_is_kept_with_the_reason() -> None:
    (one,) = in_url("https://a.example/elections-2022-04-10", JANUARY)
    assert (one.where, one.written) == ("url", "2022-04-10")
    assert one.rejected == "is spelt out in the address: it may be the day of an event"


ADDRESS = "https://a.example/20220113/slug"
SECOND = found("page", "2022-01-09T10:00:00+01:00")


@pytest.mark.parametrize(
    ("stated", "url", "value"),
    [
        ([found("head", "2022-01-14"), found("feed", "2022-01-05")], ADDRESS, "2022-01-05"),
        ([found("head", "2022-01-14"), SECOND], ADDRESS, "2022-01-09T10:00:00+01:00"),
        ([found("feed", "2022-01-05"), SECOND], ADDRESS, "2022-01-05"),
        ([found("dateline", "2022-01-14"), found("head", "2022-01")], ADDRESS, "2022-01-14"),
        ([found("dateline", "GENÈVE"), found("head", "2022-01-12")], ADDRESS, "2022-01-12"),
        ([found("head", "2022-01")], ADDRESS, "2022-01-13"),
        ([found("head", "2022-02")], ADDRESS, "2022-01-13"),
        ([found("head", "2022-01")], None, "2022-01"),
        ([found("head", "2022-01")], "https://a.example/slug", "2022-01"),
        ([found("head", "2022-02")], "https://a.example/2022/01/slug", "2022-02"),
        ([], "https://a.example/2022/01/slug", "2022-01"),
        ([], None, None),
    ],
)
def test_the_most_reliable_date_holds(stated: list[DateFound], url: str | None, value: str | None) -> None:
    assert choose(*stated, url=url) == value


@pytest.mark.parametrize(
    ("stated", "url", "value"),
    [
        ([found("dateline", "21 jan"), found("head", "2022-01")], None, "2022-01-21"),
        ([found("dateline", "vendredi"), found("head", "2022-01-22")], None, "2022-01-21"),
        ([found("dateline", "14 jan")], ADDRESS, "2022-01-14"),
        ([found("head", "hier à 10h")], ADDRESS, "2022-01-13"),
        ([found("head", "vendredi")], ADDRESS, "2022-01-13"),
        ([found("head", "14 jan")], ADDRESS, "2022-01-14"),
        ([found("dateline", "21 jan")], None, None),
        ([found("dateline", "21 mai"), found("head", "2022-01")], None, "2022-01"),
        ([found("dateline", "vendredi"), found("head", "2022-01")], None, "2022-01"),
    ],
)
def test_a_day_without_its_year_is_counted_from_the_best_other_date(
    stated: list[DateFound], url: str | None, value: str | None
) -> None:
    assert choose(*stated, url=url) == value


def test_a_distance_at_the_head_is_evidence() -> None:
    _, (head, _) = settle([found("head", "hier à 10h")], ADDRESS, "", NOW)
    assert (head.published.value, head.rejected) == ("2022-01-12", "is only told as a distance or a weekday")


def test_the_day_of_a_change_counts_where_nothing_else_does() -> None:
    updated = DateFound("head", "Mis à jour le 20/01/2022", Published.day(2022, 1, 20))
    assert choose(updated, found("head", "12.01.2022")) == "2022-01-12"
    assert choose(updated, found("dateline", "2022-01-12")) == "2022-01-12"
    assert choose(updated, url=ADDRESS) == "2022-01-13"
    assert choose(updated) == "2022-01-20"


@pytest.mark.parametrize(
    "impossible",
    [
        Published.day(1970, 1, 1),
        Published.month(1970, 1),
        Published.day(1, 1, 1),
        Published.day(2022, 2, 12),
        Published.month(2022, 3),
        Published(datetime(2022, 2, 11, 12, 0, 1, tzinfo=UTC), Precision.SECOND),
        Published(datetime(2022, 2, 11, 23, 30, tzinfo=timezone(timedelta(hours=-5))), Precision.SECOND),
        Published.month(9999, 12),
    ],
)
def test_the_future_and_the_zero_of_the_clocks_are_no_dates(impossible: Published) -> None:
    for where in ("feed", "page", "head"):
        one = DateFound(where, "x", impossible)
        assert settle([one], None, "", NOW)[0] == UNKNOWN
        published, weighed = settle([one, one], ADDRESS, "", NOW)
        assert published == DAY
        assert weighed[0].rejected in ("lies in the future", "is the zero of a clock, or older")
    assert refusal(impossible, NOW)


def test_a_day_ahead_is_a_clock_or_a_zone() -> None:
    ahead = Published(datetime(2022, 2, 11, 12, tzinfo=UTC), Precision.SECOND)
    assert settle([DateFound("feed", "x", ahead)], None, "", NOW)[0] == ahead
    assert refusal(ahead, NOW) is refusal(UNKNOWN, NOW) is None


def test_the_day_of_an_event_in_the_text_is_evidence_only() -> None:
    text = "Depuis le 11 septembre 2001, et ce jeudi 13 janvier 2022 encore, a-t-il dit vendredi."
    assert choose(text=text) is None
    published, weighed = settle([found("head", "2022-01")], None, text, NOW)
    assert published == JANUARY
    assert [one.written for one in weighed if one.where == "text"] == [
        "11 septembre 2001", "jeudi 13 janvier 2022", "vendredi"
    ]  # fmt: skip
    assert all(one.rejected for one in weighed if one.where == "text")


def test_every_date_is_kept_with_why_it_is_not_the_one() -> None:
    stated = [found("feed", "2022-01-13T10:00:00+01:00"), found("dateline", "12 jan"), found("head", "31/02/2022")]
    _, weighed = settle(stated, ADDRESS, "hier", NOW)
    assert [(one.where, one.rejected) for one in weighed] == [
        ("feed", None),
        ("dateline", "the date of the feed is more reliable"),
        ("head", "is no date that exists"),
        ("url", "says the same"),
        ("text", "tells when something happened, not when it was written"),
    ]
    assert [one.published.value for one in weighed][1:] == ["2022-01-12", None, "2022-01-13", "2022-01-12"]


def test_a_date_refused_by_the_source_stays_refused() -> None:
    refused = DateFound("feed", "Thu, 01 Jan 1970", UNKNOWN, "cannot be true")
    assert settle([refused], None, "", NOW) == (UNKNOWN, (refused,))


WHERE = st.sampled_from(["feed", "page", "head", "dateline", "teaser"])
WRITTEN = st.one_of(
    st.text(max_size=20),
    st.dates().map(str),
    st.sampled_from(["hier", "21 jan", "vendredi", "2022-01", "2022-13", "13.01.2022", "2022-01-13T10:00:00-05:00"]),
)


@given(st.lists(st.builds(found, WHERE, WRITTEN), max_size=5), st.text() | st.just(ADDRESS), st.text(), st.datetimes())
def test_no_dates_raise_and_the_one_is_none_of_the_future(
    stated: list[DateFound], url: str, text: str, when: datetime
) -> None:
    now = when.replace(year=min(max(when.year, 2), 9998), day=min(when.day, 28), tzinfo=UTC)
    published, weighed = settle(stated, url, text, now)
    chosen = [one for one in weighed if one.rejected is None]
    assert [one.published for one in chosen] == [published] * bool(published.start)
    if published.start:
        assert datetime(1970, 1, 2, tzinfo=UTC) <= published.start <= now + timedelta(days=1)
