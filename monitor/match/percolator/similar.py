"""Words with how many edits are allowed, and a word -> those that it is within the edits of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

# Only so many letters of a word are varied: with all of them, three edits in twelve letters are 300 variants.
_PREFIX = 7


class Slip(NamedTuple):
    """A word that may be written with so many edits; `capital`: with any, only where it begins with a capital."""

    word: str
    edits: int
    capital: bool


class Similar:
    """Finds slips by a word as an article writes it.

    Two words within N edits have a common rest after at most N letters are taken out of each, and so have their
    beginnings of equal length (the letters that one beginning has too many stand against edits). So every such rest of
    the words' beginnings is listed, and what a word's own rests find is measured exactly (SymSpell's method).
    """

    def __init__(self, slips: Iterable[Slip]) -> None:
        self._found: dict[str, list[Slip]] = {}
        self._most = 0
        for slip in slips:
            self._most = max(self._most, slip.edits)
            for rest in _rests(slip.word, slip.edits):
                self._found.setdefault(rest, []).append(slip)

    def fitting(self, word: str, *, small: bool) -> list[Slip]:
        """The slips that a folded word may be; `small`: it begins with a small letter."""
        if not self._most:
            return []
        listed = {one for rest in _rests(word, self._most) for one in self._found.get(rest, ())}
        return [one for one in listed if word == one.word or (not (small and one.capital) and _is_near(word, one))]


def _is_near(word: str, slip: Slip) -> bool:
    return Levenshtein.distance(word, slip.word, score_cutoff=slip.edits) <= slip.edits


def _rests(word: str, edits: int) -> set[str]:
    """What is left of a word's beginning after taking out up to so many letters."""
    start = word[:_PREFIX]
    return {
        "".join(kept) for taken in range(min(edits, len(start)) + 1) for kept in combinations(start, len(start) - taken)
    }
