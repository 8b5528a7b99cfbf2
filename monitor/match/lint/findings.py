"""Rules -> what is probably not meant in them, found without any article, each with its place and a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.errors import Problem
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
)
from monitor.match.lint.contradiction import Never, doubts
from monitor.match.lint.frequent_words import COMMON, EVERYWHERE, EVERYWHERE_IN_PAIRS
from monitor.match.lint.places import Places
from monitor.match.regex import encoded
from monitor.match.ruleset import Rule, RuleSet


class Kind(StrEnum):
    """What a finding is about; scripts may rely on these words."""

    NEVER = "never-matches"
    DEAD_PART = "dead-condition"
    NEARLY_ALL = "matches-nearly-everything"
    ACRONYM = "acronym-without-case"
    LOST = "lost-sign"
    TESTS = "missing-tests"
    NO_HITS = "term-without-hits"
    ONE_TERM = "term-carries-the-rule"
    SAME_HITS = "same-hits"
    SPELLING = "spelling-variant"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something in a rule that is probably not meant; `problem` has its place and what to do."""

    problem: Problem
    kind: Kind
    rule: str


# What a rule has that matches nearly everything, and what says nothing more of it.
_FOLLOWING = (Kind.ONE_TERM, Kind.SAME_HITS)
# The language of an article is one of those that are looked for, or this.
_OTHER = "other"
_LONGEST_ACRONYM = 6
# Hardly any text is without these; none of them is about anything.
_SMALL_TALK = ("Il est de la et les.", "It is of the and a.")
_BOUNDARY = re.compile(r"(?<!\\)(?:\\\\)*(?:\\b([^\W\d_a-zA-Z])|([^\W\d_a-zA-Z])\\b)")
_PLUS = re.compile(r"\w+\s*[+#]+|[$€£]\s*\d[\d.,]*|\d[\d.,]*\s*[%‰€$£°]")


def lint_rules(rules: RuleSet, languages: Sequence[str], *, known: bool = True) -> list[Finding]:
    """What is wrong with each rule by itself, in the order of files and lines.

    `languages` are those of the configuration; `known` is false where there is none, so that others are no mistake.
    """
    places = Places([*rules.files, *(rule.path for rule in rules.rules.values())])
    found = {one: None for rule in rules.rules.values() for one in _Lint(rule, languages, places, known=known).run()}
    return sorted(found)


def folded(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of files and lines, without those that only follow from another one of the same rule.

    Of a rule that matches nearly everything one term surely carries its hits, and others have the same; that it does is
    told once, first of all by the term that fits nearly every text. `findings` come in the order of what tells most.
    """
    causes: dict[str, Finding] = {}
    kept = []
    for one in findings:
        if one.kind is Kind.NEARLY_ALL and causes.setdefault(one.rule, one) is not one:
            continue
        kept.append(one)
    return sorted({one for one in kept if not (one.kind in _FOLLOWING and one.rule in causes)})


class _Lint:
    """One rule."""

    def __init__(self, rule: Rule, languages: Sequence[str], places: Places, *, known: bool) -> None:
        self._rule = rule
        self._places = places
        self._configured = frozenset({*languages, _OTHER}) if known else None
        self._languages = rule.languages or tuple(languages)

    def run(self) -> Iterator[Finding]:
        yield from self._impossible()
        yield from self._too_wide()
        for choice in choices(self._rule.condition):
            for term in choice.terms if isinstance(choice, Named) else (choice,):
                yield from self._term(term, choice.id if isinstance(choice, Named) else None)
        for regex in _regexes(self._rule.condition):
            yield from self._boundary(regex)
        yield from self._tests()

    def _finding(self, kind: Kind, place: Problem, message: str) -> Finding:
        return Finding(replace(place, message=message), kind, self._rule.id)

    def _impossible(self) -> Iterator[Finding]:
        allowed = frozenset(self._rule.languages) or self._configured
        if allowed and self._configured is not None and not (allowed := allowed & self._configured):
            others = ", ".join(self._rule.languages)
            message = (
                f"rule '{self._rule.id}' only matches articles of unknown language: add '{others}' to `languages` of "
            )
            place = self._places.of_key(self._rule, "languages")
            yield self._finding(Kind.NEVER, place, f"{message}monitor.yaml, or take it out here")
            return  # whatever else cannot hold
        for doubt in doubts(self._rule.condition, allowed):
            kind = Kind.NEVER if doubt.whole else Kind.DEAD_PART
            what = _never(doubt)
            place = self._places.of_rule(self._rule, *_texts(doubt))
            yield self._finding(kind, place, f"rule '{self._rule.id}' {what}: {doubt.why}")

    def _too_wide(self) -> Iterator[Finding]:
        message = f"rule '{self._rule.id}' matches nearly everything: "
        condition = self._rule.condition
        if _holds(condition, lambda _: False):
            message += "it holds for every text without certain words: say beside `not` what must occur"
            yield self._finding(Kind.NEARLY_ALL, self._places.of_rule(self._rule), message)
        elif _holds(condition, self._is_everywhere):
            first = next(one for one in _leaves(condition) if self._is_everywhere(one))
            message += f"'{first.text}' fits nearly every text: take it out, or ask for more beside it"
            yield self._finding(Kind.NEARLY_ALL, self._places.of_rule(self._rule, first.text), message)

    def _is_everywhere(self, one: Term | Regex) -> bool:
        if isinstance(one, Regex):
            return all(one.pattern.spans(encoded(text)) for text in _SMALL_TALK)
        if one.words[0].mode is Mode.CASE or one.slop:
            return False
        written = " ".join(word.folded for word in one.words)
        return any(
            written in EVERYWHERE.get(language, ()) or written in EVERYWHERE_IN_PAIRS.get(language, ())
            for language in self._languages
        )

    def _term(self, term: Term, actor: str | None) -> Iterator[Finding]:
        text = " ".join(term.text.split())
        if _is_acronym(term, text) and any(term.words[0].folded in COMMON.get(one, ()) for one in self._languages):
            word = term.words[0].folded
            message = f"'{text}' also finds the word '{word}': write {{text: {text}, case: true}}"
            yield self._finding(Kind.ACRONYM, self._place(term, actor), message)
        if _PLUS.fullmatch(text):
            kept = " ".join(word.cased for word in term.words)
            message = f"signs are no part of a word: '{text}' finds every '{kept}': write a regex where they count"
            yield self._finding(Kind.LOST, self._place(term, actor), message)

    def _place(self, term: Term, actor: str | None) -> Problem:
        found = self._places.of_actor(actor, term.text) if actor else None
        return found or self._places.of_rule(self._rule, *([actor] if actor else []), term.text)

    def _boundary(self, regex: Regex) -> Iterator[Finding]:
        if found := _BOUNDARY.search(regex.text):
            letter = found[1] or found[2]
            instead = f"(^|\\PL){letter}" if found[1] else f"{letter}(\\PL|$)"
            message = f"\\b knows ASCII letters only, so beside '{letter}' it is no edge of a word: write {instead}"
            yield self._finding(Kind.LOST, self._places.of_rule(self._rule, regex.text), message)

    def _tests(self) -> Iterator[Finding]:
        kinds = {test.match for test in self._rule.tests}
        if kinds == {True, False}:
            return
        if not kinds:
            message = "has no tests: add a text that must match and one that nearly does but must not"
        elif True in kinds:
            message = "has no test with match: false: add a text that nearly matches but must not"
        else:
            message = "has no test with match: true: add a text that must match"
        yield self._finding(Kind.TESTS, self._places.of_rule(self._rule), f"rule '{self._rule.id}' {message}")


def choices(condition: Condition, *, excluded: bool = True) -> Iterator[Term | Named]:
    """The texts and actors of a condition as written; without those under `not` where these are not wanted."""
    match condition:
        case AnyTerm():
            yield from condition.of
        case Near():
            for choice in condition.terms:
                yield from choice.of
        case AllOf() | AtLeast():
            for one in condition.of:
                yield from choices(one, excluded=excluded)
        case Not() if excluded:
            yield from choices(condition.of)
        case _:
            return


def _regexes(condition: Condition, *, excluded: bool = True) -> Iterator[Regex]:
    match condition:
        case Regex():
            yield condition
        case AllOf() | AtLeast():
            for one in condition.of:
                yield from _regexes(one, excluded=excluded)
        case Not() if excluded:
            yield from _regexes(condition.of)
        case _:
            return


def _leaves(condition: Condition) -> Iterator[Term | Regex]:
    """What must occur somewhere, without what is excluded."""
    for one in choices(condition, excluded=False):
        yield from one.terms if isinstance(one, Named) else (one,)
    yield from _regexes(condition, excluded=False)


def _holds(condition: Condition, occurs: Callable[[Term | Regex], bool]) -> bool:
    """Whether a condition holds for a text in which just these terms occur, none of them near another."""
    match condition:
        case AnyTerm():
            return any(map(occurs, condition.terms))
        case Regex():
            return occurs(condition)
        case AllOf():
            return all(_holds(one, occurs) for one in condition.of)
        case AtLeast():
            return sum(_holds(one, occurs) for one in condition.of) >= condition.count
        case Not():
            return not _holds(condition.of, occurs)
        case Near() | SourceIs() | LanguageIs():
            return False


def _is_acronym(term: Term, text: str) -> bool:
    """Whether a term is one short word in capitals that finds the same word in small letters."""
    return (
        len(term.words) == 1
        and term.words[0].mode is not Mode.CASE
        and 1 < len(text) <= _LONGEST_ACRONYM
        and text.isalpha()
        and text.isupper()
    )


def _never(doubt: Never) -> str:
    """What can never be, and in which articles."""
    if not doubt.languages:
        return "never matches" if doubt.whole else "has a condition that can never hold"
    what = "matches no article" if doubt.whole else "has a condition that holds for no article"
    accents = " whose words have the accents written here" if doubt.as_written else ""
    return f"{what} in {' or '.join(doubt.languages)}{accents}"


def _texts(doubt: Never) -> list[str]:
    """The texts by which the place of a doubtful part can be found."""
    found: list[str] = []
    match doubt.part:
        case Term() | Named():
            found = _names([doubt.part])
        case Regex():
            found = [doubt.part.text]
        case LanguageIs():
            found = sorted(doubt.part.languages)
        case SourceIs():
            found = sorted((doubt.part.names or frozenset()) | (doubt.part.tags or frozenset()))
        case part:
            found = _names(list(choices(part)))
    return found


def _names(of: Sequence[Term | Named]) -> list[str]:
    return [one.id if isinstance(one, Named) else one.text for one in of]
