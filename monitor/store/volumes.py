"""A rule -> how many articles it matched in a time, without reading again what was read before.

When an article was first seen stands behind its text: to count 50,000 hits took 95 ms even as one statement, at each
of them. The numbers of the matches are in an index, so whether what is remembered is still all takes 2 ms.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, case, func, select

from monitor.model import Reason
from monitor.store.tables import ALERT, ARTICLE, MATCH

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
"""How exactly a database keeps a time."""

ASKEW = timedelta(days=1)
"""Articles have their ids in the order in which they were stored; two first seen that far apart never swapped it."""


@dataclass(slots=True)
class Volume:
    """What is remembered of the matches of a rule with articles first seen since a moment.

    `times` are the ticks at which these were first seen, sorted, without articles that were too old to alert. All
    `number` matches with articles of ids after `floor` and up to `last` were read, and alerts up to the id `alert`;
    `fired` is when the newest alert for a spike was raised.
    """

    since: datetime
    floor: int
    last: int
    number: int
    times: array[int]
    alert: int
    fired: datetime | None

    def between(self, start: datetime, end: datetime) -> int:
        """How many were first seen from `start` on and before `end`."""
        return max(0, bisect_left(self.times, _tick(end)) - bisect_left(self.times, _tick(start)))

    def until(self, start: datetime, end: datetime) -> int:
        """How many were first seen from `start` on and up to `end`."""
        return self.between(start, end + _TICK)


class Volumes:
    """The volumes that the intakes of a store share: one at a time uses them, and one that fails leaves none."""

    def __init__(self) -> None:
        self._known: dict[str, Volume] = {}
        self._checked: set[str] = set()

    def begin(self) -> None:
        """Another intake begins: another daemon may have written meanwhile."""
        self._checked.clear()

    def forget(self) -> None:
        """Read everything anew when it is asked for."""
        self._known.clear()

    def recheck(self) -> None:
        """What was read may not be all: a match with an older article was added."""
        self._checked.clear()

    def of(self, connection: Connection, rule: str, since: datetime, now: datetime) -> Volume:
        """The volume of a rule, of which all since `since` is known.

        Twice as much as is asked for at most: then it is read anew.
        """
        known = self._known.get(rule)
        wanted = known is not None and known.since <= since and since - known.since <= now - since
        if known is None or not wanted or not self._goes_on(connection, rule, known):
            known = self._known[rule] = _read(connection, rule, since)
        self._checked.add(rule)
        return known

    def _goes_on(self, connection: Connection, rule: str, known: Volume) -> bool:
        """Add what has come since it was asked for last; gives whether that is all.

        The sweep adds matches with articles of earlier ids.
        """
        rows = _hits(connection, rule, known.last)
        if rule not in self._checked:
            number = connection.execute(_NUMBER, {"matched": rule, "after": known.floor}).scalar_one()
            if number != known.number + len(rows):
                return False
        known.number += len(rows)
        known.last = rows[-1].article_id if rows else known.last
        for tick in _ticks(rows, known.since):
            insort(known.times, tick)
        newest, fired = connection.execute(_FIRED_SINCE, {"matched": rule, "after": known.alert}).one()
        known.alert = newest or known.alert
        known.fired = max(filter(None, (known.fired, fired)), default=None)
        return True


def _read(connection: Connection, rule: str, since: datetime) -> Volume:
    floor = connection.scalar(FLOOR, {"before": since - ASKEW}) or 0
    rows = _hits(connection, rule, floor)
    return Volume(
        since,
        floor,
        last=rows[-1].article_id if rows else floor,
        number=len(rows),
        times=array("q", sorted(_ticks(rows, since))),
        alert=connection.scalar(_NEWEST_ALERT) or 0,
        fired=connection.scalar(_FIRED, {"matched": rule, "after": floor}),
    )


def _hits(connection: Connection, rule: str, after: int) -> list[Row[Any]]:
    return list(connection.execute(_HITS, {"matched": rule, "after": after}))


def _ticks(rows: list[Row[Any]], since: datetime) -> list[int]:
    return [_tick(row.first_seen) for row in rows if row.first_seen >= since and not row.old]


def _tick(moment: datetime) -> int:
    return (moment - _EPOCH) // _TICK


FLOOR = (
    select(ARTICLE.c.id)
    .where(ARTICLE.c.first_seen < bindparam("before"))
    .order_by(ARTICLE.c.first_seen.desc(), ARTICLE.c.id.desc())
    .limit(1)
)
"""The newest article first seen `before` a moment: with ASKEW, of what has come later none has a smaller id."""

_RULE: BindParameter[str] = bindparam("matched")
_AFTER: BindParameter[int] = bindparam("after")
_MINE = (MATCH.c.rule == _RULE, MATCH.c.article_id > _AFTER)
_HITS = (
    select(MATCH.c.article_id, ARTICLE.c.first_seen, ARTICLE.c.old)
    .join(ARTICLE, ARTICLE.c.id == MATCH.c.article_id)
    .where(*_MINE)
    .order_by(MATCH.c.article_id)
)
_NUMBER = select(func.count()).select_from(MATCH).where(*_MINE)
_SPIKE = (ALERT.c.rule == _RULE) & (ALERT.c.reason == Reason.SPIKE)
_FIRED = (
    select(func.max(ALERT.c.created))
    .select_from(MATCH.join(ALERT, ALERT.c.article_id == MATCH.c.article_id))
    .where(*_MINE, _SPIKE)
)
_FIRED_SINCE = select(func.max(ALERT.c.id), func.max(case((_SPIKE, ALERT.c.created)))).where(
    ALERT.c.id > _AFTER, ALERT.c.suppressed.is_(None)
)
_NEWEST_ALERT = select(func.max(ALERT.c.id))
