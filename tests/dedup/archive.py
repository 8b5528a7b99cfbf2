"""Articles -> stories: an archive in memory that answers the three questions of `monitor.dedup.story` as SQL would."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from monitor.dedup.story import (
    Choice,
    Limits,
    Weighed,
    choose,
    rank,
    suspects,
    weigh,
)
from monitor.dedup.traits import profile
from monitor.model import CANDIDATES, HOLDERS, Article, Candidate, Holding, Precision, Published, StoryHeld

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LIMITS = Limits()


UNDATED = Published()


def titled(title: str, text: str = "", published: Published = UNDATED) -> Article:
    """An article with a title of its own; the first paragraph of its text is its lede."""
    lede, _, body = text.partition("\n\n")
    return Article("paper", title, None, title, False, lede, body, None, published, None)


@dataclass(frozen=True)
class Row:
    """One row of the index."""

    article: int
    story: str
    share: float
    weight: float


@dataclass
class Archive:
    """The index (rows of each hash in the order of article ids), the articles and the stories."""

    limits: Limits = LIMITS
    index: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    articles: list[tuple[Article, int, Weighed]] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    stories: dict[str, StoryHeld] = field(default_factory=dict)
    merges: int = 0

    def take(self, article: Article, seen: datetime = NOW, given: str | None = None) -> Choice:
        """Place one article and keep it."""
        found = profile(article)
        asked = [trait.hash for trait in found.traits]
        weighed = weigh(found, self.holdings(asked), len(self.articles) - 1, len(self.articles))
        candidates = self.candidates(weighed)
        stories = [self.stories[id_] for id_ in dict.fromkeys(one.story for one in candidates)]
        links = rank(article, weighed, seen, candidates, stories, self.limits)
        rows = {id_: self.articles[id_][2].rows for id_ in suspects(weighed, links, given)}
        choice = choose(weighed, links, rows, self.limits, given)
        self.keep(article, seen, weighed, choice)
        return choice

    def newest(self, hash_: int) -> list[Row]:
        return self.index.get(hash_, [])[-HOLDERS:]

    def holdings(self, hashes: list[int]) -> list[Holding]:
        """Query A."""
        found = ((hash_, self.newest(hash_)) for hash_ in hashes)
        return [
            Holding(hash_, len(rows), len({row.story for row in rows}), min(row.article for row in rows))
            for hash_, rows in found
            if rows
        ]

    def candidates(self, weighed: Weighed) -> list[Candidate]:
        """Query B."""
        sums: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0, 0])
        for hash_, factor, bit in weighed.asked:
            for row in self.newest(hash_):
                total = sums[row.article, row.story]
                total[0] += factor * row.share
                total[1] += bit
        best = sorted(sums.items(), key=lambda item: (-item[1][0], -item[0][0]))[:CANDIDATES]
        return [self._candidate(id_, story, similarity, int(bits)) for (id_, story), (similarity, bits) in best]

    def _candidate(self, id_: int, story: str, similarity: float, bits: int) -> Candidate:
        article, day, _ = self.articles[id_]
        return Candidate(id_, story, similarity, bits, article.title, day, _dated(article.published))

    def keep(self, article: Article, seen: datetime, weighed: Weighed, choice: Choice) -> None:
        """The article with its rows, its story with what it grew by, and the merges."""
        id_ = len(self.articles)
        story = choice.story or f"story-{id_}"
        self.articles.append((article, weighed.day, weighed))
        self.placed.append(story)
        self.stories[story] = _joined(self.stories.get(story), _alone(story, id_, article.published, seen))
        for hash_, share, weight in weighed.rows:
            self.index[hash_].append(Row(id_, story, share, weight))
        for other in choice.merged:
            self._merge(other, story)

    def _merge(self, other: str, story: str) -> None:
        self.merges += 1
        self.stories[story] = _joined(self.stories[story], self.stories.pop(other))
        for id_, (_, _, weighed) in enumerate(self.articles):
            if self.placed[id_] == other:
                self.placed[id_] = story
                for hash_, _, _ in weighed.rows:
                    rows = self.index[hash_]
                    rows[:] = [replace(row, story=story) if row.article == id_ else row for row in rows]


def _dated(published: Published) -> bool:
    return published.precision in (Precision.SECOND, Precision.DAY)


def _alone(story: str, id_: int, published: Published, seen: datetime) -> StoryHeld:
    time = None if published.precision is Precision.MONTH else published.start or seen
    return StoryHeld(story, id_, 1, time, time, published.start, published.latest)


def _joined(one: StoryHeld | None, other: StoryHeld) -> StoryHeld:
    if one is None:
        return other
    return StoryHeld(
        one.id,
        min(one.opened, other.opened),
        one.articles + other.articles,
        min((time for time in (one.first, other.first) if time), default=None),
        max((time for time in (one.last, other.last) if time), default=None),
        min((time for time in (one.since, other.since) if time), default=None),
        max((time for time in (one.until, other.until) if time), default=None),
    )
