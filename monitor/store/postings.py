"""A hash -> its newest holders: one packed row for each hash, read for many hashes at once and written by thousands.

A holder is a few numbers of 64 bits, the first of which grows with the article; the newest holder stands last. Only the
newest holders are kept, so that what stands under each article of a publisher costs no more than anything else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    delete,
    func,
    select,
    update,
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
    """What the processes of an index know: holders that the table does not have yet, and those of the hashes read.

    `additions` counts what was added, so that who remembers an answer knows when it is old.
    """

    def __init__(self) -> None:
        self.holders: dict[int, bytes] = {}
        self.known: dict[int, bytes] = {}
        self.additions = 0


class Holders:
    """How the holders of a hash are packed, and how many of them are kept."""

    def __init__(self, form: str, most: int) -> None:
        """Of the numbers of `form` the first grows with the article."""
        self.form = form
        self.most = most
        self._limit = _BYTES * len(form) * most
        self._packing = _packing(form, 1)

    def packed(self, *holder: Any) -> bytes:
        """One holder, as `hold` takes it."""
        return self._packing.pack(*holder)

    def hold(self, fresh: Fresh, newest: Iterable[tuple[int, bytes]]) -> None:
        """Add the newest holder of some hashes to what is known: (hash, packed holder) of each."""
        holders, known, limit = fresh.holders, fresh.known, self._limit
        for hash_, packed in newest:
            before = holders.get(hash_)
            holders[hash_] = packed if before is None else (before + packed)[-limit:]
            if (all_ := known.get(hash_)) is not None:
                known[hash_] = (all_ + packed)[-limit:]
        fresh.additions += 1

    def newest(self, packed: bytes) -> bytes:
        """Those of some holders that are kept."""
        return packed[-self._limit :]


class Index(Holders):
    """A table of hashes with its statements, which are built once."""

    def __init__(self, table: Table, form: str, most: int) -> None:
        """`most` holders are kept of a hash; of the numbers of `form` the first grows with the article."""
        super().__init__(form, most)
        self._reading = {dialect: _reading(table, dialect) for dialect in ("sqlite", "postgresql")}
        self._adding = {dialect: _adding(table, dialect, self._limit) for dialect in ("sqlite", "postgresql")}
        mine = table.c.hash == bindparam("one")
        within = table.c.hash.between(bindparam("first"), bindparam("last"))
        self._all = select(table.c.hash, table.c.holders).where(within)
        self._forgetting = delete(table).where(mine)
        self._replacing = update(table).where(mine)

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

    def replace(self, connection: Connection, changed: Mapping[int, bytes]) -> None:
        """Store other holders of hashes that are stored."""
        if changed:
            rows = sorted((hash_, holders) for hash_, holders in changed.items())
            told = [{"one": hash_, "holders": holders} for hash_, holders in rows]
            connection.execute(self._replacing, told)

    def forget(self, connection: Connection, floor: int, part: int, parts: int) -> None:
        """Remove the hashes whose newest holder is below `floor` (a first number), of one of as many parts of all."""
        width = 2**64 // parts
        first = part * width - 2**63
        row = self._packing.size
        found = connection.execute(self._all, {"first": first, "last": first + width - 1})
        old = [
            {"one": hash_} for hash_, holders in found if int.from_bytes(holders[-row : _BYTES - row], "little") < floor
        ]
        if old:
            connection.execute(self._forgetting, old)


class Postings:
    """What one transaction asks of an index; what is not stored yet is known too."""

    def __init__(self, connection: Connection, index: Index, fresh: Fresh) -> None:
        """What is `fresh` may grow meanwhile."""
        self._connection = connection
        self._index = index
        self._fresh = fresh
        if len(fresh.known) > _READ:
            fresh.known.clear()

    def look_up(self, hashes: Collection[int]) -> list[bytes]:
        """The packed holders of each of these hashes, in their order; what is stored is read once."""
        known = self._fresh.known
        if missing := [hash_ for hash_ in hashes if hash_ not in known]:
            newer, newest = self._fresh.holders.get, self._index.newest
            stored = self._index.read(self._connection, missing).get
            known.update((hash_, newest(stored(hash_, b"") + newer(hash_, b""))) for hash_ in missing)
        return [known[hash_] for hash_ in hashes]
