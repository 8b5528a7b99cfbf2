"""The traits of an article -> what the archive knows of them, and the articles that share most of them.

A holder of a trait is three numbers: the article (its id, weekday and whether it is dated, in one number that orders as
ids do), the number of its story, and its share in the trait.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from sqlalchemy import Connection

from monitor.model import CANDIDATES, HOLDERS, Holding
from monitor.store.postings import Columns, Index, Postings, pack, unpack_rows
from monitor.store.tables import TRAIT

Asked = Sequence[tuple[int, float, int]]
"""(hash, factor, bit) of each trait of an article."""

Rows = tuple[tuple[int, float, float], ...]
"""(hash, share, weight) of each trait of an article."""

_INDEX = Index(TRAIT, "qqd", HOLDERS)
_ROWS = "qdd"
_MARKS = 4  # bits: three for the day, one for whether it is dated
# A story is guessed, to be read with those of the whole batch, by traits that no more articles hold than this.
_TELLING = 12
_GUESSED = 3


@dataclass(frozen=True, slots=True)
class Near:
    """An article that shares traits; `number` is that of its story."""

    article: int
    number: int
    day: int
    dated: bool
    similarity: float
    shared: int


class Traits:
    """What one transaction knows of the traits of articles from `floor` (an article id) on."""

    def __init__(self, connection: Connection) -> None:
        self._postings = Postings(connection, _INDEX)
        self.floor = 0

    def _newest(self, hashes: Collection[int]) -> dict[int, Columns]:
        found = self._postings.look_up(hashes)
        least = self.floor << _MARKS
        if least:
            cut = ((hash_, bisect_left(columns[0], least), columns) for hash_, columns in found.items())
            found = {
                hash_: tuple(one[first:] for one in columns) if first else columns
                for hash_, first, columns in cut
                if first < len(columns[0])
            }
        return found

    def holdings(self, hashes: Collection[int]) -> list[Holding]:
        """What the archive knows of each of these traits that an article holds."""
        return [
            Holding(hash_, len(articles), len(set(stories)), articles[0] >> _MARKS)
            for hash_, (articles, stories, _) in self._newest(hashes).items()
        ]

    def guess(self, hashes: Collection[int]) -> list[tuple[int, int]]:
        """(article, number of its story) of a few articles that are likely to be near, however traits are weighed."""
        sums: dict[tuple[int, int], float] = {}
        for articles, stories, shares in self._newest(hashes).values():
            if (holders := len(articles)) <= _TELLING:
                for one, share in zip(zip(articles, stories, strict=True), shares, strict=True):
                    sums[one] = sums.get(one, 0.0) + share / holders
        best = nlargest(_GUESSED, zip(sums.values(), sums, strict=True))
        return [(article >> _MARKS, story) for _, (article, story) in best]

    def near(self, asked: Asked, least: float) -> list[Near]:
        """The CANDIDATES nearest articles, the newest first on ties.

        Stories of which no article reaches `least` are left out.
        """
        found = self._newest([hash_ for hash_, _, _ in asked])
        sums: dict[int, float] = {}
        told = sums.get
        stories: dict[int, int] = {}
        for hash_, factor, _ in asked:
            if columns := found.get(hash_):
                articles, numbers, shares = columns
                stories.update(zip(articles, numbers, strict=True))
                for article, share in zip(articles, shares, strict=True):
                    sums[article] = told(article, 0.0) + factor * share
        best = nlargest(CANDIDATES, zip(sums.values(), sums, strict=True))
        strong = {stories[article] for similarity, article in best if similarity >= least}
        return [
            self._near(asked, found, article, stories[article], similarity)
            for similarity, article in best
            if stories[article] in strong
        ]

    def _near(self, asked: Asked, found: Mapping[int, Columns], article: int, number: int, similarity: float) -> Near:
        shared = sum(bit for hash_, _, bit in asked if hash_ in found and article in found[hash_][0])
        return Near(article >> _MARKS, number, article >> 1 & 7, bool(article & 1), similarity, shared)

    def add(self, article_id: int, number: int, day: int, rows: Rows, *, dated: bool) -> None:
        """Add the traits of an article, the newest one, which belongs to the story of this number."""
        one = article_id << _MARKS | day << 1 | dated
        self._postings.add({hash_: (one, number, share) for hash_, share, _ in rows})

    def merge(self, into: int, merged: Collection[int], rows: Iterable[Rows]) -> None:
        """Let what belongs to the stories of some numbers belong to another; `rows` are those of their articles."""
        found = self._postings.look_up({hash_ for one in rows for hash_, _, _ in one})
        self._postings.change(
            {
                hash_: (articles, tuple(into if one in merged else one for one in stories), shares)
                for hash_, (articles, stories, shares) in found.items()
            }
        )

    def write(self) -> None:
        """Store what was added and changed."""
        self._postings.write()


def packed(rows: Rows) -> bytes | None:
    """The traits of an article as its row keeps them."""
    return pack(_ROWS, tuple(zip(*rows, strict=True))) if rows else None


def unpacked(traits: bytes | None) -> Rows:
    """The traits that `packed` made these bytes of."""
    return unpack_rows(_ROWS, traits)
