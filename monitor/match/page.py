"""Article -> its words by form and by place: what terms are looked up in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from monitor.match import inflection
from monitor.match.conditions import Mode, Word
from monitor.model import Article
from monitor.text import Token, tokens

Places = dict[int, Sequence[tuple[Token, int]]]
"""Position -> the words that start there (two where a glued word is read both ways), each with its edits."""

# All fields share one line of positions, in reading order and this far apart: more than the longest field can count
# (15 MB of empty paragraphs), so that nothing counted in words crosses from one to the next.
FIELD_GAP = 10**12


class Page:
    """An article laid out for matching; `fields` are its searchable (name, text) pairs.

    Its words' number and gender are those of its language, else of the language its source declares, else of all
    `languages`. The last field, usually the longest, has the positions from 0; those before it are negative.
    """

    def __init__(self, article: Article, languages: Sequence[str]) -> None:
        known = article.language or article.declared
        self.article = article
        self.fields = article.searchable()
        self.words: dict[str, list[Token]] = {}
        self.languages = (known,) if known else tuple(languages)
        self._found: dict[Word, Places] = {}
        for index, (_, text) in enumerate(self.fields):
            base = (index - len(self.fields) + 1) * FIELD_GAP
            for token in tokens(text):
                placed = token._replace(position=base + token.position) if base else token
                self.words.setdefault(token.word, []).append(placed)

    def field(self, position: int) -> int:
        """The number of the field that a position lies in."""
        return position // FIELD_GAP + len(self.fields) - 1

    def find(self, word: Word) -> Places:
        """Where a word of a term stands, in any shape its mode allows."""
        if (places := self._found.get(word)) is None:
            shapes = self._shapes(word)
            places = {shape[0].position: (shape,) for shape in shapes}
            if len(places) < len(shapes):  # one word, read both as a part and as a whole
                for place in places:
                    places[place] = [shape for shape in shapes if shape[0].position == place]
            self._found[word] = places
        return places

    def _shapes(self, word: Word) -> list[tuple[Token, int]]:
        if word.edits:
            return [(token, cost) for other, cost in self._similar(word) for token in self.words[other]]
        found = self.words.get(word.folded, [])
        if word.mode is Mode.CASE:
            found = [token for token in found if token.cased == word.cased]
        elif word.mode is Mode.INFLECT:
            found = found + self._forms(word)
        return [(token, 0) for token in found]

    def _similar(self, word: Word) -> Iterator[tuple[str, int]]:
        for other in self.words:
            if abs(len(other) - len(word.folded)) <= word.edits:
                distance = Levenshtein.distance(word.folded, other, score_cutoff=word.edits)
                if distance <= word.edits:
                    yield other, distance

    def _forms(self, word: Word) -> list[Token]:
        """The other words that share a key with this one in a language the article may be in."""
        found: dict[Token, None] = {}
        for language in self.languages:
            wanted = inflection.keys(word.folded, word.acute, language)
            others = {other for key in wanted for other in self._relatives.get(key, ())} - {word.folded}
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
