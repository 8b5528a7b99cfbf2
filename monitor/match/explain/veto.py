"""A condition that holds where it should not -> the nearest one that does not, with what to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.match.conditions import AnyTerm, Condition, LanguageIs, Named, Near, Regex, SourceIs, Term, Unit, any_of
from monitor.match.explain.miss import Change, Miss, listed
from monitor.match.explain.variation import FIELD_COST, FIRST_WORD_COST, Variations, in_fields
from monitor.match.passages import Evaluation, Hit, Page, same_name, span
from monitor.model import FIELDS

_ORDER_COST = 15
_VALUE_COST = 40
"""The cost of taking one text, actor, name, tag or language out of several."""


class Vetoes:
    """Looks for what would have kept a condition from holding."""

    def __init__(self, page: Page, evaluation: Evaluation) -> None:
        self._page = page
        self._evaluation = evaluation
        self._variations = Variations()

    def lifted(self, leaf: Condition) -> Miss:
        """The nearest condition to a leaf that holds which does not; what it says is left to the caller."""
        found = min(self._ways(leaf), key=lambda one: one.cost, default=Miss(""))
        return found if found.condition and self._evaluation.hits(found.condition) is None else Miss("")

    def _ways(self, leaf: Condition) -> Iterator[Miss]:
        match leaf:
            case AnyTerm():
                yield from self._choice(leaf)
            case Near():
                yield from self._near(leaf)
            case Regex():
                if fields := self._free(leaf.fields, self._evaluation.hits(leaf) or []):
                    yield _miss(FIELD_COST, replace(leaf, fields=fields), f"in: {listed(fields)}")
            case SourceIs():
                yield from self._source(leaf)
            case LanguageIs():
                if left := leaf.languages - {self._page.article.language}:
                    yield _miss(_VALUE_COST, LanguageIs(left), f"take out {self._page.article.language}")

    def _choice(self, choice: AnyTerm) -> Iterator[Miss]:
        """Each text and actor that occurs, taken more exactly or taken out."""
        cost, changes, kept = 0, [], []
        for one in choice.of:
            hits = self._hits(any_of([one]))
            if hits:
                what = f"actor {one.id}" if isinstance(one, Named) else f"'{one.text}'"
                changed, says, more = self._stricter(one, hits) or (None, f"take out {what}", _VALUE_COST)
                cost += more
                changes.append(Change(says, what))
                kept += [changed] if changed else []
            else:
                kept.append(one)
        if kept:
            yield Miss("", cost, any_of(kept), tuple(changes))

    def _stricter(self, one: Term | Named, hits: Sequence[Hit]) -> tuple[Term | Named, str, int] | None:
        """A text or actor so that it does not occur, what is written for that, and the cost."""
        found: list[tuple[Term | Named, str, int]] = []
        wide = one.fields if isinstance(one, Term) else one.modifiers.fields or FIELDS
        if "title" in (fields := self._free(wide, hits)):  # nobody means a veto in the lede alone
            (narrow,) = in_fields(any_of([one]), fields).of
            found.append((narrow, f"in: {listed(fields)}", FIELD_COST))
        if isinstance(one, Term):  # how the names of an actor are taken is the concern of all its rules
            found += [(made.term, made.says, made.cost) for made in self._variations.stricter(one)]
        absent = (made for made in found if not self._hits(any_of([made[0]])))
        return min(absent, key=lambda made: made[2], default=None)

    def _near(self, near: Near) -> Iterator[Miss]:
        if (hits := self._evaluation.hits(near)) is None:
            return
        if isinstance(near.within, int) and (within := span(hits) - 1) > 0:
            cost = FIRST_WORD_COST + near.within - within
            yield _miss(cost, replace(near, within=within), f"within: {within}")
        if near.within is Unit.PARAGRAPH:
            sentence = replace(near, within=Unit.SENTENCE)
            if self._evaluation.hits(sentence) is None:
                yield _miss(FIRST_WORD_COST, sentence, "within: sentence")
        if not near.ordered and self._evaluation.hits(ordered := replace(near, ordered=True)) is None:
            yield _miss(_ORDER_COST, ordered, "ordered: true")

    def _source(self, wanted: SourceIs) -> Iterator[Miss]:
        article = self._page.article
        own = {same_name(name) for name in (article.source, article.agency) if name}
        if wanted.names is not None and (names := wanted.names - own):
            yield _miss(_VALUE_COST, replace(wanted, names=names), f"take out {listed(sorted(wanted.names & own))}")
        if wanted.tags is not None and (tags := wanted.tags.difference(article.tags)):
            yield _miss(_VALUE_COST, replace(wanted, tags=tags), f"take out {listed(sorted(wanted.tags - tags))}")

    def _hits(self, choice: AnyTerm) -> Sequence[Hit]:
        return self._evaluation.hits(choice) or ()

    def _free(self, fields: Sequence[str], hits: Sequence[Hit]) -> tuple[str, ...]:
        """The fields without a hit."""
        taken = {self._page.fields[self._page.field(hit.first)][0] for hit in hits}
        return tuple(name for name in fields if name not in taken)


def _miss(cost: int, condition: Condition, says: str) -> Miss:
    return Miss("", cost, condition, (Change(says, ""),))
