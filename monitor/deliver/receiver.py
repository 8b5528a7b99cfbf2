"""A receiver as people write it -> the channel that sends to it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Protocol, TextIO

import aiohttp
from pydantic import AfterValidator, Field

from monitor.model import Delivery, Message
from monitor.values import Written


@dataclass(frozen=True, slots=True)
class Outlets:
    """What channels share with the rest of the program: the guarded HTTP session, and the stream of the terminal."""

    session: aiohttp.ClientSession
    console: TextIO


class Channel(Protocol):
    """Something open towards one receiver; it may keep a connection between messages."""

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:
        """Hand over one message and return the other end's answer, one line; raises DeliveryError."""

    async def close(self) -> None:
        """Let go of what is open; never raises."""


def _one_name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("a name is one line of printable characters")
    return text


class Receiver(Written):
    """What every kind of receiver has; each kind adds its `type` and how to reach it.

    `lifetime` is how long after its creation a message is still tried once the ten steps of the schedule are used
    up; None: no longer than they last.
    """

    lifetime: ClassVar[timedelta | None] = None

    name: Annotated[str, Field(max_length=100), AfterValidator(_one_name)]
    language: Literal["fr", "en"] = "en"

    def addresses(self) -> list[str]:
        """The addresses that each get a delivery of their own; one empty address when there is no such thing."""
        return [""]

    @abstractmethod
    def channel(self, outlets: Outlets) -> Channel:
        """A closed channel to this receiver; it opens what it needs when something is sent."""
