"""A URL -> the bytes behind it, or one sentence why not: the one guarded HTTP client."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from importlib.metadata import version
from ipaddress import ip_network
from types import TracebackType
from typing import Annotated, Any, ClassVar, Self

import aiohttp
from pydantic import AfterValidator, BeforeValidator
from yarl import URL

from monitor.errors import MonitorError
from monitor.ingest.addresses import Network, refusal
from monitor.values import PositiveDuration, Size, Written, retry_after, write_duration

MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_SUCCESS = range(200, 300)
_CHUNK = 65536
_MAX_VALIDATOR = 1000
_MAX_CONTACT = 200
# What a worker can parse within its memory limit: 20 times the size of the feed (measured).
_LARGEST_BODY = 50 * 1024**2


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
    `contact` is shown to the polled servers in the User-Agent.
    """

    later: ClassVar[frozenset[str]] = frozenset({"per_host"})

    allow_networks: tuple[Annotated[Network, BeforeValidator(_network)], ...] = ()
    timeout: PositiveDuration = timedelta(seconds=30)
    max_body: Annotated[Size, AfterValidator(_body_limit)] = 15 * 1024**2
    contact: Annotated[str | None, AfterValidator(_contact)] = None


class FetchError(MonitorError):
    """A URL that could not be read; `retry_after` is the pause its server asked for, at most a day."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class RefusedAddressError(OSError):
    """An address the daemon must not connect to; raised in the connector, after resolution, before connecting."""


@dataclass(frozen=True, slots=True)
class Response:
    """A good answer: 2xx with its body, or 304 without; `url` is where the last redirect led.

    `etag` and `last_modified` are as the server wrote them, None where it sent none.
    """

    status: int
    url: str
    body: bytes
    charset: str | None
    etag: str | None
    last_modified: str | None


class Fetcher:
    """The guarded client; enter it to open its `session`, which also sends webhooks."""

    session: aiohttp.ClientSession

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings

    async def __aenter__(self) -> Self:
        contact = f" (+{self._settings.contact})" if self._settings.contact else ""
        self.session = aiohttp.ClientSession(
            # How many polls run at once is the daemon's decision: a full pool must not hold back a webhook.
            connector=aiohttp.TCPConnector(limit=0, socket_factory=self._socket),
            timeout=aiohttp.ClientTimeout(total=self._settings.timeout.total_seconds()),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": f"news-monitor/{version('news-monitor')}{contact}"},
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """The socket for one resolved address; IP literals in URLs, which skip the resolver, pass here too."""
        family, kind, protocol, _, (host, port, *_) = info
        if reason := refusal(host, port, self._settings.allow_networks):
            raise RefusedAddressError(errno.EACCES, reason)
        return socket.socket(family, kind, protocol)

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        """GET a URL, following at most five redirects, each checked anew; raises FetchError."""
        try:
            async with asyncio.timeout(self._settings.timeout.total_seconds()):
                return await self._follow(URL(url), {"Accept-Encoding": "gzip, deflate", **(headers or {})})
        except TimeoutError:
            raise FetchError(f"no complete answer within {write_duration(self._settings.timeout)}") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: URLs that cannot be sent
            raise FetchError(_sentence(error)) from None

    async def _follow(self, url: URL, headers: Mapping[str, str]) -> Response:
        first = url
        for _ in range(MAX_REDIRECTS + 1):
            async with self.session.get(url, headers=headers, allow_redirects=False) as response:
                target = response.headers.get("Location")
                if response.status not in _REDIRECTS or not target:
                    return await self._read(response)
            url = _next_hop(url, target, first)
        raise FetchError(f"redirects more than {MAX_REDIRECTS} times")

    async def _read(self, response: aiohttp.ClientResponse) -> Response:
        if response.status != HTTPStatus.NOT_MODIFIED and response.status not in _SUCCESS:
            wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            raise FetchError(f"the server answered {_status(response.status)}", retry_after=wait)
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._settings.max_body:
                raise FetchError(f"the answer is larger than {self._settings.max_body} bytes")
        return Response(
            response.status,
            str(response.url),
            bytes(body),
            response.charset,
            _validator(response.headers.get("ETag")),
            _validator(response.headers.get("Last-Modified")),
        )


def _next_hop(url: URL, target: str, first: URL) -> URL:
    """Where a redirect leads; credentials of the first URL go to its own origin only, those in a redirect nowhere."""
    hop = url.join(URL(target)).with_fragment(None)
    if hop.scheme not in ("http", "https") or not hop.host:
        raise FetchError("redirects to an address that is neither http nor https")
    if url.scheme == "https" and hop.scheme == "http":
        raise FetchError("redirects from https to http")
    if hop.origin() == first.origin():
        return hop.with_user(first.user).with_password(first.password)
    return hop.with_user(None)


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _validator(value: str | None) -> str | None:
    """A validator that can be stored and sent back; the few that cannot only cost a full answer."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= _MAX_VALIDATOR else None


def _sentence(error: Exception) -> str:
    """What went wrong, without the URL: it may hold a token."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            sentence = f"the host {error.host} cannot be found"
        case aiohttp.ClientConnectorCertificateError():
            sentence = f"the certificate of {error.host} is not valid: {error.certificate_error}"
        case aiohttp.ClientConnectorError(os_error=RefusedAddressError(strerror=str(reason))):
            sentence = reason
        case aiohttp.ClientConnectorError():
            sentence = f"{error.host} cannot be reached: {error.os_error.strerror or error.os_error}"
        case aiohttp.ClientPayloadError():
            sentence = "the answer broke off or its compression is damaged"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            sentence = "the server closed the connection without an answer"
        case aiohttp.ClientResponseError():
            sentence = "the answer is not valid HTTP"
        case ValueError():
            sentence = "the address is not valid"
        case _:
            sentence = f"the connection failed ({type(error).__name__})"
    return sentence
