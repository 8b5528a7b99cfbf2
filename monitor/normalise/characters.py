"""Text as found -> the same text in one spelling (NFC), without characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata

# Line breaks of every kind; a form feed and U+2029 part paragraphs as well.
_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls, soft hyphen, bidirectional and other invisible format characters, noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
# Joiners are spelling in Arabic and Indic scripts and glue in emoji, noise everywhere else.
_JOINERS = re.compile(r"(?<![\u0600-\u109f\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]")
_SURROGATES = re.compile("[\ud800-\udfff]")


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


def tidy(text: str) -> str:
    """Line breaks as \\n, tabs as spaces, NFC, nothing invisible; spaces (also no-break ones) stay as they are."""
    text = _BREAKS.sub("\n", text).replace("\t", " ")
    text = _JOINERS.sub("", _INVISIBLE.sub("", text))
    text = _SURROGATES.sub("\ufffd", text)
    return text if text.isascii() else unicodedata.normalize("NFC", _STACK.sub(r"\1", text))
