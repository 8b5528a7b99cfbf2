"""The articles kept last -> their part of the index, in memory until it is stored for thousands of them in one go.

An article has dozens of hashes, and each lies on another page of the disk: of 100,000 articles a commit took 12 us for
each page, 0.5 ms an article. Stored for thousands at once, in their order, a hash takes 4 us. Until then the table
`recent` has them, one row an article, from which another daemon or the next start learns them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from monitor.errors import StoreError
from monitor.model import HOLDERS, StoryHeld
from monitor.store.bulk import Bulk
from monitor.store.postings import Fresh, Holders, Index, pack, unpack_rows
from monitor.store.segments import Segments
from monitor.store.tables import ARTICLE, RECENT, STORY, TRAIT
from monitor.store.volumes import Volumes

Rows = tuple[tuple[int, float, float], ...]
"""(hash, share, weight) of each trait of an article."""

MANY = 4000
"""Articles that are in memory at most (14 MB); storing them takes half a second."""

_LEARNT = 10_000
"""Titles, and stories, that are remembered (some 5 MB): those of likely candidates are mostly among the last ones."""

_SWEEPS = 32  # times that the index is told of articles until all that is too old is forgotten

_TOLD_APART = 1 << 16  # numbers of swallowed stories that are told apart at a glance

MARKS = 4
"""Bits beside the id in the number that stands for an article: three for the day, one for whether it is dated."""

# Of the articles with one row of words only the newest are looked at: what more hold is boilerplate.
SHINGLES = Holders("q", 50)
TRAITS = Index(TRAIT, "qqd", HOLDERS)
HOLDER = np.dtype([("article", "<i8"), ("number", "<i8"), ("share", "<f8")])
"""A row of TRAITS."""

_ROWS = "qdd"
_NOTHING = dict.fromkeys(("article", "number", "merged", "shingles", "traits"))


class Recent:
    """What every intake of a store shares: `shingles` and `traits` as the index keeps them, merged story numbers.

    And what the last ones read: `titles` of articles, living `stories` by id and `names` of these by number; the table
    decides, whatever may differ from it is forgotten and read anew. And the `volumes` of rules.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._closed = False
        self.volumes = Volumes()
        self._forget()

    def _forget(self) -> None:
        self._begin()
        self.segments = Segments(SHINGLES.most)
        self._last = 0
        self._waiting: list[dict[str, Any]] = []
        self.titles: dict[int, str] = {}
        self.stories: dict[str, StoryHeld] = {}
        self.names: dict[int, str] = {}

    def _begin(self) -> None:
        self.shingles = Fresh()
        self.traits = Fresh()
        self.merged: dict[int, int] = {}
        self._swallowed = np.zeros(_TOLD_APART, np.bool_)
        self._articles = self._newest = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let one intake use this at a time; one that fails, also at its commit, leaves nothing here.

        Raises StoreError when the store is closed.
        """
        with self._lock:
            if self._closed:
                raise StoreError("the database was closed before its turn came")
            self.volumes.begin()
            done = False
            try:
                yield
                done = True
            finally:
                if not done:
                    self._forget()
                    self.volumes.forget()

    def close(self) -> None:
        """Wait for the intake that has this, and refuse the next ones."""
        with self._lock:
            self._closed = True

    def read(self, connection: Connection) -> None:
        """Learn what other daemons did since the last intake; to be called before all else in an intake."""
        rows = connection.execute(_READ, {"last": self._last}).all()
        if not rows or rows[0].id != self._last:
            # What was here is in the index by now; or nothing is known yet.
            self._forget()
            self.segments.read(connection)
            rows = connection.execute(_READ, {"last": 0}).all()
        for id_, article, number, merged, shingles, traits in rows:
            if id_ > self._last:
                self._last = id_
                if merged is not None:
                    self._unlearn(number, merged)
                    self._merge(number, merged)
                elif article is not None:
                    self._unlearn(number)
                    self._add(article, number, [hash_ for (hash_,) in unpack_rows("q", shingles)], unpacked(traits))

    def _unlearn(self, *numbers: int) -> None:
        """Read stories anew that another daemon may have changed: it says so by what it adds to the table."""
        for number in numbers:
            if name := self.names.pop(number, None):
                del self.stories[name]

    def learn(self, stories: Mapping[str, StoryHeld], swallowed: Collection[str]) -> None:
        """Remember stories as this intake leaves them."""
        for name in swallowed:
            if story := self.stories.pop(name, None):
                self.names.pop(story.opened, None)
        if len(self.stories) > _LEARNT:
            self.stories.clear()
            self.names.clear()
        self.stories.update(stories)
        self.names.update((story.opened, story.id) for story in stories.values())
        if len(self.titles) > _LEARNT:
            self.titles.clear()

    def add(self, article: int, number: int, hashes: Sequence[int], rows: Rows) -> None:
        """Add the newest article (id and marks), which belongs to the story of this number."""
        self._add(article, number, hashes, rows)
        found = {"shingles": pack("q", [(hash_,) for hash_ in hashes]), "traits": packed(rows)}
        self._waiting.append(_NOTHING | found | {"article": article, "number": number})

    def _add(self, article: int, number: int, hashes: Sequence[int], rows: Rows) -> None:
        self._articles, self._newest = self._articles + 1, article >> MARKS
        SHINGLES.hold(self.shingles, zip(hashes, repeat(SHINGLES.packed(article >> MARKS)), strict=False))
        TRAITS.hold(self.traits, [(hash_, TRAITS.packed(article, number, share)) for hash_, share, _ in rows])

    def merge(self, into: int, merged: Collection[int]) -> None:
        """Let what belongs to the stories of some numbers belong to another; the index keeps their numbers."""
        for number in merged:
            self._merge(into, number)
            self._waiting.append(_NOTHING | {"number": into, "merged": number})

    def _merge(self, into: int, merged: int) -> None:
        self.merged.update({number: into for number, other in self.merged.items() if other == merged})
        self.merged[merged] = into
        self._swallowed[merged % _TOLD_APART] = True
        self.traits.additions += 1

    def living(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of stories by now."""
        if not self.merged:
            return numbers
        suspects = self._swallowed[numbers % _TOLD_APART].nonzero()[0]
        if len(suspects):
            numbers = numbers.copy()
            numbers[suspects] = [self.merged.get(one, one) for one in numbers[suspects].tolist()]
        return numbers

    def write(self, connection: Connection) -> None:
        """Store what was added."""
        if self._waiting:
            _ROWS_ADDED.add(connection, self._waiting)
            self._last = connection.execute(_LAST).scalar_one()
            self._waiting.clear()

    def finish(self, connection: Connection, floor: int) -> None:
        """At the end of an intake: store all that is here in the index when it is much.

        Traits that only articles of ids below `floor` hold are forgotten, some each time.
        """
        if self._articles >= MANY:
            self.segments.add(connection, self.shingles)
            TRAITS.add(connection, self.traits)
            self._renumber(connection)
            TRAITS.forget(connection, floor << MARKS, self._newest // MANY % _SWEEPS, _SWEEPS)
            connection.execute(delete(RECENT))
            # So that a number is never the last one twice: others see that what they know was stored.
            self._last = connection.execute(_ADDED, _NOTHING).scalar_one()
            self._begin()

    def _renumber(self, connection: Connection) -> None:
        """Have the index know by its new number what was merged since it was told last; else all merges were kept."""
        if not self.merged:
            return
        articles = connection.scalars(_TRAITS, {"numbers": list(set(self.merged.values()))})
        hashes = {hash_ for traits in articles for hash_, _, _ in unpacked(traits)}
        changed = {}
        for hash_, holders in TRAITS.read(connection, hashes).items():
            rows = np.frombuffer(holders, HOLDER)
            living = self.living(rows["number"])
            if (living != rows["number"]).any():
                rows = rows.copy()
                rows["number"] = living
                changed[hash_] = rows.tobytes()
        TRAITS.replace(connection, changed)


def packed(rows: Rows) -> bytes | None:
    """The traits of an article as its row keeps them."""
    return pack(_ROWS, rows) if rows else None


def unpacked(traits: bytes | None) -> Rows:
    """The traits that `packed` made these bytes of."""
    return unpack_rows(_ROWS, traits)


_READ = (
    select(*(RECENT.c[name] for name in ("id", *_NOTHING)))
    .where(RECENT.c.id >= bindparam("last"))
    .order_by(RECENT.c.id)
)
_ADDED = insert(RECENT).returning(RECENT.c.id)
_TRAITS = (
    select(ARTICLE.c.traits)
    .join(STORY, STORY.c.id == ARTICLE.c.story)
    .where(STORY.c.opened.in_(bindparam("numbers", expanding=True)), ARTICLE.c.traits.is_not(None))
)
_ROWS_ADDED = Bulk(RECENT, tuple(_NOTHING))
_LAST = select(func.max(RECENT.c.id))
