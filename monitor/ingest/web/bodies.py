"""The pieces of an answer -> its body, decoded, within a size, a ration of bytes and a room for large ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Self, TypeVar

import aiohttp

from monitor.ingest.web.encodings import TooLargeError, decoded
from monitor.ingest.web.sockets import Ration, TooMuchError

# Bytes of a body that needs no place: nine of ten captured feeds have less than 160 kB. 250 of these are 64 MiB.
SMALL = 256 * 1024
# Bytes that an answer may take on the wire: what fills our buffers, and for each byte of the body so many. The rest are
# records of TLS and sizes of chunks; a chunk of one byte takes six.
UNPAID = 512 * 1024
_PAID = 3
_CHUNK = 65536

Result = TypeVar("Result")


class Room:
    """So many bytes of memory for large bodies and what is made of them, shared out first come first served.

    A byte of body costs two to four in all: as it came, decoded, on its way to a worker, and as the texts of its items.
    """

    def __init__(self, size: int) -> None:
        self._size = self._left = size
        self._turn = asyncio.Lock()
        self._more = asyncio.Event()

    def place(self) -> Place:
        """A place in this room, to be entered with `with`."""
        return Place(self)

    async def take(self, size: int) -> int:
        """Wait for so many bytes and take them; who needs more than there are takes them all. Returns how many."""
        size = min(size, self._size)
        async with self._turn:
            while self._left < size:
                self._more.clear()
                await self._more.wait()
            self._left -= size
        return size

    def give(self, size: int) -> None:
        """Give back bytes that were taken."""
        self._left += size
        self._more.set()


class Place:
    """What one body takes of a room: nothing before it is complete or if it is small, then its size until the end."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    async def take(self, size: int) -> None:
        """Wait for room for a body of at most so many bytes; once, or it would wait for itself."""
        self._taken = await self._room.take(size)

    def keep(self, size: int) -> None:
        """The body has turned out to have only so many bytes."""
        surplus = max(self._taken - size, 0)
        self._taken -= surplus
        self._room.give(surplus)

    def __exit__(self, *_: object) -> None:
        self.keep(0)


class SpoolError(Exception):
    """An answer that cannot be kept, because the disk fails or is full; the text says which."""


class Spool:
    """The body of one answer, still encoded: the last bytes in memory, what came before in a file without a name.

    So a server that takes its time holds no memory that others wait for. The file is in the system's folder for
    temporary files ($TMPDIR) and never larger than `limit`, the bytes of the body after decoding as well.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._encoding = ""
        self._size = 0
        self._recent = BytesIO()
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # It also waits for a thread that still writes or reads; what a full disk did not take is not wanted any more.
        with suppress(OSError):
            if self._file:
                self._file.close()

    async def fill(self, answer: aiohttp.ClientResponse, ration: Ration) -> None:
        """Take in the body as it comes; raises TooLargeError, SpoolError and what the connection raises."""
        if (answer.content_length or 0) > self._limit:
            raise TooLargeError(self._limit)
        self._encoding = ",".join(answer.headers.getall("Content-Encoding", ()))
        try:
            async for chunk in answer.content.iter_chunked(_CHUNK):
                ration.left += _PAID * len(chunk)
                self._size += len(chunk)
                if self._size > self._limit:
                    raise TooLargeError(self._limit)
                self._recent.write(chunk)
                if self._recent.tell() > SMALL:
                    await self._threaded(self._put_away)
        except aiohttp.ClientPayloadError:
            if ration.left < 0:
                raise TooMuchError from None
            raise

    async def body(self, place: Place) -> bytes:
        """The decoded body, for which a large one takes room; raises EncodingError and SpoolError.

        What is small and stays small is decoded here and now (20 ms at most, whatever it holds), all else in a thread.
        """
        if self._size <= SMALL:
            try:
                return decoded(self._recent.getvalue(), self._encoding, min(self._limit, SMALL))
            except TooLargeError:
                if self._limit <= SMALL:
                    raise
        await place.take(self._limit if self._encoding else self._size)
        body = await self._threaded(self._decoded)
        place.keep(len(body))
        return body

    async def _threaded(self, work: Callable[[], Result]) -> Result:
        """Do in a thread what needs the file or takes time."""
        try:
            if self._size > SMALL and not self._file:
                self._file = TemporaryFile()  # noqa: SIM115 - closed above; no thread opens it that might outlive us
            return await asyncio.to_thread(work)
        except OSError as error:
            raise SpoolError(f"the answer cannot be kept: {error.strerror or error}") from None

    def _put_away(self) -> None:
        if self._file:
            self._file.write(self._recent.getvalue())
            self._recent = BytesIO()

    def _decoded(self) -> bytes:
        return decoded(self._raw(), self._encoding, self._limit)

    def _raw(self) -> bytes:
        if not self._file:
            return self._recent.getvalue()
        self._put_away()
        self._file.seek(0)
        return self._file.read()
