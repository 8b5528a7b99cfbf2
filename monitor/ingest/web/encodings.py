"""A compressed body and its Content-Encoding -> the bytes meant, never more than a limit of them."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import chain
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPTED = "gzip, deflate, br, zstd"
"""What the client asks for, as Accept-Encoding."""

_STEP = 65536  # bytes taken and given at a time
_KEPT = 1024**2  # bytes of an answer that are kept before it is known to end within its limit
_LAYERS = 2  # some servers compress what is compressed already
# A stream may have many members (gzip) or frames (zstd): real ones have a few, an empty one costs 8 bytes.
_MEMBERS = 1000
# The window that a Content-Encoding may ask for (RFC 9659): 8 MiB; zstd by itself allows 128 MiB.
_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
_HEAD = 4  # bytes that show whether another member follows
_SKIPPABLE = 0x50
_DEFLATE = 8  # the method in the low half of the first byte of a zlib stream, which raw deflate lacks
# Codings that IANA registers and that are not read here; other words, like "utf-8", are mistakes and mean nothing.
_UNREAD = frozenset("aes128gcm compress dcb dcz exi pack200-gzip x-compress".split())


class EncodingError(Exception):
    """A body that cannot be decoded: damaged, too large, or in a coding that is not read; the text says which."""


class TooLargeError(EncodingError):
    """A body of more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the answer is larger than {limit} bytes")


def decoded(body: bytes, encoding: str, limit: int) -> bytes:
    """The bytes that a body of a Content-Encoding (a list, in the order applied) stands for; raises EncodingError.

    Stops at `limit` bytes. Memory: the result and one window, or 1 MiB and one window when it would be too large.
    """
    if not body:
        return body
    layers = [word for word in encoding.lower().replace(",", " ").split() if word in _READERS or word in _UNREAD]
    if unread := sorted(_UNREAD.intersection(layers)):
        raise EncodingError(f"the answer is encoded as {unread[0]}, which is not read here")
    if len(layers) > _LAYERS:
        raise EncodingError(f"the answer is compressed {len(layers)} times")
    if not layers:
        return body
    try:
        return _collected(lambda: _pieces(body, layers, limit))
    except (zlib.error, brotli.error, zstd.ZstdError):
        raise EncodingError("the compression of the answer is damaged") from None


def _collected(read: Callable[[], Iterator[bytes]]) -> bytes:
    """All pieces in one; what is large is read twice, so that a bomb is counted and not kept."""
    whole = BytesIO()
    size = 0
    for piece in read():
        size += len(piece)
        if size <= _KEPT:
            whole.write(piece)
    if size > _KEPT:
        whole = BytesIO()
        for piece in read():
            whole.write(piece)
    return whole.getvalue()


def _pieces(body: bytes, layers: list[str], limit: int) -> Iterator[bytes]:
    pieces: Iterator[bytes] = (body[start : start + _STEP] for start in range(0, len(body), _STEP))
    for layer in reversed(layers):
        pieces = _capped(_READERS[layer](pieces), limit)
    return pieces


def _capped(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """Each layer for itself: one that gives much to the next one may make it work without end for nothing."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooLargeError(limit)
        yield piece


class _Stream(Protocol):
    """A decompressor; `needs_input` is False while it has more to give for what it took."""

    @property
    def needs_input(self) -> bool: ...
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Zlib:
    """zlib's decompressor, which hands back what it did not take, as a stream that keeps it."""

    def __init__(self, window: int) -> None:
        self._stream = zlib.decompressobj(window)
        self.needs_input, self.eof, self.unused_data = True, False, b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        given = self._stream.decompress(self._stream.unconsumed_tail + data, max_length)
        self.needs_input = not self._stream.unconsumed_tail and len(given) < max_length
        self.eof, self.unused_data = self._stream.eof, self._stream.unused_data
        return given


class _Brotli:
    """Brotli's decompressor as a stream; anything after its end is an error."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self.needs_input, self.eof, self.unused_data = True, False, b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        given = self._stream.process(data, output_buffer_limit=max_length)
        # It can accept more data before it has given all it can: only an empty answer tells that it has.
        self.needs_input = not given and self._stream.can_accept_more_data()
        self.eof = self._stream.is_finished()
        return bytes(given)


def _unpacked(pieces: Iterator[bytes], new: Callable[[], _Stream], goes_on: Callable[[bytes], bool]) -> Iterator[bytes]:
    """What a stream of one or more members holds; what follows without being a member is padding, ignored by all."""
    stream, members, head = new(), 1, b""
    for piece in pieces:
        data, head = head + piece, b""
        while data:
            if stream.eof and len(data) < _HEAD:
                head = data  # too little yet to tell
                break
            if stream.eof:
                if not goes_on(data):
                    return
                stream, members = new(), members + 1
                if members > _MEMBERS:
                    raise EncodingError(f"the answer is compressed in more than {_MEMBERS} parts")
            yield stream.decompress(data, _STEP)
            while not (stream.needs_input or stream.eof):
                yield stream.decompress(b"", _STEP)
            data = stream.unused_data if stream.eof else b""
    if not stream.eof:
        raise EncodingError("the compression of the answer is damaged: it has no end")


def _gzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    return _unpacked(pieces, lambda: _Zlib(31), lambda data: data.startswith(b"\x1f\x8b"))


def _deflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    window = 15 if first[:1] and first[0] & 15 == _DEFLATE else -15
    return _unpacked(chain([first], pieces), lambda: _Zlib(window), lambda _: False)


def _brotli(pieces: Iterator[bytes]) -> Iterator[bytes]:
    return _unpacked(pieces, _Brotli, lambda _: False)


def _zstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    return _unpacked(pieces, lambda: zstd.ZstdDecompressor(options=_ZSTD_WINDOW), _is_zstd)


def _is_zstd(data: bytes) -> bool:
    """A frame, or one that is to be skipped (RFC 8878, 3.1)."""
    return data.startswith(b"\x28\xb5\x2f\xfd") or (data[0] & 0xF0 == _SKIPPABLE and data[1:4] == b"\x2a\x4d\x18")


_READERS = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
