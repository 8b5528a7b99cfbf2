"""The clock and signals -> when things run: ticks that ask the store what is due, and shutdown in reverse order."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.deliver import AnyReceiver, Channels
from monitor.ingest import AnySource, Fetcher, Workers
from monitor.log import get
from monitor.match import RuleSet
from monitor.model import Report
from monitor.pipeline import Watch, relay, take_in
from monitor.settings import Settings
from monitor.store import Store
from monitor.values import without_secrets

log = get("daemon")

READERS = ("monitor.ingest.reader", "monitor.normalise")  # imported once for all worker processes
TICK = 1  # seconds between two questions to the store: what is due?
POLLS = 20  # sources polled at the same time
PATIENCE = 20  # looks at a folder whose files are still being written, in a single pass
PAUSE = timedelta(seconds=30)  # before what raised something unforeseen is tried again
STOP = 10.0  # seconds that running sends get to finish after a signal


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_watch(settings: Settings, rules: RuleSet, console: TextIO) -> AsyncIterator[Watch]:
    """Everything a pass needs, opened in order and closed in reverse; raises StoreError when another daemon runs."""
    store = await asyncio.to_thread(Store.open, settings.database)
    worker = uuid.uuid4().hex
    try:
        store.hold()
        await asyncio.to_thread(store.give_back)
        await asyncio.to_thread(store.register, {one.name: (one.type, one.place) for one in settings.sources}, _now())
        async with Fetcher(settings.http) as fetcher, Channels(fetcher.session, console) as channels:
            workers = Workers(settings.workers, preload=READERS)
            try:
                yield Watch(settings, rules, store, fetcher, workers, channels, worker, _now)
            finally:
                await asyncio.to_thread(workers.close)
                # What was cut in the middle of a send is due again at once, for this daemon or another.
                await asyncio.to_thread(store.give_back, worker)
    finally:
        store.close()


async def once(settings: Settings, rules: RuleSet, console: TextIO) -> tuple[Report, int]:
    """One pass over all sources, then over all that is due; returns the report and how many deliveries wait."""
    async with open_watch(settings, rules, console) as watch:
        turn = asyncio.Semaphore(POLLS)

        async def visit(index: int) -> Report:
            async with turn:
                return await _take_in_all(watch, settings.sources[index])

        visits = await asyncio.gather(*map(visit, range(len(settings.sources))), return_exceptions=True)
        reports = [_told(source, found) for source, found in zip(settings.sources, visits, strict=True)]
        reports += await asyncio.gather(*(_relay_all(watch, receiver) for receiver in settings.receivers))
        counts = await asyncio.to_thread(watch.store.counts)
        return sum(reports, Report()), counts.pending


def _told(source: AnySource, found: Report | BaseException) -> Report:
    """The report of a visit; what it raised unforeseen is an error of that source, not the end of the pass."""
    if isinstance(found, Report):
        return found
    if not isinstance(found, Exception):
        raise found
    log.error("poll_failed", source=source.name, exc_info=found)
    return Report(sources=1, errors=(f"{source.name}: {type(found).__name__}: {found}",))


async def _take_in_all(watch: Watch, source: AnySource) -> Report:
    """A pass over a source that waits, some times at most, for the files that are still being written."""
    report = await take_in(watch, source)
    for _ in range(PATIENCE):
        if not report.young:
            break
        await asyncio.sleep(1)
        again = await take_in(watch, source)
        # The second look counts all files of the first one again, as known ones (but those deleted meanwhile).
        counted = min(report.items, again.known)
        both = report + again
        report = replace(both, sources=1, items=both.items - counted, known=both.known - counted, young=again.young)
        report = replace(report, errors=again.errors)
    return report


async def _relay_all(watch: Watch, receiver: AnyReceiver) -> Report:
    report = Report()
    while (part := await relay(watch, receiver)) != Report():
        report += part
    return report


async def run(settings: Settings, rules: RuleSet, console: TextIO) -> None:
    """The daemon: poll and relay what is due until SIGINT or SIGTERM, then finish running sends and close."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_watch(settings, rules, console) as watch:
        ticks = Ticks(watch)
        scheduler = AsyncIOScheduler(timezone=UTC)
        policy = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None, "next_run_time": _now()}
        scheduler.add_job(ticks.poll, "interval", seconds=TICK, **policy)
        scheduler.add_job(ticks.relay, "interval", seconds=TICK, **policy)
        scheduler.start()
        log.info(
            "started",
            database=without_secrets(settings.database),
            sources=len(settings.sources),
            rules=len(rules.rules),
            receivers=len(settings.receivers),
        )
        await stop.wait()
        log.info("stopping")
        scheduler.shutdown(wait=False)
        await ticks.finish()
    log.info("stopped")


@dataclass
class Ticks:
    """What each tick starts: a task for every due source and for every receiver that has none running."""

    watch: Watch
    polls: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    relays: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    paused: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stopping: bool = False

    async def poll(self) -> None:
        """Start the polls that are due, as many as may run at once."""
        sources = {source.name: source for source in self.watch.settings.sources}
        for name in await asyncio.to_thread(self.watch.store.due, sources.keys(), self.watch.clock()):
            if name not in self.polls and len(self.polls) < POLLS and not self._is_paused(name):
                self._start(self.polls, name, self._visit(sources[name]))

    async def relay(self) -> None:
        """Start the relay of every receiver that is not sending already, so that a slow one delays no other."""
        for receiver in self.watch.settings.receivers:
            if receiver.name not in self.relays and not self._is_paused(receiver.name):
                self._start(self.relays, receiver.name, self._deliver(receiver))

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

    def _start(self, running: dict[str, asyncio.Task[None]], name: str, work: Coroutine[Any, Any, None]) -> None:
        if self.stopping:
            work.close()
            return
        running[name] = task = asyncio.create_task(work, name=name)
        task.add_done_callback(lambda _: running.pop(name, None))

    async def _visit(self, source: AnySource) -> None:
        try:
            report = await take_in(self.watch, source)
        except Exception:  # a source must not stop the daemon whatever it does; it stays due and is tried again
            self._pause(source.name)
            log.exception("poll_failed", source=source.name)
            return
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

    def _pause(self, name: str) -> None:
        """Leave a source or receiver alone for a while; its place is free for others meanwhile."""
        self.paused[name] = self.watch.clock() + PAUSE

    def _is_paused(self, name: str) -> bool:
        return name in self.paused and self.watch.clock() < self.paused[name]
