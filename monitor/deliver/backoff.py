"""A failed attempt -> when to try again, or never."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.deliver.receiver import Receiver
from monitor.errors import DeliveryError
from monitor.model import Delivery

STEPS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The pause before each attempt, 75 h 35 min in all: the schedule of Standard Webhooks 1.0."""

JITTER = 0.1
"""The part by which a pause is at most lengthened: what failed together is not retried together.

Never shortened: all pauses together must outlast three days.
"""


def next_attempt(
    receiver: Receiver, delivery: Delivery, error: DeliveryError, now: datetime, jitter: float
) -> datetime | None:
    """When to try a delivery again whose attempt number `delivery.attempt` just failed; None means dead.

    `jitter` in [-1, 1] is drawn by the caller. A pause that the receiver asked for is a lower bound. A message for a
    receiver that wants no more (HTTP 410) never dies: it waits for the receiver to be enabled again.
    """
    pause = _pause(receiver, delivery, error, now)
    if pause is None:
        return None
    pause *= 1 + JITTER * abs(jitter)
    return now + (max(pause, error.retry_after) if error.retry_after else pause)


def _pause(receiver: Receiver, delivery: Delivery, error: DeliveryError, now: datetime) -> timedelta | None:
    if error.disabled:
        return STEPS[-1]
    if error.permanent:
        return None
    if delivery.attempt < len(STEPS):
        return STEPS[delivery.attempt]
    lives_on = receiver.lifetime is not None and now + STEPS[-1] <= delivery.created + receiver.lifetime
    return STEPS[-1] if lives_on else None
