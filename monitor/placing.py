"""Articles read and the archive -> where each belongs: copy, later version or news; its story; what it brings to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import NamedTuple

from monitor.dedup import (
    Choice,
    Known,
    Limits,
    Profile,
    Weighed,
    apart,
    choose,
    news,
    place,
    profile,
    rank,
    read,
    sketch,
    spans,
    suspects,
    weigh,
)
from monitor.model import CANDIDATES, Article, Document, Item, Match, Placement, Sketch, Standing, Verdict
from monitor.store import Intake

_STORIES = 12
"""Nearest stories that are read of an article: it joins one of them, and merges it with at most three."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with the item version it came from and all that is told of it without the archive."""

    item: Item
    version: str
    article: Article
    matches: Sequence[Match]
    sketch: Sketch
    profile: Profile

    @classmethod
    def of(cls, item: Item, version: str, article: Article, matches: Sequence[Match]) -> Reading:
        """Read an article that matched these rules; `version` is the digest of its item."""
        return cls(item, version, article, matches, sketch(article), profile(article))

    @property
    def hashes(self) -> list[int]:
        """The hashes of its traits."""
        return [one.hash for one in self.profile.traits]


class Placed(NamedTuple):
    """Where an article belongs, and what is to be kept of that; `opened`: its story is its own."""

    placement: Placement
    standing: Standing
    opened: bool = False


class Placer:
    """Places the articles of one intake, one after the other: each is placed among those before it."""

    def __init__(self, memory: Intake, now: datetime, limits: Limits) -> None:
        self._memory = memory
        self._now = now
        self._limits = limits
        self._told: dict[str, Known] = {}

    def look_up(self, readings: Sequence[Reading]) -> set[tuple[str, str]]:
        """Ask the archive at once for all that placing these articles of one source needs.

        Gives (guid, digest) of the item versions that were kept meanwhile.
        """
        if not readings:
            return set()
        since = self._now - max(self._limits.window, self._limits.max_span)
        self._memory.look_up([(one.article, one.sketch, one.hashes) for one in readings], since)
        versions = [(one.item.guid, one.version) for one in readings]
        return self._memory.held_items(readings[0].item.source, versions)

    def settle(self, one: Reading) -> Placed:
        """Decide what an article is and which story it belongs to; stories that it proves to be one are merged."""
        memory = self._memory
        placement = place(one.article, one.sketch, memory.neighbours(one.article, one.sketch))
        if placement.verdict is Verdict.DUPLICATE:
            return Placed(placement, Standing(evidence={"neighbours": _neighbours(placement)}))
        weighed = weigh(one.profile, memory.holdings(one.hashes), *memory.reach)
        given = placement.story if placement.verdict is Verdict.UPDATE else None
        if given and not all(
            spans(one.article.published, self._now, held, self._limits) for held in memory.stories([given])
        ):
            given, placement = None, replace(placement, story=one.sketch.story)
        choice = self._choose(one.article, weighed, given)
        if choice.story:
            placement = replace(placement, story=choice.story)
            memory.merge(choice.story, choice.merged)
            if choice.merged:
                self._told.clear()
        standing = Standing(tuple(weighed.rows), weighed.day, _evidence(choice, placement))
        return Placed(placement, standing, opened=not choice.story)

    def _choose(self, article: Article, weighed: Weighed, given: str | None) -> Choice:
        memory, asked = self._memory, weighed.asked
        nearest = memory.nearest(asked)
        if given is None and not (nearest and weighed.may_join(nearest[1])):
            return apart(weighed, nearest)
        near = memory.candidates(asked, weighed.least, _STORIES if given is None else CANDIDATES)
        stories = memory.stories(other.story for other in near)
        links = rank(article, weighed, self._now, near, stories, self._limits)
        return choose(weighed, links, memory.trait_rows(suspects(weighed, links, given)), self._limits, given)

    def with_news(self, one: Reading, placement: Placement) -> Placement:
        """The placement of an article that is not kept yet, with what it brings to the story it belongs to."""
        if placement.verdict is Verdict.DUPLICATE:
            return placement
        story = placement.story
        if story not in self._told:
            self._told[story] = Known(read(held) for held in self._memory.texts(story))
        return replace(placement, news=news(read(one.article), self._told[story]))

    def keep(self, one: Reading, placement: Placement, standing: Standing, *, old: bool) -> int:
        """Keep an article where it belongs, with the rules it matched; gives its id. `old`: it is too old to alert."""
        article, version, stamp = one.article, one.version, one.item.stamp
        id_ = self._memory.keep(article, version, stamp, one.sketch, placement, self._now, old=old, standing=standing)
        self._memory.matched(id_, one.matches)
        if placement.story in self._told and placement.verdict is not Verdict.DUPLICATE:
            self._told[placement.story].add(read(article))
        return id_


def _evidence(choice: Choice, placement: Placement) -> Document:
    """Why an article is in its story, and what it was compared with, as it is kept and shown."""
    return {
        "because": choice.because,
        "similarity": round(choice.similarity, 3),
        "shared": [asdict(one) for one in choice.shared],
        "merged": list(choice.merged),
        "neighbours": _neighbours(placement),
    }


def _neighbours(placement: Placement) -> list[Document]:
    return [one._asdict() for one in placement.near]
