"""The outbox: due deliveries -> claimed by one worker for a while -> sent, tried again or dead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import WAITING, Circuit, Delivery, DeliveryKind, DeliveryState
from monitor.store.claims import FREE, RANKS_DUE, Hold, opened, put_off, taken
from monitor.store.database import Database
from monitor.store.gathering import NOTHING
from monitor.store.tables import ATTEMPT, DELIVERY, ENCLOSURE, RECEIVER, SOURCE

_STILL_THERE = DELIVERY.c.rank > NOTHING

Permit = Callable[[Circuit], Circuit | None]
"""What is remembered of a receiver once an attempt begins, None where none may begin now."""
Lesson = Callable[[Circuit], Circuit]
"""What is remembered of a receiver once an attempt has ended."""


def _always(circuit: Circuit) -> Circuit:
    return circuit


class Outbox:
    """The part of the store about deliveries."""

    _database: Database
    _alone: bool

    def claim(
        self,
        worker: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        receivers: Collection[str],
        permit: Permit = _always,
        hold: Hold | None = None,
    ) -> list[Delivery]:
        """Lease due deliveries to a worker, of each receiver the highest rank first, then the longest due.

        `worker` is unique for each start of a process. Disabled receivers get nothing, and those that `permit` refuses;
        it is asked for each delivery, with what all daemons know. A claimed delivery gathers no more. One whose lease
        has ended is taken over. What `hold` puts off waits for the end of its quiet hours, tried before or not; that is
        no attempt, and without `hold` nothing is asked. Two workers never get the same row: FOR UPDATE SKIP LOCKED on
        PostgreSQL, which SQLite leaves out because its writers exclude each other. A CTE, since PostgreSQL may run a
        subquery twice.
        """
        claimed: list[Delivery] = []
        for receiver in receivers:
            ranks, known = self._due(receiver, now, permit)
            if not ranks or len(claimed) == limit:
                continue
            with self._database.write() as connection:
                if known:  # by now another daemon may have begun an attempt, or learnt something
                    known = connection.execute(_RECEIVER, {"asked": receiver}).first()
                over = put_off(connection, {"to": receiver, "ranks": ranks, "now": now}, hold) if hold else None
                begun = _begun(known, limit - len(claimed), permit)
                taking = {"by": worker, "until": now + lease, "now": now, "to": receiver}
                rows = taken(connection, ranks, len(begun) - 1, taking, over)
                _remember(connection, receiver, known, begun[len(rows)])
                claimed += opened(connection, rows, worker, now)
        return claimed

    def _due(self, receiver: str, now: datetime, permit: Permit) -> tuple[list[int], Row[Any] | None]:
        """The ranks of what is due for a receiver, highest first, and what is known of it; nothing while it gets none.

        It is asked before anything is locked.
        """
        with self._database.read() as connection:
            found = connection.execute(RANKS_DUE, {"to": receiver, "now": now}).all()
        known = found[0] if found and found[0].name is not None else None
        if not found or len(_begun(known, 1, permit)) == 1:
            return [], None
        return [row.due for row in found], known

    def sent(
        self,
        delivery: Delivery,
        worker: str,
        now: datetime,
        answer: str,
        *,
        seconds: float | None = None,
        lesson: Lesson = _always,
    ) -> bool:
        """Mark a claimed delivery as sent; False when it belongs to another worker by now.

        The attempt keeps the answer and the `seconds` it took either way, and the receiver the `lesson`.
        """
        ended = {"outcome": "sent", "answer": answer, "seconds": seconds}
        return self._finish(delivery, worker, ended, lesson, state=DeliveryState.SENT, due_at=None, tried_at=now)

    def failed(
        self,
        delivery: Delivery,
        worker: str,
        now: datetime,
        answer: str,
        again: datetime | None,
        *,
        seconds: float | None = None,
        lesson: Lesson = _always,
    ) -> bool:
        """Put a claimed delivery off to `again`, None for never; False when it belongs to another worker by now."""
        state = DeliveryState.PENDING if again else DeliveryState.DEAD
        ended = {"outcome": "failed", "answer": answer, "seconds": seconds}
        return self._finish(delivery, worker, ended, lesson, state=state, due_at=again, tried_at=now)

    def _finish(self, delivery: Delivery, worker: str, ended: dict[str, Any], lesson: Lesson, **values: object) -> bool:
        mine = (DELIVERY.c.id == delivery.id) & (DELIVERY.c.worker == worker) & (DELIVERY.c.attempt == delivery.attempt)
        values |= {"answer": ended["answer"], **FREE}
        this = (ATTEMPT.c.delivery_id == delivery.id) & (ATTEMPT.c.number == delivery.attempt)
        with self._database.write() as connection:
            done = connection.execute(update(DELIVERY).where(mine).values(**values)).rowcount == 1
            # Another worker has taken it over: what is known of this attempt now is kept, the outcome is that.
            known = ended if done else {name: ended[name] for name in ("answer", "seconds")}
            connection.execute(update(ATTEMPT).where(this, ATTEMPT.c.worker == worker).values(**known))
            if lesson is not _always:
                _learn(connection, delivery.receiver, lesson)
        return done

    def give_back(self, worker: str | None = None) -> int:
        """Free the leases of a worker on deliveries and sources at once; gives how many it had.

        Without a worker those of all, if this daemon is alone (`hold`).
        """
        if worker is None and not self._alone:
            return 0
        leased = DELIVERY.c.state == DeliveryState.LEASED
        mine = leased if worker is None else leased & (DELIVERY.c.worker == worker)
        polled = SOURCE.c.worker.is_not(None) if worker is None else SOURCE.c.worker == worker
        free = {"state": DeliveryState.PENDING, "due_at": DELIVERY.c.departs, **FREE}
        with self._database.decide() as connection:
            deliveries = update(DELIVERY).where(mine).values(**free)
            sources = update(SOURCE).where(polled).values(**FREE)
            return connection.execute(deliveries).rowcount + connection.execute(sources).rowcount

    def waiting(self, besides: Collection[str]) -> dict[str, int]:
        """How many deliveries wait, are held or leased for each receiver that is not among these, by name."""
        statement = (
            select(DELIVERY.c.receiver, func.count())
            .where(DELIVERY.c.state.in_(WAITING), _STILL_THERE, DELIVERY.c.receiver.not_in(besides))
            .group_by(DELIVERY.c.receiver)
        )
        with self._database.read() as connection:
            return dict(sorted((name, number) for name, number in connection.execute(statement)))

    def spilled(self) -> dict[str, int]:
        """How many alerts wait for each receiver because it has had as many messages as it is to get, by its name."""
        statement = (
            select(DELIVERY.c.receiver, func.count().label("alerts"))
            .join(ENCLOSURE, ENCLOSURE.c.delivery_id == DELIVERY.c.id)
            .where(DELIVERY.c.state.in_(WAITING), DELIVERY.c.kind == DeliveryKind.SPILL)
            .group_by(DELIVERY.c.receiver)
        )
        with self._database.read() as connection:
            return {row.receiver: row.alerts for row in connection.execute(statement)}

    def retry(self, id_: int, now: datetime, *, again: bool = False) -> DeliveryState | None:
        """Have a delivery tried at once: one that waits, is dead or was dropped; with `again` also one that was sent.

        Quiet hours hold it no more, and what a scheduled one would have gathered yet gets another. Gives the state that
        it had, None where there is none: of one that is leased or tells nothing nothing changes.
        """
        states = [DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEAD, DeliveryState.DROPPED]
        states += [DeliveryState.SENT] if again else []
        departs = case((DELIVERY.c.attempt == 0, literal(now, DELIVERY.c.departs.type)), else_=DELIVERY.c.departs)
        values = {"state": DeliveryState.PENDING, "due_at": now, "departs": departs, "hold": None}
        values |= {"dropped": None, "dropped_by": None}
        return self._change(id_, states, values)

    def drop(self, id_: int, by: str, now: datetime) -> DeliveryState | None:
        """Never send a delivery that waits or is dead; it stays listed with who did that and when. As `retry`."""
        states = [DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEAD]
        departs = case((DELIVERY.c.attempt == 0, None), else_=DELIVERY.c.departs)  # what never left counts for no cap
        values = {"state": DeliveryState.DROPPED, "due_at": None, "departs": departs}
        return self._change(id_, states, values | {"dropped": now, "dropped_by": by})

    def _change(self, id_: int, states: Sequence[DeliveryState], values: dict[str, Any]) -> DeliveryState | None:
        one = DELIVERY.c.id == id_
        with self._database.write() as connection:
            found = connection.execute(select(DELIVERY.c.state).where(one).with_for_update()).first()
            if found is None:
                return None
            if found.state in states:
                connection.execute(update(DELIVERY).where(one, _STILL_THERE).values(gathering=None, **values))
            return DeliveryState(found.state)

    def disable(self, receiver: str, reason: str, now: datetime) -> None:
        """Send nothing more to a receiver; its deliveries wait. A first reason stays."""
        with self._database.decide() as connection:
            row = connection.execute(_RECEIVER, {"asked": receiver}).first()
            if row is None:
                connection.execute(insert(RECEIVER).values(name=receiver, reason=reason, since=now))
            elif row.reason is None:
                off = update(RECEIVER).where(RECEIVER.c.name == receiver).values(reason=reason, since=now)
                connection.execute(off)

    def enable(self, receiver: str) -> None:
        """Send to a receiver again; all that was tried already is due at once, and what was learnt is forgotten."""
        tried = (DELIVERY.c.receiver == receiver) & (DELIVERY.c.state == DeliveryState.PENDING)
        with self._database.write() as connection:
            connection.execute(delete(RECEIVER).where(RECEIVER.c.name == receiver))
            due = update(DELIVERY).where(tried, DELIVERY.c.attempt > 0).values(due_at=DELIVERY.c.departs)
            connection.execute(due)

    def disabled(self) -> dict[str, str]:
        """The disabled receivers and why."""
        with self._database.read() as connection:
            rows = connection.execute(select(RECEIVER.c.name, RECEIVER.c.reason).where(RECEIVER.c.reason.is_not(None)))
            return {row.name: row.reason for row in rows}

    def circuits(self) -> dict[str, Circuit]:
        """What is remembered of each receiver that was ever in trouble, or has a rate."""
        with self._database.read() as connection:
            return {row.name: _circuit(row) for row in connection.execute(select(RECEIVER).order_by(RECEIVER.c.name))}


def _begun(known: Row[Any] | None, limit: int, permit: Permit) -> list[Circuit]:
    """What is remembered of a receiver now, after one attempt, after two ..: as many as may begin."""
    begun = [_circuit(known)]
    if known is None or known.reason is None:
        while len(begun) <= limit and (circuit := permit(begun[-1])):
            begun.append(circuit)
    return begun


def _learn(connection: Connection, receiver: str, lesson: Lesson) -> None:
    """Store what an attempt has taught; once a receiver works again, what knocked in vain waits no longer."""
    known = connection.execute(_RECEIVER, {"asked": receiver}).first()
    before = _circuit(known)
    circuit = lesson(before)
    _remember(connection, receiver, known, circuit)
    if before.open_until and not circuit.open_until:
        connection.execute(_WORKS_AGAIN, {"to": receiver})


def _circuit(row: Row[Any] | None) -> Circuit:
    if row is None:
        return Circuit()
    return Circuit(row.failures, row.open_until, tuple(map(datetime.fromisoformat, row.attempts or ())))


def _remember(connection: Connection, receiver: str, known: Row[Any] | None, circuit: Circuit) -> None:
    """Store what is remembered of a receiver, if it is anything else than before."""
    if circuit == _circuit(known):
        return
    attempts = [one.astimezone(UTC).isoformat() for one in circuit.attempts] or None
    columns = {"failures": circuit.failures, "open_until": circuit.open_until, "attempts": attempts}
    upsert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(RECEIVER)
    changed = upsert.on_conflict_do_update(index_elements=["name"], set_=columns)
    connection.execute(changed, {"name": receiver, **columns})


_RECEIVER = select(RECEIVER).where(RECEIVER.c.name == bindparam("asked")).with_for_update()
# A message that itself brings its receiver down must not do so over and over: later it keeps its own pauses.
_IN_VAIN = DELIVERY.c.attempt.between(1, 6)
_WORKS_AGAIN = (
    update(DELIVERY)
    .where(DELIVERY.c.receiver == bindparam("to"), DELIVERY.c.state == DeliveryState.PENDING, _IN_VAIN)
    .values(due_at=DELIVERY.c.departs)
)
