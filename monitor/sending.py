"""A claimed delivery -> handed to its receiver, and what came of it is remembered, for all daemons."""

from __future__ import annotations

from asyncio import to_thread
from datetime import datetime
from functools import partial
from time import perf_counter

from monitor.alert import worded
from monitor.deliver import AnyReceiver, Rate, after, begin, may_send, next_attempt
from monitor.errors import DeliveryError
from monitor.log import get
from monitor.model import Circuit, Delivery
from monitor.report import Report
from monitor.watch import Watch

log = get("pipeline")


def permitted(rate: Rate | None, now: datetime, circuit: Circuit) -> Circuit | None:
    """What is remembered of a receiver once an attempt begins, None while none may begin."""
    return None if may_send(circuit, rate, now) else begin(circuit, rate, now)


async def send(watch: Watch, receiver: AnyReceiver, delivery: Delivery) -> Report:
    """Send one delivery and mark it sent, due again or dead."""
    began = perf_counter()
    failure: DeliveryError | None = None
    try:
        message, _ = worded(receiver.templates, delivery, receiver.language, watch.settings.zone)
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
    return Report(failed=1) if failure else Report(sent=1)
