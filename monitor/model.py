"""What flows down the river: Item -> Article -> Placement -> Match -> Alert -> Delivery, all immutable."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

Document = dict[str, Any]
"""The Alert document of the public surface: plain JSON, stored with the alert and sent as it is."""

FIELDS = ("title", "lede", "body")
"""The searchable fields of an Article, in reading order."""


class Precision(StrEnum):
    """How exactly a publication date is known."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date with its precision; `start` is the first instant it can mean, None when unknown.

    A day or month without a time zone is taken in UTC.
    """

    start: datetime | None = None
    precision: Precision = Precision.UNKNOWN

    @property
    def value(self) -> str | None:
        """RFC 3339 with offset, `2022-01-13`, `2022-01` or None, by precision."""
        match self.start, self.precision:
            case None, _:
                return None
            case start, Precision.SECOND:
                return start.isoformat(timespec="seconds")
            case start, Precision.DAY:
                return f"{start:%Y-%m-%d}"
            case start, _:
                return f"{start:%Y-%m}"

    @property
    def latest(self) -> datetime | None:
        """The last instant it can mean: the end of its day or month."""
        match self.start, self.precision:
            case None, _:
                return None
            case start, Precision.SECOND:
                return start
            case start, Precision.DAY:
                return start + timedelta(days=1)
            case start, _:
                return start + timedelta(days=calendar.monthrange(start.year, start.month)[1])

    @classmethod
    def day(cls, year: int, month: int, day: int) -> Published:
        """A calendar day; raises ValueError for a day that does not exist."""
        return cls(datetime(year, month, day, tzinfo=UTC), Precision.DAY)

    @classmethod
    def month(cls, year: int, month: int) -> Published:
        """A calendar month; raises ValueError for a month that does not exist."""
        return cls(datetime(year, month, 1, tzinfo=UTC), Precision.MONTH)


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
    published: Published = Published()
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


@dataclass(frozen=True, slots=True)
class Article:
    """An Item normalised; `title`, `lede` and `body` never overlap and hold no boilerplate.

    Paragraphs of `body` are separated by one blank line. A derived title repeats the first sentence of the lede
    and is searched once, as lede. `language` is a two-letter code, "other", or None when unknown; `declared` is the
    language its source declares. `boilerplate` keeps the lines that were taken out, for explanations. `refused` is a
    publication date that cannot be true, as the source wrote it.
    """

    source: str
    guid: str
    url: str | None
    title: str
    title_derived: bool
    lede: str
    body: str
    agency: str | None
    published: Published
    language: str | None
    declared: str | None = None
    tags: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    refused: str | None = None

    @property
    def empty(self) -> bool:
        """True when nothing is left to read or match."""
        return not any(c.isalnum() for text in (self.title, self.lede, self.body) for c in text)

    def searchable(self) -> list[tuple[str, str]]:
        """(field name, text) of what rules are matched on, in reading order."""
        return [
            (name, text)
            for name in FIELDS
            if (text := getattr(self, name)) and not (name == "title" and self.title_derived)
        ]


class Verdict(StrEnum):
    """What an article is against those we hold."""

    NEW = "new"
    DUPLICATE = "duplicate"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What finds the copies of an article: `digest` of its folded words (hex), hashes of its sentences (63 bits)."""

    digest: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """An article we hold, as far as telling copies apart needs it; times are aware UTC.

    `old`: it was too old to alert when it came.
    """

    id: int
    story: str
    source: str
    guid: str
    url: str | None
    title: str
    title_derived: bool
    lede: str
    body: str
    first_seen: datetime
    published: Published = Published()
    old: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs: its verdict, the held article it repeats or continues, and its story.

    `of` is the id of that held article, None for new ones. `news` are the sentences it brings that the held one
    lacks and that carry a fact (name or number). `because` says why in words.
    """

    verdict: Verdict
    story: str
    because: str
    of: int | None = None
    news: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that made a rule match: `article.<field>[start:end] == text`, in code points; `term` as in the rule."""

    field: str
    start: int
    end: int
    text: str
    term: str


@dataclass(frozen=True, slots=True)
class Match:
    """Rule x Article, with the passages as evidence in reading order (empty when only facts decided)."""

    rule: str
    evidence: tuple[Evidence, ...] = ()


class Level(StrEnum):
    """How much a rule matters, least first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Reason(StrEnum):
    """Why an alert is sent now."""

    FIRST = "first"
    UPDATE = "update"
    EVERY = "every"
    TEST = "test"
    OPERATOR = "operator"


class Suppression(StrEnum):
    """Why a match raises no alert."""

    DUPLICATE = "duplicate"
    NOTHING_NEW = "nothing-new"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What an alert tells about its story; times are aware UTC."""

    id: str
    title: str
    first_seen: datetime
    articles: int
    sources: int


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody should know now, or (with `suppressed`) why nobody is told.

    `key` is RULE/STORY/N, None when suppressed.
    """

    rule: str
    version: str
    level: Level
    tags: tuple[str, ...]
    story: str
    reason: Reason | None
    key: str | None
    suppressed: Suppression | None = None
    document: Document = field(default_factory=dict)


class DeliveryState(StrEnum):
    """The life of an outbox row."""

    PENDING = "pending"
    HELD = "held"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outbox row claimed for sending: one alert for one address of one receiver.

    `wire_id` is stable over retries and restarts (webhook-id, left part of Message-ID). `attempt` counts from 1 and,
    with the worker, fences its completion. `address` is "" for receivers that have a single one.
    """

    id: int
    wire_id: str
    receiver: str
    address: str
    attempt: int
    created: datetime
    alerts: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """An alert put into words for one receiver: `subject` one line, `text` plain, `html` a whole document."""

    subject: str
    text: str
    html: str
