"""How a receiver has answered lately -> when the next message may be sent to it, however many wait."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.errors import DeliveryError
from monitor.model import Circuit
from monitor.values import MAX_RETRY_AFTER, parse_positive_duration, write_duration

PAUSE = timedelta(minutes=1)
"""The shortest pause before a receiver in trouble is tried again: Postfix's `transport_retry_time`."""

DOUBTS = 5
"""Messages refused in a row, each perhaps for what it says, after which the receiver itself counts as in trouble."""

JITTER = 0.1
"""The part by which a pause is at most lengthened: receivers that failed together are not tried together."""

MOST = 100
"""The most messages of a rate: each has its time remembered."""

_RATE = re.compile(r"([1-9][0-9]{0,5})/([0-9][0-9a-z]*)")
# A pause that ends later was decided under another clock.
_LONGEST = MAX_RETRY_AFTER * (1 + JITTER) + PAUSE


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` attempts in any span as long as `period`."""

    count: int
    period: timedelta

    def __str__(self) -> str:
        return f"{self.count}/{write_duration(self.period)}"


def parse_rate(value: Any) -> Rate | None:
    """`30/1m` -> thirty messages in any minute, `off` -> None; raises ValueError."""
    if value in ("off", None) or isinstance(value, Rate):
        return None if value == "off" else value
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is not a rate (write 30/1m for thirty messages a minute, or off)")
    count, period = int(found[1]), parse_positive_duration(found[2])
    if count > MOST:
        raise ValueError(f"{value!r} counts more than {MOST} messages: write it for a shorter time, such as 20/1m")
    return Rate(count, period)


def may_send(circuit: Circuit, rate: Rate | None, now: datetime) -> datetime | None:
    """When the next attempt may begin, None for now."""
    times = [now]
    if circuit.open_until and circuit.open_until <= now + _LONGEST:
        times.append(circuit.open_until)
    if rate:
        # What began later than now did so under another clock.
        counted = [one for one in circuit.attempts if one <= now]
        if len(counted) >= rate.count:
            times.append(counted[-rate.count] + rate.period)
    latest = max(times)
    return latest if latest > now else None


def begin(circuit: Circuit, rate: Rate | None, now: datetime) -> Circuit:
    """What is remembered when an attempt begins, which `may_send` allows now.

    After a failure nobody else tries meanwhile: a process that is killed in the middle costs one pause.
    """
    attempts = (*(one for one in circuit.attempts if one <= now), now)[-rate.count :] if rate else ()
    probe = now + PAUSE if circuit.open_until else None
    return replace(circuit, open_until=probe, attempts=attempts)


def after(circuit: Circuit, error: DeliveryError | None, now: datetime, jitter: float) -> Circuit:
    """What is remembered when an attempt ends, with None when the message was taken; `jitter` is in [-1, 1].

    A failure of the receiver as a whole opens the circuit at once, for a minute or for as long as the receiver asked.
    One that may be due to the message opens it only after others, but keeps it open. A message that is refused for
    good, as for a mailbox that does not exist, was refused by a server that works.
    """
    if error is None or error.disabled or (error.permanent and not error.whole):
        return replace(circuit, failures=0, open_until=None)
    circuit = replace(circuit, failures=circuit.failures + 1)
    if not (error.whole or circuit.open_until or circuit.failures >= DOUBTS):
        return circuit
    pause = max(PAUSE, min(error.retry_after or PAUSE, MAX_RETRY_AFTER)) * (1 + JITTER * abs(jitter))
    until = now + pause
    # An attempt that began earlier and ends later does not shorten the pause that was asked for meanwhile.
    if circuit.open_until and until < circuit.open_until <= now + _LONGEST:
        until = circuit.open_until
    return replace(circuit, open_until=until)
