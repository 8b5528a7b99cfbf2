"""The latest attempts at a receiver -> what is remembered of it for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Circuit:
    """How a receiver has answered lately, a row that all daemons share; times are aware.

    `failures` in a row, 0 while it takes messages. Nothing is sent before `open_until`, and from then on one message at
    a time until one is taken; None while the circuit is closed. `attempts` are the latest ones
    in order, as many as its rate allows in its period; none are kept for a receiver without a rate.
    """

    failures: int = 0
    open_until: datetime | None = None
    attempts: tuple[datetime, ...] = ()
