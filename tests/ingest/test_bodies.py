"""Bodies: how much of one is read, and how much room large ones take."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from monitor.ingest import Fetcher
from monitor.ingest.bodies import SMALL, Room
from monitor.ingest.http import FetchError


@pytest.mark.parametrize("size", [1024, SMALL, SMALL + 1, 1024**2])
def test_a_body_of_exactly_the_cap_is_read(serve: Any, local: Any, size: int) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=bytes(size))
        if request.path == "/packed":
            response.enable_compression(web.ContentCoding.gzip)
        return response

    async def journey(path: str) -> None:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            assert len((await fetcher.fetch(f"{url}{path}", limit=size)).body) == size
            with pytest.raises(FetchError, match=f"larger than {size - 1} bytes"):
                await fetcher.fetch(f"{url}{path}", limit=size - 1)

    asyncio.run(journey("/"))
    asyncio.run(journey("/packed"))


def test_a_room_is_given_first_come_first_served_and_never_twice() -> None:
    async def journey() -> list[str]:
        room, entered = Room(10), []

        async def stay(name: str, size: int, leave: asyncio.Event) -> None:
            with room.place() as place:
                await place.take(size)
                entered.append(name)
                await leave.wait()

        leave = [asyncio.Event() for _ in range(4)]
        tasks = [asyncio.create_task(stay(*one)) for one in zip("abcd", (6, 6, 4, 99), leave, strict=True)]
        for event in leave:
            for _ in range(5):
                await asyncio.sleep(0)
            entered.append("|")
            event.set()
        await asyncio.gather(*tasks)
        return entered

    # b waits for a; c, which would fit beside a, does not overtake b; d wants more than there is and gets all.
    assert "".join(asyncio.run(journey())) == "a|bc||d|"


def test_a_place_gives_back_what_the_body_did_not_need_and_the_rest_at_its_end() -> None:
    async def journey() -> None:
        room = Room(10)
        with room.place() as place:
            await place.take(10)
            place.keep(4)
            assert await room.take(6) == 6
            room.give(6)
        assert await room.take(10) == 10

    asyncio.run(asyncio.wait_for(journey(), 5))


@pytest.mark.parametrize("packed", [False, True])
def test_a_server_that_drips_a_large_body_holds_no_room(serve: Any, local: Any, packed: bool) -> None:
    let_go = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if request.path == "/quick":
            response = web.Response(body=bytes(SMALL + 1))
            if packed:
                response.enable_compression(web.ContentCoding.gzip)
            return response
        await response.prepare(request)
        await response.write(bytes(SMALL + 65536))
        await let_go.wait()
        return response

    async def journey() -> int:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            fetcher.room = Room(SMALL + 2)  # for one of them
            dripping = [asyncio.create_task(fetcher.fetch(f"{url}/drip")) for _ in range(5)]
            await asyncio.sleep(0.2)
            found = len((await asyncio.wait_for(fetcher.fetch(f"{url}/quick"), 10)).body)
            for task in dripping:
                task.cancel()
            await asyncio.gather(*dripping, return_exceptions=True)
            let_go.set()
            return found

    assert asyncio.run(journey()) == SMALL + 1


def test_a_large_body_waits_for_room_without_a_deadline_of_its_server(serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=bytes(SMALL + 1))

    async def journey() -> int:
        async with serve(answer) as url, Fetcher(local(timeout="1s")) as fetcher:
            fetcher.room = Room(SMALL + 1)
            taken = await fetcher.room.take(SMALL + 1)
            waiting = asyncio.create_task(fetcher.fetch(url))
            await asyncio.sleep(1.5)
            assert not waiting.done()
            fetcher.room.give(taken)
            return len((await waiting).body)

    assert asyncio.run(journey()) == SMALL + 1


def test_a_bomb_of_empty_blocks_never_holds_up_the_loop(serve: Any, local: Any) -> None:
    # A stored block of deflate without bytes: five bytes that decode to nothing.
    empty = b"\x00\x00\x00\xff\xff" * 1_000_000 + b"\x03\x00"

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=empty, headers={"Content-Encoding": "deflate"})

    async def journey() -> int:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            task = asyncio.create_task(fetcher.fetch(url))
            turns = 0
            while not task.done():
                await asyncio.sleep(0.001)
                turns += 1
            await asyncio.gather(task, return_exceptions=True)
            return turns

    assert asyncio.run(journey()) > 10
