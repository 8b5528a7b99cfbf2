"""Text -> folded words with offsets, sentences, digests: the one definition of "the same letters"."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

PARAGRAPH_GAP = 10_000
"""Positions skipped at a line break, so that nothing counted in words ever crosses a paragraph."""

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
"""Controls, soft hyphen, bidirectional and other invisible format characters, noncharacters."""

JOINERS = re.compile(r"(?<![\u0600-\u109f\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]")
"""They are spelling in Arabic and Indic scripts and glue in emoji, noise everywhere else."""


def visible(text: str) -> str:
    """A text without what nobody sees and many a page puts into its words."""
    return JOINERS.sub("", INVISIBLE.sub("", text))


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
_LETTER, _MARK = r"[^\W_ʼʻ]", f"[{_marks()}]"
# Runs without end are cut: what is remembered of words (the caches below) must stay small whatever a feed holds.
_WORD = re.compile(
    rf"\d{{1,40}}(?:[.,]\d{{1,40}}){{1,20}}(?!{_LETTER})|{_LETTER}{{1,80}}(?:{_MARK}{{1,40}}{_LETTER}{{0,80}}){{0,80}}|\n"
)
LETTERS = re.compile(f"(?:{_LETTER}|{_MARK})+")
"""What words are made of; besides, a full stop or a comma may stand between two digits (`\\d`)."""
# A full stop or closing quote with the next sentence stuck to it: the sign of a page whose block tags were dropped. The
# two letters before it are looked at behind it: there are fewer stops than letters.
_GLUED_STOP = re.compile(r"[.!?…»”\"](?<=[^\W\d_]{2}.)(?:(?<=[.!?…])[.!?…»”\"])?[^\W\d_a-zß-öø-ÿ][^\W\d_]*[a-zß-öø-ÿ]")
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


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@lru_cache(maxsize=_REMEMBERED)
def unaccented(text: str) -> str:
    """The letters of a text without accents, in their case, ligatures spelt out; lengths may change.

    What is nothing but a mark (the half-width voicing marks of Japanese) stays, so that no word becomes empty.
    """
    return text if text.isascii() else _BEYOND_ASCII.sub(_without_accents, text) or text


@lru_cache(maxsize=_REMEMBERED)
def _letters(run: str) -> str:
    decomposed = unicodedata.normalize("NFKD", run.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _without_accents(run: re.Match[str]) -> str:
    return _letters(run[0])


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
    for run in runs(text):
        raw = run[0]
        if pair := plain(raw):
            word, cased = pair
            start, end = run.span()
            found.append(make(Token, (word, cased, start, end, position, 1)))
            position += 1
        elif raw == "\n":
            position += PARAGRAPH_GAP
        else:
            glued = is_glued(text) if glued is None else glued
            at, readings = run.start(), _readings(raw, glued)
            for word, cased, start, end, place, width in readings:
                found.append(Token(word, cased, at + start, at + end, position + place, width))
            position += readings[-1].width
    return found


def runs(text: str) -> Iterator[re.Match[str]]:
    """The runs of letters and the line breaks of a text: its words, but for glued ones (see `plain`)."""
    return _WORD.finditer(text)


def is_glued(text: str) -> bool:
    """Whether spaces are missing between sentences of a text."""
    return _GLUED_STOP.search(text) is not None


@lru_cache(maxsize=_REMEMBERED)
def plain(raw: str, *, glued: bool = True) -> tuple[str, str] | None:
    """The two foldings (see Token) of a run that is one word in any text; None for others and line breaks.

    Without `glued`: one word in any text that is not glued, as YouTube is.
    """
    return (sys.intern(fold(raw)), unaccented(raw)) if raw != "\n" and len(_parts(raw, glued)) == 1 else None


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
_LONGER = 5  # letters that no abbreviation has
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
        at, behind = stop.span()
        if (more := stop[1]) is None:
            if span := _trim(text, start, at):
                spans.append(span)
        elif more == "" and text[at] == "." and _is_abbreviation(text, start, at):
            continue
        elif text[start].isspace():  # only behind a line break
            if span := _trim(text, start, stop.end(2)):
                spans.append(span)
        else:
            spans.append((start, stop.end(2)))
        start = behind
    last = _trim(text, start, len(text))
    return [*spans, last] if last else spans


def _is_abbreviation(text: str, start: int, stop: int) -> bool:
    """Whether the word before a full stop is an initial or a title, so that the sentence goes on."""
    if stop >= _LONGER and text[stop - _LONGER : stop].isalpha():
        return False  # as most are
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
