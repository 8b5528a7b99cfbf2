"""A web address -> the feeds that are found there, each of them fetched and read."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.charset import decode
from monitor.errors import MonitorError
from monitor.ingest.feed import web_address
from monitor.ingest.feeds.entry import NotAFeedError
from monitor.ingest.feeds.reader import read_feed
from monitor.ingest.web.http import Fetcher, FetchError, Response
from monitor.ingest.workers import WorkerError, Workers
from monitor.model import Item, Markup
from monitor.plain import one_line
from monitor.text import digest
from monitor.values import without_secrets

# Seconds to parse one page or feed.
DEADLINE = 5.0
# At a request a second for each host, a page that lists its paper's sections takes half a minute.
MAX_CANDIDATES = 30
# Asked one after the other, and only where the page itself names no feed.
USUAL_PLACES = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")

_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/feed+json application/json application/xml text/xml "
    "application/rdf+xml application/x.atom+xml application/x-atom+xml".split()
)
# A word of an address that is often one of a feed's.
_FEEDISH = re.compile(r"(?:^|[/._?=&-])(?:rss|atom|rdf|feeds?|xml)\d?(?:$|[/._?=&-])", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,20}:)?(rss|feed|RDF)[\s>]")
_TITLE = re.compile(r"<title(?:\s[^<>]*)?>")
_ENTRY = re.compile(r"<(?:item|entry)[\s>]")
_TAG = re.compile(r"<[^<>]*>")
_HEAD = 200_000


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that works: `items` it holds now, `newest` the latest date among them, `digest` that of what they are."""

    url: str
    title: str
    type: Literal["rss", "atom", "json"]
    items: int
    newest: datetime | None
    digest: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """The feeds found at an address; `is_feed`: it is one itself; `left`: as many more links were not looked at."""

    found: tuple[Found, ...]
    is_feed: bool = False
    left: int = 0


async def discover(url: str, fetcher: Fetcher, workers: Workers, now: datetime) -> Discovery:
    """The feed at an address, or those that the page there links to, or those in the usual places of its host.

    Raises MonitorError for what is no address, cannot be fetched, or cannot be read in time.
    """
    try:
        web_address(url)
    except ValueError as error:
        hint = "" if "://" in url else f", like https://{one_line(url) or 'example.org'}"
        raise MonitorError(f"the address {error}{hint}") from None
    try:
        with fetcher.room.place() as place:
            response = await fetcher.fetch(url, place=place)
            if found := await _feed(response, url, workers, now):
                return Discovery((found,), is_feed=True)
            page = response.url
            linked, declared = await workers.run(links, response.body, response.charset, page, deadline=DEADLINE)
            del response  # with its place: each of the feeds needs its own
    except FetchError as error:
        raise MonitorError(f"{without_secrets(url)}: {error}") from None
    except WorkerError as error:
        raise MonitorError(f"{without_secrets(url)}: reading the answer {error}") from None
    looks = [_look(one, fetcher, workers, now) for one in linked[:MAX_CANDIDATES]]
    looked = await asyncio.gather(*looks)
    feeds = _distinct(looked[:declared], looked[declared:]) or await _in_usual_places(page, fetcher, workers, now)
    return Discovery(feeds, left=max(0, len(linked) - MAX_CANDIDATES))


async def _in_usual_places(page: str, fetcher: Fetcher, workers: Workers, now: datetime) -> tuple[Found, ...]:
    for place in USUAL_PLACES:
        if (url := urljoin(page, place)) != page and (found := await _look(url, fetcher, workers, now)):
            return (found,)
    return ()


async def _look(url: str, fetcher: Fetcher, workers: Workers, now: datetime) -> Found | None:
    """The feed at an address, None when there is none that can be fetched and read."""
    try:
        with fetcher.room.place() as place:
            return await _feed(await fetcher.fetch(url, place=place), url, workers, now)
    except (FetchError, WorkerError):
        return None


async def _feed(response: Response, url: str, workers: Workers, now: datetime) -> Found | None:
    """An answer as a feed, at the address that has lastingly replaced the one asked for; raises WorkerError."""
    at = response.moved or url
    try:
        return await workers.run(look_at, response.body, response.charset, at, now, deadline=DEADLINE)
    except NotAFeedError:
        return None


def _distinct(declared: Sequence[Found | None], named: Sequence[Found | None]) -> tuple[Found, ...]:
    """The feeds found, each address once; one that is only linked to is none when it holds the items of another."""
    found = {one.url: one for one in declared if one}
    held = {one.digest for one in found.values()}
    for one in named:
        if one and not (one.items and one.digest in held):
            found.setdefault(one.url, one)
            held.add(one.digest)
    return tuple(found.values())


def look_at(body: bytes, charset: str | None, url: str, now: datetime) -> Found:
    """What a feed is, by its bytes; raises NotAFeedError. Runs in a worker."""
    feed = read_feed(body, charset, url, Item("", "", "", Markup.HTML), now)
    text = decode(body, charset).lstrip("\ufeff \t\r\n")
    dates = [item.published.start for item in feed.items if item.published.start]
    held = digest(*(item.guid for item in feed.items))
    found = Found(url, "", "rss", len(feed.items), max(dates, default=None), held)
    if text.startswith("{"):
        title = json.loads(text).get("title")
        return replace(found, type="json", title=one_line(title) if isinstance(title, str) else "")
    root = _ROOT.search(text[:_HEAD])
    return replace(found, type="atom" if root and root[1] == "feed" else "rss", title=_title(text[:_HEAD]))


def _title(text: str) -> str:
    """The first title before the first entry, as plain words."""
    entry = _ENTRY.search(text)
    head = text[: entry.start()] if entry else text
    start = _TITLE.search(head)
    end = head.find("</title", start.end()) if start else -1
    if not start or end < 0:
        return ""
    inner = head[start.end() : end].strip().removeprefix("<![CDATA[").removesuffix("]]>")
    # What is HTML inside XML is escaped twice.
    return one_line(html.unescape(_TAG.sub("", html.unescape(inner))))


def links(body: bytes, charset: str | None, url: str) -> tuple[list[str], int]:
    """The addresses in a page that may be feeds, and how many of them, which come first, it declares to be.

    Runs in a worker.
    """
    page = LexborHTMLParser(decode(body, charset))
    base = page.css_first("base[href]")
    base_url = _absolute(url, _value(base, "href")) or url if base else url

    def addresses(nodes: Iterable[LexborNode]) -> list[str]:
        found = (_absolute(base_url, _value(node, "href")) for node in nodes)
        return list(dict.fromkeys(one for one in found if one and one != url))

    declared = addresses(link for link in page.css("link[href]") if _is_declared(link))
    named = addresses(link for link in page.css("a[href]") if _FEEDISH.search(_value(link, "href")))
    return list(dict.fromkeys([*declared, *named])), len(declared)


def _is_declared(link: LexborNode) -> bool:
    relations = _value(link, "rel").lower().split()
    kind = _value(link, "type").partition(";")[0].strip().lower()
    return ("alternate" in relations and kind in _TYPES) or "feed" in relations


def _value(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _absolute(base: str, link: str) -> str | None:
    """The http or https address that a link leads to, without its fragment; `feed:` is one in disguise."""
    link = re.sub(r"^\s*feed:(?://)?(?=https?:)", "", link, count=1, flags=re.IGNORECASE)
    link = re.sub(r"^\s*feed://", "https://", link, count=1, flags=re.IGNORECASE)
    try:
        return web_address(urlsplit(urljoin(base, link.strip()))._replace(fragment="").geturl())
    except ValueError:
        return None
