"""The bytes of feeds become Items, however damaged they are."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ingest.written import DAMAGES

from monitor.ingest.feeds.entry import Feed, NotAFeedError
from monitor.ingest.feeds.reader import read_feed
from monitor.model import Item, Markup, Precision

BLANK = Item("Test", "", "", Markup.HTML)
URL = "https://news.example/feed"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
NESTED = "node-feedparser-illegally-nested.xml"
FEEDS = Path(__file__).parents[3].parent / "shared" / "feeds"


def read_whole(body: bytes | str, charset: str | None = None) -> Feed:
    return read_feed(body.encode() if isinstance(body, str) else body, charset, URL, BLANK, NOW)


def read(body: bytes | str, charset: str | None = None) -> tuple[Item, ...]:
    return read_whole(body, charset).items


def rss(inner: str, head: str = "") -> str:
    modules = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<rss version="2.0" {modules}><channel>{head}{inner}</channel></rss>'


def atom(inner: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr-FR"><title>T</title>{inner}</feed>'


def twenty(damage: str = "") -> str:
    """A feed of twenty items, with something put into the body of the tenth."""
    return rss(
        "".join(
            f"<item><guid>id-{n}</guid><title>Été {n}</title><link>/{n}</link><pubDate>Fri, 01 Mar 2024 10:00:0{n % 10}"
            f" +0100</pubDate><description>Text {n} {damage if n == 10 else ''}</description></item>"
            for n in range(20)
        )
    )


def test_an_rss_item() -> None:
    (item,) = read(
        rss(
            "<item><guid isPermaLink='false'> a-1 </guid><title>Prix &amp; &lt;b&gt;salaires&lt;/b&gt;</title>"
            "<link> /a </link><description>Court</description><content:encoded><![CDATA[<p>Bien plus long</p>]]>"
            "</content:encoded><pubDate>Fri, 01 Mar 2024 10:00:00 +0100</pubDate></item>",
            "<language>fr-FR</language>",
        )
    )
    assert item == Item(
        source="Test",
        guid="a-1",
        content="<p>Bien plus long</p>",
        markup=Markup.HTML,
        title="Prix & <b>salaires</b>",
        url="https://news.example/a",
        published=item.published,
        language="fr",
    )
    assert item.published.value == "2024-03-01T10:00:00+01:00"


def test_an_atom_entry_whose_text_is_declared_plain() -> None:
    (item,) = read(
        atom(
            "<entry><id>tag:a</id><title>A &lt; B &amp; C</title><link href='b?c=1'/><summary>Short</summary>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Long <b>text</b></p></div></content>"
            "<updated>2024-03-01T10:00:00.5Z</updated></entry>"
        )
    )
    assert (item.guid, item.title, item.url) == ("tag:a", "A &lt; B &amp; C", "https://news.example/b?c=1")
    assert item.content == "<p>Long <b>text</b></p>"
    assert item.language == "fr"
    assert item.published.value == "2024-03-01T10:00:00+00:00"


def test_the_longest_text_wins_wherever_it_stands() -> None:
    (item,) = read(
        rss("<item><description>The longer of the two</description><content:encoded>x</content:encoded></item>")
    )
    assert item.content == "The longer of the two"


def test_publication_comes_before_change_and_an_unreadable_date_is_passed_over() -> None:
    both = "<dc:date>2024-02-02T10:00:00Z</dc:date>"
    assert read(rss(f"<item>{both}<pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate></item>"))[0].published.value == (
        "2024-03-01T10:00:00+00:00"
    )
    assert read(rss(f"<item>{both}<pubDate>today</pubDate></item>"))[0].published.value == "2024-02-02T10:00:00+00:00"
    assert read(rss("<item><title>x</title></item>"))[0].published.precision is Precision.UNKNOWN


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_every_rss_with_a_version(version: str) -> None:
    assert read(f'<rss version="{version}"><channel><item><title>One</title></item></channel></rss>')[0].title == "One"


@pytest.mark.parametrize("namespace", ["http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/rss/1.0/"])
def test_rdf_feeds(namespace: str) -> None:
    rdf = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{namespace}"><channel/>'
    assert read(f"{rdf}<item><title>One</title><link>http://x.example/</link></item></rdf:RDF>")[0].title == "One"


JSON_FEED = ' {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "Été"}]}'


def test_json_feeds_also_with_a_byte_order_mark() -> None:
    assert read(JSON_FEED.encode("utf-8-sig"))[0].title == "Été"


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("<title>Nothing yet</title>")) == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b" \r\n ", "is empty"),
        (b"<!DOCTYPE html><html><body><p>Sign in</p></body></html>", "is an HTML page, not a feed"),
        (b"<!-- " + b"x" * 100 + b" -->\n<HTML lang=fr><p>404", "is an HTML page, not a feed"),
        (b"<!-- -->" * 20_000, "is not a feed"),
        (b"not found", "is not a feed"),
        (b"\x00\xff\x1f\x8b\x08" * 100, "is not a feed"),
        (b'{"error": 404}', "is JSON, but not a JSON Feed"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeedError, match=reason):
        read(body)


FEED = rss("<item><title>Éléphant à Nîmes « ici »</title></item>")
LATIN_FEED = FEED.encode("latin-1")


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (FEED.encode(), None),
        (FEED.encode(), "iso-8859-1"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + FEED.encode(), None),
        (LATIN_FEED, None),
        (LATIN_FEED, "iso-8859-1"),
        (LATIN_FEED, "utf-8"),
        (LATIN_FEED, "no-such-charset"),
        (LATIN_FEED, "idna"),
        (LATIN_FEED, "\x00"),
        (b'<?xml version="1.0" encoding="windows-1252"?>' + LATIN_FEED, None),
        (b'\n <?xml version="1.0" encoding="utf-8"?>' + LATIN_FEED, None),
        (FEED.encode("utf-16"), None),
        (FEED.encode("utf-16-be"), "utf-16-be"),
        (b"\xef\xbb\xbf" + FEED.encode(), None),
        (b'<?xml version="1.0" encoding="cp437"?>' + FEED.replace("À", "").encode("cp437"), None),
    ],
)
def test_every_declared_undeclared_or_wrongly_declared_charset(body: bytes, charset: str | None) -> None:
    assert read(body, charset)[0].title == "Éléphant à Nîmes « ici »"


@pytest.mark.parametrize(
    ("body", "charset", "used"),
    [
        (FEED.encode(), "iso-8859-1", "utf-8"),
        (LATIN_FEED, "ISO-8859-1", "cp1252"),
        (FEED.replace("À", "").encode("cp437"), "cp437", "cp437"),
        (FEED.encode("utf-16"), None, "utf-16"),
        (("\n" + FEED + "\n").encode("utf-16-le"), "utf-16", "utf-16"),
        (LATIN_FEED, "utf-16", "cp1252"),
        (b"<rss>" + b" " * 1000 + b"<item>\xe9", "utf-16", "cp1252"),
        (b"<rss>" + b" " * 1000 + b"<item>\xe9", "utf-8", "cp1252"),
        (b"<rss><item>", "utf-16", "utf-8"),
        (rss("<item><title>\u65e5\u672c</title></item>").encode("iso-2022-jp"), "iso-2022-jp", "iso2022_jp"),
        (LATIN_FEED, None, "cp1252"),
        (JSON_FEED.encode("utf-16"), None, "utf-16"),
    ],
)
def test_the_charset_that_was_really_used_is_known(body: bytes, charset: str | None, used: str) -> None:
    assert read_whole(body, charset).charset == used


def test_what_a_feed_says_of_itself_is_known_from_either_reader() -> None:
    head = "<language>fr-FR</language><ttl>90</ttl><skipHours><hour>3</hour></skipHours>"
    head += "<skipDays><day>Sunday</day></skipDays>"
    dated = "<item><guid>a</guid><pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate></item><item><guid>b</guid></item>"
    well_formed = rss(f"{dated}<item><guid>c</guid><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>", head)
    for feed in (read_whole(well_formed), read_whole(well_formed.removesuffix("</channel></rss>"))):
        assert (feed.language, feed.ttl, feed.skip_hours, feed.skip_days) == ("fr", 5400, (3,), (6,))
        assert (feed.dated, feed.refused, feed.left) == (2, 1, 0)
        assert [item.refused for item in feed.items] == [None, None, "Thu, 01 Jan 1970 00:00:00 GMT"]
        assert [item.language for item in feed.items] == ["fr"] * 3


def test_author_enclosure_and_categories_come_from_every_format() -> None:
    bodies = [
        rss("<item><dc:creator>Ana</dc:creator><enclosure url='/a.mp3'/><category>x</category></item>"),
        rss("<item><dc:creator>Ana</dc:creator><enclosure url='/a.mp3'/><category>x</category>"),
        atom(
            "<entry><author><name>Ana</name></author><link rel='enclosure' href='/a.mp3'/><category term='x'/></entry>"
        ),
        JSON_FEED.replace('"id"', '"author": {"name": "Ana"}, "attachments": [{"url": "/a.mp3"}], "tags": ["x"], "id"'),
    ]
    for body in bodies:
        (item,) = read(body)
        assert (item.author, item.enclosure, item.categories) == ("Ana", "https://news.example/a.mp3", ("x",))


def test_one_bad_byte_stays_one_bad_byte() -> None:
    titles = [item.title for item in read(twenty().encode().replace("Été 3".encode(), b"\xe9t\xc3\xa9 3"))]
    assert titles[2] == "Été 2"
    assert titles[3] == "\ufffdté 3"


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_costs_at_most_the_item_it_is_in(damage: str) -> None:
    found = {item.guid: item for item in read(twenty(damage))}
    for n in set(range(20)) - {10}:
        item = found[f"id-{n}"]
        assert (item.title, item.url) == (f"Été {n}", f"https://news.example/{n}")
        assert item.content.split()[:2] == ["Text", str(n)]
        assert item.published.value == f"2024-03-01T10:00:0{n % 10}+01:00"


def test_damage_before_the_items_costs_none() -> None:
    for damage in ("<image><height></height></image>", "&#xD800;", "<docs>http://[", "<ttl>"):
        assert len(read(twenty().replace("<channel>", f"<channel>{damage}"))) == 20


def test_a_truncated_feed_gives_what_arrived() -> None:
    body = twenty().encode()
    assert len(read(body[: len(body) // 2])) >= 9


def test_entities_of_its_own_are_not_expanded() -> None:
    def title(declarations: str, text: str) -> str:
        return read(f"<!DOCTYPE l [{declarations}]>" + rss(f"<item><title>{text}</title></item>"))[0].title

    for line in ('<!ENTITY x "expanded">', '\n<!ENTITY x "expanded">\n', '\n  <!ENTITY  x  "expanded" >\n'):
        assert title(line, "A &x; B") == "A &x; B"
    laughs = "\n".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    assert title(laughs, "A &l9; B") == "A &l9; B"
    assert len(title(f'\n<!ENTITY x "{"y" * 100_000}">\n', "&x;" * 1000)) == 3000


def test_no_file_is_opened_for_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    (item,) = read(f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]>' + rss("<item><title>A&x;</title></item>"))
    assert "canary" not in item.title


def test_the_text_of_a_feed_is_never_taken_for_a_path(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(rss("<item><title>x</title></item>"))
    with pytest.raises(NotAFeedError):
        read(str(path))


def listed() -> list[tuple[str, int]]:
    """(file, entries) of the captured feeds, or nothing where they are absent."""
    try:
        table = (FEEDS / "README.md").read_text("utf-8")
    except OSError:
        return []
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines() if line.startswith("| ")]
    return [(row[1], int(row[5])) for row in rows if re.fullmatch(r"\d+", row[5])]


@pytest.mark.skipif(not listed(), reason="no captured feeds beside the project")
def test_every_entry_of_the_captured_feeds_comes_out() -> None:
    expected = dict(listed())
    found = {name: read((FEEDS / name).read_bytes()) for name in expected}
    assert len(found.pop(NESTED)) in (10, expected.pop(NESTED))
    assert {name: len(items) for name, items in found.items()} == expected
    assert sum(expected.values()) == 1517
    undated = {name: sum(item.published.start is None for item in items) for name, items in found.items()}
    assert undated["mediacloud-real-cnn.rss"] == 17
    assert undated["fastfeedparser-0c56ade1367017c8.xml"] == 7
    assert undated["picofeed-pcinpact.xml"] == 0
    assert not any("\ufffd" in item.title + str(item.content) for items in found.values() for item in items)


@pytest.mark.skipif(not listed(), reason="no captured feeds beside the project")
def test_captured_feeds_reversed_and_rewrapped_hold_the_same_guids() -> None:
    compared = 0
    for name, _ in listed():
        body = (FEEDS / name).read_bytes()
        items = re.findall(rb"<item[\s>].*?</item>|<entry[\s>].*?</entry>", body, re.DOTALL)
        if len(items) < 2 or name == NESTED:
            continue
        start, end = body.index(items[0]), body.rindex(items[-1]) + len(items[-1])
        again = body[:start] + b"\n\n".join(items[::-1]) + b"  \n" + body[end:]
        assert {item.guid for item in read(again)} == {item.guid for item in read(body)}, name
        compared += 1
    assert compared >= 35
