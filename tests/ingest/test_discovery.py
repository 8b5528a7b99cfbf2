"""Discovery: which links of a page are feeds, proved by reading them, and what is said when there is none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from monitor.errors import MonitorError
from monitor.ingest import Discovery, Fetcher, Workers, discover

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
Find = Callable[..., Discovery]


def rss(title: str, *guids: str, day: int = 20) -> str:
    items = "".join(
        f"<item><title>{guid}</title><guid>{guid}</guid><pubDate>{day} Feb 2024 08:00:00 GMT</pubDate></item>"
        for guid in guids
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Un &lt;b&gt;titre&lt;/b&gt; &amp;amp; x</title>'
    "<entry><id>urn:1</id><title>x</title></entry></feed>"
)
JSON = json.dumps(
    {"version": "https://jsonfeed.org/version/1.1", "title": "J\u202eson", "items": [{"id": "1", "content_text": "x"}]}
)


@pytest.fixture
def asked() -> list[str]:
    """The paths that the site was asked for, in order."""
    return []


@pytest.fixture
def find(serve: Any, local: Any, workers: Workers, asked: list[str]) -> Find:
    """Discover on a site whose pages are given as path -> text; `{site}` in them is its address."""

    def finding(pages: dict[str, str], path: str = "/", **settings: Any) -> Discovery:
        async def answer(request: web.Request) -> web.Response:
            asked.append(request.path_qs)
            site = f"http://{request.host}"
            if request.path in pages:
                return web.Response(text=pages[request.path].replace("{site}", site), content_type="text/html")
            if request.path.startswith("/moved"):
                raise web.HTTPMovedPermanently("/rss")
            raise web.HTTPNotFound

        async def journey() -> Discovery:
            fast = {"per_host": {"concurrency": 2, "interval": "off"}}
            async with serve(answer) as url, Fetcher(local(**fast, **settings)) as fetcher:
                found = await discover(f"{url}{path}", fetcher, workers, NOW)
                assert all(one.url.startswith(url) for one in found.found)
                return found

        return asyncio.run(journey())

    return finding


def paths(found: Discovery) -> list[str]:
    return ["/" + one.url.split("/", 3)[3] for one in found.found]


def test_an_address_that_is_a_feed_is_that_feed(find: Find) -> None:
    found = find({"/news": rss("Le <![CDATA[soir]]> &amp; nous", "a", "b")}, "/news")
    (one,) = found.found
    assert (found.is_feed, one.type, one.items, one.newest) == (True, "rss", 2, datetime(2024, 2, 20, 8, tzinfo=UTC))
    assert one.title.startswith("Le ")


@pytest.mark.parametrize(("text", "kind", "title"), [(ATOM, "atom", "Un titre & x"), (JSON, "json", "Json")])
def test_atom_and_json_feeds_are_told_apart(find: Find, text: str, kind: str, title: str) -> None:
    (one,) = find({"/x": text}, "/x").found
    assert (one.type, one.title, one.items, one.newest) == (kind, title, 1, None)


def test_a_feed_that_moved_for_good_is_found_where_it_is_now(find: Find) -> None:
    assert paths(find({"/rss": rss("A", "1")}, "/moved")) == ["/rss"]


def test_declared_links_come_first_then_those_whose_address_looks_like_a_feed(find: Find, asked: list[str]) -> None:
    page = """<HTML><HEAD><BASE HREF="/deep/"><base href="/wrong/">
      <LINK REL="Alternate  stylesheet-ish" TYPE="Application/RSS+XML; charset=utf-8" HREF="a.xml">
      <link rel="alternate" type="application/atom+xml" href="../b?x=1&amp;y=2#top">
      <link rel="alternate" type="application/feed+json" href="{site}/c">
      <link rel="alternate" hreflang="fr" href="/fr"><link rel="stylesheet" type="text/xml" href="/css">
      <link rel="alternate" type="application/rss+xml">
      </HEAD><a href="/section/rss/">RSS</a><a href="feed:{site}/d/feed">d</a> <a href="/about">about</a>
      <a href="/rssi">a river</a><a href="javascript:feed.open()">x</a><a href="mailto:rss@example.org">y</a></HTML>"""
    pages = {"/": page, "/deep/a.xml": rss("A", "1"), "/b": ATOM, "/c": JSON, "/d/feed": rss("D", "2")}
    found = find(pages | {"/section/rss/": "<p>no feed</p>"})
    assert not found.is_feed
    assert paths(found) == ["/deep/a.xml", "/b?x=1&y=2", "/c", "/d/feed"]
    assert sorted(asked) == sorted(["/", "/deep/a.xml", "/b?x=1&y=2", "/c", "/section/rss/", "/d/feed"])


def test_what_is_only_linked_to_and_holds_the_same_items_is_no_other_feed(find: Find) -> None:
    page = '<a href="/feed">1</a><a href="/feed/">2</a><a href="/feed/other">3</a>'
    pages = {"/": page, "/feed": rss("A", "1"), "/feed/": rss("A", "1"), "/feed/other": rss("A", "2")}
    assert paths(find(pages)) == ["/feed", "/feed/other"]
    declared = "".join(f"<link rel=alternate type=text/xml href={path}>" for path in ("/feed/", "/feed"))
    assert paths(find(pages | {"/": declared + page})) == ["/feed/", "/feed", "/feed/other"]


def test_usual_places_are_asked_only_when_the_page_names_no_feed(find: Find, asked: list[str]) -> None:
    assert paths(find({"/a/b": "<p>hello</p>", "/atom.xml": ATOM, "/feed.xml": ATOM}, "/a/b")) == ["/atom.xml"]
    assert asked == ["/a/b", "/feed", "/rss", "/rss.xml", "/atom.xml"]


def test_a_site_without_feeds_has_none(find: Find, asked: list[str]) -> None:
    assert find({"/": "<a href='/rss'>gone</a>"}) == Discovery(())
    assert len(asked) == 8


def test_a_page_of_a_thousand_links_is_looked_at_in_part(find: Find, asked: list[str]) -> None:
    links = "".join(f'<a href="/feed/{number}">x</a>' for number in range(1000))
    found = find({"/": links, "/feed/7": rss("A", "1")})
    assert (paths(found), found.left, len(asked)) == (["/feed/7"], 970, 31)


@pytest.mark.parametrize(
    "page",
    [
        "<link rel=alternate type=application/rss+xml href='http://[::1/x'>" * 3,
        "<title" * 5_000,
        "<div>" * 5_000 + "<a href=/rss>x</a>",
        "<link rel=alternate type=application/rss+xml href='/\x00\x1b]0;evil\x07'>",
        "<rss><channel><title>" + "<title " * 5_000,
    ],
)
def test_a_hostile_page_costs_only_itself(find: Find, page: str) -> None:
    try:
        found = find({"/": page})
    except MonitorError as error:
        assert "reading the answer" in str(error)  # noqa: PT017 - either end is a good one
    else:
        assert all(one.title.isprintable() for one in found.found)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("example.org", "the address must be an http or https address with a host, like https://example.org"),
        ("", "the address must be an http or https address with a host, like https://example.org"),
        ("ftp://example.org/x", "the address must be an http or https address with a host"),
        ("http://10.0.0.1/?t=secret", "http://10.0.0.1/?t=***: the address 10.0.0.1 is not public"),
    ],
)
def test_a_wrong_address_gets_one_sentence(url: str, said: str, local: Any, workers: Workers) -> None:
    async def journey() -> None:
        async with Fetcher(local(allow_networks=[])) as fetcher:
            await discover(url, fetcher, workers, NOW)

    with pytest.raises(MonitorError) as refused:
        asyncio.run(journey())
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)
