"""Permanent redirects: when the address that is asked becomes another one, and when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from ingest.polling import polled
from structlog.testing import capture_logs

from monitor.errors import SourceError
from monitor.ingest import FeedSource, Fetcher, Workers, failed
from monitor.ingest.web.bodies import Place, Room
from monitor.ingest.web.http import Response
from monitor.model import Habits, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OVER_A_DAY = (0, 12, 24)
ONE = b'<rss version="2.0"><channel><item><guid>1</guid><title>One</title></item></channel></rss>'
Visit = Callable[..., list[str | None]]


@pytest.fixture
def visit(workers: Workers, serve: Any, local: Any) -> Visit:
    """Poll /feed of one server at these hours; gives the paths that are stored after each poll, None for none."""

    def visiting(
        answer: Callable[[web.Request, int], Awaitable[web.Response]], hours: Sequence[float], path: str = "/feed"
    ) -> list[str | None]:
        visits = 0

        async def handler(request: web.Request) -> web.Response:
            return await answer(request, visits)

        async def journey() -> list[str | None]:
            nonlocal visits
            state, found = SourceState(), []
            async with serve(handler) as url, Fetcher(local()) as fetcher:
                source = FeedSource.model_validate({"type": "feed", "name": "Test", "url": f"{url}{path}"})
                for hour in hours:
                    now, visits = NOW + hour * HOUR, visits + 1
                    try:
                        state = (await polled(source, state, {}, fetcher, workers, now)).state
                    except SourceError as error:
                        state = failed(source, state, error, now, 0.0)
                    found.append(state.url and state.url.removeprefix(url))
            return found

        return asyncio.run(journey())

    return visiting


def redirect(status: int, to: str) -> web.Response:
    return web.Response(status=status, headers={"Location": to})


def moved(status: int, body: bytes = ONE) -> Callable[[web.Request, int], Awaitable[web.Response]]:
    """A server whose /feed leads to /new, where there is this body, another one each time."""

    async def answer(request: web.Request, visit: int) -> web.Response:
        if request.path == "/feed":
            return redirect(status, "/new")
        return web.Response(body=body.replace(b"One", b"Visit %d" % visit))

    return answer


@pytest.mark.parametrize("status", [301, 308])
def test_fault_19_the_address_changes_after_three_agreeing_answers_over_a_day(visit: Visit, status: int) -> None:
    with capture_logs() as logs:
        assert visit(moved(status), OVER_A_DAY) == [None, None, "/new"]
    (event,) = [one for one in logs if one["event"] == "source_moved"]
    assert (event["source"], event["url"].rpartition("/")[2]) == ("Test", "new")
    assert visit(moved(status), (0, 1, 2, 23.9, 24, 48)) == [None, None, None, None, "/new", "/new"]
    assert visit(moved(status), (0, 30)) == [None, None]


@pytest.mark.parametrize("status", [302, 303, 307])
def test_fault_19_a_temporary_redirect_never_changes_it(visit: Visit, status: int) -> None:
    assert visit(moved(status), (0, 24, 48, 72, 96)) == [None] * 5


def test_fault_19_one_temporary_redirect_on_the_way_keeps_it(visit: Visit) -> None:
    async def answer(request: web.Request, _: int) -> web.Response:
        hops = {"/feed": redirect(301, "/middle"), "/middle": redirect(302, "/new")}
        return hops.get(request.path) or web.Response(body=ONE)

    assert visit(answer, (0, 12, 24, 48)) == [None] * 4


def test_fault_19_a_target_without_a_feed_proves_nothing(visit: Visit) -> None:
    assert visit(moved(301, b"<!doctype html><html>"), (0, 24, 48, 72)) == [None] * 4


def test_fault_19_another_target_or_none_in_between_begins_again(visit: Visit) -> None:
    async def wavering(request: web.Request, visit: int) -> web.Response:
        if request.path == "/feed":
            return redirect(301, "/other" if visit == 2 else "/new")
        return web.Response(body=ONE)

    async def pausing(request: web.Request, visit: int) -> web.Response:
        return redirect(301, "/new") if request.path == "/feed" and visit != 2 else web.Response(body=ONE)

    for answer in (wavering, pausing):
        assert visit(answer, (0, 12, 24, 36, 47, 48)) == [None] * 5 + ["/new"]
        assert visit(answer, (0, 12, 24, 48)) == [None] * 4  # over a day, but two answers only


def test_fault_19_a_failure_in_between_proves_nothing_either_way(visit: Visit) -> None:
    async def answer(request: web.Request, visit: int) -> web.Response:
        if visit == 2:
            return web.Response(status=500)
        return redirect(301, "/new") if request.path == "/feed" else web.Response(body=ONE)

    assert visit(answer, (0, 12, 13, 24)) == [None, None, None, "/new"]


def test_fault_19_a_304_agrees_where_the_feed_was_once_read(visit: Visit) -> None:
    async def honest(request: web.Request, _: int) -> web.Response:
        if request.path == "/feed":
            return redirect(301, "/new")
        known = request.headers.get("If-None-Match") == '"a"'
        return web.Response(status=304 if known else 200, body=None if known else ONE, headers={"ETag": '"a"'})

    async def anything(request: web.Request, visit: int) -> web.Response:
        if visit == 1:
            return web.Response(body=ONE, headers={"ETag": '"a"'})
        return redirect(301, "/parked") if request.path == "/feed" else web.Response(status=304)

    assert visit(honest, OVER_A_DAY) == [None, None, "/new"]
    assert visit(anything, (0, 12, 24, 48, 72)) == [None] * 5


def test_fault_19_a_new_address_that_fails_gives_way_to_the_configured_one(visit: Visit) -> None:
    def failing(status: int) -> Callable[[web.Request, int], Awaitable[web.Response]]:
        async def answer(request: web.Request, visit: int) -> web.Response:
            if visit > 3:
                return web.Response(body=ONE) if request.path == "/feed" else web.Response(status=status)
            return redirect(301, "/new") if request.path == "/feed" else web.Response(body=ONE)

        return answer

    assert visit(failing(404), (*OVER_A_DAY, 25, 26, 27, 28)) == [None, None, "/new", "/new", "/new", None, None]
    assert visit(failing(410), (*OVER_A_DAY, 25, 26)) == [None, None, "/new", None, None]


def test_fault_19_an_address_that_leads_back_is_the_configured_one_again(visit: Visit) -> None:
    async def answer(request: web.Request, visit: int) -> web.Response:
        there, back = ("/feed", "/new") if visit <= 3 else ("/new", "/feed")
        return redirect(301, back) if request.path == there else web.Response(body=ONE)

    assert visit(answer, (0, 12, 24, 48, 60, 72)) == [None, None, "/new", "/new", "/new", None]


def test_fault_19_an_address_with_a_secret_is_never_stored(visit: Visit) -> None:
    async def answer(request: web.Request, _: int) -> web.Response:
        return redirect(301, "/new?token=s3cret") if request.path == "/feed" else web.Response(body=ONE)

    assert visit(answer, (0, 12, 24, 48)) == [None] * 4


@pytest.mark.parametrize(
    ("configured", "stored", "target"),
    [
        ("https://x.example/feed", None, "http://x.example/feed"),
        ("http://x.example/feed", "https://x.example/feed", "http://y.example/feed"),
        ("http://x.example/feed", None, "http://x.example/feed?key=s3cret"),
        ("http://x.example/feed", None, "http://x.example/feed?feed=rss2&u=8f3a9c"),
        ("http://x.example/feed", None, "http://x.example/feed?feed=rss2&userpin=1234"),
        ("http://x.example/feed", None, "http://x.example/feed?dGhlIHNlY3JldA"),
        ("http://x.example/feed", None, "http://x.example/feed?a=b=s3cretive"),
        ("http://x.example/feed", None, "http://x.example/feed?8f3a9cdeadbeef=rss"),
        ("http://x.example/feed", None, "http://x.example/feed?feed=rss2;t=8f3a9c"),
        ("http://x.example/feed", None, "http://x.example/feed?feed=%73%33cret"),
        ("http://x.example/feed", None, "http://me:s3cret@x.example/new"),
        ("http://x.example/feed", None, "http://s3cret@x.example/new"),
        ("http://me:s3cret@x.example/feed", None, "http://x.example/new"),
        ("http://x.example/feed", None, f"http://x.example/{'a' * 2000}"),
        ("http://x.example/feed", None, "ftp://x.example/feed"),
    ],
)
def test_fault_19_what_must_not_be_stored_is_not_even_remembered(
    workers: Workers, configured: str, stored: str | None, target: str
) -> None:
    assert after_three(workers, configured, stored, target) == (stored, Habits())


@pytest.mark.parametrize("query", ["feed=rss2", "format=feed&type=RSS", "rss", "cat=12&lang=fr", ""])
def test_fault_19_a_query_of_plain_words_holds_no_secret(workers: Workers, query: str) -> None:
    target = f"http://x.example/new?{query}"
    assert after_three(workers, "http://x.example/feed", None, target) == (target, Habits())


def test_fault_19_http_may_become_https(workers: Workers) -> None:
    found = after_three(workers, "http://x.example/feed", None, "https://www.x.example/feed")
    assert found == ("https://www.x.example/feed", Habits())


def after_three(workers: Workers, configured: str, stored: str | None, target: str) -> tuple[str | None, Habits]:
    """The address and habits after three answers over two days that permanent redirects to the target led to."""

    class Client:
        room = Room(0)

        async def fetch(self, *_: Any, place: Place) -> Response:
            return Response(200, target, ONE, None, None, None, moved=target)

    async def journey() -> SourceState:
        source = FeedSource.model_validate({"type": "feed", "name": "Test", "url": configured})
        state = SourceState(url=stored)
        for day in range(3):
            found = await polled(source, state, {}, Client(), workers, NOW + day * 24 * HOUR)  # type: ignore[arg-type]
            state = found.state
        return state

    state = asyncio.run(journey())
    return state.url, replace(state.habits, language=None)
