"""A hash -> its newest holders: one packed row for each hash, read for many hashes at once and written by thousands.

A holder is a few numbers of 64 bits, the first of which grows with the article; the newest holder stands last. Only the
newest holders are kept, so that what stands under each article of a publisher costs no more than anything else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
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
_READ = 8_000  # hashes whose stored holders are remembered, at most 9 MB


@lru_cache(maxsize=1024)
def _packing(form: str, rows: int) -> Struct:
    return Struct("<" + form * rows)


def pack(form: str, rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows of numbers as bytes; `form` has a letter of the module struct for each number of a row: "q" or "d"."""
    return _packing(form, len(rows)).pack(*chain.from_iterable(rows))


def unpack(form: str, packed: bytes) -> Columns:
    """The rows that `pack` made these bytes of, by column."""
    kinds = len(form)
    numbers = _packing(form, len(packed) // (_BYTES * kinds)).unpack(packed)
    return tuple([numbers[kind::kinds] for kind in range(kinds)])


def unpack_rows(form: str, packed: bytes | None) -> tuple[tuple[Any, ...], ...]:
    """The rows that `pack` made these bytes of; none of nothing."""
    return tuple(_packing(form, 1).iter_unpack(packed)) if packed else ()


def values(name: str, dialect: str) -> TableValuedAlias:
    """The values of a parameter that is a JSON array, as a table: one statement for any number of them."""
    array = bindparam(name, type_=JSON)
    function = func.json_each(array) if dialect == "sqlite" else func.json_array_elements_text(array)
    return function.table_valued("value", name=f"asked_{name}")


def _reading(table: Table, dialect: str) -> Select[Any]:
    asked = values("hashes", dialect)
    hash_ = cast(asked.c.value, BigInteger)
    return select(table.c.hash, table.c.holders).select_from(asked).join(table, table.c.hash == hash_)


def _adding(table: Table, dialect: str, limit: int) -> str:
    """Plain SQL, as there are many rows: SQLAlchemy takes 5 us to get one ready, psycopg 20 us to send it."""
    both = f"{table.name}.holders || excluded.holders"
    if dialect == "sqlite":
        rows, newest = "VALUES (?, ?)", f"substr(CAST({both} AS BLOB), -{limit})"
    else:
        rows = "SELECT * FROM unnest(CAST(%s AS bigint[]), CAST(%s AS bytea[]))"
        newest = f"substr({both}, greatest(1, length({both}) - {limit - 1}))"
    changed = f"ON CONFLICT (hash) DO UPDATE SET holders = {newest}"
    return " ".join(("INSERT INTO", table.name, "(hash, holders)", rows, changed))


class Fresh:
    """Holders that are newer than those in the table, packed, and the hashes that got some since this was looked at."""

    def __init__(self) -> None:
        self.holders: dict[int, bytes] = {}
        self.stored: dict[int, bytes] = {}
        self.grown: set[int] = set()


class Index:
    """A table of hashes with its statements, which are built once."""

    def __init__(self, table: Table, form: str, most: int) -> None:
        """`most` holders are kept of a hash; of the numbers of `form` the first grows with the article."""
        self.form = form
        self.most = most
        self._limit = _BYTES * len(form) * most
        self._packing = _packing(form, 1)
        self._reading = {dialect: _reading(table, dialect) for dialect in ("sqlite", "postgresql")}
        self._adding = {dialect: _adding(table, dialect, self._limit) for dialect in ("sqlite", "postgresql")}

    def hold(self, known: Fresh, hash_: int, *holder: Any) -> None:
        """Add the newest holder of a hash to what is known."""
        known.holders[hash_] = (known.holders.get(hash_, b"") + self._packing.pack(*holder))[-self._limit :]
        known.grown.add(hash_)

    def columns(self, packed: bytes, floor: int) -> Columns:
        """The newest of these holders from `floor` (a first number) on; () when there are none."""
        columns = unpack(self.form, packed[-self._limit :])
        if columns[0][0] >= floor:
            return columns
        first = bisect_left(columns[0], floor)
        return tuple([column[first:] for column in columns]) if first < len(columns[0]) else ()

    def read(self, connection: Connection, hashes: Collection[int]) -> dict[int, bytes]:
        """The stored holders of those hashes that have some."""
        statement = self._reading[connection.dialect.name]
        return dict(connection.execute(statement, {"hashes": sorted(hashes)}).all())

    def add(self, connection: Connection, known: Fresh) -> None:
        """Store holders that are newer than those stored, in the order in which they lie on the disk."""
        dialect, rows = connection.dialect.name, sorted(known.holders.items())
        if rows:
            told = rows if dialect == "sqlite" else tuple(map(list, zip(*rows, strict=True)))
            connection.exec_driver_sql(self._adding[dialect], told)


class Postings:
    """What one transaction knows of an index: what it looked up, with those holders that are not stored yet."""

    def __init__(self, connection: Connection, index: Index, fresh: Fresh) -> None:
        """What is `fresh` may grow meanwhile."""
        self._connection = connection
        self._index = index
        self._fresh = fresh
        self._floor = 0
        if len(fresh.stored) > _READ:
            fresh.stored.clear()
        self._known: dict[int, Columns] = {}

    def begin(self, floor: int) -> None:
        """Leave out holders whose first number is lower."""
        self._floor = floor
        self._known.clear()

    def look_up(self, hashes: Collection[int]) -> dict[int, Columns]:
        """The holders of hashes, of those that any article holds; what is stored is read once."""
        known, fresh = self._known, self._fresh
        for hash_ in fresh.grown:
            known.pop(hash_, None)
        fresh.grown.clear()
        if unknown := [hash_ for hash_ in hashes if hash_ not in known]:
            stored = fresh.stored
            if missing := {hash_ for hash_ in unknown if hash_ not in stored}:
                stored.update(dict.fromkeys(missing, b""))
                stored.update(self._index.read(self._connection, missing))
            newer, columns, floor = fresh.holders.get, self._index.columns, self._floor
            for hash_ in unknown:
                packed = stored[hash_] + newer(hash_, b"")
                known[hash_] = columns(packed, floor) if packed else ()
        return {hash_: found for hash_ in hashes if (found := known[hash_])}
