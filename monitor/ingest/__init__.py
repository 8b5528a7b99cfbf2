"""The outside world -> Items: folders of files and feeds, polled without being hurt by what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from monitor.ingest.feed import FeedSource, poll_feed
from monitor.ingest.files import FileSource, poll_files
from monitor.ingest.http import Fetcher, HttpSettings
from monitor.ingest.source import Poll, failed, item_digest
from monitor.ingest.workers import WorkerError, Workers
from monitor.model import SourceState

__all__ = [
    "AnySource",
    "FeedSource",
    "Fetcher",
    "FileSource",
    "HttpSettings",
    "Poll",
    "WorkerError",
    "Workers",
    "failed",
    "item_digest",
    "poll",
]


def _type(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else getattr(value, "type", None)


AnySource = Annotated[
    Annotated[FileSource, Tag("files")] | Annotated[FeedSource, Tag("feed")],
    Discriminator(
        _type,
        custom_error_type="source_type",
        custom_error_message="'type' must be files or feed (opml is not available yet)",
    ),
]
"""The settings of a source of any kind, told apart by `type`."""


async def poll(
    source: FileSource | FeedSource,
    state: SourceState,
    seen: Mapping[str, str | None],
    fetcher: Fetcher,
    workers: Workers,
    now: datetime,
) -> Poll:
    """What is new at a source since `state`; `seen` maps the guids of its held items to their stamps.

    Raises SourceError when the source as a whole could not be read; `failed` gives the state to remember then.
    """
    if isinstance(source, FileSource):
        return await poll_files(source, state, seen, now)
    return await poll_feed(source, state, fetcher, workers, now)
