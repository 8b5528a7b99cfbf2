"""The texts of an article -> its words: where each stands, laid out as far as somebody asks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from monitor.match.passages.lexicon import Read, read
from monitor.text import PARAGRAPH_GAP, Token, tokens


class Words(Mapping[str, list[Token]]):
    """The words of several texts, each text with the position of its first word; a folded word -> where it stands.

    Most articles are asked for a few words or for none, and a token costs more than all that finds out whether there
    is one: they are made of the words that are asked for.
    """

    def __init__(self, texts: Sequence[tuple[str, int]]) -> None:
        self.texts = [Laid(text, base) for text, base in texts]

    def __getitem__(self, word: str) -> list[Token]:
        if word not in self.vocabulary:
            raise KeyError(word)
        return [token for text in self.texts for token in text.tokens(word)]

    def get(self, word: str, default: Any = None) -> Any:
        """The tokens of a word; the default for one that does not occur, as most that are asked for."""
        return self[word] if word in self.vocabulary else default

    def __contains__(self, word: object) -> bool:
        return word in self.vocabulary

    def __iter__(self) -> Iterator[str]:
        return iter({word: None for text in self.texts for word in text.folded})

    def __len__(self) -> int:
        return len(self.vocabulary)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The folded words."""
        return frozenset().union(*(text.folded for text in self.texts))


class Laid:
    """One text: its words as a lexicon knows them, and on demand which they are and where."""

    def __init__(self, text: str, base: int) -> None:
        self.text = text
        self._base = base

    @cached_property
    def read(self) -> Read:
        """The numbers of its words and their offsets."""
        return read(self.text)

    @cached_property
    def folded(self) -> list[str]:
        """The folded word of each token."""
        if not self.read.clear:
            return [token.word for token in self.all_tokens]
        return [*map(self.read.lexicon.words.__getitem__, self.read.numbers.tolist())]

    def tokens(self, word: str) -> list[Token]:
        """The occurrences of a folded word, in reading order."""
        numbers, at = [], -1
        for _ in range(self.folded.count(word)):
            at = self.folded.index(word, at + 1)
            numbers.append(at)
        return [*map(self._token if self.read.clear else self.all_tokens.__getitem__, numbers)]

    def _token(self, number: int) -> Token:
        read = self.read
        start, end = int(read.starts[number]), int(read.ends[number])
        position = number + bisect_left(self._breaks, start) * PARAGRAPH_GAP
        return Token(self.folded[number], read.lexicon.cased[read.numbers[number]], start, end, self._base + position)

    @cached_property
    def all_tokens(self) -> list[Token]:
        """All words of the text, in reading order."""
        found = tokens(self.text)
        return [token._replace(position=self._base + token.position) for token in found] if self._base else found

    @cached_property
    def _breaks(self) -> list[int]:
        return [*map(int, self.read.breaks)]
