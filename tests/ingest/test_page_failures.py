"""Pages that cannot be read: they cost no more than their own text, little time, and one sentence in the report."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web
from ingest.pages import STAY, TEASER, TEXT, article, told
from structlog.testing import capture_logs

from monitor.ingest import page


def test_failures_cost_their_items_alone_and_are_counted_in_one_event(read_pages: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        match request.path:
            case "/gone":
                raise web.HTTPGone
            case "/rugby":
                return web.Response(text=str(STAY["another article"]), content_type="text/html")
            case "/wall":
                return web.Response(text=str(STAY["a paywall that shows the teaser"]), content_type="text/html")
        return web.Response(text=article(), content_type="text/html")

    with capture_logs() as events:
        found = read_pages(answer, "/a", "/gone", "/rugby", "/b", "/wall")
    assert [told(one) == TEXT for one in found] == [True, False, False, True, False]
    assert [event for event in events if event["event"] == "pages_read"] == [
        {"event": "pages_read", "log_level": "info", "stage": "ingest", "source": "Quai", "asked": 5}
        | {"read": 2, "failed": 1, "other": 1, "short": 1}
    ]


def test_what_could_not_be_read_is_told_in_one_sentence_with_its_reasons(read_pages: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        match request.path:
            case "/a" | "/d":
                raise web.HTTPForbidden
            case "/b":
                raise web.HTTPGone
            case "/wall":
                return web.Response(text=str(STAY["a paywall that shows the teaser"]), content_type="text/html")
        return web.Response(text=article(), content_type="text/html")

    assert read_pages(answer, "/a", "/fine", "/b", "/wall", "/also", "/d", troubles=True) == (
        "Quai: 3 of 6 pages could not be read, the feed's own text was kept: the server answered 403 Forbidden (2), "
        "the server answered 410 Gone (1)",
    )
    assert read_pages(article(), troubles=True) == ()
    assert read_pages(str(STAY["a paywall that shows the teaser"]), troubles=True) == (), "it was read, and says less"


def test_of_many_reasons_the_most_frequent_are_named(read_pages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "GIVE_UP", 100)

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=int(request.path[1:4]))

    statuses = (404, 500, 410, 404, 403, 500, 451, 404)
    [sentence] = read_pages(answer, *(f"/{status}/{n}" for n, status in enumerate(statuses)), troubles=True)
    assert sentence.startswith("Quai: 8 of 8 pages could not be read")
    assert "404 Not Found (3), the server answered 500 Internal Server Error (2), " in sentence
    assert sentence.endswith(" (1), other reasons (2)")


def test_a_pause_that_the_host_asked_for_is_one_reason_however_long_it_is_by_then(read_pages: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "50"})

    [sentence] = read_pages(
        answer, "/1", "/2", "/3", "/4", troubles=True, per_host={"concurrency": 1, "interval": "off"}
    )
    assert sentence.endswith(": the host asked to be left alone (3), the server answered 503 Service Unavailable (1)")


def test_a_host_that_fails_three_times_in_a_row_is_asked_no_more(
    read_pages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "AT_ONCE", 1)
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path in ("/1", "/2", "/7", "/8", "/9"):
            raise web.HTTPForbidden
        if request.path in ("/4", "/5", "/6"):
            return web.Response(text="<html><body><video></video></body></html>", content_type="text/html")
        return web.Response(text=article(), content_type="text/html")

    [sentence] = read_pages(answer, *(f"/{n}" for n in range(1, 13)), troubles=True)
    assert asked == [f"/{n}" for n in range(1, 10)]
    assert sentence.endswith("the server answered 403 Forbidden (5), not asked, as its host had failed 3 times (3)")


def test_a_host_without_answer_costs_no_more_than_the_patience(
    read_pages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PATIENCE", 0.5)

    async def answer(request: web.Request) -> web.Response:
        if request.path != "/quick":
            await asyncio.sleep(30)
        return web.Response(text=article(), content_type="text/html")

    begun = time.monotonic()
    found = read_pages(answer, "/slow", "/quick", "/slower")
    assert time.monotonic() - begun < 5
    assert [told(one) == TEXT for one in found] == [False, True, False]
    [sentence] = read_pages(answer, "/slow", "/slower", troubles=True)
    assert sentence.endswith("2 of 2 pages could not be read, the feed's own text was kept: not read within 0.5 s (2)")


def test_an_address_that_is_refused_for_feeds_is_refused_for_pages(read_pages: Any) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text=article(), content_type="text/html")

    assert told(read_pages(answer, allow_networks=[])[0]) == [TEASER]
    assert asked == []


HOSTILE = {
    "deep": "<div>" * 100_000 + "texte",
    "attributes": "<html><body><p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>",
    "signs": "<html><body>" + "<" * 300_000,
    "comments": "<html><body>" + "<!--" * 100_000,
    "json": '<html><head><script type="application/ld+json">' + '{"@graph":' * 20_000 + "</script><body><p>x",
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_costs_its_own_text_only(read_pages: Any, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "DEADLINE", 2.0)

    async def mixed(request: web.Request) -> web.Response:
        return web.Response(text=answer if request.path == "/evil" else article(), content_type="text/html")

    begun = time.monotonic()
    evil, good = read_pages(mixed, "/evil", "/good")
    assert time.monotonic() - begun < 10
    assert told(evil) == [TEASER]
    assert told(good) == TEXT


def test_a_page_that_kills_its_reader_is_told_of(read_pages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "DEADLINE", 0.2)
    monkeypatch.setattr(page, "complete", _never)
    [sentence] = read_pages(article(), troubles=True)
    assert sentence.endswith(": reading it took longer than 0.2 s (1)")
    monkeypatch.setattr(page, "complete", _broken)
    [sentence] = read_pages(article(), troubles=True)
    assert sentence.endswith(": reading it failed (ZeroDivisionError) (1)")


def _never(*_: Any) -> None:
    time.sleep(60)


def _broken(*_: Any) -> None:
    raise ZeroDivisionError
