"""OPML files that sources are listed in -> the feeds that are polled, as long as they stand there."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import model_validator

from monitor.errors import ConfigError, Problem, SourceError
from monitor.ingest.feed import FeedSource
from monitor.ingest.files import FileSource
from monitor.ingest.opml import BrokenOpmlError, OpmlFile, Outline, as_name, read_opml
from monitor.ingest.source import MAX_NAME, FeedOptions, stamp_of
from monitor.plain import one_line
from monitor.text import digest
from monitor.values import LocalPath

REREAD = timedelta(seconds=5)
"""How often to look whether the file of a live list has changed; a look costs one `stat`."""
_MAX_WHERE = 60


class OpmlSource(FeedOptions):
    """An OPML file as a live list: what is said here holds for each of its feeds; `name` defaults to the file's."""

    type: Literal["opml"]
    path: LocalPath

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        name = default_name(data) if isinstance(data, dict) and "name" not in data else None
        return {**data, "name": name} if name else data

    @property
    def place(self) -> str:
        """What tells one list from another."""
        return digest(str(self.path))


def default_name(written: Mapping[str, Any]) -> str | None:
    """The name of a source that was given none, None where it needs one: an OPML file has that of the file."""
    path = written.get("path")
    return Path(path).name if written.get("type") == "opml" and isinstance(path, str) else None


class BrokenListError(SourceError):
    """A list whose file breaks off; `before` is what stands before that place, for those who know no better one."""

    def __init__(self, source: str, error: BrokenOpmlError) -> None:
        self.before = error.before
        super().__init__(source, str(error))


def poll_opml(source: OpmlSource, before: OpmlFile | None = None) -> OpmlFile:
    """The list as it is now: `before` itself when the file was not written since.

    Blocks; raises SourceError, BrokenListError among them.
    """
    try:
        if before and before.stamp == stamp_of(source.path.stat()):
            return before
        return read_opml(source.path)
    except OSError as error:
        raise SourceError(source.name, f"{source.path} cannot be read: {error.strerror}") from None
    except BrokenOpmlError as error:
        raise BrokenListError(source.name, error) from None
    except ConfigError as error:
        raise SourceError(source.name, str(error)) from None


def _read_lists(sources: Iterable[FileSource | FeedSource | OpmlSource]) -> dict[str, OpmlFile]:
    """The OPML files among these sources, by the name of the source; raises ConfigError with what is wrong in all."""
    files: dict[str, OpmlFile] = {}
    problems: list[Problem] = []
    for source in sources:
        if isinstance(source, OpmlSource):
            try:
                files[source.name] = read_opml(source.path)
            except ConfigError as error:
                problems += error.problems
    if problems:
        raise ConfigError(problems)
    return files


def expand(
    sources: Sequence[FileSource | FeedSource | OpmlSource], lists: Mapping[str, OpmlFile] | None = None
) -> list[FileSource | FeedSource]:
    """What is really polled: each OPML source replaced by its feeds, all under names of their own.

    `lists` holds the OPML files by the name of their source; without it they are read now, which may raise ConfigError.
    A feed whose address is configured elsewhere is not polled twice: what stands in the YAML file wins, then the first
    list.
    """
    files = _read_lists(sources) if lists is None else lists
    names = {source.name for source in sources}
    urls = {source.url for source in sources if isinstance(source, FeedSource)}
    found: list[FileSource | FeedSource] = []
    for source in sources:
        if not isinstance(source, OpmlSource):
            found.append(source)
            continue
        outlines = [one for one in files[source.name].outlines if one.url not in urls]
        feeds = feeds_of(source, outlines, names)
        names.update(feed.name for feed in feeds)
        urls.update(feed.url for feed in feeds)
        found += feeds
    return found


def feeds_of(source: OpmlSource, outlines: Iterable[Outline], taken: Collection[str]) -> list[FeedSource]:
    """The feeds of a list, in its order, under names that are neither in `taken` nor given twice."""
    shared = {name: getattr(source, name) for name in FeedOptions.model_fields if name != "name"}
    names, feeds = set(taken), []
    for outline in outlines:
        name = free_name(outline.title, outline.url, names)
        names.add(name)
        own = {
            "type": "feed",
            "name": name,
            "url": outline.url,
            "tags": tuple(dict.fromkeys((*source.tags, *outline.tags))),
            "language": outline.language or source.language,
            "opml": dict(outline.attributes),
        }
        feeds.append(FeedSource.model_validate({**shared, **own}))
    return feeds


def free_name(title: str, url: str, taken: Collection[str]) -> str:
    """A name for a feed that no other source has: its title, `Title (host/path)`, or that with a digest of the URL."""
    return next(name for name in _names(title, url) if name not in taken)


def _names(title: str, url: str) -> Iterator[str]:
    if title := as_name(title):
        yield title
    parts = urlsplit(url)
    where = one_line(f"{parts.hostname or ''}{parts.path.rstrip('/')}", limit=_MAX_WHERE)
    if not title:
        yield (title := where)
    yield _with(title, f" ({where})")
    yield _with(title, f" ({where} {digest(url)[:8]})")
    for number in itertools.count(2):
        yield _with(title, f" ({where} {digest(url)[:8]} {number})")


def _with(title: str, suffix: str) -> str:
    return f"{title[: MAX_NAME - len(suffix)].rstrip()}{suffix}"
