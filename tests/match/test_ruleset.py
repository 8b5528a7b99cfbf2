"""Rules against articles, and the tests inside rules."""

from __future__ import annotations

import pytest

from monitor.errors import ConfigError
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
    assert [(one.rule, one.index) for one in results] == [*(("a", n) for n in range(4)), *(("b", n) for n in range(3))]
    assert [one.passed for one in results] == [True, True, False, False, True, True, True]


def test_a_failed_test_is_a_problem_at_its_place(load):
    failed = [one.problem for one in load(TESTED).test() if not one.passed]
    assert [str(one).partition("rules1.yaml")[2] for one in failed] == [
        ":8:9: rule 'a', test 3: should match but does not: rien",
        ":9:9: rule 'a', test 4: should not match but does: des garanties",
    ]


@pytest.mark.parametrize(
    ("because", "wrong"),
    [
        ("Garanties  de SECURITE", None),
        ("sécurité", None),
        ("[garanties, Moscou]", None),
        ("sécurité de garanties", "but matches because of 'garanties de sécurité', 'Moscou'"),
        ("[garanties, paix]", "should match because of 'paix'"),
    ],
)
def test_a_test_may_pin_the_passages_that_make_it_match(load, because, wrong):
    (result,) = load(
        "rules:\n  - id: a\n    when: {phrase: [garanties de sécurité, Moscou]}\n    tests:\n"
        f"      - {{match: true, text: Des garanties de sécurité pour Moscou et la paix, because: {because}}}\n"
    ).test()
    assert result.passed is (wrong is None)
    assert (wrong or "") in str(result.problem)


def test_a_test_may_be_an_archived_article(load, article):
    loaded = load("rules:\n  - {id: a, when: {phrase: paix}, tests: [{match: true, article: 7}]}\n")
    for text, wrong, not_run in (
        ("La paix", None, None),
        ("La guerre", "should match but does not: La guerre", None),
        (None, None, "article 7 is not in the archive, so it was not run"),
    ):
        (result,) = loaded.test({7: article(text)}.get if text else {}.get)
        assert (result.wrong, result.not_run) == (wrong, not_run)
        assert result.passed is (wrong is not_run is None)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("{match: true}", "must hold either 'text' or 'article'"),
        ("{match: true, text: x, article: 3}", "must hold either 'text' or 'article'"),
        ("{match: true, article: 3, title: x}", "'title' cannot stand beside 'article'"),
        ("{match: true, article: 0}", "greater than or equal to 1"),
        ("{match: false, text: x, because: x}", "'because' needs match: true"),
        ("{match: true, text: x, because: '!'}", "'because' must hold words"),
    ],
)
def test_a_test_that_asks_for_nothing_or_too_much_is_a_mistake(load, test, message):
    with pytest.raises(ConfigError, match=f"rules1.yaml:2:.*{message}"):
        load(f"rules:\n  - {{id: a, when: {{phrase: x}}, tests: [{test}]}}\n")


def test_a_long_text_is_cut_in_the_message(load):
    (result,) = load(
        "rules:\n  - {id: a, when: {phrase: x}, tests: [{match: true, text: " + "mot " * 50 + "}]}\n"
    ).test()
    told = str(result.wrong).removeprefix("should match but does not: ")
    assert len(told) == 60
    assert told.endswith("…")


def test_a_test_without_any_language_takes_the_first_configured(load):
    text = "rules:\n  - {id: a, when: {language: en}, tests: [{match: true, text: x}]}\n"
    assert load(text, languages=("en", "fr")).test()[0].passed
    assert not load(text, languages=("fr", "en")).test()[0].passed


def test_a_rule_set_is_built_of_rules_alone():
    assert RuleSet([], ("fr",)).test() == []
