"""Text from outside -> text that cannot steer a terminal, a header or a log line."""

from __future__ import annotations

import re
from collections.abc import Iterable

LINE_LIMIT = 200
"""The longest subject or answer, in characters."""

HIDDEN = "***"

# ECMA-48 sequences (colours, cursor) and OSC strings (window titles, links), in 7-bit and 8-bit form, with their text:
# the escape character alone taken out would leave "[31m" in front of the reader.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]"
)
# Control characters but tab and line feed; the marks, embeddings, overrides and isolates that turn the reading
# direction ("Trojan Source", CVE-2021-42574); line and paragraph separators; halves of surrogate pairs.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def plain(text: str) -> str:
    """A text of several lines without escape sequences, control characters and changes of direction."""
    return _CONTROLS.sub("", _SEQUENCES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def one_line(text: str, hidden: Iterable[str] = (), limit: int = LINE_LIMIT) -> str:
    """The same as a single line of at most `limit` characters; `hidden` are secrets, shown as ***."""
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    line = " ".join(plain(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
