"""What happens over time -> when a rule alerts, other than at its first match on a story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Sources:
    """At least `count` independent sources told of one story `within` a time."""

    count: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class FirstMention:
    """These actors appear together for the first time `within` a time; `names` are what people call them."""

    actors: tuple[str, ...]
    within: timedelta
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spike:
    """The matches `within` a time are `factor` times as many as is usual, measured over the time `against` before."""

    factor: float
    against: timedelta
    within: timedelta

    def begins(self, since: datetime, now: datetime) -> datetime:
        """From when on what is usual is measured at `now`, for a rule that first matched at `since`."""
        return max(now - self.within - self.against, since)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing matched for a time."""

    after: timedelta


Trigger = Sources | FirstMention | Spike | Quiet


@dataclass(frozen=True, slots=True)
class Past:
    """What a trigger asks of its rule's past, the article at hand included; what others ask is left at the defaults.

    Articles that were too old to alert when they came do not count, but for `since`.

    `origins` are those who told of the story within the time of Sources, in the order in which they did: the agency
    that an article names, else its source; who serves a copy is left out. `elsewhere`: an article of another story
    matched within the time of FirstMention. For Spike `many` matched within the window and `before` since what is usual
    begins, up to the window; `since` is when the rule first matched at all, `fired` when it last alerted for a spike.
    """

    origins: tuple[str, ...] = ()
    elsewhere: bool = False
    since: datetime | None = None
    before: int = 0
    many: int = 0
    fired: datetime | None = None
