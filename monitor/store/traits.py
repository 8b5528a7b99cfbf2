"""The traits of an article -> what the archive knows of them, and the articles that share most of them.

A holder of a trait is three numbers: the article (its id, weekday and whether it is dated, in one number that orders as
ids do), the number of its story, and its share in the trait. A usual article shares its 24 traits with a thousand
holders: they are counted as arrays over the bytes as they are stored.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from monitor.model import CANDIDATES, Holding
from monitor.store.postings import Postings
from monitor.store.recent import HOLDER, MARKS, TRAITS, Recent

Asked = Sequence[tuple[int, float, int]]
"""(hash, factor, bit) of each trait of an article."""


_NUMBER = 44  # bits of the number of a story, beside which the place of a trait has room
_HEAPS = 8192  # articles are summed in so many heaps first: few of a thousand share one

_Numbers = NDArray[np.int64]
_Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Near:
    """An article that shares traits; `number` is that of its story."""

    article: int
    number: int
    day: int
    dated: bool
    similarity: float
    shared: int


@dataclass(frozen=True, slots=True)
class _Held:
    """All holders of some hashes, in their order: to which of the hashes each belongs, and what it tells."""

    hashes: list[int]
    additions: int
    counts: _Numbers
    places: _Numbers
    articles: _Numbers
    numbers: _Numbers
    shares: _Sums


class Traits:
    """What one transaction knows of the traits of articles from `floor` (an article id) on."""

    def __init__(self, connection: Connection, recent: Recent) -> None:
        self._fresh = recent.traits
        self._postings = Postings(connection, TRAITS, recent.traits)
        self._recent = recent
        self._last: _Held | None = None
        self.floor = 0

    def begin(self, floor: int) -> None:
        """Leave out articles of lower ids."""
        self.floor, self._last = floor, None

    def look_up(self, hashes: Collection[int]) -> None:
        """Read what is known of these traits."""
        self._postings.look_up(hashes)

    def holdings(self, hashes: Sequence[int]) -> list[Holding]:
        """What the archive knows of each of these traits that an article holds."""
        held = self._held(hashes)
        if not len(held.articles):
            return []
        stories = np.sort(held.places << _NUMBER | held.numbers)
        different = np.empty(len(stories), np.bool_)
        different[0] = True
        np.not_equal(stories[1:], stories[:-1], out=different[1:])
        numbers = np.bincount(stories[different] >> _NUMBER, minlength=len(hashes)).tolist()
        counts = held.counts.tolist()
        firsts = (np.cumsum(held.counts) - held.counts).clip(max=len(stories) - 1)
        oldest = (held.articles[firsts] >> MARKS).tolist()
        return [Holding(*row) for row in zip(hashes, counts, numbers, oldest, strict=True) if row[1]]

    def nearest(self, asked: Asked) -> tuple[int, float] | None:
        """(article, similarity) of the nearest article, the newest on ties; None when no article shares a trait."""
        held = self._held([hash_ for hash_, _, _ in asked])
        if not len(held.articles):
            return None
        told = _told(asked, held)
        heaps = held.articles >> MARKS & _HEAPS - 1
        sums = np.bincount(heaps, told, _HEAPS)
        similarity, article = _best(held.articles, told, heaps == sums.argmax())
        # What shares a heap with others may be less near than the next one.
        similarity, article = _best(held.articles, told, sums[heaps] >= similarity)
        return article >> MARKS, similarity

    def near(self, asked: Asked, least: float, stories: int) -> list[Near]:
        """The CANDIDATES nearest articles, the newest first on ties.

        Those of stories of which no article reaches `least` are left out, and all but the nearest so many `stories`.
        """
        held = self._held([hash_ for hash_, _, _ in asked])
        if not len(held.articles):
            return []
        articles, firsts, which = np.unique(held.articles, return_index=True, return_inverse=True)
        sums: _Sums = np.bincount(which, _told(asked, held)).astype(np.float64, copy=False)
        best = _highest(sums, CANDIDATES)
        bits = np.array([bit for _, _, bit in asked], np.float64)[held.places]  # whole numbers below 2**53
        shared = np.bincount(which, bits)[best].tolist()
        rows = list(
            zip(articles[best].tolist(), held.numbers[firsts[best]].tolist(), sums[best].tolist(), shared, strict=True)
        )
        strong = list(dict.fromkeys(number for _, number, similarity, _ in rows if similarity >= least))[:stories]
        return [
            Near(one >> MARKS, number, one >> 1 & 7, bool(one & 1), similarity, int(bit))
            for one, number, similarity, bit in rows
            if number in strong
        ]

    def _held(self, hashes: Sequence[int]) -> _Held:
        """The holders of some hashes; the last answer is remembered, as three questions are asked of each article."""
        last, additions = self._last, self._fresh.additions
        if last and last.additions == additions and last.hashes == hashes:
            return last
        packed = self._postings.look_up(hashes)
        counts = np.array([len(one) for one in packed], np.int64) // HOLDER.itemsize
        rows = np.frombuffer(b"".join(packed), HOLDER)
        places = np.repeat(np.arange(len(counts)), counts)
        lowest = self.floor << MARKS
        if len(rows) and rows["article"].min() < lowest:
            kept = rows["article"] >= lowest
            rows, places = rows[kept], places[kept]
            counts = np.bincount(places, minlength=len(counts))
        columns = [np.ascontiguousarray(rows[name]) for name in ("article", "number", "share")]
        columns[1] = self._recent.living(columns[1])
        self._last = _Held(list(hashes), additions, counts, places, *columns)
        return self._last


def _told(asked: Asked, held: _Held) -> _Sums:
    """What each holder adds to the similarity of its article."""
    factors = np.array([factor for _, factor, _ in asked])
    told: _Sums = factors[held.places] * held.shares
    return told


def _best(articles: _Numbers, told: _Sums, among: NDArray[np.bool_]) -> tuple[float, int]:
    """The highest sum of an article among some rows, and which has it."""
    rows, sums = among.nonzero()[0], dict[int, float]()
    for article, one in zip(articles[rows].tolist(), told[rows].tolist(), strict=True):
        sums[article] = sums.get(article, 0.0) + one
    return max(zip(sums.values(), sums, strict=True))


def _highest(sums: _Sums, count: int) -> NDArray[Any]:
    """The places of the highest sums, the highest first, the last one first on ties."""
    places = np.arange(len(sums))
    if len(sums) > count:
        places = places[sums >= np.partition(sums, -count)[-count]]
    return places[np.lexsort((places, sums[places]))[::-1][:count]]


def mark(article_id: int, day: int, *, dated: bool) -> int:
    """The number that stands for an article in the index; numbers order as ids do."""
    return article_id << MARKS | day << 1 | dated
