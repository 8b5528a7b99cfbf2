"""Destination x moment -> when what goes there is due, and what gathers it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.alert.routing.intervals import TimeInterval, end_of
from monitor.alert.routing.tree import Destination
from monitor.model import DeliveryKind


@dataclass(frozen=True, slots=True)
class Due:
    """When an alert is sent (aware UTC) and what it is gathered in.

    GROUP: its group. SUMMARY: all that quiet hours held for one receiver, address and path, whatever the group. DIGEST:
    the same for the scheduled time called `slot`, which is None for the other kinds. `held`: quiet hours put it off.
    """

    kind: DeliveryKind
    at: datetime
    held: bool
    slot: str | None


Hold = Callable[[Collection[str]], datetime | None]
"""When the time intervals of some names end that last now, None where none of them does."""


def due(destination: Destination, intervals: Mapping[str, TimeInterval], now: datetime, last: datetime | None) -> Due:
    """When an alert that is raised now is sent to a destination.

    `intervals` are those that `hold` names; `last` is when the newest delivery of the group was or is due, None for the
    first one. A digest that falls into quiet hours comes when they end, and is called after that time, so that all that
    fall into the same ones are one.
    """
    now = now.astimezone(UTC)
    if schedule := destination.digest:
        at = schedule.next(now).at
    else:
        at = now + destination.group_wait
        at = max(at, last.astimezone(UTC) + destination.group_interval) if last else at
    end = _after(at, destination.hold, intervals)
    if schedule:
        return Due(DeliveryKind.DIGEST, end, end > at, schedule.name(end))
    return Due(DeliveryKind.SUMMARY if end > at else DeliveryKind.GROUP, end, end > at, None)


def holding(intervals: Mapping[str, TimeInterval], now: datetime) -> Hold | None:
    """Asks which quiet hours last now; None where no interval does, so that nothing need be asked.

    A name that no interval has any more holds nothing.
    """
    if not any(one.holds(now) for one in intervals.values()):
        return None

    def until(names: Collection[str]) -> datetime | None:
        end = _after(now, names, intervals)
        return end if end > now else None

    return until


def _after(moment: datetime, names: Collection[str], intervals: Mapping[str, TimeInterval]) -> datetime:
    """The first moment from one on that lies in none of the intervals of these names.

    Those that have no end within sight hold nothing: it is told rather than lost.
    """
    return end_of(moment, [intervals[name] for name in names if name in intervals]) or moment
