"""A condition that must hold -> what follows from that, or the part because of which it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, assert_never

from monitor.match.conditions import (
    AllOf,
    AnyTerm,
    AtLeast,
    Condition,
    LanguageIs,
    Named,
    Near,
    Not,
    Regex,
    SourceIs,
    Term,
)
from monitor.match.lint.covering import ANYWHERE, Reading, holds, misfit, near_in_near, near_in_text, phrases, reading

Part = Condition | Term | Named
Wish = tuple[Condition, bool]
"""A condition, and whether it is to hold."""


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

    def reading(self) -> Reading:
        """How words may be read in them."""
        if self.unknown or self.known is None:
            return ANYWHERE
        return reading(self.left(self.known))


@dataclass(slots=True)
class Facts:
    """What must hold for a condition to hold, as far as it is known.

    `how` is how words are read, where that does not follow from the languages. `dead` are conditions that were found
    never to hold, and why.
    """

    languages: Languages
    how: Reading | None = None
    present: list[AnyTerm] = field(default_factory=list)
    absent: list[Term] = field(default_factory=list)
    settled: dict[Near | Regex, bool] = field(default_factory=dict)
    sources: list[SourceIs] = field(default_factory=list)
    other_sources: list[SourceIs] = field(default_factory=list)
    dead: dict[Condition, Doubt] = field(default_factory=dict)
    waiting: list[Wish] = field(default_factory=list)

    def copy(self) -> Facts:
        """The same facts, to which others can be added; what is open here is left out there."""
        return replace(
            self,
            languages=replace(self.languages),
            present=[*self.present],
            absent=[*self.absent],
            settled={**self.settled},
            sources=[*self.sources],
            other_sources=[*self.other_sources],
            waiting=[],
        )

    def settle(self, wishes: Sequence[Wish]) -> Wish | None:
        """Follow what must hold until nothing more follows; the part that cannot, with whether it is to hold."""
        self.waiting += wishes
        while True:
            left: list[Wish] = []
            followed = False
            for part, wanted in self.waiting:
                if self.value(part) is (not wanted):
                    return part, wanted
                follows = self._follow(part, wanted)
                followed = followed or follows is not None
                left += [(part, wanted)] if follows is None else follows
            self.waiting = left
            if late := self._impossible_since():
                return late
            if not followed:
                return self._counted_twice()

    def alternatives(self) -> list[Wish]:
        """What may be chosen: conditions of which several, but not all, must hold, or fail."""
        found = (
            (one, wanted)
            for part, wanted in self.waiting
            if isinstance(part, AllOf | AtLeast)
            for one in part.of
            if self.value(one) is None
        )
        return list(dict.fromkeys(found))

    def _impossible_since(self) -> Wish | None:
        """What was noted before that which makes it impossible."""
        for asked in self.present:
            if self.excluding(asked.terms):
                return asked, True
        for source in self.sources:
            if self._of_source(source) is False:
                return source, True
        for part, wanted in self.settled.items():
            if isinstance(part, Near) and (self._is_excluded(part) if wanted else self._follows(part)):
                return part, wanted
        return None

    def _counted_twice(self) -> Wish | None:
        """What is asked for though so many of the same conditions must fail."""
        several = [(part, wanted) for part, wanted in self.waiting if isinstance(part, AllOf | AtLeast)]
        held = [part for part, wanted in several if wanted and len({*part.of}) == len(part.of)]
        for few in (part for part, wanted in several if not wanted):
            for many in held:
                others = sum(one not in few.of for one in many.of)
                if _count(many) - others >= _count(few):
                    return many, True
        return None

    def value(self, condition: Condition) -> bool | None:
        """Whether a condition holds wherever what is known holds; None where that is open."""
        if self.dead and condition in self.dead:
            return False
        found: bool | None
        match condition:
            case AnyTerm():
                found = self._of_terms(condition)
            case Near():
                found = self._of_near(condition)
            case Regex():
                found = self._of_regex(condition)
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

    # What is known of each kind

    @property
    def reading(self) -> Reading:
        """How the words of an article may be read."""
        return self.how or self.languages.reading()

    def _of_terms(self, choice: AnyTerm) -> bool | None:
        if self.excluding(choice.terms):
            return False
        how = self.reading
        certain = any(all(covering(choice.terms, term, how) for term in one.terms) for one in self.asked())
        return True if certain else None

    def asked(self) -> Iterator[AnyTerm]:
        """Texts of which one must occur."""
        yield from self.present
        for near in self.nears(True):
            yield from near.terms
            if terms := phrases(near):
                yield AnyTerm(terms, terms)

    def nears(self, held: bool) -> list[Near]:
        """Those that must hold, or must fail."""
        return [one for one, wanted in self.settled.items() if wanted is held and isinstance(one, Near)]

    def excluding(self, terms: Sequence[Term]) -> Term | None:
        """The excluded term because of which none of these can occur (that of the first); None where one may."""
        if not self.absent:
            return None
        how = self.reading
        first: Term | None = None
        for term in terms:
            if (by := covering(self.absent, term, how)) is None:
                return None
            first = first or by
        return first

    def _of_near(self, near: Near) -> bool | None:
        if self._is_excluded(near):
            return False
        return True if self._follows(near) else None

    def _is_excluded(self, near: Near) -> bool:
        """Whether the terms of a `near` cannot stand together, as what would hold with them must not."""
        if misfit(near) or any(self.value(choice) is False for choice in near.terms):
            return True
        if self.absent and (terms := phrases(near)) and self.excluding(terms):
            return True
        return any(near_in_near(one, near, self.reading) for one in self.nears(False))

    def _follows(self, near: Near) -> bool:
        """Whether the terms of a `near` stand together in what must occur."""
        if any(near_in_near(near, one, self.reading) for one in self.nears(True)):
            return True
        return any(all(near_in_text(near, term, self.reading) for term in one.terms) for one in self.present)

    def _of_regex(self, regex: Regex) -> bool | None:
        for one, held in self.settled.items():
            if isinstance(one, Regex) and one.text == regex.text:
                narrow, wide = (one, regex) if held else (regex, one)
                if set(narrow.fields) <= set(wide.fields):
                    return held
        return None

    def _of_source(self, wanted: SourceIs) -> bool | None:
        for asked in ("names", "tags"):
            values: frozenset[str] | None = getattr(wanted, asked)
            failing = [
                getattr(one, asked)
                for one in self.other_sources
                if getattr(one, asked) is not None and None in (one.names, one.tags)
            ]
            if values is not None and values <= frozenset().union(*failing):
                return False
        if wanted.names is not None and not two_names(
            [wanted.names, *(one.names for one in self.sources if one.names)]
        ):
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
        if values.count(True) >= _count(condition):
            return True
        return False if len(values) - values.count(False) < _count(condition) else None

    # What follows

    def _follow(self, part: Condition, wanted: bool) -> list[Wish] | None:
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
            case Near() | Regex():
                self.settled[part] = wanted
                if wanted and isinstance(part, Near):
                    return [(choice, True) for choice in part.terms]
            case _:
                assert_never(part)
        return []

    def _follow_several(self, part: AllOf | AtLeast, wanted: bool) -> list[Wish] | None:
        """All that are open must hold where no more than `count` can; none may where so many but one hold."""
        count = _count(part)
        values = [self.value(one) for one in part.of]
        free = [one for one, value in zip(part.of, values, strict=True) if value is None]
        held = values.count(True)
        enough = held + len(free) == count if wanted else held == count - 1
        return [(one, wanted) for one in free] if enough else None


def _count(condition: AllOf | AtLeast) -> int:
    return condition.count if isinstance(condition, AtLeast) else len(condition.of)


def covering(terms: Sequence[Term], other: Term, how: Reading) -> Term | None:
    """The first of several terms which are found, in one field or another, wherever the other one is; else None."""
    first: Term | None = None
    left = set(other.fields)
    for one in terms:
        if left.isdisjoint(one.fields) or not holds(one, other, how):
            continue
        first = first or one
        left -= set(one.fields)
        if not left:
            return first
    return None


def two_names(asked: Sequence[frozenset[str]]) -> bool:
    """Whether two names can be among each of these."""
    for name in asked[0]:
        rest = [one for one in asked[1:] if name not in one]
        if not rest or frozenset.intersection(*rest):
            return True
    return False


def _narrower(held: frozenset[str] | None, wanted: frozenset[str] | None) -> bool:
    return wanted is None or (held is not None and held <= wanted)
