"""A resolved address -> a socket to it, unless the daemon must not reach it; one that takes in only so much."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from monitor.faults import SpokenError
from monitor.ingest.web.addresses import Network, refusal

# Bytes parsed without a pause for others: 256 KiB, asyncio's own measure, of chunks of one byte would take 500 ms.
_STEP = 16384


class RefusedAddressError(SpokenError):
    """An address the daemon must not connect to; raised in the connector, after resolution, before connecting."""


class TooMuchError(SpokenError):
    """A server that has sent more bytes than its answer needs."""

    def __init__(self) -> None:
        super().__init__(errno.EMSGSIZE, "the server sends far more than its answer")


@dataclass(slots=True)
class Ration:
    """How many bytes the connections of one request may still take in."""

    left: int


_ration: ContextVar[Ration | None] = ContextVar("ration", default=None)


@contextmanager
def rationed(size: int) -> Iterator[Ration]:
    """Connections opened in this block take in `size` bytes and what is added to their ration, then TooMuchError.

    A body in chunks of one byte, or "early hints" without end, is no large answer but seconds of work: 12 us a chunk
    and 100 us a hint, measured.
    """
    ration = Ration(size)
    token = _ration.set(ration)
    try:
        yield ration
    finally:
        _ration.reset(token)


def guarded(allowed: Sequence[Network]) -> Callable[[tuple[Any, ...]], socket.socket]:
    """A socket factory for a connector: what resolvers found passes here, and the IP literals that skip them too.

    What it makes raises RefusedAddressError.
    """

    def opened(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, (host, port, *_) = info
        if reason := refusal(host, port, allowed):
            raise RefusedAddressError(errno.EACCES, reason)
        ration = _ration.get()
        return _RationedSocket(family, kind, protocol, ration) if ration else socket.socket(family, kind, protocol)

    return opened


class _RationedSocket(socket.socket):
    __slots__ = ("_ration",)

    def __init__(self, family: int, kind: int, protocol: int, ration: Ration) -> None:
        super().__init__(family, kind, protocol)
        self._ration = ration

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        data = super().recv(min(bufsize, _STEP), flags)
        self._count(len(data))
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0, /) -> int:
        size = super().recv_into(buffer, min(nbytes or len(buffer), _STEP), flags)
        self._count(size)
        return size

    def _count(self, size: int) -> None:
        self._ration.left -= size
        if self._ration.left < 0:
            raise TooMuchError
