"""The journey's first step: what a poll found is in memory until the last of it is kept, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from monitor import pipeline
from monitor.ingest import FeedSource, Poll
from monitor.model import Item, SourceState
from monitor.pipeline import BATCH, take_in
from monitor.report import Report

NOW = datetime(2026, 1, 5, tzinfo=UTC)
FEED = FeedSource.model_validate({"type": "feed", "name": "Test", "url": "http://x.example/"})


def test_a_poll_lasts_until_its_last_batch_is_kept_and_its_state_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []

    @asynccontextmanager
    async def poll(source: FeedSource, state: SourceState, *_: Any) -> AsyncIterator[Poll]:
        events.append("polled")
        yield Poll(tuple(Item("Test", str(number), "") for number in range(BATCH + 1)), 0, state)
        events.append("let go")

    async def keep(watch: Any, source: FeedSource, items: Sequence[Item], visit: Any) -> Report:
        await asyncio.sleep(0)
        events.append(f"kept {len(items)}")
        return Report(items=len(items))

    monkeypatch.setattr(pipeline, "poll", poll)
    monkeypatch.setattr(pipeline, "_take_in_batch", keep)

    async def polled(name: str, state: SourceState) -> None:
        events.append("remembered")

    watch: Any = SimpleNamespace(clock=lambda: NOW, polled=polled, store=None, fetcher=None, workers=None, quiet=False)
    watch.chance = lambda: 0.0
    report = asyncio.run(take_in(watch, FEED, SourceState()))
    assert events == ["polled", f"kept {BATCH}", "kept 1", "remembered", "let go"]
    assert (report.sources, report.items) == (1, BATCH + 1)
