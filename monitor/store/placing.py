"""Articles that come -> what placing them asks of the archive, and the rows that keep them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, cast, select

from monitor.model import (
    CANDIDATES,
    Article,
    Candidate,
    Held,
    Holding,
    Placement,
    Precision,
    Sketch,
    Standing,
    StoryHeld,
    Verdict,
)
from monitor.store.articles import to_columns
from monitor.store.columns import storable
from monitor.store.kin import Kin, as_stored, stored
from monitor.store.postings import values
from monitor.store.queue import Queue
from monitor.store.recent import Recent, Rows, packed, unpacked
from monitor.store.stories import Stories
from monitor.store.tables import ARTICLE
from monitor.store.traits import Asked, Traits, mark

_NOWHERE = Standing()
_DATED = (Precision.SECOND, Precision.DAY)


class Placing:
    """The part of an intake about placing and keeping articles.

    What it looked up or kept is in memory until the intake ends; rows wait there to be written together.
    """

    def __init__(self, connection: Connection, recent: Recent) -> None:
        recent.read(connection)
        self._connection = connection
        self._recent = recent
        self._queue = Queue(connection)
        self._stories = Stories(connection, recent)
        self._traits = Traits(connection, recent)
        self._kin = Kin(connection, recent)
        self._titles = recent.titles
        self._rows: dict[int, Rows] = {}

    def write(self) -> None:
        """Store what waits to be stored; done when the block ends, and before statements that must see it."""
        self._stories.write()
        self._queue.write()
        self._kin.write()
        self._recent.write(self._connection)

    def finish(self) -> None:
        """Store all of it, and leave to the next intake what it may need too."""
        self.write()
        self._stories.learn()
        self._recent.finish(self._connection, self._traits.floor)

    def look_up(self, asked: Sequence[tuple[Article, Sketch, Sequence[int]]], since: datetime | None = None) -> None:
        """Read what placing a batch needs, in few statements: (article, sketch, hashes of its traits) of each.

        Whatever else is asked for is looked up when it is asked for. Traits of articles that were first seen before
        `since` do not count.
        """
        self._queue.expected = max(1, len(asked))
        if since is not None:
            self._traits.begin(self._connection.scalar(_FLOOR, {"since": since}) or self._queue.newest + 1)
        self.write()
        held = self._kin.look_up([(article, sketch) for article, sketch, _ in asked])
        self._traits.look_up({hash_ for _, _, hashes in asked for hash_ in hashes})
        self._stories.look_up([*held, *(sketch.story for _, sketch, _ in asked)])

    def neighbours(self, article: Article, sketch: Sketch) -> list[Held]:
        """The held articles that this one may repeat, at most 40, the strongest sign first.

        Ten each: versions of the same item and articles under the same address (newest), the same words (oldest), and
        those sharing most rows of words.
        """
        if not self._kin.knows(article, sketch):
            self.write()
        return self._kin.neighbours(article, sketch)

    def served(self, article: Article, sketch: Sketch, placement: Placement) -> list[Held]:
        """What the source of a duplicate has of its text already: it serves it again. Nothing for other verdicts."""
        if placement.verdict is not Verdict.DUPLICATE:
            return []
        return self._kin.served(article, sketch, placement, self._stories.living(placement.story))

    @property
    def reach(self) -> tuple[int, int]:
        """The id of the newest article, and how many ids count (see `look_up`); both are 0 before the first one."""
        newest = self._queue.newest
        return newest, max(0, newest - max(self._traits.floor, 1) + 1)

    def holdings(self, hashes: Sequence[int]) -> list[Holding]:
        """What the archive knows of traits; nothing for one that no article holds."""
        return self._traits.holdings(hashes)

    def nearest(self, asked: Asked) -> tuple[int, float] | None:
        """(id, similarity) of the nearest article by (hash, factor, bit); None when no article shares a trait."""
        return self._traits.nearest(asked)

    def candidates(self, asked: Asked, least: float = 0.0, stories: int = CANDIDATES) -> list[Candidate]:
        """The at most CANDIDATES articles that share most of (hash, factor, bit), the nearest and newest first.

        Left out are stories of which no article reaches the similarity `least`, and all but the nearest so many
        `stories`: reading what they tell would cost more than all the rest.
        """
        near = self._traits.near(asked, least, stories)
        self._read_titles(one.article for one in near)
        ids = self._stories.numbered({one.number for one in near})
        return [
            Candidate(
                one.article,
                ids[one.number],
                one.similarity,
                one.shared,
                self._titles[one.article],
                one.day,
                one.dated,
            )
            for one in near
        ]

    def stories(self, ids: Iterable[str]) -> list[StoryHeld]:
        """The stories of these ids in their order, each once; those that were swallowed or never were are left out."""
        return self._stories.held(ids)

    def trait_rows(self, ids: Collection[int]) -> dict[int, Rows]:
        """(hash, share, weight) of the traits of each of these articles; none for one that is not indexed."""
        if missing := sorted({id_ for id_ in ids if id_ not in self._rows}):
            self._rows.update(dict.fromkeys(missing, ()))
            statement = _TRAITS[self._connection.dialect.name]
            for id_, traits in self._connection.execute(statement, {"ids": missing}):
                self._rows[id_] = unpacked(traits)
        return {id_: self._rows[id_] for id_ in ids}

    def texts(self, story: str) -> list[Held]:
        """The articles of a story that are no duplicates, at most TEXTS, the newest first."""
        self.write()
        return self._kin.texts(self._stories.living(story))

    def _read_titles(self, ids: Iterable[int]) -> None:
        if missing := sorted({id_ for id_ in ids if id_ not in self._titles}):
            statement = _TITLES[self._connection.dialect.name]
            self._titles.update((id_, title) for id_, title in self._connection.execute(statement, {"ids": missing}))

    def keep(
        self,
        article: Article,
        item_digest: str,
        stamp: str | None,
        sketch: Sketch,
        placement: Placement,
        now: datetime,
        *,
        old: bool,
        standing: Standing = _NOWHERE,
    ) -> int:
        """Store an article as placed, the item version it came from, its story and what finds it; gives its id.

        `old`: it is too old to alert. A duplicate is found by the article it repeats, neither by its text nor by its
        traits.
        Raises StoreError, at the latest when the block ends, for an item version that was read before (ask `held_items`
        first); one that could not be read is one no longer.
        """
        duplicate = placement.verdict is Verdict.DUPLICATE
        rows = () if duplicate else standing.traits
        id_, story = self._queue.reserve(), self._stories.living(placement.story)
        number = self._stories.grow(story, id_, article, now, duplicate=duplicate).opened
        columns = to_columns(article) | _placed(placement, standing, rows)
        columns |= {"id": id_, "digest": sketch.digest, "story": story, "old": old, "first_seen": now}
        self._queue.articles.append(columns)
        self._queue.items.append(_version(columns, item_digest, stamp))
        self._kin.add(as_stored(columns), article, sketch, placement.of)
        if not duplicate:
            marked = mark(id_, standing.day, dated=article.published.precision in _DATED)
            self._recent.add(marked, number, stored(sketch), rows)
        self._titles[id_], self._rows[id_] = storable(article.title), rows
        return id_

    def merge(self, into: str, merged: Sequence[str]) -> None:
        """Let all that belongs to some stories belong to `into`, the oldest, whose alerts and keys stay as they are."""
        if not merged:
            return
        self.write()
        into = self._stories.living(into)
        others = [one for one in self._stories.held(map(self._stories.living, merged)) if one.id != into]
        names = [one.id for one in others]
        if not names:
            return
        (one,) = self._stories.held([into])
        self._recent.merge(one.opened, [other.opened for other in others])
        self._stories.merge(into, names)
        self._kin.merge(into, names)


def _placed(placement: Placement, standing: Standing, rows: Rows) -> dict[str, Any]:
    """The columns of an article that tell where it was placed; those of its story depend on merges."""
    return {
        "verdict": placement.verdict,
        "of": placement.of,
        "because": placement.because,
        "news": placement.news,
        "day": standing.day,
        "traits": packed(rows),
        "evidence": standing.evidence,
    }


def _version(columns: dict[str, Any], item_digest: str, stamp: str | None) -> dict[str, Any]:
    """The row of the item version that an article came from."""
    return {
        **{name: columns[name] for name in ("source", "guid", "identity")},
        "digest": item_digest,
        "stamp": stamp,
        "article_id": columns["id"],
        "seen": columns["first_seen"],
        "failures": 0,
    }


def _columns_statement(dialect: str, name: str) -> Select[Any]:
    """A column of some articles."""
    ids = values("ids", dialect)
    number = cast(ids.c.value, ARTICLE.c.id.type)
    return select(ARTICLE.c.id, ARTICLE.c[name]).select_from(ids).join(ARTICLE, ARTICLE.c.id == number)


_TITLES = {dialect: _columns_statement(dialect, "title") for dialect in ("sqlite", "postgresql")}
_TRAITS = {dialect: _columns_statement(dialect, "traits") for dialect in ("sqlite", "postgresql")}
_FLOOR = (
    select(ARTICLE.c.id)
    .where(ARTICLE.c.first_seen >= bindparam("since"))
    .order_by(ARTICLE.c.first_seen, ARTICLE.c.id)
    .limit(1)
)
