"""Entries of any format become Items, and what a feed says of itself is understood."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.feeds.entry import Document, Entry, Feed, feed, items, storable
from monitor.ingest.source import MAX_GUID
from monitor.model import Item, Markup

BLANK = Item("Test", "", "", Markup.HTML, tags=("press",))
BASE = "https://news.example/feeds/all.xml"


NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


def entry(id: str = "", url: str = "", title: str = "", content: str = "", **more: Any) -> Entry:
    return Entry(id, url, title, content, **more)


def several(entries: list[Entry], blank: Item = BLANK) -> tuple[Item, ...]:
    return items(entries, "", BASE, blank, NOW)


def whole(*entries: Entry, **more: Any) -> Feed:
    return feed(Document(list(entries), **more), "utf-8", BASE, BLANK, NOW)


def one(entry: Entry, blank: Item = BLANK) -> Item:
    (item,) = several([entry], blank)
    return item


def test_an_item_is_known_by_id_else_by_link_else_by_its_text() -> None:
    assert one(entry("a", "http://x.example/1")).guid == "a"
    assert one(entry(url="/1")).guid == "https://news.example/1"
    by_text = one(entry(title="One", content="two  three")).guid
    assert by_text == one(entry(title=" One\n", content="two three")).guid
    assert by_text != one(entry(title="One", content="two four")).guid


def test_white_space_inside_ids_and_links_is_no_part_of_them() -> None:
    item = one(entry(" a\n b ", "http://x.example/\n 1"))
    assert (item.guid, item.url) == ("ab", "http://x.example/1")


def test_links_are_absolute_and_of_the_web_only() -> None:
    assert one(entry(url="../a?b#c")).url == "https://news.example/a?b#c"
    assert one(entry(url="//other.example/a")).url == "https://other.example/a"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.example/",
     "mailto:a@x.example", "http://[::1", "http:///x", "http://" + "a" * 5000],
)  # fmt: skip
def test_links_to_elsewhere_are_dropped(link: str) -> None:
    assert one(entry(url=link)).url is None


def test_the_source_knows_the_language_better_than_the_feed() -> None:
    assert one(entry(language="EN-us")).language == "en"
    assert one(entry(language="no such language")).language is None
    assert one(entry(language="en"), Item("Test", "", "", Markup.HTML, language="fr")).language == "fr"
    assert one(entry()).tags == ("press",)


def test_entries_that_share_an_id_are_told_apart_in_any_order() -> None:
    shared = [entry("same", "/1", "One"), entry("same", "/2", "Two"), entry("other", "/3")]
    guids = {item.url: item.guid for item in several(shared)}
    assert len(set(guids.values())) == 3
    assert guids["https://news.example/3"] == "other"
    assert guids == {item.url: item.guid for item in several(shared[::-1])}


def test_an_entry_served_twice_is_one() -> None:
    assert {item.guid for item in several([entry("a", "/1"), entry("a", "/1")])} == {"a"}


@given(st.text(alphabet=st.characters()))
def test_any_text_becomes_one_that_can_be_stored(text: str) -> None:
    for hostile in (text, text + "\ud800\x00", "\udfff" + text):
        kept = storable(hostile)
        assert "\x00" not in kept
        kept.encode()
        assert kept == kept.strip()
    assert storable(" Été\ud83d\x00!\n") == "Été\ufffd\ufffd!"


@given(st.text(), st.text())
def test_any_id_becomes_one_that_can_be_indexed(id: str, url: str) -> None:
    for long in (id, id * 2000):
        assert 0 < len(one(entry(long, url)).guid) <= MAX_GUID


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Jane Doe", "Jane Doe"),
        ("jane@x.example (Jane Doe)", "Jane Doe"),
        ("Jane Doe <jane@x.example>", "Jane Doe"),
        ("Jane Doe (jane@x.example )", "Jane Doe"),
        (" jane@x.example ", "jane@x.example"),
        ("Jane\n  Doe", "Jane Doe"),
        ("Jane" * 1000, ("Jane" * 1000)[:200]),
        (" ", None),
        ("", None),
    ],
)
def test_an_author_is_a_name_and_an_address_only_where_there_is_none(written: str, name: str | None) -> None:
    assert one(entry(author=written)).author == name


def test_categories_are_few_short_distinct_and_in_order() -> None:
    assert one(entry(categories=["b", " a\n c ", "b", "", " "])).categories == ("b", "a c")
    many = one(entry(categories=["x" * 5000, *map(str, range(5000))])).categories
    assert len(many) == 50
    assert many[0] == "x" * 100


def test_an_enclosure_is_a_web_address() -> None:
    assert one(entry(enclosure=" /a.mp3 ")).enclosure == "https://news.example/a.mp3"
    assert one(entry(enclosure="file:///etc/passwd")).enclosure is None
    assert one(entry()).enclosure is None


def test_an_ampersand_that_was_escaped_twice_is_one() -> None:
    assert one(entry(url="https://x.example/?a=1&amp;b=2")).url == "https://x.example/?a=1&b=2"


def test_a_date_that_cannot_be_true_is_kept_as_written() -> None:
    refused, good, undated = (one(entry(dates=dates)) for dates in (["1970-01-01"], ["1970-01-01", "2024-02-01"], []))
    assert (refused.published.start, refused.refused) == (None, "1970-01-01")
    assert (good.published.value, good.refused) == ("2024-02-01", None)
    assert (undated.published.start, undated.refused) == (None, None)


def test_a_feed_counts_its_dates_and_those_it_cannot_mean() -> None:
    feed = whole(entry("a", dates=["2024-02-01"]), entry("b", dates=["", "soon"]), entry("c", dates=[""]), entry("d"))
    assert (len(feed.items), feed.dated, feed.refused) == (4, 2, 1)


def test_the_language_of_an_item_is_its_own_else_that_of_the_feed() -> None:
    feed = whole(entry("a", language="en-GB"), entry("b"), language="FR-ca")
    assert [item.language for item in feed.items] == ["en", "fr"]
    assert feed.language == "fr"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"ttl": " 60 "}, 3600),
        ({"ttl": "1"}, 60),
        ({"ttl": "0"}, None),
        ({"ttl": "-5"}, None),
        ({"ttl": "soon"}, None),
        ({"ttl": "9" * 5000}, None),
        ({"ttl": "999999999"}, 365 * 86400),
        ({"period": "hourly"}, 3600),
        ({"period": " Daily ", "frequency": "4"}, 6 * 3600),
        ({"frequency": "2"}, 12 * 3600),
        ({"period": "hourly", "frequency": "0"}, 3600),
        ({"period": "hourly", "frequency": "99999"}, 1),
        ({"ttl": "30", "period": "daily"}, 1800),
        ({}, None),
    ],
)
def test_how_long_a_reading_stays_good(said: dict[str, str], seconds: int | None) -> None:
    assert whole(**said).ttl == seconds


def test_when_a_feed_wants_to_be_left_alone() -> None:
    feed = whole(skip_hours=["3", " 0 ", "24", "25", "-1", "x", "3"], skip_days=["Sunday", "monday ", "Montag"])
    assert (feed.skip_hours, feed.skip_days) == ((0, 3), (0, 6))


def test_a_feed_that_never_wants_to_be_asked_is_not_taken_at_its_word() -> None:
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    feed = whole(skip_hours=list(map(str, range(24))), skip_days=days)
    assert (feed.skip_hours, feed.skip_days) == ((), ())


def test_entries_beyond_the_most_that_are_read_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.ingest.feeds.entry.MAX_ENTRIES", 3)
    feed = whole(*(entry(str(n)) for n in range(5)))
    assert ([item.guid for item in feed.items], feed.left) == (["0", "1", "2"], 2)
