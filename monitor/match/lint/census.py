"""Rules and the articles of an archive -> what their hits say of the rules, as findings with place and remedy."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from monitor.errors import Problem
from monitor.match.conditions import (
    AllOf,
    AnyTerm,
    AtLeast,
    Condition,
    Named,
    Near,
    Term,
    any_of,
)
from monitor.match.lint.findings import Finding, Kind, choices
from monitor.match.lint.places import Places
from monitor.match.lint.spellings import Spellings
from monitor.match.passages import Evaluation, Page
from monitor.match.percolator import Percolator
from monitor.match.ruleset import Rule, RuleSet
from monitor.model import Article, Match

ENOUGH = 100
"""Articles of which an archive tells something; fewer may all be about one thing."""

MOST = 0.5
CARRIES = 0.95
SAME = 0.9
FEWEST_HITS = 20
SEEN = 3

_SHOWN = 3  # terms of a condition in a message


@dataclass(frozen=True, slots=True)
class _Alone:
    """A choice of a list, and what the rule would be if it were the only one there; `list_` names the list."""

    list_: tuple[int, ...]
    choice: Term | Named | Condition
    condition: Condition


class Census:
    """Matches articles one by one, and keeps for each rule no more than the numbers of those that it matched.

    `languages` are those an article of unknown language may be in.
    """

    def __init__(self, rules: RuleSet, languages: Sequence[str]) -> None:
        self.articles = 0
        self._rules = rules
        self._languages = tuple(languages)
        self._hits = {id_: array("Q") for id_ in rules.rules}
        self._choices = _distinct(rules.rules.values())
        self._missing = dict.fromkeys(range(len(self._choices)))
        self._percolator = Percolator([one for one, *_ in self._choices])
        self._spellings = Spellings(rules.rules.values(), languages)
        self._lists: dict[str, list[_Alone]] = {}
        self._alone: dict[str, list[int]] = {}

    def add(self, article: Article) -> list[Match]:
        """Count one article; its matches, as `RuleSet.match` gives them."""
        matches = self._rules.match(article)
        page = Page(article, self._languages)
        evaluation = Evaluation(page)
        for match in matches:
            self._hits[match.rule].append(self.articles)
            self._count_alone(match.rule, evaluation)
        if self._missing:
            found = [number for number in self._percolator.candidates(page) if number in self._missing]
            for number in found:
                if evaluation.hits(self._choices[number][0]) is not None:
                    del self._missing[number]
        self._spellings.add(page)
        self.articles += 1
        return matches

    @property
    def hits(self) -> Mapping[str, int]:
        """How many articles each rule matched."""
        return {id_: len(found) for id_, found in self._hits.items()}

    def findings(self, span: str) -> list[Finding]:
        """What the articles say of the rules, in the order of files and lines; `span` is their time in words.

        Nothing where they are fewer than ENOUGH.
        """
        if self.articles < ENOUGH:
            return []
        places = Places([*self._rules.files, *(rule.path for rule in self._rules.rules.values())])
        told = _Told(places, self.articles, span)
        return sorted(
            {
                *self._too_wide(told),
                *self._without_hits(told),
                *self._carried(told),
                *self._same(told),
                *self._misspelt(told),
            }
        )

    def _count_alone(self, id_: str, evaluation: Evaluation) -> None:
        if id_ not in self._lists:
            self._lists[id_] = list(_alone(self._rules.rules[id_].condition))
            self._alone[id_] = [0] * len(self._lists[id_])
        counts = self._alone[id_]
        for number, one in enumerate(self._lists[id_]):
            counts[number] += evaluation.hits(one.condition) is not None

    def _too_wide(self, told: _Told) -> Iterator[Finding]:
        for id_, found in self._hits.items():
            if self._is_wide(id_):
                share = f"{len(found)} of {self.articles} articles {told.span} ({100 * len(found) // self.articles} %)"
                message = f"rule '{id_}' matches nearly everything: {share}: ask for more"
                yield told.finding(Kind.NEARLY_ALL, self._rules.rules[id_], message)

    def _is_wide(self, id_: str) -> bool:
        return len(self._hits[id_]) > MOST * self.articles

    def _without_hits(self, told: _Told) -> Iterator[Finding]:
        for number in self._missing:
            _, choice, rule = self._choices[number]
            what = f"{_called(choice)} stands in none of {self.articles} articles {told.span}"
            message = f"{what}: look how the press writes it, or take it out"
            yield told.finding(Kind.NO_HITS, rule, message, *_texts(choice))

    def _carried(self, told: _Told) -> Iterator[Finding]:
        for id_, lists in self._lists.items():
            if self._is_wide(id_):
                continue  # whichever term it is
            rule, total = self._rules.rules[id_], len(self._hits[id_])
            best: dict[tuple[int, ...], tuple[int, int]] = {}
            for number, (one, count) in enumerate(zip(lists, self._alone[id_], strict=True)):
                best[one.list_] = max(best.get(one.list_, (0, 0)), (count, -number))
            for count, number in best.values() if total >= FEWEST_HITS else ():
                if count > CARRIES * total:
                    choice = lists[-number].choice
                    message = (
                        f"{_called(choice)} alone brings {count} of {total} hits of rule '{id_}' {told.span}: look "
                        "whether what stands beside it in its list is written as the press does, or take that out"
                    )
                    yield told.finding(Kind.ONE_TERM, rule, message, *_texts(choice))

    def _same(self, told: _Told) -> Iterator[Finding]:
        few = {id_: found for id_, found in self._hits.items() if not self._is_wide(id_)}
        for id_, other, share in _pairs(few):
            first = told.places.of_rule(self._rules.rules[other])
            where = f"rule '{other}' ({first.path}:{first.line})"
            message = f"rule '{id_}' and {where} have {share:.0%} of their hits {told.span} in common: make them one"
            yield told.finding(Kind.SAME_HITS, self._rules.rules[id_], message)

    def _misspelt(self, told: _Told) -> Iterator[Finding]:
        for one in self._spellings.found(SEEN):
            where = f"an alias of actor '{one.actor}'" if one.actor else "a text of the list"
            message = (
                f"'{one.text}' stands {one.seen} times in {self.articles} articles {told.span} and is not found, "
                f"'{one.term.text}' is: if it is the same, make it {where}, or write fuzzy: 1"
            )
            yield told.finding(Kind.SPELLING, one.rule, message, one.term.text, actor=one.actor)


@dataclass(frozen=True, slots=True)
class _Told:
    """How findings of one archive are worded and placed."""

    places: Places
    articles: int
    span: str

    def finding(self, kind: Kind, rule: Rule, message: str, *texts: str, actor: str | None = None) -> Finding:
        place: Problem | None = self.places.of_actor(actor, texts[0]) if actor else None
        return Finding(replace(place or self.places.of_rule(rule, *texts), message=message), kind, rule.id)


def _distinct(rules: Iterable[Rule]) -> list[tuple[AnyTerm, Term | Named, Rule]]:
    """The texts and actors that rules ask for, each once, with the first rule that does."""
    found: dict[object, tuple[AnyTerm, Term | Named, Rule]] = {}
    for rule in rules:
        for choice in choices(rule.condition, excluded=False):
            key = (choice.id, choice.terms) if isinstance(choice, Named) else choice
            found.setdefault(key, (any_of([choice]), choice, rule))
    return list(found.values())


def _alone(condition: Condition, list_: tuple[int, ...] = ()) -> Iterator[_Alone]:
    """The condition with each of its lists cut down to one choice at a time.

    Below a part that several others can stand in for, a cut says nothing of the whole; the branches of an `any` are
    looked at each by itself.
    """
    match condition:
        case AnyTerm() if len(condition.of) > 1:
            yield from (_Alone(list_, one, any_of([one])) for one in condition.of)
        case Near() | AllOf():
            parts: Sequence[Condition] = condition.terms if isinstance(condition, Near) else condition.of
            for at, part in enumerate(parts):
                for one in _alone(part, (*list_, at)):
                    yield replace(one, condition=_with(condition, at, one.condition))
        case AtLeast(count=1):
            yield from (_Alone(list_, one, one) for one in condition.of)
            for at, part in enumerate(condition.of):
                yield from _alone(part, (*list_, at))
        case _:
            return


def _with(condition: Near | AllOf, at: int, part: Condition) -> Condition:
    """A condition with another part in one place."""
    if isinstance(condition, AllOf):
        return AllOf((*condition.of[:at], part, *condition.of[at + 1 :]))
    terms = [part if n == at and isinstance(part, AnyTerm) else one for n, one in enumerate(condition.terms)]
    return replace(condition, terms=tuple(terms))


def _pairs(hits: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, str, float]]:
    """(rule, the earlier rule whose hits are most the same, the share in common) for all that share nearly all.

    Two sets that share so much share one of the few rarest members of either, so only rules that meet there are
    compared.
    """
    many = {id_: found for id_, found in hits.items() if len(found) >= FEWEST_HITS}
    common = Counter(article for found in many.values() for article in found)
    meeting: dict[int, list[str]] = {}
    sets: dict[str, frozenset[int]] = {}
    for id_, found in many.items():
        sets[id_] = frozenset(found)
        rarest = sorted(found, key=lambda article: (common[article], article))[
            : len(found) - ceil(SAME * len(found)) + 1
        ]
        others = dict.fromkeys(other for article in rarest for other in meeting.get(article, ()))
        shares = [(len(sets[id_] & sets[other]) / len(sets[id_] | sets[other]), other) for other in others]
        if shares and (best := max(shares, key=lambda one: one[0]))[0] > SAME:
            yield id_, best[1], best[0]
        for article in rarest:
            meeting.setdefault(article, []).append(id_)


def _called(choice: Term | Named | Condition) -> str:
    """A choice as messages call it."""
    if isinstance(choice, Named):
        return f"actor '{choice.id}'"
    if isinstance(choice, Term):
        return f"'{choice.text}'"
    named = ", ".join(_called(one) for one in list(choices(choice))[:_SHOWN])
    return f"the condition with {named}" if named else "one condition"


def _texts(choice: Term | Named | Condition) -> list[str]:
    if isinstance(choice, Named):
        return [choice.id]
    return [choice.text] if isinstance(choice, Term) else [t for one in choices(choice) for t in _texts(one)]
