"""A receiver that a reload renames or removes: what waits for it is told, once, and sent when it is back."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from flow.installation import Installation
from reloading import CONSOLE, Running, away, journey
from structlog.testing import capture_logs

from monitor import pipeline
from monitor.alert import operator_alert
from monitor.model import DeliveryKind
from monitor.settings import build, gather
from monitor.store import Envelope, Store
from monitor.ticks import Ticks


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    one = Installation(tmp_path)
    one.configure(CONSOLE)
    return one


def rename(running: Running, before: str, after: str) -> None:
    path = running.folder / "monitor.yaml"
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    running.asked.set()


def wait_for(running: Running, count: int, receiver: str = "terminal") -> None:
    """Put deliveries for a receiver into the outbox, as a batch does whose articles matched."""
    for _ in range(count):
        number = running.watch.store.counts().alerts
        alert = operator_alert("source-failing", f"host {number}", [], running.watch.clock())
        with running.watch.store.intake() as memory:
            now = running.watch.clock()
            memory.raised(alert, None, [Envelope(receiver, "", DeliveryKind.GROUP, str(number), "", now)], now)


def missing(running: Running) -> list[tuple[str, str]]:
    """The events about receivers that the operator was told, oldest first, and whom of."""
    found = reversed(running.watch.store.alerts(100, suppressed=True))
    return [
        (one.rule.removeprefix("monitor.receiver-"), one.document["about"]) for one in found if "receiver" in one.rule
    ]


async def renamed(running: Running) -> None:
    wait_for(running, 2)
    running.watch.store.claim("another", running.watch.clock(), pipeline.LEASE, 1, ["terminal"])
    assert running.reloads.state.without_receiver == {}
    with capture_logs() as logged:
        rename(running, "terminal", "screen")
        await running.looks(3)
    (event,) = [one for one in logged if one["event"] == "deliveries_without_receiver"]
    assert event["receivers"] == {"terminal": 2}
    assert running.reloads.state.successful
    (row,) = running.watch.store.daemons()
    assert row.state["without_receiver"] == {"terminal": 2}
    assert missing(running) == [("missing", "terminal")]
    (told,) = [one for one in running.watch.store.deliveries(10) if one.receiver == "screen"]
    assert told.state == "pending", "the operator is told through the receivers that are configured now"
    rename(running, "screen", "desk")
    await running.looks(1)
    assert missing(running) == [("missing", "terminal"), ("missing", "screen")]


async def back(running: Running) -> None:
    assert running.reloads.state.without_receiver == {"screen": 1, "terminal": 2}
    assert len(missing(running)) == 2, "a restart is nothing new"
    rename(running, "desk", "terminal")
    await running.looks(1)
    assert running.reloads.state.without_receiver == {"desk": 1, "screen": 1}
    assert missing(running)[2:] == [("recovered", "terminal"), ("missing", "desk")]
    ticks = Ticks(running.watch, running.reloads.roster)
    await ticks.relay()
    await asyncio.gather(*ticks.relays.values())
    states = {one.state for one in running.watch.store.deliveries(10) if one.receiver == "terminal"}
    assert states == {"sent"}


async def removed_again(running: Running) -> None:
    await asyncio.sleep(1)  # the key of an event has the second in it
    wait_for(running, 1)
    rename(running, "terminal", "screen")
    await running.looks(1)
    assert missing(running)[-2:] == [("recovered", "screen"), ("missing", "terminal")]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_deliveries_of_a_receiver_that_is_renamed_are_told_once_and_sent_when_it_comes_back(
    installation: Installation, engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "postgresql":
        monkeypatch.setenv("NEWS_MONITOR_DATABASE", request.getfixturevalue("postgres_url")())

    journey(installation, renamed)
    with closing(Store.open(url_of(installation))) as store:
        store.give_back("another")
    journey(installation, back)
    journey(installation, removed_again)


def url_of(installation: Installation) -> str:
    settings = build(gather(installation.folder / "monitor.yaml")).settings
    assert settings
    return settings.database


def test_what_a_batch_that_ran_during_the_reload_leaves_for_the_receiver_of_before_is_told_too(
    installation: Installation,
) -> None:
    async def steps(running: Running) -> None:
        rename(running, "terminal", "screen")
        await running.looks(1)
        assert missing(running) == []
        wait_for(running, 1)
        await running.reloads.beat()
        await running.looks(1)
        assert running.reloads.state.without_receiver == {"terminal": 1}
        assert missing(running) == [("missing", "terminal")]

    journey(installation, steps)


def test_receivers_that_are_missing_are_told_of_when_the_store_is_back(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(running: Running) -> None:
        wait_for(running, 1)
        rename(running, "terminal", "screen")
        with monkeypatch.context() as patch:
            patch.setattr(running.watch.store, "waiting", away)
            await running.looks(1)
        assert missing(running) == []
        await running.looks(1)
        assert missing(running) == [("missing", "terminal")]

    journey(installation, steps)
