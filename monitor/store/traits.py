"""The traits of an article -> what the archive knows of them, and the articles that share most of them.

A holder of a trait is three numbers: the article (its id, weekday and whether it is dated, in one number that orders as
ids do), the number of its story, and its share in the trait.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from sqlalchemy import Connection

from monitor.model import CANDIDATES, Holding
from monitor.store.postings import Columns, Postings
from monitor.store.recent import MARKS, TRAITS, Recent

Asked = Sequence[tuple[int, float, int]]
"""(hash, factor, bit) of each trait of an article."""

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

    def __init__(self, connection: Connection, recent: Recent) -> None:
        self._postings = Postings(connection, TRAITS, recent.traits)
        self._recent = recent
        self.floor = 0

    def begin(self, floor: int) -> None:
        """Leave out articles of lower ids."""
        self.floor = floor
        self._postings.begin(floor << MARKS)

    def look_up(self, hashes: Collection[int]) -> None:
        """Read what is known of these traits."""
        self._postings.look_up(hashes)

    def holdings(self, hashes: Collection[int]) -> list[Holding]:
        """What the archive knows of each of these traits that an article holds."""
        return [
            Holding(hash_, len(articles), self._count(stories), articles[0] >> MARKS)
            for hash_, (articles, stories, _) in self._postings.look_up(hashes).items()
        ]

    def _count(self, numbers: Sequence[int]) -> int:
        """How many stories these are by now."""
        found, merged = set(numbers), self._recent.merged
        return len(found if merged.keys().isdisjoint(found) else {merged.get(one, one) for one in found})

    def guess(self, hashes: Collection[int]) -> list[tuple[int, int]]:
        """(article, number of its story) of a few articles that are likely to be near, however traits are weighed."""
        sums: dict[tuple[int, int], float] = {}
        often: dict[tuple[int, int], float] = {}
        for articles, stories, shares in self._postings.look_up(hashes).values():
            if (holders := len(articles)) <= _TELLING:
                for one, share in zip(zip(articles, stories, strict=True), shares, strict=True):
                    if one in sums:
                        often[one] = sums[one] = sums[one] + share / holders
                    else:
                        sums[one] = share / holders
        best = nlargest(_GUESSED, zip(often.values(), often, strict=True))
        return [(article >> MARKS, story) for _, (article, story) in best]

    def near(self, asked: Asked, least: float) -> list[Near]:
        """The CANDIDATES nearest articles, the newest first on ties.

        Stories of which no article reaches `least` are left out.
        """
        found = self._postings.look_up([hash_ for hash_, _, _ in asked])
        sums: dict[int, float] = {}
        told = sums.get
        for hash_, factor, _ in asked:
            if hash_ in found:
                articles, _, shares = found[hash_]
                for article, share in zip(articles, shares, strict=True):
                    sums[article] = told(article, 0.0) + factor * share
        # Most articles are like no other: that is found out sooner than which are the nearest.
        if max(sums.values(), default=least) < least:
            return []
        best = nlargest(CANDIDATES, zip(sums.values(), sums, strict=True))
        numbers = self._numbers(found.values(), [article for _, article in best])
        strong = {numbers[article] for similarity, article in best if similarity >= least}
        near = {article: similarity for similarity, article in best if numbers[article] in strong}
        shared = _shared(asked, found, near.keys())
        return [
            Near(one >> MARKS, numbers[one], one >> 1 & 7, bool(one & 1), similarity, shared[one])
            for one, similarity in near.items()
        ]

    def _numbers(self, found: Iterable[Columns], articles: Iterable[int]) -> dict[int, int]:
        """The number of the story of each of some articles, by now."""
        stories: dict[int, int] = {}
        for held, numbers, _ in found:
            stories.update(zip(held, numbers, strict=True))
        merged = self._recent.merged
        return {article: merged.get(stories[article], stories[article]) for article in articles}


def _shared(asked: Asked, found: Mapping[int, Columns], articles: Iterable[int]) -> dict[int, int]:
    """The bits of the traits that each of some articles holds."""
    shared = dict.fromkeys(articles, 0)
    wanted = frozenset(shared)
    for hash_, _, bit in asked:
        if hash_ in found:
            for article in wanted.intersection(found[hash_][0]):
                shared[article] += bit
    return shared


def mark(article_id: int, day: int, *, dated: bool) -> int:
    """The number that stands for an article in the index; numbers order as ids do."""
    return article_id << MARKS | day << 1 | dated
