"""A passage with its marks, or a difference of two -> the pieces that a message shows of it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, TypeVar

from monitor.plain import one_line, plain

MAX_QUOTES = 3
"""People read the sentences that say most; the document keeps all of them."""

SENTENCE = 600
"""Characters of a sentence that somebody would read."""

_PASSAGE = 2_000  # three times what a quoted sentence has at most
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: `how` is "" or "mark" for matched words, "removed" and "added" for a difference."""

    text: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A passage that was cited and is written otherwise now, or not at all (`now` empty)."""

    before: tuple[Piece, ...]
    now: tuple[Piece, ...]


def changed(passage: Mapping[str, Any]) -> Change:
    """Both sides of a difference, each with its own words marked."""
    before, now = passage["before"], passage["after"]
    if now is None:
        return Change((Piece(one_line(before, limit=SENTENCE), "removed"),), ())
    parts = [(how, _spaced(text)) for how, text in passage.get("diff") or [["removed", before], ["added", now]]]
    old = [Piece(text, "removed" if how == "removed" else "") for how, text in parts if how != "added"]
    new = [Piece(text, "added" if how == "added" else "") for how, text in parts if how != "removed"]
    return Change(_readable(old), _readable(new))


def quotes(evidence: Iterable[Mapping[str, Any]], most: int = MAX_QUOTES) -> list[tuple[str, list[list[int]]]]:
    """The sentences to show of the passages of a document, each once with all its marks, in their order."""
    marks: dict[str, list[list[int]]] = {}
    terms: dict[str, set[str]] = {}
    for passage in evidence:
        marks.setdefault(passage["quote"], []).extend(passage["marks"])
        terms.setdefault(passage["quote"], set()).add(passage["term"])
    best = most_telling(terms, most)
    return [(quote, marks[quote]) for quote in marks if quote in best]


def most_telling(terms: Mapping[_Key, AbstractSet[str]], most: int) -> list[_Key]:
    """Which of many sentences to quote, given the terms that each shows, in reading order: at most `most`.

    The one that shows most terms comes first, then those that show what none has shown yet; the first of equals.
    """
    left, chosen, seen = dict(terms), list[_Key](), set[str]()
    while left and len(chosen) < most:
        best = max(left, key=lambda one: (len(left[one] - seen), len(left[one])))
        seen |= left.pop(best)
        chosen.append(best)
    return chosen


def pieces(quote: str, marks: Sequence[Sequence[int]]) -> tuple[Piece, ...]:
    """A text cut at its marks."""
    at, parts = 0, []
    for start, end in merged(marks):
        parts += [Piece(_spaced(quote[at:start])), Piece(_spaced(quote[start:end]), "mark")]
        at = end
    return _readable([*parts, Piece(_spaced(quote[at:]))])


def _readable(parts: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces that hold something, up to a length that somebody would read."""
    kept, left = [], _PASSAGE
    for piece in parts:
        if piece.text and left > 0:
            kept.append(piece if len(piece.text) <= left else Piece(f"{piece.text[:left]}…", piece.how))
            left -= len(piece.text)
    return tuple(kept)


def _spaced(text: str) -> str:
    """A part of a line: white space of any kind and length is one space."""
    return re.sub(r"\s+", " ", plain(text))


def merged(marks: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Marks in order, overlapping ones joined."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((mark[0], mark[1]) for mark in marks):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
