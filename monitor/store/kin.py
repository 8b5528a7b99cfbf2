"""An article -> the articles we hold that it may repeat, by identity, address, digest and shared rows of words.

Every look-up is bounded, so that an address that a thousand entries share, or a sentence that stands under each
article of a publisher, costs no more than any other. What a batch of articles asks is read at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from heapq import nlargest
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from monitor.model import KEPT, Article, Held, Placement, Sketch, Verdict
from monitor.store.articles import address_key, to_published
from monitor.store.columns import storable
from monitor.store.postings import unpack, values
from monitor.store.recent import SHINGLES, Recent
from monitor.store.tables import ARTICLE, identity

TEXTS = 200
"""Articles of a story that are asked for what it has told, the newest."""

_TEXT = 20_000  # characters of the body of each: one that long has told its news by then
_EACH = 10  # articles by each of: identity, address, digest, shared hashes
_SIGNS = ("identity", "url_key", "digest")
_HELD = [ARTICLE.c[one.name] for one in fields(Held) if one.name != "published"]
_PUBLISHED = [ARTICLE.c[name] for name in ("published", "published_offset", "precision")]
_MOST = 2**63 - 1
_NOBODY: list[int] = []

Asking = tuple[Article, Sketch]


class Kin:
    """What one transaction knows of copies: what it looked up, with the articles it keeps."""

    def __init__(self, connection: Connection, recent: Recent) -> None:
        """`recent` is not in the index yet."""
        self._connection = connection
        self._recent = recent
        self._holders: dict[int, list[int]] = {}
        self._same: dict[tuple[str, str], list[int]] = {}
        self._held: dict[int, Held] = {}
        self._waiting: list[tuple[Held, str, int | None]] = []

    def look_up(self, asked: Sequence[Asking]) -> set[str]:
        """Read all that `neighbours` of these articles needs; gives the stories of the neighbours.

        Nothing waits to be stored.
        """
        self._look_up_shingles({hash_ for _, sketch in asked for hash_ in sketch.hashes})
        self._look_up_same(asked)
        ids = {id_ for article, sketch in asked for id_ in self._ids(article, sketch)}
        self._read(ids)
        return {self._held[id_].story for id_ in ids}

    def knows(self, article: Article, sketch: Sketch) -> bool:
        """Whether this article was looked up."""
        return self._same.keys() >= set(_signs(article, sketch))

    def neighbours(self, article: Article, sketch: Sketch) -> list[Held]:
        """At most 40 articles, the strongest sign first: same item, same address, same words, most hashes shared.

        Nothing waits to be stored, unless this article was looked up.
        """
        self._look_up_same([(article, sketch)])
        ids = self._ids(article, sketch)
        self._read(ids)
        return [self._held[id_] for id_ in ids]

    def _ids(self, article: Article, sketch: Sketch) -> list[int]:
        same = [id_ for sign in _signs(article, sketch) for id_ in self._same[sign]]
        return list(dict.fromkeys([*same, *self._sharing(sketch)]))

    def _sharing(self, sketch: Sketch) -> list[int]:
        """The articles that share most and rarest hashes, the newest on ties.

        The fewer hold a hash, the more it counts, so that three sentences under each article of a publisher do not
        outweigh a real copy.
        """
        weights: dict[int, int] = {}
        self._look_up_shingles(sketch.hashes)
        stored, fresh = self._holders, self._recent.shingles.holders
        for hash_ in sketch.hashes:
            ids = stored[hash_]
            if hash_ in fresh:
                ids = [*ids, *unpack(SHINGLES.form, fresh[hash_])[0]]
            elif not ids:
                continue
            ids = ids[-SHINGLES.most :]
            weight = SHINGLES.most + 1 - len(ids)
            for id_ in ids:
                weights[id_] = weights.get(id_, 0) + weight
        return [id_ for _, id_ in nlargest(_EACH, zip(weights.values(), weights, strict=True))]

    def _look_up_shingles(self, hashes: Iterable[int]) -> None:
        """Read which stored articles hold these hashes."""
        if missing := [hash_ for hash_ in hashes if hash_ not in self._holders]:
            found = self._recent.segments.holders(self._connection, missing)
            self._holders.update((hash_, found.get(hash_, _NOBODY)) for hash_ in missing)

    def _look_up_same(self, asked: Sequence[Asking]) -> None:
        signs = {one for article, sketch in asked for one in _signs(article, sketch) if one not in self._same}
        if not signs:
            return
        names = {name: sorted(value for sign, value in signs if sign == name) for name in _SIGNS}
        self._same.update((sign, []) for sign in signs)
        for name, value, id_ in self._connection.execute(_SAME[self._connection.dialect.name], names):
            self._same[name, value].append(id_)
        for name, value in signs:
            self._same[name, value].sort(reverse=name != "digest")

    def _read(self, ids: Iterable[int]) -> None:
        if missing := sorted({id_ for id_ in ids if id_ not in self._held}):
            statement = _READ[self._connection.dialect.name]
            for held in _to_held(self._connection.execute(statement, {"ids": missing}).mappings()):
                self._held[held.id] = held

    def served(self, article: Article, sketch: Sketch, placement: Placement, story: str) -> list[Held]:
        """The held articles of the source of a duplicate that say what it says, the first ten: it serves them again."""
        asked = {"called": storable(article.source), "said": sketch.digest, "copied": placement.of, "told": story}
        found = _to_held(self._connection.execute(_SERVED, asked).mappings())
        return found + [
            held
            for held, digest, of in self._waiting
            if (held.story, held.source) == (story, asked["called"])
            and (digest == sketch.digest or (placement.of is not None and placement.of in (held.id, of)))
        ]

    def texts(self, story: str) -> list[Held]:
        """The articles of a story that say something of their own; all are written down."""
        return _to_held(self._connection.execute(_TEXTS, {"told": story}).mappings())

    def add(self, held: Held, article: Article, sketch: Sketch, of: int | None) -> None:
        """Know an article that is kept."""
        self._held[held.id] = held
        self._waiting.append((held, sketch.digest, of))
        for sign in _signs(article, sketch):
            if (ids := self._same.get(sign)) is not None:
                self._same[sign] = ([*ids, held.id] if sign[0] == "digest" else [held.id, *ids])[:_EACH]

    def merge(self, into: str, merged: Sequence[str]) -> None:
        """Let the articles of some stories belong to another; all are written down."""
        self._held = {
            id_: replace(held, story=into) if held.story in merged else held for id_, held in self._held.items()
        }

    def write(self) -> None:
        """The articles that were added are stored by now."""
        self._waiting.clear()


def _signs(article: Article, sketch: Sketch) -> list[tuple[str, str]]:
    values_ = (identity(article.source, article.guid), address_key(article), sketch.digest)
    return [(name, value) for name, value in zip(_SIGNS, values_, strict=True) if value]


def stored(sketch: Sketch) -> list[int]:
    """The hashes by which an article is found."""
    return list(dict.fromkeys(sketch.hashes[:KEPT]))


def as_stored(columns: Mapping[str, Any]) -> Held:
    """The article of a row that waits to be stored, as it will be read."""
    told = {one.name: columns[one.name] for one in _HELD}
    told = {name: storable(one) if isinstance(one, str) else one for name, one in told.items()}
    return Held(**told, published=to_published(columns))


def _to_held(rows: Iterable[Any]) -> list[Held]:
    return [Held(**{one.name: row[one.name] for one in _HELD}, published=to_published(row)) for row in rows]


def _same_part(name: str, dialect: str) -> Select[Any]:
    """(sign, value, id) by one sign: the newest versions and addresses, of equal texts the oldest, the original."""
    asked, other = values(name, dialect), ARTICLE.alias()
    oldest = name == "digest"
    # Ordered by both columns as the index is: else PostgreSQL may sort all articles of an address.
    order = (other.c[name], other.c.id) if oldest else (other.c[name].desc(), other.c.id.desc())
    beyond = select(other.c.id).where(other.c[name] == asked.c.value).order_by(*order).limit(1).offset(_EACH)
    bound: ColumnElement[int] = func.coalesce(beyond.scalar_subquery(), _MOST if oldest else 0)
    near = ARTICLE.c.id < bound if oldest else ARTICLE.c.id > bound
    named = select(literal(name).label("sign"), ARTICLE.c[name], ARTICLE.c.id)
    return named.select_from(asked).join(ARTICLE, (ARTICLE.c[name] == asked.c.value) & near)


def _same_statement(dialect: str) -> CompoundSelect[Any]:
    return union_all(*(_same_part(name, dialect) for name in _SIGNS))


def _read_statement(dialect: str) -> Select[Any]:
    ids = values("ids", dialect)
    number = cast(ids.c.value, ARTICLE.c.id.type)
    return select(*_HELD, *_PUBLISHED).select_from(ids).join(ARTICLE, ARTICLE.c.id == number)


# Built once: with statements built anew a look-up took 1.1 ms instead of 0.7 ms (1,000 articles, SQLite).
_SAME = {dialect: _same_statement(dialect) for dialect in ("sqlite", "postgresql")}
_READ = {dialect: _read_statement(dialect) for dialect in ("sqlite", "postgresql")}
_SERVED = (
    select(*_HELD, *_PUBLISHED)
    .where(
        ARTICLE.c.story == bindparam("told"),
        ARTICLE.c.source == bindparam("called"),
        or_(
            ARTICLE.c.digest == bindparam("said"),
            ARTICLE.c.id == bindparam("copied"),
            ARTICLE.c.of == bindparam("copied"),
        ),
    )
    .order_by(ARTICLE.c.id)
    .limit(_EACH)
)
_SHORT = func.substr(ARTICLE.c.body, 1, _TEXT).label("body")
_TEXTS = (
    select(*(_SHORT if one.name == "body" else one for one in _HELD), *_PUBLISHED)
    .where(ARTICLE.c.story == bindparam("told"), ARTICLE.c.verdict != Verdict.DUPLICATE)
    .order_by(ARTICLE.c.id.desc())
    .limit(TEXTS)
)
