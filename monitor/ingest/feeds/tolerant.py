"""An RSS or Atom feed or a piece of one, well-formed or not, read by feedparser -> Document."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import feedparser

from monitor.ingest.feeds.entry import Document, Entry, NotAFeedError, longest, storable

_ROOT = re.compile(r"<(?:\w+:)?feed\b", re.IGNORECASE)
# feedparser keeps two texts of an entry, the last of each kind: these would push out others or pass for the text of an
# entry though they describe its picture. Under their other names it keeps them beside the others.
_RENAMED = {"itunes:summary": "fullitem", "dc:description": "fullitem", "media:description": "info"}
_NAMED = re.compile(rf"<(/?)({'|'.join(_RENAMED)})\b[^<>]*?(/?)>")
_SHUN = re.compile(r"<(hour|day)>([^<]{1,20})</\1>", re.IGNORECASE)
# HTML reads </br> as one more <br>.
_VOID_END = re.compile(r"</(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)>")
_HTML = ("text/html", "application/xhtml+xml")
# What feedparser was seen to raise on damaged feeds.
_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def read_tolerant(text: str) -> Document:
    """The document that a text holds; raises NotAFeedError."""
    text = _NAMED.sub(lambda tag: f"<{tag[1]}{_RENAMED[tag[2]]}{tag[3]}>", text)
    try:
        # A stream, never a string, which feedparser would take for a path or a URL.
        parsed: Any = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _FAILURES as error:
        raise NotAFeedError(f"cannot be read as a feed ({type(error).__name__})") from None
    if not parsed.entries and not _string(parsed, "version"):
        page = "<html" in text[:2000].lower()
        raise NotAFeedError("is an HTML page, not a feed" if page else "is not a feed")
    # Not feedparser's version: it calls RSS 1.0 Atom that declares Atom's namespace first.
    atom = _ROOT.match(text) is not None
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


def _entry(entry: dict[str, Any], atom: bool) -> Entry:
    texts = [_markup(part, atom) for part in [*entry.get("content", ()), entry.get("summary_detail", {})]]
    links = entry.get("links", ())
    pages = (_string(link, "href") for link in links if link.get("rel") == "alternate" and link.get("type") in _HTML)
    enclosures = (_string(link, "href") for link in links if link.get("rel") == "enclosure")
    return Entry(
        id=_string(entry, "id"),
        url=next(filter(None, pages), "") or _permalink(entry),
        title=_markup(entry.get("title_detail", {}), atom),
        content=longest(texts) or _markup(entry.get("info_detail", {}), atom),
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
    return html.escape(value, quote=False) if not kind or kind.startswith("text/") else ""


def _permalink(entry: dict[str, Any]) -> str:
    """An id that is the address of its page: feedparser's link of an entry that has none."""
    guid = _string(entry, "link") or (_string(entry, "id") if entry.get("guidislink") else "")
    return guid if guid.startswith(("http://", "https://")) else ""


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
