"""A feed's URL -> its Items: a conditional request, then parsing in a worker where the body is another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainSerializer
from yarl import URL

from monitor.errors import SourceError
from monitor.ingest.feeds.entry import Feed, NotAFeedError
from monitor.ingest.feeds.reader import read_feed
from monitor.ingest.health import noticed
from monitor.ingest.source import FeedOptions, Poll
from monitor.ingest.web.bodies import Place
from monitor.ingest.web.hosts import host_of
from monitor.ingest.web.http import Fetcher, FetchError, Response
from monitor.ingest.workers import WorkerError, Workers
from monitor.log import get
from monitor.model import Habits, Item, Markup, SourceState
from monitor.text import digest
from monitor.values import without_secrets

log = get("ingest")

# Seconds; the largest of 40 captured feeds (2.5 MB) takes 0.6 s, the quadratic ones of 300 kB more than 7 s.
PARSE_DEADLINE = 5.0
# Permanent redirects change the stored address after so many answers over so long: a publisher's mistake is mended
# sooner, and readers that followed at once lost feeds (Miniflux #1387).
MOVED_ANSWERS = 3
MOVED_FOR = timedelta(days=1)
# How much of a page is looked at for a password field.
_PAGE = 200_000
_PASSWORD = re.compile(rb"type\s{0,3}=\s{0,3}[\"']?password", re.IGNORECASE)
_LOGIN = re.compile(r"(?<![a-z])(?:log-?in|sign-?in|connexion|anmelden|sso)(?![a-z])", re.IGNORECASE)
_MAX_ADDRESS = 2000
# In the query of an address that may be stored: a word with at most one digit, or a small number ...
_PLAIN = re.compile(r"(?:[a-z_-]{1,20}=)?(?:[a-z]{1,10}[0-9]?|[0-9]{1,4})", re.IGNORECASE)
# ... under a name that does not speak of a person, a login or a key.
_SECRET = re.compile("key|token|secret|pass|pwd|pw|pin|auth|sig|hash|session|sid|user|login|mail|code", re.IGNORECASE)

# Labels of 1 to 63 letters, digits, hyphens (not at an end) and, as some hosts have it, underscores.
_HOST = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))*")


@lru_cache(maxsize=20_000)  # a live list is read in a thread of its own, and its addresses are validated again after it
def web_address(value: str) -> str:
    """An http or https address with a host, as it is; raises ValueError for anything else."""
    try:
        parts = urlsplit(value)
        named = _HOST.fullmatch((parts.hostname or "").rstrip(".")) or ":" in (parts.hostname or "")
        good = parts.scheme in ("http", "https") and bool(named) and parts.port != 0 and bool(URL(value).host)
    except ValueError:  # of the client's URL too, that reads hosts more strictly
        good = False
    if not good or not value.isprintable() or " " in value:
        raise ValueError("must be an http or https address with a host")
    return value


class FeedSource(FeedOptions):
    """An RSS, Atom or JSON feed; `opml` are the attributes of its outline that say nothing here, kept for export."""

    type: Literal["feed"]
    url: Annotated[str, AfterValidator(web_address), PlainSerializer(without_secrets)]
    opml: dict[str, str] = Field(default_factory=dict)

    @property
    def place(self) -> str:
        """What tells one feed from another; a digest, since an address may hold a password."""
        return digest(self.url)

    @property
    def host(self) -> str:
        """The host of its configured address."""
        return host_of(self.url)


async def poll_feed(
    source: FeedSource, state: SourceState, fetcher: Fetcher, workers: Workers, now: datetime, place: Place
) -> Poll:
    """Ask the feed for news since `state`; a 304, or the body of the last time, brings nothing. Raises SourceError.

    The items of a large feed are in memory that `place` holds.
    The validators sent are always those of the newest response: readers that kept an old ETag asked unconditionally
    for ever (Miniflux #2675).
    """
    url = state.url or source.url
    asked = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    try:
        response = await fetcher.fetch(url, {name: value for name, value in asked.items() if value}, place=place)
    except FetchError as error:
        raise SourceError(
            source.name, str(error), retry_after=error.retry_after, held=error.held, status=error.status
        ) from None
    return await _answered(source, state, response, workers, now)


async def _answered(
    source: FeedSource, state: SourceState, response: Response, workers: Workers, now: datetime
) -> Poll:
    if response.status == HTTPStatus.NOT_MODIFIED:
        # It need not repeat the validators it confirms (RFC 9110 15.4.5).
        etag, modified = response.etag or state.etag, response.last_modified or state.last_modified
        after = replace(state, etag=etag, last_modified=modified)
        # Some servers say 304 to anything: it proves a new address only where the feed was once read.
        known = response.moved == state.habits.moved_to
        return Poll((), 0, _moved(source, after, response.moved if known else None, now), fresh_for=response.fresh_for)
    body = _body_digest(response)
    after = replace(state, etag=response.etag, last_modified=response.last_modified, body=body)
    if body == state.body:
        return Poll((), 0, _moved(source, after, response.moved, now), fresh_for=response.fresh_for)
    feed = await _read(source, state, response, workers, now)
    said = None if response.body.isascii() else feed.charset  # plain ASCII is the same in every encoding
    after = replace(after, habits=noticed(_heard(after.habits, feed), feed.language, said, now))
    troubles = tuple(f"{source.name}: the feed {trouble}" for trouble in _troubles(feed))
    return Poll(feed.items, 0, _moved(source, after, response.moved, now), troubles, fresh_for=response.fresh_for)


def _troubles(feed: Feed) -> Iterator[str]:
    """What is wrong with a feed that could be read, as predicates."""
    if feed.left:
        yield f"has {feed.left} entries more than are read"
    if feed.entities == 1:
        yield "declares an entity of its own, which is never expanded"
    elif feed.entities:
        yield f"declares {feed.entities} entities of its own, which are never expanded"


async def _read(source: FeedSource, state: SourceState, response: Response, workers: Workers, now: datetime) -> Feed:
    blank = Item(source.name, "", "", Markup.HTML, language=source.language, tags=source.tags)
    try:
        return await workers.run(
            read_feed, response.body, response.charset, response.url, blank, now, deadline=PARSE_DEADLINE
        )
    except WorkerError as error:
        raise SourceError(source.name, f"parsing {error}") from None
    except NotAFeedError as error:
        raise SourceError(source.name, _login(state.url or source.url, response) or f"the answer {error}") from None


def _login(url: str, response: Response) -> str | None:
    """Whether what is no feed is a page that wants a password."""
    if _PASSWORD.search(response.body[:_PAGE]):
        return "the answer is a login page, not a feed"
    led = _LOGIN.search(urlsplit(response.url).path) and not _LOGIN.search(urlsplit(url).path)
    return "redirects to a login page, not to a feed" if led else None


def _body_digest(response: Response) -> str:
    """Tells one body from another; the same bytes in another charset are another text."""
    told = hashlib.sha256(f"{response.charset}\n".encode())
    told.update(response.body)
    return told.hexdigest()


def _heard(habits: Habits, feed: Feed) -> Habits:
    """The habits with what the feed says of itself."""
    return replace(
        habits,
        ttl=feed.ttl,
        skip_hours=feed.skip_hours,
        skip_days=feed.skip_days,
        dated=feed.dated,
        refused=feed.refused,
    )


# --- permanent redirects --------------------------------------------------------------------------------------------


def _moved(source: FeedSource, state: SourceState, target: str | None, now: datetime) -> SourceState:
    """The state after a good answer that permanent redirects led to (`target`), or none did.

    Answers agree when nothing but the same target came between them; what fails proves nothing either way.
    """
    if target is None or not _is_storable(source, state.url or source.url, target):
        return replace(state, habits=replace(state.habits, moved_to=None, moved_times=0, moved_since=None))
    same = target == state.habits.moved_to
    times = state.habits.moved_times + 1 if same else 1
    since = (state.habits.moved_since if same else None) or now
    if times < MOVED_ANSWERS or now - since < MOVED_FOR:
        return replace(state, habits=replace(state.habits, moved_to=target, moved_times=times, moved_since=since))
    log.info("source_moved", source=source.name, url=target)
    state = replace(state, url=target if target != source.url else None)
    return _moved(source, state, None, now)


def _is_storable(source: FeedSource, asked: str, target: str) -> bool:
    """Whether an address may replace the one that was asked: no way back to http, and no secret in the database."""
    try:
        web_address(target)
    except ValueError:
        return False
    if "https" in (urlsplit(asked).scheme, urlsplit(source.url).scheme) and urlsplit(target).scheme != "https":
        return False
    # Where the configured address has a password, every other one lacks it.
    secret = _may_hold_secret(urlsplit(target).query) or any(
        "@" in urlsplit(url).netloc for url in (source.url, target)
    )
    return not secret and len(target) <= _MAX_ADDRESS


def _may_hold_secret(query: str) -> bool:
    """Whether a query is more than short plain words: all know `feed=rss2&lang=fr`, `u=8f3a9c` may be for one only."""
    parts = query.split("&") if query else []
    return any(not _PLAIN.fullmatch(part) or _SECRET.search(part.partition("=")[0]) for part in parts)
