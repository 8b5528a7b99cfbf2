"""`when:` -> the tree of conditions that a rule asks of an article."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How the words of a term may differ from those written."""

    EXACT = "exact"
    INFLECT = "inflect"
    CASE = "case"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word of a term: folded, the same with its letter case, and how an article's word may differ from it.

    `acute` tells that its last e is an é (as in é and és). `edits` is the most edits, mode FUZZY only. Words and terms
    compare by identity: equal ones are made once, and an article is searched once for each.
    """

    folded: str
    cased: str
    acute: bool
    mode: Mode
    edits: int


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A text to look for: `text` as written, its words, and the fields it may stand in.

    `edits` is the most edits over the whole phrase. `name` marks the name of an actor, whose inexact hits must start
    with a capital.
    """

    text: str
    words: tuple[Word, ...]
    edits: int
    name: bool
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnyTerm:
    """`phrase`, `actor`: at least one of the terms occurs."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """`near`: one occurrence of each term (each a choice of texts), at most `within` positions apart."""

    terms: tuple[AnyTerm, ...]
    within: int
    ordered: bool


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


Condition = AnyTerm | Near | AllOf | AtLeast | Not | SourceIs | LanguageIs
