"""Settings, rules, store, client, workers, channels, clock -> the Watch that the journey travels with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.batched import Batched
from monitor.deliver import Channels
from monitor.ingest import Fetcher, Workers
from monitor.match import RuleSet
from monitor.model import SourceState
from monitor.settings import Settings
from monitor.store import Store


@dataclass
class Live:
    """The configuration and rules that a reload has brought; None until the first one."""

    configured: tuple[Settings, RuleSet] | None = None


@dataclass(frozen=True)
class Watch:
    """Everything a pass needs, open; `worker` names this process in leases.

    `polled` stores how the poll of a source went and lets it go; it says whether the source was still held.
    With `quiet` what is taken in alerts nobody: it was there before anybody watched. Settings and rules never change:
    what runs for long asks for the `current` watch where it begins something new.
    """

    settings: Settings
    rules: RuleSet
    store: Store
    fetcher: Fetcher
    workers: Workers
    channels: Channels
    worker: str
    clock: Callable[[], datetime]
    polled: Batched[str, SourceState, bool]
    quiet: bool = False
    live: Live = field(default_factory=Live)

    @property
    def current(self) -> Watch:
        """This watch with the settings and rules that are live now."""
        if self.live.configured is None:
            return self
        settings, rules = self.live.configured
        return replace(self, settings=settings, rules=rules)

    def chance(self) -> float:
        """What spreads polls and attempts that would fall together, from -1 to 1."""
        return random.uniform(-1, 1)  # noqa: S311 - no secret
