"""A JSON Feed (https://jsonfeed.org/version/1.1), of whatever types its fields are -> its entries."""

from __future__ import annotations

import html
import json
from typing import Any

from monitor.ingest.dates import read_date
from monitor.ingest.entry import Entry, NotAFeedError


def read_json(text: str) -> list[Entry]:
    """The entries of a JSON Feed, those that are no objects left out; raises NotAFeedError."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else f"it is not valid JSON: {error}"
        raise NotAFeedError(f"cannot be read as a JSON Feed: {reason}") from None
    if not isinstance(feed, dict) or "jsonfeed.org" not in _string(feed, "version"):
        raise NotAFeedError("is JSON, but not a JSON Feed")
    entries = feed.get("items")
    if not isinstance(entries, list):
        raise NotAFeedError("is a JSON Feed without items")
    return [_entry(entry, _string(feed, "language")) for entry in entries if isinstance(entry, dict)]


def _entry(entry: dict[str, Any], language: str) -> Entry:
    texts = [_string(entry, "content_html"), *(html.escape(_string(entry, key)) for key in ("content_text", "summary"))]
    published = read_date(_string(entry, "date_published"))
    return Entry(
        id=_string(entry, "id"),
        url=_string(entry, "url") or _string(entry, "external_url"),
        title=html.escape(_string(entry, "title")),
        content=max(texts, key=len),
        published=published if published.start else read_date(_string(entry, "date_modified")),
        language=_string(entry, "language") or language,
    )


def _string(mapping: dict[str, Any], key: str) -> str:
    """A field as text; numbers count, because the specification asks readers to coerce ids."""
    value = mapping.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
