"""The texts of an article -> its words: where each stands, laid out as far as somebody asks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import methodcaller

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
        if found := [token for text in self.texts for token in text.tokens(word)]:
            return found
        raise KeyError(word)

    def __contains__(self, word: object) -> bool:
        return any(word in text.places for text in self.texts)

    def __iter__(self) -> Iterator[str]:
        return iter({word: None for text in self.texts for word in text.places})

    def __len__(self) -> int:
        return len(set().union(*(text.places for text in self.texts)))


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
    def places(self) -> Mapping[str, list[int]]:
        """Each folded word and which of the tokens it is; of the runs, where none of them is glued."""
        found: dict[str, list[int]] = defaultdict(list)
        if self.glued:
            for number, token in enumerate(self.all_tokens):
                found[token.word].append(number)
            return found
        for number, pair in enumerate(self._pairs):
            if pair:
                found[pair[0]].append(number)
        return found

    @cached_property
    def _pairs(self) -> list[tuple[str, str] | None]:
        return [*map(plain, map(_written, self._runs))]

    def tokens(self, word: str) -> list[Token]:
        """The occurrences of a folded word, in reading order."""
        numbers = self.places.get(word, ())
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
