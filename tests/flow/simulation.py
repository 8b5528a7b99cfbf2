"""A daemon whose clock the test moves: polls as the test writes them, messages as they leave, nothing else outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import yaml
from takings import Desk

from monitor import pipeline
from monitor.ingest import FeedSource, Poll
from monitor.match import load_rules
from monitor.model import Delivery, Document, Item, Message, SourceState
from monitor.settings import Settings
from monitor.store import Store


class Sent(NamedTuple):
    """What left, when and to whom."""

    at: datetime
    to: str
    delivery: Delivery
    message: Message

    @property
    def alerts(self) -> tuple[Document, ...]:
        return self.delivery.alerts

    @property
    def told(self) -> tuple[str, ...]:
        """Its alerts as `rule number reason`."""
        return tuple(f"{one['key'].split('/')[0]} {one['key'].split('/')[-1]} {one['reason']}" for one in self.alerts)


@dataclass
class Office:
    """All who are told something: takes what is sent and notes when."""

    sent: list[Sent] = field(default_factory=list)

    async def send(self, receiver: Any, delivery: Delivery, message: Message, now: datetime) -> str:
        self.sent.append(Sent(now, receiver.name, delivery, message))
        return "taken"


@dataclass
class Simulation(Desk):
    """A daemon, as far as taking in and relaying ask for it; `office` has what it sent."""

    office: Office = field(default_factory=Office)
    worker: str = "simulated"

    @property
    def channels(self) -> Office:
        return self.office

    @classmethod
    def of(
        cls, folder: Path, configuration: dict[str, Any], rules: dict[str, Any], receivers: Sequence[str], now: datetime
    ) -> Simulation:
        """One with an empty store; `rules` are those of a rule file."""
        file = folder / "rules.yaml"
        file.write_text(yaml.safe_dump(rules, allow_unicode=True), "utf-8")
        named = [{"name": name, "type": "console"} for name in receivers]
        settings = Settings.model_validate({"version": 1, **configuration, "receivers": named})
        store = Store.open(f"sqlite:///{folder}/simulated.db", lasting=False)
        return cls(store, load_rules([file], settings.languages), now, settings)

    def until(self, end: datetime, arriving: Sequence[tuple[datetime, Item]] = ()) -> list[Sent]:
        """From one thing that happens to the next: an article comes, or something is due. Gives all that was sent."""
        asyncio.run(self._until(end, list(arriving)))
        self.now = end
        return self.office.sent

    async def _until(self, end: datetime, coming: list[tuple[datetime, Item]]) -> None:
        while True:
            due = [row.due_at for row in self.store.deliveries(100_000) if row.due_at]
            upcoming = min([*(at for at, _ in coming[:1]), *due], default=end)
            if upcoming >= end:
                return
            self.now = max(upcoming, self.now)
            while coming and coming[0][0] <= self.now:
                await self.take_in(coming.pop(0)[1])
            await self.relay()

    async def take_in(self, *items: Item) -> None:
        """Poll a feed that holds these items."""
        source = FeedSource.model_validate(
            {"type": "feed", "name": items[0].source, "url": "http://paper.example/", "alert_max_age": "off"}
        )

        @asynccontextmanager
        async def poll(*_: Any) -> AsyncIterator[Poll]:
            yield Poll(items, 0, SourceState())

        watch: Any = self
        with patch.object(pipeline, "poll", poll):
            report = await pipeline.take_in(watch, source, SourceState(succeeded=self.now))
        assert report.errors == ()

    async def relay(self) -> None:
        """Send all that is due."""
        watch: Any = self
        for receiver in self.settings.receivers:
            while (await pipeline.relay(watch, receiver)).sent:
                pass
