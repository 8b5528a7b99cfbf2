"""How polling the sources goes -> operator alerts: one when sources of a host fail, one when they work again."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping
from datetime import datetime

from monitor.alert import operator_alert
from monitor.dispatch import Dispatch
from monitor.ingest import MAX_LINES, Event, events
from monitor.log import get
from monitor.watch import Watch

log = get("health")


async def tell_operator(watch: Watch, hosts: Mapping[str, str]) -> None:
    """Raise the alerts that are due about the sources in `hosts` (name -> host), through the ordinary routes."""
    ailing = await to_thread(watch.store.ailing)
    now = watch.clock()
    for event in events([(name, hosts[name], state) for name, state in ailing if name in hosts], now):
        await to_thread(_tell_of_host, watch, event, now)


def _tell_of_host(watch: Watch, event: Event, now: datetime) -> None:
    """One transaction: the alert and that it was raised, so that no other daemon tells it too."""
    with watch.store.intake() as memory:
        told = memory.mark_told(dict.fromkeys(event.names, now if event.kind == "source-failing" else None))
        if not told:
            return
        lines = event.lines
        if len(told) < len(event.names):  # another daemon has told the others
            lines = tuple(line for name, line in zip(event.names, event.lines, strict=False) if name in told)
        sources = [one for one in event.facts if one["name"] in told]
        facts = {"sources": sources[:MAX_LINES], "more": max(0, len(sources) - MAX_LINES)}
        alert = operator_alert(event.kind, event.host, lines, now, facts)
        Dispatch(watch.settings, memory, now).send([alert])
    log.warning("operator_told", told=event.kind, host=event.host, sources=sorted(told))
