"""Alerts as if raised just now -> real store, dispatch and channels, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import cycle
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import aiohttp
from flow.installation import SECRET
from sqlalchemy import func, select

from monitor.deliver import Channels
from monitor.dispatch import Dispatch
from monitor.model import Alert, Level, Reason
from monitor.pipeline import relay
from monitor.report import Report
from monitor.settings import Settings
from monitor.store import AttemptRow, DeliveryRow, Store
from monitor.store.tables import DELIVERY

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICK = timedelta(seconds=1)  # that of the daemon
ALL = 100_000


def mail(name: str, port: int, to: str = "desk@example.org", **more: Any) -> dict[str, Any]:
    """A receiver of mails, by a server on loopback."""
    smtp = {"host": "127.0.0.1", "port": port, "starttls": "off", "timeout": "5s", "data_timeout": "5s"}
    return {"name": name, "type": "email", "to": [to], "from": "watch@example.org", "smtp": smtp, **more}


def hook(name: str, port: int, **more: Any) -> dict[str, Any]:
    """A receiver of webhooks at /NAME on loopback."""
    return {"name": name, "type": "webhook", "url": f"http://127.0.0.1:{port}/{name}", "secret": SECRET, **more}


def alert(number: int, level: Level = Level.HIGH) -> Alert:
    """An alert of a story of its own."""
    key, story = f"rule/story-{number}/1", f"story-{number}"
    document = {
        "id": None,
        "key": key,
        "reason": Reason.FIRST,
        "rule": {"id": "rule", "title": "Rule", "level": level, "tags": [], "version": "v1"},
        "story": {"id": story, "title": f"Story {number}", "first_seen": "2026-03-01", "articles": 1, "sources": 1},
        "article": None,
        "evidence": [],
        "new": [],
        "also": [],
    }
    return Alert("rule", "v1", level, (), None, Reason.FIRST, key, document=document)


@dataclass
class Posting:
    """The Watch of a daemon, as far as relaying asks for it; `takes` is how long it is busy with a message."""

    store: Store
    settings: Settings
    channels: Channels
    now: datetime = START
    worker: str = "posting"
    takes: timedelta = timedelta(0)
    jitter: Iterator[float] = field(default_factory=lambda: cycle([n / 10 for n in range(-10, 11, 3)]))

    @property
    def current(self) -> Posting:
        return self

    def clock(self) -> datetime:
        return self.now

    def chance(self) -> float:
        return next(self.jitter)

    def raised(self, alerts: Sequence[Alert]) -> None:
        """Put alerts into the outbox, as an intake does."""
        with self.store.intake() as memory:
            Dispatch(self.settings, memory, self.now).send(alerts)

    async def relay(self) -> Report:
        """What the daemon does in one tick for each receiver, one message after the other while some are due."""
        watch: Any = self
        told = Report()
        for receiver in self.settings.receivers:
            while (one := await relay(watch, receiver)) != Report():
                told += one
                self.now += self.takes
        return told

    async def until(self, end: datetime) -> None:
        """Tick as the daemon does, but skip the ticks in which nothing can be sent."""
        while self.now < end:
            await self.relay()
            self.now = min(end, max(self.now + TICK, self._next()))
        self.now = end

    def _next(self) -> datetime:
        """When something may be sent again."""
        circuits, first = self.store.circuits(), func.min(DELIVERY.c.due_at)
        waiting = select(DELIVERY.c.receiver, first).where(DELIVERY.c.due_at.is_not(None)).group_by(DELIVERY.c.receiver)
        times = [datetime.max.replace(tzinfo=UTC)]
        with self.store._database.read() as connection:
            for name, due in connection.execute(waiting):
                if name in self.store.disabled():
                    continue
                closed = circuits[name].open_until if name in circuits else None
                times.append(max(due, closed or due))
        return min(times)

    def ledger(self) -> list[tuple[DeliveryRow, list[AttemptRow]]]:
        """Each delivery and the attempts at it, the oldest first."""
        return [(row, self.store.attempts(row.id)) for row in reversed(self.store.deliveries(ALL))]


Kind = TypeVar("Kind", bound=Posting)


@asynccontextmanager
async def posting(
    place: Path | str, receivers: Sequence[dict[str, Any]], route: dict[str, Any], kind: type[Kind] = Posting
) -> AsyncIterator[Kind]:
    """One with these receivers; each alert is a message of its own where the route does not say.

    `place` is a folder for its database, or the URL of an empty one.
    """
    settings = Settings.model_validate(
        {"version": 1, "receivers": list(receivers), "route": {"group_by": ["alert"], **route}}
    )
    store = Store.open(place if isinstance(place, str) else f"sqlite:///{place}/posting.db", lasting=False)
    # The mail server here is spoken to in clear; what the system trusts would be read for each connection.
    certificates = patch("monitor.deliver.email.ssl.create_default_context", return_value=None)
    try:
        with certificates:
            async with aiohttp.ClientSession() as session, Channels(session, StringIO()) as channels:
                yield kind(store, settings, channels)
    finally:
        store.close()
