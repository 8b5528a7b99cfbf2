"""Entries of any format become Items, and what a feed says of itself is understood."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.entry import Document, Entry, Feed, feed, items
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


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_can_be_stored(id: str, url: str, title: str, content: str) -> None:
    for hostile in (id, id + "\ud800\x00", id * 2000):
        item = one(entry(hostile, url, title + "\udfff", content + "\x00"))
        for text in (item.guid, item.url or "", item.title, str(item.content)):
            assert "\x00" not in text
            text.encode()
        assert 0 < len(item.guid) <= MAX_GUID
