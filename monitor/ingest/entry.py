"""One entry as a feed's format gives it -> an Item that any database can hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from monitor.errors import MonitorError
from monitor.ingest.source import identity, primary_language
from monitor.model import Item, Published
from monitor.text import digest

_MAX_URL = 4000
# Neither PostgreSQL nor UTF-8 holds these.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class NotAFeedError(MonitorError):
    """Bytes that are no feed; the text is a predicate: "is an HTML page, not a feed"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says about one thing: `title` and `content` are HTML, `url` may be relative, "" is not given."""

    id: str
    url: str
    title: str
    content: str
    published: Published
    language: str


def items(entries: Sequence[Entry], base: str, blank: Item) -> tuple[Item, ...]:
    """The Items of a feed fetched from `base`; `blank` holds what the source knows of every one of them.

    An entry without id is known by its link, without link by its text. Where several entries share an id, each gets
    its own, whatever their order.
    """
    found = [_item(entry, base, blank) for entry in entries]
    texts = {(item.guid, _text(item)) for item in found}
    shared = {guid for guid, count in Counter(guid for guid, _ in texts).items() if count > 1}
    return tuple(
        replace(item, guid=identity(f"{item.guid} {_text(item)}")) if item.guid in shared else item for item in found
    )


def _item(entry: Entry, base: str, blank: Item) -> Item:
    title, content = _storable(entry.title), _storable(entry.content)
    url = _absolute(base, _solid(entry.url))
    return replace(
        blank,
        guid=identity(_solid(entry.id) or url or digest(title, content)),
        title=title,
        content=content,
        url=url,
        published=entry.published,
        language=blank.language or primary_language(entry.language),
    )


def _text(item: Item) -> str:
    return digest(item.url or "", item.title, str(item.content))


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text).strip()


def _solid(text: str) -> str:
    """An id or link without the white space that line-wrapping publishers put into it."""
    return "".join(_storable(text).split())


def _absolute(base: str, link: str) -> str | None:
    """The http or https address of a link, or None: other schemes are of no use to a reader, or of evil use."""
    try:
        url = urljoin(base, link) if link else ""
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and len(url) <= _MAX_URL else None
