"""Deliveries -> people: the kinds of receivers, the channels to them, and when to try again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Self, TextIO

import aiohttp
from pydantic import Field

from monitor.deliver.apprise import AppriseReceiver
from monitor.deliver.backoff import next_attempt
from monitor.deliver.circuit import Rate, after, begin, may_send
from monitor.deliver.console import ConsoleReceiver
from monitor.deliver.email import EmailReceiver
from monitor.deliver.file import FileReceiver
from monitor.deliver.receiver import Channel, Outlets, Receiver
from monitor.deliver.schema import webhook_schema
from monitor.deliver.webhook import WebhookReceiver
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message

AnyReceiver = Annotated[
    ConsoleReceiver | EmailReceiver | WebhookReceiver | FileReceiver | AppriseReceiver,
    Field(discriminator="type"),
]


class Channels:
    """The open channels of one relay: `async with Channels(session, console) as channels`.

    A channel is opened by the first message to its receiver and closed with all others at the end. Messages to
    different receivers may be sent at the same time. `attempts` counts them by (receiver, how it ended): sent,
    temporary, permanent and disabled as in DeliveryError, other for what nobody foresaw or what was cut.
    """

    def __init__(self, session: aiohttp.ClientSession, console: TextIO) -> None:
        self._outlets = Outlets(session, console)
        self._open: dict[Receiver, Channel] = {}
        self.attempts: Counter[tuple[str, str]] = Counter()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(channel.close() for channel in self._open.values()))

    async def close_others(self, receivers: Collection[Receiver], busy: Collection[str]) -> None:
        """Close the channels of receivers that are configured no more, or otherwise; not those named in `busy`."""
        for receiver in [one for one in self._open if one not in receivers and one.name not in busy]:
            await self._open.pop(receiver).close()

    async def send(self, receiver: Receiver, delivery: Delivery, message: Message, now: datetime) -> str:
        """Send one message and return what the other end answered, one line of at most 200 characters.

        `now` is the aware time of this attempt. Raises DeliveryError for everything that can go wrong there.
        """
        channel = self._open.get(receiver)
        if channel is None:
            channel = self._open[receiver] = receiver.channel(self._outlets)
        ended = "other"
        try:
            answer = await channel.send(delivery, message, now)
            ended = "sent"
        except DeliveryError as error:
            ended = "disabled" if error.disabled else "permanent" if error.permanent else "temporary"
            raise
        finally:
            self.attempts[receiver.name, ended] += 1
        return answer


__all__ = [
    "AnyReceiver",
    "AppriseReceiver",
    "Channels",
    "ConsoleReceiver",
    "EmailReceiver",
    "FileReceiver",
    "Rate",
    "Receiver",
    "WebhookReceiver",
    "after",
    "begin",
    "may_send",
    "next_attempt",
    "webhook_schema",
]
