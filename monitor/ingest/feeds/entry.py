"""What a reader found in a feed -> Feed: Items that any database can hold, and what the feed asks of its readers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from monitor.errors import MonitorError
from monitor.ingest.feeds.dates import first_true, latest_true
from monitor.ingest.source import identity, primary_language
from monitor.model import Item
from monitor.text import digest

MAX_ENTRIES = 100_000
"""What comes after that many entries is not read: 15 MiB hold millions of empty ones, that would fill the daemon."""
_MAX_URL = 4000
_MAX_AUTHOR = 200
_MAX_CATEGORIES = 50
_MAX_CATEGORY = 100
_MAX_TAG = 100
_YEAR = 365 * 86400
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 7 * 86400, "monthly": 30 * 86400, "yearly": _YEAR}
_HOURS = 24
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Neither PostgreSQL nor UTF-8 holds these.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# A web address that needs no work: the common case, told without taking it apart (5 us each).
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][!-~]*)?")
_EMPTY = re.compile(r"\(\s*\)|<\s*>")
_ADDRESS = re.compile(r"[^\s<>()\"]{1,100}@[^\s<>()\"]{1,100}")


class NotAFeedError(MonitorError):
    """Bytes that are no feed; the text is a predicate: "is an HTML page, not a feed"."""


def storable(text: str) -> str:
    """A text that any database holds, without white space around it; what a reader of XML gives is so by nature."""
    text = text.strip()
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


def longest(texts: Sequence[str]) -> str:
    """The longest of the texts that an entry has; which of two that are as long must not depend on their order."""
    if len(texts) <= 1:
        return texts[0] if texts else ""
    return max(texts, key=lambda text: (len(text), text))


@dataclass(slots=True)
class Entry:
    """What a feed says about one thing, "" is not given; its texts are `storable`.

    `title` and `content` are HTML, links may be relative. `dates` are as written, publication before later changes;
    so is `author`, perhaps with an e-mail address. `language` is its own, where it has one.
    """

    id: str = ""
    url: str = ""
    title: str = ""
    content: str = ""
    dates: Sequence[str] = ()
    language: str = ""
    author: str = ""
    enclosure: str = ""
    categories: Iterable[str] = ()


@dataclass(slots=True)
class Document:
    """A feed as a reader found it: its entries, and as written its language, `ttl` (minutes), `sy:` period and
    frequency, and the hours and days when it wants to be left alone; `entities` counts those it declares of its own."""

    entries: list[Entry] = field(default_factory=list)
    language: str = ""
    ttl: str = ""
    period: str = ""
    frequency: str = ""
    skip_hours: Sequence[str] = ()
    skip_days: Sequence[str] = ()
    entities: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that was read: its Items in its order, and what it says about itself.

    `language` is the primary language it declares, `charset` the one its bytes were read in. `ttl` (seconds),
    `skip_hours` (0-23, UTC) and `skip_days` (0 is Monday) are when it asks to be polled.
    `dated` items came with a date, for `refused` of them one that cannot be true. `left` counts the entries beyond
    MAX_ENTRIES, `entities` those that the feed declares of its own, which an honest one has no need of.
    """

    items: tuple[Item, ...]
    language: str | None
    charset: str
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    dated: int = 0
    refused: int = 0
    left: int = 0
    entities: int = 0


def feed(document: Document, charset: str, base: str, blank: Item, now: datetime) -> Feed:
    """The Feed that a document fetched from `base` is at `now`; `blank` holds what the source knows of every item."""
    kept = document.entries[:MAX_ENTRIES]
    found = items(kept, document.language, base, blank, now)
    return Feed(
        items=found,
        language=primary_language(document.language),
        charset=charset,
        ttl=_ttl(document),
        skip_hours=_hours(document.skip_hours),
        skip_days=_days(document.skip_days),
        dated=sum(any(entry.dates) for entry in kept),
        refused=sum(item.refused is not None for item in found),
        left=len(document.entries) - len(kept),
        entities=document.entities,
    )


def items(entries: Sequence[Entry], language: str, base: str, blank: Item, now: datetime) -> tuple[Item, ...]:
    """The Items of a feed in a language, fetched from `base` at `now`.

    An entry without id is known by its link, without link by its text. Where several entries share an id, each gets
    its own, whatever their order.
    """
    latest = latest_true(now)
    found = [_item(entry, language, base, blank, latest) for entry in entries]
    twice = {guid for guid, count in Counter(item.guid for item in found).items() if count > 1}
    if not twice:
        return tuple(found)
    texts = {(item.guid, _text(item)) for item in found if item.guid in twice}
    shared = {guid for guid, count in Counter(guid for guid, _ in texts).items() if count > 1}
    return tuple(
        replace(item, guid=identity(f"{item.guid} {_text(item)}")) if item.guid in shared else item for item in found
    )


def _item(entry: Entry, language: str, base: str, blank: Item, latest: datetime) -> Item:
    url = _absolute(base, _solid(entry.url))
    published, refused = first_true(entry.dates, latest)
    # Named one by one, since dataclasses.replace costs four times as much.
    return Item(
        source=blank.source,
        guid=identity(_solid(entry.id) or url or digest(entry.title, entry.content)),
        content=entry.content,
        markup=blank.markup,
        title=entry.title,
        url=url,
        published=published,
        language=blank.language or _language(entry.language or language),
        tags=blank.tags,
        refused=refused,
        author=_byline(entry.author) if entry.author else None,
        enclosure=_absolute(base, _solid(entry.enclosure)) if entry.enclosure else None,
        categories=_categories(entry.categories) if entry.categories else (),
    )


@lru_cache(maxsize=100)
def _language(tag: str) -> str | None:
    return primary_language(tag[:_MAX_TAG])


def _text(item: Item) -> str:
    return digest(item.url or "", item.title, str(item.content))


def _solid(text: str) -> str:
    """An id or link without the white space that line-wrapping publishers put into it."""
    return "".join(text.split())


def _absolute(base: str, link: str) -> str | None:
    """The http or https address of a link, or None: other schemes are of no use to a reader, or of evil use."""
    link = link.replace("&amp;", "&")  # escaped twice; no address means it
    if len(link) <= _MAX_URL and _PLAIN_URL.fullmatch(link):
        return link
    try:
        url = urljoin(base, link) if link else ""
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and len(url) <= _MAX_URL else None


def _byline(text: str) -> str | None:
    """An author's name without the e-mail address beside it; the address where there is nothing else."""
    text = " ".join(text[: 4 * _MAX_AUTHOR].split())
    if "@" in text:
        name = _EMPTY.sub("", _ADDRESS.sub("", text)).strip()
        text = (name[1:-1] if name.startswith("(") and name.endswith(")") else name).strip() or text
    return text[:_MAX_AUTHOR] or None


def _categories(terms: Iterable[str]) -> tuple[str, ...]:
    """The distinct terms in their order, few enough for any database."""
    found: dict[str, None] = {}
    for term in terms:
        if short := " ".join(term[: 4 * _MAX_CATEGORY].split())[:_MAX_CATEGORY]:
            found[short] = None
            if len(found) == _MAX_CATEGORIES:
                break
    return tuple(found)


def _ttl(document: Document) -> int | None:
    """Seconds that a reading of a feed stays good, at most a year: RSS `ttl`, else the syndication module's."""
    if minutes := _number(document.ttl):
        return min(60 * minutes, _YEAR)
    if document.period or document.frequency:
        period = _PERIODS.get(document.period.strip().lower(), _PERIODS["daily"])
        return max(period // (_number(document.frequency) or 1), 1)
    return None


def _hours(texts: Sequence[str]) -> tuple[int, ...]:
    """Hours of the day, in order; 24 is midnight as well. A feed that wants no hour at all is not taken at its word."""
    found = {hour % _HOURS for text in texts if (hour := _number(text)) is not None and hour <= _HOURS}
    return tuple(sorted(found)) if len(found) < _HOURS else ()


def _days(texts: Sequence[str]) -> tuple[int, ...]:
    """Days of the week, in order, 0 is Monday; the same."""
    found = {_DAYS.index(day) for text in texts if (day := text.strip().lower()) in _DAYS}
    return tuple(sorted(found)) if len(found) < len(_DAYS) else ()


def _number(text: str) -> int | None:
    """A number of up to nine digits: what is longer is no number of minutes or hours."""
    return int(text) if re.fullmatch(r"\s*[0-9]{1,9}\s*", text) else None
