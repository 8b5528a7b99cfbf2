"""What the tests of matching share: rules from YAML text, articles from a line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigError
from monitor.match import RuleSet, load_rules
from monitor.model import Article, Match, Published

Load = Callable[..., RuleSet]
LANGUAGES = ("fr", "en")


def make_article(body: str = "", **facts: Any) -> Article:
    """An article with this body; French, from nowhere, unless told otherwise."""
    given: dict[str, Any] = {
        "source": "", "guid": "g", "url": None, "title": "", "title_derived": False, "lede": "", "body": body,
        "agency": None, "published": Published(), "language": "fr",
    }  # fmt: skip
    return Article(**(given | facts))


@pytest.fixture
def article() -> Callable[..., Article]:
    return make_article


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load rule files given as texts, in order, as rules1.yaml, rules2.yaml, ..."""

    def load(*texts: str, languages: tuple[str, ...] = LANGUAGES) -> RuleSet:
        paths = [tmp_path / f"rules{number}.yaml" for number in range(1, len(texts) + 1)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, "utf-8")
        return load_rules(paths, languages)

    return load


@pytest.fixture
def problems(load: Load) -> Callable[..., list[str]]:
    """Every problem of rule files, as FILE:LINE:COL: message with only the file's name."""

    def problems(*texts: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(*texts)
        return [f"{one.path.name}:{one.line}:{one.column}: {one.message}" for one in caught.value.problems]

    return problems


@pytest.fixture
def match(load: Load) -> Callable[..., Match | None]:
    """Match one condition (YAML in flow style) against a body or an article."""

    def match(
        when: str, text: str | Article, *, actors: str = "{}", languages: tuple[str, ...] = LANGUAGES
    ) -> Match | None:
        rules = load(f"actors: {actors}\nrules:\n  - id: it\n    when: {when}\n", languages=languages)
        found = rules.match(make_article(text) if isinstance(text, str) else text)
        return found[0] if found else None

    return match


@pytest.fixture
def found(match: Callable[..., Match | None]) -> Callable[..., list[str] | None]:
    """The passages that make a condition match, None when it does not."""

    def found(when: str, text: str | Article, **given: Any) -> list[str] | None:
        result = match(when, text, **given)
        return None if result is None else [one.text for one in result.evidence]

    return found
