"""Receivers that work beside one that does not -> the delay of their messages, against that without it.

The relays of the daemon, ticking as it does, with store, dispatch and channels, on the clock of the machine; receivers
of mails and webhooks on loopback in a process of their own. The delay of a message is from raising its alert to the
moment when its receiver has it. Runs with the broken receiver alternate with runs without any, so that what else the
machine does falls on both, and all messages of a kind of run count together.
`PYTHONPATH=tests .venv/bin/python -m bench.delays` takes some minutes; exits with 1 when a delay is more than a tenth
longer.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flow.posting import Posting, alert, hook, mail, posting
from flow.wire import DROP, HANG, Taken, Wire

from monitor.ticks import Ticks

TICK = 1.0  # seconds, that of the daemon
SECONDS = 8  # that alerts come for, in each run
EVERY = 0.1  # seconds between two of them
ROUNDS = 3
LIMIT = 1.1
SLOW = 5.0  # seconds
BROKEN: dict[str, Any] = {"500": 500, "429": 429, "410": 410, "hangs": HANG, "drops": DROP, "slow": SLOW}
WORKING = ("first", "second")


@dataclass
class Live(Posting):
    """On the clock of the machine."""

    def clock(self) -> datetime:
        return datetime.now(UTC)


def serve(pipe: Connection) -> None:
    """Receivers until told to stop; `broken` fails as the first word says. Gives its ports, then what came and when."""

    async def run() -> None:
        answer = pipe.recv()

        async def slowly(wire: Wire, one: Taken) -> Any:
            wire.taken.append(one)
            await asyncio.sleep({HANG: 60, SLOW: SLOW}.get(answer, 0) if one.to == "/broken" else 0)
            return answer if one.to == "/broken" and answer not in (HANG, SLOW) else None

        wire = Wire(when=time.time)
        wire._answered = lambda one: slowly(wire, one)  # type: ignore[method-assign]
        wire._check = lambda *_: None  # type: ignore[method-assign] - it costs more than all else
        await wire.open()
        pipe.send((wire.http, wire.smtp))
        await asyncio.to_thread(pipe.recv)
        pipe.send([(one.when, one.to, one.body) for one in wire.taken])

    asyncio.run(run())


async def raised(one: Live) -> dict[int, float]:
    """Raise alerts at an even pace while the relays tick; gives when each was raised."""
    times: dict[int, float] = {}
    ticks = Ticks(one, None)  # type: ignore[arg-type] - nothing is polled

    async def tick() -> None:
        while True:
            await ticks.relay()
            await asyncio.sleep(TICK)

    ticking = asyncio.create_task(tick())
    for number in range(round(SECONDS / EVERY)):
        times[number] = time.time()
        await asyncio.to_thread(one.raised, [alert(number)])
        await asyncio.sleep(EVERY)
    await asyncio.sleep(3 * TICK)
    ticking.cancel()
    ticks.stopping = True
    for task in ticks.relays.values():
        task.cancel()
    await asyncio.gather(ticking, *ticks.relays.values(), return_exceptions=True)
    return times


def delays(answer: Any | None) -> list[float]:
    """The delays of all messages to the receivers that work, in seconds, beside one that answers so, or none."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    ours.send(answer)
    http, smtp = ours.recv()
    receivers = [mail("desk", smtp), *(hook(name, http) for name in WORKING)]
    receivers += [hook("broken", http, timeout=timedelta(seconds=20))] if answer is not None else []
    routes = [{"receiver": one["name"], "continue": True} for one in receivers]

    async def run() -> dict[int, float]:
        with tempfile.TemporaryDirectory() as folder:
            async with posting(Path(folder), receivers, {"receiver": "desk", "routes": routes}, Live) as one:
                return await raised(one)

    times = asyncio.run(run())
    ours.send("stop")
    came = ours.recv()
    process.join()
    found = []
    for when, to, body in came:
        if to != "/broken":
            number = int(body.partition(b"Story ")[2].split()[0].strip(b'",.<=')) if "@" in to else number_of(body)
            found.append(when - times[number])
    assert len(found) == len(times) * (1 + len(WORKING)), (answer, len(found))
    return found


def number_of(body: bytes) -> int:
    """The number of the alert in a webhook."""
    return int(body.partition(b'"key":"rule/story-')[2].partition(b"/")[0])


def p95(found: list[float]) -> float:
    return statistics.quantiles(found, n=20)[-1]


def main() -> int:
    """Print a line for each way to fail; 1 when one of them delays the others."""
    missed = 0
    for name, answer in BROKEN.items():
        without, beside = [], []
        for _ in range(ROUNDS):
            without += delays(None)
            beside += delays(answer)
        ratio = p95(beside) / p95(without)
        missed += ratio > LIMIT
        medians = f"median {statistics.median(without):.3f} -> {statistics.median(beside):.3f} s"
        print(
            f"{name:6} p95 {p95(without):.3f} -> {p95(beside):.3f} s (x{ratio:.2f}), {medians}, {len(beside)} messages"
            f"{'  MISSED' if ratio > LIMIT else ''}",
            flush=True,
        )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
