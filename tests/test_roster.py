"""Lists of feeds that come and go: what is polled, and what the store is told of the lists themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.ingest import FeedSource, OpmlSource
from monitor.model import SourceState
from monitor.roster import Roster
from monitor.store import Store

NOW = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Watch:
    """The parts of a watch that a roster asks; the end of a poll is not stored while the store is `away`."""

    store: Store
    path: Path
    worker: str = "this daemon"
    now: datetime = NOW
    away: bool = False
    settings: SimpleNamespace = field(init=False)

    def __post_init__(self) -> None:
        found = {"type": "opml", "path": str(self.path), "failing_after": 1}
        self.settings = SimpleNamespace(sources=[OpmlSource.model_validate(found)])

    def clock(self) -> datetime:
        return self.now

    async def polled(self, name: str, state: SourceState) -> bool:
        if self.away:
            raise StoreError("the disk is full")
        return self.store.polled({name: state}, self.worker)[name]

    @property
    def state(self) -> SourceState:
        """What is stored of the list."""
        return next(one.state for one in self.store.source_rows() if one.name == self.path.name)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    store = Store.open(f"sqlite:///{tmp_path / 'news.db'}")
    yield Watch(store, tmp_path / "feeds.opml")
    store.close()


def write(watch: Watch, *names: str) -> None:
    outlines = "".join(f'<outline text="{name}" xmlUrl="https://{name}.example/rss"/>' for name in names)
    watch.path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', "utf-8")


def journey(watch: Watch, *steps: Callable[[Roster], Awaitable[None]]) -> None:
    """A roster made now, and steps with a minute between them."""

    async def run() -> None:
        one: Any = watch
        roster = await Roster.of(one)
        for step in steps:
            watch.now += MINUTE
            await step(roster)

    asyncio.run(run())


def test_other_sources_take_the_place_of_those_before(watch: Watch) -> None:
    write(watch, "one")
    (old,) = watch.settings.sources
    feed = FeedSource.model_validate({"type": "feed", "name": "two", "url": "https://two.example/rss"})
    moved = old.model_copy(update={"path": watch.path.with_name("other.opml")})

    async def add(roster: Roster) -> None:
        await roster.change([old, feed])
        assert set(roster.sources) == {"one", "two"}

    async def move(roster: Roster) -> None:
        moved.path.write_text(watch.path.read_text("utf-8").replace("one", "three"), "utf-8")
        await roster.change([moved, feed])
        assert set(roster.sources) == set(roster.hosts) - {old.name} == {"three", "two"}

    async def empty(roster: Roster) -> None:
        await roster.change([])
        await roster.change([])
        assert (roster.sources, roster.hosts, roster.errors) == ({}, {}, {})
        roster.sources = {"kept": feed}
        await roster.change([])
        assert roster.sources, "nothing is done when nothing has changed"

    journey(watch, add, move, empty)


def test_a_change_that_the_store_does_not_take_can_be_asked_for_again(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(watch, "one")

    async def change(roster: Roster) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(watch.store, "register", away)
            with pytest.raises(StoreError):
                await roster.change([])
        assert set(roster.sources) == {"one"}
        await roster.change([])
        assert roster.sources == {}

    journey(watch, change)


def away(*_: object) -> None:
    raise StoreError("the disk is full")


def test_an_edit_changes_what_is_polled_and_a_broken_file_does_not(watch: Watch) -> None:
    write(watch, "one")

    async def edited(roster: Roster) -> None:
        assert set(roster.sources) == {"one"}
        write(watch, "one", "two")
        await roster.read()
        assert set(roster.sources) == {"one", "two"}

    async def broken(roster: Roster) -> None:
        watch.path.write_text("<opml", "utf-8")
        await roster.read()
        assert set(roster.sources) == {"one", "two"}
        assert list(roster.errors) == ["feeds.opml"]
        assert watch.state.failures == 1

    async def mended(roster: Roster) -> None:
        write(watch, "two")
        await roster.read()
        assert set(roster.sources) == {"two"}
        assert (roster.errors, watch.state.failures, watch.state.trouble) == ({}, 0, None)

    journey(watch, edited, broken, mended)


def test_a_list_that_is_missing_at_the_start_is_a_failing_source_and_its_feeds_are_polled_when_it_comes(
    watch: Watch,
) -> None:
    async def still_missing(roster: Roster) -> None:
        assert roster.sources == {}
        trouble = f"{watch.path}:1:1: cannot be read: No such file or directory"
        assert roster.errors == {"feeds.opml": f"feeds.opml: {trouble}"}
        assert (watch.state.failures, watch.state.trouble) == (1, trouble)

    async def here(roster: Roster) -> None:
        write(watch, "one")
        await roster.read()
        assert set(roster.sources) == {"one"}
        assert (roster.errors, watch.state.trouble) == ({}, None)

    journey(watch, still_missing, here)


async def fails_to_store(roster: Roster) -> None:
    with pytest.raises(StoreError):
        await roster.read()


async def reads(roster: Roster) -> None:
    await roster.read()


def test_a_recovery_is_stored_when_the_store_was_away_at_that_moment(watch: Watch) -> None:
    watch.path.write_text("<opml", "utf-8")

    async def mended_while_the_store_is_away(roster: Roster) -> None:
        assert watch.state.trouble
        write(watch, "one")
        watch.away = True
        await fails_to_store(roster)

    async def the_store_is_back(roster: Roster) -> None:
        watch.away = False
        await roster.read()
        assert set(roster.sources) == {"one"}

    # What the failed attempt has leased is free again after a while.
    journey(watch, mended_while_the_store_is_away, the_store_is_back, reads)
    assert (watch.state.failures, watch.state.trouble) == (0, None)


def test_a_recovery_is_stored_when_another_daemon_held_the_list_at_that_moment(watch: Watch) -> None:
    watch.path.write_text("<opml", "utf-8")

    async def mended_while_another_holds_the_list(roster: Roster) -> None:
        watch.store.claim_sources("another daemon", ["feeds.opml"], watch.now, MINUTE)
        write(watch, "one")
        await roster.read()
        assert set(roster.sources) == {"one"}, "its feeds are polled all the same"
        assert watch.state.trouble

    journey(watch, mended_while_another_holds_the_list, reads)
    assert watch.state.trouble is None


def test_a_list_that_came_back_after_a_restart_has_recovered_though_the_store_was_away_at_the_start(
    watch: Watch,
) -> None:
    watch.path.write_text("<opml", "utf-8")
    journey(watch)
    assert watch.state.trouble
    write(watch, "one")
    watch.now += MINUTE

    async def run() -> None:
        one: Any = watch
        roster = Roster(one)
        watch.away = True
        await fails_to_store(roster)
        watch.away = False
        for _ in range(2):
            watch.now += MINUTE
            await roster.read()

    asyncio.run(run())
    assert watch.state.trouble is None
