"""The outbox: due deliveries -> claimed by one worker for a while -> sent, tried again or dead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update

from monitor.model import Delivery, DeliveryState
from monitor.store.database import Database
from monitor.store.rows import document
from monitor.store.tables import ALERT, DELIVERY, DISABLED, SOURCE

_FREE = {"worker": None, "lease_until": None}
_WAITING = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.LEASED)


class Outbox:
    """The part of the store about deliveries."""

    _database: Database
    _alone: bool

    def claim(
        self, worker: str, now: datetime, lease: timedelta, limit: int, receivers: Collection[str]
    ) -> list[Delivery]:
        """Lease due deliveries to a worker, the longest due first, those with an expired lease included.

        `worker` is unique for each start of a process; `receivers` are those configured, disabled ones get nothing.
        Two workers never get the same row: FOR UPDATE SKIP LOCKED on PostgreSQL, which SQLite leaves out because its
        writers exclude each other. A CTE, since PostgreSQL may run a subquery twice.
        """
        due = (
            select(DELIVERY.c.id)
            .where(
                DELIVERY.c.due_at <= now,
                DELIVERY.c.state.in_([DeliveryState.PENDING, DeliveryState.LEASED]),
                or_(DELIVERY.c.lease_until.is_(None), DELIVERY.c.lease_until <= now),
                DELIVERY.c.receiver.in_(receivers),
                DELIVERY.c.receiver.not_in(select(DISABLED.c.receiver)),
            )
            .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claimed = (
            update(DELIVERY)
            .where(DELIVERY.c.id.in_(select(due.c.id)))
            .values(state=DeliveryState.LEASED, worker=worker, lease_until=now + lease, attempt=DELIVERY.c.attempt + 1)
            .returning(DELIVERY)
        )
        with self._database.write() as connection:
            rows = sorted(connection.execute(claimed).all(), key=lambda row: (row.due_at, row.id))
            wanted = select(ALERT.c.id, ALERT.c.document).where(ALERT.c.id.in_({row.alert_id for row in rows}))
            documents = {id_: document(id_, told) for id_, told in connection.execute(wanted)} if rows else {}
        return [
            Delivery(
                row.id, row.wire_id, row.receiver, row.address, row.attempt, row.created, (documents[row.alert_id],)
            )
            for row in rows
        ]

    def sent(self, delivery: Delivery, worker: str, now: datetime, answer: str) -> bool:
        """Mark a claimed delivery as sent; False when it belongs to another worker by now."""
        return self._finish(delivery, worker, state=DeliveryState.SENT, due_at=None, tried_at=now, answer=answer)

    def failed(self, delivery: Delivery, worker: str, now: datetime, answer: str, again: datetime | None) -> bool:
        """Put a claimed delivery off to `again`, None for never; False when it belongs to another worker by now."""
        state = DeliveryState.PENDING if again else DeliveryState.DEAD
        return self._finish(delivery, worker, state=state, due_at=again, tried_at=now, answer=answer)

    def _finish(self, delivery: Delivery, worker: str, **values: object) -> bool:
        mine = (DELIVERY.c.id == delivery.id) & (DELIVERY.c.worker == worker) & (DELIVERY.c.attempt == delivery.attempt)
        with self._database.write() as connection:
            return connection.execute(update(DELIVERY).where(mine).values(**values, **_FREE)).rowcount == 1

    def give_back(self, worker: str | None = None) -> int:
        """Free the leases of a worker on deliveries and sources at once; gives how many it had.

        Without a worker those of all, if this daemon is alone (`hold`).
        """
        if worker is None and not self._alone:
            return 0
        leased = DELIVERY.c.state == DeliveryState.LEASED
        mine = leased if worker is None else leased & (DELIVERY.c.worker == worker)
        polled = SOURCE.c.worker.is_not(None) if worker is None else SOURCE.c.worker == worker
        with self._database.decide() as connection:
            deliveries = update(DELIVERY).where(mine).values(state=DeliveryState.PENDING, **_FREE)
            sources = update(SOURCE).where(polled).values(**_FREE)
            return connection.execute(deliveries).rowcount + connection.execute(sources).rowcount

    def waiting(self, besides: Collection[str]) -> dict[str, int]:
        """How many deliveries wait, are held or leased for each receiver that is not among these, by name."""
        statement = (
            select(DELIVERY.c.receiver, func.count())
            .where(DELIVERY.c.state.in_(_WAITING), DELIVERY.c.receiver.not_in(besides))
            .group_by(DELIVERY.c.receiver)
        )
        with self._database.read() as connection:
            return dict(sorted((name, number) for name, number in connection.execute(statement)))

    def disable(self, receiver: str, reason: str, now: datetime) -> None:
        """Send nothing more to a receiver; its deliveries wait. A first reason stays."""
        with self._database.decide() as connection:
            if connection.execute(select(DISABLED).where(DISABLED.c.receiver == receiver)).first() is None:
                connection.execute(insert(DISABLED).values(receiver=receiver, reason=reason, since=now))

    def enable(self, receiver: str) -> None:
        """Send to a receiver again; all that waited for it is due at once."""
        waiting = (DELIVERY.c.receiver == receiver) & (DELIVERY.c.state == DeliveryState.PENDING)
        with self._database.write() as connection:
            connection.execute(delete(DISABLED).where(DISABLED.c.receiver == receiver))
            connection.execute(update(DELIVERY).where(waiting).values(due_at=DELIVERY.c.created))

    def disabled(self) -> dict[str, str]:
        """The disabled receivers and why."""
        with self._database.read() as connection:
            return {row.receiver: row.reason for row in connection.execute(select(DISABLED))}
