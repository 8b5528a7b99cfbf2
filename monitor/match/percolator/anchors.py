"""Conditions -> for each what an article must have for it to hold: a word, two neighbours, or a word with few slips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from monitor.match import inflection
from monitor.match.conditions import AllOf, AnyTerm, AtLeast, Condition, Mode, Near, Term, Word
from monitor.match.percolator.similar import Slip

Anchor = int | Slip
"""The number of a word, or `neighbours` of two numbers, or a slip."""
Anchors = frozenset[Anchor]
"""An article must have at least one of these."""

WORD_BITS = 31
"""Bits of the number of a word."""

_WORD = (1 << WORD_BITS) - 1
_SHORT = 3  # letters

Numbers = TypeVar("Numbers", int, np.ndarray[Any, np.dtype[np.int64]])


def neighbours(first: Numbers, second: Numbers) -> Numbers:
    """The anchor of two words that stand side by side, or those of many."""
    return first << WORD_BITS | second


def is_word(anchor: Anchor) -> bool:
    """Whether an anchor is the number of a word."""
    return isinstance(anchor, int) and anchor <= _WORD


class Vocabulary:
    """The words of conditions, numbered from 1: words of which one can be written like another have one number."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._parents = [0]
        of_form: dict[str, int] = {}
        of_word: dict[Word, int] = {}
        for word in words:
            if forms := _forms(word):
                of_word[word] = number = self._joined({of_form[form] for form in forms if form in of_form})
                of_form.update(dict.fromkeys(forms, number))
        self.numbers: Mapping[str, int] = {form: self._root(number) for form, number in of_form.items()}
        """Each folded form -> the number of its words."""
        self._of_word = {word: self._root(number) for word, number in of_word.items()}

    def anchors(self, word: Word, *, capital: bool = False) -> Anchors:
        """The anchors of one word; `capital`: its slips must begin with a capital."""
        exact = (self._of_word[word],) if word in self._of_word else ()
        return Anchors((*exact, Slip(word.folded, word.edits, capital or word.capital)) if word.edits else exact)

    def _joined(self, numbers: set[int]) -> int:
        """One number for some that turn out to be one; a new one for none."""
        roots = {*map(self._root, numbers)}
        number = min(roots, default=len(self._parents))
        if not roots:
            self._parents.append(number)
        for root in roots:
            self._parents[root] = number
        return number

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            number = self._parents[number]
        return number


def _forms(word: Word) -> frozenset[str]:
    """The folded words that stand for a word without an edit."""
    if word.edits:
        own: Iterable[str] = ()
    elif word.mode is Mode.INFLECT:
        own = inflection.forms(word.folded, word.acute)
    else:
        own = (word.folded,)
    return frozenset((*own, *word.forms, *word.initials))


class Anchoring:
    """Chooses the anchors of conditions, those that few terms share: what many rules ask for, many articles hold."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        terms = [term for one in conditions for term in _terms(one)]
        self.vocabulary = Vocabulary(dict.fromkeys(word for term in terms for word in term.words))
        self._uses = Counter(
            anchor for term in terms for word in term.words for anchor in self.vocabulary.anchors(word)
        )

    def anchors(self, condition: Condition) -> Anchors | None:
        """What an article must have for a condition to hold; None when it can hold without any word."""
        match condition:
            case AnyTerm():
                return self._of_terms(condition.terms)
            case Near():
                return self._rarest(map(self.anchors, condition.terms))
            case AllOf():
                return self._rarest(map(self.anchors, condition.of))
            case AtLeast():
                # Of n conditions `count` hold, so among any n - count + 1 is one that does: take the rarest of them.
                each = (self.anchors(one) for one in condition.of)
                known = sorted((found for found in each if found is not None), key=self._commonness)
                needed = len(condition.of) - condition.count + 1
                return Anchors().union(*known[:needed]) if len(known) >= needed else None
            case _:
                return None

    def _of_terms(self, terms: Sequence[Term]) -> Anchors:
        """One choice for each term; what one has chosen may do for the next: Blinken for Antony Blinken."""
        chosen: set[Anchor] = set()
        words: set[str] = set()
        for choices in sorted(([*self._choices(term)] for term in terms), key=len):
            if not any(anchors <= chosen for _, anchors in choices):
                _, anchors = min(choices, key=lambda choice: (not _is_of(words, choice[1]), choice[0]))
                chosen |= anchors
                words.update(one.word for one in anchors if isinstance(one, Slip))
        return frozenset(chosen)

    def _choices(self, term: Term) -> Iterator[tuple[tuple[int, ...], Anchors]]:
        """What a term can be found by: how common that is (the less the better), and its anchors."""
        words = term.words
        # The one letter of an initial is in every article; and between initials and a name other ones may stand.
        initials = any(word.initials for word in words)
        exact = not (initials or term.slop)
        sides = [pair for pair in pairwise(words) if exact and not (pair[0].edits or pair[1].edits)]
        for one, other in sides:
            (first,), (second,) = self.vocabulary.anchors(one), self.vocabulary.anchors(other)
            if isinstance(first, int) and isinstance(second, int):
                uses = self._uses[first] + self._uses[second]
                common = _short(one, other), uses, -len(one.folded) - len(other.folded)
                yield common, Anchors({neighbours(first, second)})
        fuzzy = any(word.edits for word in words)
        for place, word in enumerate(() if sides else words):
            if not word.initials or all(one.initials for one in words):
                # Slips of a name begin with a capital, unless the name itself begins with a small particle.
                capital = term.name and place == 0 and not words[-1].capital
                anchors = self.vocabulary.anchors(word, capital=capital)
                # The longer a word, the fewer others are within its edits.
                uses = 0 if fuzzy else self._commonness(anchors)
                yield (_short(word), uses, -len(word.folded), not capital), anchors

    def _rarest(self, choices: Iterable[Anchors | None]) -> Anchors | None:
        return min((one for one in choices if one is not None), key=self._commonness, default=None)

    def _commonness(self, anchors: Anchors) -> int:
        """How many terms use some anchors; neighbours occur at most as often as the rarer one."""
        return sum(
            min(self._uses[anchor >> WORD_BITS], self._uses[anchor & _WORD])
            if isinstance(anchor, int) and not is_word(anchor)
            else self._uses[anchor]
            for anchor in anchors
        )


def _is_of(words: Set[str], anchors: Anchors) -> bool:
    """Whether anchors are slips of these words, only with another care for capitals."""
    return all(isinstance(one, Slip) and one.word in words for one in anchors)


def _short(*words: Word) -> int:
    """How many of some words are as short as articles and prepositions are, which stand everywhere."""
    return sum(len(word.folded) <= _SHORT for word in words)


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
