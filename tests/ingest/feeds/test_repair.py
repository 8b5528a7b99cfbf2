"""A damaged feed is mended as far as that is certain, and cut into its entries."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.feeds.repair import cut, mended


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a>\x00\x1b\uffff\ud800é</a>", "<a>é</a>"),
        ("<a>&#xD800;&#0;&#x110000;&#" + "9" * 5000 + ";</a>", "<a>\ufffd\ufffd\ufffd\ufffd</a>"),
        ("<a>&#233;&#xE9;</a>", "<a>&#233;&#xE9;</a>"),
        ("<a>&amp;&lt;&gt;&quot;&apos;</a>", "<a>&amp;&lt;&gt;&quot;&apos;</a>"),
        ("<a>&nbsp;&eacute;&LT;&AMP;</a>", "<a>\xa0é&lt;&amp;</a>"),
        ("<a>AT&T & co &nope; &#x; &#233 &</a>", "<a>AT&amp;T &amp; co &amp;nope; &amp;#x; &amp;#233 &amp;</a>"),
        ("<a b='?x=1&y=2'/>", "<a b='?x=1&amp;y=2'/>"),
        ("<a><![CDATA[&nbsp; & <b>]]>&</a>", "<a><![CDATA[&nbsp; & <b>]]>&amp;</a>"),
        ("<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x 'y'>]> <r>&x;</r>", "<r>&amp;x;</r>"),
        ("no tag & at all", "no tag &amp; at all"),
    ],
)
def test_what_can_be_put_right_without_knowing_where_the_damage_is(text: str, expected: str) -> None:
    assert mended(text) == expected


def test_a_feed_in_pieces() -> None:
    pieces = cut("<rss v='2'><channel><ttl>5</ttl><item>1</item>, <item a='b'>2 <item>3</item>junk</channel></rss>")
    assert (pieces.root, pieces.name) == ("<rss v='2'>", "rss")
    assert pieces.entries == ("<item>1</item>", "<item a='b'>2 ", "<item>3</item>")
    assert pieces.around == "<rss v='2'><channel><ttl>5</ttl>junk</channel></rss>"


def test_entries_of_every_spelling() -> None:
    assert cut("<r><ITEM>1</ITEM><entry\n>2</entry><atom:entry>3</atom:entry><items/><itemized/></r>").entries == (
        "<ITEM>1</ITEM>", "<entry\n>2</entry>", "<atom:entry>3</atom:entry>",
    )  # fmt: skip


def test_an_entry_in_a_comment_or_cdata_is_none() -> None:
    text = "<r><!-- <item>old</item> --><item><![CDATA[<item>shown</item>]]></item></r>"
    assert cut(text).entries == ("<item><![CDATA[<item>shown</item>]]></item>",)


@pytest.mark.parametrize(("begin", "end"), [("<!--", "-->"), ("<![CDATA[", "]]>")])
def test_what_lost_its_end_swallows_no_entries(begin: str, end: str) -> None:
    assert cut(f"<r><item>1{begin}</item><item>2</item></r>").entries == ("<item>1</item>", "<item>2</item>")
    later = f"<item>3{begin}x{end}</item>"
    assert cut(f"<r><item>1{begin}</item><item>2</item>{later}</r>").entries == (
        "<item>1</item>", "<item>2</item>", later,
    )  # fmt: skip


def test_nothing_of_a_text_without_entries_is_lost() -> None:
    assert cut("<rss><channel/></rss>").around == "<rss><channel/></rss>"
    assert cut("").entries == ()


@given(st.lists(st.sampled_from(["<item>", "</item>", "<!--", "-->", "<![CDATA[", "]]>", "<entry ", "x", "<r>"])))
def test_every_cut_piece_begins_with_its_entry(parts: list[str]) -> None:
    pieces = cut("".join(parts))
    assert all(piece.startswith(("<item>", "<entry ")) for piece in pieces.entries)
    assert len("".join(pieces.entries)) + len(pieces.around) <= len("".join(parts))


@pytest.mark.parametrize("shape", ["<!--", "<![CDATA[", "<!--<item>", "<![CDATA[<item>", "<!--x-->", "<item><![CDATA["])
def test_cutting_takes_time_in_proportion(shape: str) -> None:
    begun = time.process_time()
    cut(shape * (600_000 // len(shape)))
    assert time.process_time() - begun < 3
