"""Conditions and a page -> the conditions that can hold at all, by the words they cannot do without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, count
from typing import Any

import numpy as np

from monitor.match.anchors import WORD_BITS, Anchor, Anchoring, is_word, neighbours
from monitor.match.conditions import Condition
from monitor.match.page import Page
from monitor.match.similar import Similar, Slip
from monitor.text import BREAK, Token, pieces, plain, runs_of

Numbers = tuple[int, ...]
Array = np.ndarray[Any, np.dtype[np.int64]]

_NUMBER = (1 << WORD_BITS) - 1
# In place of the number of a word: none, several, a run of several words or too much.
_NO_WORD, _SEVERAL, _GLUED = -1, -2, -3
_LONGEST = 100  # bytes; scripts without spaces have pieces of any length
_REMEMBERED = 50_000  # words as articles write them, some 10 MB
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden ratio: spreads neighbouring numbers (Knuth, TAOCP 6.4)
_SPARSE = 8  # so many places for each pair of neighbours: of those that are none one in eight is looked up
_FEWEST_BITS = 12


class Percolator:
    """An index over conditions, which are known by their number."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        anchoring = Anchoring(conditions)
        self._vocabulary = anchoring.vocabulary
        self._always: list[int] = []
        found: dict[Anchor, list[int]] = defaultdict(list)
        for number, condition in enumerate(conditions):
            anchors = anchoring.anchors(condition)
            if anchors is None:
                self._always.append(number)
            for anchor in anchors or ():
                found[anchor].append(number)
        pairs = {one: tuple(found[one]) for one in found if isinstance(one, int) and not is_word(one)}
        self._pairs = _Pairs(pairs)
        self._singles = {one: tuple(found[one]) for one in found if one not in pairs}
        self._similar = Similar(one for one in found if isinstance(one, Slip))
        self._known = _Known(self)

    def candidates(self, page: Page) -> list[int]:
        """The numbers, in order, of all conditions that hold and of few that do not."""
        if len(self._known) > _REMEMBERED:
            self._known = _Known(self)  # a new one, as others may be in the middle of a page with this one
        known = self._known
        found = {*self._always}
        for laid in page.words.texts:
            numbers = known.read(pieces(laid.text))
            if numbers is None:
                found |= self._in_glued(laid.all_tokens)
            elif len(numbers):
                found |= self._pairs.calls(neighbours(numbers[:-1] & _NUMBER, numbers[1:] & _NUMBER))
                for calling in set(numbers[numbers > _NUMBER].tolist()):
                    found.update(known.calls[calling >> WORD_BITS])
        return sorted(found)

    def _in_glued(self, tokens: Sequence[Token]) -> set[int]:
        """The conditions that the words of a text call up of which some are read in two ways."""
        starting: dict[int, list[int]] = defaultdict(list)
        for token in tokens:
            starting[token.position].append(self.number(token.word))
        pairs = [
            neighbours(self.number(token.word), after)
            for token in tokens
            for after in starting.get(token.position + token.width, ())
        ]
        called = {number for token in tokens for number in self.calls(token.word, small=token.cased[:1].islower())}
        return called | self._pairs.calls(np.array(pairs, np.int64))

    def number(self, word: str) -> int:
        """The number of a folded word; 0 when no condition has it."""
        return self._vocabulary.numbers.get(word, 0)

    def calls(self, word: str, *, small: bool) -> Numbers:
        """The conditions that a folded word calls up by itself; `small`: it is written with a small first letter."""
        anchors: list[Anchor] = [self.number(word), *self._similar.fitting(word, small=small)]
        return tuple(number for anchor in anchors for number in self._singles.get(anchor, ()))


class _Known(dict[bytes, int]):
    """Pieces of texts -> the numbers of their words, and above these the number of what they call up by themselves.

    News repeats its words: what each of them means is worked out once. Numbers in figures are not remembered, as there
    are too many of them.
    """

    def __init__(self, percolator: Percolator) -> None:
        super().__init__({BREAK: 0})
        self._percolator = percolator
        self._several: dict[bytes, list[int]] = {}
        # A dictionary and a counter of its own, as several threads work with this at a time.
        self.calls: dict[int, Numbers] = {}
        self._next = count(1).__next__

    def read(self, found: list[bytes]) -> Array | None:
        """The words of a text in order, 0 for those of no condition; None for a text with a run of several words."""
        numbers = np.fromiter(map(self.__getitem__, found), np.int64, len(found))
        least = numbers.min(initial=0)
        if least == _GLUED:
            return None
        if least == _SEVERAL:
            each = (self._several.get(piece) or (self[piece],) for piece in found)
            numbers = np.fromiter(chain.from_iterable(each), np.int64)
        return numbers[numbers != _NO_WORD] if least else numbers

    def __missing__(self, piece: bytes) -> int:
        if len(piece) > _LONGEST:
            return _GLUED
        found = [self._number(raw) for raw in runs_of(piece)]
        if len(found) > 1 and _GLUED not in found:
            self._several[piece] = found
        number = _GLUED if _GLUED in found else _SEVERAL if len(found) > 1 else next(iter(found), _NO_WORD)
        if number or not piece[:1].isdigit():
            self[piece] = number
        return number

    def _number(self, raw: str) -> int:
        if (pair := plain(raw)) is None:
            return _GLUED
        word, cased = pair
        number = self._percolator.number(word)
        if calls := self._percolator.calls(word, small=cased[:1].islower()):
            called = self._next()
            self.calls[called] = calls
            number |= called << WORD_BITS
        return number


class _Pairs:
    """Neighbours -> the conditions that they call up, many at a time."""

    def __init__(self, calling: dict[int, Numbers]) -> None:
        ordered = sorted(calling)
        self._keys = np.array(ordered, np.int64)
        self._calls = [calling[key] for key in ordered]
        bits = max(_FEWEST_BITS, (_SPARSE * len(ordered)).bit_length())
        self._shift = np.uint64(64 - bits)
        # Says of most pairs that nobody asks for them, in one step for all of a text.
        self._asked = np.zeros(1 << bits, np.bool_)
        self._asked[self._places(self._keys)] = True

    def calls(self, pairs: Array) -> set[int]:
        """The conditions that some of these pairs call up."""
        likely = pairs[self._asked[self._places(pairs)]]
        found: set[int] = set()
        if len(likely):
            for place, pair in zip(np.searchsorted(self._keys, likely).tolist(), likely.tolist(), strict=True):
                if place < len(self._calls) and self._keys[place] == pair:
                    found.update(self._calls[place])
        return found

    def _places(self, pairs: Array) -> np.ndarray[Any, np.dtype[np.uint64]]:
        return (pairs.view(np.uint64) * _GOLDEN) >> self._shift
