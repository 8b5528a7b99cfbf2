"""What is probably not meant in a rule is told with its place and a remedy; of a good rule nothing is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match.conditions_drawn import ACTORS, conditions, word

from monitor.errors import Problem
from monitor.match import folded, lint_rules, load_rules
from monitor.match.lint.findings import Finding, Kind

CONFIG = Path(__file__).parents[3] / "config"
TESTS = "tests: [{match: true, text: a}, {match: false, text: b}]"
ACTOR_FILE = """
actors:
  lavrov: {name: Sergueï Lavrov, kind: person, aliases: [Lavrov, Сергей Лавров], fuzzy: 1}
  union: {name: Union européenne, aliases: [{text: UE, case: true}, {text: EU, case: true}]}
  otan: {name: OTAN, aliases: [NATO, ONU, OMS, OSCE]}
  who:
    name: World Health Organization
    aliases: [WHO]
"""


def found(load, text, *, known=True, languages=("fr", "en")):
    """(kind, LINE:COL in the last file, message) of each finding."""
    loaded = load(ACTOR_FILE, text, languages=languages)
    findings = lint_rules(loaded, languages, known=known)
    return [(one.kind, f"{one.problem.line}:{one.problem.column}", one.problem.message) for one in findings]


def of_condition(load, when, more="", **given):
    return found(load, f"rules:\n  - id: it\n    when: {when}\n    {TESTS}\n    {more}\n", **given)


GOOD = [
    "{phrase: garanties de sécurité}",
    "{phrase: [pourparlers de paix, accord de cessez-le-feu]}",
    "{phrase: [Kiev, {text: US, case: true}, {text: EST, case: true}]}",
    "{phrase: [OTAN, ONU, ASEAN, G20, COVID, OPEP, AIEA, FMI, PIB, SNCF, URSS]}",
    "{actor: [lavrov, union, otan]}",
    "{actor: lavrov, phrase: Blinken, not: {actor: union}}",
    "{phrase: paix, not: {phrase: accord de paix}}",
    "{phrase: Kiev, not: {phrase: Kiev, in: title}}",
    "{phrase: la guerre, not: {phrase: guerre froide}}",
    "{phrase: [Ukraine, guerre en Ukraine], not: {phrase: [jeu vidéo, roman]}}",
    "{near: {terms: [a b c, d], within: 1}}",
    "{near: {terms: [troupe, [frontière, frontalier]], within: 12}}",
    "{near: {terms: [gaz, gaz], within: 5, ordered: true}}",
    "{near: {terms: [{text: gaz, in: title}, {text: prix, in: [title, body]}], within: sentence}}",
    "{phrase: {text: la poste, case: true}}",
    "{phrase: La Poste}",
    "{phrase: [Le Monde, The Guardian, Die Zeit]}",
    "{source: {name: Belga}, not: {phrase: football}}",
    "{source: {tag: press}}",
    "{source: {name: [Belga, AFP]}, not: {source: {name: AFP}}}",
    "{all: [{source: {name: Belga}}, {source: {name: AFP}}], phrase: gaz}",
    "{language: fr, phrase: gaz, not: {language: en}}",
    "{any: [{phrase: gaz, language: fr}, {phrase: gas, language: en}]}",
    "{at_least: {count: 2, of: [{phrase: troupes}, {phrase: frontière}, {not: {phrase: exercice}}]}}",
    "{all: [{any: [{phrase: a b}, {phrase: c d}]}, {not: {all: [{phrase: a b}, {phrase: c d}]}}]}",
    "{phrase: [R&D, Brexit, 5G, A320, MH17, C-130, '13.000']}",
    r"{regex: '\b(AF|BA) ?[0-9]{3,4}\b', in: [title, lede]}",
    r"{regex: '(^|\PL)État\b'}",
    r"{regex: 'Canal\+'}",
    "'(actor:lavrov OR actor:otan) AND \"garanties de sécurité\" NOT title:football'",
    "'\"retrait troupes\"~3 lang:fr'",
]


@pytest.mark.parametrize("when", GOOD)
def test_of_a_good_rule_nothing_is_told(load, when):
    assert of_condition(load, when) == []


def test_of_the_shipped_rules_nothing_is_told():
    assert lint_rules(load_rules(sorted((CONFIG / "rules").glob("*.yaml")), ("fr", "en")), ("fr", "en")) == []


@pytest.mark.parametrize(
    ("when", "column", "kind", "message"),
    [
        (
            "{phrase: accord de paix, not: {phrase: paix}}", 20, Kind.NEVER,
            "rule 'it' never matches: 'accord de paix' is asked for, but every text with 'paix' is excluded: take one",
        ),
        ("{near: {terms: [gaz, prix, hausse], within: 1}}", 27, Kind.NEVER, "write `within: 2` at least"),
        ("'Kiev NOT Kiev'", 12, Kind.NEVER, "'Kiev' is asked for and excluded at once"),
        ("{phrase: gaz, language: de}", 35, Kind.NEVER, "the language must be de, but can only be en, fr, other"),
        (
            "{any: [{phrase: gaz}, {phrase: guerre froide}], not: {phrase: guerre}}", 42, Kind.DEAD_PART,
            "rule 'it' has a condition that can never hold: 'guerre froide' is asked for, but every text with 'guerre'",
        ),
        ("{not: {phrase: Kiev}}", 9, Kind.NEARLY_ALL, "it holds for every text without certain words"),
        ("{any: [{phrase: gaz}, {not: {near: {terms: [a, b], within: 3}}}]}", 9, Kind.NEARLY_ALL, "certain words"),
        ("{phrase: [Kiev, dans la]}", 27, Kind.NEARLY_ALL, "'dans la' fits nearly every text"),
        ("'Kiev OR (the NOT football)'", 21, Kind.NEARLY_ALL, "'the' fits nearly every text"),
        ("{regex: '[a-z]+ '}", 19, Kind.NEARLY_ALL, "'[a-z]+ ' fits nearly every text"),
        ("{phrase: [Kiev, US]}", 27, Kind.ACRONYM, "'US' also finds the word 'us': write {text: US, case: true}"),
        ("{phrase: Kiev, not: {phrase: SON}}", 40, Kind.ACRONYM, "also finds the word 'son'"),
        ("'gaz AND (NASA OR \"PAR\")'", 30, Kind.ACRONYM, "'PAR' also finds the word 'par'"),
        ("{phrase: [Canal+, Orange]}", 21, Kind.LOST, "'Canal+' finds every 'Canal': write a regex"),
        ("{phrase: 5 %}", 20, Kind.LOST, "'5 %' finds every '5'"),
        (r"{regex: '\bÉtat'}", 19, Kind.LOST, r"\b knows ASCII letters only, so beside 'É' it is no edge of a word"),
        (r"{regex: 'liberté\b'}", 19, Kind.LOST, r"write é(\PL|$)"),
    ],
)  # fmt: skip
def test_what_is_not_meant_is_told_at_its_place_with_a_remedy(load, when, column, kind, message):
    line = 2 if column == 9 else 3
    (one,) = of_condition(load, when)
    assert one[:2] == (kind, f"{line}:{column}")
    assert message in one[2]


def test_a_rule_that_holds_in_some_languages_only_is_told_with_them(load):
    (one,) = of_condition(load, "{phrase: travail, not: {phrase: travaux}}")
    assert one[:2] == (Kind.NEVER, "3:20")
    assert one[2].startswith(
        "rule 'it' matches no article in fr: 'travail' is asked for, but every text with 'travaux'"
    )
    (one,) = of_condition(load, "{phrase: garantie, not: {phrase: garanties}}", "languages: [fr]")
    assert "matches no article in fr whose words have the accents written here: " in one[2]
    (one,) = of_condition(load, "{phrase: [travail, gaz], not: {phrase: travaux}}")
    assert one[0] == Kind.DEAD_PART
    assert "has a condition that holds for no article in fr: 'travail'" in one[2]


def test_a_rule_that_matches_nearly_everything_is_told_of_once_and_by_what_tells_most():
    def finding(kind, rule, column, message=""):
        return Finding(Problem(Path("r.yaml"), 1, column, message), kind, rule)

    word, archive = finding(Kind.NEARLY_ALL, "a", 9, "'la' fits"), finding(Kind.NEARLY_ALL, "a", 3, "5 of 5 articles")
    following = [finding(Kind.ONE_TERM, "a", 9), finding(Kind.SAME_HITS, "a", 3)]
    others = [finding(Kind.TESTS, "a", 3), finding(Kind.ONE_TERM, "b", 5), finding(Kind.SPELLING, "a", 7)]
    assert folded([word, archive, *following, *others]) == sorted([word, *others])
    assert folded([archive, *following]) == [archive]
    assert folded([*following, *others]) == sorted([*following, *others])


def test_a_word_is_an_acronym_in_its_own_language_only(load):
    assert of_condition(load, "{phrase: WHO}", "languages: [fr]") == []
    assert [kind for kind, *_ in of_condition(load, "{phrase: WHO}", "languages: [en]")] == [Kind.ACRONYM]
    assert [kind for kind, *_ in of_condition(load, "{phrase: WHO}")] == [Kind.ACRONYM]


def test_a_spelling_of_an_actor_is_told_once_where_the_actor_is_defined(load):
    rules = "".join(f"  - id: r{number}\n    when: {{actor: who}}\n    {TESTS}\n" for number in range(3))
    loaded = load(ACTOR_FILE, f"rules:\n{rules}")
    places = {(one.problem.path.name, one.problem.line, one.problem.column) for one in lint_rules(loaded, ("en",))}
    assert places == {("rules1.yaml", 8, 15)}


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        ("[]", "has no tests: add a text that must match and one that nearly does but must not"),
        ("[{match: true, text: a}]", "has no test with match: false: add a text that nearly matches but must not"),
        ("[{match: false, text: a}]", "has no test with match: true: add a text that must match"),
    ],
)
def test_missing_tests_are_told_at_the_rule(load, tests, message):
    (one,) = found(load, f"rules:\n  - id: it\n    when: {{phrase: Kiev}}\n    tests: {tests}\n")
    assert one == (Kind.TESTS, "2:9", f"rule 'it' {message}")


def test_languages_that_no_article_has_are_told_where_they_are_written(load):
    (one,) = of_condition(load, "{phrase: gaz}", "languages: [es, de]")
    assert one[:2] == (Kind.NEVER, "5:16")
    assert "only matches articles of unknown language: add 'es, de' to `languages` of monitor.yaml" in one[2]
    assert of_condition(load, "{phrase: gaz}", "languages: [es, fr]") == []
    assert of_condition(load, "{phrase: gaz}", "languages: [es]", languages=("es",)) == []
    assert of_condition(load, "{phrase: gaz, language: es}", "languages: [es]", known=False) == []


def test_a_file_that_changed_since_is_named_with_the_line_of_the_rule(load, tmp_path):
    loaded = load(ACTOR_FILE, "rules:\n  - id: it\n    when: {phrase: US}\n")
    (tmp_path / "rules2.yaml").write_text("rules: [")
    assert {(one.problem.path.name, one.problem.line) for one in lint_rules(loaded, ("en",))} == {("rules2.yaml", 2)}


@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(conditions, st.lists(word, max_size=12).map(" ".join), st.sampled_from(["fr", "en", None]))
def test_a_rule_said_to_hold_without_certain_words_holds_where_none_of_its_words_is(
    load, article, when, text, language
):
    loaded = load(json.dumps({"actors": ACTORS, "rules": [{"id": "it", "when": when}]}, ensure_ascii=False))
    findings = lint_rules(loaded, ("fr", "en"))
    matched = {match.rule for match in loaded.match(article(text, language=language))}
    assert not (any(one.kind is Kind.NEVER for one in findings) and matched)
    if any("without certain words" in one.problem.message for one in findings):
        assert loaded.match(article("Xxxx 1234 zzzz.", language="other"))
