"""A rule that matched -> the alert that is told, its delivery and its message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

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
    TEST = "test"
    OPERATOR = "operator"


class Suppression(StrEnum):
    """Why a match raises no alert."""

    DUPLICATE = "duplicate"
    NOTHING_NEW = "nothing-new"
    AGE = "age"


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
