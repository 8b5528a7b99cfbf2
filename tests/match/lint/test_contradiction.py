"""What is said never to hold never does, and what is plainly contradictory is said."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match.conditions_drawn import ACTORS, actor, conditions, near, phrase
from match.lint import rivals_drawn as rivals
from match.percolator.test_candidates import passage

from monitor.match.lint.contradiction import doubts
from monitor.match.lint.covering import covers

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
leaf = st.one_of(phrase, actor, near)


def condition_of(load, when, languages=()):
    rule = {"id": "it", "when": when, "languages": list(languages)}
    return load(json.dumps({"actors": ACTORS, "rules": [rule]}, ensure_ascii=False)).rules["it"].condition


@settings(deadline=None, max_examples=100, suppress_health_check=SLOW)
@given(
    leaf,
    st.lists(conditions, max_size=2),
    st.sampled_from(
        [
            lambda one, more: {"all": [one, *more, {"not": one}]},
            lambda one, more: {"all": [{"any": [one, *more]}, *({"not": other} for other in (one, *more))]},
            lambda one, more: {"all": [{"not": {"any": [one, *more]}}, one]},
            lambda one, more: {"at_least": {"count": 2, "of": [one, {"not": one}]}},
            lambda one, more: {"all": [one, {"language": "fr"}, {"language": "en"}, *more]},
            lambda one, more: {"all": [*more, one, {"not": {"any": [*more, one]}}]},
        ]
    ),
    st.lists(passage, min_size=1, max_size=4),
    st.sampled_from(["fr", "en", None]),
)
def test_a_contradiction_is_seen_and_never_matches(load, article, one, more, shape, texts, language):
    when = shape(one, more)
    condition = condition_of(load, when)
    assert [doubt.whole for doubt in doubts(condition, None)] == [True]
    loaded = load(json.dumps({"actors": ACTORS, "rules": [{"id": "it", "when": when}]}, ensure_ascii=False))
    for text in texts:
        assert loaded.match(article(text, title=text.replace("\n", " "), language=language)) == []


@settings(deadline=None, max_examples=150, suppress_health_check=SLOW)
@given(
    st.lists(conditions, min_size=1, max_size=3),
    st.lists(conditions, max_size=2),
    st.lists(passage, min_size=1, max_size=4),
    st.sampled_from(["fr", "en", None]),
)
def test_a_rule_that_matches_a_text_is_never_said_not_to(load, article, asked, excluded, texts, language):
    when = {"all": [*asked, *({"not": one} for one in excluded)]}
    loaded = load(json.dumps({"actors": ACTORS, "rules": [{"id": "it", "when": when}]}, ensure_ascii=False))
    never = any(doubt.whole for doubt in doubts(loaded.rules["it"].condition, frozenset({"fr", "en"})))
    found = [
        loaded.match(article(text, title=text.replace("\n", " "), language=language, source="Belga", tags=("x",)))
        for text in texts
    ]
    assert not (never and any(found))


@settings(deadline=None, max_examples=400, suppress_health_check=SLOW)
@given(
    rivals.rivals,
    st.lists(st.tuples(rivals.passage, rivals.passage), min_size=1, max_size=4),
    st.sampled_from([("fr", None), ("en", None), ("other", None), (None, None), (None, "de"), (None, "fr")]),
    st.sampled_from([(), ("fr",), ("fr", "en")]),
)
def test_no_text_of_a_rules_own_words_matches_what_is_said_never_to(load, article, when, texts, language, languages):
    known, declared = language
    rule = {"id": "it", "when": when, "languages": list(languages)}
    loaded = load(json.dumps({"actors": rivals.ACTORS, "rules": [rule]}, ensure_ascii=False))
    configured = frozenset({"fr", "en", "other"})
    found = doubts(loaded.rules["it"].condition, frozenset(languages) or configured)
    for one in (doubt for doubt in found if doubt.whole and (not doubt.languages or known in doubt.languages)):
        for title, body in texts:
            if one.as_written and "é" in f"{title}{body}":
                continue
            facts = {"source": "AFP", "agency": "Belga", "tags": ("x",), "language": known, "declared": declared}
            assert loaded.match(article(body, title=title.replace("\n", " "), **facts)) == []


NAMES = """
actors:
  poutine: {name: Vladimir Poutine, fuzzy: 1}
  lavrov: {name: Лавров, kind: person}
"""


@pytest.mark.parametrize(
    ("wide", "narrow", "is_so"),
    [
        ("phrase: guerre", "phrase: guerre froide", True),
        ("phrase: froide", "phrase: la guerre froide", True),
        ("phrase: guerre froide", "phrase: guerre", False),
        ("phrase: guerre froide", "phrase: guerre très froide", False),
        ("phrase: guerre", "phrase: guerres", False),  # of another language it is another word
        ("phrase: {text: Kiev, case: true}", "phrase: Kiev", False),
        ("phrase: {text: EU, case: true}", "phrase: {text: Eu, case: true}", False),
        ("phrase: Kiev", "phrase: {text: Kiev, case: true}", True),
        ("phrase: {text: Kiev, in: title}", "phrase: Kiev", False),
        ("phrase: Kiev", "phrase: {text: Kiev, in: title}", True),
        ("phrase: {text: Poutine, fuzzy: 1}", "phrase: {text: Poutine, fuzzy: 2}", False),
        ("phrase: {text: Poutine, fuzzy: 2}", "phrase: {text: Poutine, fuzzy: 1}", True),
        ("phrase: {text: Biden Merkel, fuzzy: 1}", "phrase: {text: Biden Merkel, fuzzy: 2}", False),  # one in each
        ("phrase: {text: a b, slop: 2}", "phrase: a b", True),
        ("phrase: a b", "phrase: {text: a b, slop: 2}", False),
        ("phrase: a", "phrase: {text: a b, slop: 2}", True),
        ("actor: poutine", "phrase: {text: Vladimir Poutine, fuzzy: 1}", False),  # a slip of a name has a capital
        ("phrase: {text: Vladimir Poutine, fuzzy: 1}", "actor: poutine", True),
        ("phrase: {text: Лавров, inflect: false}", "actor: lavrov", False),  # Lavrov
        ("actor: lavrov", "phrase: {text: Лавров, inflect: false}", True),
    ],
)
def test_what_covers_what(load, wide, narrow, is_so):
    loaded = load(f"{NAMES}rules:\n- {{id: a, when: {{{wide}}}}}\n- {{id: b, when: {{{narrow}}}}}\n")
    (one, *_), (other, *_) = (rule.condition.terms for rule in loaded.rules.values())
    assert covers(one, other) is is_so


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ({"phrase": "paix", "not": {"phrase": "paix"}}, "'paix' is asked for and excluded at once"),
        ({"phrase": "accord de paix", "not": {"phrase": "paix"}}, "every text with 'paix' is excluded"),
        ({"phrase": ["la paix", "en paix"], "not": {"phrase": ["guerre", "paix"]}}, "'la paix' is asked for, but"),
        ({"actor": "a", "not": {"actor": ["b", "a"]}}, "actor 'a' is asked for, but"),
        ({"near": {"terms": ["a", "b"], "within": 3}, "not": {"phrase": "b"}}, "'b' is asked for and excluded at once"),
        ({"near": {"terms": ["a", "b", "c"], "within": 1}}, "write `within: 2` at least"),
        ({"near": {"terms": ["a", "b c d", "e"], "within": 3, "ordered": True}}, "write `within: 4` at least"),
        ({"near": {"terms": [{"text": "a", "in": "title"}, {"text": "b", "in": "body"}], "within": 9}}, "fields"),
        ({"near": {"terms": [{"text": "a", "in": "title"}, {"text": "b", "in": "body"}], "within": "sentence"}}, "one"),
        ({"all": [{"language": "fr"}, {"language": "de"}]}, "the language must be de, but can only be fr"),
        ({"all": [{"language": "fr"}, {"not": {"language": ["fr", "en"]}}]}, "the language 'en, fr' is asked for and"),
        ({"phrase": "a", "language": "es"}, "the language must be es, but can only be de, fr"),
        ({"source": {"name": "Belga"}, "not": {"source": {"name": ["BELGA", "AFP"]}}}, "the source 'afp, belga' is"),
        ({"source": {"tag": "x"}, "not": {"source": {"tag": "x"}}}, "the source 'x' is asked for and excluded"),
        ({"regex": "a+", "not": {"any": [{"phrase": "b"}, {"regex": "a+"}]}}, "a condition is asked for and excluded"),
        (
            {"at_least": {"count": 2, "of": [{"phrase": "a"}, {"phrase": "b"}]}, "not": {"phrase": "b"}},
            "'b' is asked for",
        ),
        ("(a b OR c d OR c e) NOT c NOT a", "'a' is asked for and excluded at once"),
        ({"at_least": {"count": 2, "of": [*"abc"]}, "not": {"phrase": ["b", "c"]}}, "only 1 of 3 conditions can hold"),
        (
            {"source": {"name": ["Belga", "AFP"]}, "all": ["NOT source:AFP", "NOT source:Belga"]},
            "the source 'afp, belga'",
        ),
        ('title:Kiev "guerre froide" NOT guerre', "'guerre froide' is asked for, but"),
        ("(Kiev OR Moscou) NOT Kiev NOT Moscou", "asked for"),
        ({"phrase": {"text": "Blinken", "fuzzy": 1}, "not": {"phrase": {"text": "Blinken", "fuzzy": 2}}}, "at once"),
        (
            {"phrase": {"text": "Blinkin", "inflect": False}, "not": {"phrase": {"text": "Blinken", "fuzzy": 1}}},
            "'Blinkin' is asked for, but every text with 'Blinken' is excluded, which finds it, too",
        ),
        ({"phrase": "gaz", "in": "title", "not": {"phrase": "gaz"}}, "'gaz' is asked for and excluded at once"),
        (
            {
                "phrase": "gaz",
                "not": {"any": [{"phrase": "gaz", "in": "title"}, {"phrase": "gaz", "in": ["lede", "body"]}]},
            },
            "'gaz' is asked for and excluded at once",
        ),
        (
            {"near": {"terms": ["a", "b"], "within": 4}, "not": {"near": {"terms": ["b", "a"], "within": 8}}},
            "'a' near 'b' is asked for, but every text with 'b' near 'a' is excluded",
        ),
        (
            {
                "near": {"terms": ["a", "b"], "within": 4, "ordered": True},
                "not": {"phrase": {"text": "a b", "slop": 3}},
            },
            "'a' near 'b' is asked for, but every text with 'a b' is excluded",
        ),
        (
            {"phrase": "accord de paix", "not": {"near": {"terms": ["accord", "paix"], "within": 3}}},
            "'accord de paix' is asked for, but every text with 'accord' near 'paix' is excluded",
        ),
        ({"regex": "a+", "in": "title", "not": {"regex": "a+"}}, "the expression 'a+' is asked for and excluded"),
        ({"all": [{"source": {"name": one}} for one in "abc"]}, "a source and an agency, no third name: take 'c' out"),
        ({"any": [{"phrase": one, "not": {"phrase": one}} for one in "ab"]}, "'a' is asked for and excluded at once"),
        (
            {"all": [{"at_least": {"count": 2, "of": [*"abc"]}}, {"not": {"at_least": {"count": 2, "of": [*"bca"]}}}]},
            "a condition is asked for and excluded at once",
        ),
        (
            {"phrase": "travail", "language": "fr", "not": {"phrase": "travaux"}},
            "'travail' is asked for, but every text with 'travaux' is excluded, which finds it, too",
        ),
    ],
)
def test_why_a_rule_never_matches(load, when, why):
    (doubt,) = doubts(condition_of(load, when), frozenset({"fr", "de"}))
    assert (doubt.whole, doubt.languages) == (True, ())
    assert why in doubt.why


@pytest.mark.parametrize(
    ("when", "languages", "as_written"),
    [
        ({"phrase": "garantie", "not": {"phrase": "garanties"}}, ("en", "fr"), True),  # garantié is none of garanties
        ({"phrase": "garanties", "not": {"phrase": "garantie"}}, ("fr",), True),  # in English also that of garanty
        ({"phrase": "travail", "not": {"phrase": "travaux"}}, ("fr",), False),
        ({"phrase": "travaux publics", "not": {"phrase": "travail"}}, ("fr",), False),
        ({"phrase": "policy", "not": {"phrase": "policies"}}, ("en",), False),
        ({"near": {"terms": ["gaz", "travail"], "within": 3}, "not": {"phrase": "travaux"}}, ("fr",), False),
        ({"phrase": {"text": "travail", "inflect": False}, "not": {"phrase": "travaux"}}, ("fr",), False),
    ],
)
def test_what_no_article_of_a_language_can_hold_is_told_of_that_language(load, when, languages, as_written):
    (doubt,) = doubts(condition_of(load, when), frozenset({"fr", "en", "other"}))
    assert (doubt.whole, doubt.languages, doubt.as_written) == (True, languages, as_written)


@pytest.mark.parametrize(
    "when",
    [
        {"phrase": "travaux", "not": {"phrase": {"text": "travail", "inflect": False}}},
        {"phrase": "arrivé", "not": {"phrase": "arrives"}},
        {"phrase": "Blinkin", "not": {"phrase": {"text": "Blinken", "fuzzy": 1}}},  # Blinkins is two edits away
        {"actor": "a", "not": {"phrase": "Lavrov"}},  # it has fuzzy: 1
        {"near": {"terms": ["a", "b"], "within": 4}, "not": {"near": {"terms": ["a", "b"], "within": 3}}},
        {"phrase": "a b", "not": {"near": {"terms": ["a", "b"], "within": "sentence"}}},  # a phrase may cross two
        {"phrase": "a", "not": {"near": {"terms": ["a", "a"], "within": 9}}},
        {"regex": "a+", "not": {"regex": "a+", "in": "title"}},
        {"all": [{"source": {"name": "a"}}, {"source": {"name": "b"}}, {"source": {"name": ["a", "c"]}}]},
        {"phrase": "travail", "language": "de", "not": {"phrase": "travaux"}},
    ],
)
def test_of_what_can_hold_nothing_is_told(load, when):
    assert doubts(condition_of(load, when), frozenset({"fr", "de"})) == []


@pytest.mark.parametrize(
    ("when", "part"),
    [
        ({"phrase": ["paix", "guerre froide"], "not": {"phrase": "guerre"}}, "guerre froide"),
        ({"any": [{"phrase": "paix"}, {"near": {"terms": ["a", "b", "c"], "within": 1}}]}, "the 3 terms of 'near'"),
        ({"any": [{"phrase": "paix"}, {"all": [{"phrase": "a"}, {"actor": "b"}]}], "not": {"actor": "b"}}, "actor 'b'"),
        ({"any": [{"phrase": "paix"}, {"all": [{"phrase": "a"}, {"language": "es"}]}]}, "the language must be es"),
        ({"any": [{"phrase": "paix"}, {"phrase": "a", "not": {"phrase": "a"}}]}, "'a' is asked for and excluded"),
        ({"near": {"terms": [["gaz", "prix"], "b"], "within": 9}, "not": {"phrase": "prix"}}, "'prix' is asked for"),
    ],
)
def test_a_part_that_never_counts_is_told_beside_others_that_do(load, when, part):
    (doubt,) = doubts(condition_of(load, when), frozenset({"fr", "de"}))
    assert not doubt.whole
    assert part in doubt.why
