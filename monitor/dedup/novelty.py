"""Article and what is held -> the sentences that bring a fact: a name or number that was not there before."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from monitor.model import Article
from monitor.text import sentences, tokens, words


def news(article: Article, held: AbstractSet[str], known: AbstractSet[str]) -> tuple[str, ...]:
    """The sentences, in the article's own words, that carry a name or number unknown so far.

    `held` are sentences and `known` words, both folded, of what is held. A name is a capitalised word that does not
    open its sentence; other wording alone is no news.
    """
    found = []
    for _, text in article.searchable():
        for start, end in sentences(text):
            sentence = text[start:end]
            if " ".join(words(sentence)) not in held and _has_fact(sentence, known):
                found.append(sentence)
    return tuple(found)


def _has_fact(sentence: str, known: AbstractSet[str]) -> bool:
    return any(
        token.word not in known and (token.word[0].isdigit() or (token.position > 0 and token.cased[0].isupper()))
        for token in tokens(sentence)
    )
