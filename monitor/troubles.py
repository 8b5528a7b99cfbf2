"""What ails the daemon's own work -> told to its operator once, and once more when it is over, also over restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from monitor.alert import operator_alert
from monitor.dispatch import Dispatch
from monitor.log import get
from monitor.model import Alert
from monitor.store import Intake
from monitor.watch import Watch

log = get("troubles")

_OVER = {
    "disk-full": "disk-recovered",
    "queue-growing": "queue-recovered",
    "receiver-disabled": "receiver-enabled",
    "receiver-missing": "receiver-recovered",
    "reload-refused": "reload-recovered",
}


class Trouble(NamedTuple):
    """What is told of a trouble: its sentences, and the same as facts (see `operator_alert`)."""

    lines: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None


def tell(watch: Watch, event: str, troubles: Mapping[str, Trouble], is_over: Callable[[str], bool]) -> None:
    """Tell of the troubles of one kind, by what they are about, of which that was not what was told last.

    And that one is over which was told and is there no more, where `is_over` says so of what it is about: one that is
    only out of sight stays. One transaction, so that no other daemon tells it too.
    """
    now = watch.clock()
    with watch.store.intake() as memory:
        dispatch = Dispatch(watch.settings, memory, now)
        for kind, about, trouble in _news(event, troubles, _told(memory, event), is_over):
            dispatch.send([operator_alert(kind, about, trouble.lines, now, trouble.facts)])
            log.warning("operator_told", told=kind, about=about)


def told_of(watch: Watch, events: Iterable[str]) -> set[tuple[str, str]]:
    """What was told and is not over, as (event, what it is about), by whichever daemon and before whichever start."""
    with watch.store.intake() as memory:
        return {(event, about) for event in events for about in _told(memory, event)}


def _told(memory: Intake, event: str) -> set[str]:
    last = memory.last_events([f"monitor.{event}", f"monitor.{_OVER[event]}"])
    return {about for about, rule in last.items() if rule == f"monitor.{event}"}


def _news(
    event: str, troubles: Mapping[str, Trouble], told: set[str], is_over: Callable[[str], bool]
) -> Iterator[tuple[str, str, Trouble]]:
    for about in sorted(told - troubles.keys()):
        if is_over(about):
            yield _OVER[event], about, Trouble()
    for about in sorted(troubles.keys() - told):
        yield event, about, troubles[about]


def tell_once(watch: Watch, alert: Alert, since: datetime, receiver: str | None = None) -> bool:
    """Send an alert of no story unless that was done since then (see `Store.is_raised`); gives whether it was.

    Through the routes, or to a receiver alone. Most are asked for again and again: whoever only asks holds nobody up.
    """
    if watch.store.is_raised(alert, since):
        return False
    with watch.store.intake() as memory:
        if memory.is_raised(alert, since):
            return False
        dispatch = Dispatch(watch.settings, memory, watch.clock())
        if receiver is None:
            dispatch.send([alert])
        else:
            dispatch.send_to(receiver, alert)
    return True
