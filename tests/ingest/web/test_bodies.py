"""Bodies: how much of one is read, where it waits, and who holds room in memory for how long."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pytest
from aiohttp import web

from monitor.ingest import Fetcher, HttpSettings
from monitor.ingest.page import MAX_PAGE
from monitor.ingest.web import bodies
from monitor.ingest.web.bodies import SMALL, Room
from monitor.ingest.web.http import FetchError
from monitor.ticks import POLLS

MIB = 1024**2
# A deflate block of 90 bits that makes a table of codes and says nothing with it; four of them are 45 bytes.
EMPTY_BLOCKS = bytes.fromhex(
    "04c081000000000090ff6b100007020000000040feaf41001c080000000000f9bf060170200000000000e4ff1a"
)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[IO[bytes]]:
    """The temporary files that were opened."""
    opened: list[IO[bytes]] = []

    def open_one() -> IO[bytes]:
        opened.append(TemporaryFile())  # noqa: SIM115 - closed by who asked
        return opened[-1]

    monkeypatch.setattr(bodies, "TemporaryFile", open_one)
    return opened


def zeros(size: int, packed: bool = False) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A server of so many bytes; of so few that they are small at /small."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=bytes(SMALL if request.path == "/small" else size))
        if packed:
            response.enable_compression(web.ContentCoding.gzip)
        return response

    return answer


@pytest.mark.parametrize("size", [1024, SMALL, SMALL + 1, MIB])
@pytest.mark.parametrize("packed", [False, True])
def test_a_body_of_exactly_the_cap_is_read(serve: Any, local: Any, size: int, packed: bool) -> None:
    async def journey() -> None:
        async with serve(zeros(size, packed)) as url, Fetcher(local()) as fetcher:
            assert (await fetcher.fetch(url, limit=size)).body == bytes(size)
            with pytest.raises(FetchError, match=f"larger than {size - 1} bytes"):
                await fetcher.fetch(url, limit=size - 1)

    asyncio.run(journey())


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_comes_back_from_its_file_as_it_was(serve: Any, local: Any, packed: bool, files: list[Any]) -> None:
    body = b"".join(number.to_bytes(4, "big") for number in range(1_000_000))

    async def answer(_: web.Request) -> web.Response:
        packing = {"Content-Encoding": "gzip"} if packed else {}
        return web.Response(body=gzip.compress(body, 1) if packed else body, headers=packing)

    async def journey() -> bytes:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            return (await fetcher.fetch(url)).body

    assert asyncio.run(journey()) == body
    assert [one.closed for one in files] == [True]


# --- room in memory -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_large_bodies_are_in_memory_only_while_there_is_room(serve: Any, local: Any, packed: bool) -> None:
    async def journey() -> dict[str, int]:
        inside, most = {"/large": 0, "/small": 0}, {"/large": 0, "/small": 0}

        async def read(path: str) -> None:
            with fetcher.room.place() as place:
                await fetcher.fetch(f"{url}{path}", limit=SMALL + 1, place=place)
                inside[path] += 1
                most[path] = max(inside[path], most[path])
                await asyncio.sleep(0.05)
                inside[path] -= 1

        async with serve(zeros(SMALL + 1, packed)) as url, Fetcher(local()) as fetcher:
            fetcher.room = Room(3 * SMALL)
            await asyncio.gather(*(read(path) for path in ["/large"] * 10 + ["/small"] * 10))
        return most

    most = asyncio.run(journey())
    assert most["/large"] == 2
    assert most["/small"] > 2


def test_a_packed_body_keeps_no_more_room_than_it_needs(serve: Any, local: Any) -> None:
    async def journey() -> None:
        async with serve(zeros(MIB, packed=True)) as url, Fetcher(local()) as fetcher:
            fetcher.room = Room(4 * MIB)
            with fetcher.room.place() as place, fetcher.room.place() as other, fetcher.room.place() as third:
                for one in (place, other):
                    await fetcher.fetch(url, limit=2 * MIB, place=one)  # 2 MiB until it is unpacked
                await asyncio.wait_for(third.take(2 * MIB), 5)

    asyncio.run(journey())


def test_a_body_larger_than_the_room_has_it_for_itself(serve: Any, local: Any) -> None:
    async def journey() -> int:
        async with serve(zeros(2 * MIB)) as url, Fetcher(local()) as fetcher:
            fetcher.room = Room(MIB)
            return sum(len(one.body) for one in await asyncio.gather(*(fetcher.fetch(url) for _ in range(3))))

    assert asyncio.run(journey()) == 6 * MIB


def test_who_comes_first_gets_room_first_and_who_leaves_the_line_takes_none() -> None:
    async def journey() -> list[int]:
        room, served = Room(10), list[int]()

        async def wait(size: int) -> None:
            with room.place() as place:
                await place.take(size)
                served.append(size)

        with room.place() as all_of_it:
            await all_of_it.take(10)
            waiting = [asyncio.create_task(wait(size)) for size in (9, 8, 1, 2)]
            await asyncio.sleep(0)
            all_of_it.keep(8)  # enough for the last two, whose turn it is not
            await asyncio.sleep(0.01)
            assert served == []
            waiting[1].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        with room.place() as again:
            await asyncio.wait_for(again.take(10), 5)
        return served

    assert asyncio.run(journey()) == [9, 1, 2]


def test_the_wait_for_room_is_not_the_servers_time(serve: Any, local: Any) -> None:
    async def journey() -> int:
        async with serve(zeros(SMALL + 1)) as url, Fetcher(local(timeout="1s")) as fetcher:
            with fetcher.room.place() as place:
                await place.take(SMALL**2)
                waiting = asyncio.create_task(fetcher.fetch(url))
                await asyncio.sleep(1.3)
                assert not waiting.done()
            return len((await waiting).body)

    assert asyncio.run(journey()) == SMALL + 1


def test_fault_18_servers_that_drip_large_bodies_hold_no_room(listen: Any, local: Any, files: list[IO[bytes]]) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + bytes(300_000))
        with suppress(asyncio.CancelledError):
            while True:
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.02)

    async def quick(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + bytes(400_000))
        await writer.drain()

    async def journey() -> None:
        async with listen(drip) as (slow, _), listen(quick) as (port, _), Fetcher(local(timeout="1m")) as fetcher:
            fetcher.room = Room(400_000)
            dripping = [asyncio.create_task(fetcher.fetch(f"http://127.0.0.1:{slow}/")) for _ in range(20)]
            while len(files) < len(dripping):
                await asyncio.sleep(0.01)
            healthy = [fetcher.fetch(f"http://127.0.0.1:{port}/") for _ in range(5)]
            assert {len(one.body) for one in await asyncio.wait_for(asyncio.gather(*healthy), 20)} == {400_000}
            assert not any(task.done() for task in dripping)
            for task in dripping:
                task.cancel()
            await asyncio.gather(*dripping, return_exceptions=True)

    asyncio.run(journey())
    assert len(files) == 25
    assert all(one.closed for one in files)


# --- disk and loop --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no Linux: no disk is full at will")
def test_a_full_disk_is_one_sentence(serve: Any, local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "TemporaryFile", lambda: Path("/dev/full").open("r+b"))  # noqa: SIM115

    async def journey() -> str:
        async with serve(zeros(MIB)) as url, Fetcher(local()) as fetcher:
            with pytest.raises(FetchError) as caught:
                await fetcher.fetch(url)
            return str(caught.value)

    assert asyncio.run(journey()) == "the answer cannot be kept: No space left on device"


def test_fault_17_blocks_without_content_do_not_hold_up_the_others(serve: Any, local: Any) -> None:
    """Measured in the loop's own thread and by its processor time, which other programs do not use up."""
    bomb = EMPTY_BLOCKS * (2 * MIB // len(EMPTY_BLOCKS))
    begun = time.thread_time()
    zlib.decompressobj(-15).decompress(bomb)
    alone = time.thread_time() - begun

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "deflate"})

    async def journey() -> float:
        longest = 0.0

        async def tick() -> None:
            nonlocal longest
            while True:
                before = time.thread_time()
                await asyncio.sleep(0.001)
                longest = max(longest, time.thread_time() - before)

        async with serve(answer) as url, Fetcher(local()) as fetcher:
            ticking = asyncio.create_task(tick())
            with pytest.raises(FetchError, match=r"^the compression of the answer is damaged"):
                await fetcher.fetch(url)
            await asyncio.sleep(0.01)  # the tick that was held up, if one was, is counted
            ticking.cancel()
        return longest

    assert asyncio.run(journey()) < min(alone / 2, 0.2)


def test_the_figures_that_operators_plan_with_are_true() -> None:
    guide = " ".join((Path(__file__).parents[3] / "deploy" / "README.md").read_text("utf-8").split())
    assert f"more than {SMALL // 1024} KiB on the wire is kept in a file" in guide
    usual, page = HttpSettings().max_body // MIB, MAX_PAGE // MIB
    assert f"`http.max_body` ({usual} MiB by default; {page} MiB for a page of `full_text`)" in guide
    assert f"Up to {POLLS} sources are polled at once" in guide
