"""A claimed delivery -> handed to its receiver, and what came of it is remembered, for all daemons."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from time import perf_counter

from monitor.alert import operator_alert, worded
from monitor.deliver import AnyReceiver, Rate, after, begin, may_send, next_attempt
from monitor.errors import DeliveryError
from monitor.log import get
from monitor.model import Circuit, Delivery, Reason
from monitor.report import Report
from monitor.troubles import Trouble, tell_once
from monitor.watch import Watch

log = get("sending")


def permitted(rate: Rate | None, now: datetime, circuit: Circuit) -> Circuit | None:
    """What is remembered of a receiver once an attempt begins, None while none may begin."""
    return None if may_send(circuit, rate, now) else begin(circuit, rate, now)


async def send(watch: Watch, receiver: AnyReceiver, delivery: Delivery) -> Report:
    """Send one delivery and mark it sent, due again or dead."""
    began = perf_counter()
    failure: DeliveryError | None = None
    trouble: str | None = None
    again: datetime | None = None
    try:
        message, trouble = worded(receiver.templates, delivery, receiver.language, watch.settings.zone)
        answer = await watch.channels.send(receiver, delivery, message, watch.clock())
    except DeliveryError as error:
        answer, failure = error.answer, error
    now, seconds = watch.clock(), perf_counter() - began
    jitter = watch.chance()

    def lesson(circuit: Circuit) -> Circuit:
        return after(circuit, failure, now, jitter)

    if failure is None:
        mark = partial(watch.store.sent, delivery, watch.worker, now, answer)
    else:
        again = next_attempt(receiver, delivery, failure, now, watch.chance())
        if failure.disabled:
            await to_thread(watch.store.disable, receiver.name, answer, now)
        mark = partial(watch.store.failed, delivery, watch.worker, now, answer, again)
        log.warning("delivery_failed", delivery=delivery.id, error=str(failure), again=again and again.isoformat())
    if not await to_thread(mark, seconds=seconds, lesson=lesson):
        log.warning("delivery_taken_over", delivery=delivery.id, receiver=receiver.name)
        return Report(failed=1)
    if failure is None:
        told = [("template-failed", _failed(trouble)), ("message-cut", _shortened(receiver.cuts(delivery)))]
    else:
        told = [] if again else [("delivery-dead", _given_up(delivery, answer))]
    if news := [(event, what) for event, what in told if what]:
        await to_thread(_tell_of_delivery, watch.current, receiver.name, delivery, news)
    return Report(failed=1) if failure else Report(sent=1)


def _failed(trouble: str | None) -> Trouble | None:
    return Trouble((trouble,), {"error": trouble}) if trouble else None


def _shortened(cut: tuple[int, int] | None) -> Trouble | None:
    if cut is None:
        return None
    size, limit = cut
    return Trouble((f"a body of {size} bytes is more than max_body, {limit}",), {"size": size, "limit": limit})


def _given_up(delivery: Delivery, answer: str) -> Trouble:
    to = f"{delivery.address}: " if delivery.address else ""
    line = f"{to}{answer}; `news-monitor deliveries retry {delivery.id}` sends it again"
    return Trouble((line,), {"delivery": delivery.id, "address": delivery.address, "answer": answer})


def _tell_of_delivery(watch: Watch, receiver: str, delivery: Delivery, events: Sequence[tuple[str, Trouble]]) -> None:
    """Tell the operator, once a day for each receiver, of messages that were not sent as they should, or not at all.

    Not of messages to the operator: what is wrong with the one that tells it would be told for ever.
    """
    day = watch.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    if all(alert["reason"] == Reason.OPERATOR for alert in delivery.alerts):
        return
    for event, trouble in events:
        alert = operator_alert(event, receiver, trouble.lines, day, trouble.facts)
        if tell_once(watch, alert, day):
            log.warning("operator_told", told=event, about=receiver)
