"""A delivery -> one more line of JSON in a file."""

from __future__ import annotations

import fcntl
import os
import stat
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ValidationInfo

from monitor.deliver.payload import encoded, timestamp
from monitor.deliver.receiver import Channel, Outlets, Receiver
from monitor.deliver.threads import Aside, BusyError
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message
from monitor.plain import one_line
from monitor.values import LocalPath

PATIENCE = 10.0
"""Seconds that a disk may take to keep a line."""

# Never waiting for a reader, as a named pipe would; never handed to a child process.
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_MODE = 0o640


def _in_a_folder(path: Path, info: ValidationInfo) -> Path:
    """A file that may be there or not, in a folder that is; who only reads the settings does not need it."""
    if not (info.context or {}).get("acting", True):
        return path
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name a file in it")
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is not a regular file")
    if not path.parent.is_dir():
        raise ValueError(f"the folder {path.parent} does not exist")
    return path


class FileReceiver(Receiver):
    """A file that gets a line of JSON for each message; programs follow it as `tail -F` does."""

    worded: ClassVar[bool] = False

    type: Literal["file"]
    path: Annotated[LocalPath, AfterValidator(_in_a_folder)]

    def channel(self, outlets: Outlets) -> Channel:  # noqa: ARG002 (Receiver)
        """A channel to the file."""
        return FileChannel(self)


class FileChannel:
    """Opens the file anew for each message: one that was moved away (logrotate) is followed by a new one."""

    def __init__(self, receiver: FileReceiver) -> None:
        self._receiver = receiver
        self._aside = Aside()

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:  # noqa: ARG002 (Channel)
        """Append the message as one line that is on the disk afterwards; raises DeliveryError.

        A line may stand there twice (a crash between writing and remembering): `id` tells.
        """
        try:
            written = await self._aside.run(PATIENCE, append, self._receiver.path, line(self._receiver.name, delivery))
        except BusyError:
            raise self._failed("cannot be written to yet, an earlier message still waits for the disk") from None
        except TimeoutError:
            raise self._failed(f"the disk did not answer within {PATIENCE:g} s") from None
        except OSError as error:
            raise self._failed(f"{self._receiver.path} cannot be written to: {error.strerror or error}") from None
        return f"{written} bytes appended to {self._receiver.path}"

    async def close(self) -> None:
        """Nothing is kept open."""

    def _failed(self, answer: str) -> DeliveryError:
        return DeliveryError(self._receiver.name, one_line(answer), whole=True)


def line(receiver: str, delivery: Delivery) -> bytes:
    """One message as JSON on a line of its own; line breaks in texts are escaped by JSON.

    `id` is stable over attempts, `group` and `alerts` are as webhooks get them.
    """
    written: dict[str, Any] = {
        "id": delivery.wire_id,
        "timestamp": timestamp(delivery),
        "receiver": receiver,
        "group": dict(delivery.group),
        "alerts": list(delivery.alerts),
    }
    if delivery.counted:
        written["counted"] = dict(delivery.counted)
    return encoded(written) + b"\n"


def append(path: Path, written: bytes) -> int:
    """Write a line at the end of a file and wait for the disk; raises OSError when it did not get all of it.

    A last line that broke off (a crash, a full disk) is ended first, so that it spoils no other.
    """
    there = path.exists()
    descriptor = os.open(path, _FLAGS, _MODE)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is not a regular file")
        # Another daemon may be in the middle of a line, which its last byte would not tell from one that broke off.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            written = b"\n" + written
        # In one call: nothing that others append, without asking for the lock, comes between.
        if (done := os.write(descriptor, written)) < len(written):
            raise OSError(f"only {done} of {len(written)} bytes were written, the disk is full")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if not there:
        _keep_name(path.parent)
    return len(written)


def _keep_name(folder: Path) -> None:
    """A new file is found again after a power cut only once its folder is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
