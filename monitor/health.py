"""How polling the sources goes -> operator alerts: one when sources of a host fail, one when they work again."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping
from datetime import datetime

from monitor.alert import operator_alert
from monitor.ingest import Event, events
from monitor.log import get
from monitor.watch import Watch

log = get("health")


async def tell_operator(watch: Watch, hosts: Mapping[str, str]) -> None:
    """Raise the alerts that are due about the sources in `hosts` (name -> host), through the ordinary routes."""
    ailing = await to_thread(watch.store.ailing)
    now = watch.clock()
    for event in events([(name, hosts[name], state) for name, state in ailing if name in hosts], now):
        await to_thread(_tell, watch, event, now)


def _tell(watch: Watch, event: Event, now: datetime) -> None:
    """One transaction: the alert and that it was raised, so that no other daemon tells it too."""
    alert = operator_alert(event.kind, event.host, event.lines, now)
    with watch.store.intake() as memory:
        if memory.told_sources(dict.fromkeys(event.names, now if event.kind == "source-failing" else None)):
            memory.raised(alert, None, watch.settings.recipients(alert), now)
            log.warning("operator_told", told=event.kind, host=event.host, sources=list(event.names))
