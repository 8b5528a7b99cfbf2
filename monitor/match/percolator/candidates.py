"""Conditions and a page -> the conditions that can hold at all, by the words they cannot do without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import numpy as np

from monitor.match.conditions import Condition
from monitor.match.passages import Lexicon, Numbers, Page, Read
from monitor.match.percolator.anchors import WORD_BITS, Anchor, Anchoring, is_word, neighbours
from monitor.match.percolator.similar import Similar, Slip
from monitor.text import Token

Called = tuple[int, ...]
Array = np.ndarray[Any, np.dtype[np.int64]]

_NUMBER = (1 << WORD_BITS) - 1
_UNKNOWN = -1
_NOTHING = np.zeros(1, np.int64)
_REMEMBERED = 20_000  # words of glued texts
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
        self._known: _Known | None = None
        self._calls_of_glued = lru_cache(_REMEMBERED)(self.calls)

    def candidates(self, page: Page) -> list[int]:
        """The numbers, in order, of all conditions that hold and of few that do not."""
        found = {*self._always}
        for laid in page.words.texts:
            read = laid.read
            if not read.clear:
                found |= self._in_glued(laid.all_tokens)
            elif len(read.numbers):
                found |= self._in_read(read)
        return sorted(found)

    def _in_read(self, read: Read) -> set[int]:
        """The conditions that the words of a text call up, each one of them and each two neighbours in a paragraph."""
        known = self._known
        if known is None or known.lexicon is not read.lexicon:
            known = self._known = _Known(read.lexicon, self)
        wanted = known.wanted(read.numbers)
        numbers = np.concatenate((wanted & _NUMBER, _NOTHING))
        pairs = neighbours(numbers[:-1], numbers[1:])
        pairs[read.starts.searchsorted(read.breaks) - 1] = 0  # that of the last word is none anyway
        found = self._pairs.calls(pairs)
        for calling in set(wanted[wanted > _NUMBER].tolist()):
            found.update(known.calls[calling >> WORD_BITS])
        return found

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
        found = self._pairs.calls(np.array(pairs, np.int64))
        for token in tokens:
            found.update(self._calls_of_glued(token.word, small=token.cased[:1].islower()))
        return found

    def number(self, word: str) -> int:
        """The number of a folded word; 0 when no condition has it."""
        return self._vocabulary.numbers.get(word, 0)

    def calls(self, word: str, *, small: bool) -> Called:
        """The conditions that a folded word calls up by itself; `small`: it is written with a small first letter."""
        anchors: list[Anchor] = [self.number(word), *self._similar.fitting(word, small=small)]
        return tuple(number for anchor in anchors for number in self._singles.get(anchor, ()))


class _Known:
    """The words of a lexicon -> their numbers in conditions, and above these the number of what they call up alone."""

    def __init__(self, lexicon: Lexicon, percolator: Percolator) -> None:
        self.lexicon = lexicon
        self._percolator = percolator
        self._wanted = np.full(len(lexicon.words), _UNKNOWN, np.int64)
        # A dictionary and a counter of its own, as several threads work with this at a time.
        self.calls: dict[int, Called] = {}
        self._next = count(1).__next__

    def wanted(self, words: Numbers) -> Array:
        """What conditions know of words: 0 for most. What that is, is worked out for a word when it first comes."""
        found = self._wanted[words]
        if found.min() == _UNKNOWN:
            for word in set(words[found == _UNKNOWN].tolist()):
                self._wanted[word] = self._looked_up(self.lexicon.words[word], self.lexicon.cased[word])
            found = self._wanted[words]
        return found

    def _looked_up(self, word: str, cased: str) -> int:
        number = self._percolator.number(word)
        if calls := self._percolator.calls(word, small=cased[:1].islower()):
            called = self._next()
            self.calls[called] = calls
            number |= called << WORD_BITS
        return number


class _Pairs:
    """Neighbours -> the conditions that they call up, many at a time."""

    def __init__(self, calling: dict[int, Called]) -> None:
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
