"""What is due now -> tasks: a poll for every source, a relay for every receiver, none of which holds up another."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.deliver import AnyReceiver
from monitor.health import tell_operator
from monitor.ingest import FeedSource, Polled, spread
from monitor.log import get
from monitor.model import SourceState
from monitor.pipeline import relay, take_in
from monitor.report import Report
from monitor.roster import Roster
from monitor.watch import Watch

log = get("daemon")

POLLS = 250  # sources polled at the same time: most of them wait for a server
SLOW = 60  # of them, those that failed or took long the last time: a hundred dead hosts must not fill all places
SLOW_POLL = 5.0  # seconds
LEASE = timedelta(minutes=15)  # for one poll; a first one with full text may need minutes
PAUSE = timedelta(seconds=30)  # before what raised something unforeseen is tried again
STOP = 10.0  # seconds that running sends get to finish after a signal
SPREAD = timedelta(minutes=15)  # over which a backlog is spread, the usual interval of feeds
GAP = timedelta(minutes=1)  # between two ticks: the machine slept, or its clock was set


@dataclass
class Ticks:
    """What each tick starts; times are those of the watch's clock."""

    watch: Watch
    roster: Roster
    polls: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    relays: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    paused: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    last: datetime | None = None
    stopping: bool = False

    async def poll(self) -> None:
        """Start the polls that are due, as many as may run at once."""
        now = self.watch.clock()
        if self.last is None or abs(now - self.last) > GAP:
            await self._spread(now)
        self.last = now
        await self.roster.read()
        due = await asyncio.to_thread(self.watch.store.due, self.roster.sources.keys(), now)
        if chosen := self._chosen(due):
            claimed = await asyncio.to_thread(self.watch.store.claim_sources, self.watch.worker, chosen, now, LEASE)
            for name, state in claimed.items():
                self._start(self.polls, name, self._visit(self.roster.sources[name], state, now))

    async def relay(self) -> None:
        """Start the relay of every receiver that is not sending already, so that a slow one delays no other."""
        for receiver in self.watch.settings.receivers:
            if receiver.name not in self.relays and not self._is_paused(receiver.name):
                self._start(self.relays, receiver.name, self._deliver(receiver))

    async def health(self) -> None:
        """Tell the operator which sources began to fail, and which work again."""
        await tell_operator(self.watch, self.roster.hosts)

    async def finish(self) -> None:
        """Cut polls (they commit whole batches and are repeated), let the sends that run end, then cut those too."""
        self.stopping = True
        for task in self.polls.values():
            task.cancel()
        if self.relays:
            await asyncio.wait(self.relays.values(), timeout=STOP)
        for task in self.relays.values():
            task.cancel()
        await asyncio.gather(*self.polls.values(), *self.relays.values(), return_exceptions=True)

    def _chosen(self, due: Sequence[str]) -> list[str]:
        """The due sources to poll now: no more of a host than it may be asked at once, and few of the slow ones."""
        places, slow = POLLS - len(self.polls), SLOW - len(self.slow & self.polls.keys())
        per_host = self.watch.settings.http.per_host.concurrency
        busy = Counter(self.roster.hosts.get(name) for name in self.polls)
        chosen: list[str] = []
        for name in due:
            host = self.roster.hosts[name]
            if name in self.polls or self._is_paused(name) or busy[host] >= per_host:
                continue
            if name in self.slow and (slow := slow - 1) < 0:
                continue
            if len(chosen) == places:
                break
            busy[host] += 1
            chosen.append(name)
        return chosen

    def _start(self, running: dict[str, asyncio.Task[None]], name: str, work: Coroutine[Any, Any, None]) -> None:
        if self.stopping:
            work.close()
            return
        running[name] = task = asyncio.create_task(work, name=name)
        task.add_done_callback(lambda _: running.pop(name, None))

    async def _visit(self, source: Polled, state: SourceState, now: datetime) -> None:
        if state.next_due and state.next_due > now:  # another daemon has just polled it
            await asyncio.to_thread(self.watch.store.polled, source.name, state, self.watch.worker)
            return
        began = asyncio.get_running_loop().time()
        try:
            report = await take_in(self.watch, source, state)
        except Exception:  # a source must not stop the daemon whatever it does; it stays due and is tried again
            self._pause(source.name)
            log.exception("poll_failed", source=source.name)
            await asyncio.to_thread(self.watch.store.polled, source.name, state, self.watch.worker)
            return
        quick = not report.errors and asyncio.get_running_loop().time() - began < SLOW_POLL
        (self.slow.discard if quick else self.slow.add)(source.name)
        if source.name not in self.told or report.items > report.known or self.told[source.name] != report.errors:
            log.info("polled", source=source.name, new=report.new, known=report.known, errors=list(report.errors))
        self.told[source.name] = report.errors

    async def _deliver(self, receiver: AnyReceiver) -> None:
        try:
            while not self.stopping and await relay(self.watch, receiver) != Report():
                pass
        except Exception:  # a receiver must not stop the daemon nor the other receivers; its rows stay due
            self._pause(receiver.name)
            log.exception("relay_failed", receiver=receiver.name)

    async def _spread(self, now: datetime) -> None:
        """After a start or a sleep: what is overdue comes one after the other, not all at once."""
        await asyncio.to_thread(self.watch.store.wake, now)
        feeds = [name for name, source in self.roster.sources.items() if isinstance(source, FeedSource)]
        overdue = await asyncio.to_thread(self.watch.store.overdue, feeds, now)
        newest = [(name, newest) for name, newest, _ in overdue]
        times = spread(newest, SPREAD, now, random.random)
        await asyncio.to_thread(self.watch.store.postpone, times, "the backlog is spread after a pause")

    def _pause(self, name: str) -> None:
        """Leave a source or receiver alone for a while; its place is free for others meanwhile."""
        self.paused[name] = self.watch.clock() + PAUSE

    def _is_paused(self, name: str) -> bool:
        return name in self.paused and self.watch.clock() < self.paused[name]
