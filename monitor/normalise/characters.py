"""Text as found -> the same text in one spelling (NFC), without characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata

from monitor.normalise.mojibake import OPENING, is_suspect, repaired
from monitor.text import INVISIBLE, visible

# Line breaks of every kind; a form feed and U+2029 part paragraphs as well. U+0085 is none: read as Windows-1252, as
# it was meant, it is an ellipsis.
_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\u2028\u2029]")
# JSON and Java write what lies beyond U+FFFF as two halves; each alone is nothing.
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Invisible, though Unicode calls them marks or letters.
_PRINTABLE = "\u034f\u115f\u1160\u17b4\u17b5"


def _marks() -> str:
    """The combining marks that normalisation puts into order, as ranges for a character class."""
    ranges: list[list[int]] = []
    for code in range(0x0300, 0x1F000):
        if unicodedata.combining(chr(code)):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


# Ordering the marks of one letter takes quadratic time (80,000 marks: 44 s). No script stacks more than 30 (UAX 15,
# Stream-Safe Text Format); what lies on top of them is noise.
_STACK = re.compile(f"([{_marks()}]{{30}})[{_marks()}]+")


# A cheap sign that there may be such a heap: no script that Europe writes has these in a row.
_HEAP = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u1fff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u309a\ua66f-\uabff"
                   "\ufb1e\ufe20-\ufe2f\U00010000-\U0001efff]{30}")  # fmt: skip


# What is left of a text without the printable ASCII that most of it is, in one pass of C.
_ASCII = bytes(range(0x20, 0x7F)) + b"\n"


def _sound() -> frozenset[str]:
    """Letters of Europe, signs and pictures that stay as they are, whatever stands beside them."""
    spans = (range(0xA0, 0x300), range(0x370, 0x530), range(0x2000, 0x2C00), range(0x1F000, 0x1FB00))
    return frozenset(
        char
        for char in (*(chr(code) for span in spans for code in span), "\ufe0f")
        if unicodedata.normalize("NFC", char) == char
        and not unicodedata.combining(char)
        and not (_BREAKS.match(char) or INVISIBLE.match(char) or char in "\u200c\u200d")
    )


_SOUND = _sound()


# The same of Latin-1, where none may be the sign of a misreading: most texts of Europe have no other characters.
_SOUND_BYTES = _ASCII + "".join(char for char in _SOUND - OPENING if char <= "\xff").encode("latin-1")


def is_sound(text: str) -> bool:
    """Whether `tidy` leaves a text, and any part of it, as it is; False where that takes a closer look."""
    try:
        # To look at the few characters beyond ASCII takes 5 us, the searches below 127 (4,700 characters of French) ...
        if not text.encode("latin-1").translate(None, _SOUND_BYTES):
            return True
    except UnicodeEncodeError:
        pass
    # ... and 19 us where there are others.
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return _SOUND.issuperset(beyond) and not is_suspect(text, beyond)


def tidy(text: str) -> str:
    """Line breaks as \\n, tabs as spaces, NFC, nothing invisible; spaces (also no-break ones) stay as they are.

    What was read in a wrong charset is put right first. Gives the very text back where it is sound, as most are.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    text = text.replace("\t", " ")
    if is_sound(text):
        return text
    text = repaired(text)
    seen = text.replace("\n", "").replace("\u00a0", "").replace("\u202f", "")
    if not seen.isprintable() or any(char in seen for char in _PRINTABLE):
        text = _BREAKS.sub("\n", text).replace("\t", " ")
        text = visible(text)
        text = _SURROGATES.sub("\ufffd", _HALVES.sub(_joined, text))
        text = repaired(text)  # what stood between two halves is gone
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _STACK.sub(r"\1", text) if _HEAP.search(text) else text)


def _joined(halves: re.Match[str]) -> str:
    return halves[0].encode("utf-16", "surrogatepass").decode("utf-16")
