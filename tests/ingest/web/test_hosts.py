"""Turns at hosts: how many at once, how far apart, in which order, and what is left when nobody comes any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.ingest.web.hosts import Hosts, PerHost, RestingError, host_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
APART = 0.03  # seconds


def hosts(concurrency: int = 2, seconds: float = 0.0) -> Hosts:
    return Hosts(PerHost(concurrency=concurrency, interval=timedelta(seconds=seconds)))


async def visits(turns: Hosts, count: int, host: str = "a.example", stay: float = 0.0) -> tuple[list[float], int, list]:
    """(loop times at which turns began, most at once, order) of `count` visitors who come at the same time."""
    begun: list[float] = []
    order: list[int] = []
    inside = most = 0

    async def visit(number: int) -> None:
        nonlocal inside, most
        async with turns.turn(host):
            begun.append(asyncio.get_running_loop().time())
            order.append(number)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(stay)
            inside -= 1

    await asyncio.gather(*(visit(number) for number in range(count)))
    return begun, most, order


async def visit(turns: Hosts) -> None:
    async with turns.turn("a.example"):
        pass


def test_no_more_than_the_concurrency_are_at_a_host_at_once() -> None:
    assert asyncio.run(visits(hosts(3), 20, stay=0.005))[1] == 3


def test_requests_begin_apart_and_in_the_order_they_came() -> None:
    start = time.monotonic()
    begun, _, order = asyncio.run(visits(hosts(5, APART), 6))
    assert all(moment - start >= number * APART for number, moment in enumerate(begun))
    assert order == list(range(6))


def test_a_slow_visitor_holds_back_the_next_one_for_its_whole_stay() -> None:
    begun, most, _ = asyncio.run(visits(hosts(1), 3, stay=APART))
    assert most == 1
    assert begun[2] - begun[0] >= 2 * APART * 0.9


def test_other_hosts_do_not_wait() -> None:
    async def journey() -> list[str]:
        turns, order = hosts(1), []

        async def stay(host: str, seconds: float) -> None:
            async with turns.turn(host):
                await asyncio.sleep(seconds)
                order.append(host)

        await asyncio.gather(stay("slow.example", 0.1), stay("slow.example", 0), stay("quick.example", 0))
        return order

    assert asyncio.run(journey()) == ["quick.example", "slow.example", "slow.example"]


async def _called_off_while_waiting(turns: Hosts) -> None:
    async with turns.turn("a.example"):
        waiting = asyncio.create_task(visit(turns))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def _called_off_when_called_up(turns: Hosts) -> None:
    async with turns.turn("a.example"):
        waiting = asyncio.create_task(visit(turns))
        await asyncio.sleep(0)
    waiting.cancel()  # its turn has come, but it has not run yet
    await asyncio.gather(waiting, return_exceptions=True)


async def _failed(turns: Hosts) -> None:
    with pytest.raises(ValueError, match="broken"):
        async with turns.turn("a.example"):
            raise ValueError("broken")


@pytest.mark.parametrize("gone", [_called_off_while_waiting, _called_off_when_called_up, _failed])
def test_whoever_goes_leaves_the_turn_to_others_and_nothing_behind(gone: Callable[[Hosts], Awaitable[None]]) -> None:
    async def journey() -> None:
        turns = hosts(1)
        await asyncio.wait_for(gone(turns), 1)
        assert (await asyncio.wait_for(visits(turns, 3), 1))[2] == [0, 1, 2]
        assert turns._lines == {}

    asyncio.run(journey())


def test_a_host_that_nobody_asks_is_forgotten_after_its_interval() -> None:
    async def journey() -> None:
        turns = hosts(2, APART)
        await asyncio.gather(*(visits(turns, 1, f"h{number}.example") for number in range(1000)))
        await asyncio.sleep(2 * APART)
        assert turns._lines == {}

    asyncio.run(journey())


def test_a_resting_host_is_known_until_its_pause_is_over() -> None:
    turns = hosts()
    turns.rest("a.example", NOW + timedelta(hours=1))
    turns.rest("a.example", NOW + timedelta(minutes=1))  # the shorter pause does not end the longer one
    assert turns.resting("a.example", NOW) == NOW + timedelta(hours=1)
    assert turns.resting("b.example", NOW) is None
    assert turns.resting("a.example", NOW + timedelta(hours=1)) is None
    assert turns._rests == {}


def test_a_clock_that_is_set_back_prolongs_no_pause_beyond_a_day() -> None:
    turns = hosts()
    turns.rest("a.example", NOW)
    assert turns.resting("a.example", NOW - timedelta(days=3)) is None


def test_pauses_that_are_over_are_forgotten_with_the_next_one() -> None:
    turns = hosts()
    for day in range(30):
        turns.rest(f"h{day}.example", NOW + timedelta(days=day))
    assert len(turns._rests) <= 2


def test_who_waits_for_a_host_that_asks_to_be_left_alone_is_told_at_once() -> None:
    async def journey() -> None:
        turns = hosts(1, 10)
        async with turns.turn("a.example"):
            waiting = [asyncio.create_task(visit(turns)) for _ in range(20)]
            await asyncio.sleep(0)
            turns.rest("a.example", NOW)
            told = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 1)
        assert {type(one) for one in told} == {RestingError}
        assert not turns._lines["a.example"].waiting

    asyncio.run(journey())


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.ORG:8443/feed", "example.org"),
        ("http://user:pw@example.org./", "example.org"),
        ("http://münchen.example/", "xn--mnchen-3ya.example"),
        ("http://[2001:DB8::1]:80/", "2001:db8::1"),
    ],
)
def test_a_host_is_the_same_in_every_spelling_and_on_every_port(url: str, host: str) -> None:
    assert host_of(url) == host
