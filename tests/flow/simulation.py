"""A daemon whose clock the test moves: polls as the test writes them, messages as they leave, nothing else outside."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import yaml
from sqlalchemy import func, select
from takings import Desk

from monitor import pipeline
from monitor.errors import DeliveryError
from monitor.ingest import FeedSource, Poll
from monitor.match import load_rules
from monitor.model import Delivery, Document, Item, Message, SourceState
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.tables import DELIVERY

MINUTE = timedelta(minutes=1)
NEVER = datetime.max.replace(tzinfo=UTC)


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
    """All who are told something: takes what is sent and notes when; what `refuses` says so of must come again.

    It is asked with the name of the receiver and the time.
    """

    sent: list[Sent] = field(default_factory=list)
    refused: list[Sent] = field(default_factory=list)
    refuses: Callable[[str, datetime], bool] = lambda *_: False

    async def send(self, receiver: Any, delivery: Delivery, message: Message, now: datetime) -> str:
        if self.refuses(receiver.name, now):
            self.refused.append(Sent(now, receiver.name, delivery, message))
            raise DeliveryError(receiver.name, "not now")
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
        cls,
        folder: Path,
        configuration: dict[str, Any],
        rules: dict[str, Any],
        receivers: Sequence[str | dict[str, Any]],
        now: datetime,
    ) -> Simulation:
        """One with an empty store; `rules` are those of a rule file, a receiver with no more than a name a console."""
        file = folder / "rules.yaml"
        file.write_text(yaml.safe_dump(rules, allow_unicode=True), "utf-8")
        named = [one if isinstance(one, dict) else {"name": one, "type": "console"} for one in receivers]
        settings = Settings.model_validate({"version": 1, **configuration, "receivers": named})
        store = Store.open(f"sqlite:///{folder}/simulated.db", lasting=False)
        return cls(store, load_rules([file], settings.languages), now, settings)

    def until(self, end: datetime, arriving: Sequence[tuple[datetime, Item]] = ()) -> list[Sent]:
        """From one thing that happens to the next: an article comes, or something is due. Gives all that was sent."""
        asyncio.run(self._until(end, list(arriving)))
        self.now = end
        return self.office.sent

    async def _until(self, end: datetime, arriving: Sequence[tuple[datetime, Item]]) -> None:
        coming, relayed = deque(arriving), datetime.min.replace(tzinfo=UTC)
        while True:
            # What could not be sent just now is not asked for in the same moment again.
            due = [at if at > relayed else relayed + MINUTE for at in self._due().values()]
            upcoming = min([*(coming[0][0] for _ in range(bool(coming))), *due], default=end)
            if upcoming >= end:
                return
            self.now = max(upcoming, self.now)
            while coming and coming[0][0] <= self.now:
                await self.take_in(*_poll(coming, self.now))
            await self.relay()
            relayed = self.now

    def _due(self) -> dict[str, datetime]:
        """When something is due next for each receiver for which anything waits."""
        waiting = select(DELIVERY.c.receiver, func.min(DELIVERY.c.due_at)).group_by(DELIVERY.c.receiver)
        with self.store._database.read() as connection:
            rows = connection.execute(waiting.where(DELIVERY.c.due_at.is_not(None)))
            return {receiver: at for receiver, at in rows}  # noqa: C416 - what mypy understands

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
        due = self._due()
        for receiver in self.settings.receivers:
            while due.get(receiver.name, NEVER) <= self.now and (await pipeline.relay(watch, receiver)).sent:
                pass


def _poll(coming: deque[tuple[datetime, Item]], now: datetime) -> list[Item]:
    """What one source brings now, taken from those that come: the first ones, as long as they are of one source."""
    found = [coming.popleft()[1]]
    while coming and coming[0][0] <= now and coming[0][1].source == found[0].source:
        found.append(coming.popleft()[1])
    return found
