"""A host -> a turn to ask it: few connections at once, requests apart, and silence where it asked for silence."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field
from yarl import URL

from monitor.values import MAX_RETRY_AFTER, OptionalDuration, Written

_LONGEST_INTERVAL = timedelta(hours=1)


def _interval(value: timedelta | None) -> timedelta | None:
    if value is not None and value > _LONGEST_INTERVAL:
        raise ValueError("must be at most 1h")
    return value


class PerHost(Written):
    """How much one host is asked: `concurrency` connections at once, a request begun every `interval` at most.

    Miniflux was blocked by hosts of many feeds before it had such limits (issue 3289).
    """

    concurrency: Annotated[int, Field(ge=1, le=100)] = 2
    interval: Annotated[OptionalDuration, AfterValidator(_interval)] = timedelta(seconds=1)


class RestingError(Exception):
    """A host asked to be left alone while somebody waited for a turn at it."""


@dataclass(slots=True)
class _Line:
    """Who is at one host and who waits; `ready` is the loop's time from which the next request may begin."""

    busy: int = 0
    ready: float = 0.0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    alarm: asyncio.TimerHandle | None = None


class Hosts:
    """The turns at all hosts; those that nobody asks are forgotten. Names are those that `host_of` gives."""

    def __init__(self, limits: PerHost) -> None:
        self._concurrency = limits.concurrency
        self._interval = limits.interval.total_seconds() if limits.interval else 0.0
        self._lines: dict[str, _Line] = {}
        self._rests: dict[str, datetime] = {}

    def rest(self, host: str, until: datetime) -> None:
        """Leave a host alone until then; who waits for a turn at it gets a RestingError."""
        # No pause is longer than a day, so what ends a day before another one is over.
        over = until - MAX_RETRY_AFTER
        self._rests = {name: end for name, end in self._rests.items() if end > over}
        self._rests[host] = max(until, self._rests.get(host, until))
        for waiting in self._lines[host].waiting if host in self._lines else ():
            if not waiting.done():
                waiting.set_exception(RestingError(host))

    def resting(self, host: str, now: datetime) -> datetime | None:
        """Until when a host is to be left alone, None when it may be asked."""
        until = self._rests.get(host)
        if until is not None and not now < until <= now + MAX_RETRY_AFTER:  # over, or the clock was set back
            del self._rests[host]
            return None
        return until

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait, first come first served, until a request may begin; the turn ends with its connection."""
        await self._enter(host)
        try:
            yield
        finally:
            self._lines[host].busy -= 1
            self._serve(host)

    async def _enter(self, host: str) -> None:
        line = self._lines.setdefault(host, _Line())
        if self._may_begin(line):
            self._begin(line)
            return
        place = asyncio.get_running_loop().create_future()
        line.waiting.append(place)
        self._serve(host)
        try:
            await place
        except (asyncio.CancelledError, RestingError):
            if place.done() and not place.cancelled() and place.exception() is None:
                line.busy -= 1  # called up and called off in the same moment
            elif place in line.waiting:
                line.waiting.remove(place)
            self._serve(host)
            raise

    def _may_begin(self, line: _Line) -> bool:
        now = asyncio.get_running_loop().time()
        return not line.waiting and line.busy < self._concurrency and line.ready <= now

    def _begin(self, line: _Line) -> None:
        line.busy += 1
        line.ready = asyncio.get_running_loop().time() + self._interval

    def _serve(self, host: str) -> None:
        """Call up who may begin, come back when the next one may, and forget a host without any."""
        line, loop = self._lines.get(host), asyncio.get_running_loop()
        if line is None:
            return
        if line.alarm:
            line.alarm.cancel()
            line.alarm = None
        while line.waiting and line.busy < self._concurrency and line.ready <= loop.time():
            place = line.waiting.popleft()
            if not place.done():
                place.set_result(None)
                self._begin(line)
        if line.busy == self._concurrency or (line.busy and not line.waiting):
            return  # the end of a turn comes back
        if line.waiting or line.ready > loop.time():
            line.alarm = loop.call_at(line.ready, self._serve, host)
        else:
            del self._lines[host]


def host_of(url: str | URL) -> str:
    """The name under which a URL's host is counted: lower case, IDNA, without the dot at its end; any port."""
    return (URL(url).raw_host or "").lower().rstrip(".")
