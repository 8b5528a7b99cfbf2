"""The guarded client: what it asks, what it makes of answers, and whom it keeps waiting.

What servers do to hurt it is in test_faults_http.py and test_faults_ssrf.py.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.ingest import Fetcher, HttpSettings
from monitor.ingest.web.encodings import ACCEPTED
from monitor.ingest.web.http import FetchError, Response

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def refused(url: str, settings: HttpSettings) -> FetchError:
    async with Fetcher(settings) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(url)
    return caught.value


def asked(serve: Any, handler: Handler, settings: HttpSettings, path: str = "/feed", **headers: str) -> Response:
    """The client's answer to one question to a handler."""

    async def journey() -> Response:
        async with serve(handler) as url, Fetcher(settings) as fetcher:
            return await fetcher.fetch(f"{url}{path}", headers)

    return asyncio.run(journey())


def answering(body: bytes = b"ok", status: int = 200, **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


# --- what the server says -------------------------------------------------------------------------------------------


def test_validators_and_charset_come_as_sent_and_cookies_are_forgotten(serve: Any, local: Any) -> None:
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        names = ("User-Agent", "If-None-Match", "Cookie", "Accept-Encoding", "Connection")
        seen.append([request.headers.get(name) for name in names])
        headers = {"ETag": 'W/"é"' if seen[1:] else 'W/"a"', "Last-Modified": "yesterday", "Set-Cookie": "a=b"}
        return web.Response(body=b"ok", headers=headers | {"Content-Type": "Text/XML; charset=ISO-8859-15"})

    async def journey() -> list[Response]:
        async with serve(answer) as url, Fetcher(local(contact="https://desk.example")) as fetcher:
            return [await fetcher.fetch(url, {"If-None-Match": '"old"'}) for _ in range(2)]

    first, second = asyncio.run(journey())
    assert (first.status, first.etag, first.last_modified, first.charset) == (200, 'W/"a"', "yesterday", "ISO-8859-15")
    assert first.content_type == "text/xml"
    assert second.etag is None  # no header that could not be sent back is kept
    assert [entry[1:] for entry in seen] == [['"old"', None, ACCEPTED, "close"]] * 2
    assert re.fullmatch(r"news-monitor/[\d.]+ \(\+https://desk\.example\)", seen[0][0])


def test_without_a_contact_the_program_gives_its_name_and_version(serve: Any, local: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["User-Agent"])

    assert re.fullmatch(rb"news-monitor/[\d.]+", asked(serve, answer, local()).body)


def test_how_long_an_answer_is_fresh_is_what_all_its_headers_say(serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        response = web.Response(body=b"ok", headers={"Age": "100"})
        response.headers.add("Cache-Control", "public")
        response.headers.add("Cache-Control", "max-age=700")
        return response

    assert asked(serve, answer, local()).fresh_for == timedelta(minutes=10)
    assert asked(serve, answering(), local()).fresh_for is None


def test_what_the_server_does_not_say_is_none(listen: Any, local: Any) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nok")
        await writer.drain()

    async def journey() -> Response:
        async with listen(talk) as (port, _), Fetcher(local()) as fetcher:
            return await fetcher.fetch(f"http://127.0.0.1:{port}/")

    found = asyncio.run(journey())
    assert found == Response(200, found.url, b"ok", None, None, None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_only_lasting_ones_have_moved_the_feed(serve: Any, local: Any, status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(status=status, headers={"Location": "new?a=b#c", "Retry-After": "3600"})
        return web.Response(body=b"ok")

    found = asked(serve, answer, local())
    assert found.body == b"ok"
    assert found.url.endswith("/new?a=b")
    assert found.moved == (found.url if status in (301, 308) else None)


@pytest.mark.parametrize(
    ("statuses", "user", "moved"),
    [([301, 308], "", True), ([301, 302], "", False), ([302, 301], "", False), ([], "", False), ([301], "u:p@", False)],
)
def test_a_feed_has_moved_when_every_hop_was_lasting_and_nothing_is_lost(
    serve: Any, local: Any, statuses: list[int], user: str, moved: bool
) -> None:
    async def answer(request: web.Request) -> web.Response:
        hop = int(request.path[1:])
        if hop < len(statuses):
            return web.Response(status=statuses[hop], headers={"Location": f"/{hop + 1}"})
        return web.Response(body=b"ok")

    async def journey() -> Response:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            return await fetcher.fetch(f"{url.replace('://', f'://{user}')}/0")

    assert (asyncio.run(journey()).moved is not None) is moved


def test_unchanged_behind_a_redirect_is_a_success(serve: Any, local: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(status=301, headers={"Location": "/new", "ETag": '"of the redirect"'})
        assert request.headers["If-None-Match"] == '"a"'
        return web.Response(status=304, headers={"ETag": '"b"', "Cache-Control": "max-age=60"})

    found = asked(serve, answer, local(), **{"If-None-Match": '"a"'})
    assert (found.status, found.body, found.etag, found.fresh_for) == (304, b"", '"b"', timedelta(minutes=1))


@pytest.mark.parametrize(
    ("status", "phrase"), [(404, "404 Not Found"), (410, "410 Gone"), (503, "503 Service"), (599, "599")]
)
def test_errors_name_the_status_and_carry_the_pause(serve: Any, local: Any, status: int, phrase: str) -> None:
    async def journey() -> FetchError:
        async with serve(answering(status=status, Retry_After="120")) as url:
            return await refused(url, local())

    error = asyncio.run(journey())
    assert str(error).startswith(f"the server answered {phrase}")
    assert (error.status, error.retry_after, error.held) == (status, timedelta(minutes=2), False)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "not valid HTTP"),
        (b"", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "broke off"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
            "compression of the answer is",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: exi\r\nContent-Length: 5\r\n\r\nplain", "encoded as exi"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[/\r\nContent-Length: 0\r\n\r\n", "address is not valid"),
    ],
)
def test_broken_answers_are_one_sentence_and_not_asked_for_again(
    listen: Any, local: Any, answer: bytes, sentence: str
) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async def journey() -> str:
        async with listen(talk) as (port, came):
            error = await refused(f"http://127.0.0.1:{port}/?token=canary", local())
            assert len(came) == 1
            return str(error)

    said = asyncio.run(journey())
    assert sentence in said
    assert "canary" not in said


def test_a_connection_that_is_reset_is_one_sentence(listen: Any, local: Any) -> None:
    async def reset(writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def journey() -> str:
        async with listen(reset) as (port, _):
            return str(await refused(f"http://127.0.0.1:{port}/", local()))

    assert "closed the connection" in asyncio.run(journey())


def test_a_closed_port_and_an_unknown_host_are_one_sentence(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = str(asyncio.run(refused(f"http://127.0.0.1:{port}/", local())))
    assert said == "127.0.0.1 cannot be reached: connection refused"

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    said = str(asyncio.run(refused("http://nowhere.example/", local())))
    assert said == "the host nowhere.example cannot be found"


@pytest.mark.parametrize(
    "url", ["http://", "nonsense", "file:///etc/passwd", "http://a b/", "http://[::1", "http://:80/"]
)
def test_what_is_no_web_address_is_one_sentence(url: str, local: Any) -> None:
    assert str(asyncio.run(refused(url, local())))


# --- turns and connections ------------------------------------------------------------------------------------------


def test_a_fetch_waits_for_its_turn_and_a_webhook_does_not(serve: Any, local: Any) -> None:
    async def journey() -> tuple[float, float, float]:
        polite = {"interval": timedelta(seconds=0.6)}
        async with serve(answering()) as url, Fetcher(local(per_host=polite)) as fetcher:
            times = [time.monotonic()]
            await fetcher.fetch(url)
            for _ in range(5):
                (await fetcher.session.post(url, data=b"{}")).release()
            times.append(time.monotonic())
            await fetcher.fetch(url)
            times.append(time.monotonic())
            return times[0], times[1], times[2]

    begun, sent, fetched = asyncio.run(journey())
    assert fetched - begun >= 0.6
    assert sent - begun < 0.6


def test_a_webhook_is_sent_to_a_host_that_rests(serve: Any, local: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=429 if request.method == "GET" else 204, headers={"Retry-After": "60"})

    async def journey() -> tuple[bool, int]:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            with pytest.raises(FetchError):
                await fetcher.fetch(url)
            with pytest.raises(FetchError) as caught:
                await fetcher.fetch(url)
            async with fetcher.session.post(url, data=b"{}") as response:
                return caught.value.held, response.status

    assert asyncio.run(journey()) == (True, 204)


def test_a_connection_is_closed_with_its_answer_and_that_of_a_webhook_is_kept(serve: Any, local: Any) -> None:
    ports: list[int] = []

    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        ports.append(request.transport.get_extra_info("peername")[1])
        return web.Response(body=b"ok")

    async def journey() -> None:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            for _ in range(10):
                await fetcher.fetch(url)
            for _ in range(3):
                (await fetcher.session.post(url, data=b"{}")).release()

    asyncio.run(journey())
    assert len(set(ports[:10])) == 10
    assert len(set(ports[10:])) == 1
