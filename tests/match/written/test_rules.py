"""Rule files: what is read, and the one clear message that every mistake gets at its place."""

from __future__ import annotations

import time

import pytest

from monitor.errors import ConfigError
from monitor.model import Level


def test_a_rule_has_the_defaults_of_the_guide(load):
    rule = load("rules:\n  - id: kiev\n    when: {phrase: Kiev}\n").rules["kiev"]
    assert (rule.title, rule.level, rule.tags, rule.languages, rule.novelty) == (
        "kiev",
        Level.MEDIUM,
        (),
        (),
        "new-facts",
    )
    assert (rule.line, rule.path.name, rule.tests) == (2, "rules1.yaml", ())


def test_a_rule_carries_what_is_written(load):
    rule = load(
        "version: 1\nrules:\n  - id: kiev\n    title: À Kiev\n    level: high\n    tags: [a, b]\n    languages: [fr]\n"
        "    novelty: every\n    when: {phrase: Kiev}\n"
        "    tests:\n      - {match: true, text: Kiev, title: T, source: S}\n"
    ).rules["kiev"]
    assert (rule.title, rule.level, rule.tags, rule.languages) == ("À Kiev", Level.HIGH, ("a", "b"), ("fr",))
    assert rule.novelty == "every"
    (test,) = rule.tests
    assert (test.match, test.title, test.source, test.place.line, test.place.column) == (True, "T", "S", 11, 9)


def test_actors_are_shared_by_all_files_whatever_their_order(load, article):
    loaded = load("rules:\n  - {id: r, when: {actor: x}}\n", "actors: {x: {name: Kiev, kind: place}}\n")
    assert [match.rule for match in loaded.match(article("Kiev"))] == ["r"]


def test_no_file_and_an_empty_list_of_rules_are_no_mistake(load, article):
    assert load().match(article("Kiev")) == []
    assert load("rules: []\n").rules == {}


def condition(text: str) -> str:
    return f"actors: {{lavrov: {{name: Lavrov}}}}\nrules:\n  - id: it\n    when: {text}\n"


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{phrases: Kiev}", "4:12: unknown key 'phrases' (did you mean 'phrase'?)"),
        ("{phrase: Kiev, fuzy: 1}", "4:26: unknown key 'fuzy' (did you mean 'fuzzy'?)"),
        ("{phrase: Kiev, zzz: 1}", "4:26: unknown key 'zzz'"),
        ("{phrase: {text: Kiev, cas: true}}", "4:33: unknown key 'cas' (did you mean 'case'?)"),
        ("{phrase: {case: true}}", "4:20: 'text' is missing"),
        ("{}", "4:11: holds no condition"),
        ("{in: title}", "4:12: 'in' must stand beside phrase, actor, near or regex"),
        ("{all: [{phrase: Kiev}], case: true}", "4:35: 'case' must stand beside phrase, actor or near"),
        ("[{phrase: Kiev}]", "4:11: must be a condition such as phrase: some words, or a query string"),
        ("Kiev AND", "4:16: 'AND' needs a condition after it"),
        ("{regex: 5}", "4:19: must be a regular expression in quotes"),
        ("{regex: K(ev}", "4:19: is no regular expression of RE2: missing ): K(ev"),
        ("{regex: Kiev, case: true}", "4:25: 'case' must stand beside phrase, actor or near"),
        ("{phrase: Kiev, slop: 51}", "4:32: 'slop' must be a number of words from 0 to 50"),
        ("{phrase: Kiev, slop: true}", "4:32: 'slop' must be a number of words from 0 to 50"),
        ("{near: {terms: [a, b], within: sentences}}",
         "4:42: 'within' must be a number of words from 1 to 500, sentence or paragraph"),
        ('{phrase: "…"}', "4:20: has no word in it"),
        ('{phrase: ""}', "4:20: has no word in it"),
        ("{phrase: []}", "4:20: must hold at least one text"),
        ("{phrase: [Kiev, 2022]}", "4:27: must be a text: put it in quotes"),
        ("{phrase: }", "4:20: must be a text, or a mapping with 'text' and modifiers"),
        ("{phrase: Kiev, fuzzy: 4}", "4:33: 'fuzzy' must be a number of edits from 0 to 3"),
        ("{phrase: Kiev, fuzzy: true}", "4:33: 'fuzzy' must be a number of edits from 0 to 3"),
        ("{phrase: Kiev, case: 1}", "4:32: 'case' must be true or false"),
        ("{phrase: Kiev, fuzzy: 1, inflect: true}", "4:26: 'fuzzy' cannot be combined with 'inflect'"),
        ("{phrase: Kiev, fuzzy: 1, case: true}", "4:26: 'fuzzy' cannot be combined with 'case'"),
        ("{phrase: {text: Kiev, inflect: true, case: true}}", "4:48: 'case' cannot be combined with 'inflect'"),
        ("{phrase: Kiev, in: titel}", "4:30: unknown field 'titel' (did you mean 'title'?): title, lede or body"),
        ("{phrase: Kiev, in: []}", "4:30: must hold a field (title, lede or body), or several"),
        ("{actor: lavrof}", "4:19: unknown actor 'lavrof' (did you mean 'lavrov'?)"),
        ("{actor: [lavrov, x]}", "4:28: unknown actor 'x'"),
        ("{actor: {id: lavrov}}", "4:19: must be the id of an actor, or a list of them"),
        ("{near: {terms: [a], within: 4}}", "4:26: must be a list of 2 to 50 terms"),
        ("{near: {terms: [a, b], within: 0}}",
         "4:42: 'within' must be a number of words from 1 to 500, sentence or paragraph"),
        ("{near: {terms: [a, b], within: 501}}",
         "4:42: 'within' must be a number of words from 1 to 500, sentence or paragraph"),
        ("{near: {terms: [a, b]}}", "4:18: 'within' is missing"),
        ("{near: {within: 4}}", "4:18: 'terms' is missing"),
        ("{near: {terms: [a, '?'], within: 4}}", "4:30: has no word in it"),
        ("{near: {terms: [a, {actor: x}], within: 4}}", "4:38: unknown actor 'x'"),
        ("{near: {terms: [a, b], within: 4, in: title}}",
         "4:45: 'in' must stand beside phrase, actor or near, or on one term"),
        ("{near: {terms: [a, b], within: 4, order: true}}", "4:45: unknown key 'order' (did you mean 'ordered'?)"),
        ("{near: {terms: [a, b], within: 4, ordered: 1}}", "4:54: 'ordered' must be true or false"),
        ("{near: [a, b]}", "4:18: must be a mapping with terms, within, ordered"),
        ("{all: []}", "4:17: must be a list of conditions, at least one"),
        ("{any: {phrase: Kiev}}", "4:17: must be a list of conditions, at least one"),
        ("{any: [Kiev OR]}", "4:23: 'OR' needs a condition after it"),
        ("{not: [{phrase: a}]}", "4:17: takes one condition; for none of several write not: {any: [..]}"),
        ("{at_least: {count: 3, of: [{phrase: a}, {phrase: b}]}}",
         "4:30: 'count' must be a number from 1 to 2, the conditions under 'of'"),
        ("{at_least: {count: 0, of: [{phrase: a}]}}",
         "4:30: 'count' must be a number from 1 to 1, the conditions under 'of'"),
        ("{at_least: {of: [{phrase: a}]}}", "4:22: 'count' is missing"),
        ("{at_least: 2}", "4:22: must be a mapping with count, of"),
        ("{source: Belga}", "4:20: must be a mapping with name, tag"),
        ("{source: {}}", "4:20: must hold 'name' or 'tag'"),
        ("{source: {nam: Belga}, phrase: a}", "4:21: unknown key 'nam' (did you mean 'name'?)"),
        ("{source: {tag: [1]}}", "4:27: must be a tag, or a list of them"),
        ("{language: french}", "4:22: 'french' is not a language (write fr, en, .. or other)"),
    ],
)  # fmt: skip
def test_every_mistake_in_a_condition_is_named_at_its_place(problems, when, problem):
    assert f"rules1.yaml:{problem}" in problems(condition(when))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rules:\n  - {id: A b, when: {phrase: x}}\n",
         "2:10: 'A b' is not an id: only a-z, 0-9 and - (such as security-guarantees)"),
        ("rules:\n  - {when: {phrase: x}}\n", "2:5: 'id' is missing"),
        ("rules:\n  - {id: a}\n", "2:5: 'when' is missing"),
        ("rules:\n  - {id: a, when: {phrase: x}, levle: high}\n", "2:32: unknown key 'levle' (did you mean 'level'?)"),
        ("rules:\n  - {id: a, when: {phrase: x}, languages: [french]}\n",
         "2:44: 'french' is not a language (write fr, en, .. or other)"),
        ("rules:\n  - {id: a, when: {phrase: x}, tests: [{text: x}]}\n", "2:40: 'match' is missing"),
        ("rules:\n  - {id: a, when: {phrase: x}, tests: [{match: true, text: x, body: y}]}\n",
         "2:63: unknown key 'body'"),
        ("rules:\n  - x\n", "2:5: must be a mapping (key: value lines)"),
        ("rule: []\n", "1:1: unknown key 'rule' (did you mean 'rules'?)"),
        ("actors:\n  L L: {name: x}\n", "2:3: 'L L' is not an id: only a-z, 0-9 and -"),
        ("actors:\n  l: {aliases: [x]}\n", "2:6: 'name' is missing"),
        ("actors:\n  l: {name: '-'}\n", "2:13: has no word in it"),
        ("actors:\n  l: {name: x, aliases: [{text: y, fuzz: 1}]}\n",
         "2:36: unknown key 'fuzz' (did you mean 'fuzzy'?)"),
        ("actors:\n  l: {name: x, fuzzy: 9}\n", "2:23: 'fuzzy' must be a number of edits from 0 to 3"),
        ("actors:\n  l: {name: x, nam: y}\n", "2:16: unknown key 'nam' (did you mean 'name'?)"),
        ("actors:\n  l: x\n", "2:6: must be a mapping (key: value lines)"),
        ("- a\n", "1:1: must be a mapping (key: value lines)"),
    ],
)  # fmt: skip
def test_every_mistake_outside_conditions_is_named_at_its_place(problems, text, problem):
    assert f"rules1.yaml:{problem}" in problems(text)


def test_a_bad_level_or_novelty_names_the_choices(problems):
    found = problems("rules:\n  - {id: a, when: {phrase: x}, level: urgent, novelty: all}\n")
    assert [one.partition(": ")[0] for one in found] == ["rules1.yaml:2:39", "rules1.yaml:2:56"]
    assert "'critical'" in found[0]
    assert "'new-facts'" in found[1]


def test_all_mistakes_of_all_files_come_at_once(problems):
    assert problems(
        "rules:\n  - {id: a, when: {phrases: x}, levl: high}\n  - {id: b, when: {actor: nobody}}\n",
        "actors:\n  c: {name: x, fuzzy: 9}\nrules:\n  - {id: d, when: {near: {terms: [x], within: 0}}}\n",
    ) == [
        "rules1.yaml:2:20: unknown key 'phrases' (did you mean 'phrase'?)",
        "rules1.yaml:2:33: unknown key 'levl' (did you mean 'level'?)",
        "rules1.yaml:3:27: unknown actor 'nobody'",
        "rules2.yaml:2:23: 'fuzzy' must be a number of edits from 0 to 3",
        "rules2.yaml:4:34: must be a list of 2 to 50 terms",
        "rules2.yaml:4:47: 'within' must be a number of words from 1 to 500, sentence or paragraph",
    ]


def test_a_file_that_is_no_yaml_hides_nothing_in_the_others_and_invents_nothing(problems):
    found = problems("actors: {lavrov: {name: Lavrov}\n", "rules:\n  - {id: a, when: {actor: lavrov, phrases: x}}\n")
    assert [one.split(":")[0] for one in found] == ["rules1.yaml", "rules2.yaml"]
    assert found[1] == "rules2.yaml:2:35: unknown key 'phrases' (did you mean 'phrase'?)"


def test_a_mistake_at_the_top_of_a_file_or_in_a_rule_hides_nothing_below(problems):
    rule = "  - {id: a, when: {phrases: x}, levl: high}\n"
    found = problems(f"versoin: 1\nrules:\n{rule}{rule}")
    assert [one.split(" ")[0] for one in found] == [
        f"rules1.yaml:{place}:" for place in ("1:1", "3:20", "3:33", "4:10", "4:20", "4:33")
    ]


def test_rules_that_are_no_list_get_one_message(problems):
    assert problems("rules: {id: a}\n") == ["rules1.yaml:1:8: must be a list: [a, b]"]


def test_an_id_is_used_once_in_all_files(problems):
    rules = "actors: {x: {name: Kiev}}\nrules:\n  - {id: a, when: {actor: x}}\n"
    first, second = problems(rules, rules)
    assert first.startswith("rules2.yaml:1:10: actor 'x' is defined already in ")
    assert first.endswith("rules1.yaml:1")
    assert second.startswith("rules2.yaml:3:10: rule 'a' is defined already in ")
    assert second.endswith("rules1.yaml:3")


RULE = "rules:\n  - id: a\n    level: high\n    when: {phrase: [x, y], in: title}\n"


@pytest.mark.parametrize(
    "same",
    [
        "rules:\n- {when: {in: title, phrase: [x, y]}, level: high, id: a}\n",
        RULE + "    tests: [{match: true, text: x}]\n",
        RULE + "    title: a\n    novelty: new-facts\n",
        "actors: {unused: {name: z}}\n" + RULE,
    ],
)
def test_the_version_of_a_rule_stays_over_layout_and_tests(load, same):
    assert load(same).rules["a"].version == load(RULE).rules["a"].version


@pytest.mark.parametrize(
    "changed",
    [RULE.replace("high", "low"), RULE.replace("x", "z"), RULE.replace("title", "body"), RULE + "    tags: [t]\n",
     RULE + "    title: b\n", RULE + "    languages: [fr]\n", RULE + "    novelty: every\n"],
)  # fmt: skip
def test_the_version_of_a_rule_changes_with_its_definition(load, changed):
    assert load(changed).rules["a"].version != load(RULE).rules["a"].version


def test_the_version_of_a_rule_changes_with_its_actors_only(load):
    text = (
        "actors: {{x: {{name: {}}}, y: {{name: {}}}}}\n"
        "rules:\n  - {{id: a, when: {{not: {{near: {{terms: [b, {{actor: x}}], within: 3}}}}}}}}\n"
    )
    version = load(text.format("Kiev", "Moscou")).rules["a"].version
    assert load(text.format("Kiev", "Paris")).rules["a"].version == version
    assert load(text.format("Kyiv", "Moscou")).rules["a"].version != version


def test_ten_thousand_rules_load_in_seconds(load):
    rules = "".join(
        f"  - id: r{n}\n    when: {{phrase: [mot{n} de la paix, nom{n % 77}], not: {{phrase: terme{n}}}}}\n"
        for n in range(10_000)
    )
    started = time.process_time()
    assert len(load(f"rules:\n{rules}").rules) == 10_000
    assert time.process_time() - started < 10


def test_what_nobody_sees_in_a_rule_changes_nothing(load, article):
    rules = load(
        "rules:\n  - id: a\n    when: {phrase: 'garan\u00adties de\u200b sécurité\ufeff'}\n"
        "    tests: [{match: true, text: 'Des garanties de sécu\u00adrité.'}]\n"
    )
    assert rules.test()[0].passed
    assert rules.match(article("garanties de sécurité"))


@pytest.mark.parametrize("when", ["{phrase: '%s'}", "'\"%s\"'"])
def test_a_phrase_as_long_as_an_article_is_refused(load, when):
    with pytest.raises(ConfigError, match="longer than 1000 characters"):
        load("rules:\n  - id: a\n    when: " + when % ("mot " * 300) + "\n")
