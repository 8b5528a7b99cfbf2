"""The time of day -> the daily sign of life, and a ping to whoever watches from outside that this daemon runs."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from http import HTTPStatus

import aiohttp

from monitor import faults
from monitor.alert import Life, Slot, beats, heartbeat_alert
from monitor.log import get
from monitor.troubles import tell_once
from monitor.watch import Watch

log = get("heartbeat")

DAY = timedelta(days=1)
TIMEOUT = aiohttp.ClientTimeout(total=30)


async def beat(watch: Watch, sources: Collection[str], before: str | None = None) -> str | None:
    """Raise the heartbeat that is due, once for all daemons; `sources` are the names of those that are polled.

    Gives the name of its slot, which is not looked at again when it is given as the one `before`.
    """
    settings = watch.settings.heartbeat
    slot = beats(settings.at, watch.clock()) if settings else None
    if settings is None or slot is None or slot.name == before:
        return before
    await to_thread(_raise, watch, settings.receiver, slot, sources)
    return slot.name


def _raise(watch: Watch, receiver: str, slot: Slot, sources: Collection[str]) -> None:
    now = watch.clock()
    ailing = {name for name, _ in watch.store.ailing()} & set(sources)
    done = watch.store.life(now - DAY)
    alert = heartbeat_alert(Life(len(sources), len(ailing), **asdict(done)), slot)
    if tell_once(watch, alert, slot.at, receiver):
        log.info("heartbeat", slot=slot.name)


@dataclass
class DeadMan:
    """Asks for a URL from time to time: whoever serves it raises the alarm when nobody asks any more."""

    watch: Watch
    _failing: bool = False

    async def ping(self) -> None:
        """Ask once; a failure is logged when it begins, and never harms anything else."""
        secret = self.watch.current.settings.dead_man_url
        if secret is None:
            return
        try:
            async with self.watch.fetcher.session.get(
                secret.get_secret_value(), allow_redirects=False, timeout=TIMEOUT
            ) as response:
                trouble = None if response.status < HTTPStatus.MULTIPLE_CHOICES else f"answered {response.status}"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            trouble = faults.sentence(error)
        if trouble and not self._failing:
            log.warning("dead_man_unreachable", trouble=trouble)
        self._failing = trouble is not None
