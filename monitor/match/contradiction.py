"""A rule's condition -> why it can never hold, and which parts of it never count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, assert_never

from monitor.match.conditions import (
    AllOf,
    AnyTerm,
    AtLeast,
    Condition,
    LanguageIs,
    Mode,
    Named,
    Near,
    Not,
    Regex,
    SourceIs,
    Term,
    Word,
)
from monitor.model import FIELDS

Part = Condition | Term | Named

_AT_ONCE = "is asked for and excluded at once: take one of the two out"


class Doubt(NamedTuple):
    """A part that can never hold, and why with what to do; `whole`: so the rule never matches."""

    part: Part
    why: str
    whole: bool


@dataclass(slots=True)
class Languages:
    """The languages an article may be in: `known` (None: any) without `excluded`, and perhaps none that is known."""

    known: frozenset[str] | None = None
    unknown: bool = True
    excluded: frozenset[str] = frozenset()

    def left(self, wanted: frozenset[str]) -> frozenset[str]:
        """Those of the wanted languages that are possible."""
        return (wanted if self.known is None else wanted & self.known) - self.excluded


def doubts(condition: Condition, known: frozenset[str] | None) -> list[Doubt]:
    """What can never hold, by what must hold beside it; empty where nothing is certain.

    `known` are the languages that articles of the rule may be known to be in, None for any. The whole is found
    impossible by what follows from it step by step; no case is tried, so a contradiction that needs two at once is
    missed, and none is invented.
    """
    facts = _Facts(Languages(known))
    if failed := facts.settle(condition):
        return [facts.doubt(*failed, whole=True)]
    return list(_parts(facts, condition))


def _parts(facts: _Facts, condition: Condition) -> Iterator[Doubt]:
    """The choices of a condition that must not fail which can never be the ones that hold."""
    match condition:
        case AllOf():
            for one in condition.of:
                yield from _parts(facts, one)
        case AtLeast():
            for one in condition.of:
                if facts.value(one) is False:
                    yield facts.doubt(one, True, whole=False)
                else:
                    yield from _parts(facts, one)
        case AnyTerm():
            for choice in condition.of:
                terms = choice.terms if isinstance(choice, Named) else (choice,)
                if terms and (by := facts.excluding(terms)):
                    yield Doubt(choice, _excluded(choice, by), False)
        case _:
            return


@dataclass(slots=True)
class _Facts:
    """What must hold for a condition to hold, as far as it is known."""

    languages: Languages
    present: list[AnyTerm] = field(default_factory=list)
    absent: list[Term] = field(default_factory=list)
    settled: dict[Condition, bool] = field(default_factory=dict)
    sources: list[SourceIs] = field(default_factory=list)
    other_sources: list[SourceIs] = field(default_factory=list)

    def settle(self, condition: Condition) -> tuple[Condition, bool] | None:
        """Follow what must hold until nothing more follows; the part that cannot, as (part, wanted)."""
        waiting = [(condition, True)]
        while True:
            left: list[tuple[Condition, bool]] = []
            followed = False
            for part, wanted in waiting:
                if self.value(part) is (not wanted):
                    return part, wanted
                follows = self._follow(part, wanted)
                followed = followed or follows is not None
                left += [(part, wanted)] if follows is None else follows
            waiting = left
            if late := self._excluded_since():
                return late, True
            if not followed:
                return None

    def _excluded_since(self) -> Condition | None:
        """What must hold and was noted before that which excludes it."""
        terms = (asked for asked in self.present if self.excluding(asked.terms))
        return next(terms, None) or next((asked for asked in self.sources if self._of_source(asked) is False), None)

    def value(self, condition: Condition) -> bool | None:
        """Whether a condition holds wherever what is known holds; None where that is open."""
        found: bool | None
        match condition:
            case AnyTerm():
                found = self._of_terms(condition)
            case Near():
                never = misfit(condition) or any(self.value(choice) is False for choice in condition.terms)
                found = False if never else self.settled.get(condition)
            case Regex():
                found = self.settled.get(condition)
            case SourceIs():
                found = self._of_source(condition)
            case LanguageIs():
                found = self._of_language(condition)
            case Not():
                inner = self.value(condition.of)
                found = None if inner is None else not inner
            case AllOf() | AtLeast():
                found = self._of_several(condition)
            case _:
                assert_never(condition)
        return found

    def _of_terms(self, choice: AnyTerm) -> bool | None:
        if self.excluding(choice.terms):
            return False
        certain = any(all(any(covers(one, term) for one in choice.terms) for term in p.terms) for p in self.present)
        return True if certain else None

    def excluding(self, terms: Sequence[Term]) -> Term | None:
        """The excluded term because of which none of these can occur (that of the first); None where one may."""
        if not self.absent:
            return None
        by = [next((one for one in self.absent if covers(one, term)), None) for term in terms]
        return by[0] if all(by) else None

    def _of_source(self, wanted: SourceIs) -> bool | None:
        for asked in ("names", "tags"):
            values: frozenset[str] | None = getattr(wanted, asked)
            excluded = [
                getattr(one, asked)
                for one in self.other_sources
                if getattr(one, asked) is not None and None in (one.names, one.tags)
            ]
            if values is not None and values <= frozenset().union(*excluded):
                return False
        held = any(_narrower(one.names, wanted.names) and _narrower(one.tags, wanted.tags) for one in self.sources)
        return True if held else None

    def _of_language(self, wanted: LanguageIs) -> bool | None:
        possible = self.languages
        if not possible.left(wanted.languages):
            return False
        certain = not possible.unknown and possible.known is not None
        return True if certain and possible.left(possible.known or frozenset()) <= wanted.languages else None

    def _of_several(self, condition: AllOf | AtLeast) -> bool | None:
        values = [self.value(one) for one in condition.of]
        count = condition.count if isinstance(condition, AtLeast) else len(values)
        if values.count(True) >= count:
            return True
        return False if len(values) - values.count(False) < count else None

    def _follow(self, part: Condition, wanted: bool) -> list[tuple[Condition, bool]] | None:
        """Note that a part holds (or does not), and what follows; None where nothing can be said yet."""
        match part:
            case Not():
                return [(part.of, not wanted)]
            case AllOf() | AtLeast():
                return self._follow_several(part, wanted)
            case AnyTerm() if wanted:
                self.present.append(part)
            case AnyTerm():
                self.absent += part.terms
            case SourceIs():
                (self.sources if wanted else self.other_sources).append(part)
            case LanguageIs() if wanted:
                self.languages = Languages(self.languages.left(part.languages), False)
            case LanguageIs():
                self.languages.excluded |= part.languages
            case Near() if wanted:
                self.settled[part] = True
                return [(choice, True) for choice in part.terms]
            case _:
                self.settled[part] = wanted
        return []

    def _follow_several(self, part: AllOf | AtLeast, wanted: bool) -> list[tuple[Condition, bool]] | None:
        """All that are open must hold where no more than `count` can; none may where so many but one hold."""
        count = part.count if isinstance(part, AtLeast) else len(part.of)
        values = [self.value(one) for one in part.of]
        free = [one for one, value in zip(part.of, values, strict=True) if value is None]
        held = values.count(True)
        enough = held + len(free) == count if wanted else held == count - 1
        return [(one, wanted) for one in free] if enough else None

    # What to say

    def doubt(self, part: Condition, wanted: bool, *, whole: bool) -> Doubt:
        """Why a part can never be as wanted."""
        while isinstance(part, Not):
            part, wanted = part.of, not wanted
        if wanted and isinstance(part, Near | AllOf | AtLeast):
            return self._lacking(part, whole)
        match part:
            case AnyTerm():
                by = self.excluding(part.terms) if wanted else None
                return Doubt(part.of[0], _excluded(part.of[0], by), whole) if by else self._excluded_twice(part, whole)
            case SourceIs():
                names = ", ".join(sorted((part.names or frozenset()) | (part.tags or frozenset())))
                return Doubt(part, f"the source '{names}' {_AT_ONCE}", whole)
            case LanguageIs():
                return Doubt(part, self._about_language(part, wanted), whole)
            case _:
                return Doubt(part, f"a condition {_AT_ONCE}", whole)

    def _lacking(self, part: Near | AllOf | AtLeast, whole: bool) -> Doubt:
        """Why not enough of what a condition is made of can hold."""
        of: Sequence[Condition] = part.terms if isinstance(part, Near) else part.of
        false = [one for one in of if self.value(one) is False]
        if isinstance(part, AtLeast) and len(false) < len(of):
            left = len(of) - len(false)
            return Doubt(part, f"only {left} of {len(of)} conditions can hold, and {part.count} must: see each", whole)
        if false:
            return self.doubt(false[0], True, whole=whole)
        return Doubt(part, (misfit(part) if isinstance(part, Near) else None) or "", whole)

    def _excluded_twice(self, part: AnyTerm, whole: bool) -> Doubt:
        """What is asked for wherever one of the excluded terms occurs."""
        for asked in self.present:
            by = next((one for one in part.terms if covers(one, asked.terms[0])), None)
            if by and all(any(covers(one, term) for one in part.terms) for term in asked.terms):
                return Doubt(asked.of[0], _excluded(asked.of[0], by), whole)
        return Doubt(part.of[0], f"{named(part.of[0])} {_AT_ONCE}", whole)

    def _about_language(self, part: LanguageIs, wanted: bool) -> str:
        asked = ", ".join(sorted(part.languages))
        if not wanted or self.languages.known is None or self.languages.excluded & part.languages:
            return f"the language '{asked}' {_AT_ONCE}"
        possible = ", ".join(sorted(self.languages.known - self.languages.excluded)) or "none of these"
        remedy = "change `language`, or `languages` of the rule or of monitor.yaml"
        return f"the language must be {asked}, but can only be {possible}: {remedy}"


def _narrower(held: frozenset[str] | None, wanted: frozenset[str] | None) -> bool:
    return wanted is None or (held is not None and held <= wanted)


def named(choice: Term | Named) -> str:
    """A text or an actor as messages call it."""
    return f"actor '{choice.id}'" if isinstance(choice, Named) else f"'{choice.text}'"


def _excluded(choice: Term | Named, by: Term) -> str:
    if isinstance(choice, Term) and choice.text == by.text:
        return f"'{by.text}' {_AT_ONCE}"
    return f"{named(choice)} is asked for, but every text with '{by.text}' is excluded: take one of the two out"


def misfit(near: Near) -> str | None:
    """Why the terms of a `near` can never stand together, if so."""
    fields = [{name for term in choice.terms for name in term.fields} for choice in near.terms]
    if not set(FIELDS).intersection(*fields):
        return "the terms of 'near' are looked for in different fields, but must stand in one: change `in`"
    if not isinstance(near.within, int):
        return None
    widths = [min(len(term.words) for term in choice.terms) for choice in near.terms]
    # Of the first and the last term one word counts; unordered, the longest may be the outer ones.
    inner = sum(widths[1:-1]) if near.ordered else sum(sorted(widths)[:-2])
    if near.within <= inner:
        return f"the {len(near.terms)} terms of 'near' do not fit: write `within: {inner + 1}` at least"
    return None


def covers(one: Term, other: Term) -> bool:
    """Whether wherever the other term occurs, this one does (false where that is not certain)."""
    if one is other:
        return True
    if not set(other.fields) <= set(one.fields):
        return False
    if other.edits > one.edits:
        return False
    if other.edits and one.name and (not other.name or len(one.words) < len(other.words)):
        return False  # its first word must have a capital
    if len(one.words) > 1 and (one.slop < other.slop or any(word.initials for word in other.words)):
        return False  # between its words may stand others, or the initials of more given names
    places = range(len(other.words) - len(one.words) + 1)
    return any(all(map(_includes, one.words, other.words[at : at + len(one.words)])) for at in places)


def _includes(one: Word, other: Word) -> bool:
    """Whether a word is found wherever the other one is."""
    if one is other:
        return True
    if one.folded != other.folded or other.forms or other.initials:
        return False
    if other.mode is Mode.INFLECT:
        return one.mode is Mode.INFLECT and one.acute == other.acute
    if one.mode is Mode.CASE:
        return other.mode is Mode.CASE and one.cased == other.cased
    return one.edits >= other.edits
