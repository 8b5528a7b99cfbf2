"""The disk, the queue, the receivers and rules that fall silent -> alerts, each once, and once more when it is over."""

from __future__ import annotations

import shutil
from asyncio import to_thread
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor.alert import falls_silent, looks_back, operator_alert, quiet_alert
from monitor.dispatch import Dispatch
from monitor.log import get
from monitor.model import Quiet
from monitor.watch import Watch

log = get("watchdog")

FULL, ROOM = 0.05, 0.07
"""The part of a disk that is free when it counts as nearly full, and from which on it does no longer."""

LONG = timedelta(hours=1)
"""How long after its time a delivery that was not sent counts as waiting for long: three retries have failed then."""

CATCHING_UP = timedelta(minutes=20)
"""After a start sources have things to tell that nobody has asked for yet: a backlog is spread over 15 minutes."""

Trouble = tuple[str, str]
"""(event, what it is about), as in `disk-full`, `/var/lib/news-monitor`."""

_OVER = {"disk-full": "disk-recovered", "queue-growing": "queue-recovered", "receiver-disabled": "receiver-enabled"}


@dataclass
class Watchdog:
    """Looks again and again; what was told survives in the database, so that a restart tells nothing twice.

    `started` is when the daemon began to poll, None for long ago.
    """

    watch: Watch
    started: datetime | None = None
    _known: dict[Trouble, str] | None = None
    _since: dict[str, datetime] = field(default_factory=dict)

    async def look(self) -> None:
        """Tell the operator what is in trouble since the last look, and what is no longer."""
        watch = self.watch.current
        troubles = dict(await to_thread(lambda: list(_troubles(watch, self._known or {}))))
        if self._known is None or troubles.keys() != self._known.keys():
            await to_thread(_tell, watch, troubles)
        self._known = troubles

    async def listen(self) -> None:
        """Raise the alerts of rules that nothing has matched for as long as their `quiet` says."""
        if self.started is None or self.watch.clock() - self.started >= CATCHING_UP:
            await to_thread(_tell_quiet, self.watch.current, self._since)


def _troubles(watch: Watch, before: Collection[Trouble]) -> Iterator[tuple[Trouble, str]]:
    """All that is in trouble now, with a sentence about each; `before` is what was at the last look."""
    now = watch.clock()
    folder = watch.store.folder
    if folder and (free := _free(folder)) < (ROOM if ("disk-full", str(folder)) in before else FULL):
        yield ("disk-full", str(folder)), f"{folder} has {free:.1%} of its disk left; a full disk takes in nothing more"
    names = {receiver.name for receiver in watch.settings.receivers}
    disabled = watch.store.disabled()
    for name in disabled.keys() & names:
        line = f"{disabled[name]}; its deliveries wait for `news-monitor receivers enable`"
        yield ("receiver-disabled", name), line
    for name, (number, oldest) in watch.store.overdue_deliveries(now - LONG).items():
        if name in names and name not in disabled:
            wait = "1 delivery waits" if number == 1 else f"{number} deliveries wait"
            yield ("queue-growing", name), f"{wait}, the oldest since {oldest.isoformat(timespec='minutes')}"


def _free(folder: Path) -> float:
    """The part of a disk that is free; all of it where nobody can tell."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return 1.0
    return usage.free / usage.total if usage.total else 1.0


def _tell(watch: Watch, troubles: Mapping[Trouble, str]) -> None:
    """One transaction: what was told last, and what is not so any more; also over restarts and other daemons."""
    now = watch.clock()
    with watch.store.intake() as memory:
        dispatch = Dispatch(watch.settings, memory, now)
        for event, over in _OVER.items():
            told = memory.last_events([f"monitor.{event}", f"monitor.{over}"])
            ailing = {about for about, rule in told.items() if rule == f"monitor.{event}"}
            lines = {about: line for (kind, about), line in troubles.items() if kind == event}
            news = [(event, about, [lines[about]]) for about in sorted(lines.keys() - ailing)]
            better = sorted(about for about in ailing - lines.keys() if _is_over(watch, event, about, troubles))
            for name, about, told_lines in [*news, *((over, about, []) for about in better)]:
                dispatch.send([operator_alert(name, about, told_lines, now)])
                log.warning("operator_told", told=name, about=about)


def _is_over(watch: Watch, event: str, about: str, troubles: Mapping[Trouble, str]) -> bool:
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
        fired = falls_silent(trigger, watch.store.past(id_, now - looks_back(trigger)), began, now)
        if fired is None:
            continue
        alert, fell = quiet_alert(watch.rules.rules[id_], fired), datetime.fromisoformat(fired["since"])
        if watch.store.is_raised(alert, fell):
            continue
        with watch.store.intake() as memory:
            if memory.is_raised(alert, fell):
                continue
            Dispatch(watch.settings, memory, now).send([alert])
        log.info("rule_quiet", rule=id_, since=fired["since"])
