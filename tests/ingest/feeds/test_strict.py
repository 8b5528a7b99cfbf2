"""The fast reader gives what the tolerant one gives, and leaves alone what is not well-formed or not harmless."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest.written import ATOM, RDF, RSS, corpus

from monitor.ingest.feeds.entry import Document, Feed, feed
from monitor.ingest.feeds.reader import decode
from monitor.ingest.feeds.repair import mended
from monitor.ingest.feeds.strict import read_strict
from monitor.ingest.feeds.tolerant import read_tolerant
from monitor.model import Item, Markup

CAPTURED = Path(__file__).parents[3].parent / "shared" / "feeds"
BLANK = Item("Test", "", "", Markup.HTML)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
MODULES = (
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
)


def rss(inner: str, head: str = "") -> str:
    return f"{RSS[:-1]}{MODULES}<channel>{head}{inner}</channel></rss>"


def item(inner: str) -> str:
    return rss(f"<item><guid>g</guid>{inner}</item>")


def rdf(inner: str) -> str:
    return f"{RDF}<channel/>{inner}</rdf:RDF>"


def atom(inner: str) -> str:
    return f"{ATOM}{inner}</feed>"


def entry(inner: str) -> str:
    return atom(f"<entry><id>g</id>{inner}</entry>")


def old_atom(inner: str) -> str:
    return f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>g</id>{inner}</entry></feed>'


def strict(text: str) -> Document:
    document = read_strict(text.encode())
    assert document is not None
    return document


def both(text: str) -> tuple[Feed, Feed]:
    """A well-formed feed as the strict and the tolerant reader see it."""
    readings = (strict(text), read_tolerant(mended(text)))
    return tuple(feed(reading, "utf-8", "https://news.example/feed", BLANK, NOW) for reading in readings)  # type: ignore[return-value]


def unlike(text: str) -> dict[str, tuple[object, object]]:
    """What the two readers see differently: field -> (strict, tolerant)."""
    ours, theirs = both(text)
    assert len(ours.items) == len(theirs.items)
    pairs = [(ours, theirs), *zip(ours.items, theirs.items, strict=True)]
    return {
        field.name: (getattr(one, field.name), getattr(other, field.name))
        for one, other in pairs
        for field in dataclasses.fields(one)
        if field.name != "items" and getattr(one, field.name) != getattr(other, field.name)
    }


XHTML = "<x:div xmlns:x='http://www.w3.org/1999/xhtml'>{}</x:div>"
ALIKE = [
    *map(item, (
        "<title>a &amp; &lt;b&gt;x&lt;/b&gt;</title>", "<title><![CDATA[a <b>x</b> &amp; y]]></title>",
        "<title>a <b>x</b> &amp; y</title>", "<title/><dc:title>x</dc:title>", "<title>x</title><dc:title>y</dc:title>",
        "<media:title>m</media:title><title>y</title>", "<title>y</title><media:title>m</media:title>",
        "<media:content><media:title>m</media:title></media:content>", "<title>  a\n b  </title>",
        "<title>l&#146;été</title>", "<title>Ã©tÃ©</title>", "<title>&#8217;x&#146;</title>",
        "<link>http://a/1</link><link>http://a/2</link>", "<link/><link>http://a/2</link>",
        "<link>http://a/1</link><link/>", "<link/>", "<link>/rel?a=1&amp;b=2</link>",
        "<link>http://a/?a=1&amp;amp;b=2</link>", "<link> http://a/\n b</link>", "<comments>http://a/c</comments>",
        "<atom:link href='http://a/0'/><link>http://a/1</link>", "<atom:link rel='self' href='http://a/0'/>",
        "<link>http://a/1</link><atom:link rel='alternate' href='http://a/0'/>", "<id>http://a/x</id>",
        "<atom:link rel='enclosure' href='http://a/e'/><enclosure url='http://a/f'/>",
        "<enclosure url='/f'/><enclosure url='http://a/g'/>", "<enclosure href='http://a/f'/>", "<enclosure/>",
        "<description>d</description><content:encoded>longer</content:encoded>",
        "<content:encoded>c</content:encoded><description>longer</description><itunes:summary>s</itunes:summary>",
        "<content:encoded>c</content:encoded><description>d</description><itunes:summary>longest</itunes:summary>",
        "<description>d</description><description>longer</description>",
        "<content:encoded>c</content:encoded><content:encoded>longer</content:encoded>",
        "<media:description>caption</media:description>", "<dc:description>dc</dc:description>",
        "<description>d</description><media:description>caption</media:description>",
        "<media:group><media:description>caption</media:description></media:group>",
        "<description>a <b>x</b> &amp; &lt;c&gt;<br/>y</description>", "<description><p>a</p><p>b</p></description>",
        "<xhtml:body><xhtml:p>a &amp; b</xhtml:p></xhtml:body>", "<summary>s</summary>",
        "<atom:summary type='text'>a &lt; b</atom:summary>",
        "<author>j@x.org (Jane)</author>", "<dc:creator>Jane</dc:creator><author>j@x.org</author>",
        "<author/><dc:creator>J</dc:creator>", "<dc:creator>A</dc:creator><dc:creator>B</dc:creator>",
        "<itunes:author>I</itunes:author>", "<atom:author><atom:name>N</atom:name></atom:author>",
        "<pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate><dc:date>2024-02-01</dc:date>",
        "<pubDate>x</pubDate><dc:date>2024-02-01</dc:date>", "<pubDate>x</pubDate>", "<pubdate>2024-02-01</pubdate>",
        "<dcterms:issued>2024-02-01</dcterms:issued><dcterms:modified>2024-02-02</dcterms:modified>",
        "<dcterms:created>2024-02-01</dcterms:created>", "<date>2024-02-01</date>",
        "<atom:updated>2024-02-01T00:00:00Z</atom:updated>",
        "<category>a</category><category domain='d'>b</category><category/><dc:subject>c</dc:subject>",
        "<category domain='d'/><category>b</category>", "<category term='t'>text</category>",
        "<itunes:keywords>a, b,,c</itunes:keywords><media:keywords>d</media:keywords><itunes:category text='T'/>",
        "<keywords>k, l</keywords><media:category scheme='s' label='L'>m</media:category>",
        "<source url='http://a/s'>S</source><title>t</title>", "<guid>http://a/second</guid>", "<guid/>",
        "<image><url>http://a/i.png</url><title>I</title><link>http://a/i</link></image><title>T</title>",
        "<title>A<!-- c -->B<?pi x?>C</title>", "<ttl>5</ttl>",
    )),
    *map(entry, (
        "<title>A &lt; B</title>", "<title type='html'>A &lt;b&gt;B&lt;/b&gt; &amp;amp; C</title>",
        "<title type='TEXT/HTML'>A &lt;b&gt;B&lt;/b&gt;</title>",
        f"<title type='xhtml'>{XHTML.format('&lt;A <x:b>B</x:b> &amp; C<x:br/>x')}</title>",
        f"<content type='xhtml'> {XHTML.format('<x:p>A</x:p><x:img src=`&quot;`/>')} </content>".replace("`", '"'),
        f"<content type='xhtml'>{XHTML.format('a')}{XHTML.format('b')}</content>",
        "<content type='image/png'>aGVsbG8=</content><summary>s</summary>", "<content type=''>a &lt; b</content>",
        "<content type='text/markdown'>a &lt; b</content>", "<content src='http://a/x' type='text/html'/>",
        "<content type='application/xml'><foo>x</foo></content><summary>s</summary>",
        "<content type='html'>&lt;p&gt;x&lt;/p&gt;</content><summary>s</summary>",
        "<summary type='html'>longer s</summary><content>c</content>",
        "<author><name>N</name><email>n@x.org</email></author><author><name>M</name></author>",
        "<author><email>n@x.org</email></author>", "<contributor><name>C</name></contributor>",
        "<author><name/><email>n@x.org</email></author><author><name>M</name></author>",
        "<category term='t' label='L'/><category label='only'/>", "<link rel='related' href='http://a/1'/>",
        "<link href='http://a/1'/><link rel='alternate' type='application/json' href='http://a/j'/>",
        "<link rel='ALTERNATE' type='application/json' href='http://a/j'/><link href='http://a/1'/>",
        "<link rel='alternate' href='http://a/1'/><link rel='alternate' href='http://a/2'/>",
        "<source><title>S</title><id>s</id><updated>2024-01-01T00:00:00Z</updated></source><title>E</title>",
        "<published>2024-01-01T00:00:00Z</published><updated>2024-01-02T00:00:00Z</updated>",
    )),
    atom("<entry xml:lang='en'><id>g</id><title>t</title></entry><entry><title xml:lang='de'>t</title></entry>"),
    atom("<entry xml:lang=''><title>t</title></entry><entry><id>http://a/id</id></entry><entry><id>tag:x</id></entry>"),
    atom("<author><name>Feed</name></author><entry><id>g</id></entry>"),
    old_atom("<title mode='escaped' type='text/html'>A &lt;b&gt;</title><issued>2024-01-01T00:00:00Z</issued>"),
    old_atom("<content type='application/xhtml+xml' mode='xml'><p xmlns='http://www.w3.org/1999/xhtml'>x</p></content>"),
    old_atom("<modified>2024-01-02T00:00:00Z</modified><created>2023-12-31T00:00:00Z</created>"),
    rdf("<item rdf:about='http://a/1'><title>t</title><link>http://a/1</link><dc:subject>s</dc:subject></item>"),
    rdf("<item rdf:about='a'/><item/>"),
    rdf("<item><title>A &lt;b&gt;</title></item>").replace("<rdf:RDF", "<rdf:RDF xmlns:a='http://www.w3.org/2005/Atom'"),
    rss("<item><guid>http://a/g</guid></item><item><guid isPermaLink='false'>http://a/g</guid></item>"),
    rss("<item><guid ispermalink='false'>http://a/g</guid></item><item><guid>http://a/g</guid><link/></item>"),
    rss("<item><title>t</title><dc:language>en</dc:language></item><item/>", "<language>fr-FR</language>"),
    rss("<item><title>t</title></item>", "<language>fr</language><dc:language>en</dc:language>"),
    rss("<item><title>t</title></item>", "<language>fr</language>").replace("<rss ", "<rss xml:lang='en' "),
    rss("<item><title>t</title></item>").replace("<channel>", "<channel xml:lang='en'>"),
    rss("<item/>", "<ttl>60</ttl><skipHours><hour>1</hour><hour>2</hour></skipHours>"),
    rss("<item/>", "<skipDays><day>Sunday</day></skipDays>"),
    rss("<item/>", "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"),
    rss("<item><guid>1</guid><item><guid>2</guid><title>inner</title></item></item>"),
    '<rss version="2.0" xmlns="http://backend.userland.com/RSS2"><channel><item><title>t</title></item></channel></rss>',
    '<rss version="2.0" xmlns="http://unknown.example/"><channel><item><title>t</title></item></channel></rss>',
    '<rss xmlns:dc="http://purl.org/dc/elements/1.1"><channel><item><dc:date>2024-01-01</dc:date></item></channel></rss>',
    '<rss><channel><item><x:title xmlns:x="http://u/">t</x:title><guid>g</guid></item></channel></rss>',
    '<rss version="2.0"><channel/><item><title>t</title></item></rss>',
    '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.example/rss.dtd"><rss><channel><item/></channel></rss>',
]  # fmt: skip


@pytest.mark.parametrize("text", ALIKE)
def test_both_readers_give_the_same(text: str) -> None:
    assert unlike(text) == {}


DIFFERENT = {
    "feedparser forgets a permalink when an empty link stands before it": (
        rss("<item><link/><guid>http://a/g</guid></item>"), "url", "http://a/g", None),
    "feedparser takes the semicolon away from what looks like a name in a link": (
        item("<link>http://a/?a=1&amp;copy;=2</link>"), "url", "http://a/?a=1&copy;=2", "http://a/?a=1&copy=2"),
    "feedparser drops the start tag of a div that is not declared, but not its end tag": (
        item("<description><div>a <b>x</b></div></description>"),
        "content", "<div>a <b>x</b></div>", "a <b>x</b></div>"),
    "of several descriptions behind a content feedparser keeps the last": (
        item("<content:encoded>c</content:encoded><description>first</description><description>2nd</description>"),
        "content", "first", "2nd"),
    "feedparser cuts e-mail addresses short at four letters of the top domain": (
        item("<author>j@x.museum (Jane)</author><dc:creator>C</dc:creator>"), "author", "Jane", "um (Jane"),
    "feedparser keeps xml:lang only with a title or text": (
        atom("<entry xml:lang='en'><id>g</id></entry>"), "language", "en", "fr"),
    "feedparser makes ids absolute with xml:base, though ids are compared as they are written": (
        atom("<entry xml:base='http://b/x/'><id>g</id></entry>"), "guid", "g", "http://b/x/g"),
    "feedparser looks for the entry's own elements inside ones it does not know": (
        item("<extra><title>F</title></extra>"), "title", "", "F"),
    "feedparser splits `tags`, an element of one feed": (item("<tags>a, b</tags>"), "categories", (), ("a", "b")),
    "the caption of a picture may be HTML in Atom; under its other name feedparser takes it as plain": (
        entry(
            "<media:description xmlns:media='http://search.yahoo.com/mrss' type='html'>&lt;b&gt;</media:description>"),
        "content", "<b>", "&lt;b&gt;"),
}  # fmt: skip


@pytest.mark.parametrize("reason", DIFFERENT)
def test_what_the_readers_see_differently(reason: str) -> None:
    text, field, ours, theirs = DIFFERENT[reason]
    assert unlike(text).get(field) == (ours, theirs)


def captured() -> list[Path]:
    return [path for path in sorted(CAPTURED.glob("*")) if path.suffix not in (".md", ".json")]


ILL_FORMED = {"fastfeedparser-705749c3b1bd02d8.xml"}  # a bare ampersand


@pytest.mark.skipif(not captured(), reason="no captured feeds beside the project")
def test_both_readers_give_the_same_for_every_captured_feed() -> None:
    read = set()
    for path in captured():
        text, _ = decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf").strip(), None)
        if path.name in ILL_FORMED:
            assert read_strict(text.encode()) is None
            text = mended(text)
        assert unlike(text) == {}, path.name
        read.add(path.name)
    assert len(read) == 39


def test_both_readers_give_the_same_for_generated_feeds() -> None:
    for written in corpus(seed=7, feeds=10, items=10):
        assert unlike(written.text) == {}
        assert [item.guid for item in both(written.text)[0].items] == [item.id for item in written.items]


# What XML allows and feedparser passes on; the rest of Unicode is tried on the whole reader.
LETTERS = st.characters(
    min_codepoint=0x20, max_codepoint=0x2FFF, exclude_characters="\x7f", exclude_categories=("Cc", "Cs")
)
TEXT = st.text(LETTERS, max_size=30)
DATE = st.integers(4 * 10**7, 18 * 10**8).map(lambda seconds: format_datetime(datetime.fromtimestamp(seconds, UTC)))


@st.composite
def texts(draw: st.DrawFn, name: str) -> str:
    """An element with a text, escaped or as it is in CDATA, or none at all."""
    text = draw(TEXT)
    if draw(st.booleans()):
        return f"<{name}><![CDATA[{text.replace(']]>', '')}]]></{name}>"
    return draw(st.sampled_from([f"<{name}>{escape(text)}</{name}>", ""]))


@st.composite
def items(draw: st.DrawFn) -> str:
    """The elements of an item in any order, those that may come twice also twice."""
    once = ["title", "description", "content:encoded"]
    often = draw(st.lists(st.sampled_from(["category", "dc:creator", "dc:subject"]), max_size=4))
    path = escape(draw(st.text("abc/?&=#.-", max_size=12)))
    parts = [
        *(draw(texts(name)) for name in once + often),
        f"<guid isPermaLink='{draw(st.sampled_from(['true', 'false']))}'>{path}</guid>",
        f"<link>https://a.example/{path}</link>",
        f"<pubDate>{draw(DATE)}</pubDate>",
    ]
    return f"<item>{''.join(draw(st.permutations(parts)))}</item>"


@settings(max_examples=40)
@given(st.lists(items(), min_size=1, max_size=3))
def test_both_readers_give_the_same_for_any_rss(found: list[str]) -> None:
    assert unlike(rss("".join(found))) == {}


@settings(max_examples=40)
@given(st.lists(st.tuples(*map(texts, ("title", "summary", "content", "category"))), min_size=1, max_size=3))
def test_both_readers_give_the_same_for_any_atom(found: list[tuple[str, ...]]) -> None:
    assert unlike(atom("".join(f"<entry>{''.join(inner)}</entry>" for inner in found))) == {}


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "{}", "<", "<rss>", "<rss><channel><item></channel></rss>", "<html><body/></html>", "<rss/>",
        "<rss><channel/></rss>", "<rss><channel><item>&nbsp;</item></channel></rss>",
        "<rss><channel><item>&#0;</item></channel></rss>", "<rss><channel><item>\x1b</item></channel></rss>",
        "<rss><channel><item>" + "<b>" * 300 + "</b>" * 300 + "</item></channel></rss>",
        "<!DOCTYPE rss [<!ENTITY x 'y'>]><rss><channel><item/></channel></rss>",
        "<!DOCTYPE rss []><rss><channel><item/></channel></rss>",
        "<!DOCTYPE rss SYSTEM 'a>b' [<!ENTITY x 'y'>]><rss><channel><item/></channel></rss>",
        "<!-- <rss> <!DOCTYPE rss> --><!DOCTYPE rss [<!ENTITY x 'y'>]><rss><channel><item/></channel></rss>",
        "<!DOCTYPE rss SYSTEM 'x.dtd'><rss><channel><item>&eacute;</item></channel></rss>",
    ],
)  # fmt: skip
def test_what_another_reader_has_to_try(text: str) -> None:
    assert read_strict(text.encode()) is None


def test_bytes_that_are_no_utf_8_are_for_another_reader() -> None:
    feed = "<rss><channel><item><title>é</title></item></channel></rss>"
    assert read_strict(feed.encode()) is not None
    for encoding in ("latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert read_strict(feed.encode(encoding)) is None


def test_utf_8_is_read_whatever_charset_is_declared() -> None:
    text = "<?xml version='1.0' encoding='{}'?><rss><channel><item><title>é</title></item></channel></rss>"
    for declared in ("iso-8859-1", "utf-16", "no-such-charset"):
        assert strict(text.format(declared)).entries[0].title == "é"
