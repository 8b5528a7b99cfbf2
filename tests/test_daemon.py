"""When things run: what fails frees its place, and nothing unforeseen ends a pass."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from monitor import daemon
from monitor.daemon import PAUSE, POLLS, Ticks
from monitor.model import Report

NOW = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass
class Clockwork:
    """The parts of a Watch that ticks ask: what is due, and the time."""

    now: datetime = NOW
    sources: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings = SimpleNamespace(sources=self.sources, receivers=[])
        self.store = SimpleNamespace(due=lambda names, now: sorted(names))

    def clock(self) -> datetime:
        return self.now


def source(number: int) -> Any:
    return SimpleNamespace(name=f"s{number:02}", type="feed")


async def settle(ticks: Ticks) -> None:
    while ticks.polls:
        await asyncio.sleep(0)


def test_a_source_that_raises_frees_its_place_and_is_tried_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    visited: list[str] = []

    async def fails(watch: Any, one: Any) -> Report:
        visited.append(one.name)
        raise OSError("the disk is away")

    async def journey() -> None:
        monkeypatch.setattr(daemon, "take_in", fails)
        watch = Clockwork(sources=[source(number) for number in range(POLLS + 5)])
        ticks = Ticks(watch)  # type: ignore[arg-type]
        await ticks.poll()
        await settle(ticks)
        assert len(visited) == POLLS
        await ticks.poll()
        await settle(ticks)
        assert len(visited) == POLLS + 5, "those behind them get their turn at once"
        await ticks.poll()
        assert not ticks.polls
        watch.now += PAUSE + timedelta(seconds=1)
        await ticks.poll()
        await settle(ticks)
        assert len(visited) == 2 * POLLS + 5

    asyncio.run(journey())


def test_after_stop_nothing_new_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    async def journey() -> None:
        ticks = Ticks(Clockwork(sources=[source(1)]))  # type: ignore[arg-type]
        await ticks.finish()
        await ticks.poll()
        assert not ticks.polls

    asyncio.run(journey())


def test_what_a_visit_raises_unforeseen_is_an_error_of_its_source() -> None:
    report = daemon._told(source(3), ValueError("odd"))
    assert (report.sources, report.errors) == (1, ("s03: ValueError: odd",))
    with pytest.raises(KeyboardInterrupt):
        daemon._told(source(3), KeyboardInterrupt())
