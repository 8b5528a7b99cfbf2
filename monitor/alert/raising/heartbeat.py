"""What was done since yesterday -> the daily sign of life: nothing to tell is another thing than nothing that works."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from monitor.alert.raising.operator import operator_alert
from monitor.alert.routing import Schedule, Slot, WrittenSchedule, parse_schedule
from monitor.model import Alert
from monitor.values import Written

HEARTBEAT = "monitor.heartbeat"
"""The rule of its alerts, which go to its receiver alone."""

LATE = timedelta(hours=1)
"""How long after its time a heartbeat is still sent: a daemon that was away longer says so by its silence."""


class Heartbeat(Written):
    """Who gets it, and when each day, by the clocks of the settings' time zone unless another one is named."""

    receiver: str
    at: WrittenSchedule = parse_schedule("08:00")

    def located(self, zone: str) -> Heartbeat:
        """The same, by the clocks of a zone where none is named."""
        return self if self.at.zone else self.model_copy(update={"at": replace(self.at, zone=zone)})


@dataclass(frozen=True, slots=True)
class Life:
    """How the daemon does: its sources, and what it took in and told since the day before; what waits to be sent.

    `dead` are deliveries that were given up since then, `late` alerts that the nightly check found missing.
    """

    sources: int
    failing: int
    articles: int
    alerts: int
    pending: int
    dead: int
    late: int


def beats(schedule: Schedule, now: datetime) -> Slot | None:
    """The heartbeat that is due now; None while none is."""
    slot = schedule.next(now - LATE)
    return slot if slot.at <= now else None


def heartbeat_alert(life: Life, slot: Slot) -> Alert:
    """The alert of one heartbeat; there is one for each slot. Its document has the numbers under `life`."""
    alert = operator_alert("heartbeat", "news-monitor", [_line(life)], slot.at)
    return replace(alert, document=alert.document | {"life": asdict(life)})


def _line(life: Life) -> str:
    healthy = life.sources - life.failing
    told = [
        f"{_many(healthy, 'source')} healthy" + (f", {life.failing} failing" if life.failing else ""),
        _many(life.articles, "article"),
        _many(life.alerts, "alert"),
        _many(life.pending, "delivery", "deliveries") + " pending" if life.pending else "nothing pending",
        *([_many(life.dead, "delivery", "deliveries") + " given up"] if life.dead else []),
        *([_many(life.late, "alert") + " found missing and sent late"] if life.late else []),
    ]
    return "alive: " + ", ".join(told)


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"
