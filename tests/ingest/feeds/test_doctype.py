"""Entities that a feed declares: counted where XML declares them, whatever stands around them, in one pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.feeds import reader
from monitor.ingest.feeds.doctype import declared_entities
from monitor.ingest.feeds.entry import Document
from monitor.ingest.feeds.reader import read_feed
from monitor.model import Item, Markup

RSS = "<rss version='2.0'><channel><item><guid>1</guid><title>A</title></item></channel></rss>"


@pytest.mark.parametrize(
    "doctype",
    [
        "",
        "<!DOCTYPE rss>",
        "<!doctype html>",
        '<!DOCTYPE rss SYSTEM "http://my.netscape.com/publish/formats/rss-0.91.dtd">',
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "rss-0.91.dtd">',
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">',
        "<!DOCTYPE rss []>",
        "<!DOCTYPE rss [<!ATTLIST item c CDATA 'd'><!ELEMENT x ANY>]>",
        "<!DOCTYPE rss [<!-- <!ENTITY x 'y'> --><?x <!ENTITY x 'y'> ?>]>",
        "<!-- <!DOCTYPE rss [<!ENTITY x 'y'>]> -->",
        "<?x <!DOCTYPE rss [<!ENTITY x 'y'>]> ?>",
        '<!DOCTYPE rss SYSTEM "[<!ENTITY x 1>">',
    ],
)
def test_a_document_type_that_declares_no_entity_is_nothing_to_tell(doctype: str) -> None:
    assert declared_entities(doctype + RSS) == 0


@pytest.mark.parametrize(
    ("doctype", "count"),
    [
        ("<!DOCTYPE rss [<!ENTITY x 'y'>]>", 1),
        ("\n<?xml-stylesheet href='a'?> <!-- <rss> [ ' --> <!DOCTYPE rss\n[\n<!ENTITY x 'y'>\n<!ENTITY z 'y'>]>", 2),
        ("<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://x.example/'> %p;]>", 1),
        ("<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", 1),
        ("<!DOCTYPE rss SYSTEM 'a>[b' [<!ENTITY x ']'><!ENTITY z \"<!ENTITY u 'y'>\">]>", 2),
        ("<!DOCTYPE rss [<!ENTITY x 'y'", 1),
    ],
)
def test_entities_of_its_own_are_counted(doctype: str, count: int) -> None:
    assert declared_entities(doctype + RSS) == count


def test_what_stands_in_the_feed_itself_is_text() -> None:
    assert declared_entities(RSS.replace("A", "<![CDATA[<!DOCTYPE rss [<!ENTITY x 'y'>]>]]>")) == 0
    assert declared_entities("<!DOCTYPE rss []>" + RSS.replace("A", "<![CDATA[<!ENTITY x 'y'>]]>")) == 0


PIECES = (
    "<!ENTITY e{} 'v'>", "<!ENTITY e{} \"<!ENTITY u 'v'>]\">", "<!ENTITY % e{} '&#60;'>", "<!ENTITY e{} SYSTEM 'u\"]'>",
    "<!-- ' <!ENTITY c 'v'> ] -->", "<?p \" <!ENTITY c 'v'> ]?>", "<!ATTLIST a{} b CDATA ']'>", "<!ELEMENT a{} ANY>",
    " \n",
)  # fmt: skip
HEADS = ("<!DOCTYPE r [", "<!-- [ --><!DOCTYPE r SYSTEM 'a[\">' [", "<?p [?>\n<!DOCTYPE r PUBLIC 'p' \"s'\"\n[")


@given(st.sampled_from(HEADS), st.lists(st.sampled_from(PIECES), max_size=12))
def test_it_counts_what_a_parser_of_xml_is_told_of(head: str, pieces: list[str]) -> None:
    text = head + "".join(piece.format(number) for number, piece in enumerate(pieces)) + "]><r/>"
    told: list[str] = []
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = lambda name, *_: told.append(name)
    parser.Parse(text, True)
    assert declared_entities(text) == len(told)


@pytest.mark.parametrize("reads", ["strict", "tolerant"])
def test_both_readers_agree(reads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if reads == "tolerant":
        monkeypatch.setattr(reader, "read_strict", _none)
    blank, now = Item("Test", "", "", Markup.HTML), datetime(2027, 1, 1, tzinfo=UTC)

    def read(doctype: str) -> tuple[int, list[str]]:
        found = read_feed((doctype + RSS).encode(), None, "https://news.example/feed", blank, now)
        return found.entities, [item.guid for item in found.items]

    assert read("<!DOCTYPE rss [<!ENTITY x 'y'><!ENTITY z 'y'>]>") == (2, ["1"])
    assert read("<!DOCTYPE rss SYSTEM 'rss-0.91.dtd'>") == (0, ["1"])
    assert read("") == (0, ["1"])


def _none(_: bytes) -> Document | None:
    return None


@pytest.mark.parametrize(
    ("doctype", "troubles"),
    [
        (b'<!DOCTYPE rss SYSTEM "x.dtd">', ()),
        (b"<!DOCTYPE rss [<!ENTITY a 'A'>]>", ("declares an entity of its own, which is never expanded",)),
        (
            b"<!DOCTYPE rss [<!ENTITY a 'A'><!ENTITY b '&a;&a;'>]>",
            ("declares 2 entities of its own, which are never expanded",),
        ),
    ],
)
def test_fault_15_a_feed_with_entities_of_its_own_is_reported_and_read(
    ask: Any, doctype: bytes, troubles: tuple[str, ...]
) -> None:
    poll = ask(doctype + RSS.replace("A<", "One &b;<").encode())
    assert poll.troubles == tuple(f"Test: the feed {one}" for one in troubles)
    assert [item.title for item in poll.items] == ["One &b;"]


@pytest.mark.parametrize(
    "shape",
    [
        lambda size: "<!--" * size,
        lambda size: "<?x " * size,
        lambda size: " " * size + "<",
        lambda size: "<!DOCTYPE r " + "'" * (size + 1),
        lambda size: "<!DOCTYPE r " + "\"'" * size,
        lambda size: "<!DOCTYPE r " + "r" * size,
        lambda size: "<!DOCTYPE r [" + "<!--" * size,
        lambda size: "<!DOCTYPE r [" + "<?" * size,
        lambda size: "<!DOCTYPE r [" + "\"'" * size,
        lambda size: "<!DOCTYPE r [" + "<!ENTITY" * size,
        lambda size: "<!DOCTYPE r [" * size,
        lambda size: "<!-- -->" * size,
    ],
)
def test_a_text_that_opens_much_and_ends_nothing_costs_one_pass(shape: Callable[[int], str]) -> None:
    begun = time.process_time()
    declared_entities(shape(1_000_000))
    assert time.process_time() - begun < 2
