"""Read this first, the journey: source -> items -> articles -> placement -> matches -> alerts -> deliveries."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from monitor.alert import Visit, corrections, holding, is_old
from monitor.deliver import AnyReceiver
from monitor.dispatch import Dispatch
from monitor.errors import SourceError
from monitor.ingest import FileSource, Poll, Polled, failed, item_digest, poll, settled, with_full_text
from monitor.log import get
from monitor.match import RuleSet
from monitor.model import Alert, Article, Item, SourceState
from monitor.normalise import normalise
from monitor.placing import Placed, Placer, Reading
from monitor.raising import raised
from monitor.report import Report
from monitor.sending import permitted, send
from monitor.store import Archived, Intake
from monitor.watch import Watch

log = get("pipeline")

BATCH = 50  # articles a commit: rows are cheapest by 50 or more, and a kill repeats little
DEADLINE = 20.0  # seconds to normalise a batch; an article takes milliseconds
LEASE = timedelta(minutes=15)  # for one send: an SMTP server may take 10 minutes to answer (RFC 5321, 4.5.3.2.6)


async def take_in(watch: Watch, source: Polled, state: SourceState) -> Report:
    """Poll a claimed source and keep what is new, a commit a batch; a failure is told in the report's errors."""
    now = watch.clock()
    seen = await to_thread(watch.store.stamps, source.name) if isinstance(source, FileSource) else {}
    try:
        async with poll(source, state, seen, watch.fetcher, watch.workers, now) as found:
            return await _take_in_found(watch, source, state, found, now)
    except SourceError as error:
        after = failed(source, state, error, watch.clock(), watch.chance())
        await watch.polled(source.name, after)
        log.warning("source_failed", source=source.name, error=str(error), failures=after.failures)
        return Report(sources=1, unread=1, errors=(str(error),))


async def _take_in_found(watch: Watch, source: Polled, state: SourceState, found: Poll, now: datetime) -> Report:
    """Keep what a poll found, batch by batch, and remember how it went."""
    report = Report(1, found.unchanged, known=found.unchanged, young=found.young, unread=found.unread)
    report = replace(report, errors=found.troubles)
    visit = Visit(now, state.succeeded is None, source.alert_max_age, watch.quiet)
    # Oldest first, so that a later version meets the earlier one it continues.
    items = sorted(found.items, key=lambda item: item.published.start or now)
    for start in range(0, len(items), BATCH):
        report += await _take_in_batch(watch, source, items[start : start + BATCH], visit)
    after = settled(source, state, found, report.arrived, watch.clock(), watch.chance())
    # What could not be read must come again: nothing may tell it unchanged.
    after = replace(after, etag=None, last_modified=None, body=None) if report.unread else after
    if not await watch.polled(source.name, after):
        log.warning("source_taken_over", source=source.name)
    return report


async def _take_in_batch(watch: Watch, source: Polled, items: Sequence[Item], visit: Visit) -> Report:
    """Normalise what is not held yet, in worker processes, and keep it; an item that cannot be read costs itself."""
    found = {(item.guid, item_digest(item)): item for item in items}
    held = await to_thread(watch.store.held_items, source.name, found.keys())
    fresh = [item for key, item in found.items() if key not in held]
    full, troubles = await with_full_text(source, fresh, watch.fetcher, watch.workers)
    made = await watch.workers.each(normalise, full, watch.current.settings.languages, visit.now, deadline=DEADLINE)
    again = [item for key, item in found.items() if key in held and item.stamp]
    report = Report(items=len(items) - len(fresh), known=len(items) - len(fresh), errors=troubles)
    return report + await to_thread(_keep, watch.current, list(zip(fresh, made, strict=True)), again, visit)


def _keep(watch: Watch, made: Sequence[tuple[Item, Any]], again: Sequence[Item], visit: Visit) -> Report:
    """One commit: items, articles, stories, matches, alerts and outbox rows together; `again` have another stamp."""
    articles = [(item, one) for item, one in made if isinstance(one, Article)]
    readings = [Reading.of(item, item_digest(item), one, watch.rules.match(one)) for item, one in articles]
    with watch.store.intake() as memory:
        placer = Placer(memory, visit.now, watch.settings.stories)
        dispatch = Dispatch(watch.settings, memory, watch.clock())
        held = placer.look_up(readings)
        for item in again:
            memory.seen(item.source, item.guid, item_digest(item), item.stamp, visit.now)
        report = sum([_unread(memory, *one, visit) for one in made if isinstance(one[1], Exception)], Report())
        for one in readings:
            if one.article.empty or (one.item.guid, one.version) in held:
                memory.seen(one.item.source, one.item.guid, one.version, one.item.stamp, visit.now)
                report += Report(items=1, empty=int(one.article.empty), known=int(not one.article.empty))
            else:
                report += _take(watch, memory, placer, dispatch, one, visit)
    return report


def _take(watch: Watch, memory: Intake, placer: Placer, dispatch: Dispatch, one: Reading, visit: Visit) -> Report:
    """Keep an article and its alerts, each in a delivery for every address that it is routed to."""
    (placement, _, opened), id_, alerts = decide(watch.rules, memory, placer, one, visit)
    told = dispatch.send(alerts, id_)
    log.info("article", source=one.item.source, title=one.article.title, status=placement.verdict, alerts=told)
    return Report.placed(placement.verdict, len(one.matches), told, opened=opened)


def decide(
    rules: RuleSet, memory: Intake, placer: Placer, one: Reading, visit: Visit
) -> tuple[Placed, int, list[Alert]]:
    """Place an article and keep it; gives where it belongs, its id and its alerts, which are not kept yet."""
    placement, standing, opened = placer.settle(one)
    told = memory.told([match.rule for match in one.matches], placement.story)
    placement = placer.with_news(one, placement) if any(told.values()) else placement
    old = is_old(one.article, memory.served(one.article, one.sketch, placement), visit)
    id_ = placer.keep(one, placement, standing, old=old)
    kept = Archived(id_, one.article, visit.now, old)
    alerts = raised(rules, memory, kept, placement, one.matches, told, visit.now) if one.matches else []
    if not old and (cited := memory.cited(one.item.source, one.item.guid, id_)):
        alerts = corrections(one.article, id_, alerts, cited)
    return Placed(placement, standing, opened), id_, alerts


def _unread(memory: Intake, item: Item, error: Exception, visit: Visit) -> Report:
    """Remember an item that could not be read; after some tries it is left alone, and counts as known."""
    if memory.unreadable(item.source, item.guid, item_digest(item), str(error), visit.now):
        log.error("item_given_up", source=item.source, item=item.guid, error=str(error))
        return Report(errors=(f"{item.source}: {item.guid} cannot be read and is given up: {error}",))
    return Report(unread=1, errors=(f"{item.source}: {item.guid} cannot be read: {error}",))


async def relay(watch: Watch, receiver: AnyReceiver) -> Report:
    """Send what is due next for one receiver, if it may get it now, outside any transaction, and mark it afterwards."""
    now = watch.clock()
    permit = partial(permitted, receiver.rate, now)
    hold = holding(watch.settings.intervals, now)
    due = await to_thread(watch.store.claim, watch.worker, now, LEASE, 1, [receiver.name], permit, hold)
    return sum([await send(watch, receiver, delivery) for delivery in due], Report())
