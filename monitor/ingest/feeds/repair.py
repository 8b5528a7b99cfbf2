"""The text of a damaged feed -> the same text mended, and its entries cut out, to be read one by one."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from html.entities import html5
from itertools import pairwise
from xml.sax.saxutils import escape

# All but what XML 1.0 allows: one such character makes a strict parser give up and feedparser raise.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(x[0-9a-fA-F]+|[0-9]+);")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
# An ampersand that begins neither a character reference nor one of the names of XML.
_AMPERSAND = re.compile(r"&(?!#[0-9]+;|#x[0-9a-fA-F]+;|(?:amp|lt|gt|quot|apos);)(?:([A-Za-z][A-Za-z0-9]{1,30});)?")
_START_TAG = re.compile(r"<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>")
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_OPENING = re.compile(r"<!--|<!\[CDATA\[|<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>"}
"""What ends a comment and a CDATA section."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A feed in pieces: the start tag of its root and that tag's name, the entries, and all that is around them."""

    root: str
    name: str
    entries: tuple[str, ...]
    around: str


def mended(text: str) -> str:
    """The text from its root tag on, with what can be put right without knowing where the damage is.

    Characters that XML forbids are taken out, HTML's names become their characters, and an ampersand that begins
    nothing is one. A document type and its entities stay behind with what is before the root: no name of a feed's own
    is ever expanded.
    """
    text = _REFERENCE.sub(_allowed, _FORBIDDEN.sub("", text))
    root = _START_TAG.search(text)
    parts = _CDATA.split(text[root.start() :] if root else text)
    # Every other part is a CDATA section, where an ampersand is nothing but that.
    parts[::2] = (_AMPERSAND.sub(_meant, part) for part in parts[::2])
    return "".join(parts)


def _allowed(found: re.Match[str]) -> str:
    digits, base = (found[1][1:], 16) if found[1].startswith("x") else (found[1], 10)
    code = int(digits.lstrip("0")[:8] or "0", base)
    return found[0] if code <= sys.maxunicode and not _FORBIDDEN.match(chr(code)) else "\ufffd"


def _meant(found: re.Match[str]) -> str:
    meant = html5.get(f"{found[1]};") if found[1] else None
    return escape(meant) if meant else f"&amp;{found[0][1:]}"


def cut(text: str) -> Pieces:
    """The pieces of a mended text. An entry reaches to its end tag, or to the next entry where it has none."""
    text, starts = _entries(text)
    root = _START_TAG.search(text, 0, starts[0]) if starts else _START_TAG.search(text)
    spans = [(start, start + _length(text[start:end])) for start, end in pairwise([*starts, len(text)])]
    return Pieces(
        root=root[0] if root else "",
        name=root[1] if root else "",
        entries=tuple(text[start:end] for start, end in spans),
        around=text[: spans[0][0]] + text[spans[-1][1] :] if spans else text,
    )


def _length(piece: str) -> int:
    ends = [end.end() for end in _ENTRY_END.finditer(piece)]
    return ends[-1] if ends else len(piece)


def _entries(text: str) -> tuple[str, list[int]]:
    """Where the entries of a text start, outside its comments and CDATA, and the text without the openings of those
    whose end was lost: they would swallow the entries after them.

    The end of an opening is lost when an entry starts behind it, and then comes another opening of its kind or nothing.
    """
    kept: list[str] = []
    starts: list[int] = []
    at = taken = dropped = 0
    following = _Following(text)
    while opening := _OPENING.search(text, at):
        at, kind = opening.end(), opening[0].upper()
        if kind not in _ENDS:
            starts.append(opening.start() - dropped)
            continue
        end = following.text(_ENDS[kind], at)
        entry = following.entry(at)
        if entry < end and (end == len(text) or following.text(kind, entry) < end):
            kept.append(text[taken : opening.start()])
            taken, dropped = at, dropped + len(kind)
        else:
            at = end
    return "".join(kept) + text[taken:], starts


class _Following:
    """The next place of a thing in a text, searched once however often it is asked for: places only grow."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, int] = {}

    def text(self, what: str, start: int) -> int:
        """Where `what` is at or after `start`; the end of the text where it is not."""
        if self._places.get(what, -1) < start:
            place = self._text.find(what, start)
            self._places[what] = place if place >= 0 else len(self._text)
        return self._places[what]

    def entry(self, start: int) -> int:
        """Where an entry starts at or after `start`."""
        if self._places.get("", -1) < start:
            found = _ENTRY.search(self._text, start)
            self._places[""] = found.start() if found else len(self._text)
        return self._places[""]
