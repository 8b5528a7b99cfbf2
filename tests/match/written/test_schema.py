"""The schema of rule files: what an editor accepts and refuses, beside what the loader does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from match.conditions_drawn import ACTORS, conditions, text

from monitor.errors import ConfigError
from monitor.match import Novelty, load_rules, rules_schema
from monitor.match.written.rules import WrittenActor, WrittenFile, WrittenRule, WrittenTest
from monitor.match.written.terms import MODIFIERS
from monitor.match.written.when import NODES
from monitor.model import Level
from monitor.yaml import parse

CONFIG = Path(__file__).parents[3] / "config"
SCHEMA = rules_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
FILE = Path("rules.yaml")


def loads(content: bytes) -> bool:
    try:
        load_rules([FILE], ("fr", "en"), {FILE: content})
    except ConfigError:
        return False
    return True


def validates(content: bytes) -> bool:
    return VALIDATOR.is_valid(parse(FILE, content).data)


def written(data: Any) -> bytes:
    return json.dumps(data).encode()


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=2)


languages = st.sampled_from(["fr", "en", "ukr", "other"])
article = st.one_of(
    st.fixed_dictionaries({"text": text}, optional={"title": text, "source": text, "language": languages}),
    st.fixed_dictionaries({"article": st.integers(1, 9)}),
)
tests = st.one_of(
    article.map(lambda one: {"match": False, **one}),
    st.builds(lambda one, because: {"match": True, **one, "because": because}, article, st.one_of(text, some(text))),
)
rules = st.fixed_dictionaries(
    {"id": st.just("it"), "when": conditions},
    optional={
        "title": st.one_of(text, st.none()),
        "level": st.sampled_from([str(one) for one in Level]),
        "tags": some(text),
        "languages": some(languages),
        "novelty": st.sampled_from(get_args(Novelty)),
        "tests": some(tests),
    },
)
files = st.builds(lambda rule: {"version": 1, "actors": ACTORS, "rules": [rule]}, rules)


@settings(deadline=None)
@given(files)
def test_every_file_that_loads_is_accepted(file: dict[str, Any]) -> None:
    assert loads(written(file)) <= validates(written(file))


def places(value: Any, loc: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a file something stands."""
    if loc:
        yield loc
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*loc, key))


ODD = [
    None, "", " ", "it", "fr", "title", "lavrov", "_", "…", "yes", "true", "1", 0, 1, 3, 99, -1, 2.5, True, [], ["it"],
    [[]], {}, {"text": "it"}, {"phrase": "it"}, {"actor": "a"}, {"in": "title"},
]  # fmt: skip
ODD_KEYS = ["text", "phrase", "actor", "regex", "in", "case", "fuzzy", "slop", "language", "name", "because", "when"]


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A file in which a value, or a key, is another one, is missing or was added."""
    file = deepcopy(draw(files))
    loc = draw(st.sampled_from([one for one in places(file) if one[0] == "rules" or one[:2] == ("actors", "c")]))
    holder = file
    for key in loc[:-1]:
        holder = holder[key]
    odd = draw(st.sampled_from(ODD))
    match draw(st.sampled_from(["change", "drop", "rename", "add"])):
        case "change":
            holder[loc[-1]] = odd
        case "drop":
            del holder[loc[-1]]
        case _ if isinstance(holder, list):
            holder.append(odd)
        case "rename":
            holder[draw(st.sampled_from(ODD_KEYS))] = holder.pop(loc[-1])
        case _:
            holder[draw(st.sampled_from(ODD_KEYS))] = odd
    return file


@settings(deadline=None, max_examples=300)
@given(spoilt())
def test_a_spoilt_file_that_still_loads_is_accepted(file: dict[str, Any]) -> None:
    assert loads(written(file)) <= validates(written(file))


RULE = "rules: [{id: it, when: "
ACCEPTED = [
    "{}",
    "actors: {}\nrules: []",
    *(RULE + f"gaz, tests: [{{match: {one}, text: a gaz}}]}}]" for one in ("true", "True", "TRUE", "false")),
    "rules:\n  - id: a-1\n    when: Kiev AND NOT (title:gaz OR /G[0-9]+/)",
    "rules:\n  - {id: it, when: {phrase: gaz}, title: null}",
    RULE + "{phrase: gaz, in: [title, lede], slop: 0}}]",
    RULE + "{phrase: {text: UE, case: true}, fuzzy: 1}}]",
    RULE + "{phrase: gaz, case: false, fuzzy: 1, inflect: false}}]",
    RULE + "{regex: 'a+', in: title, language: [fr, other], source: {name: AFP, tag: [a, b]}}}]",
    RULE + "{near: {terms: [a, [b, {text: c, fuzzy: 1}], {text: d, in: title}], within: paragraph, ordered: true}}}]",
    RULE + "{all: [gaz, {any: [gaz, {not: gaz}]}, {at_least: {count: 1, of: [{not: {phrase: a}}]}}]}}]",
    "actors: {a: {name: {text: A, case: true}, kind: null}}\n"
    + RULE
    + "{near: {terms: [{actor: [a, a], in: title}, [b, {actor: a}]], within: 500}}}]",
    RULE + "gaz, tests: [{match: true, text: a gaz, title: t, source: s, language: fr, because: [gaz]}]}]",
    RULE + "gaz, tests: [{match: true, article: 4, because: gaz}, {match: false, article: 5, text: null}]}]",
    RULE + "gaz, tests: [{match: false, text: '', because: []}]}]",
]
REFUSED = [
    "[]",
    "version: 2",
    "rule: []",
    "rules: {}",
    "rules: [gaz]",
    "rules: [{id: it}]",
    "rules: [{when: gaz}]",
    "rules: [{id: It, when: gaz}]",
    "rules: [{id: 7, when: gaz}]",
    RULE + "gaz, levle: high}]",
    RULE + "gaz, level: urgent}]",
    RULE + "gaz, level: High}]",
    RULE + "gaz, novelty: all}]",
    RULE + "gaz, tags: otan}]",
    RULE + "gaz, tags: [7]}]",
    RULE + "gaz, languages: fr}]",
    RULE + "gaz, languages: [french]}]",
    RULE + "[gaz]}]",
    RULE + "''}]",
    RULE + "{}}]",
    RULE + "{phrases: gaz}}]",
    RULE + "{phrase: 2022}}]",
    RULE + "{phrase: []}}]",
    RULE + "{phrase: '...'}}]",
    RULE + "{phrase: {text: gaz, txt: gaz}}}]",
    RULE + "{phrase: {case: true}}}]",
    RULE + "{phrase: gaz, fuzzy: 9}}]",
    RULE + "{phrase: gaz, fuzzy: true}}]",
    RULE + "{phrase: gaz, slop: 51}}]",
    RULE + "{phrase: gaz, case: 1}}]",
    RULE + "{phrase: gaz, in: titre}}]",
    RULE + "{phrase: gaz, in: []}}]",
    RULE + "{phrase: gaz, case: true, fuzzy: 1}}]",
    RULE + "{phrase: {text: gaz, case: true, inflect: true}}}]",
    RULE + "{in: title}}]",
    RULE + "{in: title, language: fr}}]",
    RULE + "{regex: a, case: true}}]",
    RULE + "{regex: ''}}]",
    RULE + f"{{regex: {'a' * 10_001}}}}}]",
    RULE + "{actor: {id: a}}}]",
    RULE + "{near: [a, b]}}]",
    RULE + "{near: {terms: [a, b]}}}]",
    RULE + "{near: {within: 3}}}]",
    RULE + "{near: {terms: [a], within: 3}}}]",
    RULE + f"{{near: {{terms: [{', '.join('a' * 51)}], within: 3}}}}}}]",
    RULE + "{near: {terms: [a, []], within: 3}}}]",
    RULE + "{near: {terms: [a, {phrase: b}], within: 3}}}]",
    RULE + "{near: {terms: [a, b], within: 0}}}]",
    RULE + "{near: {terms: [a, b], within: 501}}}]",
    RULE + "{near: {terms: [a, b], within: page}}}]",
    RULE + "{near: {terms: [a, b], within: 3, in: title}}}]",
    RULE + "{near: {terms: [a, b], within: 3, ordered: 1}}}]",
    RULE + "{any: {phrase: gaz}}}]",
    RULE + "{all: []}}]",
    RULE + "{not: [gaz]}}]",
    RULE + "{at_least: {of: [gaz]}}}]",
    RULE + "{at_least: {count: 0, of: [gaz]}}}]",
    RULE + "{source: AFP}}]",
    RULE + "{source: {}}}]",
    RULE + "{source: {nom: AFP}}}]",
    RULE + "{language: french}}]",
    RULE + "gaz, tests: [{match: true}]}]",
    RULE + "gaz, tests: [{text: gaz}]}]",
    RULE + "gaz, tests: [{match: oui, text: gaz}]}]",
    # In YAML 1.2 these are words and numbers, no truth values.
    *(RULE + f"gaz, tests: [{{match: {one}, text: gaz}}]}}]" for one in ("yes", "on", "'true'", "1", "null")),
    *(RULE + f"{{phrase: gaz, inflect: {one}}}}}]" for one in ("no", "off", "'false'", "0", "null")),
    RULE + "{near: {terms: [a, b], within: 3, ordered: yes}}}]",
    RULE + "{phrase: gaz, fuzzy: '1'}}]",
    RULE + "gaz, tests: [{match: true, article: '4'}]}]",
    RULE + "gaz, tests: [{match: true, text: gaz, article: 4}]}]",
    RULE + "gaz, tests: [{match: true, article: 0}]}]",
    RULE + "gaz, tests: [{match: true, article: 4, title: gaz}]}]",
    RULE + "gaz, tests: [{match: false, text: gaz, because: gaz}]}]",
    RULE + "gaz, tests: [{match: true, text: gaz, because: '?'}]}]",
    RULE + "gaz, tests: [{match: true, text: gaz, lang: fr}]}]",
    "actors: []",
    "actors: {A: {name: A}}",
    "actors: {a: {}}",
    "actors: {a: A}",
    "actors: {a: {name: A, alias: [B]}}",
    "actors: {a: {name: A, aliases: B}}",
    "actors: {a: {name: A, aliases: ['-']}}",
    "actors: {a: {name: A, fuzzy: 9}}",
    "actors: {a: {name: A, in: title}}",
    "actors: {a: {name: A, case: true, fuzzy: 1}}",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_loads_is_accepted(text: str) -> None:
    assert (loads(text.encode()), validates(text.encode())) == (True, True)


@pytest.mark.parametrize("text", REFUSED)
def test_what_does_not_load_is_refused(text: str) -> None:
    assert (loads(text.encode()), validates(text.encode())) == (False, False)


def test_it_is_a_schema_of_its_dialect() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_it_knows_every_key_that_is_read_and_no_other() -> None:
    inside = SCHEMA["$defs"]
    assert set(SCHEMA["properties"]) == set(WrittenFile.model_fields)
    for name, model in (("actor", WrittenActor), ("rule", WrittenRule), ("test", WrittenTest)):
        assert set(inside[name]["properties"]) == set(model.model_fields)
    assert set(inside["conditions"]["properties"]) == {*NODES, *MODIFIERS}
    assert set(inside["spelling"]["properties"]) == {"text", *MODIFIERS}
    assert set(inside["named"]["properties"]) == {"actor", *MODIFIERS}


def keys_of(schema: Any) -> Iterator[tuple[str, Any]]:
    """(key, what is said of it) for all keys that an editor offers."""
    if isinstance(schema, dict):
        for name, one in schema.items():
            if name == "properties" and schema.get("type") == "object":
                yield from one.items()
            if name != "examples":
                yield from keys_of(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from keys_of(one)


def test_every_key_is_explained_in_a_line_or_two() -> None:
    told = list(keys_of(SCHEMA))
    assert len(told) > 40
    for key, schema in told:
        assert 10 < len(schema["description"]) < 121, key


def test_every_example_is_one() -> None:
    shown = 0
    for _, schema in keys_of(SCHEMA):
        own = {key: value for key, value in schema.items() if key not in ("examples", "description")}
        for example in schema.get("examples", ()):
            Draft202012Validator({**own, "$defs": SCHEMA["$defs"]}).validate(example)
            shown += 1
    assert shown > 20


def test_no_pattern_needs_what_not_every_editor_knows() -> None:
    patterns = re.findall(r'"pattern": "(.*?[^\\])"', json.dumps(SCHEMA))
    assert patterns
    assert not [one for one in patterns if re.search(r"\\\\[pPdwWbB]|\(\?", one)]


def test_the_shipped_rules_are_accepted_and_name_the_schema_beside_them() -> None:
    paths = sorted((CONFIG / "rules").glob("*.yaml"))
    assert paths
    for path in paths:
        assert validates(path.read_bytes())
        found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text("utf-8"))
        assert found, path
        assert json.loads((path.parent / found[1]).read_text("utf-8")) == SCHEMA
