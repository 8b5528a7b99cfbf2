"""The text of an RSS or Atom feed, well-formed or not, read by feedparser -> Document."""

from __future__ import annotations

import html
import io
import re
import sys
from contextlib import suppress
from itertools import pairwise
from typing import Any

import feedparser

from monitor.ingest.entry import Document, Entry, NotAFeedError, storable

_START_TAG = re.compile(r"<[A-Za-z][^>]*>")
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY[^<>]*>")
_REFERENCE = re.compile(r"&#(x[0-9a-fA-F]+|[0-9]+);?")
# All but what XML 1.0 allows: one such character makes a strict parser give up and feedparser raise.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# feedparser keeps two texts of an entry, the last of each kind: these would push out others or pass for the text of an
# entry though they describe its picture. Under their other names it keeps them beside the others.
_RENAMED = {"itunes:summary": "fullitem", "dc:description": "fullitem", "media:description": "info"}
_NAMED = re.compile(rf"<(/?)({'|'.join(_RENAMED)})\b[^<>]*?(/?)>")
_SHUN = re.compile(r"<(hour|day)>([^<]{1,20})</\1>", re.IGNORECASE)
# HTML reads </br> as one more <br>.
_VOID_END = re.compile(r"</(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)>")
_OPENERS = {"<!--": "-->", "<![CDATA[": "]]>"}
_OPENER = re.compile(r"<!--|<!\[CDATA\[")
_HTML = ("text/html", "application/xhtml+xml")
# What feedparser was seen to raise on damaged feeds.
_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def read_tolerant(text: str) -> Document:
    """The document that a text holds; raises NotAFeedError."""
    repaired = _repair(text)
    try:
        return _document(repaired)
    except _FAILURES as error:
        found = _one_by_one(repaired)
        if found.entries:
            return found
        raise NotAFeedError(f"cannot be read as a feed ({type(error).__name__})") from None


def _one_by_one(text: str) -> Document:
    """The entries that can be read alone below the root tag, when something in the feed makes feedparser raise."""
    root = _START_TAG.search(text)
    head = text[: root.end()] if root else ""
    cuts = [*(entry.start() for entry in _ENTRY.finditer(text, len(head))), len(text)]
    found = Document()
    for start, end in pairwise(cuts):
        with suppress(*_FAILURES, NotAFeedError):
            found.entries += _document(head + text[start:end]).entries
    return found


def _document(text: str) -> Document:
    # A stream, never a string, which feedparser would take for a path or a URL.
    parsed: Any = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.entries and not _string(parsed, "version"):
        page = "<html" in text[:2000].lower()
        raise NotAFeedError("is an HTML page, not a feed" if page else "is not a feed")
    # Not feedparser's version: it calls RSS 1.0 Atom that declares Atom's namespace first.
    root = _START_TAG.search(text)
    atom = root is not None and re.match(r"<(?:\w+:)?feed\b", root[0], re.IGNORECASE) is not None
    shunned = [(kind.lower(), value) for kind, value in _SHUN.findall(text)] if "<skip" in text.lower() else []
    return Document(
        [_entry(entry, atom) for entry in parsed.entries],
        language=_string(parsed.feed, "language"),
        ttl=_string(parsed.feed, "ttl"),
        period=_string(parsed.feed, "sy_updateperiod"),
        frequency=_string(parsed.feed, "sy_updatefrequency"),
        skip_hours=[value for kind, value in shunned if kind == "hour"],
        skip_days=[value for kind, value in shunned if kind == "day"],
    )


def _repair(text: str) -> str:
    """The text without characters and references that XML forbids, and without entities of its own (bombs)."""
    text = _REFERENCE.sub(_allowed_reference, _FORBIDDEN.sub("", text))
    root = _START_TAG.search(text)
    start = root.start() if root else 0
    text = _ENTITY.sub("", text[:start]) + text[start:]
    return _NAMED.sub(lambda tag: f"<{tag[1]}{_RENAMED[tag[2]]}{tag[3]}>", _closed(text))


def _allowed_reference(found: re.Match[str]) -> str:
    digits, base = (found[1][1:], 16) if found[1].startswith("x") else (found[1], 10)
    code = int(digits.lstrip("0")[:8] or "0", base)
    return found[0] if code <= sys.maxunicode and not _FORBIDDEN.match(chr(code)) else "&#xFFFD;"


def _closed(text: str) -> str:
    """The text without the openings of comments and CDATA whose end was lost: they would swallow the entries after.

    Lost is the end of an opening that has an entry's start behind it, and then another opening of its kind or nothing.
    """
    pieces: list[str] = []
    taken = at = 0
    ends: dict[str, int] = dict.fromkeys(_OPENERS, 0)  # where the next end of each kind is; never looked for twice
    while opened := _OPENER.search(text, at):
        kind, at = opened[0], opened.end()
        if ends[kind] < at:
            ends[kind] = _find(text, _OPENERS[kind], at)
        entry = _ENTRY.search(text, at, ends[kind])
        if entry is None:
            at = ends[kind]
        elif ends[kind] == len(text) or text.find(kind, entry.start(), ends[kind]) >= 0:
            pieces.append(text[taken : opened.start()])
            taken = at
        else:
            at = ends[kind]
    return "".join(pieces) + text[taken:]


def _find(text: str, what: str, start: int) -> int:
    found = text.find(what, start)
    return found if found >= 0 else len(text)


def _entry(entry: dict[str, Any], atom: bool) -> Entry:
    texts = [_markup(part, atom) for part in [*entry.get("content", ()), entry.get("summary_detail", {})]]
    links = entry.get("links", ())
    pages = (_string(link, "href") for link in links if link.get("rel") == "alternate" and link.get("type") in _HTML)
    enclosures = (_string(link, "href") for link in links if link.get("rel") == "enclosure")
    guid = _string(entry, "id")
    return Entry(
        id=guid,
        url=next(filter(None, pages), "") or _string(entry, "link") or (guid if entry.get("guidislink") else ""),
        title=_markup(entry.get("title_detail", {}), atom),
        content=max(texts, key=len) or _markup(entry.get("info_detail", {}), atom),
        # Not entry.get(): feedparser's own answers "published" when asked for a missing "updated", with a warning.
        dates=[storable(str(dict.get(entry, key) or "")) for key in ("published", "created", "updated")],
        language=_language(entry),
        author=_author(entry),
        enclosure=next(filter(None, enclosures), ""),
        categories=[_string(tag, "term") or _string(tag, "label") for tag in entry.get("tags", ())],
    )


def _markup(part: dict[str, Any], atom: bool) -> str:
    """A text construct as HTML. Only Atom says reliably what is plain text; RSS may hold HTML everywhere."""
    value, kind = _string(part, "value"), part.get("type") or ""
    if kind == "application/xhtml+xml":
        return _VOID_END.sub("", value)
    if not atom or kind == "text/html":
        return value
    # What is neither is a picture in base64, or a document of its own.
    return html.escape(value, quote=False) if kind.startswith("text/") else ""


def _language(entry: dict[str, Any]) -> str:
    """The language an entry declares for itself or has from what is around it."""
    if own := _string(entry, "language"):
        return own
    parts = [entry.get("title_detail"), *entry.get("content", ()), entry.get("summary_detail")]
    return next((_string(part, "language") for part in parts if part), "")


def _author(entry: dict[str, Any]) -> str:
    authors = [author for author in entry.get("authors", ()) if author]
    if len(authors) == 1 and (whole := _string(entry, "author")):
        return whole
    return next((_string(author, "name") or _string(author, "email") for author in authors), "")


def _string(mapping: dict[str, Any], key: str) -> str:
    value = mapping.get(key)
    return storable(value) if isinstance(value, str) else ""
