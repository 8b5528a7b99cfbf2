"""What is due for a receiver -> put off by its quiet hours, or leased to a worker, what matters most first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    Update,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from monitor.model import Delivery, DeliveryKind, DeliveryState, Document, group_values
from monitor.store.gathering import RANKS
from monitor.store.rows import document
from monitor.store.tables import ALERT, ATTEMPT, DELIVERY, ENCLOSURE, RECEIVER

FREE = {"worker": None, "lease_until": None}
"""The columns of a lease once it has ended."""

Hold = Callable[[Collection[str]], datetime | None]
"""When the quiet hours of these names end that last now, None where none of them does."""


def put_off(connection: Connection, due: dict[str, Any], hold: Hold) -> list[str]:
    """Let what is `due` (to, ranks, now) wait for the end of its quiet hours; gives which ones do not last, as stored.

    One statement for all that the same ones hold, and one to learn which.
    """
    over: list[str] = []
    for row in connection.execute(_HOLDS, due).all():
        if end := hold(row.hold):
            connection.execute(_PUT_OFF, {**due, "same": row.written, "end": end})
        else:
            over.append(row.written)
    return over


def taken(
    connection: Connection,
    ranks: Iterable[int],
    limit: int,
    taking: dict[str, Any],
    over: Sequence[str] | None,
) -> list[Row[Any]]:
    """The rows that are leased now, in the order in which they are to be sent.

    `over` are the quiet hours that are known not to last: what has others waits. None: there are none at all now.
    """
    rows: list[Row[Any]] = []
    take, taking = (_TAKE, taking) if over is None else (_TAKE_FREE, {**taking, "over": over})
    for rank in ranks:
        while len(rows) < limit:
            row = connection.execute(take, {"at_rank": rank, **taking}).first()
            if row is None:
                break
            rows.append(row)
    return rows


def opened(connection: Connection, rows: Sequence[Row[Any]], worker: str, now: datetime) -> list[Delivery]:
    """What is in deliveries that were leased just now; the attempt at each is remembered from its beginning."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    if any(row.attempt > 1 for row in rows):
        connection.execute(_TAKEN_OVER, {"ids": ids})
    connection.execute(_BEGIN, [_attempt(row, worker, now) for row in rows])
    documents: dict[int, list[Document]] = defaultdict(list)
    for delivery, id_, told in connection.execute(_ENCLOSED, {"ids": ids}):
        documents[delivery].append(document(id_, told))
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    if any(row.kind == DeliveryKind.DIGEST for row in rows):
        for delivery, why, number in connection.execute(_COUNTED, {"ids": ids}):
            counted[delivery][why] = number
    return [
        Delivery(
            row.id,
            row.wire_id,
            row.receiver,
            row.address,
            row.attempt,
            row.created,
            tuple(documents[row.id]),
            DeliveryKind(row.kind),
            dict(counted[row.id]),
            group_values(row.grouping),
        )
        for row in rows
    ]


def _attempt(row: Row[Any], worker: str, now: datetime) -> dict[str, Any]:
    return {"delivery_id": row.id, "number": row.attempt, "at": now, "worker": worker}


def _ranks() -> Select[Any]:
    """The ranks of which something is due: an index has its rows by rank, then by time, so each is one look."""
    every = union_all(*(select(literal_column(str(rank)).label("due")) for rank in RANKS.values())).subquery("every")
    due = exists().where(
        DELIVERY.c.receiver == bindparam("to"), DELIVERY.c.rank == every.c.due, DELIVERY.c.due_at <= bindparam("now")
    )
    known = every.outerjoin(RECEIVER, RECEIVER.c.name == bindparam("to"))
    return select(every.c.due, RECEIVER).select_from(known).where(due).order_by(every.c.due.desc())


def _take(*others: ColumnElement[bool]) -> ReturningUpdate[Any]:
    next_one = (
        select(DELIVERY.c.id)
        .where(
            DELIVERY.c.receiver == bindparam("to"),
            DELIVERY.c.rank == bindparam("at_rank"),
            DELIVERY.c.due_at <= bindparam("now"),
            *others,
        )
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("next_one")
    )
    now = bindparam("now", type_=DELIVERY.c.departs.type)
    return (
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(select(next_one.c.id)))
        .values(
            state=DeliveryState.LEASED,
            worker=bindparam("by"),
            lease_until=bindparam("until"),
            due_at=bindparam("until"),
            attempt=DELIVERY.c.attempt + 1,
            departs=case((DELIVERY.c.attempt == 0, now), else_=DELIVERY.c.departs),
        )
        .returning(DELIVERY)
    )


RANKS_DUE = _ranks()
_TAKE = _take()
_WRITTEN = type_coerce(DELIVERY.c.hold, Text)
# Since what was due was looked at, others may have let go of one that is to be put off, or brought one.
_TAKE_FREE = _take(or_(_WRITTEN.is_(None), _WRITTEN.in_(bindparam("over", expanding=True))))
_DUE = (
    DELIVERY.c.receiver == bindparam("to"),
    DELIVERY.c.rank.in_(bindparam("ranks", expanding=True)),
    DELIVERY.c.due_at <= bindparam("now"),
)
_HOLDS = select(DELIVERY.c.hold, _WRITTEN.label("written")).where(*_DUE, _WRITTEN.is_not(None)).distinct()


def _put_off_all() -> Update:
    held = (
        select(DELIVERY.c.id).where(*_DUE, bindparam("same") == _WRITTEN).with_for_update(skip_locked=True).cte("held")
    )
    end = bindparam("end", type_=DELIVERY.c.departs.type)
    departs = case((DELIVERY.c.attempt == 0, end), else_=DELIVERY.c.departs)
    values = {"state": DeliveryState.HELD, "due_at": end, "departs": departs, **FREE}
    return update(DELIVERY).where(DELIVERY.c.id.in_(select(held.c.id))).values(**values)


_PUT_OFF = _put_off_all()
_BEGIN = insert(ATTEMPT)
_TAKEN_OVER = (
    update(ATTEMPT)
    .where(ATTEMPT.c.delivery_id.in_(bindparam("ids", expanding=True)), ATTEMPT.c.outcome.is_(None))
    .values(outcome="taken-over")
)
_IN = ENCLOSURE.c.delivery_id.in_(bindparam("ids", expanding=True))
_WITH_ALERT = ENCLOSURE.join(ALERT, ALERT.c.id == ENCLOSURE.c.alert_id)
_ENCLOSED = (
    select(ENCLOSURE.c.delivery_id, ALERT.c.id, ALERT.c.document)
    .select_from(_WITH_ALERT)
    .where(_IN, ~ENCLOSURE.c.counted)
    .order_by(ENCLOSURE.c.delivery_id, ENCLOSURE.c.alert_id)
)
_COUNTED = (
    select(ENCLOSURE.c.delivery_id, ALERT.c.suppressed, func.count())
    .select_from(_WITH_ALERT)
    .where(_IN, ENCLOSURE.c.counted)
    .group_by(ENCLOSURE.c.delivery_id, ALERT.c.suppressed)
)
