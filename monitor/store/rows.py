"""What the store answers -> immutable rows for people and pages; times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from monitor.model import (
    WAITING,
    Article,
    DeliveryKind,
    DeliveryState,
    Document,
    Level,
    Match,
    Reason,
    SourceState,
    Suppression,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source that is or was configured; `last_article` is when its newest article was first seen.

    `unreadable` counts the items that were given up because they could not be read.
    """

    name: str
    kind: str
    state: SourceState
    articles: int
    last_article: datetime | None
    unreadable: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stored; `alerts` without the suppressed ones, `deliveries` of every state, also 0."""

    articles: int
    stories: int
    alerts: int
    deliveries: Mapping[DeliveryState, int]

    @property
    def pending(self) -> int:
        """Deliveries that will still be tried."""
        return sum(self.deliveries[one] for one in WAITING)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article with its placement and matches; `duplicate_of` is None unless it is a duplicate.

    `of` is the article that a duplicate repeats or an update continues. `old`: it was too old to alert when it came.
    `evidence` says why it is in its story (see Standing), None for copies and for what was stored without.
    """

    id: int
    article: Article
    status: Verdict
    of: int | None
    story: str
    because: str
    news: tuple[str, ...]
    matches: tuple[Match, ...]
    first_seen: datetime
    old: bool
    evidence: Document | None

    @property
    def duplicate_of(self) -> int | None:
        """The article that this one repeats."""
        return self.of if self.status is Verdict.DUPLICATE else None


class Archived(NamedTuple):
    """An article as it was taken in, without where it was placed; `old`: it was too old to alert when it came."""

    id: int
    article: Article
    first_seen: datetime
    old: bool


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story; `opened` is the id of its first article, None when it is not known any more.

    `first` and `last` are the times of its articles (see StoryHeld), None when all are known by month. `articles`
    counts copies too, `duplicates` only these, and the versions of an article are one; `alerts` without the suppressed
    ones. `merged` are the stories that were found to be this one: their id and the id of their first article.
    """

    id: str
    title: str
    first_seen: datetime
    last_seen: datetime
    opened: int | None
    first: datetime | None
    last: datetime | None
    articles: int
    duplicates: int
    sources: int
    alerts: int
    merged: Mapping[str, int | None]


class ReceiverState(NamedTuple):
    """How far an alert has come to one receiver; a receiver whose addresses differ in state has several."""

    name: str
    state: DeliveryState


class Acknowledged(NamedTuple):
    """Who has said that an alert was seen, when, and what they said of it."""

    at: datetime
    author: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert; with `suppressed` it was told to nobody and has neither key nor reason.

    `because` says which silence or alert hid it, `acknowledged` that somebody has seen it.
    """

    id: int
    key: str | None
    rule: str
    version: str
    level: Level
    tags: tuple[str, ...]
    reason: Reason | None
    suppressed: Suppression | None
    because: str | None
    story: str | None
    article: int | None
    receivers: tuple[ReceiverState, ...]
    created: datetime
    document: Document
    acknowledged: Acknowledged | None = None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt to send a delivery: when it began, the seconds it took, and what the server said.

    `outcome` is sent, failed or taken-over (another daemon tried again, as nobody knew how this one ended); None while
    it runs, as far as is known.
    """

    number: int
    at: datetime
    seconds: float | None
    outcome: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A row of the outbox; `due_at` is None once nobody will try again, and while there is nothing to tell.

    `tried_at` and `answer` tell of the last attempt. `alert` is the key of the first alert in it, `alerts` how many it
    tells, `counted` how many more it only counts. `slot` is the scheduled time of a digest. One that was dropped says
    when and by whom.
    """

    id: int
    wire_id: str
    kind: DeliveryKind
    slot: str | None
    alert: str | None
    alerts: int
    counted: int
    receiver: str
    address: str
    state: DeliveryState
    due_at: datetime | None
    attempt: int
    answer: str | None
    created: datetime
    tried_at: datetime | None
    dropped: datetime | None
    dropped_by: str | None

    @property
    def sent_at(self) -> datetime | None:
        """When the server took it."""
        return self.tried_at if self.state is DeliveryState.SENT else None


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an alert goes: to an address, with the others of its `group`, or with all that its `path` gathers.

    GROUP gathers a group, the other kinds all of a path (`slot`: the scheduled time of a DIGEST, the end of quiet hours
    of a SUMMARY, None for a SPILL). `due_at` is when a delivery that it opens is to be sent; `held`: quiet hours put it
    off, and `hold` names those in which it must never leave.
    """

    receiver: str
    address: str
    kind: DeliveryKind
    group: str
    path: str
    due_at: datetime
    held: bool = False
    slot: str | None = None
    hold: tuple[str, ...] = ()


class Newest(NamedTuple):
    """The newest message of a group to an address: when it left or will leave, and whether it still gathers.

    It `waits` until it was sent, is dead or dropped; `hold` names the quiet hours that put it off.
    """

    departs: datetime
    kind: DeliveryKind
    gathers: bool
    waits: bool
    hold: tuple[str, ...] = ()


class Told(NamedTuple):
    """An alert that was told, as far as inhibition asks."""

    rule: str
    level: Level
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """A silence that was added by a command; `matchers` and `recurring` as people write them."""

    id: int
    matchers: Document
    recurring: Document
    author: str
    comment: str
    starts: datetime | None
    ends: datetime | None
    created: datetime


class Also(NamedTuple):
    """Another article of the story, as the `also` of an Alert document tells it.

    `duplicate_of` is the article whose text it carries, None for its own. Those of one text stand together; the first
    of them has in `copies` how many more there are, with those that are not listed, and each of the others 0.
    """

    source: str
    title: str
    url: str | None
    relation: Literal["duplicate", "update", "same-story"]
    id: int
    duplicate_of: int | None = None
    copies: int = 0


class RuleHits(NamedTuple):
    """What a rule has hit: how many articles, and when the last of them was first seen."""

    hits: int
    last: datetime


class LiveRules(NamedTuple):
    """The rule files (path -> content, in their order) that are live since a moment, and the languages they are for."""

    files: Mapping[str, bytes]
    languages: tuple[str, ...]
    since: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class DaemonRow:
    """A process that runs, or was killed: `seen` is when it was heard of last, `state` what it said then."""

    worker: str
    host: str
    process: int
    started: datetime
    seen: datetime
    state: Document


def document(alert_id: int, stored: Document) -> Document:
    """The Alert document of an alert, with its id in front: the database gives it only after the document is stored."""
    return {"id": alert_id} | stored | {"id": alert_id}
