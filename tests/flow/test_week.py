"""A week of scripted news, with quiet hours, digests, silences and a night of 25 hours: who gets what, and when."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from flow.simulation import Simulation

from monitor.model import Item, Precision, Published

DATA = Path(__file__).parents[1] / "data"
PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 10, 19, tzinfo=PARIS)
END = datetime(2026, 10, 25, 12, tzinfo=PARIS)
DAYS = {name: MONDAY + timedelta(days=number) for number, name in enumerate("mon tue wed thu fri sat sun".split())}


def moment(written: str) -> datetime:
    """`mon 08:15`, or `sun 02:30+01:00` for a time that comes twice."""
    found = re.fullmatch(r"(\w{3}) (\d\d):(\d\d)([+-]\d\d:\d\d)?", written)
    assert found
    shown = DAYS[found[1]].replace(hour=int(found[2]), minute=int(found[3]))
    if found[4]:
        shown = datetime.fromisoformat(f"{shown.replace(tzinfo=None).isoformat()}{found[4]}")
    return shown.astimezone(UTC)


def arriving(script: dict[str, Any]) -> list[tuple[datetime, Item]]:
    """The articles and when they come, the first first."""
    stories = {
        story["id"]: story["articles"]
        for name in ("fr", "en")
        for story in yaml.safe_load((DATA / "novelty" / f"{name}.yaml").read_text("utf-8"))
    }
    found = []
    for story, arrivals in script["arrivals"].items():
        weeks = (MONDAY.date() - stories[story][0]["published"].date() + timedelta(days=6)).days // 7
        for article, arrival in zip(stories[story], arrivals, strict=False):
            local = article["published"].replace(tzinfo=None) + timedelta(weeks=weeks)
            item = Item(article["source"], f"{story} {arrival}", article["text"], title=article["title"])
            published = Published(local.replace(tzinfo=PARIS), Precision.SECOND)
            found.append((moment(arrival), replace(item, published=published)))
    return sorted(found, key=lambda one: one[0])


def line(at: datetime, to: str, kind: str, alerts: list[str], counted: dict[str, int]) -> str:
    """A message, told so that all of them can be compared as text."""
    return f"{at.astimezone(PARIS):%Y-%m-%d %H:%M:%S%z} {to} {kind} {alerts} {dict(sorted(counted.items()))}"


@pytest.fixture
def script() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DATA / "week" / "week.yaml").read_text("utf-8"))
    return read


def test_every_message_of_the_week_comes_to_whom_and_when_it_should(tmp_path: Path, script: dict[str, Any]) -> None:
    names = sorted({to for _, to, *_ in script["messages"]})
    desk = Simulation.of(tmp_path, script["configuration"], script["rules"], names, MONDAY.astimezone(UTC))
    try:
        sent = desk.until(END.astimezone(UTC), arriving(script))
    finally:
        desk.store.close()
    got = [line(one.at, one.to, str(one.delivery.kind), list(one.told), dict(one.delivery.counted)) for one in sent]
    written = [
        line(moment(at), to, kind, alerts, counted[0] if counted else {})
        for at, to, kind, alerts, *counted in script["messages"]
    ]
    assert sorted(got) == sorted(written)


def test_the_script_has_sixty_articles_in_twelve_stories(script: dict[str, Any]) -> None:
    assert [len(arrivals) for arrivals in script["arrivals"].values()] == [5] * 12
