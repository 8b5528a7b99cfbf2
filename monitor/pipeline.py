"""Read this first, the journey: source -> items -> articles -> placement -> matches -> alerts -> deliveries."""

from __future__ import annotations

import random
from asyncio import to_thread
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alert import Setting, Visit, raise_alerts, render, route
from monitor.dedup import place, sketch
from monitor.deliver import AnyReceiver, Channels, next_attempt
from monitor.errors import DeliveryError, SourceError
from monitor.ingest import AnySource, Fetcher, FileSource, Workers, failed, item_digest, poll
from monitor.log import get
from monitor.match import RuleSet
from monitor.model import Article, Delivery, Item, Match, Placement, Report
from monitor.normalise import normalise
from monitor.settings import Settings
from monitor.store import Intake, Store

log = get("pipeline")

BATCH = 50  # articles a commit: rows are cheapest by 50 or more, and a kill repeats little
DEADLINE = 20.0  # seconds to normalise a batch; an article takes milliseconds
LEASE = timedelta(minutes=15)  # for one send: an SMTP server may take 10 minutes to answer (RFC 5321, 4.5.3.2.6)


@dataclass(frozen=True)
class Watch:
    """Everything the journey travels with; `worker` names this process in leases."""

    settings: Settings
    rules: RuleSet
    store: Store
    fetcher: Fetcher
    workers: Workers
    channels: Channels
    worker: str
    clock: Callable[[], datetime]


async def take_in(watch: Watch, source: AnySource) -> Report:
    """Poll one source and keep what is new, a commit a batch; a source that fails is told in the report's errors."""
    now = watch.clock()
    state = await to_thread(watch.store.source_state, source.name)
    seen = await to_thread(watch.store.stamps, source.name) if isinstance(source, FileSource) else {}
    try:
        found = await poll(source, state, seen, watch.fetcher, watch.workers, now)
    except SourceError as error:
        await to_thread(watch.store.polled, source.name, failed(source, state, error, now))
        log.warning("source_failed", source=source.name, error=str(error), failures=state.failures + 1)
        return Report(sources=1, errors=(str(error),))
    report = Report(1, found.unchanged, known=found.unchanged, young=found.young, errors=found.troubles)
    visit = Visit(now, first=state.succeeded is None, max_age=source.alert_max_age)
    # Oldest first, so that a later version meets the earlier one it continues.
    items = sorted(found.items, key=lambda item: item.published.start or now)
    for start in range(0, len(items), BATCH):
        report += await _take_in_batch(watch, source.name, items[start : start + BATCH], visit)
    # An item that could not be read must come again: without validators the server cannot answer "unchanged".
    lost = len(report.errors) > len(found.troubles)
    after = replace(found.state, etag=None, last_modified=None) if lost else found.state
    await to_thread(watch.store.polled, source.name, after)
    return report


async def _take_in_batch(watch: Watch, source: str, items: Sequence[Item], visit: Visit) -> Report:
    """Normalise what is not held yet, in worker processes, and keep it; an item that cannot be read costs itself."""
    found = {(item.guid, item_digest(item)): item for item in items}
    held = await to_thread(watch.store.held_items, source, found.keys())
    fresh = [item for key, item in found.items() if key not in held]
    made = await watch.workers.each(normalise, fresh, watch.settings.languages, visit.now, deadline=DEADLINE)
    read = [(item, one) for item, one in zip(fresh, made, strict=True) if isinstance(one, Article)]
    lost = [(item, one) for item, one in zip(fresh, made, strict=True) if isinstance(one, Exception)]
    errors = tuple(f"{source}: {item.guid} cannot be read: {one}" for item, one in lost)
    report = Report(items=len(items) - len(fresh), known=len(items) - len(fresh), errors=errors)
    again = [item for key, item in found.items() if key in held and item.stamp]
    return report + await to_thread(_keep, watch, read, again, visit)


def _keep(watch: Watch, read: Sequence[tuple[Item, Article]], again: Sequence[Item], visit: Visit) -> Report:
    """One commit: items, articles, stories, matches, alerts and outbox rows together; `again` have another stamp."""
    matched = [(item, article, watch.rules.match(article), sketch(article)) for item, article in read]
    report = Report()
    with watch.store.intake() as memory:
        for item in again:
            memory.seen(item.source, item.guid, item_digest(item), item.stamp, visit.now)
        for item, article, matches, ours in matched:
            text = item_digest(item)
            if article.empty or memory.held_items(item.source, [(item.guid, text)]):
                memory.seen(item.source, item.guid, text, item.stamp, visit.now)
                report += Report(items=1, empty=int(article.empty), known=int(not article.empty))
                continue
            placement = place(article, ours, memory.neighbours(article, ours))
            ident = memory.keep(article, text, item.stamp, ours, placement, visit.now)
            memory.matched(ident, matches)
            alerts = _raise(watch, memory, article, ident, placement, matches, visit) if matches else 0
            log.info("article", source=item.source, title=article.title, status=placement.verdict, alerts=alerts)
            report += Report.placed(placement.verdict, len(matches), alerts)
    return report


def _raise(
    watch: Watch,
    memory: Intake,
    article: Article,
    ident: int,
    placement: Placement,
    matches: Sequence[Match],
    visit: Visit,
) -> int:
    """Write the alerts of one article, with a delivery for every address each is routed to; returns how many."""
    also = [one._asdict() for one in memory.others(placement.story, ident)]
    told = memory.told([match.rule for match in matches], placement.story)
    setting = Setting(ident, placement, memory.story(placement.story), also, told)
    alerts = raise_alerts(article, matches, watch.rules.rules, setting, visit)
    for alert in alerts:
        names = route(watch.settings.route, alert.rule, alert.level, alert.tags) if alert.key else []
        memory.raised(alert, ident, watch.settings.addresses(names), visit.now)
    return sum(alert.key is not None for alert in alerts)


async def relay(watch: Watch, receiver: AnyReceiver) -> Report:
    """Send what is due next for one receiver, outside any transaction, and mark it afterwards."""
    due = await to_thread(watch.store.claim, watch.worker, watch.clock(), LEASE, 1, [receiver.name])
    report = Report()
    for delivery in due:
        report += await _send(watch, receiver, delivery)
    return report


async def _send(watch: Watch, receiver: AnyReceiver, delivery: Delivery) -> Report:
    """Send one delivery and mark it sent, due again or dead."""
    try:
        message = render(delivery.alerts, receiver.language, watch.settings.zone)
        answer = await watch.channels.send(receiver, delivery, message, watch.clock())
    except DeliveryError as error:
        now = watch.clock()
        again = next_attempt(receiver, delivery, error, now, random.uniform(-1, 1))  # noqa: S311 - no secret
        if error.disabled:
            await to_thread(watch.store.disable, receiver.name, error.answer, now)
        await to_thread(watch.store.failed, delivery, watch.worker, now, error.answer, again)
        log.warning("delivery_failed", delivery=delivery.id, error=str(error), again=again and again.isoformat())
        return Report(failed=1)
    if not await to_thread(watch.store.sent, delivery, watch.worker, watch.clock(), answer):
        log.warning("delivery_taken_over", delivery=delivery.id, receiver=receiver.name)
        return Report(failed=1)
    return Report(sent=1)
