"""A loopback server, a client that may reach it, and the worker processes of the test run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from ingest.pages import item
from ingest.polling import polled

from monitor.ingest import FeedSource, Fetcher, HttpSettings, Poll, Workers, with_full_text
from monitor.model import Item, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    workers = Workers(2)
    yield workers
    workers.close()


@pytest.fixture
def serve() -> Callable[[Handler], Any]:
    """`async with serve(handler) as url`: every path of a loopback server is answered by the handler."""

    @asynccontextmanager
    async def serving(handler: Handler, host: str = "127.0.0.1") -> AsyncIterator[str]:
        server = web.Server(handler)
        runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, host, 0)
        await site.start()
        try:
            yield f"http://{host}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    return serving


@pytest.fixture
def listen() -> Callable[..., Any]:
    """`async with listen(talk) as (port, connections)`: a raw server; `connections` counts who came."""

    @asynccontextmanager
    async def listening(talk: Any = None, host: str = "127.0.0.1") -> AsyncIterator[tuple[int, list[int]]]:
        came: list[int] = []

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            came.append(1)
            try:
                await reader.readuntil(b"\r\n\r\n")
                if talk:
                    await talk(writer)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(meet, host, 0)
        try:
            yield server.sockets[0].getsockname()[1], came
        finally:
            server.close()
            await server.wait_closed()

    return listening


@pytest.fixture
def local() -> Callable[..., HttpSettings]:
    """HTTP settings that open loopback and ask its one host as fast as they can, with the keys given."""

    def settings(**keys: Any) -> HttpSettings:
        per_host = {"concurrency": 100, "interval": "off"}
        return HttpSettings.model_validate(
            {"allow_networks": ["127.0.0.0/8"], "timeout": timedelta(seconds=10), "per_host": per_host, **keys}
        )

    return settings


@pytest.fixture
def ask(workers: Workers, serve: Any, local: Any) -> Callable[..., Poll]:
    """Poll a feed that a handler (or constant bytes) serves at /feed."""

    def asking(answer: Handler | bytes, state: SourceState | None = None, **keys: Any) -> Poll:
        async def constant(_: web.Request) -> web.Response:
            assert isinstance(answer, bytes)
            return web.Response(body=answer)

        async def journey() -> Poll:
            handler = constant if isinstance(answer, bytes) else answer
            async with serve(handler) as url, Fetcher(local()) as fetcher:
                source = FeedSource.model_validate({"type": "feed", "name": "Test", "url": f"{url}/feed", **keys})
                return await polled(source, state or SourceState(), {}, fetcher, workers, NOW)

        return asyncio.run(journey())

    return asking


@pytest.fixture
def read_pages(workers: Workers, serve: Any, local: Any) -> Callable[..., Any]:
    """`read_pages(answer, path..)`: the items after their pages were asked for; paths are answered by `answers`.

    With `troubles` the sentences about pages that could not be read, instead.
    """

    def reading(
        answer: Handler | str | bytes, *paths: str, full_text: bool = True, troubles: bool = False, **settings: Any
    ) -> Sequence[Item | str]:
        async def constant(_: web.Request) -> web.Response:
            body = answer.encode() if isinstance(answer, str) else answer
            return web.Response(body=body, content_type="text/html")  # type: ignore[arg-type]  # no handler here

        async def journey() -> tuple[list[Item], tuple[str, ...]]:
            handler = constant if isinstance(answer, str | bytes) else answer
            async with serve(handler) as url, Fetcher(local(**settings)) as fetcher:
                keys = {"type": "feed", "name": "Quai", "url": f"{url}/feed", "full_text": full_text}
                items = [item(f"{url}{path}") for path in paths or ("/mer/halle.html",)]
                return await with_full_text(FeedSource.model_validate(keys), items, fetcher, workers)

        items, sentences = asyncio.run(journey())
        return sentences if troubles else items

    return reading
