"""The texts of an article -> its words: where each stands, laid out as far as somebody asks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import methodcaller
from typing import Any

from monitor.text import PARAGRAPH_GAP, Token, plain, runs, tokens

_written = methodcaller("group")


class Words(Mapping[str, list[Token]]):
    """The words of several texts, each text with the position of its first word; a folded word -> where it stands.

    Most articles are asked for a few words or for none, and a token costs more than all that finds out whether there
    is one: they are made of the words that are asked for.
    """

    def __init__(self, texts: Sequence[tuple[str, int]]) -> None:
        self.texts = [Laid(text, base) for text, base in texts]

    def __getitem__(self, word: str) -> list[Token]:
        found = [token for text in self.texts if word in text.vocabulary for token in text.tokens(word)]
        if not found:
            raise KeyError(word)
        return found

    def get(self, word: str, default: Any = None) -> Any:
        """The tokens of a word; the default for one that does not occur, as most that are asked for."""
        if word not in self:
            return default
        return self[word]

    def __contains__(self, word: object) -> bool:
        return any(word in text.vocabulary for text in self.texts)

    def __iter__(self) -> Iterator[str]:
        return iter({word: None for text in self.texts for word in text.folded if word})

    def __len__(self) -> int:
        return len(frozenset().union(*(text.vocabulary for text in self.texts)))


class Laid:
    """One text: its runs of letters, and on demand where they begin and which word each of them is."""

    def __init__(self, text: str, base: int) -> None:
        self.text = text
        self._base = base

    @cached_property
    def _runs(self) -> list[re.Match[str]]:
        return [*runs(self.text)]

    @cached_property
    def glued(self) -> bool:
        """Whether a run may hold several words, so that positions cannot be counted by runs."""
        return self._pairs.count(None) > self.text.count("\n")

    @cached_property
    def folded(self) -> list[str]:
        """The folded word of each token, or of each run where none is glued; "" for a line break."""
        if self.glued:
            return [token.word for token in self.all_tokens]
        return [pair[0] if pair else "" for pair in self._pairs]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The folded words."""
        return frozenset(self.folded) - {""}

    @cached_property
    def _pairs(self) -> list[tuple[str, str] | None]:
        return [*map(plain, map(_written, self._runs))]

    def tokens(self, word: str) -> list[Token]:
        """The occurrences of a folded word, in reading order."""
        numbers, at = [], -1
        for _ in range(self.folded.count(word)):
            at = self.folded.index(word, at + 1)
            numbers.append(at)
        return [self.all_tokens[number] for number in numbers] if self.glued else [*map(self._token, numbers)]

    def _token(self, number: int) -> Token:
        start, end = self._runs[number].span()
        word, cased = self._pairs[number] or ("", "")
        position = number + bisect_right(self._breaks, number) * (PARAGRAPH_GAP - 1)
        return Token(word, cased, start, end, self._base + position)

    @cached_property
    def all_tokens(self) -> list[Token]:
        """All words of the text, in reading order."""
        return [token._replace(position=self._base + token.position) for token in tokens(self.text)]

    @cached_property
    def _breaks(self) -> list[int]:
        """The numbers of the runs that are line breaks."""
        return [number for number, pair in enumerate(self._pairs) if pair is None]
