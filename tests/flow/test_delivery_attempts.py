"""Receivers that fail in every way there is: when each message is tried again, and under which name."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flow.posting import START, TICK, Posting, alert, hook, mail, posting
from flow.wire import DROP, HANG, Taken, Wire

from monitor.model import DeliveryState, Level
from monitor.store import AttemptRow, DeliveryRow

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PAUSES = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]
"""Between one attempt and the next, as Standard Webhooks has them and CONTRACT.md promises."""
WEEK = timedelta(days=7)
HIGH = {"receiver": "operators", "routes": [{"match": {"level": "high"}, "receiver": "hook"}]}
MESSAGES, DROPS = 20, 5  # a hundred connections are cut when the message was taken

Ledger = list[tuple[DeliveryRow, list[AttemptRow]]]
Answered = tuple[Wire, Ledger]
Then = Callable[[Posting, Wire], Awaitable[None]]


@asynccontextmanager
async def hooked(folder: Path, wire: Wire, timeout: timedelta) -> AsyncIterator[Posting]:
    """Webhooks for alerts, and for the operator."""
    await wire.open()
    try:
        receivers = [hook("hook", wire.http, timeout=timeout), hook("operators", wire.http)]
        async with posting(folder, receivers, HIGH) as one:
            wire.when = one.clock
            yield one
    finally:
        await wire.close()


def answered(
    folder: Path, answer: Any, *, messages: int = 1, days: int = 7, then: Then | None = None, **wire: Any
) -> Answered:
    """What came to a webhook that always answers so, and the ledger of it `days` later, or after `then`."""

    async def run() -> Answered:
        made = Wire(answer=lambda one: answer if one.to == "/hook" else None, **wire)
        # What is to hang hangs shortly; all others have the time that a busy machine takes.
        async with hooked(folder, made, 0.2 * SECOND if answer == HANG else 20 * SECOND) as one:
            one.raised([alert(number) for number in range(messages)])
            await one.until(START + timedelta(days=days))
            if then:
                await then(one, made)
            return made, [entry for entry in one.ledger() if entry[0].receiver == "hook"]

    made, ledger = asyncio.run(run())
    assert not made.bad
    return made, ledger


def pauses(attempts: Sequence[AttemptRow]) -> list[timedelta]:
    return [later.at - earlier.at for earlier, later in pairwise(attempts)]


@pytest.mark.parametrize(
    ("answer", "least"),
    [(500, 0 * SECOND), (DROP, 0 * SECOND), (302, MINUTE), (429, MINUTE), (503, MINUTE), (HANG, MINUTE)],
)
def test_a_failing_webhook_is_tried_by_the_schedule_and_then_given_up(
    answer: Any, least: timedelta, tmp_path: Path
) -> None:
    """`least`: the pause of a receiver that is in trouble itself, whatever the message."""
    wire, [(row, attempts)] = answered(tmp_path, answer)
    assert (row.state, len(attempts)) == (DeliveryState.DEAD, len(PAUSES) + 1)
    for pause, wanted in zip(pauses(attempts), PAUSES, strict=True):
        assert max(wanted * 0.9, least) <= pause <= max(wanted, least) * 1.1 + TICK, (pause, wanted)
    assert [one.outcome for one in attempts] == ["failed"] * 10
    assert {one.id for one in wire.taken if one.to == "/hook"} == {row.wire_id}
    [told] = [one.alerts() for one in wire.taken if one.to == "/operators"]
    assert [one["rule"]["id"] for one in told] == ["monitor.delivery-dead"]


@pytest.mark.parametrize(("asked", "seconds"), [("7200", 7200), ("40", 60), ("1000000000", 86400), ("soon", 60)])
def test_a_pause_that_a_webhook_asks_for_is_kept_within_a_day(asked: str, seconds: int, tmp_path: Path) -> None:
    _, [(_, attempts)] = answered(tmp_path, 429, headers={"Retry-After": asked})
    asked_for = timedelta(seconds=seconds)
    assert len(attempts) >= 7
    for pause, wanted in zip(pauses(attempts), PAUSES, strict=False):
        assert max(wanted * 0.9, asked_for) <= pause <= max(wanted, asked_for) * 1.1 + TICK, (pause, wanted)


def test_a_busy_webhook_is_asked_once_in_the_time_it_asked_for_however_many_wait(tmp_path: Path) -> None:
    wire, ledger = answered(tmp_path, 429, messages=30, days=2, headers={"Retry-After": "3600"})
    times = sorted(one.when for one in wire.taken if one.to == "/hook")
    assert all(later - earlier >= HOUR for earlier, later in pairwise(times))
    assert len(times) > 40
    assert sum(len(attempts) for _, attempts in ledger) == len(times)


def test_a_webhook_that_is_gone_gets_nothing_until_it_is_enabled_and_then_all(tmp_path: Path) -> None:
    came = []

    async def enable(one: Posting, wire: Wire) -> None:
        assert "hook" in one.store.disabled()
        came.append(len(wire.taken))
        wire.answer = lambda _: None
        one.store.enable("hook")
        await one.until(one.now + 2 * TICK)

    wire, ledger = answered(tmp_path, 410, messages=30, then=enable)
    assert came == [1]
    assert {row.state for row, _ in ledger} == {DeliveryState.SENT}
    assert len(wire.taken) == 31
    assert sorted(len(attempts) for _, attempts in ledger) == [1] * 29 + [2]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_knocked_in_vain_comes_at_once_when_the_receiver_works_again(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What matters most, tried first and put off for hours by then, is not the last to come."""
    place = request.getfixturevalue("postgres_url")() if engine == "postgresql" else tmp_path
    back = START + HOUR

    async def run() -> list[tuple[timedelta, str]]:
        wire = Wire(answer=lambda one: 503 if one.when < back else None)
        await wire.open()
        try:
            async with posting(place, [hook("hook", wire.http)], {"receiver": "hook"}) as one:
                wire.when = one.clock
                one.raised([alert(number, Level.CRITICAL if number == 1 else Level.LOW) for number in range(30)])
                await one.until(back + 5 * MINUTE)
                return [
                    (came.when - back, came.alerts()[0]["rule"]["level"]) for came in wire.taken if came.when >= back
                ]
        finally:
            await wire.close()

    came = asyncio.run(run())
    assert len(came) == 30
    assert "critical" in [level for _, level in came[:2]], "first, or after the one that found the receiver working"
    assert came[-1][0] < 2 * MINUTE


def test_a_slow_webhook_gets_each_message_once(tmp_path: Path) -> None:
    wire, ledger = answered(tmp_path, None, messages=20, pause=0.05)
    assert [(row.state, len(attempts)) for row, attempts in ledger] == [(DeliveryState.SENT, 1)] * 20
    assert all(one.seconds and one.seconds >= 0.05 for _, attempts in ledger for one in attempts)
    assert len(wire.shown("/hook")) == len(wire.taken) == 20


@pytest.mark.parametrize("kind", ["mail", "hook"])
def test_a_hundred_messages_taken_but_never_acknowledged_come_again_as_the_same(kind: str, tmp_path: Path) -> None:
    copies: Counter[str] = Counter()

    def drops(one: Taken) -> str | None:
        copies[one.id] += 1
        return DROP if copies[one.id] <= DROPS else None

    async def run() -> Answered:
        wire = Wire(answer=drops)
        await wire.open()
        try:
            receiver = mail("desk", wire.smtp) if kind == "mail" else hook("hook", wire.http)
            async with posting(tmp_path, [receiver], {"receiver": receiver["name"]}) as one:
                one.raised([alert(number) for number in range(MESSAGES)])
                await one.until(START + WEEK)
                return wire, one.ledger()
        finally:
            await wire.close()

    wire, ledger = asyncio.run(run())
    assert not wire.bad
    assert len(copies) == MESSAGES == len(ledger)
    for row, attempts in ledger:
        name = f"<{row.wire_id}@example.org>" if kind == "mail" else row.wire_id
        assert copies[name] == DROPS + 1
        assert [one.outcome for one in attempts] == ["failed"] * DROPS + ["sent"]
    contents = defaultdict(set)
    for one in wire.taken:
        contents[one.id].add(one.body)
    assert {len(bodies) for bodies in contents.values()} == {1}
