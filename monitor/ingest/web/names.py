"""A host name -> its addresses, looked up in threads of their own that nobody has to wait for."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


# Look-ups of one client at once, also those that nobody waits for any more. The service has 256 threads and processes,
# and no more than 60 sources at a time are asked that were slow before.
LOOK_UPS = 100


class Resolver(AbstractResolver):
    """The system's resolver. A name server that does not answer holds its thread for half a minute and longer.

    In the loop's own few threads such names would keep the store waiting, and the end of the program; here each has a
    thread that dies with it. It may outlive the fetch that wanted it, but never are there more than LOOK_UPS; who comes
    then waits.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(LOOK_UPS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name; raises OSError."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()

        def tell(found: list[Any], error: Exception | None) -> None:
            self._free.release()
            if not answer.done():
                answer.set_exception(error) if error else answer.set_result(found)

        def look_up() -> None:
            found: list[Any] = []
            error: Exception | None = None
            try:
                found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
            except (OSError, UnicodeError) as caught:
                error = caught
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(tell, found, error)

        await self._free.acquire()
        threading.Thread(target=look_up, name="resolver", daemon=True).start()
        return [_result(host, *info) for info in await answer if info[0] in (socket.AF_INET, socket.AF_INET6)]

    async def close(self) -> None:
        """Nothing to close: a thread that still looks up a name ends by itself."""


def _result(
    host: str, family: socket.AddressFamily, _kind: int, protocol: int, _name: str, address: tuple[Any, ...]
) -> ResolveResult:
    # A link-local address is complete only with its zone, which getaddrinfo gives as a number.
    zone = f"%{address[3]}" if family == socket.AF_INET6 and address[3] else ""
    return ResolveResult(
        hostname=host, host=f"{address[0]}{zone}", port=address[1], family=family, proto=protocol, flags=_NUMERIC
    )
