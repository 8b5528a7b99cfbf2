"""A configuration -> what the daemon does with it: one pass, or for how long sources wait."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from monitor import daemon, log, settings, ticks


@contextmanager
def _console(folder: Path) -> Iterator[TextIO]:
    """The terminal of the alerts; it and the events are files, as those of a service are."""
    with (folder / "log").open("a") as events, (folder / "alerts").open("a") as console, redirect_stderr(events):
        log.set_up()
        yield console


def one_pass(folder: Path) -> dict[str, Any]:
    """What `news-monitor once` does; returns its report."""
    with _console(folder) as console:
        configured = settings.build(settings.gather(folder / "monitor.yaml")).tested().sound()
        report, _ = asyncio.run(daemon.once(*configured, console))
    return asdict(report)


def delays(folder: Path, settling: float, phase: float) -> list[tuple[str, float]]:
    """Run the daemon for some seconds; (source, seconds from due to taken in) of what fell due when it had settled."""
    found: list[tuple[str, float]] = []
    begun, take_in = time.time(), ticks.take_in

    async def timed(watch: Any, source: Any, state: Any) -> Any:
        report = await take_in(watch, source, state)
        due = state.next_due.timestamp()
        if due > begun + settling:
            found.append((source.name, time.time() - due))
        return report

    async def run(console: TextIO) -> None:
        asyncio.get_running_loop().call_later(settling + phase, os.kill, os.getpid(), signal.SIGTERM)
        files = settings.gather(folder / "monitor.yaml")
        await daemon.run(files, settings.build(files), console)

    ticks.take_in = timed
    with _console(folder) as console:
        asyncio.run(run(console))
    return found
