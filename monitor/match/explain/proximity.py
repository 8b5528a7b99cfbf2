"""A `near` that does not hold -> how near its terms stand, and what to write for that to be near enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.match.conditions import AllOf, AnyTerm, Named, Near, Unit, every
from monitor.match.explain.miss import ACROSS_COST, Change, Choices, Miss, listed, quotes, widened
from monitor.match.explain.variation import FIELD_COST, FIRST_WORD_COST, MOST_WORDS_COST, in_fields
from monitor.match.passages import Evaluation, Hit, Page, closest, span
from monitor.match.written import MOST_WORDS_APART
from monitor.model import FIELDS

_ORDER_COST = 15
_UNIT_COST = 20
_OUT_COST = 150
"""The cost of taking out a term: more than most changes, less than taking out the whole `near`."""
_FEWEST_TERMS = 2
_ALL_TERMS = "write it as all of its terms, wherever they stand"
_ANYWHERE = 10**15  # more positions than an article has
_FIRST_STEP, _STEP = 2, 4  # `within` is tried so many times as wide, and again


class Proximity:
    """Looks for what would have made a `near` hold."""

    def __init__(self, page: Page, evaluation: Evaluation, choices: Choices) -> None:
        self._page = page
        self._evaluation = evaluation
        self._choices = choices

    def miss(self, near: Near) -> Miss:
        """The nearest miss of a `near` that does not hold."""
        return self._elsewhere(near) or self._with_all_terms(near)

    def _elsewhere(self, near: Near) -> Miss | None:
        """It holds in a field that it does not look in."""
        if not (hits := self._evaluation.hits(_in_fields(near, FIELDS))):
            return None
        (field, _) = self._page.fields[self._page.field(hits[0].first)]
        fields = widened(tuple(name for name in FIELDS if all(name in one for one in _fields(near))), field)
        because = f"{self._shown(hits)} stand together in {field}, not in {' or '.join(_common(near)) or 'one field'}"
        change = Change(f"in: {listed(fields)}", "near")
        changed = _in_fields(near, fields)
        return Miss(because, FIELD_COST, changed, (change,)) if self._evaluation.hits(changed) else None

    def _with_all_terms(self, near: Near) -> Miss:
        """Its terms, each made to occur where it does not, and then nearer to each other."""
        found = [Miss("", 0, one) if self._held(one) else self._choices.miss(one, inside=True) for one in near.terms]
        pairs = list(zip(near.terms, found, strict=True))
        terms = [miss.condition for miss in found if isinstance(miss.condition, AnyTerm)]
        because = list(dict.fromkeys(miss.because for miss in found if miss.because))
        if len(terms) < _FEWEST_TERMS:
            return Miss("; ".join(because))
        out = [one for one, miss in pairs if not isinstance(miss.condition, AnyTerm)]
        changes = dict.fromkeys(change for miss in found for change in miss.changes)
        changes |= dict.fromkeys(Change(f"take out the term {_term(one)}", "near") for one in out)
        cost = sum(miss.cost for _, miss in pairs if miss.condition) + _OUT_COST * len(out)
        changed = replace(near, terms=tuple(terms))
        if because and self._evaluation.hits(changed):
            return Miss("; ".join(because), cost, changed, tuple(changes))
        wider = min(self._wider(changed), key=lambda miss: miss.cost, default=None) or self._anywhere(changed)
        because.append(wider.because)
        return Miss("; ".join(because), cost + wider.cost, wider.condition, (*changes, *wider.changes))

    def _held(self, choice: AnyTerm) -> bool:
        return self._evaluation.hits(choice) is not None

    def _wider(self, near: Near) -> Iterator[Miss]:
        """The same terms in any order, further apart, in a larger unit, and both."""
        orders = [near] if not near.ordered else [near, replace(near, ordered=False)]
        for one in orders:
            turned = near.ordered and not one.ordered
            if turned and (hits := self._evaluation.hits(one)):
                yield self._told(one, hits, "", "", 0, turned=True)
            if isinstance(near.within, int):
                yield from self._further(one, near.within, turned=turned)
            if near.within is not Unit.PARAGRAPH:
                wide = replace(one, within=Unit.PARAGRAPH)
                if hits := self._evaluation.hits(wide):
                    sentence = near.within is Unit.SENTENCE
                    how = "different sentences" if sentence else f"one paragraph, more than {MOST_WORDS_APART} words"
                    because = f"{self._shown(hits)} stand in {how}{'' if sentence else ' apart'}"
                    cost = _UNIT_COST if sentence else FIRST_WORD_COST + MOST_WORDS_COST + 1
                    yield self._told(wide, hits, because, "within: paragraph", cost, turned=turned)

    def _further(self, near: Near, limit: int, *, turned: bool) -> Iterator[Miss]:
        within = limit
        while within < MOST_WORDS_APART:
            within = min(max(within * _STEP, _FIRST_STEP), MOST_WORDS_APART)
            if hits := self._evaluation.hits(replace(near, within=within)):
                apart = max(span(hits), 1)
                if apart > limit:
                    because = f"{self._shown(hits)} stand {apart} words apart, limit {limit}"
                    cost = FIRST_WORD_COST + min(apart - limit, MOST_WORDS_COST)
                    yield self._told(
                        replace(near, within=apart), hits, because, f"within: {apart}", cost, turned=turned
                    )
                return

    def _told(self, near: Near, hits: Sequence[Hit], because: str, says: str, cost: int, *, turned: bool) -> Miss:
        """A miss, with the words that stand in another order if they do."""
        if turned:
            order = f"in the order {self._shown(hits)}, ordered is true"
            because, cost = f"{because}; {order}" if because else f"the terms stand {order}", cost + _ORDER_COST
            says = f"{says}, ordered: false" if says else "ordered: false"
        return Miss(because, cost, near, (Change(says, "near"),))

    def _anywhere(self, near: Near) -> Miss:
        """The terms, however far apart."""
        if (shared := self._shared(near)) is not None:
            return shared
        firsts = [hits[0] for one in near.terms if (hits := self._evaluation.hits(one))]
        fields = [self._page.fields[self._page.field(hit.first)][0] for hit in firsts]
        if len(set(fields)) > 1:
            because = " and ".join(
                f"'{self._choices.quoted(hit)}' stands in {field}" for hit, field in zip(firsts, fields, strict=True)
            )
        else:
            because = f"{self._shown(firsts)} never stand in one paragraph"
        changed = AllOf(near.terms)
        return Miss(because, ACROSS_COST, changed, (Change(_ALL_TERMS, "near"),))

    def _shared(self, near: Near) -> Miss | None:
        """Some words would have to count for several terms, as those of a word that is named twice and stands once."""
        hits = [self._evaluation.hits(one) or [] for one in near.terms]
        if closest(hits, _ANYWHERE, ordered=False) is not None:
            return None
        terms = list(dict.fromkeys(near.terms))
        counts = {one: (near.terms.count(one), len(self._apart(one))) for one in terms}
        told = [_too_few(_term(one), stands, asked) for one, (asked, stands) in counts.items() if stands < asked]
        firsts = {(found[0].first, found[0].last): found[0] for found in hits}
        if not told and len(firsts) == 1:
            told = [_too_few(self._shown([hits[0][0]]), 1, len(hits))]
        because = "; ".join(told) or f"{self._shown([*firsts.values()])} share words, and no word counts twice"
        says = f"write {_term(terms[0])} without near" if len(terms) == 1 else _ALL_TERMS
        return Miss(because, ACROSS_COST, every(terms), (Change(says, "near"),))

    def _apart(self, choice: AnyTerm) -> list[Hit]:
        """As many places of a term as there are without a word in common."""
        kept: list[Hit] = []
        for hit in sorted(self._evaluation.hits(choice) or (), key=lambda hit: hit.last):
            if not kept or kept[-1].last < hit.first:
                kept.append(hit)
        return kept

    def _shown(self, hits: Sequence[Hit]) -> str:
        return quotes(self._choices.quoted(hit) for hit in sorted(hits, key=lambda hit: hit.first))


def _term(choice: AnyTerm) -> str:
    return listed([f"actor {one.id}" if isinstance(one, Named) else f"'{one.text}'" for one in choice.of])


def _too_few(shown: str, stands: int, asked: int) -> str:
    return f"{shown} stands only {'once' if stands == 1 else f'{stands} times'}, but {asked} terms ask for it"


def _fields(near: Near) -> list[tuple[str, ...]]:
    return [term.fields for choice in near.terms for term in choice.terms]


def _common(near: Near) -> list[str]:
    return [name for name in FIELDS if all(name in one for one in _fields(near))]


def _in_fields(near: Near, fields: tuple[str, ...]) -> Near:
    """The `near` with these fields written beside it and beside none of its terms."""
    return replace(near, terms=tuple(in_fields(choice, fields) for choice in near.terms))
