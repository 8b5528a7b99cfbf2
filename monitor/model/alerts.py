"""A rule that matched -> the alert that is told, its delivery and its message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.model.articles import Article, StoryFacts

Document = dict[str, Any]
"""The Alert document of the public surface: plain JSON, stored with the alert and sent as it is."""


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
    NEW_FACTS = "new-facts"
    UPDATE = "update"
    EVERY = "every"
    REPEAT = "repeat"
    CORRECTION = "correction"
    LATE = "late"
    SOURCES = "sources"
    FIRST_MENTION = "first-mention"
    SPIKE = "spike"
    QUIET = "quiet"
    TEST = "test"
    OPERATOR = "operator"


class Suppression(StrEnum):
    """Why a match raises no alert."""

    DUPLICATE = "duplicate"
    NOTHING_NEW = "nothing-new"
    AGE = "age"
    CONDITION = "condition"
    SILENCE = "silence"
    INHIBITION = "inhibition"


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody should know now, or (with `suppressed`) why nobody is told.

    `key` is RULE/STORY/N, None when suppressed. `language`, `source` and `source_tags` are facts of its article, which
    routes, silences and inhibition may ask for; without an article they are empty. `to` are (receiver, address) who get
    it wherever routes lead: they got what it corrects.
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
    language: str | None = None
    source: str | None = None
    source_tags: tuple[str, ...] = ()
    to: tuple[tuple[str, str], ...] = ()

    def told(self, reason: Reason, key: str) -> Alert:
        """The same to be told for this reason under this key; its document says so too."""
        document = self.document | {"key": key, "reason": reason}
        return replace(self, key=key, reason=reason, suppressed=None, document=document)

    def untold(self, why: Suppression) -> Alert:
        """The same, of which nobody is told; its document says so too."""
        document = self.document | {"key": None, "reason": None}
        return replace(self, key=None, reason=None, suppressed=why, document=document)


@dataclass(frozen=True, slots=True)
class Citation:
    """An alert that was told, the article that it cites, and the (receiver, address) who got it.

    `number` is how many alerts with a key its rule has on its story. `story` and `also` (as in its document) are what
    is known of that story now.
    """

    alert: Alert
    number: int
    article: Article
    to: tuple[tuple[str, str], ...]
    story: StoryFacts
    also: tuple[Document, ...] = ()


class DeliveryState(StrEnum):
    """The life of an outbox row."""

    PENDING = "pending"
    HELD = "held"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


WAITING = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.LEASED)
"""The states of deliveries that will still be tried, or are being tried now."""


class DeliveryKind(StrEnum):
    """What gathers the alerts of a delivery: their group, a scheduled digest, the end of quiet hours, or a cap."""

    GROUP = "group"
    DIGEST = "digest"
    SUMMARY = "summary"
    SPILL = "spill"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outbox row claimed for sending: one alert, a group or a digest, for one address of one receiver.

    `alerts` are Alert documents in the order in which they came; `counted` says of how many more alerts nobody is told
    one by one, by why (`nothing-new`, `silence`, ..). `wire_id` is stable over retries and restarts (webhook-id, left
    part of Message-ID). `group` has the values by which its route groups, the same for each message of a group, as
    `group_values` reads them; a digest, a summary or a spill has none. `attempt` counts from 1 and, with the worker,
    fences its completion. `address` is "" for receivers that have a single one.
    """

    id: int
    wire_id: str
    receiver: str
    address: str
    attempt: int
    created: datetime
    alerts: tuple[Document, ...]
    kind: DeliveryKind = DeliveryKind.GROUP
    counted: Mapping[str, int] = field(default_factory=dict)
    group: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """An alert put into words for one receiver: `subject` one line, `text` plain, `html` a whole document."""

    subject: str
    text: str
    html: str
