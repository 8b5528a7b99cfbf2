"""What people write about any source -> the settings all kinds share; what a poll found -> Poll."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from monitor.model import Item, SourceState
from monitor.text import digest
from monitor.values import OptionalDuration, PositiveDuration, Written, parse_positive_duration, write_duration

# PostgreSQL refuses index entries above 2,704 bytes; ids of that length are abuse anyway.
MAX_GUID = 1000
MAX_NAME = 100
_POLL = timedelta(minutes=15)
_POLL_MIN = timedelta(minutes=5)
_POLL_MAX = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll of a source found.

    `items` are new or changed, `unchanged` counts those skipped because their stamp was known. `state` is what
    `settled` makes into the state to remember once all items are stored, never before: its validators make the server
    withhold them the next time.
    `troubles` are sentences about single things, of which `unread` could not be read. `young`: some files were left for
    the next poll, because they changed less than a second ago or because this poll is full. `fresh_for` is how long the
    server says that its answer stays good.
    """

    items: tuple[Item, ...]
    unchanged: int
    state: SourceState
    troubles: tuple[str, ...] = ()
    young: bool = False
    fresh_for: timedelta | None = None
    unread: int = 0


def _name(value: str) -> str:
    if not value.strip() or len(value) > MAX_NAME or not value.isprintable():
        raise ValueError(f"must be one line of 1 to {MAX_NAME} characters")
    return value.strip()


def _declared(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not (language := primary_language(value)):
        raise ValueError(f"{value!r} is not a language (write fr or en)")
    return language


def _some(value: int) -> int:
    if value < 1:
        raise ValueError("must be at least 1")
    return value


class Source(Written):
    """The settings of every kind of source; `poll` is the pause between two polls.

    The operator is told when `failing_after` polls in a row have failed.
    """

    name: Annotated[str, AfterValidator(_name)]
    tags: tuple[str, ...] = ()
    language: Annotated[str | None, BeforeValidator(_declared)] = None
    poll: PositiveDuration
    alert_max_age: OptionalDuration
    failing_after: Annotated[int, AfterValidator(_some)] = 3

    @property
    def host(self) -> str:
        """The sources of one host fail and recover together; what is on no host stands for itself."""
        return self.name


class FeedOptions(Source):
    """What may be said of one feed or of all feeds of a list.

    `poll` holds until it is known how often a feed publishes; its pauses then lie between `poll_min` and `poll_max`.
    `full_text`: the linked pages are read, not only what the feed itself gives.
    """

    poll: PositiveDuration = _POLL
    poll_min: PositiveDuration = Field(default=None, validate_default=True)
    poll_max: PositiveDuration = Field(default=None, validate_default=True)
    alert_max_age: OptionalDuration = timedelta(days=2)
    full_text: bool = False

    @field_validator("poll_min", "poll_max", mode="before")
    @classmethod
    def _around_poll(cls, value: Any, info: ValidationInfo) -> Any:
        """The defaults make room for `poll`; what is written must."""
        poll, shortest = info.data.get("poll", _POLL), info.field_name == "poll_min"
        if value is None:
            return min(_POLL_MIN, poll) if shortest else max(_POLL_MAX, poll)
        if shortest and parse_positive_duration(value) > poll:
            raise ValueError(f"must not be longer than poll ({write_duration(poll)})")
        if not shortest and parse_positive_duration(value) < poll:
            raise ValueError(f"must not be shorter than poll ({write_duration(poll)})")
        return value


def primary_language(tag: str) -> str | None:
    """The primary subtag of a BCP 47 language tag in lower case (fr-CA -> fr), or None when it is no such tag."""
    found = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9_-]*)?", tag.strip().lower())
    return found[1] if found else None


def identity(guid: str) -> str:
    """A guid that every database can index: as it is, or its digest when it is very long."""
    return guid if len(guid) <= MAX_GUID else digest(guid)


def stamp_of(status: os.stat_result) -> str:
    """The sign that a file is unchanged: every write, also one that restores size and mtime, sets the change time."""
    return f"{status.st_ctime_ns}-{status.st_size}-{status.st_ino}"


def item_digest(item: Item) -> str:
    """The digest of an item's title and text, which another white space does not change."""
    if isinstance(item.content, str):
        return digest(item.title, item.content)
    return digest(item.title, hashlib.sha256(b"".join(item.content.split())).hexdigest())
