"""Said and its story -> the sentences that bring a name, number, date, quotation or denial the story did not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.dedup.facts import Number, Said, Sentence, stem
from monitor.dedup.lexicon import DENIALS, FUNCTION, RANKS, TELLING
from monitor.dedup.spelling import same_name

# Fewer quoted words are a nickname or a word held at a distance.
MIN_QUOTED = 2
# Share of a quotation's words that one held sentence has when it was quoted before.
QUOTED_BEFORE = 0.7
# Units in which the same figure is another fact: three dogs are not three hours.
_STRICT = frozenset("% h jour semaine mois min degre km m mile ha acre euro dollar livre".split())
# How far from its denial a word still belongs to what is denied.
_BEFORE, _AFTER = 6, 9


@dataclass(frozen=True)
class Brought:
    """A sentence in the article's own words, and the facts in it that its story did not have, as spoken."""

    sentence: str
    facts: tuple[str, ...]


def news(said: Said, story: Sequence[Said]) -> tuple[str, ...]:
    """The sentences, in the article's own words, that bring a fact; other wording alone is none."""
    return tuple(one.sentence for one in brought(said, story))


def brought(said: Said, story: Sequence[Said]) -> tuple[Brought, ...]:
    """Each sentence of an article with the facts that no article of its story had; those without any are left out."""
    known = _Known(tuple(story))
    found = []
    for sentence in said.sentences:
        if sentence.words not in known.lines and (facts := tuple(dict.fromkeys(_new(sentence, known)))):
            found.append(Brought(sentence.said, facts))
    return tuple(found)


@dataclass(frozen=True)
class _Known:
    """What the articles of a story have told."""

    story: tuple[Said, ...]

    @cached_property
    def lines(self) -> frozenset[tuple[str, ...]]:
        return frozenset[tuple[str, ...]]().union(*(one.lines for one in self.story))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset[str]().union(*(one.words for one in self.story))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(one.names for one in self.story))

    @cached_property
    def numbers(self) -> frozenset[tuple[str, str]]:
        return frozenset[tuple[str, str]]().union(*(one.numbers for one in self.story))

    @cached_property
    def values(self) -> frozenset[str]:
        return frozenset(value for value, _ in self.numbers) | frozenset(w for w in self.words if w[0].isdigit())

    @cached_property
    def dates(self) -> frozenset[str]:
        return frozenset[str]().union(*(one.dates for one in self.story))

    @cached_property
    def sentences(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(sentence.words) for one in self.story for sentence in one.sentences)

    @cached_property
    def denied(self) -> tuple[frozenset[str], ...]:
        """The scope of every denial."""
        told = [sentence for one in self.story for sentence in one.sentences]
        return tuple(scope(sentence, at) for sentence in told for at in sentence.denials)


def _new(sentence: Sentence, known: _Known) -> Iterator[str]:
    """The facts of a sentence that are not known."""
    for name in sentence.names:
        if name.sure and not all(_is_known_name(word, known) for word in name.words):
            yield " ".join(name.words)
    for number in sentence.numbers:
        if _is_new_number(number, known):
            yield f"{number.value} {number.unit}".strip()
    yield from (date for date in sentence.dates if date not in known.dates)
    yield from (" ".join(quote) for quote in sentence.quotes if _is_new_quote(quote, known))
    yield from (sentence.words[at] for at in sentence.denials if _is_new_denial(sentence, at, known))


def _is_known_name(word: str, known: _Known) -> bool:
    return word in known.words or any(same_name(word, other) for other in known.names)


def _is_new_number(number: Number, known: _Known) -> bool:
    if number.value not in known.values:
        return True
    return number.unit in _STRICT and (number.value, number.unit) not in known.numbers


def _is_new_quote(quote: tuple[str, ...], known: _Known) -> bool:
    own = frozenset(quote)
    if len(quote) < MIN_QUOTED:
        return False
    return all(len(own & told) < QUOTED_BEFORE * len(own) for told in known.sentences)


def _is_new_denial(sentence: Sentence, at: int, known: _Known) -> bool:
    """Whether nothing of what is denied was denied before."""
    ours = scope(sentence, at)
    return bool(ours) and not any(ours & theirs for theirs in known.denied)


def scope(sentence: Sentence, at: int) -> frozenset[str]:
    """The stems around a word of denial."""
    near = sentence.words[max(0, at - _BEFORE) : at + _AFTER]
    denied = {"nobody" if sentence.words[at] in _NOBODY else stem(sentence.words[at])} - _GRAMMAR
    return frozenset(_DEATHS.get(word) or stem(word) for word in near if word not in _UNSAID) | denied


_UNSAID = FUNCTION | TELLING | RANKS | DENIALS
# Words of denial that are in any denial; the others (denied, refuse) say what is denied as much as what follows them.
_GRAMMAR = frozenset(
    stem(word) for word in "pas jamais aucun aucune rien ni non sans plus no not never nor without t neither".split()
)
_DEATHS = dict.fromkeys(
    "mort morts morte mortes mortel mortelle tue tues tuee tuees victime victimes deces peri dead death deaths died "
    "killed fatalities casualties victim victims lives".split(),
    "death",
)
_NOBODY = frozenset("personne nobody none".split())
