"""Connections from anywhere -> requests that may be answered: bounded in number, size and time, and read-only."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

from aiohttp import web

from monitor.errors import MonitorError
from monitor.log import get

log = get("web")

CONNECTIONS = 64
"""At once; who is connected longest has to go for another one, so that nobody can keep all of them."""
LONGEST = 30.0
"""Seconds of a connection, which is for one request: of its headers, the answer, and who reads slowly."""
_IDLE = 10.0  # seconds until a request has begun
_LINGER = 1.0  # seconds for the rest of a body that nobody wants
_CLOSING = 1.0  # seconds that answers get when the daemon stops
_LIMITS: dict[str, Any] = {
    "access_log": None,
    "keepalive_timeout": _IDLE,
    "lingering_time": _LINGER,
    "auto_decompress": False,
    "max_line_size": 2048,
    "max_field_size": 4096,
    "max_headers": 64,
    "read_bufsize": 2**14,
}
# What is told is for who asks now: no other site may show it, nothing may guess what it is, nobody keep it.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Server": "news-monitor",
    "X-Content-Type-Options": "nosniff",
}
PLAIN = "text/plain; charset=utf-8"

Page = Callable[[], Awaitable[web.Response]]
Pages = Mapping[str, Page]
"""What is answered at each path."""


class ListenError(MonitorError):
    """An address on which this machine does not let us listen."""


def answer(status: int, text: str | bytes, content_type: str = PLAIN) -> web.Response:
    """A whole answer; a text is one line, which ends here."""
    body = text if isinstance(text, bytes) else f"{text}\n".encode()
    found = web.Response(status=status, body=body, headers={**_HEADERS, "Content-Type": content_type})
    found.force_close()
    return found


class _Connection(web.RequestHandler):
    """aiohttp's, but what it says of broken requests is neither logged nor quoted from them."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it has parts of the request
    ) -> web.StreamResponse:
        if status == 500:  # noqa: PLR2004 - a mistake of ours
            log.error("page_failed", path=request.path, exc_info=exc)
        return answer(status, "this cannot be answered" if status >= 500 else "this is no request")  # noqa: PLR2004


class Front(web.Server):
    """Takes connections and answers from `pages` until it is closed."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(self._answer, **_LIMITS)
        self._pages = pages
        self._timers: dict[web.RequestHandler, tuple[asyncio.Transport, asyncio.TimerHandle]] = {}
        self._server: asyncio.Server | None = None

    @classmethod
    async def listening(cls, host: str, port: int, pages: Pages) -> Self:
        """Listen at an address, a name may have several; raises ListenError."""
        front = cls(pages)
        try:
            front._server = await asyncio.get_running_loop().create_server(front, host, port)
        except (OSError, UnicodeError) as error:  # the latter for a name with an empty part
            raise ListenError(f"cannot listen on {_written(host, port)}: {_reason(error)}") from None
        log.info("listening", on=[_written(*one.getsockname()[:2]) for one in front._server.sockets])
        return front

    async def close(self) -> None:
        """Listen no longer and end what is connected."""
        if self._server:
            self._server.close()
        await self.shutdown(_CLOSING)

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self._timers) >= CONNECTIONS:
            oldest, timer = self._timers.pop(next(iter(self._timers)))
            timer.cancel()
            oldest.abort()
        timer = asyncio.get_running_loop().call_later(LONGEST, transport.abort)
        self._timers[handler] = transport, timer

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        if known := self._timers.pop(handler, None):
            known[1].cancel()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        page = self._pages.get(request.path)
        if page is None:
            return answer(404, "there is nothing here")
        if request.method not in ("GET", "HEAD"):
            refused = answer(405, "this is only to be read")
            refused.headers["Allow"] = "GET, HEAD"
            return refused
        return await page()


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, socket.gaierror | UnicodeError):
        return "no such host"
    if error.errno == errno.EADDRINUSE:
        return "another program does so already"
    return os.strerror(error.errno).lower() if error.errno else str(error)
