"""An Item normalised -> Article, what it is against those held, and where its story stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from monitor.model.dates import UNDATED, DateFound, Published

FIELDS = ("title", "lede", "body")
"""The searchable fields of an Article, in reading order."""


@dataclass(frozen=True, slots=True)
class LanguageScore:
    """What one detector says: a two-letter code (or "other") and how sure it is, 0 to 1."""

    detector: str
    language: str
    probability: float


@dataclass(frozen=True, slots=True)
class Article:
    """An Item normalised; `title`, `lede` and `body` never overlap and hold no boilerplate.

    Paragraphs of `body` are separated by one blank line. A derived title repeats the first sentence of the lede
    and is searched once, as lede. `language` is a two-letter code, "other", or None when unknown; `declared` is the
    language its source declares. `boilerplate` keeps the lines that were taken out, for explanations. `refused` is a
    publication date that cannot be true, as the source wrote it. `page` is the address without what differs from link
    to link, None where `url` is not that of one page: many feeds link every item to the front page of their site.
    """

    source: str
    guid: str
    url: str | None
    title: str
    title_derived: bool
    lede: str
    body: str
    agency: str | None
    published: Published
    language: str | None
    declared: str | None = None
    tags: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    refused: str | None = None
    confidence: float | None = None
    scores: tuple[LanguageScore, ...] = ()
    dates: tuple[DateFound, ...] = ()
    page: str | None = None

    @property
    def empty(self) -> bool:
        """True when nothing is left to read or match."""
        return not any(c.isalnum() for text in (self.title, self.lede, self.body) for c in text)

    def searchable(self) -> list[tuple[str, str]]:
        """(field name, text) of what rules are matched on, in reading order."""
        return [
            (name, text)
            for name in FIELDS
            if (text := getattr(self, name)) and not (name == "title" and self.title_derived)
        ]


class Verdict(StrEnum):
    """What an article is against those we hold."""

    NEW = "new"
    DUPLICATE = "duplicate"
    UPDATE = "update"


KEPT = 16
"""Hashes that are kept of an article, each in an index of the archive: dearer than all the reading."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What finds the copies of an article: `digest` of its folded words (hex), hashes of rows of words (63 bits).

    The first KEPT hashes are those to keep of an article, all of them are asked for.
    """

    digest: str
    hashes: tuple[int, ...]

    @property
    def story(self) -> str:
        """The id of the story that it opens when it is new: the same article gets the same id in every run."""
        return self.digest[:12]


@dataclass(frozen=True, slots=True)
class Held:
    """An article we hold, as far as telling copies apart needs it; times are aware UTC.

    `old`: it was too old to alert when it came.
    """

    id: int
    story: str
    source: str
    guid: str
    url: str | None
    title: str
    title_derived: bool
    lede: str
    body: str
    first_seen: datetime
    published: Published = UNDATED
    old: bool = False
    page: str | None = None


class Neighbour(NamedTuple):
    """A held article that another was compared with, and in words what it says of it or lacks."""

    article: int
    because: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs: its verdict, the held article it repeats or continues, and its story.

    `of` is the id of that held article, None for new ones. `news` are the sentences it brings that carry a fact which
    its story lacked. `because` says why in words, `near` what else it was compared with, the strongest sign first.
    """

    verdict: Verdict
    story: str
    because: str
    of: int | None = None
    news: tuple[str, ...] = ()
    near: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What an alert tells about its story; times are aware UTC."""

    id: str
    title: str
    first_seen: datetime
    articles: int
    sources: int
