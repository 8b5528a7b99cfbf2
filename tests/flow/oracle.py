"""What a week's news should become, told once more in the simplest way: who gets which message, and when.

Nothing here asks the program. Times are gone through minute by minute, and everything that ever was is remembered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
LEVELS = ["info", "low", "medium", "high", "critical"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Clock:
    """What the clocks of a zone show in each minute of some days."""

    def __init__(self, zone: str, start: datetime, end: datetime) -> None:
        self._first: dict[datetime, datetime] = {}
        self._last: dict[datetime, datetime] = {}
        moment = start
        while moment < end:
            wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            self._first.setdefault(wall, moment)
            self._last[wall] = moment
            moment += MINUTE

    def first(self, wall: datetime) -> datetime:
        while wall not in self._first:  # the clocks skip it
            wall += MINUTE
        return self._first[wall]

    def last(self, wall: datetime) -> datetime:
        while wall not in self._last:
            wall += MINUTE
        return self._last[wall]

    def days(self) -> list[datetime]:
        """The midnights, without those at either end."""
        return sorted({wall.replace(hour=0, minute=0) for wall in self._first})[2:-3]

    def slots(self, fits: Callable[[datetime], bool]) -> list[datetime]:
        """The moments of the minutes that fit as clocks show them, each once, also those that clocks skip."""
        walls = [day + n * MINUTE for day in self.days() for n in range(24 * 60)]
        return sorted({self.first(wall) for wall in walls if fits(wall)})


def periods(interval: dict[str, Any], clock: Clock) -> list[tuple[datetime, datetime]]:
    """The times of an interval of `HH:MM-HH:MM` on some weekdays; what goes over midnight belongs to its first day."""
    found = []
    for day in clock.days():
        if WEEKDAYS[day.weekday()] in interval.get("weekdays", WEEKDAYS):
            for times in interval.get("times", ["00:00-24:00"]):
                start, end = (timedelta(hours=int(one[:2]), minutes=int(one[3:])) for one in times.split("-"))
                end += timedelta(days=1) if end < start else timedelta(0)
                found.append((clock.first(day + start), clock.last(day + end)))
    return found


@dataclass(frozen=True)
class Alert:
    """What a rule says of an article; `said` is the reason, or why nobody is told (then `number` is 0)."""

    rule: str
    level: str
    tags: tuple[str, ...]
    story: str
    source: str
    language: str
    number: int
    said: str
    at: datetime

    @property
    def key(self) -> str:
        return f"{self.rule}/{self.story}/{self.number} {self.said}"

    def fits(self, match: dict[str, Any]) -> bool:
        return all(
            not {one} - {"tag"} & set() and bool({*_listed(wanted)} & {*self._values(one)})
            for one, wanted in match.items()
        )

    def _values(self, name: str) -> Sequence[str]:
        return self.tags if name == "tag" else [getattr(self, name)]


@dataclass
class Letter:
    """A message that is to go to one address."""

    at: datetime
    to: tuple[str, str]
    path: str
    kind: str
    alerts: list[Alert] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    sent: bool = False
