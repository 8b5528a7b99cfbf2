"""Articles read and the archive -> where each belongs: copy, later version or news; its story; what it brings to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import NamedTuple

from monitor.dedup import (
    LEAST,
    Choice,
    Limits,
    Profile,
    choose,
    news,
    place,
    profile,
    rank,
    read,
    sketch,
    suspects,
    weigh,
)
from monitor.model import Article, Document, Item, Match, Placement, Sketch, Standing, Verdict
from monitor.store import Intake


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


def look_up(memory: Intake, readings: Sequence[Reading], now: datetime, limits: Limits) -> set[tuple[str, str]]:
    """Ask the archive at once for all that placing these articles of one source needs.

    Gives (guid, digest) of the item versions that were kept meanwhile.
    """
    if not readings:
        return set()
    asked = [(one.article, one.sketch, one.hashes) for one in readings]
    memory.look_up(asked, now - max(limits.window, limits.max_span))
    return memory.held_items(readings[0].item.source, [(one.item.guid, one.version) for one in readings])


def settle(memory: Intake, one: Reading, now: datetime, limits: Limits) -> Placed:
    """Decide what an article is and which story it belongs to; stories that it proves to be one are merged."""
    placement = place(one.article, one.sketch, memory.neighbours(one.article, one.sketch))
    if placement.verdict is Verdict.DUPLICATE:
        return Placed(placement, Standing())
    weighed = weigh(one.profile, memory.holdings(one.hashes), *memory.reach)
    near = memory.candidates(weighed.asked, LEAST)
    links = rank(one.article, weighed, now, near, memory.stories(other.story for other in near), limits)
    given = placement.story if placement.verdict is Verdict.UPDATE else None
    choice = choose(weighed, links, memory.trait_rows(suspects(weighed, links, given)), limits, given)
    if choice.story:
        placement = replace(placement, story=choice.story)
        memory.merge(choice.story, choice.merged)
    return Placed(placement, Standing(tuple(weighed.rows), weighed.day, _evidence(choice)), not choice.story)


def _evidence(choice: Choice) -> Document:
    """Why an article is in its story, as it is kept and shown."""
    return {
        "because": choice.because,
        "similarity": round(choice.similarity, 3),
        "shared": [asdict(one) for one in choice.shared],
        "merged": list(choice.merged),
    }


def keep(memory: Intake, one: Reading, placement: Placement, standing: Standing, now: datetime, *, old: bool) -> int:
    """Keep an article where it belongs, with the rules it matched; gives its id. `old`: it is too old to alert."""
    item = one.item
    id_ = memory.keep(one.article, one.version, item.stamp, one.sketch, placement, now, old=old, standing=standing)
    memory.matched(id_, one.matches)
    return id_


def with_news(memory: Intake, one: Reading, placement: Placement) -> Placement:
    """The placement of an article that is not kept yet, with what it brings to the story it belongs to."""
    if placement.verdict is Verdict.DUPLICATE:
        return placement
    story = [read(held) for held in memory.texts(placement.story)]
    return replace(placement, news=news(read(one.article), story))
