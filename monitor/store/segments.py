"""A hash of words in a row -> the newest articles that hold it, in segments that are written once and read seldom.

Nearly all of the hashes of an article are its own, so most questions are answered by a filter in memory: bits that are
set for every hash of a segment, and by chance for one in two hundred others. Written as rows of their own the hashes of
4,000 articles changed each page of the index: of 100,000 articles 0.1 ms an article, as segments 0.01 ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, cast, delete, select

from monitor.store.bulk import Bulk
from monitor.store.postings import Fresh, values
from monitor.store.tables import PART, SEGMENT

EACH = 8
"""Segments of a level that are written as one of the next."""

LEVELS = 3
"""Those of the last level (256,000 articles) stay as they are: writing one takes seconds and 40 MB."""

FILTERS = 48 * 1024**2
"""Bytes of filters in memory at most (a million articles); older segments are asked each time."""

_ENTRY = np.dtype([("hash", "<u8"), ("article", "<i8")])
_USUAL = 256  # entries in a row of the table at most, in the mean: a page
_SPARSE = 12  # bits of a filter for each entry, at least
_PROBES = (0, 21, 42)
# Fibonacci hashing (Knuth 6.4): spreads whatever the hashes are.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SEGMENT = 32  # bits of the place in a segment, beside which its number stands
_AT_ONCE = 100_000  # entries that are in memory when segments are joined

_Entries = NDArray[Any]
_Hashes = NDArray[np.uint64]
_Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of the table that were written together: 2**bits of them, by the first bits of their hashes.

    `filter` is None where it is not kept in memory.
    """

    id: int
    level: int
    bits: int
    filter: _Bits | None

    def may_hold(self, hashes: _Hashes) -> NDArray[np.int64]:
        """The places of those hashes that it may hold."""
        if self.filter is None:
            return np.arange(len(hashes))
        found = np.ones(len(hashes), np.bool_)
        for place in _places(hashes, len(self.filter)):
            found &= (self.filter[place >> 3] >> (place & 7).astype(np.uint8) & 1).astype(np.bool_)
        return found.nonzero()[0]

    def rows(self, hashes: _Hashes) -> NDArray[np.int64]:
        """The rows of the table in which hashes are."""
        return self.id << _SEGMENT | _first_bits(hashes, self.bits)


class Segments:
    """All segments, the oldest first."""

    def __init__(self, most: int) -> None:
        """So many holders of a hash are kept at least, the newest."""
        self._most = most
        self._all: list[Segment] = []

    def read(self, connection: Connection) -> None:
        """Learn which there are."""
        rows = connection.execute(select(SEGMENT).order_by(SEGMENT.c.id)).all()
        self._all = [Segment(row.id, row.level, row.bits, np.frombuffer(row.filter, np.uint8)) for row in rows]
        self._bound()

    def _bound(self) -> None:
        left = FILTERS
        for place, one in reversed(list(enumerate(self._all))):
            left -= 0 if one.filter is None else len(one.filter)
            if left < 0:
                self._all[place] = Segment(one.id, one.level, one.bits, None)

    def holders(self, connection: Connection, hashes: Sequence[int]) -> dict[int, list[int]]:
        """The articles that hold each of those hashes that some hold, the oldest first."""
        spread = _spread(hashes)
        asked = [(one, places) for one in self._all if len(places := one.may_hold(spread))]
        rows = [one.rows(spread[places]).tolist() for one, places in asked]
        if not rows:
            return {}
        wanted = sorted({row for part in rows for row in part})
        stored: dict[int, bytes] = dict(connection.execute(_READ[connection.dialect.name], {"rows": wanted}).all())
        found: dict[int, list[int]] = {}
        for (_, places), part in zip(asked, rows, strict=True):
            for place, row in zip(places.tolist(), part, strict=True):
                entries = np.frombuffer(stored.get(row, b""), _ENTRY)
                first, end = (int(entries["hash"].searchsorted(spread[place], side)) for side in ("left", "right"))
                if first < end:
                    found.setdefault(hashes[place], []).extend(entries["article"][first:end].tolist())
        return found

    def add(self, connection: Connection, fresh: Fresh) -> None:
        """Store holders that are newer than those stored, as a segment of their own."""
        counts = np.array([len(one) for one in fresh.holders.values()], np.int64) // 8
        entries = np.empty(int(counts.sum()), _ENTRY)
        if not len(entries):
            return
        entries["hash"] = np.repeat(_spread(list(fresh.holders)), counts)
        entries["article"] = np.frombuffer(b"".join(fresh.holders.values()), "<i8")
        self._write(connection, 0, [_ordered(entries)], len(entries))
        for level in range(LEVELS - 1):
            same = [one for one in self._all if one.level == level]
            if len(same) >= EACH:
                self._join(connection, level + 1, same)
        self._bound()

    def _join(self, connection: Connection, level: int, old: Sequence[Segment]) -> None:
        """Write some segments, which are the newest ones, as one; a part at a time, as there may be many."""
        entries = sum(_USUAL << one.bits for one in old)
        bits = min(max(0, (entries // _AT_ONCE).bit_length()), *(one.bits for one in old))
        parts = (self._gathered(connection, old, part, bits) for part in range(1 << bits))
        self._write(connection, level, parts, entries)
        gone = {one.id for one in old}
        self._all = [one for one in self._all if one.id not in gone]
        for one in old:
            connection.execute(delete(PART).where(PART.c.id.between(*_span(one, 0, 0))))
            connection.execute(delete(SEGMENT).where(SEGMENT.c.id == one.id))

    def _gathered(self, connection: Connection, old: Sequence[Segment], part: int, bits: int) -> _Entries:
        """The entries of some segments whose hashes begin with these bits."""
        packed = [
            row.holders
            for one in old
            for row in connection.execute(
                select(PART.c.holders).where(PART.c.id.between(*_span(one, part, bits))).order_by(PART.c.id)
            )
        ]
        entries = _ordered(np.frombuffer(b"".join(packed), _ENTRY))
        # Of the articles with one row of words only the newest are looked at: what more hold is boilerplate.
        most = self._most
        kept = np.ones(len(entries), np.bool_)
        if len(entries) > most:
            kept[:-most] = entries["hash"][:-most] != entries["hash"][most:]
        return entries[kept]

    def _write(self, connection: Connection, level: int, parts: Iterable[_Entries], entries: int) -> None:
        id_ = max((one.id for one in self._all), default=0) + 1
        bits = max(0, (entries - 1) // _USUAL).bit_length()
        filter_ = np.zeros(1 << max(8, (_SPARSE * entries - 1).bit_length()) - 3, np.uint8)
        one = Segment(id_, level, bits, filter_)
        for part in parts:
            for place in _places(part["hash"], len(filter_)):
                np.bitwise_or.at(filter_, place >> 3, np.left_shift(1, place & 7).astype(np.uint8))
            rows = one.rows(part["hash"])
            ends = [*(np.flatnonzero(np.diff(rows)) + 1).tolist(), len(rows)] if len(rows) else []
            told = [
                {"id": int(rows[start]), "holders": part[start:end].tobytes()}
                for start, end in zip([0, *ends], ends, strict=False)
            ]
            if told:
                _ROWS.add(connection, told)
        _SEGMENTS.add(connection, [{"id": id_, "level": level, "bits": bits, "filter": filter_.tobytes()}])
        self._all.append(one)


def _spread(hashes: Sequence[int]) -> _Hashes:
    spread: _Hashes = np.array(hashes, np.int64).view(np.uint64) * _SPREAD
    return spread


def _places(hashes: _Hashes, size: int) -> list[NDArray[np.int64]]:
    """The bits of a filter of this many bytes that stand for hashes."""
    mask = np.uint64(size * 8 - 1)
    return [(hashes >> np.uint64(probe) & mask).astype(np.int64) for probe in _PROBES]


def _first_bits(hashes: _Hashes, bits: int) -> NDArray[np.int64]:
    return (hashes >> np.uint64(64 - bits)).astype(np.int64) if bits else np.zeros(len(hashes), np.int64)


def _span(one: Segment, part: int, bits: int) -> tuple[int, int]:
    """The first and the last row of a segment for hashes that begin with these bits, which are no more than its own."""
    each = one.bits - bits
    first = one.id << _SEGMENT | part << each
    return first, first + (1 << each) - 1


def _ordered(entries: _Entries) -> _Entries:
    """By hash, of each hash the oldest article first."""
    return entries[np.lexsort((entries["article"], entries["hash"]))]


def _reading(dialect: str) -> Select[Any]:
    asked = values("rows", dialect)
    row = cast(asked.c.value, PART.c.id.type)
    return select(PART.c.id, PART.c.holders).select_from(asked).join(PART, PART.c.id == row)


_READ = {dialect: _reading(dialect) for dialect in ("sqlite", "postgresql")}
_ROWS = Bulk(PART, ("id", "holders"))
_SEGMENTS = Bulk(SEGMENT, ("id", "level", "bits", "filter"))
