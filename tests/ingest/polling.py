"""A source and all that `poll` wants -> its Poll, for tests that look at it when the poll is over."""

from __future__ import annotations

from typing import Any

from monitor.ingest import Poll, poll


async def polled(*args: Any) -> Poll:
    async with poll(*args) as found:
        return found
