"""The front of the pages: whatever comes over a connection, the others are served and the daemon goes on."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from monitor.web import server
from monitor.web.server import Front, ListenError, answer

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
    "Server": "news-monitor",
}


async def ok() -> web.Response:
    return answer(200, "ok")


async def broken() -> web.Response:
    raise ZeroDivisionError("the password is hunter2")


async def endless() -> web.Response:
    return answer(200, b"x" * 50_000_000)


async def slow() -> web.Response:
    await asyncio.sleep(60)
    return answer(200, "late")


PAGES = {"/ok": ok, "/broken": broken, "/endless": endless, "/slow": slow}


@asynccontextmanager
async def listening(host: str = "127.0.0.1") -> AsyncIterator[int]:
    front = await Front.listening(host, 0, PAGES)
    assert front._server
    try:
        yield front._server.sockets[0].getsockname()[1]
    finally:
        await front.close()


def with_front(steps: Callable[[int], Awaitable[None]]) -> None:
    async def run() -> None:
        async with listening() as port:
            await asyncio.wait_for(steps(port), 20)

    asyncio.run(run())


async def raw(port: int, sent: bytes) -> bytes:
    """What comes back for these bytes until the other end closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def ask(port: int, path: str = "/ok", method: str = "GET") -> tuple[int, str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}", data=b"x" if method == "POST" else None) as response,
    ):
        return response.status, await response.text(), response.headers


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/ok", 200, "ok\n"),
        ("GET", "/ok?a=b", 200, "ok\n"),
        ("HEAD", "/ok", 200, ""),
        ("GET", "/", 404, "there is nothing here\n"),
        ("GET", "/ok/", 404, "there is nothing here\n"),
        ("GET", "/..%2f..%2fetc/passwd", 404, "there is nothing here\n"),
        ("POST", "/nowhere", 404, "there is nothing here\n"),
        ("POST", "/ok", 405, "this is only to be read\n"),
        ("DELETE", "/ok", 405, "this is only to be read\n"),
        ("OPTIONS", "/ok", 405, "this is only to be read\n"),
        ("GET", "/broken", 500, "this cannot be answered\n"),
    ],
)
def test_every_answer_is_one_line_that_nobody_keeps_or_frames(method: str, path: str, status: int, text: str) -> None:
    async def steps(port: int) -> None:
        found = await ask(port, path, method)
        assert found[:2] == (status, text)
        assert {name: found[2].get(name) for name in HEADERS} == HEADERS
        assert found[2]["Content-Type"] == "text/plain; charset=utf-8"
        assert found[2].get("Allow") == ("GET, HEAD" if status == 405 else None)
        if method == "HEAD":
            assert found[2]["Content-Length"] == "3"

    with_front(steps)


def test_a_mistake_of_ours_is_logged_and_told_to_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    async def steps(port: int) -> None:
        assert "hunter2" not in (await ask(port, "/broken"))[1]
        assert (await ask(port))[0] == 200

    with_front(steps)
    assert "page_failed" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 secret\r\n\r\n",
        b"GET /ok HTTP/9.9\r\n\r\n",
        b"GET /" + b"secret" * 500 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /ok HTTP/1.1\r\nHost: a\r\nX: " + b"secret" * 1000 + b"\r\n\r\n",
        b"GET /ok HTTP/1.1\r\nHost: a\r\n" + b"X-A: secret\r\n" * 100 + b"\r\n",
        b"GET /ok HTTP/1.1\r\nHost: a\r\nContent-Length: secret\r\n\r\n",
        b"POST /ok HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n",
    ],
)
def test_what_is_no_request_is_refused_without_a_word_of_it(sent: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    async def steps(port: int) -> None:
        told = await raw(port, sent)
        assert told.startswith((b"HTTP/1.1 40", b"HTTP/1.0 40"))
        assert b"secret" not in told
        assert b"nosniff" in told
        assert (await ask(port))[0] == 200

    with_front(steps)
    told = "".join(capfd.readouterr())
    assert "secret" not in told
    assert "rror" not in told, "who sends this is not heard of"


def test_a_connection_is_for_one_request() -> None:
    async def steps(port: int) -> None:
        told = await raw(port, b"GET /ok HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n" * 3)
        assert told.count(b"HTTP/1.1 200") == 1

    with_front(steps)


@pytest.mark.parametrize("sent", [b"", b"GET /ok HTTP/1.1\r\nHo", b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_who_is_slow_is_cut_and_holds_up_nobody(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LONGEST", 0.6)

    async def steps(port: int) -> None:
        began = time.monotonic()
        slow_ones = [asyncio.create_task(raw(port, sent)) for _ in range(20)]
        await asyncio.sleep(0.1)
        assert (await ask(port))[0] == 200
        assert time.monotonic() - began < 0.5
        assert await asyncio.gather(*slow_ones) == [b""] * 20
        assert 0.5 < time.monotonic() - began < 5

    with_front(steps)


def test_who_does_not_read_what_was_asked_for_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LONGEST", 0.6)

    async def steps(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
        writer.write(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        await asyncio.sleep(1)
        assert (await ask(port))[0] == 200
        got = 0
        with suppress(ConnectionResetError):
            while part := await reader.read(100_000):
                got += len(part)
        writer.close()
        assert got < 50_000_000

    with_front(steps)


def test_a_thousand_connections_leave_room_for_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 8)

    async def steps(port: int) -> None:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(30)]
        assert (await ask(port))[0] == 200
        assert await held[0][0].read() == b"", "the first ones had to go"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(held[-1][0].read(), 0.2)
        for _, writer in held:
            writer.close()

    with_front(steps)


def test_an_end_waits_for_nobody() -> None:
    async def run() -> None:
        async with listening() as port:
            waiting = asyncio.create_task(raw(port, b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"))
            await asyncio.sleep(0.1)
            began = time.monotonic()
        assert time.monotonic() - began < 3
        assert await waiting == b""

    asyncio.run(run())


def test_an_address_that_is_taken_or_not_ours_is_told() -> None:
    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            with pytest.raises(ListenError, match=f"^cannot listen on 127.0.0.1:{port}: another program does so"):
                await Front.listening("127.0.0.1", port, PAGES)
        with pytest.raises(ListenError, match=r"^cannot listen on 192.0.2.1:8087: cannot assign requested address$"):
            await Front.listening("192.0.2.1", 8087, PAGES)
        for name in ("no-such-host.invalid", "a..b"):
            with pytest.raises(ListenError, match=f"^cannot listen on {name}:8087: no such host$"):
                await Front.listening(name, 8087, PAGES)

    asyncio.run(run())


def test_it_listens_to_ipv6() -> None:
    async def run() -> None:
        try:
            async with listening("::1") as port:
                _, writer = await asyncio.open_connection("::1", port)
                writer.close()
        except ListenError as error:
            pytest.skip(str(error))

    asyncio.run(run())
