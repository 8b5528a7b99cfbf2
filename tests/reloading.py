"""A daemon without its clock, whose configuration a test edits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from flow.installation import Installation

from monitor import daemon
from monitor.errors import StoreError
from monitor.match import RuleSet
from monitor.reload import Reloads
from monitor.settings import build, gather
from monitor.watch import Watch

CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"


@dataclass
class Running:
    """A daemon without its clock: a test looks for it."""

    watch: Watch
    reloads: Reloads
    asked: asyncio.Event
    folder: Path

    @property
    def rules(self) -> list[str]:
        return list(self.watch.current.rules.rules)

    @property
    def told(self) -> list[str]:
        """The events that the operator was told, oldest first."""
        return [alert.rule for alert in reversed(self.watch.store.alerts(100, suppressed=True))]

    def write(self, text: str, name: str = "rules/rules.yaml") -> None:
        (self.folder / name).write_text(text, "utf-8")

    async def looks(self, times: int = 2) -> None:
        for _ in range(times):
            await self.reloads.look()


@asynccontextmanager
async def started(installation: Installation) -> AsyncIterator[Running]:
    found = gather(installation.folder / "monitor.yaml")
    built, asked = build(found), asyncio.Event()
    assert built.settings
    async with daemon.open_watch(built.settings, RuleSet((), ()), StringIO()) as watch:
        reloads = await Reloads.of(watch, found, built, asked)
        yield Running(watch, reloads, asked, installation.folder)
        await reloads.finish()


def journey(installation: Installation, steps: Callable[[Running], Awaitable[None]]) -> None:
    async def run() -> None:
        async with started(installation) as running:
            await steps(running)

    asyncio.run(run())


def away(*_: object) -> Any:
    raise StoreError("the database is away")
