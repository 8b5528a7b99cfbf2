"""A hash -> its newest holders: one packed row for each hash, read and written for many hashes at once.

A holder is a few numbers of 64 bits, the first of which grows with the article; the numbers of one kind lie together
("column"), first those of the oldest holder. Only the newest holders are kept, so that what stands under each article
of a publisher costs no more than anything else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Select,
    Table,
    TableValuedAlias,
    bindparam,
    cast,
    func,
    select,
)

Columns = tuple[tuple[Any, ...], ...]
"""What the holders of a hash have to tell, one tuple for each kind of number; as many in each."""

_BYTES = 8  # of a number


@lru_cache(maxsize=1024)
def _packing(form: str, holders: int) -> Struct:
    return Struct("<" + "".join(f"{holders}{one}" for one in form))


def pack(form: str, columns: Sequence[Sequence[Any]]) -> bytes:
    """Columns as bytes; `form` has a letter of the module struct for each: "q" or "d"."""
    return _packing(form, len(columns[0])).pack(*chain.from_iterable(columns))


def unpack(form: str, packed: bytes) -> Columns:
    """The columns that `pack` made these bytes of; none of no holders."""
    holders = len(packed) // (_BYTES * len(form))
    numbers = _packing(form, holders).unpack(packed)
    return tuple([numbers[start : start + holders] for start in range(0, len(numbers), holders or 1)])


def values(name: str, dialect: str) -> TableValuedAlias:
    """The values of a parameter that is a JSON array, as a table: one statement for any number of them."""
    array = bindparam(name, type_=JSON)
    function = func.json_each(array) if dialect == "sqlite" else func.json_array_elements_text(array)
    return function.table_valued("value", name=f"asked_{name}")


def _reading(table: Table, dialect: str) -> Select[Any]:
    asked = values("hashes", dialect)
    hash_ = cast(asked.c.value, BigInteger)
    return select(table.c.hash, table.c.holders).select_from(asked).join(table, table.c.hash == hash_)


def unpack_rows(form: str, packed: bytes | None) -> tuple[tuple[Any, ...], ...]:
    """The rows of which `pack` was given the columns; none of nothing."""
    return tuple(zip(*unpack(form, packed), strict=True)) if packed else ()


def _writing(table: Table, dialect: str) -> str:
    """Plain SQL, as there are many rows: SQLAlchemy takes 5 us to get one ready, psycopg 20 us to send it."""
    changed = "ON CONFLICT (hash) DO UPDATE SET holders = excluded.holders"
    arrays = "SELECT * FROM unnest(CAST(%s AS bigint[]), CAST(%s AS bytea[]))"
    rows = "VALUES (?, ?)" if dialect == "sqlite" else arrays
    return " ".join(("INSERT INTO", table.name, "(hash, holders)", rows, changed))


class Index:
    """The statements of an index: they are built once."""

    def __init__(self, table: Table, form: str, most: int) -> None:
        """`most` holders are kept of a hash; of the numbers of `form` the first grows with the article."""
        self.form = form
        self.most = most
        self.reading = {dialect: _reading(table, dialect) for dialect in ("sqlite", "postgresql")}
        self.writing = {dialect: _writing(table, dialect) for dialect in ("sqlite", "postgresql")}


class Postings:
    """What one transaction knows of an index: what it looked up, with what it added."""

    def __init__(self, connection: Connection, index: Index) -> None:
        self._connection = connection
        self._index = index
        self._known: dict[int, Columns] = {}
        self._changed: set[int] = set()

    def look_up(self, hashes: Collection[int]) -> dict[int, Columns]:
        """The holders of hashes, of those that any article holds; what is known is not asked again."""
        known = self._known
        if missing := {hash_ for hash_ in hashes if hash_ not in known}:
            known.update(dict.fromkeys(missing, ()))
            statement, form = self._index.reading[self._connection.dialect.name], self._index.form
            for hash_, packed in self._connection.execute(statement, {"hashes": sorted(missing)}):
                known[hash_] = unpack(form, packed)
        return {hash_: columns for hash_ in hashes if (columns := known[hash_])}

    def add(self, rows: Mapping[int, tuple[Any, ...]]) -> None:
        """Add a holder to each of some hashes; it is newer than all."""
        held, most = self.look_up(rows), self._index.most
        for hash_, holder in rows.items():
            if columns := held.get(hash_):
                more = [(*column, one)[-most:] for column, one in zip(columns, holder, strict=True)]
                self._known[hash_] = tuple(more)
            else:
                self._known[hash_] = tuple([(one,) for one in holder])
        self._changed.update(rows)

    def change(self, changed: Mapping[int, Columns]) -> None:
        """Replace the holders of some hashes that were looked up."""
        self._known.update(changed)
        self._changed.update(changed)

    def write(self) -> None:
        """Store what was added and changed, in the order in which it lies on the disk."""
        if not self._changed:
            return
        dialect = self._connection.dialect.name
        statement, form = self._index.writing[dialect], self._index.form
        hashes = sorted(self._changed)
        holders = [pack(form, self._known[hash_]) for hash_ in hashes]
        rows = list(zip(hashes, holders, strict=True)) if dialect == "sqlite" else (hashes, holders)
        self._connection.exec_driver_sql(statement, rows)
        self._changed.clear()
