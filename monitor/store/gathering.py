"""An alert and where it goes -> the delivery that takes it: one that still gathers, or a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, literal_column, select, update

from monitor.model import WAITING, Alert, DeliveryKind, DeliveryState, Level
from monitor.store.bulk import Bulk
from monitor.store.rows import Envelope, Newest
from monitor.store.table import key
from monitor.store.tables import DELIVERY, ENCLOSURE

RANKS = {level: rank for rank, level in enumerate(Level)}
"""What comes first in the outbox: 4 for critical."""
NOTHING = -1
"""The rank of a digest that nobody is told of anything in, only how much there was."""
_UNNAMED = ""
"""The slot of such a digest: it gets that of the first alert that somebody is to be told of."""


def wire_id(alert_key: str, receiver: str, address: str) -> str:
    """The name of a delivery on the wire: the same after a restart, a restored backup or a second run."""
    return f"msg_{key(alert_key, receiver, address)}"


@dataclass(slots=True)
class _Found:
    """A delivery that was looked up or opened."""

    id: int
    kind: str
    rank: int
    departs: datetime | None
    hold: tuple[str, ...]
    gathers: bool
    waits: bool


class Gathering:
    """The deliveries of one intake: what it looked up stays true until it ends.

    A delivery gathers until it is claimed: what has been tried once never changes, so that a retry is the same message.
    Other intakes do not run meanwhile, and who would claim a delivery that was looked up here passes it by: its row is
    locked on PostgreSQL, and on SQLite nobody else writes.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._members: dict[str, _Found | None] = {}
        self._gatherings: dict[tuple[str, str], _Found | None] = {}
        self._enclosures: list[dict[str, Any]] = []

    def newest(self, receiver: str, address: str, group: str) -> Newest | None:
        """The newest message of a group to an address, None before the first."""
        found = self._newest(_member(receiver, address, group))
        if found is None or found.departs is None:
            return None
        return Newest(found.departs, DeliveryKind(found.kind), found.gathers, found.waits, found.hold)

    def is_closed(self, receiver: str, address: str, path: str, slot: str) -> bool:
        """Whether the digest of a slot takes no more."""
        found = self._gathered(_gathering(DeliveryKind.DIGEST, receiver, address, path), slot)
        return found is not None and not found.gathers

    def spill(self, receiver: str, address: str, path: str) -> datetime | None:
        """When the spill that gathers for an address leaves, None where there is none."""
        found = self._last(_gathering(DeliveryKind.SPILL, receiver, address, path))
        return found.departs if found and found.gathers else None

    def nth_newest(self, receiver: str, address: str, nth: int, before: datetime) -> datetime | None:
        """When the n-th newest message to an address left or will leave before a moment; no digest and no summary."""
        return self._connection.scalar(_NTH, {"to": receiver, "at": address, "newer": nth - 1, "before": before})

    def enclose(self, alert: Alert, alert_id: int, envelopes: Iterable[Envelope], now: datetime) -> None:
        """Put an alert into a delivery for each address, by the first envelope for it; suppressed ones are counted."""
        addressed: dict[tuple[str, str], Envelope] = {}
        for one in envelopes:
            addressed.setdefault((one.receiver, one.address), one)
        for one in addressed.values():
            found, slot = self._taker(one)
            if found is None:
                found = self._open(alert, alert_id, one, slot, now)
            elif alert.key:
                self._join(found, alert, alert.key, one, now)
            member = _member(one.receiver, one.address, one.group) if alert.key else None
            if member:
                self._members[member] = found
            row = {"delivery_id": found.id, "alert_id": alert_id, "counted": alert.key is None, "member": member}
            self._enclosures.append(row)

    def write(self) -> None:
        """Store what waits to be stored."""
        if self._enclosures:
            _ENCLOSE.add(self._connection, self._enclosures)
            self._enclosures.clear()

    def _taker(self, one: Envelope) -> tuple[_Found | None, str | None]:
        """The delivery that takes an alert, None where a new one is to be opened, and the slot of it."""
        if one.kind is DeliveryKind.GROUP:
            found = self._newest(_member(one.receiver, one.address, one.group))
            fits = found and found.gathers and found.kind == DeliveryKind.GROUP and found.hold == one.hold
            return (found if fits else None), None
        gathering = _gathering(one.kind, one.receiver, one.address, one.path)
        slot = one.slot or one.due_at.astimezone(UTC).isoformat(timespec="microseconds")
        if one.kind is DeliveryKind.SPILL and (spill := self._last(gathering)) and spill.gathers:
            return spill, slot
        found = self._gathered(gathering, slot)
        if found and found.gathers:
            return found, slot
        if found and one.kind is DeliveryKind.SUMMARY:  # a daemon whose clock is ahead has sent it: there is another
            last = self._last(gathering)
            return (last if last and last.gathers and last.departs == one.due_at else None), slot
        if one.kind is DeliveryKind.DIGEST and (unnamed := self._gathered(gathering, _UNNAMED)):
            return unnamed, slot
        return None, slot

    def _join(self, found: _Found, alert: Alert, alert_key: str, one: Envelope, now: datetime) -> None:
        """Let a delivery tell of one alert more."""
        rank = RANKS[alert.level]
        if found.rank == NOTHING:  # the first one that somebody is told of
            named = self._named(one, one.slot, now) | {"wire_id": wire_id(alert_key, one.receiver, one.address)}
            self._connection.execute(update(DELIVERY).where(DELIVERY.c.id == found.id).values(rank=rank, **named))
            gathering = _gathering(one.kind, one.receiver, one.address, one.path)
            self._gatherings[gathering, _UNNAMED] = None
            self._gatherings[gathering, one.slot or ""] = found
            found.rank, found.departs, found.hold = rank, one.due_at, one.hold
        elif found.rank < rank:
            self._connection.execute(_RAISE, {"found": found.id, "higher": rank})
            found.rank = rank

    def _open(self, alert: Alert, alert_id: int, one: Envelope, slot: str | None, now: datetime) -> _Found:
        gathering = None
        if one.kind is not DeliveryKind.GROUP:
            gathering = _gathering(one.kind, one.receiver, one.address, one.path)
            slot = slot if alert.key else _UNNAMED
            if self._gathered(gathering, slot or ""):  # daemons whose clocks differ: what left already takes no more
                slot = f"{slot}/{alert_id:012}"  # in their order
        named = self._named(one, slot, now)
        if alert.key is None:
            named |= {"state": DeliveryState.HELD, "due_at": None, "departs": None}
        columns = {
            "wire_id": wire_id(alert.key or f"counted/{alert_id}", one.receiver, one.address),
            "receiver": one.receiver,
            "address": one.address,
            "kind": one.kind,
            "grouping": one.path if gathering else one.group,
            "gathering": gathering,
            "rank": RANKS[alert.level] if alert.key else NOTHING,
            "attempt": 0,
            **named,
        }
        id_: int = self._connection.execute(_OPEN, columns).scalar_one()
        found = _Found(id_, one.kind, columns["rank"], named["departs"], one.hold, gathers=True, waits=True)
        if gathering:
            self._gatherings[gathering, slot or ""] = found
            if one.kind is not DeliveryKind.DIGEST:
                self._gatherings[gathering, _LAST_ONE] = found
        return found

    def _named(self, one: Envelope, slot: str | None, now: datetime) -> dict[str, Any]:
        """The columns of a delivery that somebody is told by."""
        state = DeliveryState.HELD if one.held else DeliveryState.PENDING
        leaves = {"state": state, "due_at": one.due_at, "departs": one.due_at, "hold": one.hold or None}
        return {**leaves, "slot": slot, "created": now}

    def _newest(self, member: str) -> _Found | None:
        if member not in self._members:
            self._members[member] = self._found(_NEWEST, {"asked": member})
        return self._members[member]

    def _gathered(self, gathering: str, slot: str) -> _Found | None:
        if (gathering, slot) not in self._gatherings:
            self._gatherings[gathering, slot] = self._found(_SLOT, {"asked": gathering, "at": slot})
        return self._gatherings[gathering, slot]

    def _last(self, gathering: str) -> _Found | None:
        if (gathering, _LAST_ONE) not in self._gatherings:
            self._gatherings[gathering, _LAST_ONE] = self._found(_LAST, {"asked": gathering})
        return self._gatherings[gathering, _LAST_ONE]

    def _found(self, statement: Any, asked: Mapping[str, str]) -> _Found | None:
        row = self._connection.execute(statement, asked).first()
        if row is None:
            return None
        gathers = row.attempt == 0 and row.state in (DeliveryState.PENDING, DeliveryState.HELD)
        return _Found(row.id, row.kind, row.rank, row.departs, row.hold or (), gathers, row.state in WAITING)


def _gathering(kind: DeliveryKind, receiver: str, address: str, path: str) -> str:
    return key(kind, key(receiver), key(address), path)


def _member(receiver: str, address: str, group: str) -> str:
    return key(key(receiver), key(address), group)


_LAST_ONE = "last"  # no slot is called that
_COLUMNS = [DELIVERY.c[name] for name in ("id", "kind", "state", "attempt", "rank", "departs", "hold")]
_NEWEST = (
    select(*_COLUMNS)
    .join(ENCLOSURE, ENCLOSURE.c.delivery_id == DELIVERY.c.id)
    .where(ENCLOSURE.c.member == bindparam("asked"))
    .order_by(ENCLOSURE.c.delivery_id.desc())
    .limit(1)
    .with_for_update(of=DELIVERY)
)
_SLOT = (
    select(*_COLUMNS)
    .where(DELIVERY.c.gathering == bindparam("asked"), DELIVERY.c.slot == bindparam("at"))
    .with_for_update()
)
_LAST = (
    select(*_COLUMNS)
    .where(DELIVERY.c.gathering == bindparam("asked"))
    .order_by(DELIVERY.c.slot.desc())
    .limit(1)
    .with_for_update()
)
# As in the index: of parameters nobody could know that they are its rows.
_SINGLE: list[ColumnElement[str]] = [literal_column(f"'{one}'") for one in (DeliveryKind.GROUP, DeliveryKind.SPILL)]
_NTH = (
    select(DELIVERY.c.departs)
    .where(DELIVERY.c.receiver == bindparam("to"), DELIVERY.c.address == bindparam("at"), DELIVERY.c.kind.in_(_SINGLE))
    .where(DELIVERY.c.departs < bindparam("before"))
    .order_by(DELIVERY.c.departs.desc())
    .offset(bindparam("newer"))
    .limit(1)
)
_RAISE = update(DELIVERY).where(DELIVERY.c.id == bindparam("found")).values(rank=bindparam("higher"))
_OPEN = insert(DELIVERY).returning(DELIVERY.c.id)
_ENCLOSE = Bulk(ENCLOSURE, ENCLOSURE.c.keys())
