"""`07:30`, `07:30 Europe/Paris` or a cron line -> the moments at which a digest is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import BeforeValidator, InstanceOf, PlainSerializer

from monitor.alert.routing.wallclock import first_moment, shown
from monitor.values import check_zone

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_FIELDS = 5
# The longest that a digest is read: no line that people write comes near, and what is parsed stays small.
_LONGEST = 200
# Any moment will do to see whether a line ever comes due: cronsim looks fifty years ahead.
_SOME_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 (a time on the wall)


@dataclass(frozen=True)
class Slot:
    """One scheduled time: the moment (aware UTC) and its name, `2026-11-22T07:30 Europe/Paris`."""

    at: datetime
    name: str


@dataclass(frozen=True)
class Schedule:
    """Times that come again: a cron line of five fields, shown by the clocks of a zone (None: that of the settings)."""

    cron: str
    zone: str | None = None

    @cached_property
    def _place(self) -> ZoneInfo:
        return ZoneInfo(self.zone or "UTC")

    def next(self, after: datetime) -> Slot:
        """The first scheduled moment later than an aware one.

        A local time that comes twice in a night counts once, the first time; one that clocks skip is the moment at
        which they do.
        """
        wall = shown(after, self._place)
        for one in CronSim(self.cron, wall):
            if (at := first_moment(one, self._place)) > after:
                return Slot(at, self.name(at))
        raise AssertionError(f"{self.cron} never comes")  # refused when it was read

    def name(self, at: datetime) -> str:
        """The name of the slot at a moment: what clocks show then."""
        return f"{shown(at, self._place).isoformat(timespec='minutes')} {self.zone or 'UTC'}"

    def __str__(self) -> str:
        """As people write it."""
        minute, hour, *rest = self.cron.split()
        plain = rest == ["*"] * 3 and minute.isdigit() and hour.isdigit()
        text = f"{int(hour):02}:{int(minute):02}" if plain else self.cron
        return f"{text} {self.zone}" if self.zone else text


def parse_schedule(value: Any) -> Schedule:
    """What people write -> Schedule; raises ValueError."""
    if isinstance(value, Schedule):
        return value
    words = value.split() if isinstance(value, str) and len(value) <= _LONGEST else []
    if words and (found := _TIME.fullmatch(words[0])):
        cron, zone = f"{int(found[2])} {int(found[1])} * * *", words[1:]
    else:
        cron, zone = " ".join(words[:_FIELDS]), words[_FIELDS:]
        if len(words) < _FIELDS or len(zone) > 1:
            raise ValueError(
                f"{value!r} is not a time (write 07:30, 07:30 Europe/Paris, or a cron line of five fields)"
            )
    if len(zone) > 1:
        raise ValueError(f"{value!r} has something after its time zone")
    try:
        next(CronSim(cron, _SOME_DAY))
    except StopIteration:
        raise ValueError(f"the cron line {cron!r} never comes") from None
    except (CronSimError, ValueError) as error:
        told = str(error).removeprefix("Bad ")
        raise ValueError(f"{cron!r} is no cron line: wrong {told}") from None
    return Schedule(cron, check_zone(zone[0]) if zone else None)


WrittenSchedule = Annotated[
    InstanceOf[Schedule], BeforeValidator(parse_schedule), PlainSerializer(str, return_type=str)
]
