"""Condition and page -> the hits that make it hold, or None when it does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from monitor.match.conditions import (
    AllOf,
    AnyTerm,
    AtLeast,
    Condition,
    LanguageIs,
    Near,
    Not,
    Regex,
    SourceIs,
    Term,
    Unit,
)
from monitor.match.passages.near import closest, closest_of
from monitor.match.passages.page import Page
from monitor.match.passages.search import Hit, occurrences, passages, tightest
from monitor.model import Article, Evidence
from monitor.text import fold

_SEVERAL = 2


class Evaluation:
    """Conditions against one page; a term that several rules share is looked up once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._found: dict[Term, list[Hit]] = {}
        self._fitting: dict[Regex, list[Hit] | None] = {}

    def hits(self, condition: Condition) -> list[Hit] | None:
        """What makes a condition hold (empty when only facts or absence do), or None when it does not hold."""
        found: list[Hit] | None
        match condition:
            case AnyTerm():
                found = _longest(self._mentions(condition)) or None
            case Near():
                found = self._near(condition)
            case Regex():
                found = self._fits(condition)
            case AllOf():
                found = self._all(condition.of)
            case AtLeast():
                held = [hits for one in condition.of if (hits := self.hits(one)) is not None]
                found = [hit for hits in held for hit in hits] if len(held) >= condition.count else None
            case Not():
                found = [] if self.hits(condition.of) is None else None
            case SourceIs():
                found = [] if _is_from(self._page.article, condition) else None
            case LanguageIs():
                found = [] if self._page.article.language in condition.languages else None
            case _:
                assert_never(condition)
        return found

    def evidence(self, hits: Iterable[Hit]) -> tuple[Evidence, ...]:
        """Hits as passages in reading order, each passage once, under the first term that found it."""
        places: dict[tuple[int, int, int], Hit] = {}
        for hit in hits:
            places.setdefault((self._page.field(hit.first), hit.start, hit.end), hit)
        return tuple(self._passage(place[0], places[place]) for place in sorted(places))

    def _passage(self, index: int, hit: Hit) -> Evidence:
        field, text = self._page.fields[index]
        return Evidence(field, hit.start, hit.end, text[hit.start : hit.end], hit.term.text)

    def _all(self, conditions: Sequence[Condition]) -> list[Hit] | None:
        found: list[Hit] = []
        for condition in conditions:
            hits = self.hits(condition)
            if hits is None:
                return None
            found += hits
        return found

    def _fits(self, regex: Regex) -> list[Hit] | None:
        if regex not in self._fitting:
            self._fitting[regex] = passages(regex, self._page)
        return self._fitting[regex]

    def _occurrences(self, choice: AnyTerm) -> list[Hit]:
        found: list[Hit] = []
        for term in choice.terms:
            if term not in self._found:
                self._found[term] = occurrences(term, self._page)
            found += self._found[term]
        return found

    def _mentions(self, choice: AnyTerm) -> list[Hit]:
        """Occurrences, of a term with `slop` only those that no shorter one stands in."""
        found = self._occurrences(choice)
        if found and any(term.slop for term in choice.terms):
            found = [hit for term in choice.terms for hit in tightest(self._found[term])]
        return found

    def _near(self, near: Near) -> list[Hit] | None:
        """The closest group, and where that is in the title the closest below it too, which people read in context."""
        terms: list[list[Hit]] = []
        for choice in near.terms:
            if not (hits := self._occurrences(choice)):
                return None
            terms.append(hits)
        group = self._group(near, terms)
        if group is None or not self._in_title(group[0]):
            return group
        below = [[hit for hit in hits if not self._in_title(hit)] for hits in terms]
        return [*group, *((all(below) and self._group(near, below)) or ())]

    def _in_title(self, hit: Hit) -> bool:
        return self._page.fields[self._page.field(hit.first)][0] == "title"

    def _group(self, near: Near, terms: Sequence[Sequence[Hit]]) -> list[Hit] | None:
        if isinstance(near.within, Unit):
            return self._in_unit(terms, near.within, ordered=near.ordered)
        return closest(terms, near.within, ordered=near.ordered)

    def _in_unit(self, terms: Sequence[Sequence[Hit]], unit: Unit, *, ordered: bool) -> list[Hit] | None:
        """The closest group with one hit of each term within one sentence or paragraph; the first of equals."""
        shared: dict[tuple[int, int], list[list[Hit]]] = {}
        for number, hits in enumerate(terms):
            for hit in hits:
                place = self._page.unit(unit, hit.first, hit.start, hit.end)
                if place is not None:
                    shared.setdefault(place, [[] for _ in terms])[number].append(hit)
        found = [shared[place] for place in sorted(shared) if all(shared[place])]
        return closest_of(found, ordered=ordered)


def _longest(hits: list[Hit]) -> list[Hit]:
    """Hits without those inside another one: Sergueï Lavrov is one mention, also for the alias Lavrov."""
    if len(hits) < _SEVERAL:
        return hits
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
        if not kept or kept[-1].last < hit.last:
            kept.append(hit)
    return kept


def _is_from(article: Article, wanted: SourceIs) -> bool:
    names = {same_name(name) for name in (article.source, article.agency) if name}
    return (wanted.names is None or not names.isdisjoint(wanted.names)) and (
        wanted.tags is None or not wanted.tags.isdisjoint(article.tags)
    )


def same_name(name: str) -> str:
    """A name of a source for comparison: folded, its spaces squeezed."""
    return " ".join(fold(name).split())
