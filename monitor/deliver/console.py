"""A message -> lines on the terminal."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress
from datetime import datetime
from typing import Literal, TextIO

from monitor.deliver.receiver import Channel, Outlets, Receiver
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
        self._busy = False

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:  # noqa: ARG002 (Channel)
        """Write and flush; raises DeliveryError when nobody reads, for ever (a closed pipe) or for the moment (Ctrl-S).

        A terminal that is not read blocks whoever writes to it, so that is a thread which nobody waits for at the end.
        """
        if self._busy:
            raise DeliveryError(self._receiver.name, "is not read, an earlier message still waits")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        text = f"{plain(message.text).rstrip()}\n\n"
        self._busy = True
        threading.Thread(target=self._write, args=(text, loop, done), daemon=True).start()
        try:
            await asyncio.wait_for(done, PATIENCE)
        except TimeoutError:
            raise DeliveryError(self._receiver.name, f"is not read for {PATIENCE:g} s") from None
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            raise DeliveryError(self._receiver.name, one_line(f"cannot be written to: {error}")) from None
        return "written"

    def _write(self, text: str, loop: asyncio.AbstractEventLoop, done: asyncio.Future[None]) -> None:
        """Write in the stream's charset ("?" for what it does not know), and tell the loop how it went."""
        failure: Exception | None = None
        try:
            data = text.encode(self._stream.encoding or "utf-8", "replace")
            if (descriptor := _descriptor(self._stream)) is None:
                self._stream.write(data.decode(self._stream.encoding or "utf-8"))
                self._stream.flush()
            else:
                # Past the stream's buffer: a thread that blocks inside it would block the interpreter's exit too.
                self._stream.flush()
                while data:
                    data = data[os.write(descriptor, data) :]
        except (OSError, ValueError) as error:
            failure = error
        self._busy = False
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody asks any more
            loop.call_soon_threadsafe(_settle, done, failure)

    async def close(self) -> None:
        """Nothing is kept open."""


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except OSError:  # a stream of a test, in memory
        return None


def _settle(done: asyncio.Future[None], failure: Exception | None) -> None:
    if done.done():
        return
    if failure is None:
        done.set_result(None)
    else:
        done.set_exception(failure)
