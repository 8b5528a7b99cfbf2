"""A URL -> the bytes behind it, or one sentence why not: the one guarded HTTP client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from importlib.metadata import version
from ipaddress import ip_network
from math import ceil
from types import TracebackType
from typing import Annotated, Any, Self

import aiohttp
from pydantic import AfterValidator, BeforeValidator
from yarl import URL

from monitor.errors import MonitorError
from monitor.faults import sentence
from monitor.ingest.web.addresses import Network
from monitor.ingest.web.bodies import UNPAID, Place, Room, Spool, SpoolError
from monitor.ingest.web.encodings import ACCEPTED, EncodingError
from monitor.ingest.web.freshness import fresh_for
from monitor.ingest.web.hops import HopError, headers_for, next_hop
from monitor.ingest.web.hosts import Hosts, PerHost, RestingError, host_of
from monitor.ingest.web.memory import give_back_large
from monitor.ingest.web.names import Resolver
from monitor.ingest.web.sockets import guarded, rationed
from monitor.values import PositiveDuration, Size, Written, retry_after, write_duration

MAX_REDIRECTS = 5
ROOM = 30 * 1024**2
"""Bytes of large feeds in use at once: two of the largest, unless `max_body` is raised; see `Room` for their cost."""
ROOM_FOR_PAGES = 10 * 1024**2
"""Bytes of large pages in use at once: two of the largest, ten usual large ones."""
_REDIRECTS = (301, 302, 303, 307, 308)
_LASTING = (301, 308)
_SUCCESS = range(200, 300)
_MAX_VALIDATOR = 1000
_MAX_CONTACT = 200
# What a worker can parse within its memory limit: 20 times the size of the feed (measured).
_LARGEST_BODY = 50 * 1024**2
_LONGEST_FIELD = 32 * 1024  # of a header; content security policies pass the usual 8 KiB
# For a host whose 429 names no pause: its other feeds are not asked meanwhile, so it gets one request a minute.
_PAUSE = timedelta(minutes=1)


def _network(value: Any) -> Any:
    try:
        if isinstance(value, str | Network):
            return ip_network(value)
    except ValueError:
        pass  # said below
    raise ValueError(f"{value!r} is not a network (write 10.0.0.0/8 or fd00::/8)")


def _body_limit(value: int) -> int:
    if value > _LARGEST_BODY:
        raise ValueError(f"must be at most {_LARGEST_BODY // 1024**2}MiB, what can be parsed within bounds")
    return value


def _contact(value: str | None) -> str | None:
    if value is not None and not (value.isascii() and value.isprintable() and 0 < len(value) <= _MAX_CONTACT):
        raise ValueError("must be one line of at most 200 plain characters: an address or a URL")
    return value


class HttpSettings(Written):
    """The `http:` section: what feeds and webhooks may reach, and for how long and how much at a time.

    `timeout` runs from DNS to the last byte, over all redirects. `max_body` counts bytes after decompression.
    `per_host` is how much feeds and pages ask of one host; webhooks are not held back by it.
    `contact` is shown to the polled servers in the User-Agent.
    """

    allow_networks: tuple[Annotated[Network, BeforeValidator(_network)], ...] = ()
    per_host: PerHost = PerHost()
    timeout: PositiveDuration = timedelta(seconds=30)
    max_body: Annotated[Size, AfterValidator(_body_limit)] = 15 * 1024**2
    contact: Annotated[str | None, AfterValidator(_contact)] = None


class FetchError(MonitorError):
    """A URL that could not be read.

    `status` is that of the answer, None without one. `retry_after` is the pause its server asked for, at most a day.
    `held`: nobody was asked, because the host had asked to be left alone and `retry_after` of that pause is left.
    """

    def __init__(
        self, message: str, *, retry_after: timedelta | None = None, status: int | None = None, held: bool = False
    ) -> None:
        self.retry_after = retry_after
        self.status = status
        self.held = held
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Response:
    """A good answer: 2xx with its body, or 304 without.

    `url` is where the last redirect led, `moved` the same when every redirect was a lasting one (301, 308), else None.
    `content_type` is the media type in lower case; it, `charset` (as declared there), `etag` and `last_modified` are
    None where the server sent none. `fresh_for` is how long the server says that asking again is pointless.
    """

    status: int
    url: str
    body: bytes
    charset: str | None
    etag: str | None
    last_modified: str | None
    content_type: str | None = None
    fresh_for: timedelta | None = None
    moved: str | None = None


class Fetcher:
    """The guarded client; enter it to open its `session`, which sends webhooks and knows no turns.

    `hosts` holds the turns that all fetches of this client take. `room` is for large feeds and what is made of them;
    `pages` for large pages: who reads pages holds room for a feed, and would else wait for itself.
    """

    session: aiohttp.ClientSession

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self.room = Room(ROOM)
        self.pages = Room(ROOM_FOR_PAGES)
        self.hosts = Hosts(settings.per_host)

    async def __aenter__(self) -> Self:
        give_back_large()
        guard = guarded(self._settings.allow_networks)
        # How many polls run at once is the daemon's decision: a full pool must not hold back a webhook.
        self.session = self._open(
            aiohttp.TCPConnector(limit=0, resolver=Resolver(), socket_factory=guard),
            timeout=aiohttp.ClientTimeout(total=self._settings.timeout.total_seconds()),
        )
        # A connection kept for the next request of its host would be a third beside the two that are allowed, and a
        # pass over 2,000 hosts kept 2,000 of them open. The time of a fetch is kept here, over all its redirects.
        self._session = self._open(
            aiohttp.TCPConnector(limit=0, force_close=True, resolver=Resolver(), socket_factory=guard),
            timeout=aiohttp.ClientTimeout(),
            auto_decompress=False,
            max_field_size=_LONGEST_FIELD,
            middlewares=(_ask_once,),
        )
        return self

    def _open(self, connector: aiohttp.TCPConnector, **options: Any) -> aiohttp.ClientSession:
        contact = f" (+{self._settings.contact})" if self._settings.contact else ""
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": f"news-monitor/{version('news-monitor')}{contact}"},
            trust_env=False,
            **options,
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        await self.session.close()

    async def fetch(
        self, url: str, headers: Mapping[str, str] | None = None, limit: int | None = None, place: Place | None = None
    ) -> Response:
        """GET a URL, following at most five redirects, each checked anew and in its turn; raises FetchError.

        `limit` is a smaller cap for this body, in bytes after decompression. A large one waits, once its server has
        given all of it, for room at `place`, which it keeps until that place ends; without one it keeps none.
        """
        cap = min(limit or self._settings.max_body, self._settings.max_body)
        with Spool(cap) as spool, self.room.place() as brief:
            errand = _Errand(url, {"Accept-Encoding": ACCEPTED, **(headers or {})}, spool)
            try:
                async with asyncio.timeout(self._settings.timeout.total_seconds()) as deadline:
                    response = await self._follow(errand, deadline)
                return replace(response, body=await spool.body(place or brief))
            except TimeoutError:
                raise FetchError(f"no complete answer within {write_duration(self._settings.timeout)}") from None
            except (EncodingError, HopError, SpoolError) as error:
                raise FetchError(str(error)) from None
            except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: URLs that cannot be sent
                raise FetchError(sentence(error)) from None

    async def _follow(self, errand: _Errand, deadline: asyncio.Timeout) -> Response:
        """The last answer, its body in the spool of the errand."""
        url = first = URL(errand.url)
        lasting = not (first.user or first.password)  # an address without its password would be no replacement
        for hop in range(MAX_REDIRECTS + 1):
            headers = headers_for(url, errand.headers, first)
            with rationed(UNPAID) as ration:
                async with self._turn(url, deadline), self._ask(url, headers) as answer:
                    target = answer.headers.get("Location")
                    if answer.status not in _REDIRECTS or not target:
                        self._must_be_good(answer)
                        if answer.status != HTTPStatus.NOT_MODIFIED:
                            await errand.spool.fill(answer, ration)
                        return _response(answer, str(url) if hop and lasting else None)
            lasting = lasting and answer.status in _LASTING
            # A Retry-After with a redirect is not obeyed: who always sends one would never be read.
            url = next_hop(url, target, first)
        raise HopError(f"redirects more than {MAX_REDIRECTS} times")

    @asynccontextmanager
    async def _turn(self, url: URL, deadline: asyncio.Timeout) -> AsyncIterator[None]:
        """A turn at the host; waiting for it is our own doing, so the server's time stands still meanwhile."""
        host, loop = host_of(url), asyncio.get_running_loop()
        if self.hosts.resting(host, datetime.now(UTC)):
            raise self._held(host)
        left = (deadline.when() or 0) - loop.time()
        deadline.reschedule(None)
        try:
            async with self.hosts.turn(host):
                deadline.reschedule(loop.time() + left)
                yield
        except RestingError:
            raise self._held(host) from None

    def _held(self, host: str) -> FetchError:
        now = datetime.now(UTC)
        pause = (self.hosts.resting(host, now) or now) - now
        # Whole seconds, and one at least: the host is never asked too early.
        pause = timedelta(seconds=max(ceil(pause.total_seconds()), 1))
        return FetchError(f"{host} asked to be left alone for {write_duration(pause)}", retry_after=pause, held=True)

    def _ask(self, url: URL, headers: Mapping[str, str]) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._session.get(url, headers=headers, allow_redirects=False)

    def _must_be_good(self, answer: aiohttp.ClientResponse) -> None:
        """Raise the error of an answer that is none; "too many requests" and "not now" count for the whole host."""
        status = answer.status
        if status in _SUCCESS or status == HTTPStatus.NOT_MODIFIED:
            return
        now = datetime.now(UTC)
        pause = retry_after(answer.headers.get("Retry-After"), now)
        rest = _PAUSE if pause is None and status == HTTPStatus.TOO_MANY_REQUESTS else pause
        if rest and status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            self.hosts.rest(host_of(answer.url), now + rest)
        raise FetchError(f"the server answered {_status(status)}", retry_after=pause, status=status)


@dataclass(frozen=True, slots=True)
class _Errand:
    """What one fetch asks for, and where its body comes in."""

    url: str
    headers: Mapping[str, str]
    spool: Spool


def _response(answer: aiohttp.ClientResponse, moved: str | None) -> Response:
    get = answer.headers.get
    control = ", ".join(answer.headers.getall("Cache-Control", ()))
    return Response(
        answer.status,
        str(answer.url),
        b"",
        answer.charset,
        _validator(get("ETag")),
        _validator(get("Last-Modified")),
        answer.content_type if "Content-Type" in answer.headers else None,
        fresh_for(control, get("Expires"), get("Date"), get("Age"), datetime.now(UTC)),
        moved,
    )


async def _ask_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """A middleware that keeps aiohttp from asking again at once, without a turn, when a connection breaks."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise FetchError(sentence(error)) from None


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _validator(value: str | None) -> str | None:
    """A validator that can be stored and sent back; the few that cannot only cost a full answer."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= _MAX_VALIDATOR else None
