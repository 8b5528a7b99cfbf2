"""A JSON Feed (https://jsonfeed.org/version/1.1), of whatever types its fields are -> Document."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from monitor.ingest.feeds.entry import Document, Entry, NotAFeedError, longest, storable

# Control characters within texts are read as they are.
_DECODER = json.JSONDecoder(strict=False)
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BETWEEN = re.compile(r"\}\s*,\s*(?=\{)")
_ITEM_KEYS = frozenset(("id", "title", "content_html", "content_text"))
# A damaged item is looked past up to here; each look may read the whole rest.
_MAX_DAMAGED = 100


def read_json(text: str) -> Document:
    """The feed in a text, entries that are no objects left out; raises NotAFeedError.

    Of a damaged feed the items are read one by one, so that what is whole arrives.
    """
    try:
        feed = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        if found := _one_by_one(text):
            return Document([_entry(entry) for entry in found], "")
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else f"it is not valid JSON: {error}"
        raise NotAFeedError(f"cannot be read as a JSON Feed: {reason}") from None
    if not isinstance(feed, dict) or "jsonfeed.org" not in _string(feed, "version"):
        raise NotAFeedError("is JSON, but not a JSON Feed")
    entries = feed.get("items")
    if not isinstance(entries, list):
        raise NotAFeedError("is a JSON Feed without items")
    return Document([_entry(entry) for entry in entries if isinstance(entry, dict)], _string(feed, "language"))


def _one_by_one(text: str) -> list[dict[str, Any]]:
    """The items that can be read alone in a feed that is not valid JSON."""
    start = _ITEMS.search(text)
    if start is None or "jsonfeed.org" not in text:
        return []
    at, damaged = start.end(), 0
    found: list[dict[str, Any]] = []
    while damaged < _MAX_DAMAGED and (at := text.find("{", at)) >= 0:
        try:
            item, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            damaged += 1
            next_item = _BETWEEN.search(text, at)
            at = next_item.end() if next_item else len(text)
        else:
            # What a damaged item holds, such as an attachment, is none.
            found += [item] if not _ITEM_KEYS.isdisjoint(item) else []
    return found


def _entry(entry: dict[str, Any]) -> Entry:
    texts = [_string(entry, "content_html"), *(html.escape(_string(entry, key)) for key in ("content_text", "summary"))]
    # Version 1.1 has a list of authors, version 1 one author.
    authors = entry.get("authors") or [entry.get("author")]
    tags = entry.get("tags")
    return Entry(
        id=_string(entry, "id"),
        url=_string(entry, "url") or _string(entry, "external_url"),
        title=html.escape(_string(entry, "title")),
        content=longest(texts),
        dates=[text for key in ("date_published", "date_modified") if (text := _string(entry, key))],
        language=_string(entry, "language"),
        author=_first(authors, "name"),
        enclosure=_first(entry.get("attachments"), "url"),
        categories=[storable(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else (),
    )


def _first(objects: Any, key: str) -> str:
    """The first of the texts that a list of objects has under a key."""
    found = (_string(one, key) for one in objects if isinstance(one, dict)) if isinstance(objects, list) else ()
    return next(filter(None, found), "")


def _string(mapping: dict[str, Any], key: str) -> str:
    """A field as text; numbers count, because the specification asks readers to coerce ids."""
    value = mapping.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return storable(str(value))
