"""An archive of articles -> what it knows of traits and stories, as far as placing the next article needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from monitor.model.alerts import Document

HOLDERS = 48
"""Of the articles that hold a trait only the newest are looked at: a story's words are its newest holders' words."""

CANDIDATES = 40
"""Nearest articles that are weighed."""


class Holding(NamedTuple):
    """What the archive knows of a trait: how many of its newest HOLDERS holders there are, of how many stories.

    `oldest` is the smallest article id among them.
    """

    hash: int
    holders: int
    stories: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that shares traits: the sum of factors and shares, the bits of the shared traits, what it tells.

    `day` is that of its profile; `dated` tells whether its publication is known to the day.
    """

    article: int
    story: str
    similarity: float
    shared: int
    title: str
    day: int = 0
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept of an article's place in its story.

    `traits` are (hash, share, weight) of each, `day` the weekday it names first (1 to 7, 0 none), `evidence` says why
    it is there.
    """

    traits: tuple[tuple[int, float, float], ...] = ()
    day: int = 0
    evidence: Document | None = None


@dataclass(frozen=True, slots=True)
class StoryHeld:
    """A story as far as placing needs it; times are aware UTC.

    `opened` is the id of its first article, `articles` how many it has that are no duplicates. `first` and `last` span
    the times of its articles: publication where known to the day, else first seen; None when all are known by month.
    `since` and `until` span the publications known at least to the month (start of the first, end of the last); None
    when none is.
    """

    id: str
    opened: int
    articles: int
    first: datetime | None
    last: datetime | None
    since: datetime | None = None
    until: datetime | None = None
