"""What is due now -> tasks: a poll for every source, a relay for every receiver, none of which holds up another."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.errors import SourceError, StoreError
from monitor.ingest import FeedSource, Polled, failed, spread
from monitor.log import get
from monitor.model import SourceState
from monitor.pipeline import relay, take_in
from monitor.report import Report
from monitor.roster import Roster
from monitor.upkeep import beat, sweep, tell_operator
from monitor.watch import Watch

log = get("daemon")

POLLS = 250  # sources polled at the same time: most of them wait for a server
SLOW = 60  # of them, those that failed or took long the last time: a hundred dead hosts must not fill all places
SLOW_POLL = 5.0  # seconds
LEASE = timedelta(minutes=15)  # for one poll; a first one with full text may need minutes
PAUSE = timedelta(seconds=30)  # before what raised something unforeseen is tried again
STOP = 10.0  # seconds that running sends get to finish after a signal
SPREAD = timedelta(minutes=15)  # over which a backlog is spread, the usual interval of feeds
LONGEST_PAUSE = timedelta(days=1)  # of a source that fails
SWEPT = timedelta(days=2)  # twice each article: a daemon that was away for a night has swept nothing
SETTLED = timedelta(minutes=10)  # what has just come may not be committed yet
GAP = timedelta(minutes=1)  # between two ticks: the machine slept, or its clock was set


@dataclass
class Ticks:
    """What each tick starts; times are those of the watch's clock."""

    watch: Watch
    roster: Roster
    polls: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    relays: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    paused_polls: dict[str, datetime] = field(default_factory=dict)
    paused_relays: dict[str, datetime] = field(default_factory=dict)
    last_errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    unreleased: dict[str, SourceState] = field(default_factory=dict)
    last: datetime | None = None
    beaten: str | None = None
    stopping: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def poll(self) -> None:
        """Start the polls that are due, as many as may run at once."""
        async with self.turn:
            if not self.stopping:
                await self._poll(self.watch.clock())

    async def _poll(self, now: datetime) -> None:
        if self.last is None or abs(now - self.last) > GAP:
            await self._spread(now)
        self.last = now
        if unreleased := dict(self.unreleased):
            await asyncio.gather(*(self.watch.polled(name, state) for name, state in unreleased.items()))
            self.unreleased = {name: one for name, one in self.unreleased.items() if name not in unreleased}
        sources = self.roster.sources  # others may take their place meanwhile
        due = await asyncio.to_thread(self.watch.store.due, sources.keys(), now)
        if chosen := self._chosen(due):
            await self._claim({name: sources[name] for name in chosen}, now)

    async def _claim(self, chosen: Mapping[str, Polled], now: datetime) -> None:
        """Claim sources and visit them; one that has changed since it was found due comes again as what it is now.

        A poll of the old place would leave what it learnt there, an ETag or that all was read once, to the new one.
        """
        async with self.roster.naming:  # or the store might know of a change that the roster does not show yet
            claimed = await asyncio.to_thread(self.watch.store.claim_sources, self.watch.worker, chosen, now, LEASE)
            same = {name for name in claimed if self.roster.sources.get(name) == chosen[name]}
        for name, state in claimed.items():
            work = self._visit(chosen[name], state, now) if name in same else self._give_back(name, state)
            self._start(self.polls, name, work)

    async def relay(self) -> None:
        """Start the relay of every receiver that is not sending already, so that a slow one delays no other."""
        receivers = self.watch.current.settings.receivers
        await self.watch.channels.close_others(receivers, self.relays)
        for receiver in receivers:
            if receiver.name not in self.relays and not self._is_paused(self.paused_relays, receiver.name):
                self._start(self.relays, receiver.name, self._deliver(receiver.name))

    async def health(self) -> None:
        """Tell the operator which sources began to fail, and which work again."""
        await tell_operator(self.watch.current, self.roster.hosts)

    async def heartbeat(self) -> None:
        """Say once a day that all is well, or what is not."""
        self.beaten = await beat(self.watch.current, self.roster.sources, self.beaten)

    async def sweep(self) -> None:
        """Look whether the articles of yesterday and today raised what they should have."""
        now = self.watch.clock()
        await sweep(self.watch, now - SWEPT, now - SETTLED)

    async def finish(self) -> None:
        """Cut polls (they commit whole batches and are repeated), let the sends that run end, then cut those too."""
        self.stopping = True
        async with self.turn:  # whoever claims sources just now gets to the end of it, and starts nothing
            pass
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
        hosts = self.roster.hosts
        busy = Counter(hosts.get(name) for name in self.polls)
        chosen: list[str] = []
        for name in due:
            host = hosts.get(name, name)
            if name in self.polls or self._is_paused(self.paused_polls, name) or busy[host] >= per_host:
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
            await self._give_back(source.name, state)
            return
        began = asyncio.get_running_loop().time()
        try:
            report = await take_in(self.watch, source, state)
        except Exception as error:  # a source must not stop the daemon whatever it does; it counts as a failure
            log.exception("poll_failed", source=source.name)
            self.paused_polls[source.name] = self.watch.clock() + PAUSE
            self.slow.add(source.name)
            await self._failed(source, state, error)
            return
        quick = not report.incomplete and asyncio.get_running_loop().time() - began < SLOW_POLL
        (self.slow.discard if quick else self.slow.add)(source.name)
        if (
            source.name not in self.last_errors
            or report.items > report.known
            or self.last_errors[source.name] != report.errors
        ):
            log.info("polled", source=source.name, new=report.new, known=report.known, errors=list(report.errors))
        self.last_errors[source.name] = report.errors

    async def _failed(self, source: Polled, state: SourceState, error: Exception) -> None:
        """Remember a poll that ended in something unforeseen; one that the store was away for counts for nothing."""
        told = SourceError(source.name, f"could not be taken in ({type(error).__name__})")
        after = state if isinstance(error, StoreError) else failed(source, state, told, self.watch.clock(), 0.0)
        await self._give_back(source.name, after)

    async def _give_back(self, name: str, state: SourceState) -> None:
        """Let a source go, at the next tick if the store is away."""
        try:
            await self.watch.polled(name, state)
        except StoreError:
            self.unreleased[name] = state

    async def _deliver(self, name: str) -> None:
        try:
            while not self.stopping:
                watch = self.watch.current
                receiver = next((one for one in watch.settings.receivers if one.name == name), None)
                if receiver is None or await relay(watch, receiver) == Report():
                    break
        except Exception:  # a receiver must not stop the daemon nor the other receivers; its rows stay due
            self.paused_relays[name] = self.watch.clock() + PAUSE
            log.exception("relay_failed", receiver=name)

    async def _spread(self, now: datetime) -> None:
        """After a start or a sleep: what is overdue comes one after the other, not all at once."""
        feeds = {name: source for name, source in self.roster.sources.items() if isinstance(source, FeedSource)}
        longest = max([LONGEST_PAUSE, *(source.poll_max for source in feeds.values())])
        await asyncio.to_thread(self.watch.store.wake, now, 1.5 * longest)
        overdue = await asyncio.to_thread(self.watch.store.overdue, feeds, now)
        newest = [(name, newest) for name, newest, _ in overdue]
        times = spread(newest, SPREAD, now, random.random)
        await asyncio.to_thread(self.watch.store.postpone, times, "the backlog is spread after a pause")

    def _is_paused(self, paused: Mapping[str, datetime], name: str) -> bool:
        return name in paused and self.watch.clock() < paused[name] <= self.watch.clock() + PAUSE
