"""What people write about any source -> the settings all kinds share; what a poll found -> Poll."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from monitor.errors import SourceError
from monitor.model import Item, SourceState
from monitor.text import digest
from monitor.values import OptionalDuration, PositiveDuration, Written

# PostgreSQL refuses index entries above 2,704 bytes; ids of that length are abuse anyway.
MAX_GUID = 1000
MAX_NAME = 100
MAX_PAUSE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll of a source found.

    `items` are new or changed, `unchanged` counts those skipped because their stamp was known. `state` is to be
    remembered once all items are stored, never before: its validators make the server withhold them the next time.
    `troubles` are sentences about single things that could not be read. `young`: some files were left for the next
    poll, because they changed less than a second ago or because this poll is full.
    """

    items: tuple[Item, ...]
    unchanged: int
    state: SourceState
    troubles: tuple[str, ...] = ()
    young: bool = False


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


def _not_yet(_: Any, info: ValidationInfo) -> None:
    raise ValueError(f"'{info.field_name}' is not available yet")


NotYet = Annotated[None, BeforeValidator(_not_yet), Field(exclude=True, repr=False)]
"""The type of a key of the public surface that does not work yet: giving it any value is an error at that key."""


class Source(Written):
    """The settings of every kind of source; `poll` is the pause between two polls."""

    name: Annotated[str, AfterValidator(_name)]
    tags: tuple[str, ...] = ()
    language: Annotated[str | None, BeforeValidator(_declared)] = None
    poll: PositiveDuration
    alert_max_age: OptionalDuration


def primary_language(tag: str) -> str | None:
    """The primary subtag of a BCP 47 language tag in lower case (fr-CA -> fr), or None when it is no such tag."""
    found = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9_-]*)?", tag.strip().lower())
    return found[1] if found else None


def identity(guid: str) -> str:
    """A guid that every database can index: as it is, or its digest when it is very long."""
    return guid if len(guid) <= MAX_GUID else digest(guid)


def succeeded(state: SourceState, now: datetime, next_due: datetime) -> SourceState:
    """The state after a poll that worked."""
    return replace(state, failures=0, error=None, polled=now, succeeded=now, next_due=next_due)


def failed(source: Source, state: SourceState, error: SourceError, now: datetime) -> SourceState:
    """The state after a poll that did not: the pause doubles with each failure in a row, up to a day.

    A pause that the server asked for is kept when it is longer. A failing source is never given up.
    """
    doubled = source.poll * 2 ** min(state.failures, 20)
    pause = max(min(doubled, MAX_PAUSE), source.poll, error.retry_after or timedelta())
    return replace(state, failures=state.failures + 1, error=str(error), polled=now, next_due=now + pause)


def item_digest(item: Item) -> str:
    """The digest of an item's title and text, which another white space does not change."""
    if isinstance(item.content, str):
        return digest(item.title, item.content)
    return digest(item.title, hashlib.sha256(b"".join(item.content.split())).hexdigest())
