"""Article -> its words by form and by place: what terms are looked up in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from monitor.match import inflection
from monitor.match.conditions import Mode, Unit, Word
from monitor.match.regex import encoded
from monitor.model import Article
from monitor.text import Token, sentences, tokens, vocabulary

Places = Mapping[int, Sequence[tuple[Token, int]]]
"""Position -> the words that start there (two where a glued word is read both ways), each with its edits."""

# All fields share one line of positions, in reading order and this far apart: more than the longest field can count
# (15 MB of empty paragraphs), so that nothing counted in words crosses from one to the next.
FIELD_GAP = 10**12
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
    def vocabulary(self) -> set[str]:
        """The words of all fields; for most articles and rules, no more than these is ever asked for."""
        return set().union(*(vocabulary(text) for _, text in self.fields))

    @cached_property
    def words(self) -> dict[str, list[Token]]:
        """Where each word stands."""
        found: dict[str, list[Token]] = {}
        for index, (_, text) in enumerate(self.fields):
            base = self.base(index)
            for token in tokens(text):
                placed = Token(*token[:4], base + token.position, token.width) if base else token
                found.setdefault(token.word, []).append(placed)
        return found

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
            places = self._found[word] = self._similar(word) if word.edits else self._same(word)
        return places

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
        for other, found in self.words.items():
            if abs(len(other) - len(word.folded)) <= word.edits:
                distance = Levenshtein.distance(word.folded, other, score_cutoff=word.edits)
                for token in found if distance <= word.edits else ():
                    places.setdefault(token.position, []).append((token, distance))
        return places

    def _forms(self, word: Word) -> list[Token]:
        """The other words that share a key with this one in a language the article may be in."""
        found: dict[Token, None] = {}
        for language in self.languages:
            wanted = inflection.keys(word.folded, word.acute, language)
            others = [other for key in wanted for other in self._relatives.get(key, ()) if other != word.folded]
            for token in (token for other in others for token in self.words[other]):
                if not set(wanted).isdisjoint(inflection.keys(token.word, self._acute(token), language)):
                    found[token] = None
        return list(found)

    @cached_property
    def _relatives(self) -> dict[str, list[str]]:
        """The folded words by every key they may have, with an accent on their last e and without."""
        found: dict[str, list[str]] = {}
        for word in self.words:
            for language in self.languages:
                for key in inflection.possible_keys(word, language):
                    found.setdefault(key, []).append(word)
        return found

    def _acute(self, token: Token) -> bool:
        text = self.fields[self.field(token.position)][1]
        return inflection.ends_in_acute(text[token.start : token.end])


def _lines(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each paragraph: what stands between line breaks."""
    return [found.span() for found in _LINE.finditer(text)]
