"""Article -> Sketch: what its copies have in common, whatever their typography, layout or address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from monitor.model import Article, Held, Sketch
from monitor.text import sentences, words

# Shorter sentences ("Lire plus.", "C'est dit.") are shared by articles that have nothing else in common.
MIN_WORDS = 4


@dataclass(frozen=True)
class Said:
    """What an article says, as folded words joined by spaces: `title`, "" when derived, and the sentences under it."""

    title: str
    text: tuple[str, ...]

    @cached_property
    def sentences(self) -> frozenset[str]:
        """Every sentence, the title among them."""
        return frozenset({*self.text, self.title} - {""})

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word."""
        return frozenset(word for sentence in self.sentences for word in sentence.split())


def said(article: Article | Held) -> Said:
    """The sentences of an article without the differences that copies have: case, accents, punctuation, white space."""
    title = "" if article.title_derived else " ".join(words(article.title))
    spoken = (" ".join(words(text[a:b])) for text in (article.lede, article.body) for a, b in sentences(text))
    return Said(title, tuple(sentence for sentence in spoken if sentence))


def sketch(article: Article) -> Sketch:
    """The sketch of an article: copies of it share the digest or, when cut or re-ordered, hashes of sentences."""
    ours = said(article)
    whole = " ".join((*filter(None, [ours.title]), *ours.text))
    hashes = {_hash(sentence) for sentence in ours.sentences if len(sentence.split()) >= MIN_WORDS}
    return Sketch(hashlib.sha256(whole.encode()).hexdigest(), tuple(sorted(hashes)))


def _hash(sentence: str) -> int:
    """63 bits of a sentence, so that it fits a signed 64-bit column."""
    return int.from_bytes(hashlib.blake2b(sentence.encode(), digest_size=8).digest()) >> 1
