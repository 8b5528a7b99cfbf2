"""The pieces of an answer -> its body, decoded, within a size, a ration of bytes and few places for large ones."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Self

import aiohttp

from monitor.ingest.encodings import TooLargeError, decoded
from monitor.ingest.sockets import Ration, TooMuchError

# Large bodies in memory at once; each 15 MiB as it comes, the same decoded, and a window of 16 MiB at most.
PLACES = 4
# Bytes of a body that needs no place: nine of ten captured feeds have less than 160 kB. 250 of these are 64 MiB.
SMALL = 256 * 1024
# Bytes that an answer may take on the wire: what fills our buffers, and for each byte of the body so many. The rest are
# records of TLS and sizes of chunks; a chunk of one byte takes six.
UNPAID = 512 * 1024
_PAID = 3
_CHUNK = 65536


class Place:
    """A place for one large body, taken when a body turns out to be large and kept to the end of its use."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._taken = False

    async def __aenter__(self) -> Self:
        return self

    async def take(self) -> None:
        """Wait for a place, once; the deadline of the fetch runs meanwhile, so nobody waits for ever."""
        if not self._taken:
            await self._places.acquire()
            self._taken = True

    async def __aexit__(self, *_: object) -> None:
        if self._taken:
            self._places.release()


async def read_body(answer: aiohttp.ClientResponse, limit: int, place: Place, ration: Ration) -> bytes:
    """The decoded body, at most `limit` bytes of it; raises EncodingError and what the connection raises."""
    if (answer.content_length or 0) > limit:
        raise TooLargeError(limit)
    body = await _raw_body(answer, limit, place, ration)
    encoding = ",".join(answer.headers.getall("Content-Encoding", ()))
    if not encoding:
        return body
    try:
        return decoded(body, encoding, min(limit, SMALL))
    except TooLargeError:
        if limit <= SMALL:
            raise
    await place.take()
    # In a thread: a bomb of a few bytes takes 50 ms to be seen through.
    return await asyncio.to_thread(decoded, body, encoding, limit)


async def _raw_body(answer: aiohttp.ClientResponse, limit: int, place: Place, ration: Ration) -> bytes:
    raw = BytesIO()
    try:
        async for chunk in answer.content.iter_chunked(_CHUNK):
            raw.write(chunk)
            ration.left += _PAID * len(chunk)
            if raw.tell() > limit:
                raise TooLargeError(limit)
            if raw.tell() > SMALL:
                await place.take()
    except aiohttp.ClientPayloadError:
        if ration.left < 0:
            raise TooMuchError from None
        raise
    return raw.getvalue()
