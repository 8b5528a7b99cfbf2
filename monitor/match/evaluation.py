"""Condition and page -> the hits that make it hold, or None when it does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from monitor.match.conditions import AllOf, AnyTerm, AtLeast, Condition, LanguageIs, Near, Not, SourceIs, Term
from monitor.match.near import closest
from monitor.match.page import Page
from monitor.match.search import Hit, occurrences
from monitor.model import Article, Evidence
from monitor.text import fold

_SEVERAL = 2


class Evaluation:
    """Conditions against one page; a term that several rules share is looked up once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._found: dict[Term, list[Hit]] = {}

    def hits(self, condition: Condition) -> list[Hit] | None:
        """What makes a condition hold (empty when only facts or absence do), or None when it does not hold."""
        found: list[Hit] | None
        match condition:
            case AnyTerm():
                found = _longest(self._occurrences(condition)) or None
            case Near():
                found = self._near(condition)
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
        passages: dict[tuple[int, int], Hit] = {}
        for hit in hits:
            passages.setdefault((hit.first, hit.end), hit)
        return tuple(self._passage(passages[place]) for place in sorted(passages))

    def _passage(self, hit: Hit) -> Evidence:
        field, text = self._page.fields[self._page.field(hit.first)]
        return Evidence(field, hit.start, hit.end, text[hit.start : hit.end], hit.term.text)

    def _all(self, conditions: Sequence[Condition]) -> list[Hit] | None:
        found: list[Hit] = []
        for condition in conditions:
            hits = self.hits(condition)
            if hits is None:
                return None
            found += hits
        return found

    def _occurrences(self, choice: AnyTerm) -> list[Hit]:
        found: list[Hit] = []
        for term in choice.terms:
            if term not in self._found:
                self._found[term] = occurrences(term, self._page)
            found += self._found[term]
        return found

    def _near(self, near: Near) -> list[Hit] | None:
        terms: list[list[Hit]] = []
        for choice in near.terms:
            if not (hits := self._occurrences(choice)):
                return None
            terms.append(hits)
        return closest(terms, near.within, ordered=near.ordered)


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
