"""A real mail server in a thread, with STARTTLS and login, for tests that run the program as a process."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deliver.conftest import Peer, make_certificate


@contextmanager
def mail_server(folder: Path) -> Iterator[tuple[Peer, int]]:
    """A server on loopback that wants STARTTLS and the login of `watch`, and its port."""
    peer = Peer(make_certificate(folder, "localhost", datetime.now(UTC) + timedelta(days=1)), login=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def serve() -> asyncio.Server:
        return await loop.create_server(peer._protocol, "127.0.0.1", 0)

    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    try:
        yield peer, server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(peer.stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
