"""The bytes of a feed -> its Items; runs inside a worker process, because feedparser can be made to hang."""

from __future__ import annotations

import html
import io
import re
import sys
from contextlib import suppress
from itertools import pairwise
from typing import Any

import feedparser
from feedparser.encodings import convert_to_utf8

from monitor.ingest.dates import read_date
from monitor.ingest.entry import Entry, NotAFeedError, items
from monitor.ingest.jsonfeed import read_json
from monitor.model import Item, Published

_DATES = ("published", "created", "updated")
_XML_DECLARATION = re.compile(r"<\?xml[^>]*>")
_START_TAG = re.compile(r"<[A-Za-z][^>]*>")
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
_ENTITY = re.compile(r"<!ENTITY[^<>]*>")
_REFERENCE = re.compile(r"&#(x[0-9a-fA-F]+|[0-9]+);?")
# All but what XML 1.0 allows: one such character makes a strict parser give up and feedparser raise.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What feedparser was seen to raise on damaged feeds.
_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def read_feed(body: bytes, charset: str | None, url: str, blank: Item) -> tuple[Item, ...]:
    """The Items of an RSS, Atom or JSON feed fetched from `url`, in its order; raises NotAFeedError.

    `charset` is what the server declared, `blank` holds what the source knows of every item.
    """
    if not body.strip():
        raise NotAFeedError("is empty")
    text = decode(body, charset)
    return items(read_json(text) if text.startswith("{") else read_xml(text), url, blank)


def decode(body: bytes, charset: str | None) -> str:
    """The text of a feed without its XML declaration.

    What reads as UTF-8 is UTF-8, whatever was declared, and a bad byte in it stays one bad byte; anything else is
    what server, declaration or byte order mark say, else windows-1252.
    """
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    if good <= bad:
        text = _declared(body, charset)
    return _XML_DECLARATION.sub("", text.lstrip("\ufeff").strip(), count=1).strip()


def _declared(body: bytes, charset: str | None) -> str:
    # Without an XML type feedparser takes undeclared text for ISO-8859-1.
    content_type = f"application/xml; charset={charset}" if charset else "application/xml"
    try:
        converted: bytes = convert_to_utf8({"content-type": content_type}, body, {})
    except ValueError:  # a charset that is no name of one, such as "idna" or a NUL
        return body.decode("windows-1252", "replace")
    return converted.decode("utf-8", "replace")


def read_xml(text: str) -> list[Entry]:
    """The entries of an RSS or Atom feed, well-formed or not; raises NotAFeedError."""
    repaired = _repair(text)
    try:
        return _entries(repaired)
    except _FAILURES as error:
        if found := _one_by_one(repaired):
            return found
        raise NotAFeedError(f"cannot be read as a feed ({type(error).__name__})") from None


def _one_by_one(text: str) -> list[Entry]:
    """The entries that can be read alone below the root tag, when something in the feed makes feedparser raise."""
    root = _START_TAG.search(text)
    head = text[: root.end()] if root else ""
    cuts = [*(entry.start() for entry in _ENTRY.finditer(text, len(head))), len(text)]
    found: list[Entry] = []
    for start, end in pairwise(cuts):
        with suppress(*_FAILURES):
            found += _entries(head + text[start:end])
    return found


def _entries(text: str) -> list[Entry]:
    # A stream, never a string, which feedparser would take for a path or a URL.
    feed: Any = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    version = _string(feed, "version")
    if not version and not feed.entries:
        page = "<html" in text[:2000].lower()
        raise NotAFeedError("is an HTML page, not a feed" if page else "is not a feed")
    atom, language = version.startswith("atom"), _string(feed.feed, "language")
    return [_entry(entry, language, atom) for entry in feed.entries]


def _repair(text: str) -> str:
    """The text without characters and references that XML forbids, and without entities of its own (bombs)."""
    text = _REFERENCE.sub(_allowed_reference, _FORBIDDEN.sub("", text))
    root = _START_TAG.search(text)
    start = root.start() if root else 0
    return _ENTITY.sub("", text[:start]) + text[start:]


def _allowed_reference(found: re.Match[str]) -> str:
    digits, base = (found[1][1:], 16) if found[1].startswith("x") else (found[1], 10)
    code = int(digits.lstrip("0")[:8] or "0", base)
    return found[0] if code <= sys.maxunicode and not _FORBIDDEN.match(chr(code)) else "&#xFFFD;"


def _entry(entry: dict[str, Any], language: str, atom: bool) -> Entry:
    contents = [_html(part, atom) for part in [*entry.get("content", ()), entry.get("summary_detail", {})]]
    return Entry(
        id=_string(entry, "id"),
        url=_string(entry, "link"),
        title=_html(entry.get("title_detail", {}), atom),
        content=max(contents, key=len),
        published=_published(entry),
        language=language,
    )


def _html(part: dict[str, Any], atom: bool) -> str:
    """A text construct as HTML. Only Atom says reliably what is plain text; RSS may hold HTML everywhere."""
    value = _string(part, "value")
    return html.escape(value, quote=False) if atom and part.get("type") == "text/plain" else value


def _published(entry: dict[str, Any]) -> Published:
    for key in _DATES:
        # Not entry.get(): feedparser's own answers "published" when asked for a missing "updated", with a warning.
        text, parsed = dict.get(entry, key), dict.get(entry, f"{key}_parsed")
        if isinstance(text, str) and (published := read_date(text, parsed)).start:
            return published
    return Published()


def _string(mapping: dict[str, Any], key: str) -> str:
    value = mapping.get(key)
    return value if isinstance(value, str) else ""
