"""What goes out -> SQLModel tables: deliveries, what they hold, attempts, receivers, silences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, SmallInteger, UniqueConstraint, text
from sqlmodel import Field

from monitor.model import Document
from monitor.store.columns import Id, Moment, Names, Words
from monitor.store.table import GIVEN, NUMBERED, ZERO, Row

# Most deliveries were sent, and what is scheduled counts for no cap.
_DUE = text("due_at IS NOT NULL")
_QUIET = text("hold IS NOT NULL AND due_at IS NOT NULL")
_SINGLE = text("kind IN ('group', 'spill')")


class Delivery(Row, table=True):
    """The outbox: one message for one address of one receiver; `enclosure` has the alerts in it.

    `due_at` is when it is to be tried (again), of a leased one when its lease ends; None once nobody will, so that its
    index holds the work that is left. `departs` is when it leaves first: that time until it is claimed, then when it
    was. `rank` counts levels from 0, the highest enclosed, -1 while nobody is told of anything in it. `grouping` is the
    text of its group, or of the path of its route; `gathering` the key of what a digest, summary or spill gathers, of
    which there is one a `slot`, but for those that people send or drop by hand: what comes later gathers in another.
    `hold` names the quiet hours in which it must not leave.
    """

    __table_args__ = (
        UniqueConstraint("wire_id"),
        UniqueConstraint("gathering", "slot"),
        Index("ix_delivery_due", "receiver", "rank", "due_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_delivery_capped", "receiver", "address", "departs", sqlite_where=_SINGLE, postgresql_where=_SINGLE),
        Index("ix_delivery_hold", "receiver", "due_at", sqlite_where=_QUIET, postgresql_where=_QUIET),
        Index(None, "state"),
        NUMBERED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    wire_id: str = Field(sa_type=Words)
    receiver: str = Field(sa_type=Words)
    address: str = Field(sa_type=Words)
    kind: str = Field(sa_type=Words, sa_column_kwargs={"server_default": text("'group'")})
    grouping: str = Field(default="", sa_type=Words, sa_column_kwargs={"server_default": text("''")})
    gathering: str | None = Field(default=None, sa_type=Words)
    slot: str | None = Field(default=None, sa_type=Words)
    rank: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs=ZERO)
    state: str = Field(sa_type=Words)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    departs: datetime | None = Field(default=None, sa_type=Moment)
    hold: tuple[str, ...] | None = Field(default=None, sa_type=Names)
    worker: str | None = Field(default=None, sa_type=Words)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    attempt: int = 0
    answer: str | None = Field(default=None, sa_type=Words)
    created: datetime = Field(sa_type=Moment)
    tried_at: datetime | None = Field(default=None, sa_type=Moment)
    dropped: datetime | None = Field(default=None, sa_type=Moment)
    dropped_by: str | None = Field(default=None, sa_type=Words)


class Enclosure(Row, table=True):
    """An alert in a delivery; `counted`: one that nobody is told of, which the delivery only counts.

    `member` is the key of receiver, address and group: what finds the newest message of a group.
    """

    __table_args__ = (
        Index(None, "alert_id"),
        Index(None, "member", "delivery_id"),
    )

    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id", sa_type=Id)
    alert_id: int = Field(primary_key=True, foreign_key="alert.id", sa_type=Id)
    counted: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    member: str | None = Field(default=None, sa_type=Words)


class Attempt(Row, table=True):
    """One attempt to send a delivery: when it began, the seconds it took and what the server said.

    `outcome` (sent, failed, taken-over) is None while it runs, and of one whose process died until the next begins.
    """

    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id", sa_type=Id)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    seconds: float | None = None
    outcome: str | None = Field(default=None, sa_type=Words)
    answer: str | None = Field(default=None, sa_type=Words)
    worker: str | None = Field(default=None, sa_type=Words)


class Receiver(Row, table=True):
    """What all daemons know of a receiver: whether it is disabled (`reason`, `since`), and its model.Circuit."""

    name: str = Field(primary_key=True, sa_type=Words)
    reason: str | None = Field(default=None, sa_type=Words)
    since: datetime | None = Field(default=None, sa_type=Moment)
    failures: int = Field(default=0, sa_column_kwargs=ZERO)
    open_until: datetime | None = Field(default=None, sa_type=Moment)
    attempts: list[Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class Silence(Row, table=True):
    """A silence that was added by a command: which alerts, when (`recurring`: times that come again), who and why."""

    __table_args__ = (NUMBERED,)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    matchers: Document = Field(sa_type=JSON)
    recurring: Document = Field(sa_type=JSON)
    author: str = Field(sa_type=Words)
    comment: str = Field(sa_type=Words)
    starts: datetime | None = Field(default=None, sa_type=Moment)
    ends: datetime | None = Field(default=None, sa_type=Moment)
    created: datetime = Field(sa_type=Moment)


class Acknowledgement(Row, table=True):
    """Somebody has seen an alert: who said so first, and when."""

    alert_id: int = Field(primary_key=True, foreign_key="alert.id", sa_type=Id, sa_column_kwargs=GIVEN)
    at: datetime = Field(sa_type=Moment)
    author: str = Field(sa_type=Words)
    comment: str | None = Field(default=None, sa_type=Words)


METADATA = Row.metadata
