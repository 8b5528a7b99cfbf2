"""Many calls for one thing each: how many calls of the function they become, and whose result or error is whose."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping

import pytest

from monitor.batched import MOST, Batched
from monitor.errors import StoreError


def test_what_comes_while_one_call_runs_goes_together_in_the_next() -> None:
    calls: list[list[int]] = []
    free = threading.Event()

    def double(numbers: Mapping[int, None]) -> Mapping[int, int]:
        calls.append(list(numbers))
        assert free.wait(10)
        return {number: 2 * number for number in numbers if number != 3}

    async def ask() -> list[int | None]:
        batched = Batched(double)
        first = asyncio.create_task(batched(1, None))
        while not calls:
            await asyncio.sleep(0.001)
        others = [asyncio.create_task(batched(number, None)) for number in range(2, 500)]
        await asyncio.sleep(0)
        free.set()
        return [await first, *await asyncio.gather(*others)]

    assert asyncio.run(asyncio.wait_for(ask(), 20)) == [None if number == 3 else 2 * number for number in range(1, 500)]
    assert [len(call) for call in calls] == [1, MOST, MOST, 499 - 1 - 2 * MOST]


def test_an_error_is_that_of_the_one_it_belongs_to() -> None:
    def inverse(numbers: Mapping[int, None]) -> Mapping[int, float]:
        return {number: 1 / number for number in numbers}

    async def ask() -> list[float | BaseException | None]:
        batched = Batched(inverse)
        found = await asyncio.gather(*(batched(number, None) for number in (2, 0, 4)), return_exceptions=True)
        assert await batched(8, None) == 0.125, "and those that come later are served"
        return list(found)

    one, none, other = asyncio.run(asyncio.wait_for(ask(), 20))
    assert (one, other) == (0.5, 0.25)
    with pytest.raises(ZeroDivisionError):
        raise none  # type: ignore[misc]


def test_a_store_that_is_away_is_asked_once_for_all() -> None:
    calls: list[int] = []

    def away(numbers: Mapping[int, None]) -> Mapping[int, int]:
        calls.append(len(numbers))
        raise StoreError("the database is away")

    async def ask() -> list[int | BaseException | None]:
        batched = Batched(away)
        return list(await asyncio.gather(*(batched(number, None) for number in range(100)), return_exceptions=True))

    assert {type(one) for one in asyncio.run(asyncio.wait_for(ask(), 20))} == {StoreError}
    assert calls == [100]


def test_closing_waits_for_what_was_asked_also_by_those_who_gave_up() -> None:
    done: list[int] = []

    async def ask() -> None:
        batched = Batched(lambda numbers: done.extend(numbers) or {})
        asked = [asyncio.create_task(batched(number, None)) for number in range(300)]
        await asyncio.sleep(0)
        for task in asked:
            task.cancel()
        await batched.close()

    asyncio.run(asyncio.wait_for(ask(), 20))
    assert done == list(range(300))


def test_who_gives_up_waiting_costs_the_others_nothing() -> None:
    async def ask() -> int | None:
        batched = Batched(lambda numbers: dict.fromkeys(numbers, 1))
        left = asyncio.create_task(batched(1, None))
        stays = asyncio.create_task(batched(2, None))
        await asyncio.sleep(0)
        left.cancel()
        return await stays

    assert asyncio.run(asyncio.wait_for(ask(), 20)) == 1
