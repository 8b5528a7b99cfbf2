"""What a tick starts: as many as may run at once, few of one host, few of the slow ones, and each again in its time."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from monitor import ticks as module
from monitor.batched import Batched
from monitor.errors import StoreError
from monitor.ingest import FeedSource
from monitor.model import SourceState
from monitor.report import Report
from monitor.store import Store as RealStore
from monitor.ticks import GAP, PAUSE, POLLS, SLOW, Ticks

NOW = datetime(2026, 1, 5, tzinfo=UTC)
DONE = Report(sources=1)


@dataclass
class Store:
    """What ticks ask of the store; all sources are always due, and claimed by nobody else unless in `others`."""

    others: set[str] = field(default_factory=set)
    backlog: list[tuple[str, datetime | None, datetime]] = field(default_factory=list)
    postponed: dict[str, datetime] = field(default_factory=dict)
    later: dict[str, datetime] = field(default_factory=dict)
    let_go: list[str] = field(default_factory=list)

    def due(self, names: Collection[str], now: datetime) -> list[str]:
        return sorted(names)

    def claim_sources(self, worker: str, names: list[str], now: datetime, lease: timedelta) -> dict[str, SourceState]:
        return {name: SourceState(next_due=self.later.get(name)) for name in names if name not in self.others}

    def polled(self, states: Mapping[str, SourceState]) -> dict[str, bool]:
        self.let_go += states
        return dict.fromkeys(states, True)

    def wake(self, now: datetime, longest: timedelta) -> None:
        """No clock was ahead."""

    def overdue(self, names: Collection[str], before: datetime) -> list[tuple[str, datetime | None, datetime]]:
        return self.backlog

    def postpone(self, due: dict[str, datetime], because: str) -> None:
        self.postponed |= due


@dataclass
class Clockwork:
    """The parts of a Watch that ticks ask."""

    now: datetime = NOW
    store: Store = field(default_factory=Store)
    worker: str = "w"

    def __post_init__(self) -> None:
        self.polled = Batched(self._polled)
        per_host = SimpleNamespace(concurrency=2)
        self.settings = SimpleNamespace(receivers=[], http=SimpleNamespace(per_host=per_host))

    @property
    def current(self) -> "Clockwork":
        return self

    def _polled(self, states: Mapping[str, SourceState]) -> dict[str, bool]:
        return self.store.polled(states)  # looked up late: a test may replace it

    def clock(self) -> datetime:
        return self.now


def feeds(count: int, host: str = "") -> list[FeedSource]:
    """Feeds s000, s001, .. each on a host of its own, or all on one."""
    return [
        FeedSource.model_validate(
            {"type": "feed", "name": f"s{number:03}", "url": f"http://{host or f'h{number}.example'}/{number}"}
        )
        for number in range(count)
    ]


def ticks_of(sources: list[FeedSource]) -> tuple[Ticks, Clockwork]:
    watch = Clockwork()
    names = {one.name: one for one in sources}
    hosts = {one.name: one.host for one in sources}
    roster = SimpleNamespace(sources=names, hosts=hosts, naming=asyncio.Lock())
    return Ticks(watch, roster), watch  # type: ignore[arg-type]


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sources visited; a visit ends at once, with nothing new."""
    return journeys(monkeypatch, lambda name: asyncio.sleep(0, DONE))


def journeys(monkeypatch: pytest.MonkeyPatch, journey: Callable[[str], Awaitable[Report]]) -> list[str]:
    names: list[str] = []

    async def take_in(watch: Any, source: FeedSource, state: SourceState) -> Report:
        names.append(source.name)
        return await journey(source.name)

    monkeypatch.setattr(module, "take_in", take_in)
    return names


async def settle(ticks: Ticks) -> None:
    while ticks.polls:
        await asyncio.sleep(0.001)


async def fails(name: str) -> Report:
    raise OSError("the disk is away")


async def forever(name: str) -> Report:
    return await asyncio.get_running_loop().create_future()


def test_a_source_that_raises_frees_its_place_and_is_tried_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLLS", 3)
    visited = journeys(monkeypatch, fails)

    async def journey() -> None:
        ticks, watch = ticks_of(feeds(5))
        await ticks.poll()
        await settle(ticks)
        assert len(visited) == 3
        assert watch.store.let_go == visited, "another daemon may try them"
        await ticks.poll()
        await settle(ticks)
        assert len(visited) == 5, "those behind them get their turn at once"
        await ticks.poll()
        assert not ticks.polls
        watch.now += PAUSE + timedelta(seconds=1)
        await ticks.poll()
        await settle(ticks)
        assert len(visited) == 8

    asyncio.run(journey())


def test_a_host_is_asked_for_few_of_its_feeds_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    visited = journeys(monkeypatch, forever)

    async def journey() -> None:
        crowd, alone = feeds(50, "crowd.example"), feeds(60)[50:]
        ticks, _ = ticks_of([*crowd, *alone])
        await ticks.poll()
        await ticks.poll()
        await asyncio.sleep(0)
        assert visited == ["s000", "s001", *(one.name for one in alone)], "the others do not wait behind the crowd"
        await ticks.finish()

    asyncio.run(journey())


def test_sources_that_failed_or_were_slow_leave_most_places_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = {f"s{number:03}" for number in range(POLLS)}

    async def journey() -> None:
        journeys(monkeypatch, lambda name: asyncio.sleep(0, Report(sources=1, unread=1, errors=("down",))))
        ticks, _ = ticks_of(feeds(POLLS + 10))
        await ticks.poll()
        await settle(ticks)
        assert ticks.slow == dead
        visited = journeys(monkeypatch, forever)
        await ticks.poll()
        await asyncio.sleep(0)
        assert len(dead.intersection(visited)) == SLOW
        assert set(visited) - dead == {f"s{number:03}" for number in range(POLLS, POLLS + 10)}
        await ticks.finish()

    asyncio.run(journey())


def test_a_source_that_works_again_is_no_longer_slow(visited: list[str]) -> None:
    async def journey() -> None:
        ticks, _ = ticks_of(feeds(1))
        ticks.slow.add("s000")
        await ticks.poll()
        await settle(ticks)
        assert visited == ["s000"]
        assert not ticks.slow

    asyncio.run(journey())


def test_what_another_daemon_polls_is_left_to_it(visited: list[str]) -> None:
    async def journey() -> None:
        ticks, watch = ticks_of(feeds(3))
        watch.store.others = {"s001"}
        await ticks.poll()
        await settle(ticks)
        assert visited == ["s000", "s002"]

    asyncio.run(journey())


def test_what_another_daemon_has_just_polled_is_handed_back(visited: list[str]) -> None:
    async def journey() -> None:
        ticks, watch = ticks_of(feeds(3))
        watch.store.later = {"s001": NOW + timedelta(minutes=15)}
        await ticks.poll()
        await settle(ticks)
        assert visited == ["s000", "s002"]
        assert watch.store.let_go == ["s001"]

    asyncio.run(journey())


def test_a_backlog_is_spread_after_a_start_and_after_a_sleep_and_not_at_every_tick(visited: list[str]) -> None:
    async def journey() -> None:
        ticks, watch = ticks_of(feeds(1))
        store = watch.store
        store.backlog = [(f"s{number:03}", NOW - timedelta(minutes=number), NOW) for number in range(1000)]
        await ticks.poll()
        times = list(store.postponed.values())
        assert max(times) - min(times) > timedelta(seconds=90), "a thousand sources take 100 s, ten a second"
        assert store.postponed["s000"] < store.postponed["s999"], "what published last comes first"
        store.postponed.clear()
        watch.now += timedelta(seconds=1)
        await ticks.poll()
        assert not store.postponed
        watch.now += GAP + timedelta(seconds=1)
        await ticks.poll()
        assert len(store.postponed) == 1000
        await settle(ticks)

    asyncio.run(journey())


def test_a_clock_that_was_ahead_for_a_while_puts_no_feed_to_sleep(visited: list[str], tmp_path: Path) -> None:
    async def journey() -> None:
        sources = feeds(30)
        ticks, watch = ticks_of(sources)
        store = RealStore.open(f"sqlite:///{tmp_path}/news.db")
        watch.store = store  # type: ignore[assignment]
        store.register({one.name: (one.type, one.place) for one in sources}, NOW - timedelta(hours=1))
        watch.now = NOW + timedelta(days=1500)
        await ticks.poll()
        await settle(ticks)
        watch.now = NOW
        for _ in range(10):
            await ticks.poll()
            await settle(ticks)
            watch.now += timedelta(seconds=1)
        assert set(visited) == {one.name for one in sources}
        store.close()

    asyncio.run(journey())


def test_a_store_that_is_away_costs_a_source_its_turn_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(name: str) -> Report:
        raise StoreError("the database is away")

    async def journey() -> None:
        visited = journeys(monkeypatch, away)
        ticks, watch = ticks_of(feeds(1))
        monkeypatch.setattr(watch.store, "polled", unreachable)
        await ticks.poll()
        await settle(ticks)
        assert list(ticks.unreleased.values()) == [SourceState()], "no failure of the source"
        monkeypatch.setattr(watch.store, "polled", lambda states: watch.store.let_go.extend(states) or {})
        await ticks.poll()
        assert (visited, watch.store.let_go, ticks.unreleased) == (["s000"], ["s000"], {})
        await ticks.finish()

    asyncio.run(journey())


def unreachable(*_: object) -> bool:
    raise StoreError("the database is away")


def test_a_source_that_goes_while_the_store_is_asked_is_handed_back(visited: list[str]) -> None:
    async def journey() -> None:
        ticks, watch = ticks_of(feeds(2))

        def due(names: Collection[str], now: datetime) -> list[str]:
            ticks.roster.sources, ticks.roster.hosts = {}, {}
            return sorted(names)

        watch.store.due = due  # type: ignore[method-assign]
        await ticks.poll()
        await settle(ticks)
        assert (visited, watch.store.let_go) == ([], ["s000", "s001"])

    asyncio.run(journey())


async def move(ticks: Ticks, store: RealStore, registered: threading.Event, pause: float) -> None:
    """Give the only feed another place, as a roster does after a reload."""
    [new] = feeds(1, "moved.example")
    async with ticks.roster.naming:
        await asyncio.to_thread(store.register, {new.name: (new.type, new.place)}, NOW)
        registered.set()
        await asyncio.sleep(pause)
        ticks.roster.sources, ticks.roster.hosts = {new.name: new}, {new.name: new.host}


@pytest.mark.parametrize("shown", [True, False])
def test_a_source_that_moves_while_the_store_is_asked_is_polled_at_its_new_place_as_a_new_one(
    shown: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The roster tells the store of its sources and then shows them: the tick may come between the two."""
    polled: list[tuple[str, SourceState]] = []

    async def take_in(watch: Any, source: FeedSource, state: SourceState) -> Report:
        polled.append((str(source.url), state))
        await watch.polled(source.name, SourceState(etag=f'"of {source.url}"', succeeded=NOW, next_due=NOW + GAP))
        return DONE

    async def journey() -> SourceState:
        ticks, watch = ticks_of(feeds(1))
        store = RealStore.open(f"sqlite:///{tmp_path}/news.db")
        [old], loop, due = feeds(1), asyncio.get_running_loop(), store.due
        store.register({old.name: (old.type, old.place)}, NOW)

        def interrupted(names: Collection[str], now: datetime) -> list[str]:
            found, registered = due(names, now), threading.Event()
            moving = asyncio.run_coroutine_threadsafe(move(ticks, store, registered, 0 if shown else 0.1), loop)
            _ = moving.result() if shown else registered.wait()
            monkeypatch.setattr(store, "due", due)
            return found

        monkeypatch.setattr(module, "take_in", take_in)
        monkeypatch.setattr(store, "due", interrupted)
        watch.store, watch.polled = store, Batched(lambda states: store.polled(states, watch.worker))  # type: ignore[assignment]
        ticks.last = NOW
        for _ in range(2):
            await ticks.poll()
            await settle(ticks)
        state = store.source_rows()[0].state
        store.close()
        return state

    state = asyncio.run(journey())
    assert polled == [("http://moved.example/0", SourceState(next_due=NOW))]
    assert state.etag == '"of http://moved.example/0"'


def test_a_receiver_is_the_one_that_is_configured_when_a_message_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    async def journey() -> None:
        ticks, watch = ticks_of([])
        watch.settings.receivers = [SimpleNamespace(name="desk", to="old")]
        closed: list[tuple[list[str], list[str]]] = []

        async def close_others(receivers: Any, busy: Any) -> None:
            closed.append(([one.to for one in receivers], list(busy)))

        async def relay(watch: Any, receiver: Any) -> Report:
            sent.append(receiver.to)
            watch.settings.receivers = [SimpleNamespace(name="desk", to="new")] if len(sent) < 3 else []
            await asyncio.sleep(0)
            return Report(sent=1)

        watch.channels = SimpleNamespace(close_others=close_others)  # type: ignore[attr-defined]
        monkeypatch.setattr(module, "relay", relay)
        await ticks.relay()
        await asyncio.sleep(0)
        await ticks.relay()
        await asyncio.gather(*ticks.relays.values())
        assert sent == ["old", "new", "new"], "and none once it is configured no more"
        assert closed == [(["old"], []), (["new"], ["desk"])]

    asyncio.run(journey())


def test_after_stop_nothing_new_starts(visited: list[str]) -> None:
    async def journey() -> None:
        ticks, _ = ticks_of(feeds(1))
        await ticks.finish()
        await ticks.poll()
        assert not ticks.polls
        assert not visited

    asyncio.run(journey())
