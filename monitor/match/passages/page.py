"""Article -> its words by form and by place: what terms are looked up in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from monitor.match import inflection
from monitor.match.conditions import Mode, Unit, Word
from monitor.match.names import is_given, is_ordinary
from monitor.match.passages.words import Words
from monitor.match.regex import encoded
from monitor.model import Article
from monitor.text import Token, sentences

Places = Mapping[int, Sequence[tuple[Token, int]]]
"""Position -> the words that start there (two where a glued word is read both ways), each with its edits."""

# All fields share one line of positions, in reading order and this far apart: more than the longest field can count
# (15 MB of empty paragraphs), so that nothing counted in words crosses from one to the next.
FIELD_GAP = 10**12
_LONGEST_INITIAL = 2
ABBREVIATED = 1_000
"""Stands for the edits of an initial, so that it can be told from an inexact word: more than edits ever are."""
_LINE = re.compile(r"[^\n]+")


class Page:
    """An article laid out for matching; `fields` are its searchable (name, text) pairs.

    Its words' number and gender are those of its language, else of the language its source declares, else of all
    `languages`. The last field, usually the longest, has the positions from 0; those before it are negative.
    """

    def __init__(self, article: Article, languages: Sequence[str]) -> None:
        known = article.language or article.declared
        self.article = article
        self.fields = article.searchable()
        self.languages = (known,) if known else tuple(languages)
        self._found: dict[Word, Places] = {}

    @cached_property
    def words(self) -> Words:
        """Where each word stands."""
        return Words([(text, self.base(index)) for index, (_, text) in enumerate(self.fields)])

    @cached_property
    def encoded(self) -> list[bytes]:
        """The text of each field as regular expressions are looked for in it."""
        return [encoded(text) for _, text in self.fields]

    def base(self, index: int) -> int:
        """The position at which a field begins, by its number."""
        return (index - len(self.fields) + 1) * FIELD_GAP

    def unit(self, unit: Unit, first: int, start: int, end: int) -> tuple[int, int] | None:
        """The sentence or paragraph that a passage lies in, by the numbers of field and unit; None if in no single one.

        `first` is a position in the field, `start` and `end` are offsets in its text.
        """
        index = self.field(first)
        starts, ends = self._units[unit][index]
        number = bisect_right(starts, start) - 1
        return (index, number) if number >= 0 and end <= ends[number] else None

    @cached_property
    def _units(self) -> dict[Unit, list[tuple[list[int], list[int]]]]:
        """Where the sentences and the paragraphs of each field begin and end."""
        found = {}
        for unit, divided in ((Unit.SENTENCE, sentences), (Unit.PARAGRAPH, _lines)):
            spans = [divided(text) for _, text in self.fields]
            found[unit] = [([start for start, _ in one], [end for _, end in one]) for one in spans]
        return found

    def field(self, position: int) -> int:
        """The number of the field that a position lies in."""
        return position // FIELD_GAP + len(self.fields) - 1

    def find(self, word: Word) -> Places:
        """Where a word of a term stands, in any shape its mode allows."""
        if (places := self._found.get(word)) is None:
            places = self._similar(word) if word.edits else self._same(word)
            if word.forms or word.initials:
                places = self._with_forms(word, places)
            self._found[word] = places
        return places

    def _with_forms(self, word: Word, places: Places) -> Places:
        """The places of a word of a name with those of its other forms, which cost no edit."""
        found = [token for form in sorted(word.forms & self.words.vocabulary) for token in self.words[form]]
        if found and word.cased[:1].isupper():
            found = [token for token in found if not token.cased[:1].islower()]
        short = [token for one in word.initials for token in self.words.get(one, ()) if self._is_initial(token)]
        if not found and not short:
            return places
        merged = {place: [*choices] for place, choices in places.items()}
        for token, cost in (*((one, ABBREVIATED) for one in short), *((one, 0) for one in found)):
            others = [one for one in merged.get(token.position, ()) if one[0] != token]
            merged[token.position] = [*others, (token, cost)]
        return merged

    @cached_property
    def initials(self) -> frozenset[int]:
        """The positions of abbreviated names: one or two letters, the first a capital, before a full stop."""
        short = (found for word, found in self.words.items() if len(word) <= _LONGEST_INITIAL)
        return frozenset(token.position for found in short for token in found if self._is_initial(token))

    def _is_initial(self, token: Token) -> bool:
        text = self.fields[self.field(token.position)][1]
        return token.cased[:1].isupper() and text[token.end : token.end + 1] == "."

    def _same(self, word: Word) -> Places:
        found = self.words.get(word.folded, [])
        if word.mode is Mode.CASE:
            found = [token for token in found if token.cased == word.cased]
        elif word.mode is Mode.INFLECT and (forms := self._forms(word)):
            found = found + forms
        places: Places = {token.position: ((token, 0),) for token in found}
        if len(places) < len(found):  # one word, read both as a part and as a whole
            places = {place: [(token, 0) for token in found if token.position == place] for place in places}
        return places

    def _similar(self, word: Word) -> Places:
        places: dict[int, list[tuple[Token, int]]] = {}
        length, most = len(word.folded), word.edits
        for other in (one for near in range(length - most, length + most + 1) for one in self._of_length.get(near, ())):
            if (distance := Levenshtein.distance(word.folded, other, score_cutoff=most)) > most:
                continue
            found = self.words[other]
            if distance and word.guarded and _is_ordinary(other, found):
                continue
            for token in found:
                if not (distance and word.capital and token.cased[:1].islower()):
                    places.setdefault(token.position, []).append((token, distance))
        return places

    @cached_property
    def _of_length(self) -> dict[int, list[str]]:
        """The words by their number of letters."""
        found: dict[int, list[str]] = {}
        for word in self.words:
            found.setdefault(len(word), []).append(word)
        return found

    def _forms(self, word: Word) -> list[Token]:
        """The other words that share a key with this one in a language the article may be in."""
        found: dict[Token, None] = {}
        others = sorted(inflection.forms(word.folded, word.acute) - {word.folded})
        tokens = [token for other in others for token in self.words.get(other, ())]
        for language in self.languages if tokens else ():
            wanted = inflection.keys(word.folded, word.acute, language)
            for token in tokens:
                if not set(wanted).isdisjoint(inflection.keys(token.word, self._acute(token), language)):
                    found[token] = None
        return list(found)

    def _acute(self, token: Token) -> bool:
        text = self.fields[self.field(token.position)][1]
        return inflection.ends_in_acute(text[token.start : token.end])


def _is_ordinary(word: str, found: Sequence[Token]) -> bool:
    """Whether a word is no slip of a name: an ordinary one, or one that the article also writes with a small letter.

    Nor is a given name: Michael is no slip of the surname Michel.
    """
    return is_ordinary(word) or is_given(word) or (len(found) > 1 and any(token.cased[:1].islower() for token in found))


def _lines(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each paragraph: what stands between line breaks."""
    return [found.span() for found in _LINE.finditer(text)]
