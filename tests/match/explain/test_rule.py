"""Why a rule matches or not: the verdict is that of matching, and the change that is proposed makes it match."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match.conditions_drawn import ACTORS, actor, conditions, near, phrase, regex, word
from match.percolator.test_candidates import passage

from monitor.match import ExplainedNode, Explanation, RuleSet, explained, to_mapping
from monitor.model import Article

LANGUAGES = ("fr", "en")
PROPERTY = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def leaves(node: ExplainedNode) -> list[ExplainedNode]:
    return [leaf for inner in node.of for leaf in leaves(inner)] or [node]


def as_rules(when: Any, actors: Mapping[str, Any] = ACTORS, languages: Sequence[str] = ()) -> str:
    rule = {"id": "it", "when": when, "languages": list(languages)}
    return json.dumps({"actors": actors, "rules": [rule]}, ensure_ascii=False)


def as_changed(found: Explanation, actors: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions of the actors with the names that a change wants written otherwise."""
    changed = copy.deepcopy(dict(actors))
    for change in found.remedy.changes:
        if change.actor:
            actor = changed[change.actor]
            names = [actor["name"], *actor.get("aliases", [])]
            texts = [name["text"] if isinstance(name, dict) else name for name in names]
            alias = change.alias
            new = [alias if text == alias["text"] else name for name, text in zip(names, texts, strict=True)]
            actor["name"], actor["aliases"] = new[0], new[1:]
    return changed


def as_told(found: Explanation) -> tuple[Any, ...]:
    remedy = found.remedy and (found.remedy.changes, to_mapping(found.remedy.rule.condition))
    return found.tree, found.misses, remedy


article_facts = st.fixed_dictionaries(
    {
        "language": st.sampled_from(["fr", "en", "other", None]),
        "source": st.sampled_from(["Belga", ""]),
        "tags": st.sampled_from([("x",), ("y",), ()]),
        "boilerplate": st.lists(passage, max_size=1).map(tuple),
    }
)


# Rules that nearly match: one or two leaves, on words of the same list and their misspellings.
near_rules = st.one_of(
    st.one_of(phrase, actor, near, regex),
    st.builds(
        lambda one, other: {"all": [one, {"not": other}]}, st.one_of(phrase, near), st.one_of(phrase, actor, near)
    ),
)
crowded = st.lists(st.tuples(word, st.sampled_from([" ", " ", " ", "-", ". ", "\n\n"])), min_size=12, max_size=40).map(
    lambda pairs: "".join(map("".join, pairs))
)


@PROPERTY
@given(
    st.one_of(
        st.tuples(conditions, passage, passage),
        st.tuples(near_rules, crowded, crowded),
        st.tuples(near_rules, crowded, crowded),
    ),
    article_facts,
    st.sampled_from([[], ["fr"], ["en", "de"]]),
)
def test_what_is_explained_is_what_matching_does_and_the_change_makes_it_match(load, article, drawn, facts, languages):
    when, title, body = drawn
    rule = load(as_rules(when, languages=languages)).rules["it"]
    one = article(body, title=title.replace("\n", " "), **facts)
    found = explained(rule, one, LANGUAGES)
    matches = RuleSet([rule], LANGUAGES).match(one)
    assert found.matched is bool(matches)
    assert as_told(found) == as_told(explained(rule, one, LANGUAGES))
    for leaf in leaves(found.tree):
        assert all(getattr(one, e.field)[e.start : e.end] == e.text for e in leaf.evidence)
        assert leaf.held or not leaf.evidence
    if found.matched:
        shown = {(e.field, e.start, e.end) for leaf in leaves(found.tree) for e in leaf.evidence}
        assert {(e.field, e.start, e.end) for e in matches[0].evidence} <= shown
        assert (found.misses, found.remedy) == ((), None)
    else:
        assert found.misses
    if found.remedy:
        changed = found.remedy.rule
        assert RuleSet([changed], LANGUAGES).match(one)
        text = as_rules(to_mapping(changed.condition), as_changed(found, ACTORS), changed.languages)
        assert load(text).match(one), (found.remedy.changes, text)


NAMES = (
    "{blinken: {name: Antony Blinken, aliases: [Blinken]}, "
    "lavrov: {name: Sergueï Lavrov, aliases: [Lavrov], fuzzy: 1}, "
    "ue: {name: Union européenne, aliases: [{text: UE, case: true}]}}"
)


@pytest.fixture
def told(load, article):
    """The misses and what to write, for a condition (YAML) and a body or an article."""

    def told(when: str, text: str | Article, languages: str = "[]") -> tuple[list[str], list[str] | None]:
        rules = f"actors: {NAMES}\nrules:\n  - id: it\n    languages: {languages}\n    when: {when}\n"
        one = article(text) if isinstance(text, str) else text
        found = explained(load(rules).rules["it"], one, LANGUAGES)
        return list(found.misses), found.remedy and [change.says for change in found.remedy.changes]

    return told


def test_a_word_that_a_near_names_twice_is_told_of_once(told):
    assert told("{near: {terms: [gaz, gaz], within: 3}}", "Rien.") == (["'gaz' does not occur"], None)


FAR = "Des garanties un deux trois quatre cinq six sept huit neuf dix onze douze treize sécurité."


@pytest.mark.parametrize(
    ("when", "text", "miss", "change"),
    [
        (
            "{near: {terms: [garanties, sécurité], within: 4}}", FAR,
            "'garanties' and 'sécurité' stand 14 words apart, limit 4", "within: 14",
        ),
        (
            "{near: {terms: [gaz, gaz], within: 3}}", "Le gaz coûte.",
            "'gaz' stands only once, but 2 terms ask for it", "write 'gaz' without near",
        ),
        (
            "{near: {terms: [gaz, prix, gaz], within: 9}}", "Le prix du gaz.",
            "'gaz' stands only once, but 2 terms ask for it", "write it as all of its terms, wherever they stand",
        ),
        (
            "{near: {terms: [garantie de sécurité, sécurité], within: 9}}", "Des garanties de sécurité.",
            "'garanties de sécurité' and 'sécurité' share words, and no word counts twice",
            "write it as all of its terms, wherever they stand",
        ),
        (
            "{near: {terms: [gaz, gaz], within: 3}}", "Le gaz coûte.\nLe gaz monte.",
            "'gaz' and 'gaz' never stand in one paragraph", "write it as all of its terms, wherever they stand",
        ),
        (
            "{near: {terms: [retrait, troupes], within: 3, ordered: true}}", "Des troupes en retrait.",
            "the terms stand in the order 'troupes' and 'retrait', ordered is true", "ordered: false",
        ),
        (
            "{near: {terms: [retrait, troupe], within: 1, ordered: true}}", "Des troupes en retrait.",
            "'troupes' and 'retrait' stand 2 words apart, limit 1; "
            "in the order 'troupes' and 'retrait', ordered is true",
            "within: 2, ordered: false",
        ),
        (
            "{near: {terms: [gaz, Berlin], within: sentence}}", "Le gaz. À Berlin.",
            "'gaz' and 'Berlin' stand in different sentences", "within: paragraph",
        ),
        (
            "{near: {terms: [gaz, Berlin], within: 9}}", "Le gaz.\n\nÀ Berlin.",
            "'gaz' and 'Berlin' never stand in one paragraph", "write it as all of its terms, wherever they stand",
        ),
        (
            "{near: {terms: [gas, Berlin], within: 2}, fuzzy: 1}", "Berlim : rien du gas",
            "'Berlim' and 'gas' stand 3 words apart, limit 2", "within: 3",
        ),
        (
            "{near: {terms: [sanctons, gel], within: 2}}", "Des sanctions, du gel.",
            "'sanctions' is 1 edit from 'sanctons', fuzzy is 0", "fuzzy: 1",
        ),
        (
            "{near: {terms: [gaz, [rente, impôt], prix], within: 3}}", "Le prix du gaz.",
            "none of 'rente', 'impôt' occurs", "take out the term ['rente', 'impôt']",
        ),
        ("{actor: blinken}", "M. Blinkin.", "'Blinkin' is 1 edit from 'Blinken', fuzzy is 0", "fuzzy: 1"),
        ("{phrase: sommet}", "Un commet.", "'commet' is 1 edit from 'sommet', fuzzy is 0", "fuzzy: 1"),
        (
            "{phrase: pourparlers, fuzzy: 1}", "Les pourpalerrs.",
            "'pourpalerrs' is 2 edits from 'pourparlers', fuzzy is 1", "fuzzy: 2",
        ),
        (
            "{phrase: mine, inflect: false}", "Les mines.",
            "'mines' is another form of 'mine', inflect is false", "inflect: true",
        ),
        ("{phrase: OTAN, case: true}", "L’otan.", "'otan' has not the capitals of 'OTAN', case is true", "case: false"),
        ("{actor: ue}", "L’ue.", "'ue' has not the capitals of 'UE', case is true", "case: false"),
        ("{phrase: gaz, in: title}", "Le gaz.", "'gaz' stands in body, not in title", "in: [title, body]"),
        (
            "{phrase: [gaz, garanties sécurité]}", "Garanties pour la sécurité.",
            "2 other words in 'Garanties pour la sécurité', slop is 0", "slop: 2",
        ),
        (
            "{phrase: garanties de sécurité}", "Garanties pour la sécurité.",
            "'Garanties pour la sécurité' lacks 'de'", "add 'Garanties pour la sécurité'",
        ),
        (
            "{phrase: Conseil européen}", "Européen, ce conseil ?",
            "the words of 'Conseil européen' stand in another order: 'Européen' and 'conseil'",
            "write it as near, within: 2",
        ),
        (
            "{phrase: gaz russe}", "Du gaz.\n\nRusse ou non.",
            "'gaz russe' runs from one paragraph or field to the next, which no phrase does",
            "write it as all of its words, wherever they stand",
        ),
        ("{regex: OTAN}", "L’otan.", "'otan' fits only without regard to capitals", "regex: (?i)OTAN"),
        ("{regex: OTAN, in: lede}", "L’OTAN.", "'OTAN' stands in body, not in lede", "in: [lede, body]"),
        (
            "{phrase: gaz, not: {phrase: football}}", "Gaz, football.",
            "excluded by not: 'football' in body", "in: [title, lede]",
        ),
        (
            "{at_least: {count: 2, of: [{phrase: gaz}, {phrase: foot}, {phrase: vélo}]}}", "Du gaz.",
            "at_least 2 of 3: 1 held", "count: 1",
        ),
    ],
)  # fmt: skip
def test_the_nearest_miss_and_the_smallest_change_in_words(told, when, text, miss, change):
    assert told(when, text) == ([miss], [change])


@pytest.mark.parametrize(
    ("when", "facts", "miss", "change"),
    [
        ("{language: fr}", {"language": "de"}, "language de, rule says fr", ["language: add de"]),
        ("{language: [fr, en]}", {"language": None}, "language unknown, rule says en or fr", None),
        (
            "{source: {name: Belga}}", {"source": "inbox", "agency": "AFP"},
            "source is inbox, agency AFP, rule says belga", ["name: add inbox"],
        ),
        ("{source: {name: Belga}}", {}, "source is unknown, agency unknown, rule says belga", None),
        ("{source: {tag: presse}}", {"tags": ("a", "b")}, "tags are [a, b], rule says presse", ["tag: add a"]),
        (
            "{phrase: gaz}", {"boilerplate": ("Une photo", "TU PEUX VOIR le gaz")},
            "found only in boilerplate: TU PEUX VOIR le gaz", None,
        ),
        (
            "{near: {terms: [gaz, vote], within: 9}}", {"boilerplate": ("TU PEUX VOIR le gaz",)},
            "found only in boilerplate: TU PEUX VOIR le gaz", None,
        ),
        ("{regex: gaz}", {"boilerplate": ("le gaz",)}, "found only in boilerplate: le gaz", None),
        ("{phrase: Poutine}", {}, "'Poutine' does not occur", None),
        (
            "{phrase: garantir pourparlers}", {"title": "Garrantirr, pourrparlerrs"},
            "'garantir' does not occur, nearest is 'Garrantirr' (2 edits); "
            "'pourparlers' does not occur, nearest is 'pourrparlerrs' (2 edits)", None,
        ),
        ("{phrase: Otan}", {"title": "Oman"}, "'Otan' does not occur, nearest is 'Oman' (1 edit)", None),
        ("{phrase: [a, b, c, d]}", {}, "none of 'a', 'b', 'c' and 1 more occurs", None),
        ("{actor: lavrov, in: title}", {"title": "lavrof"}, "none of 'Sergueï Lavrov', 'Lavrov' occurs; "
         "'lavrof' is near 'Lavrov', but a name begins with a capital", None),
        (
            "{not: {phrase: [vote, gaz]}}", {"title": "Vote"},
            "excluded by not: 'Vote' in title, 'vote' in body", ["take out 'vote'"],
        ),
        ("{not: {phrase: VOTE}}", {}, "excluded by not: 'vote' in body", ["case: true"]),
        ("{not: {phrase: votes, in: body}}", {}, "excluded by not: 'vote' in body", ["inflect: false"]),
        ("{not: {source: {tag: [x, y]}}}", {"tags": ("x",)}, "excluded by not: source: {tag: [x, y]}", ["take out x"]),
        ("{not: {near: {terms: [le, vote], within: 3}}}", {}, "excluded by not: 'Le' in body, 'vote' in body", None),
        ("{near: {terms: [rien, vote], within: 5}}", {"title": "Rien"},
         "'Rien' stands in title and 'vote' stands in body", ["write it as all of its terms, wherever they stand"]),
        ("{near: {terms: [le, vote], within: 5}, in: title}", {"title": "Rien"},
         "'Le' and 'vote' stand together in body, not in title", ["in: [title, body]"]),
    ],
)  # fmt: skip
def test_facts_of_the_article_and_what_is_not_in_it(told, article, when, facts, miss, change):
    misses, changes = told(when, article("Le vote.", **facts))
    assert (misses, changes) == ([miss], change)


def test_a_rule_that_reads_other_languages_says_so_beside_what_else_is_missing(told, article):
    one = article("Le vote.", language="de")
    assert told("{phrase: vote}", one, "[fr, en]") == (["language de, rule says fr or en"], ["languages: add de"])
    both = told("{phrase: vote, in: title}", one, "[fr]")
    assert both[1] == ["languages: add de", "in: [title, body]"]


def test_of_alternatives_the_nearest_counts_and_what_cannot_be_mended_is_taken_out(told):
    near = "{near: {terms: [le, gaz], within: 1}}"
    misses, changes = told(f"{{any: [{{phrase: vélo}}, {near}, {{phrase: grenier}}]}}", "Le prix du gaz.")
    assert (misses, changes) == (["'Le' and 'gaz' stand 3 words apart, limit 1"], ["within: 3"])
    misses, changes = told("{all: [{phrase: gaz}, {phrase: vélo}]}", "Le prix du gaz.")
    assert (misses, changes) == (["'vélo' does not occur"], ["take out phrase: vélo"])
    misses, changes = told("{all: [{phrase: gaz}, {not: {phrase: prix, case: true}}]}", "gaz title prix")
    assert (misses, changes) == (["excluded by not: 'prix' in body"], ["in: [title, lede]"])


def test_the_tree_marks_what_held_and_shows_the_passages(load, article):
    when = "{phrase: gaz, any: [{phrase: vélo}, {near: {terms: [le, prix], within: 2}}], not: {phrase: foot}}"
    found = explained(load(f"rules: [{{id: it, when: {when}}}]").rules["it"], article("Le prix du gaz."), LANGUAGES)
    assert found.matched
    marks = [(leaf.held, leaf.written, [one.text for one in leaf.evidence]) for leaf in leaves(found.tree)]
    assert marks == [
        (True, "phrase: gaz", ["gaz"]),
        (False, "phrase: vélo", []),
        (True, "near: {terms: [le, prix], within: 2}", ["Le", "prix"]),
        (False, "phrase: foot", []),
    ]
    assert [(node.written, node.held) for node in (found.tree, *found.tree.of)] == [
        ("all", True), ("phrase: gaz", True), ("any", True), ("not", True),
    ]  # fmt: skip
    assert all(leaf.because is None for leaf in leaves(found.tree))


@PROPERTY
@given(st.lists(st.sampled_from("un deux trois quatre".split()), min_size=3, max_size=30), st.integers(1, 3))
def test_no_smaller_number_of_words_would_do(load, article, words, limit):
    when = {"near": {"terms": ["cinq", "six"], "within": limit}}
    one = article(" ".join(["cinq", *words, "six"]))
    (change,) = explained(load(as_rules(when)).rules["it"], one, LANGUAGES).remedy.changes
    assert change.says == f"within: {len(words) + 1}"
    for within, matches in ((len(words), False), (len(words) + 1, True)):
        assert bool(load(as_rules({"near": {**when["near"], "within": within}})).match(one)) is matches
    (change,) = explained(load(as_rules({"phrase": "cinq six"})).rules["it"], one, LANGUAGES).remedy.changes
    assert change.says == f"slop: {len(words)}"


def test_a_long_text_is_explained_in_a_few_seconds(load, article):
    body = "\n\n".join(f"le prix de la garantie {number} et de la sécurité du gaz" * 3 for number in range(3_000))
    one = article(body)
    assert len(body) > 450_000
    when = {
        "all": [
            {"phrase": ["la de des", "garanties sécurités"]},
            {"near": {"terms": ["de", "la", "otanes"], "within": 3}},
        ]
    }
    rule = load(as_rules(when)).rules["it"]
    start = time.process_time()
    assert not explained(rule, one, LANGUAGES).matched
    assert time.process_time() - start < 20
