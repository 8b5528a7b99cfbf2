"""Room in memory: a large feed has it until its items are kept, pages have their own, and nobody waits for itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from ingest.polling import polled

from monitor.errors import SourceError
from monitor.ingest import FeedSource, Fetcher, Poll, Workers, discover, feed, poll, with_full_text
from monitor.ingest.web.bodies import SMALL, Room
from monitor.model import Item, Markup, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
ONE = b'<rss version="2.0"><channel><item><guid>%s</guid><title>One</title></item></channel></rss>'
LARGE = ONE.replace(b"One", b"x" * SMALL)
# 32,000 attributes in a damaged feed take the tolerant reader seconds.
SLOW = ONE.replace(b"One", b"<b " + b" ".join(b'a%d="1"' % n for n in range(32_000)) + b"></c>").replace(
    b"</title>", b""
)


def answering(body: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A server of one body everywhere but at /small."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=ONE if request.path.startswith("/small") else body, content_type="text/html")

    return answer


def feed_at(url: str) -> FeedSource:
    return FeedSource.model_validate({"type": "feed", "name": "Test", "url": url, "full_text": True})


def test_the_items_of_a_large_feed_have_room_until_they_are_done_with(serve: Any, local: Any, workers: Workers) -> None:
    async def journey() -> None:
        async with serve(answering(LARGE)) as url, Fetcher(local()) as fetcher:
            fetcher.room = Room(len(LARGE))

            def visit(path: str) -> AbstractAsyncContextManager[Poll]:
                return poll(feed_at(f"{url}/{path}"), SourceState(), {}, fetcher, workers, NOW)

            async def read(path: str) -> int:
                async with visit(path) as found:
                    return len(found.items)

            async with visit("large") as found:
                second = asyncio.create_task(read("large"))
                assert await asyncio.gather(*(read(f"small-{number}") for number in range(10))) == [1] * 10
                await asyncio.sleep(0.1)
                assert (len(found.items), second.done()) == (1, False)
            assert await second == 1

    asyncio.run(journey())


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"<!doctype html><p>" + b"a word " * SMALL, "not a feed"), (SLOW, "took longer")],
    ids=["no feed", "too slow"],
)
def test_a_large_feed_that_cannot_be_read_leaves_its_room(
    serve: Any, local: Any, workers: Workers, monkeypatch: pytest.MonkeyPatch, body: bytes, said: str
) -> None:
    monkeypatch.setattr(feed, "PARSE_DEADLINE", 0.5)

    async def journey() -> None:
        async with serve(answering(body)) as url, Fetcher(local()) as fetcher:
            fetcher.room = Room(len(body))
            with pytest.raises(SourceError, match=said):
                await polled(feed_at(url), SourceState(), {}, fetcher, workers, NOW)
            with fetcher.room.place() as place:
                await asyncio.wait_for(place.take(len(body)), 5)

    asyncio.run(journey())


class Counted:
    """Worker processes that count how many large bodies are with them at once."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._inside = 0
        self.most = 0

    async def run(self, function: Any, body: Any, *args: Any, deadline: float) -> Any:
        self._inside += 1
        self.most = max(self.most, self._inside)
        try:
            return await self._workers.run(function, body, *args, deadline=deadline)
        finally:
            self._inside -= 1

    async def each(self, function: Any, items: Any, *args: Any, deadline: float) -> Any:
        return await self.run(_each, items, function, *args, deadline=deadline)


def _each(items: Any, function: Any, *args: Any) -> Any:
    return [function(item, *args) for item in items]


def test_pages_of_a_feed_that_fills_its_room_have_room_of_their_own(serve: Any, local: Any, workers: Workers) -> None:
    async def journey() -> int:
        counted: Any = Counted(workers)
        page = b"<html><body><p>" + b"a word and " * (SMALL // 10)
        async with serve(answering(page)) as url, Fetcher(local()) as fetcher:
            fetcher.pages = Room(2 * len(page))
            items = [Item("Test", str(n), "", Markup.HTML, title="a word", url=f"{url}/{n}") for n in range(6)]
            with fetcher.room.place() as place:
                await place.take(1024**4)
                found, _ = await asyncio.wait_for(with_full_text(feed_at(url), items, fetcher, counted), 30)
            assert all(one.content for one in found)
        return counted.most

    assert asyncio.run(journey()) == 2


def test_the_feeds_that_a_page_names_are_looked_at_as_there_is_room(serve: Any, local: Any, workers: Workers) -> None:
    page = b"".join(b"<link rel=alternate type=application/rss+xml href=/%d>" % n for n in range(6)) + b" " * SMALL

    async def answer(request: web.Request) -> web.Response:
        asked[request.path] += 1
        return web.Response(body=page if request.path == "/" else LARGE % request.path.encode())

    async def journey() -> tuple[int, int]:
        counted: Any = Counted(workers)
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            fetcher.room = Room(2 * len(LARGE))
            found = await asyncio.wait_for(discover(f"{url}/", fetcher, counted, NOW), 30)
        return len(found.found), counted.most

    asked: Counter[str] = Counter()
    assert asyncio.run(journey()) == (6, 2)
    assert asked.total() == 7
