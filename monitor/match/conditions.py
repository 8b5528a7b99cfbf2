"""`when:` -> the tree of conditions that a rule asks of an article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.match.regex import Pattern


class Mode(StrEnum):
    """How the words of a term may differ from those written."""

    EXACT = "exact"
    INFLECT = "inflect"
    CASE = "case"
    FUZZY = "fuzzy"


class Unit(StrEnum):
    """What the terms of a `near` may share in place of a number of words."""

    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What is written beside a node or on one term; None where nothing is."""

    fields: tuple[str, ...] | None = None
    inflect: bool | None = None
    case: bool | None = None
    fuzzy: int | None = None
    slop: int | None = None


NOTHING = Modifiers()


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word of a term: folded, the same with its letter case, and how an article's word may differ from it.

    `acute` tells that its last e is an é (as in é and és). `edits` is the most edits, mode FUZZY only. Words and terms
    compare by identity: equal ones are made once, and an article is searched once for each.

    Of names: `forms` are folded words that may stand in its place (with a capital where it has one), `initials` the
    folded abbreviations that may, `guarded` tells that no ordinary word is taken for a slip of it, and `capital` that
    its slips must start with a capital, as the word does (that of a name such as von der Leyen, which itself does not).
    """

    folded: str
    cased: str
    acute: bool
    mode: Mode
    edits: int
    forms: frozenset[str] = frozenset()
    initials: tuple[str, ...] = ()
    guarded: bool = False
    capital: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A text to look for: `text` as written, its words, and the fields it may stand in.

    `edits` is the most edits over the whole phrase, `slop` the most other words between its words. `name` marks the
    name of an actor, whose inexact hits must start with a capital.
    """

    text: str
    words: tuple[Word, ...]
    edits: int
    name: bool
    fields: tuple[str, ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """An actor as a condition names it: its id, what is written beside the id, and the terms that follow from both."""

    id: str
    modifiers: Modifiers
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class AnyTerm:
    """`phrase`, `actor`: at least one of the terms occurs.

    `of` are the texts and actors as written, `terms` all that they ask for, each once.
    """

    terms: tuple[Term, ...]
    of: tuple[Term | Named, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """`near`: one occurrence of each term (each a choice of texts), at most `within` positions apart or in one unit."""

    terms: tuple[AnyTerm, ...]
    within: int | Unit
    ordered: bool


@dataclass(frozen=True, slots=True)
class Regex:
    """`regex`: an expression of RE2 fits somewhere in one of the fields; `text` is the expression as written."""

    text: str
    fields: tuple[str, ...]
    pattern: Pattern = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`any`, `at_least`: at least `count` of the conditions hold."""

    count: int
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    of: Condition


@dataclass(frozen=True, slots=True)
class SourceIs:
    """`source`: the article's source or agency has one of these folded names, and its source one of these tags.

    None where the rule asks nothing.
    """

    names: frozenset[str] | None
    tags: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class LanguageIs:
    """`language`: the article is known to be in one of these languages."""

    languages: frozenset[str]


Condition = AnyTerm | Near | Regex | AllOf | AtLeast | Not | SourceIs | LanguageIs


def any_of(choices: Sequence[Term | Named]) -> AnyTerm:
    """One of several texts and actors, each once."""
    of = tuple(dict.fromkeys(choices))
    if not any(isinstance(one, Named) for one in of):
        terms = tuple(one for one in of if isinstance(one, Term))
        return AnyTerm(terms, terms)  # one tuple: rules are many
    found = [term for one in of for term in (one.terms if isinstance(one, Named) else (one,))]
    return AnyTerm(tuple(dict.fromkeys(found)), of)


def every(conditions: Sequence[Condition]) -> Condition:
    """All of several conditions (at least one): a single one stands for itself."""
    return conditions[0] if len(conditions) == 1 else AllOf(tuple(conditions))


def either(conditions: Sequence[Condition]) -> Condition:
    """One of several conditions (at least one), in the one form that every way of writing them leads to.

    Texts and actors become one choice, as in `phrase: [a, b]`; so do names, tags and languages.
    """
    if len(conditions) == 1:
        return conditions[0]
    if len(terms := [one for one in conditions if isinstance(one, AnyTerm)]) == len(conditions):
        return any_of([choice for one in terms for choice in one.of])
    if len(known := [one for one in conditions if isinstance(one, LanguageIs)]) == len(conditions):
        return LanguageIs(_union(one.languages for one in known))
    sources = [one for one in conditions if isinstance(one, SourceIs)]
    names = [one.names for one in sources if one.names is not None and one.tags is None]
    if len(names) == len(conditions):
        return SourceIs(_union(names), None)
    tags = [one.tags for one in sources if one.tags is not None and one.names is None]
    return SourceIs(None, _union(tags)) if len(tags) == len(conditions) else AtLeast(1, tuple(conditions))


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
