"""Conditions and a page -> the conditions that can hold at all, by the words they cannot do without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain, combinations

from rapidfuzz.distance import Levenshtein

from monitor.match import inflection
from monitor.match.conditions import AllOf, AnyTerm, AtLeast, Condition, Mode, Near, Term, Word
from monitor.match.page import Page

Anchors = frozenset[str]
"""Keys of which an article must have at least one: `word` (folded), `fr:stem` (inflected), `2~word` (within two edits).

Neither `:` nor `~` occurs in a word.
"""

# Only so many letters of a word are varied: with all of them, three edits in twelve letters are 300 variants.
_PREFIX = 7


class Percolator:
    """An index over conditions, which are known by their number."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        uses = Counter(key for one in conditions for term in _terms(one) for word in term.words for key in _keys(word))
        self._numbers: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, condition in enumerate(conditions):
            anchors = _anchors(condition, uses)
            if anchors is None:
                self._always.append(number)
            for key in anchors or ():
                self._numbers.setdefault(key, []).append(number)
        self._similar = _Similar(key for key in self._numbers if "~" in key)
        self._callers: dict[tuple[str, ...], Callable[[str], tuple[int, ...]]] = {}

    def candidates(self, page: Page) -> list[int]:
        """The numbers, in order, of all conditions that hold and of few that do not."""
        if (calls := self._callers.get(page.languages)) is None:
            # News repeats its words: what a word calls up is worked out once.
            calls = self._callers[page.languages] = lru_cache(maxsize=20_000)(partial(self._calls, page.languages))
        return sorted({*self._always, *chain.from_iterable(map(calls, page.vocabulary))})

    def _calls(self, languages: tuple[str, ...], word: str) -> tuple[int, ...]:
        """The conditions that a word of an article may fulfil."""
        forms = (key for language in languages for key in inflection.possible_keys(word, language))
        keys = {word, *forms, *self._similar.keys(word)}
        return tuple({number for key in keys for number in self._numbers.get(key, ())})


def _anchors(condition: Condition, uses: Counter[str]) -> Anchors | None:
    """What an article must have for the condition to hold; None when it can hold without any word."""
    match condition:
        case AnyTerm():
            return Anchors().union(*(_term_anchors(term, uses) for term in condition.terms))
        case Near():
            return _rarest((_anchors(one, uses) for one in condition.terms), uses)
        case AllOf():
            return _rarest((_anchors(one, uses) for one in condition.of), uses)
        case AtLeast():
            # Of n conditions `count` hold, so among any n - count + 1 is one that does: take the rarest of them.
            known = sorted(
                (anchors for one in condition.of if (anchors := _anchors(one, uses)) is not None),
                key=lambda anchors: _commonness(anchors, uses),
            )
            needed = len(condition.of) - condition.count + 1
            return Anchors().union(*known[:needed]) if len(known) >= needed else None
        case _:
            return None


def _term_anchors(term: Term, uses: Counter[str]) -> Anchors:
    return min(map(_keys, term.words), key=lambda anchors: _commonness(anchors, uses))


def _rarest(choices: Iterable[Anchors | None], uses: Counter[str]) -> Anchors | None:
    known = [anchors for anchors in choices if anchors is not None]
    return min(known, key=lambda anchors: _commonness(anchors, uses), default=None)


def _commonness(anchors: Anchors, uses: Counter[str]) -> tuple[int, int]:
    """How many terms use these keys, then how short they are: what many rules ask for, many articles hold."""
    return sum(uses[key] for key in anchors), -max(map(len, anchors))


def _keys(word: Word) -> Anchors:
    """The keys that a word of a term can be found by; where the term occurs, one of them is in the article."""
    if word.edits:
        return Anchors({f"{word.edits}~{word.folded}"})
    if word.mode is not Mode.INFLECT:
        return Anchors({word.folded})
    forms = (key for language in inflection.LANGUAGES for key in inflection.keys(word.folded, word.acute, language))
    return Anchors({word.folded, *forms})


def _terms(condition: Condition) -> Iterator[Term]:
    match condition:
        case AnyTerm():
            yield from condition.terms
        case Near():
            for choice in condition.terms:
                yield from choice.terms
        case AllOf() | AtLeast():
            for one in condition.of:
                yield from _terms(one)
        case _:
            return


class _Similar:
    """Keys `N~word`, to be found by any word within N edits.

    Two words within N edits have a common rest after at most N letters are taken out of each, and so have their
    beginnings of equal length (the letters that one beginning has too many stand against edits). So every such rest of
    the words' beginnings is listed, and what a word's own rests find is measured exactly (SymSpell's method).
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._found: dict[str, list[tuple[int, str, str]]] = {}
        self._most = 0
        for key in keys:
            edits, _, word = key.partition("~")
            self._most = max(self._most, int(edits))
            for rest in _rests(word, int(edits)):
                self._found.setdefault(rest, []).append((int(edits), word, key))

    def keys(self, word: str) -> tuple[str, ...]:
        """The keys that a word fits."""
        listed = {one for rest in _rests(word, self._most) for one in self._found.get(rest, ())}
        return tuple(
            key for edits, other, key in listed if Levenshtein.distance(word, other, score_cutoff=edits) <= edits
        )


def _rests(word: str, edits: int) -> set[str]:
    """What is left of a word's beginning after taking out up to so many letters."""
    start = word[:_PREFIX]
    return {
        "".join(kept) for taken in range(min(edits, len(start)) + 1) for kept in combinations(start, len(start) - taken)
    }
