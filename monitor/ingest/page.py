"""The Items of a feed -> the same Items with the full text of the pages they link to, and what could not be read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from monitor.errors import MonitorError
from monitor.ingest.extract import Outcome, complete
from monitor.ingest.source import FeedOptions, Source
from monitor.ingest.web.http import Fetcher, FetchError, Response
from monitor.ingest.workers import WorkerError, Workers
from monitor.log import get
from monitor.model import Item

log = get("ingest")

# Bytes of one page after decompression; articles have 20 kB to 1 MB.
MAX_PAGE = 5 * 1024**2
# Pages of one source that are on their way at the same time.
AT_ONCE = 4
# Seconds in a worker; ordinary pages take 10 to 50 ms, 3 MB of text half a second.
DEADLINE = 10.0
# Failures in a row after which a host is asked for no more pages of this batch.
GIVE_UP = 3
# Seconds for all pages of a call: a batch of 50 from one host, at one request a second, with room for slow answers.
PATIENCE = 180.0
# Reasons that the report names, the most frequent ones; many hosts fail in many words.
REASONS = 3
_ACCEPT = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"}
_HTML = ("text/html", "application/xhtml+xml")


async def with_full_text(
    source: Source, items: Sequence[Item], fetcher: Fetcher, workers: Workers
) -> tuple[list[Item], tuple[str, ...]]:
    """The items in their order, each with the text of its page where its source asks for that and the page gives it.

    Never raises: an item whose page cannot be had, or holds no more than the feed, stays as it is. The second value is
    a sentence about the pages that could not be had, if any; they are not asked for again.
    """
    if not isinstance(source, FeedOptions) or not source.full_text or not items:
        return list(items), ()
    pages = Pages(fetcher, workers)
    tasks = [asyncio.create_task(pages.read(item)) for item in items]
    try:
        await asyncio.wait(tasks, timeout=PATIENCE)
    finally:
        for task in tasks:
            task.cancel()
        read = await asyncio.gather(*tasks, return_exceptions=True)
    found = [
        (item, Outcome.FAILED) if isinstance(one, BaseException) else one for item, one in zip(items, read, strict=True)
    ]
    counts = Counter(outcome.value for _, outcome in found)
    log.info("pages_read", source=source.name, asked=len(found), **counts)
    reasons = Counter(_reason(one) for one in read if isinstance(one, BaseException))
    return [item for item, _ in found], _troubles(source, len(found), reasons)


def _reason(error: BaseException) -> str:
    """Why a page could not be read, in words that have nothing of the page in them: the same for many pages."""
    if isinstance(error, asyncio.CancelledError):
        return f"not read within {PATIENCE:g} s"
    if isinstance(error, FetchError) and error.held:
        return "the host asked to be left alone"
    return str(error) if isinstance(error, MonitorError) else f"reading it failed ({type(error).__name__})"


def _troubles(source: Source, asked: int, reasons: Counter[str]) -> tuple[str, ...]:
    if not reasons:
        return ()
    failed, usual = reasons.total(), reasons.most_common(REASONS)
    named = [f"{reason} ({count})" for reason, count in usual]
    if rest := failed - sum(count for _, count in usual):
        named.append(f"other reasons ({rest})")
    said = f"{failed} of {asked} pages could not be read, the feed's own text was kept"
    return (f"{source.name}: {said}: {', '.join(named)}",)


class Pages:
    """The pages of one batch; remembers which hosts fail."""

    def __init__(self, fetcher: Fetcher, workers: Workers) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._failures: Counter[str] = Counter()

    async def read(self, item: Item) -> tuple[Item, Outcome]:
        """The item with the text of its page, or as it was; how many are asked at a time the host's limits say.

        Raises what the page could not be read for, most often FetchError or WorkerError.
        """
        if not item.url:
            return item, Outcome.EMPTY
        host = urlsplit(item.url).hostname or ""
        async with self._turn:
            if self._failures[host] >= GIVE_UP:
                raise FetchError(f"not asked, as its host had failed {GIVE_UP} times")
            try:
                with self._fetcher.pages.place() as place:
                    read = await self._read(item, await self._fetcher.fetch(item.url, _ACCEPT, MAX_PAGE, place))
            except MonitorError:
                self._failures[host] += 1
                raise
            self._failures[host] = 0
            return read

    async def _read(self, item: Item, response: Response) -> tuple[Item, Outcome]:
        if response.content_type not in _HTML or not response.body.strip():
            return item, Outcome.EMPTY
        if _is_front(response.url):
            return item, Outcome.OTHER
        # As a batch of one, because what an extractor raises then comes back as a value.
        [read] = await self._workers.each(complete, [item], response.body, response.charset, deadline=DEADLINE)
        if isinstance(read, WorkerError):
            raise WorkerError(f"reading it {read}")
        if isinstance(read, Exception):
            raise MonitorError(f"reading it failed ({type(read).__name__})")
        return read


def _is_front(url: str) -> bool:
    """Whether an address is that of a front page; /?p=123 is that of an article."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
