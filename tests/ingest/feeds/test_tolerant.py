"""feedparser reads what is not well-formed, and its oddities are put right."""

from __future__ import annotations

import pytest

from monitor.ingest.feeds.entry import Entry, NotAFeedError
from monitor.ingest.feeds.tolerant import read_tolerant


def one(inner: str, root: str = '<rss version="2.0">') -> Entry:
    (entry,) = read_tolerant(f"{root}<item>{inner}</item>").entries
    return entry


def test_an_entry_that_ends_nowhere() -> None:
    entry = one("<guid>a</guid><link>http://x.example/1</link><description>Text</description><title>One <b>bold")
    assert (entry.id, entry.url) == ("a", "http://x.example/1")


def test_a_feed_with_its_wishes_and_language() -> None:
    document = read_tolerant(
        "<rss><channel><language>fr</language><ttl>60</ttl><skipHours><hour>1</hour><hour>2</hour></skipHours>"
        "<skipDays><day>Sunday</day></skipDays><sy:updatePeriod>daily</sy:updatePeriod>"
        "<sy:updateFrequency>2</sy:updateFrequency><item><title>x"
    )
    assert (document.language, document.ttl, document.period, document.frequency) == ("fr", "60", "daily", "2")
    assert (document.skip_hours, document.skip_days) == (["1", "2"], ["Sunday"])


def test_no_text_pushes_out_another() -> None:
    entry = one(
        "<content:encoded>first</content:encoded><description>the longest of all</description>"
        "<itunes:summary>third</itunes:summary><dc:description/>"
    )
    assert entry.content == "the longest of all"


def test_a_caption_is_the_text_only_where_there_is_no_other() -> None:
    caption = "<media:content><media:description type='plain'>A longer caption</media:description></media:content>"
    assert one(f"<description>Text</description>{caption}").content == "Text"
    assert one(caption).content == "A longer caption"


def test_elements_without_end_tag_get_none() -> None:
    assert one("<description>a<br/>b<img src='x'/></description>").content == 'a<br>b<img src="x">'


def test_rss_that_names_atom_first_is_still_rss() -> None:
    root = '<rdf:RDF xmlns:a="http://www.w3.org/2005/Atom" xmlns="http://purl.org/rss/1.0/">'
    assert one("<title>A &lt;b&gt;B&lt;/b&gt;</title>", root).title == "A <b>B</b>"
    assert one("<title>A &lt; B</title>", '<feed xmlns="http://www.w3.org/2005/Atom">').title == "A &lt; B"


def test_what_no_database_holds_is_taken_out() -> None:
    entry = one("<title>a\x00b</title><category>c\x00</category><link>http://x.example/\x00</link>")
    assert "\x00" not in entry.title + entry.url + "".join(entry.categories)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a feed"),
        ("not found", "is not a feed"),
        ("<!-- -->" * 9000, "is not a feed"),
        ("<html><body>Sign in", "is an HTML page, not a feed"),
        ("<rss><item>&#99999999999999999;", "cannot be read as a feed"),
    ],
)
def test_what_is_no_feed_is_named(text: str, reason: str) -> None:
    with pytest.raises(NotAFeedError, match=reason):
        read_tolerant(text)
