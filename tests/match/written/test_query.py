"""Query strings: the same conditions in one line, and the character of every mistake."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match.conditions import LanguageIs
from monitor.match.written.query import MAX_DEPTH, QueryError, parse

ACTORS = {"lavrov": {"name": "Lavrov"}, "blinken": {"name": "Blinken"}, "x-1": {"name": "ix"}}


@pytest.fixture
def tree(load):
    """The trees of several ways of writing a condition, read together."""

    def tree(*whens):
        rules = [{"id": f"r{number}", "when": when} for number, when in enumerate(whens)]
        return [one.condition for one in load(json.dumps({"actors": ACTORS, "rules": rules})).rules.values()]

    return tree


def phrase(text, **modifiers):
    return {"phrase": text, **modifiers}


@pytest.mark.parametrize(
    ("query", "mapping"),
    [
        ("Kiev", phrase("Kiev")),
        ("cessez-le-feu", phrase("cessez-le-feu")),
        ("l’Otan", phrase("l’Otan")),
        ('"garanties de sécurité"', phrase("garanties de sécurité")),
        ("“garanties de sécurité”", phrase("garanties de sécurité")),
        ("« garanties de sécurité »", phrase(" garanties de sécurité ")),
        (r'"dit \"non\" \\ oui"', phrase('dit "non" \\ oui')),
        ('"a b"~5', phrase("a b", slop=5)),
        ('"a b"~0', phrase("a b")),
        (r"12\:30", phrase("12:30")),
        (r"\(Kiev\)", phrase("(Kiev)")),
        ('"AND"', phrase("AND")),
        ("Kiev gaz", {"all": [phrase("Kiev"), phrase("gaz")]}),
        ("Kiev AND gaz", {"all": [phrase("Kiev"), phrase("gaz")]}),
        ('"a b""c"', {"all": [phrase("a b"), phrase("c")]}),
        ("Kiev OR gaz", phrase(["Kiev", "gaz"])),
        ("Kiev OR gaz OR (pétrole OR charbon)", phrase(["Kiev", "gaz", "pétrole", "charbon"])),
        ("a OR b c", {"any": [phrase("a"), {"all": [phrase("b"), phrase("c")]}]}),
        ("a b OR c AND d", {"any": [{"all": [phrase("a"), phrase("b")]}, {"all": [phrase("c"), phrase("d")]}]}),
        ("(a OR b) c", {"all": [phrase(["a", "b"]), phrase("c")]}),
        ("NOT a b", {"all": [{"not": phrase("a")}, phrase("b")]}),
        ("NOT (a b)", {"not": {"all": [phrase("a"), phrase("b")]}}),
        ("a AND NOT b", {"all": [phrase("a"), {"not": phrase("b")}]}),
        (
            "a NOT b OR NOT NOT c",
            {"any": [{"all": [phrase("a"), {"not": phrase("b")}]}, {"not": {"not": phrase("c")}}]},
        ),
        ("title:Kiev", phrase("Kiev", **{"in": "title"})),
        ('lede: "a b"~2', phrase("a b", slop=2, **{"in": "lede"})),
        ("title:(Kiev OR body:gaz)", phrase([{"text": "Kiev", "in": "title"}, {"text": "gaz", "in": "body"}])),
        ("body,title:Kiev", phrase("Kiev", **{"in": ["title", "body"]})),
        ("actor:lavrov", {"actor": "lavrov"}),
        ("actor:(lavrov OR blinken)", {"actor": ["lavrov", "blinken"]}),
        ("actor:x-1 OR Kiev", {"any": [{"actor": "x-1"}, phrase("Kiev")]}),
        ("title:actor:lavrov", {"actor": "lavrov", "in": "title"}),
        ("source:Belga", {"source": {"name": "BELGA"}}),
        ('source:"Agence  France-Presse" OR source:AFP', {"source": {"name": ["afp", "agence france-presse"]}}),
        ("tag:presse AND source:Belga", {"all": [{"source": {"tag": "presse"}}, {"source": {"name": "Belga"}}]}),
        ("lang:fr OR lang:en", {"language": ["en", "fr"]}),
        ("lang:fr OR Kiev", {"any": [{"language": "fr"}, phrase("Kiev")]}),
        ("/G[0-9]+/", {"regex": "G[0-9]+"}),
        (r"title:/km\/h \\/", {"regex": r"km/h \\", "in": "title"}),
        ("Kiev\n  AND\tgaz\u00a0pétrole", {"all": [phrase("Kiev"), phrase("gaz"), phrase("pétrole")]}),
        (
            '(actor:lavrov OR actor:blinken) AND "garanties de sécurité" NOT title:football',
            {
                "all": [
                    {"actor": ["lavrov", "blinken"]},
                    phrase("garanties de sécurité"),
                    {"not": phrase("football", **{"in": "title"})},
                ]
            },
        ),
    ],
)
def test_a_query_and_a_mapping_are_one_tree(tree, query, mapping):
    one, other = tree(query, mapping)
    assert one == other


@pytest.mark.parametrize(
    ("nested", "same"),
    [
        ({"any": ["Kiev OR gaz", "NOT pétrole"]}, "(Kiev OR gaz) OR NOT pétrole"),
        ({"all": ["Kiev OR gaz", phrase("pétrole")]}, "(Kiev OR gaz) pétrole"),
        ({"not": "Kiev gaz"}, "NOT (Kiev gaz)"),
        ({"phrase": "Kiev", "not": "gaz"}, "Kiev NOT gaz"),
    ],
)
def test_a_query_may_stand_wherever_a_condition_does(tree, nested, same):
    one, other = tree(nested, same)
    assert one == other


def test_a_query_and_a_mapping_share_their_terms(tree):
    one, other = tree("Kiev", phrase(["Kiev", "gaz"]))
    assert one.terms[0] is other.terms[0]


MISTAKES = [
    ("AND Kiev", 1, "'AND' needs a condition before it"),
    ("Kiev OR", 6, "'OR' needs a condition after it"),
    ("Kiev OR AND gaz", 6, "'OR' needs a condition after it"),
    ("Kiev NOT", 6, "'NOT' needs a condition after it"),
    ("Kiev AND )", 6, "'AND' needs a condition after it"),
    ("(OR Kiev)", 2, "'OR' needs a condition before it"),
    ("Kiev ()", 6, "nothing stands between '(' and ')'"),
    ("(Kiev", 1, "'(' is never closed"),
    ("Kiev (", 6, "'(' is never closed"),
    ("(Kiev AND (gaz)", 1, "'(' is never closed"),
    ("Kiev)", 5, "')' closes nothing"),
    (")", 1, "')' closes nothing"),
    ('Kiev "gaz', 6, '" is never closed'),
    ("Kiev /gaz", 6, "/ is never closed"),
    ("title:", 1, "'title:' needs a condition after it"),
    ("titel:Kiev", 1, "unknown field 'titel' (did you mean 'title'?): a text with a colon stands in quotes"),
    ("à 12:30", 3, "unknown field '12': a text with a colon stands in quotes"),
    (":Kiev", 1, "':' needs a field before it, such as title:"),
    ("title:lang:fr", 12, "'lang:' cannot stand in a field of the text"),
    ("title:(Kiev source:x)", 20, "'source:' cannot stand in a field of the text"),
    ("actor:/x/", 7, "'actor:' takes no regular expression"),
    ('actor:"x"~2', 7, "'actor:' takes no '~'"),
    ("Kiev actor:lavrof", 12, "unknown actor 'lavrof' (did you mean 'lavrov'?)"),
    ("Kiev lang:french", 11, "'french' is not a language (write fr, en, .. or other)"),
    ('tag:" "', 5, "'tag:' needs a name"),
    ("Kiev && gaz", 6, "'&&' has no word in it"),
    ('Kiev ""', 6, "has no word in it"),
    ('"a b"~', 6, "'~' takes a number of words from 0 to 50"),
    ('"a b"~51', 6, "'~' takes a number of words from 0 to 50"),
    ('"a b"~2x', 6, "'~' takes a number of words from 0 to 50"),
    ("-football", 1, "'-' before a word has no meaning here: write NOT"),
    ("+Kiev", 1, "'+' before a word has no meaning here: all words side by side must occur"),
    ("foot*", 5, "'*' has no meaning here: a text that holds it stands in quotes"),
    ("Kiev~1", 5, "'~' has no meaning here: a text that holds it stands in quotes"),
    ("Kiev or gaz", 6, "'or' is written OR, or in quotes if the word is meant"),
    ("Kiev And gaz", 6, "'And' is written AND, or in quotes if the word is meant"),
    ("Kiev \\", 6, "a backslash needs a character after it"),
    ("/Kiev/i", 7, "letters behind a regular expression mean nothing: for any letter case, /(?i)../"),
    ("gaz /a(?=b)/", 5, "is no regular expression of RE2: invalid perl operator: (?="),
    (f"/{'a' * 10_001}/", 1, "is longer than 10000 bytes"),
    ("/x*/", 1, "fits an empty text, and so every article"),
    (" ", 2, "holds no condition"),
    ("(" * 100_000, MAX_DEPTH + 1, "is nested deeper than 50 levels"),
    ("NOT " * 100_000, MAX_DEPTH * 4 + 1, "is nested deeper than 50 levels"),
    ("title:" * 100_000, MAX_DEPTH * 6 + 1, "is nested deeper than 50 levels"),
]


@pytest.mark.parametrize(("query", "at", "message"), MISTAKES)
def test_a_mistake_is_named_at_its_character(problems, query, at, message):
    quoted = query.replace("'", "''")
    started = time.process_time()
    found = problems(f"actors: {{lavrov: {{name: x}}}}\nrules:\n  - id: it\n    when: '{quoted}'\n")
    assert found == [f"rules1.yaml:4:{11 + at}: {message}"]
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("when", "place"),
    [
        ("Kiev AND", "3:16"),
        ("'Kiev AND'", "3:17"),
        ('"Kiev AND"', "3:17"),
        ("'l''Otan AND'", "3:20"),
        ('"\\"a b\\" AND"', "3:20"),
        ('"\\u00e9t\\xe9 AND"', "3:24"),
        ("{any: [gaz, Kiev AND]}", "3:28"),
    ],
)
def test_the_column_counts_what_stands_in_the_file(problems, when, place):
    found = problems(f"rules:\n  - id: it\n    when: {when}\n")
    assert found == [f"rules1.yaml:{place}: 'AND' needs a condition after it"]


@pytest.mark.parametrize(
    "when", [">\n      Kiev\n      AND", "|\n      Kiev\n      AND", "Kiev\n      AND", '"Kiev\n      AND"']
)
def test_over_several_lines_the_character_is_counted(problems, when):
    found = problems(f"rules:\n  - id: it\n    when: {when}\n")
    assert found == ["rules1.yaml:3:11: 'AND' needs a condition after it (character 6)"]


def test_the_greatest_depth_is_taken(tree):
    one, other = tree("(" * MAX_DEPTH + "Kiev" + ")" * MAX_DEPTH, "Kiev")
    assert one == other


SIGNS = [*'()/:~\\"“« -+a', "AND ", "OR ", "NOT ", "title:", "actor:", " a", "~2"]


@given(st.lists(st.sampled_from(SIGNS)).map("".join))
def test_any_text_is_read_or_has_its_mistake_at_a_character(text):
    leaves: list[int] = []
    mistake = None
    try:
        found = parse(text, lambda leaf: leaves.append(leaf.at) or LanguageIs(frozenset({leaf.text})))
    except QueryError as error:
        mistake = error
    if mistake:
        assert mistake.message
        assert 0 <= mistake.at <= len(text)
    else:
        assert found is not None
    assert leaves == sorted({*leaves})


def test_every_wrong_leaf_of_a_query_is_named(problems):
    found = problems("rules:\n  - id: it\n    when: actor:a OR lang:xyzz OR …\n")
    assert [one.split(": ")[0] for one in found] == ["rules1.yaml:3:17", "rules1.yaml:3:27", "rules1.yaml:3:35"]


def test_a_long_query_is_read_and_asked_in_no_time(load, article):
    words = " OR ".join(f"mot{number}" for number in range(5_000))
    started = time.process_time()
    loaded = load(json.dumps({"rules": [{"id": "it", "when": f"NOT x ({words})"}]}))
    assert [one.text for one in loaded.match(article("mot7 mot4999"))[0].evidence] == ["mot7", "mot4999"]
    assert time.process_time() - started < 3
