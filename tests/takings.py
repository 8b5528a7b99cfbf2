"""Polls as a test writes them -> what the daemon's own journey keeps of them under some rules, without processes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from monitor import pipeline
from monitor.ingest import FeedSource, Poll
from monitor.match import RuleSet, load_rules
from monitor.model import Item, SourceState
from monitor.settings import Settings
from monitor.store import AlertRow, Store

SETTINGS = Settings.model_validate({"version": 1, "languages": ["fr", "en"]})


class Visit(NamedTuple):
    """A poll of a feed: when, which, and what is there; the first visit takes what is undated for old."""

    now: datetime
    source: str
    items: Sequence[Item]
    first: bool = False


@dataclass
class Inline:
    """Workers that do their work at once."""

    async def each(self, work: Callable[..., Any], things: Sequence[Any], *args: Any, deadline: float) -> list[Any]:
        return [work(one, *args) for one in things]


@dataclass
class Desk:
    """The Watch of a daemon, as far as taking in asks for it."""

    store: Store
    rules: RuleSet
    now: datetime
    settings: Settings = SETTINGS
    workers: Inline = field(default_factory=Inline)
    fetcher: None = None
    quiet: bool = False

    @property
    def current(self) -> Desk:
        return self

    def clock(self) -> datetime:
        return self.now

    def chance(self) -> float:
        return 0.0

    async def polled(self, name: str, state: SourceState) -> bool:
        return True


def written(path: Path, text: str) -> RuleSet:
    """The rules of a file with this text."""
    path.write_text(text, "utf-8")
    return load_rules([path], SETTINGS.languages)


@contextmanager
def taken_in(empty: Path, file: Path, rules: RuleSet, visits: Sequence[Visit]) -> Iterator[Store]:
    """The store of a daemon that began with a copy of an `empty` one, had these rules and made these visits."""
    store = Store.open(f"sqlite:///{shutil.copy(empty, file)}", lasting=False)
    try:
        for visit in visits:
            desk: Any = Desk(store, rules, visit.now)
            asyncio.run(_visit(desk, visit))
        yield store
    finally:
        store.close()


async def _visit(desk: Any, visit: Visit) -> None:
    source = FeedSource.model_validate({"type": "feed", "name": visit.source, "url": f"http://{visit.source}.example/"})

    @asynccontextmanager
    async def poll(*_: Any) -> AsyncIterator[Poll]:
        yield Poll(tuple(visit.items), 0, SourceState())

    with patch.object(pipeline, "poll", poll):
        state = SourceState(succeeded=None if visit.first else visit.now)
        report = await pipeline.take_in(desk, source, state)
    assert report.errors == ()


def told(store: Store) -> list[AlertRow]:
    """The alerts of a store that somebody was told, the oldest first."""
    return store.alerts(100_000, suppressed=False)[::-1]
