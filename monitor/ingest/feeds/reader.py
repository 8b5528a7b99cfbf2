"""The bytes of a feed -> Feed; runs inside a worker process, because feedparser can be made to hang."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from monitor.ingest.feeds.doctype import declared_entities
from monitor.ingest.feeds.entry import Document, Feed, NotAFeedError, feed
from monitor.ingest.feeds.jsonfeed import read_json
from monitor.ingest.feeds.repair import Pieces, cut, mended
from monitor.ingest.feeds.strict import read_strict
from monitor.ingest.feeds.tolerant import read_tolerant
from monitor.model import Item

_RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    "</rss>",
)
_ATOM = ('<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">', "</feed>")
_XML_DECLARATION = re.compile(r"<\?xml[^>]*>")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}encoding\s{0,10}=\s{0,10}["']([\w.:-]{1,40})["']""")
# How the first characters look in charsets that are told by nothing else; longer marks first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
# The bytes by which ISO-2022 and UTF-16 differ from the ASCII they look like.
_NO_ASCII = frozenset(b"\x00\x1b")
# Codecs of Python that are no charsets of the web: they read anything as ASCII, or take quadratic time.
_NO_CHARSETS = frozenset("idna punycode raw-unicode-escape undefined unicode-escape".split())
# What says the one is the other on the web.
_TAKEN_FOR = {"iso8859-1": "cp1252", "gb2312": "gb18030"}
# A charset is the wrong one when more than one character in so many makes no sense in it.
_SENSE = 100


def read_feed(body: bytes, charset: str | None, url: str, blank: Item, now: datetime) -> Feed:
    """An RSS, Atom or JSON feed fetched from `url` at `now`; raises NotAFeedError.

    `charset` is what the server declared, `blank` holds what the source knows of every item.
    """
    document, used = _read(body, charset)
    return feed(document, used, url, blank, now)


def _read(body: bytes, charset: str | None) -> tuple[Document, str]:
    """What the first reader that can makes of a feed, and the charset it was in."""
    plain = body.removeprefix(codecs.BOM_UTF8).strip()
    if not plain:
        raise NotAFeedError("is empty")
    if document := read_strict(plain):
        return document, "utf-8"
    text, used = decode(body, charset)
    if text.startswith("{"):
        return read_json(text), used
    if used != "utf-8" and (document := read_strict(text.encode("utf-8", "replace"))):
        return document, used
    # Counted before they are taken out; what a strict reader takes as it is has none.
    entities, text = declared_entities(text), mended(text)
    document = read_strict(text.encode()) or _read_damaged(text)
    return replace(document, entities=entities), used


def _read_damaged(text: str) -> Document:
    """The entries of an ill-formed feed one by one, so that damage costs no more than the entry it is in."""
    pieces = cut(text)
    if not pieces.entries:
        return read_tolerant(text)
    found = Document()
    with suppress(NotAFeedError):
        found = read_tolerant(pieces.around)
    start, end = _frame(pieces)
    for entry in pieces.entries:
        with suppress(NotAFeedError):
            alone = read_strict(f"{start}{entry}{end}".encode()) or read_tolerant(f"{start}{entry}")
            found.entries += alone.entries
    if not found.entries:
        return read_tolerant(text)
    return found


def _frame(pieces: Pieces) -> tuple[str, str]:
    """What to put before and after an entry: the tags of its own root, or of a common one where those are damaged."""
    frame = pieces.root, f"</{pieces.name}>"
    if read_strict(f"{frame[0]}<item/>{frame[1]}".encode()):
        return frame
    return _ATOM if pieces.entries[0].startswith("<entry") else _RSS


def decode(body: bytes, charset: str | None) -> tuple[str, str]:
    """The text of a feed without its XML declaration, and the charset it was in.

    What reads as UTF-8 is UTF-8, whatever was declared, and a bad byte in it stays one bad byte; anything else is
    what byte order mark, server or declaration say, else windows-1252.
    """
    text, used = body.decode("utf-8", "replace"), "utf-8"
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    if good <= bad and not (body.isascii() and _NO_ASCII.isdisjoint(body)):
        text, used = _declared(body, charset)
    return _XML_DECLARATION.sub("", text.lstrip("\ufeff").strip(), count=1).strip(), used


def _declared(body: bytes, charset: str | None) -> tuple[str, str]:
    """The text in the first charset that makes sense of it."""
    declared = _ENCODING.match(body.lstrip())
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    for name in (marked, charset, declared and declared[1].decode()):
        try:
            codec = codecs.lookup(name or "").name
            codec = _TAKEN_FOR.get(codec, codec)
            # It is not UTF-8, and the wider ones begin with a mark or have zeros.
            wrong = codec in _NO_CHARSETS or (codec.startswith("utf") and not marked and 0 not in body[:2])
            text = "" if wrong else body.decode(codec, "replace")
        except (LookupError, ValueError):  # no name of a charset, such as "hex" or a NUL
            continue
        if text and text.count("\ufffd") * _SENSE <= len(text):
            return text, codec
    return body.decode("windows-1252", "replace"), "cp1252"
