"""Every attempt to send is counted, by how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest

from monitor.deliver import Channels, ConsoleReceiver
from monitor.errors import DeliveryError

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Broken:
    """A channel that ends as it is told to."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error

    async def send(self, *_: object) -> str:
        if self.error:
            raise self.error
        return "printed"

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("error", "ended"),
    [
        (None, "sent"),
        (DeliveryError("t", "503"), "temporary"),
        (DeliveryError("t", "550", permanent=True), "permanent"),
        (DeliveryError("t", "410", disabled=True), "disabled"),
        (ZeroDivisionError(), "other"),
        (asyncio.CancelledError(), "other"),
    ],
)
def test_an_attempt_counts_once_by_how_it_ended(
    error: BaseException | None, ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = ConsoleReceiver(name="t", type="console")
    monkeypatch.setattr(ConsoleReceiver, "channel", lambda *_: Broken(error))
    nothing: Any = None

    async def steps() -> None:
        async with Channels(nothing, StringIO()) as channels:
            sends: Callable[[], Awaitable[str]] = lambda: channels.send(receiver, nothing, nothing, NOW)  # noqa: E731
            for _ in range(2):
                if error is None:
                    assert await sends() == "printed"
                else:
                    with pytest.raises(type(error)):
                        await sends()
            assert channels.attempts == {("t", ended): 2}

    asyncio.run(steps())
