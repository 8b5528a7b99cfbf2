"""An address of 127.0.0.0/8 -> the feed of one publisher: ten thousand hosts in one process."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from ipaddress import IPv4Address
from multiprocessing.connection import Connection

from aiohttp import web
from bench.corpus import ITEMS, feed

FIRST = IPv4Address("127.1.0.0")
LIVELY = 10  # every so many-th feed has one new item in the second edition
HEADERS = {"Content-Type": "application/rss+xml; charset=utf-8"}


def address(number: int) -> str:
    """The address of a publisher, which is a host of its own."""
    return str(FIRST + number)


class Press:
    """All publishers. `edition` is 1 or 2; `dripping`: those asked at /drip send a byte a second.

    In its first edition a quiet feed shows one item only: what it holds does not matter to a 304, and the first pass is
    over sooner. At /all every feed is whole.
    """

    def __init__(self) -> None:
        self.edition = 1
        self.dripping = False

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """A feed, a 304, drops, or the effect of a command: /edition/N, /dripping/N."""
        match request.path.split("/")[1:]:
            case ["edition", value]:
                self.edition = int(value)
            case ["dripping", value]:
                self.dripping = value == "1"
            case ["drip"] if self.dripping:
                return await self._drip(request)
            case [name]:
                return self._feed(request, int(IPv4Address(request.url.host or "")) - int(FIRST), whole=name == "all")
        return web.Response()

    def _feed(self, request: web.BaseRequest, number: int, *, whole: bool) -> web.Response:
        lively = number % LIVELY == 0
        validator = f'"{self.edition if lively else 1}"'
        if request.headers.get("If-None-Match") == validator:
            return web.Response(status=304, headers={"ETag": validator})
        items = ITEMS if whole or lively else 1
        first = self.edition - 1 if lively else 0
        return web.Response(body=feed(number, items, first), headers={**HEADERS, "ETag": validator})

    async def _drip(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        with suppress(ConnectionError):  # the reader gave up
            while True:
                await response.write(b" ")
                await asyncio.sleep(1)
        return response


def serve(port: Connection) -> None:
    """Run until killed; the number of the port, the same on all addresses, is sent first."""

    async def run() -> None:
        runner = web.ServerRunner(web.Server(Press().answer))
        await runner.setup()
        await web.TCPSite(runner, "0.0.0.0", 0, backlog=4096).start()
        port.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())
