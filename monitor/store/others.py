"""An article and its story -> the other articles of it, each text with its copies: what an alert tells besides."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, select

from monitor.model import Verdict
from monitor.store.rows import Also
from monitor.store.tables import ARTICLE

TEXTS = 20
"""Texts that are listed at most, those with the newest articles."""

_COPIES = 200  # newest copies of the story that are read; only these are counted
_EACH, _ALL = 8, 40  # copies that are listed of one text, and of all
_HOPS = 3  # from a copy of a copy to its original; then the last one found stands for it

_Rows = Mapping[int, Row[Any]]


def others(connection: Connection, story: str, article_id: int, texts: int = TEXTS) -> list[Also]:
    """The other items of a story by text, that with the newest first, and what each is to an article.

    Of a text the original comes first, then its copies, the newest first. Each item stands there by its newest version.
    """
    mine = connection.execute(_ROW, {"ids": [article_id]}).one()
    asked = {"told": story, "but": article_id, "most": texts}
    rows = {one.id: one for statement in (_OWN, _COPIED) for one in connection.execute(statement, asked)}
    rows[article_id] = mine
    _read_originals(connection, rows)
    listed: dict[int, list[Row[Any]]] = {}
    items = {_item(mine)}
    for one in sorted(rows.values(), key=lambda row: -row.id):
        if one.story == story and _item(one) not in items:
            items.add(_item(one))
            listed.setdefault(_original(one.id, rows), []).append(one)
    found: list[Also] = []
    room = _ALL
    for original, carriers in islice(listed.items(), texts):
        relation = _relation(original, mine, rows)
        ordered = _original_first(carriers, rows.get(original))
        shown = ordered[: 1 + min(_EACH, room)]
        room -= len(shown) - 1
        copies = [len(carriers) - 1] + [0] * len(shown)
        found += [
            Also(one.source, one.title, one.url, relation, one.id, None if one.id == original else original, number)
            for one, number in zip(shown, copies, strict=False)
        ]
    return found


def _read_originals(connection: Connection, rows: dict[int, Row[Any]]) -> None:
    """Read what these articles repeat or continue, and what that repeats."""
    for _ in range(_HOPS):
        if missing := {one.of for one in rows.values() if one.of is not None} - rows.keys():
            rows.update((one.id, one) for one in connection.execute(_ROW, {"ids": sorted(missing)}))


def _original(id_: int, rows: _Rows) -> int:
    """The article whose text an article carries: itself, unless it is a copy."""
    while (row := rows.get(id_)) is not None and row.verdict == Verdict.DUPLICATE and row.of is not None:
        id_ = row.of
    return id_


def _relation(original: int, mine: Row[Any], rows: _Rows) -> Literal["duplicate", "update", "same-story"]:
    """What a text is to an article: its own, an earlier or later version of it, or another one."""
    ours, row = _original(mine.id, rows), rows.get(original)
    if original == ours:
        return "duplicate"
    continues = any(
        one is not None and one.verdict == Verdict.UPDATE and one.of is not None and _original(one.of, rows) == other
        for one, other in ((mine, original), (row, ours))
    )
    return "update" if continues else "same-story"


def _original_first(carriers: list[Row[Any]], original: Row[Any] | None) -> list[Row[Any]]:
    """Those that carry a text, its original first, or the oldest where that is not among them."""
    first = next((one for one in carriers if original is not None and _item(one) == _item(original)), carriers[-1])
    return [first, *(one for one in carriers if one is not first)]


def _item(row: Row[Any]) -> tuple[str, str]:
    return row.source, row.guid


_COLUMNS = [ARTICLE.c[name] for name in ("id", "story", "verdict", "of", "source", "guid", "title", "url")]
_ROW = select(*_COLUMNS).where(ARTICLE.c.id.in_(bindparam("ids", expanding=True)))
_NEWEST = (
    select(*_COLUMNS)
    .where(ARTICLE.c.story == bindparam("told"), ARTICLE.c.id != bindparam("but"))
    .order_by(ARTICLE.c.id.desc())
)
_OWN = _NEWEST.where(ARTICLE.c.verdict != Verdict.DUPLICATE).limit(bindparam("most"))
_COPIED = _NEWEST.where(ARTICLE.c.verdict == Verdict.DUPLICATE).limit(_COPIES)
