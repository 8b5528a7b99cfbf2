"""The outside world -> Items: folders of files and feeds, polled without being hurt by what is in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from monitor.ingest.discovery import Discovery, Found, discover
from monitor.ingest.feed import FeedSource, poll_feed
from monitor.ingest.files import FileSource, poll_files
from monitor.ingest.health import MAX_LINES, Event, events
from monitor.ingest.lists import (
    REREAD,
    BrokenListError,
    OpmlSource,
    default_name,
    expand,
    feeds_of,
    free_name,
    poll_opml,
)
from monitor.ingest.opml import OpmlFile, read_opml, write_opml
from monitor.ingest.page import with_full_text
from monitor.ingest.schedule import failed, listed, settled, spread
from monitor.ingest.source import FeedOptions, Poll, item_digest
from monitor.ingest.threads import in_time
from monitor.ingest.web.http import Fetcher, HttpSettings
from monitor.ingest.workers import WorkerError, Workers
from monitor.model import SourceState

__all__ = [
    "MAX_LINES",
    "REREAD",
    "AnySource",
    "BrokenListError",
    "Discovery",
    "Event",
    "FeedOptions",
    "FeedSource",
    "Fetcher",
    "FileSource",
    "Found",
    "HttpSettings",
    "OpmlFile",
    "OpmlSource",
    "Poll",
    "Polled",
    "WorkerError",
    "Workers",
    "default_name",
    "discover",
    "events",
    "expand",
    "failed",
    "feeds_of",
    "free_name",
    "in_time",
    "item_digest",
    "listed",
    "poll",
    "poll_opml",
    "read_opml",
    "settled",
    "spread",
    "with_full_text",
    "write_opml",
]


def _type(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else getattr(value, "type", None)


AnySource = Annotated[
    Annotated[FileSource, Tag("files")] | Annotated[FeedSource, Tag("feed")] | Annotated[OpmlSource, Tag("opml")],
    Discriminator(
        _type,
        custom_error_type="source_type",
        custom_error_message="'type' must be files, feed or opml",
    ),
]
"""The settings of a source of any kind, told apart by `type`."""

Polled = FileSource | FeedSource
"""A source that is polled; an OPML source is not, its feeds are (`expand`)."""


@asynccontextmanager
async def poll(
    source: Polled,
    state: SourceState,
    seen: Mapping[str, str | None],
    fetcher: Fetcher,
    workers: Workers,
    now: datetime,
) -> AsyncIterator[Poll]:
    """What is new at a source since `state`; `seen` maps the guids of its held items to their stamps.

    The items are to be used within the block: those of a large feed have room in memory for so long, and others wait.
    Raises SourceError when the source as a whole could not be read. What is to be remembered then is given by `failed`,
    else by `settled` once the items are stored.
    """
    if isinstance(source, FileSource):
        yield await poll_files(source, state, seen)
        return
    with fetcher.room.place() as place:
        yield await poll_feed(source, state, fetcher, workers, now, place)
