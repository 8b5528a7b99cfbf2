"""Polling feeds: conditional requests, what feeds say of themselves, hostile bodies, a sentence for what went wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from ingest.polling import polled

from monitor.errors import SourceError
from monitor.ingest import FeedSource, Fetcher, HttpSettings, Poll, Workers, feed, settled
from monitor.model import Habits, Markup, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
FEEDS = Path(__file__).parents[2].parent / "shared" / "feeds"
ONE = (
    b'<rss version="2.0"><channel><language>fr</language><item><guid>1</guid><title>One</title></item></channel></rss>'
)
# 32,000 attributes in a damaged feed take the tolerant reader 11 s (measured): quadratic.
QUADRATIC = (
    b'<rss version="2.0"><channel><item '
    + b" ".join(b'a%d="1"' % n for n in range(32_000))
    + b"><title>x</titel></item></channel></rss>"
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
def test_fault_21_an_unchanged_feed_brings_nothing_and_is_a_success(
    ask: Ask, etag: str | None, modified: str | None
) -> None:
    server = Conditional(etag, modified)
    first = ask(server)
    second = ask(server, first.state)
    assert (len(first.items), len(second.items)) == (1, 0)
    assert server.asked == [(None, None), (etag, modified)]
    assert (second.state.etag, second.state.last_modified) == (etag, modified)


def test_fault_21_the_newest_validators_are_kept_also_when_one_disappears(ask: Ask) -> None:
    state = ask(Conditional('"old"', "then")).state
    state = ask(Conditional('"new"', "then"), state).state
    assert (state.etag, state.last_modified) == ('"new"', "then")
    state = ask(Conditional(None, "then"), state).state
    assert (state.etag, state.last_modified) == (None, "then")
    state = ask(Conditional(None, None), state).state
    assert (state.etag, state.last_modified) == (None, None)


def test_fault_21_a_304_may_bring_new_validators(ask: Ask) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=304, headers={"ETag": '"b"'})

    state = ask(answer, SourceState(etag='"a"', last_modified="then")).state
    assert (state.etag, state.last_modified) == ('"b"', "then")


def test_fault_21_a_304_behind_a_redirect_is_a_success(ask: Ask) -> None:
    behind = Conditional('"a"', None)

    async def moved(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(status=302, headers={"Location": "/other"})
        return await behind(request)

    state = ask(moved).state
    assert ask(moved, state).items == ()
    assert behind.asked[-1] == ('"a"', None)


@pytest.mark.parametrize("ignored", ["If-None-Match", "If-Modified-Since"])
def test_fault_21_a_server_may_ignore_one_validator(ask: Ask, ignored: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        sent = {"If-None-Match": '"a"', "If-Modified-Since": "then"}
        known = all(request.headers.get(name) == value for name, value in sent.items() if name != ignored)
        status, body = (304, None) if known else (200, ONE)
        return web.Response(status=status, body=body, headers={"ETag": '"a"', "Last-Modified": "then"})

    state = ask(answer).state
    assert ask(answer, state).items == ()


def test_fault_21_a_304_without_validators_keeps_those_it_confirms(ask: Ask) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=304)

    before = SourceState(etag='"a"', last_modified="then", body="b", habits=Habits(ttl=60, language="fr"))
    assert ask(answer, before).state == before


def test_fault_21_the_same_body_again_is_not_parsed_and_its_validators_are_the_newest(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def server(etag: str, charset: str = "utf-8") -> Any:
        async def answer(_: web.Request) -> web.Response:
            headers = {"ETag": etag, "Content-Type": f"text/xml; charset={charset}"}
            return web.Response(body=CHATTY.encode(), headers=headers)

        return answer

    first = ask(server('"a"'))
    monkeypatch.setattr(feed, "read_feed", _greedy)
    second = ask(server('"b"'), first.state)
    assert (second.items, second.state) == ((), replace(first.state, etag='"b"'))
    assert "memory" in str(why(ask, server('"b"', "iso-8859-1"), state=first.state))  # this one would be parsed


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


@pytest.mark.parametrize(
    ("status", "phrase"), [(404, "404 Not Found"), (410, "410 Gone"), (429, "429 Too Many Requests"), (599, "599")]
)
def test_another_status_is_named_with_the_pause_its_server_asks_for(ask: Ask, status: int, phrase: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "7200"}, body=ONE)

    error = why(ask, answer)
    assert str(error) == f"Test: the server answered {phrase}"
    assert (error.retry_after, error.status) == (timedelta(hours=2), status)


LOGIN = b"<!doctype html><html><form><input name=p type = 'password'></form>"


def test_a_login_page_is_called_one(ask: Ask) -> None:
    assert str(why(ask, LOGIN)) == "Test: the answer is a login page, not a feed"

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(status=302, headers={"Location": f"{request.query['to']}?next=/feed"})
        return web.Response(body=b"<!doctype html><html><p>Hello")

    def led(to: str) -> str:
        async def redirect(request: web.Request) -> web.Response:
            return await answer(request.clone(rel_url=f"{request.path}?to={to}"))

        return str(why(ask, redirect))

    assert led("/wp-login.php") == "Test: redirects to a login page, not to a feed"
    assert led("/compte/connexion") == "Test: redirects to a login page, not to a feed"
    assert led("/blogindex") == "Test: the answer is an HTML page, not a feed"


def test_what_failed_leaves_what_is_known_as_it_was(ask: Ask) -> None:
    state = ask(Conditional('"a"', None)).state
    with pytest.raises(SourceError):
        ask(LOGIN, state)
    server = Conditional('"a"', None)
    assert ask(server, state).items == ()
    assert server.asked == [('"a"', None)]


def test_a_host_that_asked_for_silence_is_not_asked(serve: Any, local: Any, workers: Workers) -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=429, headers={"Retry-After": "7200"})

    async def journey() -> list[SourceError]:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            found = []
            for name in ("first", "second"):
                source = FeedSource.model_validate({"type": "feed", "name": name, "url": f"{url}/{name}"})
                with pytest.raises(SourceError) as caught:
                    await polled(source, SourceState(), {}, fetcher, workers, NOW)
                found.append(caught.value)
            return found

    first, second = asyncio.run(journey())
    assert asked == ["/first"]
    assert (first.held, first.status, second.held) == (False, 429, True)
    assert second.message.startswith("127.0.0.1 asked")
    assert second.retry_after
    assert timedelta(hours=1.9) < second.retry_after <= timedelta(hours=2)


# --- what the feed says of itself -----------------------------------------------------------------------------------

CHATTY = """<rss version="2.0"><channel><language>fr-FR</language><ttl>90</ttl>
<skipHours><hour>1</hour><hour>2</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<item><guid>1</guid><title>é</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>
<item><guid>2</guid><title>b</title><pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate></item>
<item><guid>3</guid><title>c</title></item></channel></rss>"""


def test_what_the_feed_says_of_itself_is_remembered(ask: Ask) -> None:
    habits = ask(CHATTY.encode()).state.habits
    assert (habits.ttl, habits.skip_hours, habits.skip_days) == (5400, (1, 2), (6,))
    assert (habits.language, habits.charset) == ("fr", "utf-8")
    assert (habits.dated, habits.refused) == (2, 1)
    silent = ask(ONE, SourceState(habits=habits)).state.habits
    assert (silent.ttl, silent.skip_hours, silent.dated) == (None, (), 0)
    assert (silent.language, silent.charset, silent.other) == ("fr", "utf-8", None)


def test_another_language_or_encoding_is_noticed_and_plain_ascii_is_none(ask: Ask) -> None:
    state = ask(CHATTY.encode()).state
    latin = '<?xml version="1.0" encoding="iso-8859-1"?>' + CHATTY.replace("fr-FR", "en")
    other = ask(latin.encode("iso-8859-1"), state).state.habits
    assert (other.language, other.charset, other.other_since) == ("fr", "utf-8", NOW)
    assert (other.other or "").startswith("en ")
    assert "1252" in (other.other or "") or "8859" in (other.other or "")
    assert ask(CHATTY.replace("é", "e").encode(), replace(state, habits=other)).state.habits.other is None


def test_how_long_the_answer_stays_good_is_told(ask: Ask) -> None:
    async def answer(request: web.Request) -> web.Response:
        status = 304 if "If-None-Match" in request.headers else 200
        body = ONE if status == 200 else None
        return web.Response(status=status, body=body, headers={"Cache-Control": "max-age=1800", "ETag": '"a"'})

    first = ask(answer)
    assert first.fresh_for == ask(answer, first.state).fresh_for == timedelta(minutes=30)
    assert ask(ONE).fresh_for is None


def test_fault_24_items_without_id_or_with_a_shared_one_keep_theirs_whatever_their_order(ask: Ask) -> None:
    def guids(*items: str) -> dict[str, str]:
        body = f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'
        return {item.title: item.guid for item in ask(body.encode()).items}

    shared = "<guid isPermaLink='false'>1</guid>"
    a, b = f"<item>{shared}<title>A</title></item>", f"<item>{shared}<title>B</title></item>"
    c = "<item><title>C</title><link>http://x.example/c</link></item>"
    d = "<item><title>D</title></item>"
    found = guids(a, b, c, d)
    assert len(set(found.values())) == 4
    assert guids(d, c, b, a) == found
    assert found["C"] == "http://x.example/c"


def test_fault_24_dates_that_cannot_be_true_are_unknown_and_flagged(ask: Ask) -> None:
    wrong = ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Mar 2034 10:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"]
    dates = "".join(f"<item><guid>{d}</guid><title>x</title><pubDate>{d}</pubDate></item>" for d in wrong)
    found = ask(f'<rss version="2.0"><channel>{dates}</channel></rss>'.encode())
    assert [(item.published.value, item.refused) for item in found.items] == [(None, date) for date in wrong]
    source = FeedSource.model_validate({"type": "feed", "name": "Test", "url": "http://x.example/"})
    after = settled(source, SourceState(), found, 3, NOW, 0.0)
    assert after.trouble == "wrong dates: 3 of 3 cannot be true"


# --- hostile bodies -------------------------------------------------------------------------------------------------


def test_fault_16_a_quadratic_feed_dies_at_its_deadline_and_costs_the_others_nothing(
    workers: Workers, serve: Any, local: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PARSE_DEADLINE", 3.0)

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=QUADRATIC if request.path == "/evil" else ONE)

    async def journey() -> None:
        async with serve(answer) as url, Fetcher(local()) as fetcher:

            async def ask(path: str) -> Poll:
                source = FeedSource.model_validate({"type": "feed", "name": path, "url": f"{url}/{path}"})
                return await polled(source, SourceState(), {}, fetcher, workers, NOW)

            await ask("warm")
            begun = time.monotonic()
            evil = asyncio.create_task(ask("evil"))
            for n in range(10):
                assert len((await ask(f"good-{n}")).items) == 1
            assert not evil.done()
            assert time.monotonic() - begun < 3.0
            with pytest.raises(SourceError, match=r"^evil: parsing took longer than 3 s$"):
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
                await polled(source, SourceState(), {}, fetcher, workers, NOW)

    asyncio.run(journey())


@pytest.mark.skipif(not FEEDS.is_dir(), reason="no captured feeds beside the project")
def test_all_captured_feeds_are_read_from_a_server(workers: Workers, serve: Any, local: Any) -> None:
    names = sorted(path.name for path in FEEDS.iterdir() if path.suffix != ".md")

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=(FEEDS / request.path[1:]).read_bytes())

    async def journey() -> list[Poll]:
        async with serve(answer) as url, Fetcher(local(timeout="1m")) as fetcher:
            sources = [FeedSource.model_validate({"type": "feed", "name": n, "url": f"{url}/{n}"}) for n in names]
            return await asyncio.gather(*(polled(s, SourceState(), {}, fetcher, workers, NOW) for s in sources))

    polls = asyncio.run(journey())
    assert len(names) == 40
    assert sum(len(poll.items) for poll in polls) in (1527, 1537)
