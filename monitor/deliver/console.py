"""A message -> lines on the terminal."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Literal, TextIO

from monitor.deliver.receiver import Channel, Outlets, Receiver
from monitor.deliver.threads import Aside, BusyError
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message
from monitor.plain import one_line, plain

PATIENCE = 10.0
"""Seconds that a terminal may take to read a message."""


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
        self._aside = Aside()

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:  # noqa: ARG002 (Channel)
        """Write and flush; raises DeliveryError when nobody reads, for ever (a closed pipe) or for the moment (Ctrl-S).

        A terminal that is not read blocks whoever writes to it, so that is a thread which nobody waits for at the end.
        """
        try:
            await self._aside.run(PATIENCE, self._write, f"{plain(message.text).rstrip()}\n\n")
        except BusyError:
            raise self._failed("is not read, an earlier message still waits") from None
        except TimeoutError:
            raise self._failed(f"is not read for {PATIENCE:g} s") from None
        except OSError as error:
            raise self._failed(f"cannot be written to: {error.strerror or error}") from None
        except ValueError:
            raise self._failed("cannot be written to: it was closed") from None
        return "written"

    def _failed(self, answer: str) -> DeliveryError:
        return DeliveryError(self._receiver.name, one_line(answer), whole=True)

    def _write(self, text: str) -> None:
        """Write in the stream's charset ("?" for what it does not know)."""
        data = text.encode(self._stream.encoding or "utf-8", "replace")
        if (descriptor := _descriptor(self._stream)) is None:
            self._stream.write(data.decode(self._stream.encoding or "utf-8"))
            self._stream.flush()
            return
        # Past the stream's buffer: a thread that blocks inside it would block the interpreter's exit too.
        self._stream.flush()
        while data:
            data = data[os.write(descriptor, data) :]

    async def close(self) -> None:
        """Nothing is kept open."""


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except OSError:  # a stream of a test, in memory
        return None
