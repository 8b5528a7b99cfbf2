"""The guide and the shipped rules: what they show works as they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from monitor.match import load_rules, to_mapping

CONFIG = Path(__file__).parents[2] / "config"
GUIDE = (CONFIG / "README.md").read_text("utf-8")


def examples(text: str = GUIDE) -> list[str]:
    """The YAML blocks of the guide that are rule files (others show monitor.yaml)."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [block for block in blocks if any(isinstance(one, dict) for one in yaml.safe_load(block).get("rules", ()))]


def lessons() -> dict[str, str]:
    """The worked examples: number and title -> what follows."""
    chapter = GUIDE.partition("\n## Rules in ten examples\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^### (.*?)\n(.*?)(?=^### |\Z)", chapter, re.MULTILINE | re.DOTALL))


def mistakes() -> list[tuple[str, str]]:
    """The table of common mistakes: a condition and its message."""
    table = GUIDE.partition("### Common mistakes")[2].partition("\n#")[0]
    return re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", table, re.MULTILINE)


@pytest.mark.parametrize("example", examples())
def test_every_example_of_the_guide_passes_its_tests(load, example):
    loaded = load(example)
    assert [str(one.problem) for one in loaded.test() if not one.passed] == []
    for rule in loaded.rules.values():
        assert {test.match for test in rule.tests} == {True, False}


def test_ten_worked_examples_teach_the_language_in_steps():
    assert [title.partition(".")[0] for title in lessons()] == [str(number) for number in range(1, 11)]
    for title, text in lessons().items():
        assert len(examples(text)) == 1, title
    for key in ("phrase", "inflect", "actors", "fuzzy", "case", "near", "sentence", "paragraph", "slop", "at_least",
                "not", "in", "source", "language", "regex", "languages", "novelty", "because"):  # fmt: skip
        shown = [title for title, text in lessons().items() if re.search(rf"\b{key}\b", examples(text)[0])]
        assert shown, key


def test_the_guide_shows_every_condition_and_modifier():
    text = "".join(examples())
    for key in ("phrase", "actor", "near", "regex", "all", "any", "not", "at_least", "source", "language"):
        assert f"### {key}" in GUIDE or f", {key}" in GUIDE
    for key in (
        "phrase",
        "actor",
        "near",
        "regex",
        "any",
        "not",
        "at_least",
        "source",
        "language",
        "in",
        "inflect",
        "case",
        "fuzzy",
        "slop",
    ):
        assert re.search(rf"\b{key}: ", text) or re.search(rf"\b{key}:\n", text), key
    queries = "\n".join(re.findall(r"^ +(?:when:|-) ('?[^\s'{].*'?)$", text, re.MULTILINE))
    for sign in ("AND", "NOT", "OR", "(", "actor:", "title:", "source:", "/", '"~'):
        assert sign in queries, sign


@pytest.mark.parametrize(("when", "message"), mistakes())
def test_every_common_mistake_gives_the_message_of_the_guide(problems, when, message):
    found = problems(f"rules:\n  - id: it\n    when: {when}\n")
    assert any(one.endswith(f": {message}") for one in found), found


QUERIES = GUIDE.partition("\n### Query strings\n")[2].partition("\n### ")[0]
MEANINGS = [
    ("`phrase`", ["Kiev", '"garanties de sécurité"'], [{"phrase": "Kiev"}, {"phrase": "garanties de sécurité"}]),
    ("`phrase` with `slop: 3`", ['"retrait troupes"~3'], [{"phrase": "retrait troupes", "slop": 3}]),
    ("`regex`", ["/G[0-9]+/"], [{"regex": "G[0-9]+"}]),
    ("`actor`", ["actor:lavrov"], [{"actor": "lavrov"}]),
    (
        "`source` by name and by tag, `language`",
        ["source:Belga", "tag:press", "lang:fr"],
        [{"source": {"name": "Belga"}}, {"source": {"tag": "press"}}, {"language": "fr"}],
    ),
    ("`in`", ["title,lede:Kiev"], [{"phrase": "Kiev", "in": ["title", "lede"]}]),
    ("`all`", ["a AND b", "a b"], [{"all": [{"phrase": "a"}, {"phrase": "b"}]}] * 2),
    ("`any`", ["a OR b"], [{"any": [{"phrase": "a"}, {"phrase": "b"}]}]),
    ("`not`", ["NOT a"], [{"not": {"phrase": "a"}}]),
    ("what belongs together", ["title:(Kiev OR Moscou)"], [{"phrase": ["Kiev", "Moscou"], "in": "title"}]),
    ("is `a OR", ["a OR b NOT c"], ["a OR (b AND (NOT c))"]),
]


@pytest.mark.parametrize(("means", "queries", "meanings"), MEANINGS)
def test_a_query_string_means_what_the_guide_says(load, means, queries, meanings):
    lines = [line for line in QUERIES.splitlines() if means in line]
    actors = {"lavrov": {"name": "Lavrov"}}
    for query, meaning in zip(queries, meanings, strict=True):
        assert any(f"`{query}`" in line for line in lines), query
        rules = [{"id": "a", "when": query}, {"id": "b", "when": meaning}]
        one, other = load(json.dumps({"actors": actors, "rules": rules})).rules.values()
        assert to_mapping(one.condition) == to_mapping(other.condition)


def test_the_guide_lists_mistakes():
    assert len(mistakes()) > 10


def test_every_shipped_rule_has_tests_of_both_kinds_and_passes_them():
    loaded = load_rules(sorted((CONFIG / "rules").glob("*.yaml")), ("fr", "en"))
    assert [str(one.problem) for one in loaded.test() if not one.passed] == []
    assert len(loaded.rules) >= 4
    for rule in loaded.rules.values():
        assert {test.match for test in rule.tests} == {True, False}, rule.id
