"""Rules and an article -> the matches, and rules -> the results of the tests inside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from monitor.errors import Problem
from monitor.match.conditions import Condition
from monitor.match.evaluation import Evaluation
from monitor.match.page import Page
from monitor.match.percolator import Percolator
from monitor.model import Article, Level, Match, Published

Novelty = Literal["first", "new-facts", "every"]
_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A text inside a rule with what is expected of it, and where it is written."""

    match: bool
    text: str
    title: str
    source: str
    language: str | None
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A watch rule. `version` is a hash of its definition and of the actors it uses, without its tests.

    `languages` empty means any; an article of unknown language passes. `line` is where its id stands in `path`.
    """

    id: str
    title: str
    level: Level
    tags: tuple[str, ...]
    version: str
    languages: tuple[str, ...]
    novelty: Novelty
    condition: Condition
    tests: tuple[RuleTest, ...]
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class TestResult:
    """How one test inside a rule came out; `index` counts the tests of the rule from 0."""

    __test__ = False

    rule: str
    index: int
    path: Path
    line: int
    column: int
    expected: bool
    got: bool
    excerpt: str

    @property
    def passed(self) -> bool:
        """Whether the rule did what the test expects."""
        return self.got == self.expected

    @property
    def problem(self) -> Problem:
        """The result of a failed test as a mistake of its file."""
        should = "should match but does not" if self.expected else "should not match but does"
        message = f"rule '{self.rule}', test {self.index + 1}: {should}: {self.excerpt}"
        return Problem(self.path, self.line, self.column, message)


class RuleSet:
    """All rules, ready to be matched against articles; never changes."""

    def __init__(self, rules: Sequence[Rule], languages: Sequence[str]) -> None:
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

    def test(self) -> list[TestResult]:
        """Run the tests inside all rules, each against its own rule only."""
        return [self._result(rule, index, test) for rule in self._ordered for index, test in enumerate(rule.tests)]

    def _result(self, rule: Rule, index: int, test: RuleTest) -> TestResult:
        language = test.language or next(iter((*rule.languages, *self._languages)), None)
        article = Article(
            source=test.source, guid="", url=None, title=test.title, title_derived=False, lede="", body=test.text,
            agency=None, published=Published(), language=language,
        )  # fmt: skip
        got = _match(rule, article, Evaluation(Page(article, self._languages))) is not None
        text = " ".join(f"{test.title} {test.text}".split())
        excerpt = text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"
        return TestResult(rule.id, index, rule.path, test.line, test.column, test.match, got, excerpt)


def _match(rule: Rule, article: Article, evaluation: Evaluation) -> Match | None:
    if rule.languages and article.language is not None and article.language not in rule.languages:
        return None
    hits = evaluation.hits(rule.condition)
    return None if hits is None else Match(rule.id, evaluation.evidence(hits))
