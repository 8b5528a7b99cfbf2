"""The guarded client: what it refuses, how long it waits, how much it reads."""

from __future__ import annotations

import asyncio
import base64
import gzip
import socket
import struct
import time
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from monitor.ingest import Fetcher, HttpSettings
from monitor.ingest.http import FetchError, Response, _next_hop


async def get(url: str, settings: HttpSettings, **headers: str) -> Response:
    async with Fetcher(settings) as fetcher:
        return await fetcher.fetch(url, headers)


async def refused(url: str, settings: HttpSettings) -> str:
    with pytest.raises(FetchError) as caught:
        await get(url, settings)
    return str(caught.value)


def served(serve: Any, handler: Callable[[web.Request], Awaitable[web.StreamResponse]], settings: HttpSettings) -> str:
    """What the client says about a handler that it cannot take."""

    async def journey() -> str:
        async with serve(handler) as url:
            return await refused(f"{url}/feed", settings)

    return asyncio.run(journey())


# --- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "①②⑦.⓪.⓪.①", "0.0.0.0",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "user:secret@127.0.0.1", "127.0.0.1.", "[64:ff9b::7f00:1]",
     "[::127.0.0.1]", "[2002:7f00:1::]", "evil.example"],
)  # fmt: skip
def test_no_spelling_of_loopback_is_connected_to(host: str, listen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def rebinding(name: Any, *rest: Any, **more: Any) -> Any:
        return known("127.0.0.1" if name in ("evil.example", b"evil.example") else name, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    async def journey() -> None:
        async with listen() as (port, came):
            sentence = await refused(
                f"http://{host}:{port}/feed?token=canary", HttpSettings(timeout=timedelta(seconds=5))
            )
            assert came == []
            assert "secret" not in sentence
            assert "canary" not in sentence

    asyncio.run(journey())


def test_the_refusal_names_the_address_and_the_setting() -> None:
    sentence = asyncio.run(refused("http://localhost:8000/", HttpSettings()))
    assert "127.0.0.1" in sentence or "::1" in sentence
    assert "http.allow_networks" in sentence


def test_ipv6_loopback_is_refused_and_can_be_listed(listen: Any) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()

    async def journey() -> None:
        async with listen(answer, host="::1") as (port, came):
            await refused(f"http://[::1]:{port}/", HttpSettings())
            assert came == []
            listed = HttpSettings.model_validate({"allow_networks": ["::1/128"]})
            assert (await get(f"http://[::1]:{port}/", listed)).body == b"ok"

    asyncio.run(journey())


def test_a_name_with_a_private_and_a_listed_address_reaches_only_the_listed_one(
    listen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()

    async def journey() -> None:
        async with listen(answer) as (port, came):
            kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
            both = [(*kind, ("127.0.0.1", port)), (*kind, ("127.0.0.2", port))]
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
            only = HttpSettings.model_validate({"allow_networks": ["127.0.0.2/32"]})
            await refused(f"http://two.example:{port}/", only)  # nobody listens on 127.0.0.2
            assert came == []

    asyncio.run(journey())


def test_the_session_that_sends_webhooks_is_guarded_too(listen: Any) -> None:
    async def journey() -> None:
        async with listen() as (port, came), Fetcher(HttpSettings()) as fetcher:
            with pytest.raises(aiohttp.ClientConnectorError, match=r"http\.allow_networks"):
                await fetcher.session.post(f"http://127.0.0.1:{port}/hook", data=b"{}", allow_redirects=False)
            assert came == []

    asyncio.run(journey())


def test_proxies_of_the_environment_are_not_asked(serve: Any, listen: Any, local: Any, monkeypatch: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=b"ok")

    async def journey() -> None:
        async with listen() as (port, came), serve(answer) as url:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
            assert (await get(url, local())).body == b"ok"
            assert came == []

    asyncio.run(journey())


# --- redirects ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_tell_where_they_led(serve: Any, local: Any, status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(status=status, headers={"Location": "new?a=b"})
        return web.Response(body=b"ok")

    async def journey() -> Response:
        async with serve(answer) as url:
            return await get(f"{url}/feed", local())

    response = asyncio.run(journey())
    assert response.body == b"ok"
    assert response.url.endswith("/new?a=b")


def test_a_redirect_loop_ends_after_five_hops(serve: Any, local: Any) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/feed"})

    assert served(serve, answer, local()) == "redirects more than 5 times"
    assert len(asked) == 6


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "data:text/plain,x", "gopher://x.example/", "ftp://x.example/", "javascript:x"]
)
def test_redirects_to_other_schemes_are_refused(serve: Any, local: Any, target: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    assert served(serve, answer, local()) == "redirects to an address that is neither http nor https"


def test_a_redirect_to_a_private_address_is_refused(serve: Any, listen: Any) -> None:
    async def journey() -> None:
        async with listen(host="127.0.0.2") as (port, came):

            async def answer(_: web.Request) -> web.Response:
                return web.Response(status=302, headers={"Location": f"http://127.0.0.2:{port}/"})

            async with serve(answer) as url:
                only = HttpSettings.model_validate({"allow_networks": ["127.0.0.1/32"]})
                assert "127.0.0.2" in await refused(f"{url}/feed", only)
            assert came == []

    asyncio.run(journey())


def test_https_never_becomes_http() -> None:
    url = URL("https://a.example/feed")
    with pytest.raises(FetchError, match="from https to http"):
        _next_hop(url, "http://a.example/feed", url)
    assert _next_hop(URL("http://a.example/"), "https://a.example/", url).scheme == "https"


def test_credentials_are_for_their_own_server(serve: Any, local: Any) -> None:
    seen: dict[str, str | None] = {}

    async def journey() -> None:
        async def other(request: web.Request) -> web.Response:
            seen["other"] = request.headers.get("Authorization")
            return web.Response(body=b"ok")

        async with serve(other) as elsewhere:

            async def first(request: web.Request) -> web.Response:
                seen[request.path] = request.headers.get("Authorization")
                target = "/again" if request.path == "/feed" else elsewhere.replace("://", "://x:y@")
                return web.Response(status=302, headers={"Location": target})

            async with serve(first) as url:
                await get(f"{url.replace('://', '://user:secret@')}/feed", local())

    asyncio.run(journey())
    basic = f"Basic {base64.b64encode(b'user:secret').decode()}"
    assert seen == {"/feed": basic, "/again": basic, "other": None}


# --- time and size --------------------------------------------------------------------------------------------------


async def _drip_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-A: ")
    for _ in range(100):
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _drip_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _silence(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


@pytest.mark.parametrize("talk", [_drip_head, _drip_body, _silence])
def test_a_server_that_drips_is_left_at_the_total_deadline(listen: Any, local: Any, talk: Any) -> None:
    async def journey() -> str:
        async with listen(talk) as (port, _):
            begun = time.monotonic()
            sentence = await refused(f"http://127.0.0.1:{port}/", local(timeout="1s"))
            assert 0.9 < time.monotonic() - begun < 2
            return sentence

    async def forgiving() -> str:
        try:
            return await journey()
        finally:  # the dripping connections end with the loop
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    assert asyncio.run(forgiving()) == "no complete answer within 1s"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_compression_bomb_is_stopped_at_the_cap(serve: Any, local: Any, encoding: str) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
    bomb = b"".join(packer.compress(bytes(1024**2)) for _ in range(200)) + packer.flush()

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": encoding})

    tracemalloc.start()
    sentence = served(serve, answer, local(max_body="1MiB"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sentence == "the answer is larger than 1048576 bytes"
    assert peak < 8 * 1024**2


def test_an_endless_body_is_stopped_at_the_cap(serve: Any, local: Any) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(65536))

    assert served(serve, answer, local(max_body="1MiB")) == "the answer is larger than 1048576 bytes"


def test_a_body_of_exactly_the_cap_is_read(serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(1024)), headers={"Content-Encoding": "gzip"})

    async def journey() -> Response:
        async with serve(answer) as url:
            return await get(url, local(max_body="1KiB"))

    assert asyncio.run(journey()).body == bytes(1024)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\n", "not valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 1024**2 + b"\r\n\r\n", "not valid HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not valid HTTP"),
        (b"", "closed the connection"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain", "compression is damaged"),
    ],
)
def test_broken_answers_are_one_sentence(listen: Any, local: Any, answer: bytes, sentence: str) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async def journey() -> str:
        async with listen(talk) as (port, _):
            return await refused(f"http://127.0.0.1:{port}/?token=canary", local())

    said = asyncio.run(journey())
    assert sentence in said
    assert "canary" not in said


def test_a_connection_that_is_reset_is_one_sentence(listen: Any, local: Any) -> None:
    async def reset(writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def journey() -> str:
        async with listen(reset) as (port, _):
            return await refused(f"http://127.0.0.1:{port}/", local())

    assert "closed the connection" in asyncio.run(journey())


def test_a_closed_port_and_an_unknown_host_are_one_sentence(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "127.0.0.1 cannot be reached" in asyncio.run(refused(f"http://127.0.0.1:{port}/", local()))

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert asyncio.run(refused("http://nowhere.example/", local())) == "the host nowhere.example cannot be found"


# --- what the server says -------------------------------------------------------------------------------------------


def test_errors_name_the_status_and_carry_the_pause(serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "120"})

    async def journey() -> FetchError:
        async with serve(answer) as url:
            with pytest.raises(FetchError, match=r"^the server answered 503 Service Unavailable$") as caught:
                await get(url, local())
            return caught.value

    assert asyncio.run(journey()).retry_after == timedelta(minutes=2)


def test_validators_and_charset_come_as_sent_and_cookies_are_forgotten(serve: Any, local: Any) -> None:
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(
            (request.headers["User-Agent"], request.headers.get("If-None-Match"), request.headers.get("Cookie"))
        )
        headers = {"ETag": 'W/"é"' if seen[1:] else 'W/"a"', "Last-Modified": "yesterday", "Set-Cookie": "a=b"}
        return web.Response(body=b"ok", headers=headers | {"Content-Type": "text/xml; charset=ISO-8859-15"})

    async def journey() -> list[Response]:
        async with serve(answer) as url, Fetcher(local(contact="https://desk.example")) as fetcher:
            return [await fetcher.fetch(url, {"If-None-Match": '"old"'}) for _ in range(2)]

    first, second = asyncio.run(journey())
    assert (first.status, first.etag, first.last_modified, first.charset) == (200, 'W/"a"', "yesterday", "ISO-8859-15")
    assert second.etag is None  # no header that could not be sent back is kept
    assert [entry[1:] for entry in seen] == [('"old"', None)] * 2
    assert seen[0][0].startswith("news-monitor/")
    assert seen[0][0].endswith(" (+https://desk.example)")
