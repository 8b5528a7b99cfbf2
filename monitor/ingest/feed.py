"""A feed's URL -> its Items: a conditional request, then parsing in a worker."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, PlainSerializer

from monitor.errors import SourceError
from monitor.ingest.entry import NotAFeedError
from monitor.ingest.http import Fetcher, FetchError, Response
from monitor.ingest.reader import read_feed
from monitor.ingest.source import NotYet, Poll, Source, succeeded
from monitor.ingest.workers import WorkerError, Workers
from monitor.model import Item, Markup, SourceState
from monitor.text import digest
from monitor.values import OptionalDuration, PositiveDuration, without_secrets

# Seconds; the largest of 40 captured feeds (2.5 MB) takes 0.6 s, the quadratic ones of 300 kB more than 7 s.
PARSE_DEADLINE = 5.0


# Labels of 1 to 63 letters, digits, hyphens (not at an end) and, as some hosts have it, underscores.
_HOST = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))*")


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        named = _HOST.fullmatch((parts.hostname or "").rstrip(".")) or ":" in (parts.hostname or "")
        good = parts.scheme in ("http", "https") and bool(named) and parts.port != 0
    except ValueError:
        good = False
    if not good or not value.isprintable() or " " in value:
        raise ValueError("must be an http or https address with a host")
    return value


class FeedSource(Source):
    """An RSS, Atom or JSON feed."""

    type: Literal["feed"]
    url: Annotated[str, AfterValidator(_url), PlainSerializer(without_secrets)]
    poll: PositiveDuration = timedelta(minutes=15)
    alert_max_age: OptionalDuration = timedelta(days=2)
    poll_min: NotYet = None
    poll_max: NotYet = None
    full_text: NotYet = None

    @property
    def place(self) -> str:
        """What tells one feed from another; a digest, since an address may hold a password."""
        return digest(self.url)


async def poll_feed(source: FeedSource, state: SourceState, fetcher: Fetcher, workers: Workers, now: datetime) -> Poll:
    """Ask the feed for news since `state`; a 304 brings nothing and is a success. Raises SourceError."""
    asked = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    try:
        response = await fetcher.fetch(source.url, {name: value for name, value in asked.items() if value})
        items = () if response.status == HTTPStatus.NOT_MODIFIED else await _read(source, response, workers)
    except FetchError as error:
        raise SourceError(source.name, str(error), retry_after=error.retry_after) from None
    except WorkerError as error:
        raise SourceError(source.name, f"parsing {error}") from None
    except NotAFeedError as error:
        raise SourceError(source.name, f"the answer {error}") from None
    return Poll(items, 0, succeeded(_validators(state, response), now, now + source.poll))


async def _read(source: FeedSource, response: Response, workers: Workers) -> tuple[Item, ...]:
    blank = Item(source.name, "", "", Markup.HTML, language=source.language, tags=source.tags)
    return await workers.run(read_feed, response.body, response.charset, response.url, blank, deadline=PARSE_DEADLINE)


def _validators(state: SourceState, response: Response) -> SourceState:
    """Always the newest response's validators: readers that kept an old ETag asked unconditionally for ever.

    A 304 need not repeat those it confirms (RFC 9110 15.4.5).
    """
    if response.status == HTTPStatus.NOT_MODIFIED:
        return replace(
            state,
            etag=response.etag or state.etag,
            last_modified=response.last_modified or state.last_modified,
        )
    return replace(state, etag=response.etag, last_modified=response.last_modified)
