"""A value of the program <-> the value of a column, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_type_hints

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from monitor.model import Document, Habits

# PostgreSQL refuses NUL in text, both drivers refuse lone surrogates; feeds and file names hold either.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """A text as it comes back from a column of Words."""
    if "\0" not in text and (text.isascii() or _has_no_surrogate(text)):  # four times as fast as the expression
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def _has_no_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Moment(TypeDecorator[datetime]):
    """Aware datetime <-> UTC in the database; a naive one is refused (sqlalchemy StatementError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC, for SQLite without the zone that it cannot keep."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC on either engine."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from anywhere <-> text that both engines take: NUL and lone surrogates become U+FFFD, one for one."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        """A plain str, also of an enum member (psycopg would send its name)."""
        return None if value is None else storable(str(value))


class Names(TypeDecorator[tuple[str, ...]]):
    """Names in any order, each once <-> a JSON list of them in theirs, so that the same ones are the same text.

    NULL for none.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[str] | None, _: Dialect) -> str | None:
        """`["august","nights"]`"""
        return json.dumps(sorted(set(value)), ensure_ascii=False, separators=(",", ":")) if value else None

    def process_result_value(self, value: str | None, _: Dialect) -> tuple[str, ...]:
        """Sorted."""
        return tuple(json.loads(value)) if value else ()


class Id(TypeDecorator[int]):
    """A number of 64 bits; on SQLite INTEGER, the only type that it numbers by itself."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """INTEGER on SQLite (64 bits there as well), BIGINT on PostgreSQL."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


# One column for all habits: what polls teach grows from version to version, and no statement asks for a part of it.
class Learnt(TypeDecorator[Habits]):
    """Habits <-> JSON of those that differ from the default; names of another version are left out or get theirs."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Habits | None, _: Dialect) -> Document | None:
        """NULL for a source of which nothing is known yet."""
        known = ((name, getattr(value, name), default) for name, default in _HABITS.items() if value)
        return {name: _plain(one) for name, one, default in known if one != default} or None

    def process_result_value(self, value: Document | None, _: Dialect) -> Habits:
        """The defaults for what is not there."""
        return Habits(**{name: _READ[name](one) for name, one in (value or {}).items() if name in _READ})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).isoformat()
    return value


def _reader(hint: object) -> Any:
    """What turns the JSON of a habit into its value."""
    if hint == datetime | None:
        return datetime.fromisoformat
    return tuple if hint == tuple[int, ...] else lambda value: value


_HABITS = {one.name: one.default for one in fields(Habits)}
_READ = {name: _reader(hint) for name, hint in get_type_hints(Habits).items()}
