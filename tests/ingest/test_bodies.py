"""Bodies: how much of one is read, and how many large ones at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from monitor.ingest import Fetcher
from monitor.ingest.bodies import PLACES, SMALL
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


@pytest.mark.parametrize("packed", [False, True])
def test_only_a_few_large_bodies_are_in_memory_at_once(serve: Any, local: Any, packed: bool) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=bytes(SMALL + 1 if request.path == "/large" else SMALL))
        if packed:
            response.enable_compression(web.ContentCoding.gzip)
        return response

    async def journey() -> dict[str, int]:
        inside, most = {"/large": 0, "/small": 0}, {"/large": 0, "/small": 0}

        async def read(path: str) -> None:
            async with fetcher.reading(f"{url}{path}"):
                inside[path] += 1
                most[path] = max(inside[path], most[path])
                await asyncio.sleep(0.1)
                inside[path] -= 1

        async with serve(answer) as url, Fetcher(local()) as fetcher:
            await asyncio.gather(*(read(path) for path in ["/large"] * 10 + ["/small"] * 10))
        return most

    most = asyncio.run(journey())
    assert most["/large"] == PLACES
    assert most["/small"] > PLACES


def test_who_finds_no_place_for_a_large_body_gives_up_at_the_deadline_and_leaves_none_taken(
    serve: Any, local: Any
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=bytes(SMALL + 1))

    async def journey() -> int:
        async with serve(answer) as url, Fetcher(local(timeout="1s")) as fetcher:

            async def hold(count: int) -> None:
                async with fetcher.reading(url):
                    await (hold(count - 1) if count > 1 else late())

            async def late() -> None:
                with pytest.raises(FetchError, match=r"^no complete answer within 1s$"):
                    await fetcher.fetch(url)

            await hold(PLACES)
            return len((await fetcher.fetch(url)).body)

    assert asyncio.run(journey()) == SMALL + 1
