"""A message -> lines on the terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TextIO

from monitor.deliver.plain import one_line, plain
from monitor.deliver.receiver import Channel, Outlets, Receiver
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message


class ConsoleReceiver(Receiver):
    """The terminal that the program was started from."""

    type: Literal["console"]

    def channel(self, outlets: Outlets) -> Channel:
        """A channel to the terminal's stream."""
        return ConsoleChannel(self, outlets.console)


class ConsoleChannel:
    """Writes each message as plain lines followed by a blank one."""

    def __init__(self, receiver: ConsoleReceiver, stream: TextIO) -> None:
        self._receiver = receiver
        self._stream = stream

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:  # noqa: ARG002 (Channel)
        """Write and flush; raises DeliveryError when nobody reads any more."""
        text = plain(message.text).rstrip("\n") + "\n\n"
        # A terminal of another charset shows "?" for what it does not know, rather than losing the alert.
        charset = self._stream.encoding or "utf-8"
        try:
            self._stream.write(text.encode(charset, "replace").decode(charset))
            self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            raise DeliveryError(self._receiver.name, one_line(f"cannot be written to: {error}")) from None
        return "written"

    async def close(self) -> None:
        """Nothing is kept open."""
