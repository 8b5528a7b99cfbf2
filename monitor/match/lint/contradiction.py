"""A rule's condition -> why it can never hold, and which parts of it never count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from monitor.match import inflection
from monitor.match.conditions import AllOf, AnyTerm, AtLeast, Condition, Named, Near, Not
from monitor.match.lint.covering import ANYWHERE, Reading, reading
from monitor.match.lint.facts import Doubt, Facts, Languages, Part
from monitor.match.lint.refutation import doubt, excluded

_MOST_TRIED = 300  # alternatives of one condition that are followed


class Never(NamedTuple):
    """A part that can never hold, and why with what to do; `whole`: so the rule never matches.

    `languages`: it is so in articles of these alone, none for all; `as_written`: and only where words have the accents
    that the rule writes.
    """

    part: Part
    why: str
    whole: bool
    languages: tuple[str, ...] = ()
    as_written: bool = False


def doubts(condition: Condition, known: frozenset[str] | None) -> list[Never]:
    """What can never hold, by what must hold beside it; empty where nothing is certain.

    `known` are the languages that articles of the rule may be known to be in, None for any. The whole is found
    impossible by what follows from it step by step, and by trying each alternative by itself: a contradiction that
    needs two of them at once is missed, and none is invented. What cannot hold in some languages only, since words
    have their number and gender there, is told of these languages.
    """
    found = [Never(*one) for one in _doubts(Facts(Languages(known)), condition)]
    if any(one.whole for one in found) or not _excludes(condition):
        return found
    told = {one.part for one in found}
    languages = sorted(one for one in inflection.LANGUAGES if known is None or one in known)
    inflected = [one for name in languages for one in _in_language(condition, name)]
    if wholes := [one for one in inflected if one.whole]:
        return [_joined(wholes)]
    by_part: dict[Part, list[Never]] = {}
    for one in inflected:
        if one.part not in told:
            by_part.setdefault(one.part, []).append(one)
    return [*found, *map(_joined, by_part.values())]


def _joined(found: list[Never]) -> Never:
    """The first of several, with the languages of all."""
    languages = tuple(dict.fromkeys(name for one in found for name in one.languages))
    return found[0]._replace(languages=languages, as_written=any(one.as_written for one in found))


def _in_language(condition: Condition, language: str) -> list[Never]:
    """What cannot hold in articles of a language because of the number and gender of words, and of nothing else."""

    def told(how: Reading) -> list[Doubt]:
        return _doubts(Facts(Languages(frozenset({language}), unknown=False), how), condition)

    if not (found := told(reading(frozenset({language}), accents=False))):
        return []
    certain = told(ANYWHERE)
    if any(one.whole for one in certain):
        return []
    anyway = {one.part for one in certain}
    strict = {(one.part, one.whole) for one in told(reading(frozenset({language})))}
    return [
        Never(*one, (language,), (one.part, one.whole) not in strict)
        for one in found
        if one.whole or one.part not in anyway
    ]


def _excludes(condition: Condition) -> bool:
    match condition:
        case Not():
            return True
        case AllOf() | AtLeast():
            return any(map(_excludes, condition.of))
        case _:
            return False


def _doubts(facts: Facts, condition: Condition) -> list[Doubt]:
    if failed := facts.settle([(condition, True)]):
        return [doubt(facts, *failed, whole=True)]
    while tried := _tried(facts):
        if failed := facts.settle(tried):
            return [doubt(facts, *failed, whole=True)]
    return list(_parts(facts, condition))


def _tried(facts: Facts) -> list[tuple[Condition, bool]]:
    """The alternatives that cannot be chosen, as they contradict themselves or what is known: they must fail."""
    found = []
    for one, wanted in facts.alternatives()[:_MOST_TRIED]:
        trial = facts.copy()
        if (failed := trial.settle([(one, wanted)])) is not None:
            if wanted:
                facts.dead[one] = doubt(trial, *failed, whole=False)
            found.append((one, not wanted))
    return found


def _parts(facts: Facts, condition: Condition) -> Iterator[Doubt]:
    """The choices of a condition that must not fail which can never be the ones that hold."""
    match condition:
        case AllOf():
            for one in condition.of:
                yield from _parts(facts, one)
        case Near():
            for terms in condition.terms:
                yield from _parts(facts, terms)
        case AtLeast():
            for one in condition.of:
                yield from _of_choice(facts, one)
        case AnyTerm():
            for choice in condition.of:
                of_choice = choice.terms if isinstance(choice, Named) else (choice,)
                if by := facts.excluding(of_choice):
                    yield Doubt(choice, excluded(choice, by), False)
        case _:
            return


def _of_choice(facts: Facts, one: Condition) -> Iterator[Doubt]:
    if one in facts.dead:
        yield facts.dead[one]
    elif facts.value(one) is False:
        yield doubt(facts, one, True, whole=False)
    else:
        chosen = facts.copy()
        if failed := chosen.settle([(one, True)]):
            yield doubt(chosen, *failed, whole=False)
        else:
            yield from _parts(chosen, one)
