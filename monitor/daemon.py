"""The clock and signals -> when things run: the daemon until it is stopped, or one pass over some sources."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import resource
import signal
import sys
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TextIO

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.util import undefined

from monitor.batched import Batched
from monitor.deliver import AnyReceiver, Channels
from monitor.errors import ConfigError, MonitorError
from monitor.ingest import Fetcher, Polled, Workers
from monitor.log import get
from monitor.match import RuleSet
from monitor.model import SourceState
from monitor.pipeline import relay, take_in
from monitor.reload import Reloads
from monitor.report import Report
from monitor.roster import Roster
from monitor.settings import Built, Gathered, Settings
from monitor.store import Store, is_there
from monitor.ticks import LEASE, POLLS, Ticks
from monitor.upkeep import DeadMan, Watchdog, tell_operator
from monitor.values import without_secrets
from monitor.watch import Watch
from monitor.web import ListenError, Site

log = get("daemon")

# Imported once for all worker processes, with the tables of the languages.
READERS = ("monitor.ingest.feeds.reader", "monitor.normalise.ready")
EXTRACTOR = "trafilatura"  # and this where sources want full text
TICK = 1  # seconds between two questions to the store: what is due?
HEALTH_TICK = 15  # seconds between two looks at what ails sources, receivers, the disk
PING_TICK = 60  # seconds between two pings of a dead man's switch: they raise the alarm after minutes
SWEEP_HOUR = 2  # UTC, in the night of those who read French papers
# An article is thousands of short-lived objects and hardly a cycle: Python's own thresholds (700, 10, 10) spent a sixth
# of a pass on looking for some. Memory stays the same (measured: 200 MiB either way).
COLLECT = (10_000, 20, 50)
# glibc gives each thread a heap of its own, and each keeps what was freed in it: with one for all a first pass over
# 1,500 feeds has 225 MiB instead of 247. Threads wait for one another at Python's lock, hardly ever at the heap's.
HEAPS = 1
_ARENA_MAX = -8  # the number of this setting of mallopt in malloc.h
PATIENCE = 20  # looks at a folder whose files are still being written, in a single pass

Progress = Callable[[str], None]
"""Told the name of each source when its visit has ended."""
Claim = Batched[str, None, SourceState]
"""Gives the state of a source that nobody else polls now, None for one that somebody does."""


def _now() -> datetime:
    return datetime.now(UTC)


def _unheard(_: str) -> None:
    """Progress that nobody looks at."""


@asynccontextmanager
async def _opened(settings: Settings, rules: RuleSet, console: TextIO) -> AsyncIterator[Watch]:
    """Everything a pass needs, opened in order and closed in reverse, beside a daemon that may be running."""
    gc.set_threshold(*COLLECT)
    with suppress(AttributeError):  # other C libraries have neither the heaps nor the setting
        ctypes.CDLL(None).mallopt(_ARENA_MAX, HEAPS)
    store = await asyncio.to_thread(Store.open, settings.database)
    worker = uuid.uuid4().hex
    try:
        async with Fetcher(settings.http) as fetcher, Channels(fetcher.session, console) as channels:
            wanted = any(source.type != "files" and source.full_text for source in settings.sources)
            workers = Workers(settings.workers, preload=(*READERS, EXTRACTOR) if wanted else READERS)
            polled = Batched(partial(store.polled, worker=worker))
            try:
                yield Watch(settings, rules, store, fetcher, workers, channels, worker, _now, polled)
            finally:
                await polled.close()
                await asyncio.to_thread(workers.close)
                # What was cut in the middle of a poll or send is due again at once, for this daemon or another.
                await asyncio.to_thread(store.give_back, worker)
    finally:
        store.close()


@asynccontextmanager
async def open_watch(settings: Settings, rules: RuleSet, console: TextIO) -> AsyncIterator[Watch]:
    """The same as the daemon of this database; raises StoreError when another one runs on its file."""
    async with _opened(settings, rules, console) as watch:
        await asyncio.to_thread(watch.store.hold)
        await asyncio.to_thread(watch.store.give_back)
        yield watch


async def once(
    settings: Settings, rules: RuleSet, console: TextIO, progress: Progress = _unheard
) -> tuple[Report, int]:
    """One pass over all sources, then over all that is due; returns the report and how many deliveries wait."""
    async with open_watch(settings, rules, console) as watch:
        roster = await Roster.of(watch)
        visited = await _pass(watch, list(roster.sources.values()), progress)
        await tell_operator(watch, roster.hosts)
        relays = (_relay_all(watch, receiver) for receiver in settings.receivers)
        ended = await asyncio.gather(*relays, return_exceptions=True)
        relayed = [_relayed(receiver, one) for receiver, one in zip(settings.receivers, ended, strict=True)]
        counts = await asyncio.to_thread(watch.store.counts)
        unlisted = Report(errors=tuple(roster.errors.values()))
        return sum([*visited.values(), *relayed], unlisted), counts.pending


async def refresh(
    settings: Settings, rules: RuleSet, names: Sequence[str], progress: Progress = _unheard
) -> dict[str, Report]:
    """Poll some sources now and report on each; what they bring is sent by the daemon, which may be running.

    Raises MonitorError for a name that is no source.
    """
    async with _opened(settings, rules, sys.stderr) as watch:
        roster = await Roster.of(watch)
        if unknown := [name for name in names if name not in roster.sources]:
            raise MonitorError(f"no source is named {', '.join(map(repr, unknown))}")
        return await _pass(watch, [roster.sources[name] for name in names], progress)


async def quiet_start(
    settings: Settings, rules: RuleSet, names: Sequence[str], progress: Progress = _unheard
) -> dict[str, Report]:
    """Take in what sources hold already, all of it as too old to alert; also beside a running daemon."""
    async with _opened(settings, rules, sys.stderr) as watch:
        roster = await Roster.of(watch)
        return await _pass(replace(watch, quiet=True), [roster.sources[name] for name in names], progress)


async def _pass(watch: Watch, sources: Sequence[Polled], progress: Progress) -> dict[str, Report]:
    """A visit to each source, many at a time but few of one host; a report for each."""
    places = asyncio.Semaphore(POLLS)
    per_host = watch.settings.http.per_host.concurrency
    hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))

    def claimed(names: Mapping[str, None]) -> Mapping[str, SourceState]:
        return watch.store.claim_sources(watch.worker, names, watch.clock(), LEASE)

    claim: Claim = Batched(claimed)

    async def visit(source: Polled) -> Report:
        async with hosts[source.host], places:
            try:
                return await _take_in_all(watch, source, claim)
            finally:
                progress(source.name)

    try:
        visits = await asyncio.gather(*map(visit, sources), return_exceptions=True)
    finally:
        await claim.close()  # what was claimed is given back afterwards
    return {source.name: _told(source, found) for source, found in zip(sources, visits, strict=True)}


def _told(source: Polled, found: Report | BaseException) -> Report:
    """The report of a visit; what it raised unforeseen is an error of that source, not the end of the pass."""
    if isinstance(found, Report):
        return found
    if not isinstance(found, Exception):
        raise found
    log.error("poll_failed", source=source.name, exc_info=found)
    return Report(sources=1, unread=1, errors=(f"{source.name}: {type(found).__name__}: {found}",))


async def _take_in_all(watch: Watch, source: Polled, claim: Claim) -> Report:
    """A visit to a source that waits, some times at most, for the files that are still being written."""
    report = await _take_in(watch, source, claim)
    for _ in range(PATIENCE):
        if not report.young:
            break
        await asyncio.sleep(1)
        again = await _take_in(watch, source, claim)
        # The second look counts all files of the first one again, as known ones (but those deleted meanwhile).
        counted = min(report.items, again.known)
        both = report + again
        report = replace(both, sources=1, items=both.items - counted, known=both.known - counted, young=again.young)
        report = replace(report, errors=again.errors)
    return report


async def _take_in(watch: Watch, source: Polled, claim: Claim) -> Report:
    """Claim a source, whenever it is due, and take it in; a pause that its server asked for holds all the same."""
    state = await claim(source.name, None)
    if state is None:
        return Report(sources=1, unread=1, errors=(f"{source.name}: is being polled by another process",))
    if state.habits.asked_until and watch.clock() < state.habits.asked_until:
        await watch.polled(source.name, state)
        return Report(sources=1, unread=1, errors=(f"{source.name}: not asked: {state.because}",))
    return await take_in(watch, source, state)


async def _relay_all(watch: Watch, receiver: AnyReceiver) -> Report:
    report = Report()
    while (part := await relay(watch, receiver)) != Report():
        report += part
    return report


def _relayed(receiver: AnyReceiver, found: Report | BaseException) -> Report:
    """The report of a relay; what it raised unforeseen is an error of that receiver, whose rows stay due."""
    if isinstance(found, Report):
        return found
    if not isinstance(found, Exception):
        raise found
    log.error("relay_failed", receiver=receiver.name, exc_info=found)
    return Report(errors=(f"{receiver.name}: {type(found).__name__}: {found}",))


async def run(found: Gathered, built: Built, console: TextIO) -> None:
    """The daemon: poll and relay what is due until SIGINT or SIGTERM, then finish running sends and close.

    It starts with what was gathered and built, or with the rules stored last; raises ConfigError when it cannot.
    """
    # What lies in memory, passwords among it, must not come to lie in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    settings = built.settings
    stored = settings is not None and is_there(settings.database)
    if settings is None or (not stored and (built := built.tested()).problems):
        raise ConfigError(list(built.problems))
    stop, asked = _signals()
    async with open_watch(settings, RuleSet((), ()), console) as watch, _site(found, settings) as site:
        reloads = await Reloads.of(watch, found, built, asked)
        del built, found  # rules may take a gigabyte, and others will take their place
        ticks = Ticks(watch, reloads.roster)
        site.tell(watch, reloads, ticks)
        scheduler = _scheduled(ticks, reloads)
        log.info(
            "started",
            database=without_secrets(settings.database),
            sources=len(reloads.roster.sources),
            rules=len(watch.current.rules.rules),
            receivers=len(settings.receivers),
        )
        await stop.wait()
        log.info("stopping")
        await ticks.finish()
        await reloads.finish()
        scheduler.shutdown(wait=False)
    log.info("stopped")


@asynccontextmanager
async def _site(found: Gathered, settings: Settings) -> AsyncIterator[Site]:
    """The pages, where the configuration wants some; raises ConfigError for an address that is not to be had."""
    try:
        site = await Site.open(settings.web)
    except ListenError as error:
        if found.file is None:
            raise
        raise ConfigError([found.file.problem(("web", "listen"), str(error))]) from None
    try:
        yield site
    finally:
        await site.close()


def _scheduled(ticks: Ticks, reloads: Reloads) -> AsyncIOScheduler:
    """The clock, which runs from now on."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    policy = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None, "next_run_time": _now()}
    each_second = (ticks.poll, reloads.roster.read, ticks.relay, reloads.look)
    dog, dead_man = Watchdog(ticks.watch, _now()), DeadMan(ticks.watch)
    now_and_then = (ticks.health, reloads.beat, ticks.heartbeat, dog.look, dog.listen)
    jobs = [*((job, TICK) for job in each_second), *((job, HEALTH_TICK) for job in now_and_then)]
    for job, seconds in [*jobs, (dead_man.ping, PING_TICK)]:
        scheduler.add_job(job, "interval", seconds=seconds, **policy)
    scheduler.add_job(ticks.sweep, "cron", hour=SWEEP_HOUR, **{**policy, "next_run_time": undefined})
    scheduler.start()
    return scheduler


def _signals() -> tuple[asyncio.Event, asyncio.Event]:
    """Events that SIGINT and SIGTERM, and SIGHUP, set: to stop, and to reload."""
    stop, asked = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    terminal = os.isatty(0)

    def hung_up() -> None:
        # The same signal says that the terminal was closed: who runs in one ends with it.
        (stop if terminal and not os.isatty(0) else asked).set()

    loop.add_signal_handler(signal.SIGHUP, hung_up)
    return stop, asked
