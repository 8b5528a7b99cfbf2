"""Polling feeds: conditional requests, hostile bodies, one sentence for what went wrong."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.errors import SourceError
from monitor.ingest import FeedSource, Fetcher, HttpSettings, Poll, Workers, failed, feed, poll
from monitor.model import Markup, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
FEEDS = Path(__file__).parents[2].parent / "shared" / "feeds"
ONE = (
    b'<rss version="2.0"><channel><language>fr</language><item><guid>1</guid><title>One</title></item></channel></rss>'
)
# 32,000 attributes take feedparser 7.5 s (measured): quadratic.
QUADRATIC = (
    b'<rss version="2.0"><channel><item '
    + b" ".join(b'a%d="1"' % n for n in range(32_000))
    + b"><title>x</title></item></channel></rss>"
)
Ask = Callable[..., Poll]


def why(ask: Ask, answer: Any, **keys: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        ask(answer, **keys)
    return caught.value


def test_items_carry_what_the_source_knows(ask: Ask) -> None:
    poll = ask(ONE, tags=["press", "fr"])
    (item,) = poll.items
    assert (item.source, item.guid, item.title, item.markup) == ("Test", "1", "One", Markup.HTML)
    assert (item.tags, item.language) == (("press", "fr"), "fr")
    assert ask(ONE, language="de").items[0].language == "de"
    assert (poll.unchanged, poll.troubles, poll.young) == (0, (), False)


def test_links_are_resolved_against_where_the_feed_was_found(ask: Ask) -> None:
    async def moved(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(status=301, headers={"Location": "/news/rss.xml"})
        return web.Response(body=ONE.replace(b"<guid>1</guid>", b"<link>a.html</link>"))

    assert (ask(moved).items[0].url or "").endswith("/news/a.html")


def test_a_success_clears_the_failures_and_sets_the_next_poll(ask: Ask) -> None:
    before = SourceState(failures=3, error="Test: broken", polled=NOW - timedelta(days=1))
    state = ask(ONE, before, poll="30m").state
    assert (state.failures, state.error, state.polled, state.succeeded) == (0, None, NOW, NOW)
    assert state.next_due == NOW + timedelta(minutes=30)


# --- conditional requests -------------------------------------------------------------------------------------------


class Conditional:
    """A server that answers 304 to the validators it gave last, and remembers what it was asked."""

    def __init__(self, etag: str | None, modified: str | None) -> None:
        self.headers = {name: value for name, value in (("ETag", etag), ("Last-Modified", modified)) if value}
        self.asked: list[tuple[str | None, str | None]] = []

    async def __call__(self, request: web.Request) -> web.Response:
        match, since = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        self.asked.append((match, since))
        if self.headers and (match, since) == (self.headers.get("ETag"), self.headers.get("Last-Modified")):
            return web.Response(status=304)
        return web.Response(body=ONE, headers=self.headers)


@pytest.mark.parametrize(
    ("etag", "modified"),
    [('"a"', None), ('W/"a"', None), (None, "Fri, 01 Mar 2024 10:00:00 GMT"), ('"a"', "yesterday, as it came")],
)
def test_an_unchanged_feed_brings_nothing_and_is_a_success(ask: Ask, etag: str | None, modified: str | None) -> None:
    server = Conditional(etag, modified)
    first = ask(server)
    second = ask(server, first.state)
    assert (len(first.items), len(second.items)) == (1, 0)
    assert server.asked == [(None, None), (etag, modified)]
    assert (second.state.etag, second.state.last_modified) == (etag, modified)
    assert second.state.succeeded == NOW


def test_the_newest_validators_are_kept_also_when_one_disappears(ask: Ask) -> None:
    state = ask(Conditional('"old"', "then")).state
    state = ask(Conditional('"new"', "then"), state).state
    assert (state.etag, state.last_modified) == ('"new"', "then")
    state = ask(Conditional(None, "then"), state).state
    assert (state.etag, state.last_modified) == (None, "then")
    state = ask(Conditional(None, None), state).state
    assert (state.etag, state.last_modified) == (None, None)


def test_a_304_may_bring_new_validators(ask: Ask) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=304, headers={"ETag": '"b"'})

    state = ask(answer, SourceState(etag='"a"', last_modified="then")).state
    assert (state.etag, state.last_modified) == ('"b"', "then")


def test_a_304_behind_a_redirect_is_a_success(ask: Ask) -> None:
    behind = Conditional('"a"', None)

    async def moved(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(status=302, headers={"Location": "/other"})
        return await behind(request)

    state = ask(moved).state
    assert ask(moved, state).items == ()
    assert behind.asked[-1] == ('"a"', None)


# --- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Test: the answer is empty"),
        (b"<!doctype html><html><p>Please sign in", "Test: the answer is an HTML page, not a feed"),
        (b"\x00\x01\x02", "Test: the answer is not a feed"),
        (b'{"a": 1}', "Test: the answer is JSON, but not a JSON Feed"),
    ],
)
def test_what_is_no_feed_is_one_sentence(ask: Ask, body: bytes, sentence: str) -> None:
    assert str(why(ask, body)) == sentence


def test_a_body_compressed_twice_is_not_a_feed(ask: Ask) -> None:
    async def answer(_: web.Request) -> web.Response:
        twice = gzip.compress(gzip.compress(ONE))
        return web.Response(body=twice, headers={"Content-Encoding": "gzip, gzip"})

    assert why(ask, answer).source == "Test"


@pytest.mark.parametrize(("status", "phrase"), [(404, "404 Not Found"), (429, "429 Too Many Requests"), (599, "599")])
def test_another_status_is_named_with_the_pause_its_server_asks_for(ask: Ask, status: int, phrase: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "7200"}, body=ONE)

    error = why(ask, answer)
    assert str(error) == f"Test: the server answered {phrase}"
    assert error.retry_after == timedelta(hours=2)


def test_a_failing_source_is_asked_less_and_less_but_never_given_up() -> None:
    source = FeedSource.model_validate({"type": "feed", "name": "Test", "url": "http://x.example/", "poll": "15m"})
    state, pauses = SourceState(etag='"a"'), []
    for _ in range(10):
        state = failed(source, state, SourceError("Test", "broken"), NOW)
        assert state.next_due
        pauses.append((state.next_due - NOW) / timedelta(minutes=1))
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]
    assert (state.failures, state.error, state.etag, state.succeeded) == (10, "Test: broken", '"a"', None)
    asked = failed(source, SourceState(), SourceError("Test", "x", retry_after=timedelta(hours=5)), NOW)
    assert asked.next_due == NOW + timedelta(hours=5)
    slow = source.model_copy(update={"poll": timedelta(days=7)})
    assert failed(slow, replace(state, failures=5), SourceError("Test", "x"), NOW).next_due == NOW + timedelta(days=7)


# --- hostile bodies -------------------------------------------------------------------------------------------------


def test_a_quadratic_feed_dies_at_its_deadline_and_costs_the_others_nothing(
    workers: Workers, serve: Any, local: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PARSE_DEADLINE", 1.5)

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=QUADRATIC if request.path == "/evil" else ONE)

    async def journey() -> None:
        async with serve(answer) as url, Fetcher(local()) as fetcher:

            async def ask(path: str) -> Poll:
                source = FeedSource.model_validate({"type": "feed", "name": path, "url": f"{url}/{path}"})
                return await poll(source, SourceState(), {}, fetcher, workers, NOW)

            await ask("warm")
            begun = time.monotonic()
            evil = asyncio.create_task(ask("evil"))
            for n in range(20):
                assert len((await ask(f"good-{n}")).items) == 1
            assert not evil.done()
            assert time.monotonic() - begun < 1.5
            with pytest.raises(SourceError, match=r"^evil: parsing took longer than 1.5 s$"):
                await evil
            await asyncio.gather(*(ask(f"again-{n}") for n in range(4)))

    asyncio.run(journey())


def test_an_external_dtd_or_entity_is_never_asked_for(ask: Ask, listen: Any) -> None:
    async def journey() -> None:
        async with listen() as (port, came):
            url = f"http://127.0.0.1:{port}/x"
            head = f'<!DOCTYPE rss SYSTEM "{url}" [<!ENTITY e SYSTEM "{url}"><!ENTITY % p SYSTEM "{url}"> %p;]>'
            for doctype in (head, f'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "{url}">'):
                body = doctype.encode() + ONE.replace(b"One", b"One &e;")
                assert len((await asyncio.to_thread(ask, body)).items) == 1
            assert came == []

    asyncio.run(journey())


def test_a_feed_too_large_for_memory_is_one_sentence(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "read_feed", _greedy)
    assert str(why(ask, ONE)) == "Test: parsing needed more than 1024 MiB of memory"


def _greedy(*_: Any) -> bytes:
    return bytes(2 * 1024**3)


def test_a_refused_address_is_the_sources_error(workers: Workers) -> None:
    async def journey() -> None:
        async with Fetcher(HttpSettings()) as fetcher:
            source = FeedSource.model_validate({"type": "feed", "name": "Inner", "url": "http://10.1.2.3/feed"})
            with pytest.raises(
                SourceError, match=r"^Inner: the address 10\.1\.2\.3 is not public; http\.allow_networks"
            ):
                await poll(source, SourceState(), {}, fetcher, workers, NOW)

    asyncio.run(journey())


@pytest.mark.skipif(not FEEDS.is_dir(), reason="no captured feeds beside the project")
def test_all_captured_feeds_are_read_from_a_server(workers: Workers, serve: Any, local: Any) -> None:
    names = sorted(path.name for path in FEEDS.iterdir() if path.suffix != ".md")

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=(FEEDS / request.path[1:]).read_bytes())

    async def journey() -> list[Poll]:
        async with serve(answer) as url, Fetcher(local(timeout="1m")) as fetcher:
            sources = [FeedSource.model_validate({"type": "feed", "name": n, "url": f"{url}/{n}"}) for n in names]
            return await asyncio.gather(*(poll(s, SourceState(), {}, fetcher, workers, NOW) for s in sources))

    polls = asyncio.run(journey())
    assert len(names) == 40
    assert sum(len(poll.items) for poll in polls) in (1527, 1537)
