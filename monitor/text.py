"""Text -> folded words with offsets, sentences, digests: the one definition of "the same letters"."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from functools import lru_cache
from typing import NamedTuple

PARAGRAPH_GAP = 10_000
"""Positions skipped at a line break, so that nothing counted in words ever crosses a paragraph."""

# Letters that Unicode does not decompose but that readers take for two letters, or for one with a mark.
_LETTERS = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T",
    }
)  # fmt: skip


def _marks() -> str:
    """The combining marks of the Basic Multilingual Plane as ranges for a character class."""
    ranges: list[list[int]] = []
    for code in range(0x0300, 0x10000):
        if unicodedata.category(chr(code)) in ("Mn", "Mc"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in ranges)


# The letter apostrophes ʼ and ʻ are letters to Unicode; here they separate words as ’ and ' do.
# Runs without end are cut: what is remembered of words (the caches below) must stay small whatever a feed holds.
_WORD = re.compile(
    rf"\d{{1,40}}(?:[.,]\d{{1,40}}){{1,20}}(?![^\W_])|[^\W_ʼʻ]{{1,80}}(?:[{_marks()}]{{1,40}}[^\W_ʼʻ]{{0,80}}){{0,80}}|\n"
)
# A full stop or closing quote with the next sentence stuck to it: the sign of a page whose block tags were dropped.
_GLUED_STOP = re.compile(r"[^\W\d_]{2}[.!?…]?[.!?…»”\"][^\W\d_a-zß-öø-ÿ][^\W\d_]*[a-zß-öø-ÿ]")
_CAMEL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
# What stands before the glue is a word of its own: not the Mc of McDonald, the i of iPhone.
_STEM = 3
# Closed-class words that open French and English sentences: after a heading they may be glued in any text.
_OPENERS = frozenset(
    "le la les l un une des du il elle ils elles on ce cet cette ces en dans au aux a pour par sur selon mais et si "
    "nous vous je apres avant depuis alors lors the an he she they it we you in on at by for but and if after before "
    "this that these those".split()
)


# Words whose reading is remembered, by each of the caches below. With 50,000 here and in the caches of matching and
# placing a first pass over 10,000 feeds took 341 MiB, with 20,000 it takes 252 MiB.
_REMEMBERED = 20_000


class Token(NamedTuple):
    """A word of a text: `text[start:end]`.

    `word` is folded for comparison, `cased` the same with its letter case kept. `position` counts words from 0 and
    jumps by PARAGRAPH_GAP at a line break. `width` is how many positions it covers: a word read both as glued parts
    and as a whole (OtanLes, YouTube) gives its parts with width 1 and the whole with the number of parts.
    """

    word: str
    cased: str
    start: int
    end: int
    position: int
    width: int = 1


@lru_cache(maxsize=_REMEMBERED)
def unaccented(text: str) -> str:
    """The letters of a text without accents, in their case, ligatures spelt out; lengths may change.

    What is nothing but a mark (the half-width voicing marks of Japanese) stays, so that no word becomes empty.
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c)) or text


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """A text's letters for comparison: no accents, no case, ligatures spelt out. Idempotent."""
    once = unaccented(text).casefold()
    return once if once.isascii() else unaccented(once).casefold()


def tokens(text: str) -> list[Token]:
    """The words of a text in order; a glued word is followed by its reading as a whole (same start, greater width)."""
    glued: bool | None = None  # looked for where it matters: few texts hold a word that could be glued
    found: list[Token] = []
    position = 0
    make = tuple.__new__  # the constructor of Token does just this; the loop is half the cost of matching (measured)
    for run in _WORD.finditer(text):
        raw = run[0]
        if plain := _plain(raw):
            word, cased = plain
            start, end = run.span()
            found.append(make(Token, (word, cased, start, end, position, 1)))
            position += 1
        elif raw == "\n":
            position += PARAGRAPH_GAP
        else:
            glued = _is_glued(text) if glued is None else glued
            at, readings = run.start(), _readings(raw, glued)
            for word, cased, start, end, place, width in readings:
                found.append(Token(word, cased, at + start, at + end, position + place, width))
            position += readings[-1].width
    return found


def vocabulary(text: str) -> set[str]:
    """The words that `tokens(text)` gives, in a tenth of the time."""
    runs = {*_WORD.findall(text)} - {"\n"}
    plain = {raw: pair[0] for raw in runs if (pair := _plain(raw))}
    if len(plain) == len(runs):
        return {*plain.values()}
    glued = _is_glued(text)
    return {*plain.values(), *(token.word for raw in runs - plain.keys() for token in _readings(raw, glued))}


def _is_glued(text: str) -> bool:
    """Whether spaces are missing between sentences of a text."""
    return _GLUED_STOP.search(text) is not None


@lru_cache(maxsize=_REMEMBERED)
def _plain(raw: str) -> tuple[str, str] | None:
    """The two foldings of a run of letters that is one word in any text; None for any other run and a line break."""
    return (sys.intern(fold(raw)), unaccented(raw)) if raw != "\n" and len(_parts(raw, True)) == 1 else None


@lru_cache(maxsize=_REMEMBERED)
def _readings(raw: str, glued: bool) -> tuple[Token, ...]:
    """The tokens of one run of letters, placed as if it were the whole text."""
    parts, found, at = _parts(raw, glued), [], 0
    for place, part in enumerate(parts):
        found.append(Token(sys.intern(fold(part)), unaccented(part), at, at + len(part), place))
        at += len(part)
    if len(parts) > 1:
        found.append(Token(sys.intern(fold(raw)), unaccented(raw), 0, at, 0, len(parts)))
    return tuple(found)


def _parts(raw: str, glued: bool) -> list[str]:
    """The words that a run of letters holds when spaces are missing: Russie-OtanLes ends in Otan and Les."""
    if raw.islower() or raw.isupper() or raw[1:].islower():
        return [raw]
    parts = _CAMEL.split(raw)
    if glued and all(len(part) >= _STEM for part in parts[:-1]):
        return parts
    last = parts[-1]
    before = raw[: -len(last)]
    return [before, last] if len(before) >= _STEM and len(last) > 1 and fold(last) in _OPENERS else [raw]


def words(text: str) -> list[str]:
    """The folded words of a text as written, glued ones as a whole."""
    return [fold(found) for found in _WORD.findall(text) if found != "\n"]


def first_word(text: str) -> str:
    """The first of `words(text)`, "" for none."""
    found = _WORD.search(text.lstrip("\n"))
    return "" if found is None else fold(found[0]) if found[0] != "\n" else next(iter(words(text)), "")


_ABBREVIATIONS = frozenset(
    "m mm mme mmes mlle dr pr st ste me mgr gen col cf etc vs av no art al mr mrs ms jr sr".split()
)
# A run of stops is read from its first one only: trying each in turn took 47 s for 40,000 of them. It begins with one
# class of characters, which the engine looks for seven times as fast as for a choice (measured).
_STOP = re.compile(
    r"[.!?…\n](?:(?<=\n)\n*|(?<!\n)(?<![.!?…][.!?…])([.!?…]*)([\"»”’')\]]*)(?:\s+|(?=[\"«“]?[A-ZÀ-ÖØ-Þ])))"
)
_TAIL = re.compile(r"[^\W_]+\Z")


def sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each sentence of a text, without surrounding white space; never across a line break."""
    spans, start = [], 0
    for stop in _STOP.finditer(text):
        at, more = stop.start(), stop[1]
        if more == "" and text[at] == "." and _is_abbreviation(text, start, at):
            continue
        end = at if more is None else stop.end(2)
        if start < end:
            spans.append((start, end))
        start = stop.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def _is_abbreviation(text: str, start: int, stop: int) -> bool:
    """Whether the word before a full stop is an initial or a title, so that the sentence goes on."""
    tail = _TAIL.search(text, max(start, stop - 6), stop)
    return tail is not None and ((tail[0].isalpha() and len(tail[0]) == 1) or fold(tail[0]) in _ABBREVIATIONS)


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    if start < end and not text[start].isspace() and not text[end - 1].isspace():
        return start, end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def digest(*texts: str) -> str:
    """SHA-256 (hex) of texts without their white space: re-wrapping keeps it, any other change does not."""
    joined = "\x1f".join("".join(text.split()) for text in texts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
