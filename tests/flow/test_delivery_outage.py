"""Hours without a mail server, with thousands of alerts that wait: who knocks how often, and who is told what first."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flow.posting import START, Posting, alert, mail, posting
from flow.wire import Wire

from monitor.model import DeliveryState, Level

# `make kill` has the full length.
LONG = "NEWS_MONITOR_TEST_KILLS" in os.environ
ALERTS, OUTAGE = (5000, timedelta(hours=6)) if LONG else (100, timedelta(hours=6))
MINUTE = timedelta(minutes=1)
LEVELS = [Level.INFO, Level.LOW, Level.LOW, Level.MEDIUM, Level.HIGH]


def level(number: int) -> Level:
    """One of a hundred is critical, a fifth each what LEVELS says, in mixed order."""
    return Level.CRITICAL if number % 100 == 50 else LEVELS[number % 5]


@asynccontextmanager
async def dead(posting: list[Posting], knocks: list[datetime]) -> AsyncIterator[int]:
    """A port whose server hangs up at once; `knocks` has when somebody connected."""

    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append(posting[0].now)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def outage(folder: Path) -> tuple[Wire, list[datetime], dict[str, Level]]:
    """Alerts that come through the first hour of an outage, and the mails when it is over, with their levels."""
    knocks: list[datetime] = []
    async with AsyncExitStack() as stack:
        made: list[Posting] = []
        async with dead(made, knocks) as port:
            one = await stack.enter_async_context(posting(folder, [mail("desk", port)], {"receiver": "desk"}))
            made.append(one)
            for start in range(0, ALERTS, 50):
                one.raised([alert(number, level(number)) for number in range(start, start + 50)])
                await one.until(one.now + timedelta(hours=1) * 50 / ALERTS)
            await one.until(START + OUTAGE)
        wire = Wire(when=one.clock, smtp=port)
        await wire.open()
        stack.push_async_callback(wire.close)
        one.takes = timedelta(milliseconds=100)
        await one.until(START + OUTAGE + timedelta(days=5))
        rows = one.store.deliveries(ALERTS + 1)
    assert Counter(row.state for row in rows) == {DeliveryState.SENT: ALERTS}
    numbers = {row.wire_id: int((row.alert or "").split("/")[1].removeprefix("story-")) for row in rows}
    return wire, knocks, {f"<{id_}@example.org>": level(number) for id_, number in numbers.items()}


@pytest.mark.timeout(1800)
def test_six_hours_without_a_mail_server(tmp_path: Path) -> None:
    wire, knocks, levels = asyncio.run(outage(tmp_path))
    back = START + OUTAGE
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(knocks))
    assert len(knocks) > OUTAGE / MINUTE * 0.85
    assert Counter(one.id for one in wire.taken) == Counter(levels.keys()), "all, each once"
    came = [(one.when - back, levels[one.id]) for one in wire.taken]
    for which in reversed(Level):
        times = [when for when, one in came if one is which]
        print(f"{which}: {len(times)}, from {min(times)} to {max(times)}")
    print(f"{len(knocks)} knocks, {len(came)} mails, {wire.mail_connections} connections, last {max(came)[0]}")
    assert 10 * wire.mail_connections <= ALERTS
    ranks = [list(Level).index(one) for _, one in came]
    assert ranks[1:] == sorted(ranks[1:], reverse=True), "high levels first, after the one that knocked"
