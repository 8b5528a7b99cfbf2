"""Conditions as they are written: what is printed is read back as the same tree, in either form."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match.conditions_drawn import ACTORS, conditions

from monitor.match import NoQueryError, to_mapping, to_query


def trees(load, *whens):
    rules = [{"id": f"r{number}", "when": when} for number, when in enumerate(whens)]
    return [one.condition for one in load(json.dumps({"actors": ACTORS, "rules": rules})).rules.values()]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(conditions)
def test_what_is_printed_is_read_as_the_same_tree(load, when):
    (tree,) = trees(load, when)
    mapping = to_mapping(tree)
    try:
        written = [mapping, to_query(tree)]
    except NoQueryError:
        written = [mapping]
    first, *others = trees(load, when, *written)
    assert others == [first] * len(written)
    assert to_mapping(others[0]) == mapping


plain = st.recursive(
    st.one_of(
        st.text("ab\"\\:'(/~ANDORé-\n", min_size=1, max_size=8).map(lambda text: {"phrase": f"a{text}"}),
        st.builds(lambda slop: {"phrase": "a b", "slop": slop}, st.integers(0, 50)),
        st.sampled_from(["and", "OR", "Not", "title:a", "-a", "/a/", "“a”"]).map(lambda text: {"phrase": [text, "b"]}),
        st.builds(lambda names: {"actor": names, "in": ["title", "body"]}, st.sampled_from(["a", ["a", "b"]])),
        st.text(r"a/\.", min_size=1, max_size=5).map(lambda text: {"regex": f"{text}\\\\b"}),
        st.sampled_from([{"language": ["fr", "en"]}, {"source": {"name": ["A b", 'c"'], "tag": "d e"}}]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda of: {"all": of}),
        st.lists(inner, min_size=1, max_size=3).map(lambda of: {"any": of}),
        inner.map(lambda of: {"not": of}),
    ),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plain)
def test_what_a_query_can_say_is_printed_and_read_as_the_same_tree(load, when):
    (tree,) = trees(load, when)
    first, *others = trees(load, when, to_query(tree), to_mapping(tree))
    assert others == [first, first]


@pytest.mark.parametrize(
    ("when", "query"),
    [
        ({"phrase": "Kiev"}, "Kiev"),
        ({"phrase": ["Kiev", "cessez-le-feu", "gaz russe"]}, 'Kiev OR cessez-le-feu OR "gaz russe"'),
        ({"phrase": 'dit "non"'}, r'"dit \"non\""'),
        ({"phrase": ["or", "AND"]}, '"or" OR "AND"'),
        ({"phrase": "a b", "slop": 3, "in": "title"}, 'title:"a b"~3'),
        ({"phrase": "a b", "in": ["lede", "title"]}, 'title,lede:"a b"'),
        ({"actor": ["a", "b"], "in": "title"}, "title:actor:a OR title:actor:b"),
        ({"regex": "km/h", "in": "body"}, r"body:/km\/h/"),
        ({"all": [{"phrase": ["a", "b"]}, {"not": {"phrase": "c"}}]}, "(a OR b) AND NOT c"),
        ({"not": {"all": [{"phrase": "a"}, {"phrase": "b"}]}}, "NOT (a AND b)"),
        ({"any": [{"not": {"phrase": "a"}}, {"phrase": ["b", "c"]}]}, "NOT a OR (b OR c)"),
        ({"source": {"name": ["AFP", "Agence Belga"], "tag": "x"}}, '(source:afp OR source:"agence belga") AND tag:x'),
        ({"language": ["fr", "en"]}, "lang:en OR lang:fr"),
    ],
)
def test_a_condition_as_a_query(load, when, query):
    assert to_query(trees(load, when)[0]) == query


@pytest.mark.parametrize(
    ("when", "part"),
    [
        ({"not": {"near": {"terms": ["a", "b"], "within": 3}}}, "'near'"),
        ({"at_least": {"count": 2, "of": [{"phrase": "a"}, {"phrase": "b"}]}}, "'at_least'"),
        ({"phrase": ["a", {"text": "UE", "case": True}]}, "'case' of 'UE'"),
        ({"phrase": "Lavrov", "fuzzy": 1}, "'fuzzy' of 'Lavrov'"),
        ({"phrase": "mine", "inflect": False}, "'inflect' of 'mine'"),
        ({"actor": "a", "slop": 1}, "'slop' of the actor 'a'"),
        ({"regex": r"\Qa\/b\E"}, r"the expression '\Qa\/b\E'"),
    ],
)
def test_what_a_query_cannot_say_is_named(load, when, part):
    with pytest.raises(NoQueryError) as caught:
        to_query(trees(load, when)[0])
    assert str(caught.value) == f"{part} has no form in a query string"


@pytest.mark.parametrize(
    ("when", "mapping"),
    [
        ("Kiev", {"phrase": "Kiev"}),
        ('Kiev OR "gaz russe"', {"phrase": ["Kiev", "gaz russe"]}),
        ("a OR actor:a OR actor:b", {"any": [{"phrase": "a"}, {"actor": ["a", "b"]}]}),
        ("title:a NOT b", {"all": [{"phrase": {"text": "a", "in": "title"}}, {"not": {"phrase": "b"}}]}),
        ({"phrase": "UE", "case": True}, {"phrase": {"text": "UE", "case": True}}),
        ({"phrase": "a b", "slop": 2, "in": "lede"}, {"phrase": {"text": "a b", "in": "lede", "slop": 2}}),
        ("lang:fr OR /a/", {"any": [{"language": "fr"}, {"regex": "a"}]}),
        (
            {"at_least": {"count": 2, "of": ["a", "NOT b", {"source": {"name": "X y", "tag": ["t", "s"]}}]}},
            {
                "at_least": {
                    "count": 2,
                    "of": [
                        {"phrase": "a"},
                        {"not": {"phrase": "b"}},
                        {"all": [{"source": {"name": "x y"}}, {"source": {"tag": ["s", "t"]}}]},
                    ],
                }
            },
        ),
        (
            {"near": {"terms": [["a", {"actor": "a", "case": False}], "b"], "within": "sentence"}, "case": True},
            {
                "near": {
                    "terms": [
                        [
                            {"text": "a", "case": True},
                            {"actor": "a", "inflect": False, "case": False, "fuzzy": 0},
                        ],
                        {"text": "b", "case": True},
                    ],
                    "within": "sentence",
                }
            },
        ),
    ],
)
def test_a_condition_as_a_mapping(load, when, mapping):
    assert to_mapping(trees(load, when)[0]) == mapping


modifiers = st.sampled_from(
    [{}, {"case": True}, {"case": False}, {"fuzzy": 0}, {"fuzzy": 2}, {"inflect": True}, {"inflect": False},
     {"slop": 0}, {"slop": 3}, {"in": "title"}, {"case": False, "fuzzy": 0}, {"inflect": False, "fuzzy": 0}]
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(modifiers, modifiers, modifiers)
def test_modifiers_of_an_actor_at_two_levels_mean_the_same_at_one(load, own, outer, inner):
    near = {"near": {"terms": [{"actor": "x", **inner}, "b"], "within": 3}, **outer}
    actors = {"x": {"name": "Sergueï Lavrov", "aliases": [{"text": "EU", "case": True}], **own}}
    actors["x"].pop("in", None)

    def first_term(when):
        rules = [{"id": "a", "when": near}, {"id": "b", "when": when}]
        one, other = load(json.dumps({"actors": actors, "rules": rules})).rules.values()
        return one.condition.terms[0].terms, other.condition.terms[0].terms

    tree = load(json.dumps({"actors": actors, "rules": [{"id": "a", "when": near}]})).rules["a"].condition
    one, other = first_term(to_mapping(tree))
    assert one == other
