"""A path that is asked for -> what the running daemon answers there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from monitor.errors import StoreError
from monitor.ingest import in_time
from monitor.listening import WebSettings
from monitor.plain import one_line
from monitor.readiness import is_alive, refused, stored
from monitor.reload import Reloads
from monitor.store import Figures, Store
from monitor.ticks import Ticks
from monitor.watch import Watch
from monitor.web.metrics import CONTENT_TYPE, Seen, exposition
from monitor.web.server import Front, answer

PATIENCE = 8.0
"""Seconds in which numbers are there or the answer says that they are not: Prometheus waits ten."""
SHARE = 20
"""The numbers of the store are kept so many times as long as reading them took: who asks often costs 5 % of a core."""
_HANGS = 600.0  # seconds after which a read of some thousand rows is given up
STARTING = "the daemon is starting"
_WHERE = "`news-monitor check` shows the mistakes"


@dataclass(frozen=True, slots=True)
class _Daemon:
    """What is to be told of."""

    watch: Watch
    reloads: Reloads
    ticks: Ticks


class Site:
    """The pages of one daemon; `tell` says which, until then it is starting."""

    def __init__(self) -> None:
        self._daemon: _Daemon | None = None
        self._front: Front | None = None
        self._reading: asyncio.Task[Figures] | None = None
        self._until = 0.0  # on the loop's clock: until then what was read last is good enough
        self._closing = False

    @classmethod
    async def open(cls, settings: WebSettings | None) -> Self:
        """Listen where the settings say, nowhere without any; raises ListenError."""
        site = cls()
        if settings is not None:
            pages = {"/healthz": site._healthz, "/readyz": site._readyz, "/metrics": site._metrics}
            site._front = await Front.listening(*settings.address, pages)
        return site

    def tell(self, watch: Watch, reloads: Reloads, ticks: Ticks) -> None:
        """Answer for this daemon from now on."""
        self._daemon = _Daemon(watch, reloads, ticks)

    async def close(self) -> None:
        """Answer nobody any more."""
        self._closing = True
        if self._front:
            await self._front.close()
        if self._reading:
            await asyncio.wait([self._reading], timeout=PATIENCE)

    async def _healthz(self) -> web.Response:
        trouble = _silent(self._daemon) if self._daemon else STARTING
        return answer(503, trouble) if trouble else answer(200, "ok")

    async def _readyz(self) -> web.Response:
        trouble = _silent(self._daemon) or _unready(self._daemon) if self._daemon else STARTING
        return answer(503, trouble) if trouble else answer(200, "ok")

    async def _metrics(self) -> web.Response:
        if self._daemon is None:
            return answer(503, STARTING)
        try:
            figures = await asyncio.wait_for(asyncio.shield(self._read(self._daemon.watch.store)), PATIENCE)
            text = await in_time(PATIENCE, exposition, _seen(self._daemon, figures))
        except TimeoutError:
            return answer(503, f"the database could not be read to its end in {PATIENCE:g} s: ask again")
        except StoreError as error:
            return answer(503, one_line(str(error)))
        return answer(200, text, CONTENT_TYPE)

    def _read(self, store: Store) -> asyncio.Task[Figures]:
        """The reading that all wait for who ask at the same time."""
        if self._reading is None or (self._reading.done() and asyncio.get_running_loop().time() >= self._until):
            self._reading = asyncio.create_task(self._figures(store))
            self._reading.add_done_callback(_heard)
        return self._reading

    async def _figures(self, store: Store) -> Figures:
        clock = asyncio.get_running_loop().time
        while not self._closing:
            began = clock()
            if found := await in_time(_HANGS, store.figures):
                self._until = clock() + SHARE * (clock() - began)
                return found
        raise StoreError("the daemon is stopping")


def _heard(reading: asyncio.Task[Figures]) -> None:
    """Whoever asked may have gone: then nobody is left to hear how it failed."""
    if not reading.cancelled():
        reading.exception()


def _silent(daemon: _Daemon) -> str | None:
    """Why a daemon does not work, as `health` would say; None when it does."""
    heard = daemon.reloads.heard
    if is_alive(heard, daemon.watch.clock()):
        return None
    return f"not running: the daemon was heard of last at {heard.isoformat(timespec='seconds')}"


def _unready(daemon: _Daemon) -> str | None:
    """Why what is written is not what runs; the mistakes themselves are for those who may see the files."""
    if daemon.ticks.stopping:
        return "the daemon is stopping"
    state = daemon.reloads.document()
    if rules := stored(state):
        return f"not ready: runs with rules {rules}; {_WHERE}"
    if edit := refused(state):
        return f"not ready: {edit}; {_WHERE}"
    return None


def _seen(daemon: _Daemon, figures: Figures) -> Seen:
    watch = daemon.watch.current
    roster = daemon.reloads.roster
    return Seen(
        now=watch.clock(),
        figures=figures,
        reload=daemon.reloads.state,
        rules=len(watch.rules.rules),
        sources=set(roster.hosts),
        broken=set(roster.errors),
        receivers=[one.name for one in watch.settings.receivers],
        attempts=dict(watch.channels.attempts),
    )
