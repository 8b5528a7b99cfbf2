"""Texts -> their words as numbers with offsets, by what is remembered of the words of other texts."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from monitor.text import LETTERS, is_glued, plain, runs

Numbers = np.ndarray[Any, np.dtype[np.int32]]
Offsets = np.ndarray[Any, np.dtype[np.int64]]
Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Kinds = np.ndarray[Any, np.dtype[np.uint8]]

_NO_WORD, _SEVERAL, _FIRST = range(3)  # for what is none, for what is several or too much, for the first word
_ROOM = 1 << 16  # words as articles write them, some 15 MB
_FULL = 50_000  # one text may fill the rest
_LONGEST = 80  # letters, where runs are cut
_BLOCK = 1 << 14  # characters that are worked on at a time; each takes 30 bytes
_PLACE_BITS = 18  # places are so many more than words that most have one of their own
_SHIFT = 64 - _PLACE_BITS
_SPACE = re.compile(r"\s")

_APART, _BREAK, _STOP, _LETTER, _DIGIT = range(5)  # what a character is to a word


@cache
def _kinds() -> Kinds:
    """The kind of each character of Unicode; made when the first text is read, which takes a tenth of a second."""
    kinds = np.full(sys.maxunicode + 1, _APART, np.uint8)
    every = np.arange(len(kinds), dtype=np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
    for pattern, kind in ((LETTERS, _LETTER), (re.compile(r"\d+"), _DIGIT)):
        for found in pattern.finditer(every):
            kinds[slice(*found.span())] = kind
    kinds[[ord("."), ord(",")]] = _STOP
    kinds[ord("\n")] = _BREAK
    return kinds


# The hash of a word is the polynomial of its letters modulo 2^64: the chance that two of 50,000 words share one is 1 to
# 10^10. The base is as secret as Python's own hashes, so that nobody can write such words; its remainder 3 by 8 keeps
# its powers so different that words are told apart of which only letters are swapped.
_BASE = hash("letters") % (1 << 61) * 8 + 3


def _powers(base: int) -> Hashes:
    return np.cumprod(np.array([1, *[base] * (_BLOCK - 1)], np.uint64), dtype=np.uint64)


_POWERS, _INVERSES = _powers(_BASE), _powers(pow(_BASE, -1, 1 << 64))


class Read(NamedTuple):
    """The words of a text in order: the number of each in a lexicon, and where it begins and ends.

    `breaks` are the offsets of the line breaks. `clear` tells that no run of letters is several words; else they are to
    be asked of `monitor.text.tokens`.
    """

    lexicon: Lexicon
    numbers: Numbers
    starts: Offsets
    ends: Offsets
    breaks: Offsets
    clear: bool


class Lexicon:
    """Words as texts write them, numbered as they come.

    News repeats its words: what each of them means is worked out once. NumPy hashes all words of a text and looks them
    up; only those that are new, or share their place with others, are looked at one by one.
    """

    def __init__(self) -> None:
        # Words such as YouTube, which are two in a text where spaces are missing, have numbers below zero.
        self.words = [""] * (2 * _ROOM)
        """The folded words, by their numbers."""
        self.cased = [""] * (2 * _ROOM)
        """The same with their letter case kept."""
        self._numbers: dict[int, int] = {}
        self._hashes = np.zeros(2 * _ROOM, np.uint64)
        self._places = np.zeros(1 << _PLACE_BITS, np.int32)  # the number of the last word that was looked for here
        self._next = count(_FIRST).__next__  # a counter, as several threads may read at a time

    @property
    def full(self) -> bool:
        """Whether it is time for a new one."""
        return len(self._numbers) >= _FULL

    def read(self, text: str) -> Read:
        """The words of a text."""
        blocks = [self._block(text[start:end], start) for start, end in _blocks(text)]
        columns = blocks[0] if len(blocks) == 1 else [*map(np.concatenate, zip(*blocks, strict=True))]
        numbers, starts, ends, breaks = columns
        least, clear = numbers.min(initial=_FIRST), True
        if least < _FIRST:
            clear = _SEVERAL not in numbers and not (least < 0 and is_glued(text))
            words = numbers != _NO_WORD
            numbers, starts, ends = numbers[words], starts[words], ends[words]
        return Read(self, numbers, starts, ends, breaks, clear)

    def _block(self, text: str, offset: int) -> tuple[Numbers, Offsets, Offsets, Offsets]:
        """The numbers, starts and ends of the words of a part of a text, and its line breaks."""
        codes = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), np.uint32)
        kinds = _kinds().take(codes)
        edges = _edges(kinds)
        starts, ends = edges[::2], edges[1::2]
        hashes = _hashes(codes, edges)
        numbers = self._places[hashes >> _SHIFT]
        others = (self._hashes[numbers] != hashes).nonzero()[0]
        for at, key in zip(others.tolist(), hashes[others].tolist(), strict=True):
            numbers[at] = self._number(key, text[starts[at] : ends[at]])
        breaks = (kinds == _BREAK).nonzero()[0] + (offset - 1)
        return (numbers, starts + offset, ends + offset, breaks) if offset else (numbers, starts, ends, breaks)

    def _number(self, key: int, piece: str) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._learnt(key, piece)
        self._places[key >> _SHIFT] = number
        return number

    def _learnt(self, key: int, piece: str) -> int:
        """The number of a piece of a text that is seen for the first time; what is too much is not remembered."""
        if len(piece) > _LONGEST:
            return _SEVERAL
        found = [run[0] for run in runs(piece)]
        if found == [piece] and (pair := plain(piece, glued=False)):
            if (number := self._next()) >= _ROOM:
                return _SEVERAL
            number = number if plain(piece) else -number
            self.words[number], self.cased[number] = pair
            self._hashes[number] = key
        else:
            number = _SEVERAL if found else _NO_WORD
        self._numbers[key] = number
        return number


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) of the parts of a text, which divide no word."""
    start = 0
    while len(text) - start > _BLOCK and (space := _SPACE.search(text, start + _BLOCK)):
        yield start, space.start()
        start = space.start()
    yield start, len(text)


def _edges(kinds: Kinds) -> Offsets:
    """The offsets where words begin and end by turns; `kinds` has one character more before the text and behind it."""
    inside = kinds >= _LETTER
    digits = kinds == _DIGIT
    inside[1:-1] |= digits[:-2] & (kinds[1:-1] == _STOP) & digits[2:]
    return np.flatnonzero(inside[1:] != inside[:-1])


def _hashes(codes: np.ndarray[Any, np.dtype[np.uint32]], edges: Offsets) -> Hashes:
    """The hashes of words: what the sum over all letters grows by between two edges, whichever place that is."""
    powers = _POWERS[: len(codes)] if len(codes) <= len(_POWERS) else np.resize(_POWERS, len(codes))
    sums = np.cumsum(codes.astype(np.uint64) * powers, dtype=np.uint64)[edges]
    return (sums[1::2] - sums[::2]) * _INVERSES.take(edges[::2], mode="wrap")


_latest = [Lexicon()]


def read(text: str) -> Read:
    """The words of a text, by a lexicon that all texts share."""
    if _latest[0].full:
        _latest[0] = Lexicon()  # a new one, as others may be in the middle of a text with this one
    return _latest[0].read(text)
