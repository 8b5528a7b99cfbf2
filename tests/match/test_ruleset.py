"""Rules against articles, and the tests inside rules."""

from __future__ import annotations

import pytest

from monitor.match import RuleSet


def test_matches_come_in_the_order_of_the_files(load, article):
    loaded = load(
        "rules:\n  - {id: z, when: {phrase: un}}\n  - {id: b, when: {not: {phrase: trois}}}\n",
        "rules:\n  - {id: a, when: {phrase: deux}}\n",
    )
    assert [match.rule for match in loaded.match(article("deux un"))] == ["z", "b", "a"]
    assert list(loaded.rules) == ["z", "b", "a"]


@pytest.mark.parametrize(("language", "matches"), [("fr", True), (None, True), ("en", False), ("other", False)])
def test_a_rule_for_a_language_lets_unknown_ones_pass(load, article, language, matches):
    loaded = load("rules:\n  - {id: a, languages: [fr], when: {phrase: un}}\n")
    assert bool(loaded.match(article("un", language=language))) is matches


def test_an_article_of_nothing_matches_nothing_but_absence(load, article):
    loaded = load("rules:\n  - {id: a, when: {phrase: un}}\n  - {id: b, when: {not: {phrase: un}}}\n")
    assert [match.rule for match in loaded.match(article(""))] == ["b"]


TESTED = """
rules:
  - id: a
    when: {phrase: garanties, not: {phrase: foot}}
    tests:
      - {match: true, text: une garantie}
      - {match: false, text: des garanties pour le foot}
      - {match: true, text: rien}
      - match: false
        text: des garanties
  - id: b
    languages: [en]
    when: {phrase: policy, source: {name: Reuters}}
    tests:
      - {match: true, text: Two policies, source: REUTERS}
      - {match: false, text: Two policies, source: REUTERS, language: fr}
      - {match: true, title: A policy, text: "", source: Reuters}
"""


def test_tests_inside_rules_tell_what_was_expected_and_found(load):
    results = load(TESTED).test()
    assert [(one.rule, one.index, one.expected, one.got) for one in results] == [
        ("a", 0, True, True),
        ("a", 1, False, False),
        ("a", 2, True, False),
        ("a", 3, False, True),
        ("b", 0, True, True),
        ("b", 1, False, False),
        ("b", 2, True, True),
    ]
    assert [one.passed for one in results] == [True, True, False, False, True, True, True]


def test_a_failed_test_is_a_problem_at_its_place(load):
    failed = [one.problem for one in load(TESTED).test() if not one.passed]
    assert [str(one).partition("rules1.yaml")[2] for one in failed] == [
        ":8:9: rule 'a', test 3: should match but does not: rien",
        ":9:9: rule 'a', test 4: should not match but does: des garanties",
    ]


def test_a_long_text_is_cut_in_the_message(load):
    (result,) = load(
        "rules:\n  - {id: a, when: {phrase: x}, tests: [{match: true, text: " + "mot " * 50 + "}]}\n"
    ).test()
    assert len(result.excerpt) == 60
    assert result.excerpt.endswith("…")


def test_a_test_without_any_language_takes_the_first_configured(load):
    text = "rules:\n  - {id: a, when: {language: en}, tests: [{match: true, text: x}]}\n"
    assert load(text, languages=("en", "fr")).test()[0].passed
    assert not load(text, languages=("fr", "en")).test()[0].passed


def test_a_rule_set_is_built_of_rules_alone():
    assert RuleSet([], ("fr",)).test() == []
