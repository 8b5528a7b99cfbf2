"""Article and what is held -> the sentences that bring a fact: a name, number or denial that was not there before."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from monitor.dedup.fingerprint import Said, spoken
from monitor.model import Article
from monitor.text import sentences, tokens

# What turns a French or English sentence into its contrary.
_DENIALS = frozenset("ne n pas jamais aucun aucune ni non not no never nor cannot".split())


def news(article: Article, story: Sequence[Said]) -> tuple[str, ...]:
    """The sentences, in the article's own words, that carry a name, number or denial that its story lacks.

    A name is a capitalised word that does not open its sentence; a denial is new where the same words were held
    without it, or were denied and are no longer. Other wording alone is no news.
    """
    held = frozenset[str]().union(*(one.sentences for one in story))
    known = frozenset[str]().union(*(one.words for one in story))
    claims = {_claim(sentence) for sentence in held}
    found = []
    for _, text in article.searchable():
        for start, end in sentences(text):
            said = spoken(text[start:end])
            if said not in held and (_claim(said) in claims or _has_fact(text[start:end], known)):
                found.append(text[start:end])
    return tuple(found)


def _claim(said: str) -> str:
    """A sentence without its denials."""
    return " ".join(word for word in said.split() if word not in _DENIALS)


def _has_fact(sentence: str, known: AbstractSet[str]) -> bool:
    return any(
        token.word not in known and (token.word[0].isdigit() or (token.position > 0 and token.cased[0].isupper()))
        for token in tokens(sentence)
    )
