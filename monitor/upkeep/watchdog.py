"""The disk, the queue, the receivers and rules that fall silent -> alerts, each once, and once more when it is over."""

from __future__ import annotations

import shutil
from asyncio import to_thread
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from monitor.alert import falls_silent, quiet_alert
from monitor.log import get
from monitor.model import Quiet
from monitor.troubles import Trouble, tell, tell_once, told_of
from monitor.watch import Watch

log = get("watchdog")

FULL, ROOM = 0.05, 0.07
"""The part of a disk that is free when it counts as nearly full, and from which on it does no longer."""

LONG = timedelta(hours=1)
"""How long after its time a delivery that was not sent counts as waiting for long: three retries have failed then."""

CATCHING_UP = timedelta(minutes=20)
"""After a start sources have things to tell that nobody has asked for yet: a backlog is spread over 15 minutes."""

Name = tuple[str, str]
"""A trouble: (event, what it is about), as in `disk-full`, `/var/lib/news-monitor`."""

_EVENTS = ("disk-full", "queue-growing", "receiver-disabled")


@dataclass
class Watchdog:
    """Looks again and again; what was told survives in the database, so that a restart tells nothing twice.

    `started` is when the daemon began to poll, None for long ago.
    """

    watch: Watch
    started: datetime | None = None
    _known: Set[Name] | None = None
    _since: dict[str, datetime] = field(default_factory=dict)

    async def look(self) -> None:
        """Tell the operator what is in trouble since the last look, and what is no longer."""
        watch = self.watch.current
        before = await to_thread(told_of, watch, _EVENTS) if self._known is None else self._known
        troubles = dict(await to_thread(lambda: list(_troubles(watch, before))))
        if troubles.keys() != before:
            await to_thread(_tell_of_troubles, watch, troubles)
        self._known = troubles.keys()

    async def listen(self) -> None:
        """Raise the alerts of rules that nothing has matched for as long as their `quiet` says."""
        if self.started is None or self.watch.clock() - self.started >= CATCHING_UP:
            await to_thread(_tell_quiet, self.watch.current, self._since)


def _troubles(watch: Watch, before: Collection[Name]) -> Iterator[tuple[Name, Trouble]]:
    """All that is in trouble now; `before` is what was at the last look, after a start what was told of last."""
    now = watch.clock()
    folder = watch.store.folder
    if folder and (free := _free(folder)) < (ROOM if ("disk-full", str(folder)) in before else FULL):
        line = f"{folder} has {free:.1%} of its disk left; a full disk takes in nothing more"
        yield ("disk-full", str(folder)), Trouble((line,), {"free": free})
    names = {receiver.name for receiver in watch.settings.receivers}
    disabled = watch.store.disabled()
    for name in disabled.keys() & names:
        line = f"{disabled[name]}; its deliveries wait for `news-monitor receivers enable`"
        yield ("receiver-disabled", name), Trouble((line,), {"answer": disabled[name]})
    growing = {about for event, about in before if event == "queue-growing"}
    for name, (number, oldest) in watch.store.overdue_deliveries(now - LONG, growing).items():
        if name in names and name not in disabled:
            wait = "1 delivery waits" if number == 1 else f"{number} deliveries wait"
            line = f"{wait}, the oldest since {oldest.isoformat(timespec='minutes')}"
            yield ("queue-growing", name), Trouble((line,), {"waiting": number, "oldest": oldest.isoformat()})


def _free(folder: Path) -> float:
    """The part of a disk that is free; all of it where nobody can tell."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return 1.0
    return usage.free / usage.total if usage.total else 1.0


def _tell_of_troubles(watch: Watch, troubles: Mapping[Name, Trouble]) -> None:
    for event in _EVENTS:
        found = {about: trouble for (kind, about), trouble in troubles.items() if kind == event}
        tell(watch, event, found, partial(_is_over, watch, troubles, event))


def _is_over(watch: Watch, troubles: Collection[Name], event: str, about: str) -> bool:
    """Whether a trouble that is seen no more has ended: what waits for a receiver that is off or gone still waits."""
    if event == "disk-full":
        return True
    configured = any(receiver.name == about for receiver in watch.settings.receivers)
    return configured and ("receiver-disabled", about) not in troubles


def _tell_quiet(watch: Watch, since: dict[str, datetime]) -> None:
    """Raise what is due about silent rules; `since` remembers when each began to watch, in this version or another."""
    now = watch.clock()
    rules = {rule.id: rule.trigger for rule in watch.rules.rules.values() if isinstance(rule.trigger, Quiet)}
    for gone in since.keys() - rules.keys():  # one that comes back begins anew
        del since[gone]
    for id_, trigger in rules.items():
        began = since.get(id_) or watch.store.named_since(id_)
        if began is None:  # a reload has just brought it, and is yet to be stored
            continue
        since[id_] = began
        fired = falls_silent(trigger, watch.store.last_match(id_), began, now)
        if fired is None:
            continue
        alert = quiet_alert(watch.rules.rules[id_], fired)
        if tell_once(watch, alert, datetime.fromisoformat(fired["since"])):
            log.info("rule_quiet", rule=id_, since=fired["since"])
