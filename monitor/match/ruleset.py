"""Rules and an article -> the matches, and rules -> the results of the tests inside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from monitor.errors import Problem
from monitor.match.conditions import Condition
from monitor.match.passages import Evaluation, Page
from monitor.match.percolator import Percolator
from monitor.model import Article, Level, Match, Published, Trigger
from monitor.text import tokens, visible

Novelty = Literal["first", "new-facts", "every"]
_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A text inside a rule, or an archived article by its id, with what is expected of it, and where it is written.

    `because` are passages that must be among the evidence, whatever the case and accents of their letters.
    """

    match: bool
    text: str
    title: str
    source: str
    language: str | None
    article: int | None
    because: tuple[str, ...]
    place: Problem


@dataclass(frozen=True, slots=True)
class Rule:
    """A watch rule. `version` is a hash of its definition and of the actors it uses, without its tests.

    `languages` empty means any; an article of unknown language passes. `trigger` is what must happen over time
    for it to alert. `line` is where its id stands in `path`.
    """

    id: str
    title: str
    level: Level
    tags: tuple[str, ...]
    version: str
    languages: tuple[str, ...]
    novelty: Novelty
    trigger: Trigger | None
    condition: Condition
    tests: tuple[RuleTest, ...]
    path: Path
    line: int

    def reads(self, language: str | None) -> bool:
        """Whether it looks at articles in a language at all; None is an unknown one."""
        return not self.languages or language is None or language in self.languages


@dataclass(frozen=True, slots=True)
class TestResult:
    """How one test inside a rule came out; `index` counts the tests of the rule from 0.

    `wrong` says what failed, `not_run` why the test could not be run; both are None when it passed.
    """

    __test__ = False

    rule: str
    index: int
    place: Problem
    wrong: str | None = None
    not_run: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the test ran, and the rule did what it expects."""
        return self.wrong is None and self.not_run is None

    @property
    def problem(self) -> Problem | None:
        """The result of a failed test as a mistake of its file."""
        return None if self.wrong is None else self._told(self.wrong)

    @property
    def notice(self) -> Problem | None:
        """Why the test was not run, with its place."""
        return None if self.not_run is None else self._told(self.not_run)

    def _told(self, what: str) -> Problem:
        return replace(self.place, message=f"rule '{self.rule}', test {self.index + 1}: {what}")


Archive = Callable[[int], Article | None]
"""An archived article by its id; None where it is not held."""


def no_archive(_: int) -> None:
    """The archive of those who have none."""


class RuleSet:
    """All rules, ready to be matched against articles; never changes."""

    def __init__(self, rules: Sequence[Rule], languages: Sequence[str], files: Sequence[Path] = ()) -> None:
        self.files = tuple(files)
        self.rules: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in rules})
        self._languages = tuple(languages)
        self._ordered = tuple(rules)
        self._percolator = Percolator([rule.condition for rule in rules])

    def match(self, article: Article) -> list[Match]:
        """The rules that an article fulfils, in the order of the rule files, with their evidence."""
        page = Page(article, self._languages)
        evaluation = Evaluation(page)
        found = []
        for number in self._percolator.candidates(page):
            if match := _match(self._ordered[number], article, evaluation):
                found.append(match)
        return found

    def test(self, archive: Archive = no_archive) -> list[TestResult]:
        """Run the tests inside all rules, each against its own rule only.

        A test of an article that the archive does not hold (any more) is not run, and fails nothing.
        """
        return [
            self._result(rule, index, test, archive) for rule in self._ordered for index, test in enumerate(rule.tests)
        ]

    def _result(self, rule: Rule, index: int, test: RuleTest, archive: Archive) -> TestResult:
        article = _written(test, self._language_of(rule, test)) if test.article is None else archive(test.article)
        result = TestResult(rule.id, index, test.place)
        if article is None:
            return replace(result, not_run=f"article {test.article} is not in the archive, so it was not run")
        match = _match(rule, article, Evaluation(Page(article, self._languages)))
        return replace(result, wrong=_wrong(test, match, article))

    def _language_of(self, rule: Rule, test: RuleTest) -> str | None:
        return test.language or next(iter((*rule.languages, *self._languages)), None)


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text."""
    return tuple(token.word for token in tokens(text))


def _written(test: RuleTest, language: str | None) -> Article:
    return Article(
        source=test.source, guid="", url=None, title=visible(test.title), title_derived=False, lede="",
        body=visible(test.text),
        agency=None, published=Published(), language=language,
    )  # fmt: skip


def _wrong(test: RuleTest, match: Match | None, article: Article) -> str | None:
    """What is wrong with the outcome of a test, if anything is."""
    excerpt = " ".join(f"{article.title} {article.lede} {article.body}".split())
    excerpt = excerpt if len(excerpt) <= _EXCERPT else f"{excerpt[: _EXCERPT - 1]}…"
    if (match is not None) != test.match:
        should = "should match but does not" if test.match else "should not match but does"
        return f"{should}: {excerpt}"
    if match is None:
        return None
    found = [words(one.text) for one in match.evidence]
    for passage in test.because:
        if not any(_holds(words_, words(passage)) for words_ in found):
            shown = ", ".join(f"'{' '.join(one.text.split())}'" for one in match.evidence) or "no passage"
            return f"should match because of '{passage}' but matches because of {shown}: {excerpt}"
    return None


def _holds(passage: Sequence[str], part: Sequence[str]) -> bool:
    return any(tuple(passage[at : at + len(part)]) == tuple(part) for at in range(len(passage) - len(part) + 1))


def _match(rule: Rule, article: Article, evaluation: Evaluation) -> Match | None:
    if not rule.reads(article.language):
        return None
    hits = evaluation.hits(rule.condition)
    return None if hits is None else Match(rule.id, evaluation.evidence(hits))
