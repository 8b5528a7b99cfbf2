"""A receiver as people write it -> the channel that sends to it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Protocol, TextIO

import aiohttp
from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, PlainSerializer, field_validator

from monitor.deliver.circuit import Rate, parse_rate
from monitor.model import Delivery, Message
from monitor.templates import Templates
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


def _written_rate(rate: Rate | None) -> str:
    return str(rate) if rate else "off"


WrittenRate = Annotated[
    InstanceOf[Rate] | None, BeforeValidator(parse_rate), PlainSerializer(_written_rate, return_type=str)
]


class Receiver(Written):
    """What every kind of receiver has; each kind adds its `type` and how to reach it.

    `rate` is the most that is sent to it: `30/1m`, at most thirty messages in any minute; what is more waits.
    `at_most` is how many messages one address gets: `20/1h`; what is more comes together in one message later.
    `lifetime` is how long after its creation a message is still tried once the ten steps of the schedule are used
    up; None: no longer than they last. `worded`: it is sent words, which `templates` may choose, not documents.
    """

    lifetime: ClassVar[timedelta | None] = None
    worded: ClassVar[bool] = True

    name: Annotated[str, Field(max_length=100), AfterValidator(_one_name)]
    language: Literal["fr", "en"] = "en"
    templates: Templates | None = None
    rate: WrittenRate = None
    at_most: WrittenRate = None

    @field_validator("templates")
    @classmethod
    def _of_words(cls, templates: Templates | None) -> Templates | None:
        if templates and not cls.worded:
            raise ValueError("this receiver is sent documents, which no template changes")
        return templates

    def addresses(self) -> list[str]:
        """The addresses that each get a delivery of their own; one empty address when there is no such thing."""
        return [""]

    def flaw(self) -> str | None:
        """What is wrong with these settings that takes long to find out, and is asked for by `check` only."""
        return None

    def cuts(self, delivery: Delivery) -> tuple[int, int] | None:  # noqa: ARG002 (those that cut nothing)
        """How many bytes the whole message has and how many are allowed where a plainer one is sent, else None."""
        return None

    @abstractmethod
    def channel(self, outlets: Outlets) -> Channel:
        """A closed channel to this receiver; it opens what it needs when something is sent."""
