"""A week of scripted news, with quiet hours, digests, silences and a night of 25 hours: who gets what, by the minute."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import yaml
from takings import Desk

from monitor import pipeline
from monitor.ingest import FeedSource, Poll
from monitor.match import load_rules
from monitor.model import Delivery, Item, Message, Precision, Published, SourceState
from monitor.settings import Settings
from monitor.store import Store

DATA = Path(__file__).parents[1] / "data"
PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 10, 19, tzinfo=PARIS)
END = datetime(2026, 10, 25, 12, tzinfo=PARIS)
DAYS = {name: MONDAY + timedelta(days=number) for number, name in enumerate("mon tue wed thu fri sat sun".split())}


class Sent(NamedTuple):
    """A message as the script tells it."""

    at: datetime
    to: str
    kind: str
    alerts: tuple[str, ...]
    counted: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return f"{self.at.astimezone(PARIS):%a %H:%M%z} {self.to} {self.kind} {list(self.alerts)} {dict(self.counted)}"


@dataclass
class Office:
    """All who are told something: takes what is sent and notes when."""

    sent: list[Sent] = field(default_factory=list)

    async def send(self, receiver: Any, delivery: Delivery, _: Message, now: datetime) -> str:
        told = tuple(
            f"{one['key'].split('/')[0]} {one['key'].split('/')[-1]} {one['reason']}" for one in delivery.alerts
        )
        self.sent.append(Sent(now, receiver.name, str(delivery.kind), told, tuple(sorted(delivery.counted.items()))))
        return "taken"


@dataclass
class Week(Desk):
    """A daemon whose clock the test moves."""

    channels: Any = field(default_factory=Office)
    worker: str = "week"


def moment(written: str) -> datetime:
    """`mon 08:15`, or `sun 02:30+01:00` for a time that comes twice."""
    day, clock, offset = re.fullmatch(r"(\w{3}) (\d\d:\d\d)([+-]\d\d:\d\d)?", written).groups()  # type: ignore[union-attr]
    hour, minute = map(int, clock.split(":"))
    shown = DAYS[day].replace(hour=hour, minute=minute)
    if offset:
        shown = shown.replace(tzinfo=None, fold=0)
        return datetime.fromisoformat(f"{shown.isoformat()}{offset}").astimezone(UTC)
    return shown.astimezone(UTC)


def items(script: dict[str, Any]) -> list[tuple[datetime, Item]]:
    """The articles and when they come, the first first."""
    stories = {
        story["id"]: story["articles"]
        for name in ("fr", "en")
        for story in yaml.safe_load((DATA / "novelty" / f"{name}.yaml").read_text("utf-8"))
    }
    found = []
    for story, arrivals in script["arrivals"].items():
        first: datetime = stories[story][0]["published"]
        weeks = (MONDAY.date() - first.date() + timedelta(days=6)).days // 7
        for article, arrival in zip(stories[story], arrivals, strict=False):
            local = article["published"].replace(tzinfo=None) + timedelta(weeks=weeks)
            published = Published(local.replace(tzinfo=PARIS), Precision.SECOND)
            item = Item(article["source"], f"{story} {arrival}", article["text"], title=article["title"])
            item = Item(item.source, item.guid, item.content, item.markup, item.title, published=published)
            found.append((moment(arrival), item))
    return sorted(found, key=lambda one: one[0])


def expected(script: dict[str, Any]) -> list[Sent]:
    return [
        Sent(moment(at), to, kind, tuple(alerts), tuple(sorted((counted[0] if counted else {}).items())))
        for at, to, kind, alerts, *counted in script["messages"]
    ]


async def take_in(desk: Week, item: Item) -> None:
    source = FeedSource.model_validate(
        {"type": "feed", "name": item.source, "url": f"http://{item.source}.example/", "alert_max_age": "off"}
    )

    @asynccontextmanager
    async def poll(*_: Any) -> AsyncIterator[Poll]:
        yield Poll((item,), 0, SourceState())

    with patch.object(pipeline, "poll", poll):
        report = await pipeline.take_in(desk, source, SourceState(succeeded=desk.now))  # type: ignore[arg-type]
    assert report.errors == ()


async def live(desk: Week, arriving: Sequence[tuple[datetime, Item]]) -> None:
    """From one thing that happens to the next: an article comes, or something is due."""
    coming = list(arriving)
    while True:
        due = [row.due_at for row in desk.store.deliveries(10_000) if row.due_at]
        upcoming = min([*(at for at, _ in coming[:1]), *due]) if due or coming else END
        if upcoming >= END.astimezone(UTC):
            return
        desk.now = max(upcoming, desk.now)
        while coming and coming[0][0] <= desk.now:
            await take_in(desk, coming.pop(0)[1])
        for receiver in desk.settings.receivers:
            while (await pipeline.relay(desk, receiver)).sent:  # type: ignore[arg-type]
                pass


@pytest.fixture
def script() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DATA / "week" / "week.yaml").read_text("utf-8"))
    return read


def week(folder: Path, script: dict[str, Any]) -> Week:
    rules = folder / "rules.yaml"
    rules.write_text(yaml.safe_dump(script["rules"], allow_unicode=True), "utf-8")
    names = sorted({to for _, to, *_ in script["messages"]})
    receivers = [{"name": name, "type": "console"} for name in names]
    settings = Settings.model_validate({**script["configuration"], "receivers": receivers})
    store = Store.open(f"sqlite:///{folder}/week.db", lasting=False)
    return Week(store, load_rules([rules], settings.languages), MONDAY.astimezone(UTC), settings)


def test_every_message_of_the_week_comes_to_whom_and_when_it_should(tmp_path: Path, script: dict[str, Any]) -> None:
    desk = week(tmp_path, script)
    try:
        asyncio.run(live(desk, items(script)))
    finally:
        desk.store.close()
    order = {"at": lambda one: (one.at, one.to)}["at"]
    assert list(map(str, sorted(desk.channels.sent, key=order))) == list(map(str, sorted(expected(script), key=order)))


def test_the_script_has_sixty_articles_in_twelve_stories(script: dict[str, Any]) -> None:
    assert [len(arrivals) for arrivals in script["arrivals"].values()] == [5] * 12
