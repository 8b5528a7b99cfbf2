"""A class -> a table of the schema: what all of them share.

The columns of keys are digests, because a PostgreSQL index refuses entries of more than 2,704 bytes, and guids,
addresses and names of groups come from outside.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import MetaData, text
from sqlmodel import SQLModel

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
NUMBERED = {"sqlite_autoincrement": True}
"""Ids are shown to people, so a number is never given twice, also after old rows have been pruned."""
GIVEN: dict[str, Any] = {"autoincrement": False}
"""A hash is no number that the database may give."""
ZERO: dict[str, Any] = {"server_default": text("0")}
"""The default of a column that came later."""


class Row(SQLModel):
    """The base of every table: own metadata, so that nothing else can add tables to our schema."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


@lru_cache(maxsize=4096)
def key(*parts: str) -> str:
    """A short stable name for some texts: 32 hex digits of the SHA-256 of the parts, one a line."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@lru_cache(maxsize=4096)
def identity(source: str, guid: str) -> str:
    """The key of an item; the inner key has a fixed length, so that no source and guid run into another pair."""
    return key(key(source), guid)
