"""A source -> what is found there, and what is remembered about polling it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.dates import UNDATED, Published


class Markup(StrEnum):
    """What the characters of an Item's content are."""

    TEXT = "text"
    HTML = "html"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing as found at a source.

    `guid` is its identity within the source: the file's relative path, the feed entry's id or link, else a digest.
    `content` is bytes where the charset is still to be found out (files), text where the format told it (feeds); a mail
    is always bytes.
    `title` may hold markup when `markup` is HTML. `published` is what the feed declares (never a time of ingestion).
    `language` is what the source or its configuration declares, a BCP 47 primary tag in lower case.
    `tags` are those of the source. `stamp` is the source's cheap sign of "unchanged" (files: mtime and size).
    `refused` is a date the source gave that cannot be true (1970, the future), as written; `published` is unknown then.
    `enclosure` is the link of its first enclosure. `author` and `categories` are as the feed gives them.
    """

    source: str
    guid: str
    content: str | bytes
    markup: Markup = Markup.TEXT
    title: str = ""
    url: str | None = None
    published: Published = UNDATED
    language: str | None = None
    tags: tuple[str, ...] = ()
    stamp: str | None = None
    refused: str | None = None
    author: str | None = None
    enclosure: str | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Habits:
    """What many polls have taught about one source; times are aware UTC, None is not known yet.

    An arrival is a poll that brought something new: `arrivals` counts them since `since`, `newest` is the last one,
    `gap` the usual and `longest` the longest time between two of them in seconds, the latter slowly forgotten. Before
    the first arrival `newest` and `gap` are what the dates of the items tell.
    `ttl` (seconds), `skip_hours` (0-23, UTC) and `skip_days` (0 is Monday) are what the feed itself asks for.
    `language` and `charset` are those the feed usually has, `other` ("LANGUAGE CHARSET") is what it has instead since
    `other_since`.
    `refused` of the `dated` items of the last reading had dates that cannot be true.
    `moved_to` is where permanent redirects have led `moved_times` times since `moved_since`. `asked_until` is when the
    pause ends that the server asked for (Retry-After, 410): until then not even `once` asks it.
    """

    arrivals: int = 0
    since: datetime | None = None
    newest: datetime | None = None
    gap: float | None = None
    longest: float | None = None
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    language: str | None = None
    charset: str | None = None
    other: str | None = None
    other_since: datetime | None = None
    dated: int = 0
    refused: int = 0
    moved_to: str | None = None
    moved_times: int = 0
    moved_since: datetime | None = None
    asked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered about polling one source; times are aware UTC.

    `etag` and `last_modified` are the validators of the newest response, sent back as they came, `body` the digest of
    the last body that was parsed, `url` the address that has lastingly replaced the configured one. `failures` counts
    polls that failed in a row, `error` is the sentence of the last one. `succeeded` is None until the first success.
    `next_due` is when to poll again and `because` why then. `trouble` says what ails the source since `ailing`
    (with `told` and no trouble: well since then); `told` is when the operator was told so, None when there is nothing
    to take back.
    """

    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None
    url: str | None = None
    failures: int = 0
    error: str | None = None
    polled: datetime | None = None
    succeeded: datetime | None = None
    next_due: datetime | None = None
    because: str | None = None
    trouble: str | None = None
    ailing: datetime | None = None
    told: datetime | None = None
    habits: Habits = Habits()
