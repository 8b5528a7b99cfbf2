"""A receiver that is down costs delay, not alerts, and is left alone meanwhile, however much waits for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from test_dispatch import MINUTE, Desk
from test_dispatch import desk as _desk

from monitor.errors import DeliveryError
from monitor.model import Delivery, Level, Message
from monitor.pipeline import relay
from monitor.report import Report
from monitor.settings import Settings

desk = _desk  # the fixture
Answer = Callable[[Delivery], DeliveryError | None]


class Post:
    """The way to the receivers: what was tried there and when, and what was taken."""

    def __init__(self, desk: Desk, answer: Answer) -> None:
        self.desk = desk
        self.answer = answer
        self.tried: list[tuple[datetime, Delivery]] = []
        self.got: list[Delivery] = []
        watch = SimpleNamespace(store=desk.store, settings=desk.settings, channels=self, worker="worker")
        watch.clock, watch.chance, watch.current = (lambda: desk.now), (lambda: 0.0), watch
        self.watch: Any = watch

    async def send(self, receiver: Any, delivery: Delivery, message: Message, now: datetime) -> str:
        self.tried.append((now, delivery))
        if error := self.answer(delivery):
            raise error
        self.got.append(delivery)
        return "ok"

    def relay(self, name: str = "hook") -> Report:
        """Send all that may be sent now, as each tick does."""
        receiver = next(one for one in self.desk.settings.receivers if one.name == name)

        async def drain() -> Report:
            report = Report()
            while (part := await relay(self.watch, receiver)) != Report():
                report += part
            return report

        return asyncio.run(drain())


def fill(desk: Desk, count: int) -> None:
    """Alerts of many stories, every tenth of which matters more."""
    for start in range(0, count, 50):
        some = range(start + 1, min(start + 50, count) + 1)
        desk.tell(*(desk.alert(n, level=Level.LOW if n % 10 else Level.HIGH) for n in some))


def test_a_host_that_is_down_is_tried_once_a_minute_and_gets_all_of_it_what_matters_most_first(desk: Desk) -> None:
    fill(desk, 300)
    down = True
    post = Post(desk, lambda _: DeliveryError("hook", "connection refused", whole=True) if down else None)
    for _ in range(3 * 60 * 6):  # three hours, each ten seconds
        post.relay()
        desk.now += timedelta(seconds=10)
    times = [when for when, _ in post.tried]
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(times))
    assert 150 <= len(times) <= 181
    assert all(one.alerts[0]["rule"]["level"] == "high" for _, one in post.tried[:30])
    down = False
    for _ in range(24 * 12):
        post.relay()
        desk.now += 5 * MINUTE
    assert Counter(one.wire_id for one in post.got) == Counter(row.wire_id for row in desk.rows())
    assert {row.state for row in desk.rows()} == {"sent"}


def test_the_pause_that_one_message_is_told_holds_for_all_of_its_receiver_and_no_other(desk: Desk) -> None:
    desk.configure({"routes": [{"receiver": "hook", "continue": True}, {"receiver": "desk"}]})
    fill(desk, 5)
    answers = [DeliveryError("hook", "429 Too Many Requests", whole=True, retry_after=10 * MINUTE)]
    post = Post(desk, lambda one: answers.pop() if answers and one.receiver == "hook" else None)
    assert post.relay() == Report(failed=1)
    assert post.relay("desk") == Report(sent=5)
    desk.now += 10 * MINUTE - timedelta(seconds=1)
    assert post.relay() == Report()
    desk.now += timedelta(seconds=1)
    assert post.relay() == Report(sent=5)


def test_a_message_that_is_refused_for_what_it_says_delays_no_other(desk: Desk) -> None:
    fill(desk, 5)
    bad = desk.rows()[2].wire_id
    refused = DeliveryError("hook", "554 looks like spam", permanent=True)
    post = Post(desk, lambda one: refused if one.wire_id == bad else None)
    assert post.relay().failed == 1
    states = {row.wire_id: row.state for row in desk.rows()}
    assert [name for name, state in states.items() if state == "dead"] == [bad]
    assert Counter(states.values())["pending"] == 0
    assert desk.store.circuits() == {}


def test_a_rate_holds_what_is_more(desk: Desk) -> None:
    hook = {"name": "hook", "type": "console", "rate": "3/1m"}
    desk.settings = Settings.model_validate(
        {"version": 1, "timezone": "Europe/Paris", "receivers": [hook], "route": {"receiver": "hook"}}
    )
    fill(desk, 8)
    post = Post(desk, lambda _: None)
    sent = []
    for _ in range(4):
        sent.append(post.relay().sent)
        desk.now += MINUTE
    assert sent == [3, 3, 2, 0]


@pytest.mark.parametrize("error", [None, DeliveryError("hook", "451 later")])
def test_every_attempt_is_on_record_with_the_time_it_took(desk: Desk, error: DeliveryError | None) -> None:
    fill(desk, 1)
    Post(desk, lambda _: error).relay()
    (row,) = desk.rows()
    (attempt,) = desk.store.attempts(row.id)
    assert (attempt.outcome, attempt.answer) == (("failed", "451 later") if error else ("sent", "ok"))
    assert attempt.seconds is not None
    assert 0 < attempt.seconds < 10
