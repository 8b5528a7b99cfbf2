"""Compressed bodies: what each coding gives, where it stops, and what is no longer a body."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.web.encodings import ACCEPTED, EncodingError, TooLargeError, _unpacked, decoded, zstd

LIMIT = 8 * 1024**2
BODY = os.urandom(200_000) + bytes(2_000_000) + os.urandom(100_000)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


PACKED = {
    "gzip": gzip.compress(BODY, 6),
    "x-gzip": gzip.compress(BODY[:999], 1) + gzip.compress(BODY[999:], 1),
    "deflate": zlib.compress(BODY),
    "Deflate": raw_deflate(BODY),
    "br": brotli.compress(BODY, quality=4),
    "zstd": zstd.compress(BODY),
    "ZSTD": zstd.compress(BODY[:5]) + b"\x5a\x2a\x4d\x18\2\0\0\0ab" + zstd.compress(BODY[5:]),
    "gzip, gzip": gzip.compress(gzip.compress(BODY, 1), 1),
    "br,identity, gzip": gzip.compress(brotli.compress(BODY, quality=4), 1),
    "utf-8": BODY,
    "": BODY,
}


@pytest.mark.parametrize("encoding", PACKED)
def test_every_coding_gives_the_body_back(encoding: str) -> None:
    assert decoded(PACKED[encoding], encoding, LIMIT) == BODY


def test_what_is_asked_for_can_be_read() -> None:
    assert {decoded(PACKED[one], one, LIMIT) for one in ACCEPTED.split(", ")} == {BODY}


@given(st.binary(max_size=300), st.integers(1, 40), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_small_bodies_in_pieces_of_any_size(body: bytes, step: int, encoding: str) -> None:
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}[encoding]
    whole = packed(body)
    assert decoded(whole, encoding, 300) == body
    if encoding == "zstd":
        pieces = iter([whole[start : start + step] for start in range(0, len(whole), step)])
        assert b"".join(_unpacked(pieces, zstd.ZstdDecompressor, lambda _: False)) == body


@pytest.mark.parametrize("encoding", [one for one in PACKED if one not in ("", "utf-8")])
def test_a_body_is_stopped_at_its_limit_and_not_before(encoding: str) -> None:
    assert len(decoded(PACKED[encoding], encoding, len(BODY))) == len(BODY)
    with pytest.raises(TooLargeError, match=f"larger than {len(BODY) - 1} bytes"):
        decoded(PACKED[encoding], encoding, len(BODY) - 1)


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_a_bomb_is_counted_and_not_kept(encoding: str) -> None:
    bomb = bytes(9 * LIMIT)
    for _ in encoding.split(","):
        bomb = gzip.compress(bomb, 1)
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        decoded(bomb, encoding, LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * 1024**2


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "Deflate", "br", "zstd", "gzip, gzip"])
def test_a_body_without_its_end_is_damaged(encoding: str) -> None:
    for cut in (PACKED[encoding][:-1], PACKED[encoding][:1000]):
        with pytest.raises(EncodingError, match=r"^the compression of the answer is damaged"):
            decoded(cut, encoding, LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_what_is_not_compressed_is_damaged(encoding: str) -> None:
    with pytest.raises(EncodingError, match=r"^the compression of the answer is damaged"):
        decoded(b"<rss>plain</rss>", encoding, LIMIT)
    assert decoded(b"", encoding, LIMIT) == b""


@pytest.mark.parametrize("padding", [b"\0", b"\n", b"\0" * 70_000, b"\x1f"])
def test_padding_behind_a_gzip_stream_is_ignored(padding: bytes) -> None:
    assert decoded(gzip.compress(b"body") + padding, "gzip", LIMIT) == b"body"


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        ("compress", "the answer is encoded as compress, which is not read here"),
        ("gzip, gzip, br", "the answer is compressed 3 times"),
    ],
)
def test_what_is_not_read_is_said(encoding: str, sentence: str) -> None:
    with pytest.raises(EncodingError, match=f"^{sentence}$"):
        decoded(b"x", encoding, LIMIT)


@pytest.mark.parametrize(
    ("encoding", "member"),
    [("gzip", gzip.compress(b"")), ("zstd", zstd.compress(b"")), ("zstd", b"\x50\x2a\x4d\x18\0\0\0\0")],
    ids=["gzip", "zstd", "zstd to be skipped"],
)
def test_a_body_of_many_empty_members_is_refused(encoding: str, member: bytes) -> None:
    with pytest.raises(EncodingError, match="in more than 1000 parts"):
        decoded(member * 100_000, encoding, LIMIT)
    assert decoded(member * 100, encoding, LIMIT) == b""


def test_an_outer_layer_cannot_make_an_inner_one_work_without_end() -> None:
    inner = b"\x50\x2a\x4d\x18" + (2**30).to_bytes(4, "little") + bytes(3 * LIMIT)  # one frame that is only skipped
    with pytest.raises(TooLargeError):
        decoded(gzip.compress(inner, 1), "zstd, gzip", LIMIT)


def test_a_window_beyond_that_of_the_web_is_refused() -> None:
    option = zstd.CompressionParameter
    packer = zstd.ZstdCompressor(options={option.window_log: 27})
    with pytest.raises(EncodingError, match="damaged"):
        decoded(packer.compress(b"x") + packer.flush(), "zstd", LIMIT)
