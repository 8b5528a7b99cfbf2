"""Faults 17, 18 and 22: bodies that swell, servers that drip, hosts that want to be left alone."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import threading
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from aiohttp import web

from monitor.ingest import Fetcher, HttpSettings
from monitor.ingest.web.encodings import zstd
from monitor.ingest.web.http import FetchError

MIB = 1024**2
APART = 0.02  # seconds; people write whole ones
MOST = 30 * 10**6  # bytes that the daemon may grow
TOO_LARGE = f"the answer is larger than {15 * MIB} bytes"


async def failure(url: str, settings: HttpSettings) -> FetchError:
    async with Fetcher(settings) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(url)
    return caught.value


def serving(listen: Any, settings: HttpSettings, talk: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> str:
    """What the client says of a server that talks so."""

    async def journey() -> str:
        async with listen(talk) as (port, _):
            return str(await failure(f"http://127.0.0.1:{port}/", settings))

    async def forgiving() -> str:
        try:
            return await journey()
        finally:  # servers that still talk end with the loop
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    return asyncio.run(forgiving())


# --- fault 17: bombs ------------------------------------------------------------------------------------------------


def gzip_bomb(window: int = 31, size: int = 1024 * MIB) -> bytes:
    """One stream of zeros: a block that stands for itself, as often as it takes, without its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    head = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (size // MIB - 1)


def brotli_bomb(window: int) -> bytes:
    packer = brotli.Compressor(quality=3, lgwin=window)
    return b"".join(packer.process(bytes(MIB)) for _ in range(64)) + packer.finish()


def zstd_bomb(window: int) -> bytes:
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: window})
    return b"".join(packer.compress(bytes(MIB)) for _ in range(512)) + packer.flush()


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gzip": ("gzip", gzip_bomb),
    "deflate": ("deflate", lambda: gzip_bomb(15)),
    "deflate without a head": ("deflate", lambda: gzip_bomb(-15)),
    "gzip twice": ("gzip, gzip", lambda: gzip.compress(gzip_bomb(), 9)),
    "brotli": ("br", lambda: brotli_bomb(22)),
    "brotli with the widest window": ("br", lambda: brotli_bomb(24)),
    "zstd": ("zstd", lambda: zstd_bomb(20)),
    "zstd with the widest window": ("zstd", lambda: zstd_bomb(23)),
    "zstd in brotli": ("zstd, br", lambda: brotli.compress(zstd_bomb(20), quality=3)),
    "many members": ("gzip", lambda: gzip.compress(bytes(MIB), 9) * 512),
}


def grown(work: Callable[[], str]) -> tuple[str, int]:
    """What the work says, and by how many bytes the peak of resident memory rose above where it stood before."""
    Path("/proc/self/clear_refs").write_text("5")
    before = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    said = work()
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return said, int(peak.split()[1]) * 1024 - before


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="no Linux: peak memory cannot be reset")
@pytest.mark.parametrize("name", BOMBS)
def test_fault_17_a_bomb_stops_at_the_cap_and_costs_no_memory(name: str, listen: Any, local: Any) -> None:
    encoding, made = BOMBS[name]
    bomb = made()
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(bomb)}\r\n\r\n"

    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + bomb)
        await writer.drain()

    said, growth = grown(lambda: serving(listen, local(), talk))
    assert said == TOO_LARGE
    assert growth < MOST


async def _announced(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
    await writer.drain()
    await asyncio.sleep(5)


async def _endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(bytes(65536))
        await writer.drain()


async def _endless_chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
        await writer.drain()


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="no Linux: peak memory cannot be reset")
@pytest.mark.parametrize("talk", [_announced, _endless, _endless_chunks])
def test_fault_17_a_body_of_a_gigabyte_stops_at_the_cap(talk: Any, listen: Any, local: Any) -> None:
    said, growth = grown(lambda: serving(listen, local(), talk))
    assert said == TOO_LARGE
    assert growth < MOST


def test_fault_17_a_smaller_cap_of_a_page_counts_what_is_decoded(serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(MIB)), headers={"Content-Encoding": "gzip"})

    async def journey() -> int:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            with pytest.raises(FetchError, match="larger than 1048575 bytes"):
                await fetcher.fetch(url, limit=MIB - 1)
            return len((await fetcher.fetch(url, limit=MIB)).body)

    assert asyncio.run(journey()) == MIB


# --- fault 18: time and headers -------------------------------------------------------------------------------------


def dripping(head: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in range(100):
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)

    return drip


def late(begun: float, said: str) -> bool:
    """Whether the deadline of one second was not kept, even on a busy machine."""
    return not (said == "no complete answer within 1s" and 0.9 < time.monotonic() - begun < 5)


@pytest.mark.parametrize(
    "talk",
    [
        dripping(b"HTTP/1.1 200 OK\r\nX-A: "),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"),
        dripping(b"HTTP/1.1 200 "),
    ],
    ids=["header", "body", "packed body", "status"],
)
def test_fault_18_a_server_that_drips_is_left_at_the_total_deadline(listen: Any, local: Any, talk: Any) -> None:
    begun = time.monotonic()
    assert not late(begun, serving(listen, local(timeout="1s"), talk))


def test_fault_18_redirects_that_drip_share_one_deadline(serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(0.4)
        return web.Response(status=302, headers={"Location": "/again"})

    async def journey() -> str:
        async with serve(answer) as url:
            return str(await failure(url, local(timeout="1s")))

    begun = time.monotonic()
    assert not late(begun, asyncio.run(journey()))


def test_fault_18_a_connection_that_is_not_taken_is_left_at_the_deadline(local: Any) -> None:
    with socket.socket() as server, socket.socket() as first, socket.socket() as second:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for one in (first, second):  # fill the queue: further connections are not answered
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(server.getsockname())
        begun = time.monotonic()
        said = asyncio.run(failure(f"http://127.0.0.1:{server.getsockname()[1]}/", local(timeout="1s")))
        assert not late(begun, str(said))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_fault_18_a_silent_server_is_left_at_the_deadline(local: Any, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        begun = time.monotonic()
        said = asyncio.run(failure(f"{scheme}://127.0.0.1:{server.getsockname()[1]}/", local(timeout="1s")))
        assert not late(begun, str(said))


def test_fault_18_a_name_server_that_is_silent_is_left_at_the_deadline(
    local: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: let_go.wait(20) and [])
    begun = time.monotonic()
    try:
        assert not late(begun, str(asyncio.run(failure("http://hangs.example/", local(timeout="1s")))))
    finally:
        let_go.set()


HEADERS = {
    "20,000 headers": (b"".join(b"X-%d: y\r\n" % number for number in range(20_000)), "header of the answer is too"),
    "a header of 1 MB": (b"X-A: " + b"a" * MIB + b"\r\n", "header of the answer is too large"),
    "a reason of 1 MB": (None, "header of the answer is too large"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_fault_18_an_endless_header_is_one_sentence_at_once(name: str, listen: Any, local: Any) -> None:
    lines, sentence = HEADERS[name]

    async def talk(writer: asyncio.StreamWriter) -> None:
        status = b"HTTP/1.1 200 OK\r\n" if lines else b"HTTP/1.1 200 " + b"k" * MIB + b"\r\n"
        writer.write(status + (lines or b"") + b"\r\n")
        await writer.drain()

    begun = time.process_time()
    assert sentence in serving(listen, local(), talk)
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("head", "again"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * 1000),
    ],
    ids=["chunks of one byte", "hints without end", "a chunk extension without end"],
)
def test_fault_18_a_server_that_makes_work_of_nothing_is_left(
    head: bytes, again: bytes, listen: Any, local: Any
) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(again)
            await writer.drain()

    assert serving(listen, local(), talk) == "the server sends far more than its answer"


# --- fault 22: hosts that want to be left alone ---------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("Fri, 31 Dec 2100 00:00:00 GMT", 86400), ("1000000000", 86400), ("1.5", 2)],
)
def test_fault_22_a_host_is_left_alone_as_long_as_it_asks(
    serve: Any, local: Any, status: int, header: str, seconds: int
) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, headers={"Retry-After": header})

    async def journey() -> tuple[FetchError, FetchError]:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            with pytest.raises(FetchError) as first:
                await fetcher.fetch(f"{url}/a")
            with pytest.raises(FetchError, match=r"^127\.0\.0\.1 asked to be left alone for ") as second:
                await fetcher.fetch(f"{url}/b")
            return first.value, second.value

    first, second = asyncio.run(journey())
    assert (first.status, first.held, asked) == (status, False, ["/a"])
    assert (second.status, second.held) == (None, True)
    for error in (first, second):
        assert timedelta(seconds=seconds - 5) <= (error.retry_after or timedelta()) <= timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "header", "held"),
    [(429, "soon", True), (429, None, True), (429, "-5", True), (429, "0", False), (503, "soon", False),
     (503, None, False), (500, "120", False), (404, "120", False)],
)  # fmt: skip
def test_fault_22_only_a_host_that_says_so_is_left_alone(
    serve: Any, local: Any, status: int, header: str | None, held: bool
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": header} if header else {})

    async def journey() -> list[FetchError]:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            return [await _error(fetcher, url) for _ in range(2)]

    first, second = asyncio.run(journey())
    assert second.held is held
    assert first.retry_after == {"120": timedelta(minutes=2), "0": timedelta()}.get(header or "")
    assert not held or timedelta() < (second.retry_after or timedelta()) <= timedelta(minutes=1)


async def _error(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    return caught.value


def test_fault_22_who_waits_for_a_host_goes_when_it_asks_for_a_pause(serve: Any, local: Any) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        await asyncio.sleep(0.1)
        return web.Response(status=429, headers={"Retry-After": "60"})

    async def journey() -> list[FetchError]:
        one = {"concurrency": 1, "interval": "off"}
        async with serve(answer) as url, Fetcher(local(per_host=one)) as fetcher:
            return await asyncio.gather(*(_error(fetcher, f"{url}/{number}") for number in range(50)))

    errors = asyncio.run(journey())
    assert asked == ["/0"]
    assert [error.held for error in errors] == [False] + [True] * 49


def test_fault_22_fifty_feeds_of_one_host_come_two_at_a_time_and_apart(serve: Any, local: Any) -> None:
    begun: list[float] = []
    inside = most = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal inside, most
        begun.append(time.monotonic())
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.05)
        inside -= 1
        if request.path.startswith("/old"):
            return web.Response(status=302, headers={"Location": request.path.replace("old", "new")})
        return web.Response(body=b"ok")

    async def journey() -> None:
        polite = {"concurrency": 2, "interval": timedelta(seconds=APART)}
        async with serve(answer) as url, Fetcher(local(timeout="1s", per_host=polite)) as fetcher:
            await asyncio.gather(*(fetcher.fetch(f"{url}/{'old' if n % 5 == 0 else 'f'}{n}") for n in range(50)))

    asyncio.run(journey())  # longer than the second that a server has: the wait for a turn is not its own
    assert most == 2
    assert len(begun) == 60
    assert begun[-1] - begun[0] > 58 * APART
