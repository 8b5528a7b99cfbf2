"""Text from outside -> text that cannot steer a terminal, a header or a log line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.plain import one_line, plain

texts = st.text(st.characters() | st.sampled_from("\x1b\x9b\x9d\x07[]m;0\r\n\u202e\u2066\ud800"), max_size=60)


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mrouge\x1b[0m", "rouge"),
        ("\x9b2Jeffacé", "effacé"),
        ("\x1b]0;titre\x07reste", "reste"),
        ("\x1b]8;;http://evil\x1b\\lien\x1b]8;;\x1b\\", "lien"),
        ("\x1b]0;jamais fini\nsuite", "0;jamais fini\nsuite"),
        ("abc\u202etxt.exe\u2066\u2069", "abctxt.exe"),
        ("a\x00b\x08c\x7fd\x85e", "abcde"),
        ("un\r\ndeux\rtrois\tquatre", "un\ndeux\ntrois\tquatre"),
        ("demi \ud83d paire", "demi  paire"),
        ("été — « œuvre » 👨\u200d👩\u200d👧 日本語", "été — « œuvre » 👨\u200d👩\u200d👧 日本語"),
    ],
)
def test_what_steers_is_taken_out_and_what_is_read_stays(hostile: str, harmless: str) -> None:
    assert plain(hostile) == harmless


@given(texts)
def test_nothing_that_steers_is_left(text: str) -> None:
    kept = plain(text)
    assert not any((ord(c) < 32 and c not in "\t\n") or 0x7F <= ord(c) < 0xA0 for c in kept)
    assert not set(kept) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u2028\u2029")
    kept.encode()


@given(texts, st.integers(1, 50))
def test_a_line_is_one_short_line(text: str, limit: int) -> None:
    line = one_line(text, limit=limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


def test_a_long_line_ends_in_an_ellipsis() -> None:
    assert one_line("é" * 10_000) == "é" * 199 + "…"
    assert one_line("é" * 200) == "é" * 200


def test_secrets_are_hidden_also_where_one_holds_another() -> None:
    assert one_line("no abc and abcdef", hidden=["abc", "abcdef"]) == "no *** and ***"
