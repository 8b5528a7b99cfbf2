"""Faults 19 and 20: redirects to where nobody should go, and every way to name an address that is not public.

That nothing is reached is asserted at the socket that listens there.
"""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import Iterator, Sequence
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from monitor.ingest import Fetcher, HttpSettings
from monitor.ingest.web.http import FetchError, Response

CLOSED = HttpSettings.model_validate({"timeout": "5s", "per_host": {"interval": "off"}})
# {} is the port of a server that listens on 127.0.0.1 and ::1.
LOOPBACK = [
    "127.0.0.1:{}", "localhost:{}", "LOCALHOST:{}", "127.1:{}", "2130706433:{}", "0x7f000001:{}", "0177.0.0.1:{}",
    "0x7f.1:{}", "①②⑦.⓪.⓪.①:{}", "127。0。0。1:{}", "0.0.0.0:{}", "0:{}", "127.0.0.1.:{}", "[::1]:{}", "[0:0::1]:{}",
    "[::ffff:127.0.0.1]:{}", "[::ffff:7f00:1]:{}", "[::127.0.0.1]:{}", "[64:ff9b::7f00:1]:{}", "[64:ff9b:1::7f00:1]:{}",
    "[2002:7f00:1::]:{}", "[2001:0:7f00:1::]:{}", "[fe80::5efe:7f00:1]:{}", "user:canary@127.0.0.1:{}",
    "example.org@127.0.0.1:{}", "127.0.0.1:{}#@example.org", "127.0.0.1:{}\\@example.org", "evil.example:{}",
]  # fmt: skip


@pytest.fixture(autouse=True)
def evil(monkeypatch: pytest.MonkeyPatch) -> None:
    """`evil.example` is 127.0.0.1; other names are known on this machine or nowhere."""
    known = socket.getaddrinfo

    def lookup(name: Any, *rest: Any, **more: Any) -> Any:
        return known("127.0.0.1" if name == "evil.example" else name, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


class Doors:
    """Sockets that listen on one port of several addresses; `came` is how many connections wait there."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self.sockets = [socket.create_server((hosts[0], 0))]
        self.port = self.sockets[0].getsockname()[1]
        for host in hosts[1:]:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self.sockets.append(socket.create_server((host, self.port), family=family))

    def came(self) -> int:
        count = 0
        for server in self.sockets:
            server.setblocking(False)
            try:
                while True:
                    server.accept()[0].close()
                    count += 1
            except BlockingIOError:
                pass
        return count


@pytest.fixture
def doors() -> Iterator[Doors]:
    found = Doors(["127.0.0.1", "::1"])
    yield found
    for server in found.sockets:
        server.close()


def test_the_doors_notice_who_comes(doors: Doors) -> None:
    for host in ("127.0.0.1", "::1"):
        socket.create_connection((host, doors.port)).close()
    assert doors.came() == 2


async def refused(url: str, settings: HttpSettings = CLOSED) -> str:
    async with Fetcher(settings) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(url)
    return str(caught.value)


# --- fault 20: addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", LOOPBACK)
def test_fault_20_no_spelling_of_loopback_is_connected_to(host: str, doors: Doors) -> None:
    sentence = asyncio.run(refused(f"http://{host.format(doors.port)}/feed?token=canary"))
    assert doors.came() == 0
    assert "canary" not in sentence


@pytest.mark.parametrize("host", LOOPBACK)
def test_fault_20_no_webhook_is_sent_there_either(host: str, doors: Doors) -> None:
    async def journey() -> None:
        async with Fetcher(CLOSED) as fetcher:
            with pytest.raises((aiohttp.ClientError, ValueError)):
                await fetcher.session.post(f"http://{host.format(doors.port)}/", data=b"{}", allow_redirects=False)

    asyncio.run(journey())
    assert doors.came() == 0


@pytest.mark.parametrize("host", LOOPBACK)
def test_fault_20_no_redirect_leads_there(host: str, doors: Doors, serve: Any) -> None:
    """The server that redirects is itself on a listed network: only 127.0.0.2, not where the doors are."""

    async def journey() -> None:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=302, headers={"Location": f"http://{host.format(doors.port)}/"})

        only = HttpSettings.model_validate({"allow_networks": ["127.0.0.2/32"], "per_host": {"interval": "off"}})
        async with serve(answer, "127.0.0.2") as url:
            await refused(f"{url}/feed", only)

    asyncio.run(journey())
    assert doors.came() == 0


def test_fault_20_the_refusal_names_the_address_and_the_setting(doors: Doors) -> None:
    sentence = asyncio.run(refused(f"http://evil.example:{doors.port}/"))
    assert sentence == (
        "the address 127.0.0.1 is not public; http.allow_networks lists the networks that may be reached anyway"
    )


@pytest.mark.parametrize("url", ["http://8.8.8.8:25/", "http://[2a00:1450:4007::1]:22/", "https://8.8.8.8:6379/"])
def test_fault_20_other_ports_of_public_addresses_are_closed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_socket(*_: Any, **__: Any) -> Any:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("monitor.ingest.web.sockets._RationedSocket", no_socket)
    assert "is none of 80, 443 and 8000-9999" in asyncio.run(refused(url))


def test_fault_20_a_listed_network_is_open_on_every_port(listen: Any) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()

    async def journey() -> bytes:
        listed = HttpSettings.model_validate({"allow_networks": ["::1/128"]})
        async with listen(answer, host="::1") as (port, _), Fetcher(listed) as fetcher:
            return (await fetcher.fetch(f"http://[::1]:{port}/")).body

    assert asyncio.run(journey()) == b"ok"


def looked_up(monkeypatch: pytest.MonkeyPatch, port: int, *answers: Sequence[str]) -> None:
    """Every look-up gives the next answer, a list of addresses."""
    waiting = iter(answers)
    kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(*kind, (host, port)) for host in next(waiting)])


ONLY_2 = HttpSettings.model_validate({"allow_networks": ["127.0.0.2/32"], "per_host": {"interval": "off"}})


@pytest.mark.parametrize("addresses", [["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"]])
def test_fault_20_of_a_name_with_an_open_and_a_closed_address_only_the_open_one_is_reached(
    addresses: list[str], doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up(monkeypatch, doors.port, addresses)
    asyncio.run(refused(f"http://two.example:{doors.port}/", ONLY_2))  # nobody listens on 127.0.0.2
    assert doors.came() == 0


def test_fault_20_a_name_that_is_bound_anew_is_checked_anew(
    doors: Doors, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=b"ok")

    async def journey() -> Response:
        async with serve(answer, "127.0.0.2") as url:
            port = int(url.rpartition(":")[2])
            looked_up(monkeypatch, port, ["127.0.0.2"])
            async with Fetcher(ONLY_2) as fetcher:
                first = await fetcher.fetch(f"http://rebound.example:{port}/")
            looked_up(monkeypatch, doors.port, ["127.0.0.1"])
            assert "127.0.0.1 is not public" in await refused(f"http://rebound.example:{doors.port}/", ONLY_2)
            return first

    assert asyncio.run(journey()).body == b"ok"
    assert doors.came() == 0


def test_fault_20_proxies_of_the_environment_are_not_asked(
    doors: Doors, serve: Any, local: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=b"ok")

    async def journey() -> bytes:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            return (await fetcher.fetch(url)).body

    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{doors.port}")
    assert asyncio.run(journey()) == b"ok"
    assert doors.came() == 0


# --- fault 19: redirects --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hops", [5, 6, 30])
def test_fault_19_five_redirects_are_followed_and_no_more(serve: Any, local: Any, hops: int) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        hop = int(request.path[1:])
        return web.Response(status=302, headers={"Location": f"/{hop + 1}"}) if hop < hops else web.Response(body=b"ok")

    async def journey() -> str | Response:
        async with serve(answer) as url:
            if hops > 5:
                return await refused(f"{url}/0", local())
            async with Fetcher(local()) as fetcher:
                return (await fetcher.fetch(f"{url}/0")).url.rpartition("/")[2]

    assert asyncio.run(journey()) == ("5" if hops == 5 else "redirects more than 5 times")
    assert len(asked) == 6


def test_fault_19_a_loop_ends(serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/feed"})

    async def journey() -> str:
        async with serve(answer) as url:
            return await refused(f"{url}/feed", local())

    assert asyncio.run(journey()) == "redirects more than 5 times"


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "data:text/plain,x", "gopher://x.example/", "ftp://x.example/", "javascript:x"]
)
def test_fault_19_redirects_to_other_schemes_are_refused(serve: Any, local: Any, target: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    async def journey() -> str:
        async with serve(answer) as url:
            return await refused(f"{url}/feed", local())

    assert asyncio.run(journey()) == "redirects to an address that is neither http nor https"


def test_fault_19_credentials_are_for_their_own_server(serve: Any, local: Any) -> None:
    seen: dict[str, tuple[str | None, str | None]] = {}

    async def answer(request: web.Request) -> web.Response:
        seen[request.path] = request.headers.get("Authorization"), request.headers.get("Cookie")
        target = {"/feed": "/again", "/again": f"http://x:y@evil.example:{request.url.port}/other"}.get(request.path)
        return web.Response(status=302, headers={"Location": target}) if target else web.Response(body=b"ok")

    async def journey(user: str, headers: dict[str, str]) -> None:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            await fetcher.fetch(f"{url.replace('://', f'://{user}')}/feed", headers)

    asyncio.run(journey("user:secret@", {}))
    basic = f"Basic {base64.b64encode(b'user:secret').decode()}"
    assert seen == {"/feed": (basic, None), "/again": (basic, None), "/other": (None, None)}
    asyncio.run(journey("", {"Authorization": "Bearer t", "Cookie": "a=b"}))
    assert seen == {"/feed": ("Bearer t", "a=b"), "/again": ("Bearer t", "a=b"), "/other": (None, None)}
