"""What happens over time -> when a rule alerts, other than at its first match on a story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Sources:
    """At least `count` independent sources told of one story `within` a time."""

    count: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class FirstMention:
    """These actors appear together for the first time `within` a time."""

    actors: tuple[str, ...]
    within: timedelta


@dataclass(frozen=True, slots=True)
class Spike:
    """The matches `within` a time are `factor` times as many as is usual, measured over the time `against` before."""

    factor: float
    against: timedelta
    within: timedelta


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing matched for a time."""

    after: timedelta


Trigger = Sources | FirstMention | Spike | Quiet


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a rule matched: when it was first seen, and who told of what.

    `origin` is the agency if it names one, else its source; `copy` says that it is a duplicate of another article.
    """

    seen: datetime
    story: str
    origin: str
    copy: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What a trigger asks of its rule's past, the article at hand included.

    `hits` are the newest ones, the oldest first, as far back as the trigger looks and none too old to alert when it
    came; `since` is when the rule first matched at all, `last` when it did last; `fired` when it last alerted for
    this trigger.
    """

    hits: Sequence[Hit]
    since: datetime | None = None
    last: datetime | None = None
    fired: datetime | None = None
