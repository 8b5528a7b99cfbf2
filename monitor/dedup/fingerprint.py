"""Article -> Sketch: what its copies have in common, whatever their typography, layout or address."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from monitor.model import Article, Held, Sketch
from monitor.text import sentences, words

# Shorter sentences ("Lire plus.", "C'est dit.") are shared by articles that have nothing else in common.
MIN_WORDS = 4

# Signs that change what a figure says; a dash counts as minus only where it touches a figure and no word before it.
_SIGNS = {"%": " pourcent ", "€": " euro ", "$": " dollar ", "£": " livre ", "+": " plus "}
_SIGNS |= dict.fromkeys("-−–", " moins ")
_SIGN = re.compile(r"[%€$£]|(?<![^\W_])[-+−–](?=\d)")


@dataclass(frozen=True)
class Said:
    """What an article says, as folded words joined by spaces: `title`, "" when derived, and the sentences under it."""

    title: str
    text: tuple[str, ...]

    @cached_property
    def sentences(self) -> frozenset[str]:
        """Every sentence, the title among them."""
        return frozenset({*self.text, self.title} - {""})

    @property
    def whole(self) -> str:
        """All of it in reading order, where a headline ends and a text begins no longer told."""
        return " ".join(filter(None, (self.title, *self.text)))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word."""
        return frozenset(word for sentence in self.sentences for word in sentence.split())


def said(article: Article | Held) -> Said:
    """The sentences of an article without the differences that copies have: case, accents, punctuation, white space."""
    title = "" if article.title_derived else spoken(article.title)
    under = (spoken(text[a:b]) for text in (article.lede, article.body) for a, b in sentences(text))
    return Said(title, tuple(sentence for sentence in under if sentence))


def spoken(text: str) -> str:
    """The folded words of a text as one reads it aloud: +1,2 % is not -1,2 %, and 5 % is not 5 €."""
    return " ".join(words(_SIGN.sub(lambda sign: _SIGNS[sign[0]], text)))


def sketch(article: Article) -> Sketch:
    """The sketch of an article: copies of it share the digest or, when cut or re-ordered, hashes of sentences."""
    ours = said(article)
    hashes = {_hash(sentence) for sentence in ours.sentences if len(sentence.split()) >= MIN_WORDS}
    return Sketch(hashlib.sha256(ours.whole.encode()).hexdigest(), tuple(sorted(hashes)))


def _hash(sentence: str) -> int:
    """63 bits of a sentence, so that it fits a signed 64-bit column."""
    return int.from_bytes(hashlib.blake2b(sentence.encode(), digest_size=8).digest()) >> 1
