"""YAML that people write: every mistake has its line and column, and no file can hurt."""

import json
import os
import re
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from monitor.errors import ConfigError
from monitor.values import Duration, Written
from monitor.yaml.events import MAX_ALIASES
from monitor.yaml.file import parse, read, validate

FILE = Path("some.yaml")


class Cat(Written):
    later: ClassVar[frozenset[str]] = frozenset({"whiskers"})
    type: Literal["cat"]
    name: str
    nap: Duration


class Dog(Written):
    type: Literal["dog"]
    barks: bool


class House(Written):
    version: Literal[1]
    animals: tuple[Annotated[Cat | Dog, Field(discriminator="type")], ...] = ()
    by_name: dict[str, Cat] = Field(default_factory=dict)


def problems(text: str | bytes) -> list[str]:
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(ConfigError) as caught:
        validate(parse(FILE, raw), House)
    return [str(one) for one in caught.value.problems]


def test_values_are_plain_and_words_like_no_stay_words() -> None:
    data = parse(FILE, b"a: no\nb: on\nc: off\nd: true\ne: 12\nf: '12'\ng: 1.5\nh:\ni: 2022-01-13\n").data
    assert data == {
        "a": "no", "b": "on", "c": "off", "d": True, "e": 12, "f": "12", "g": 1.5, "h": None, "i": "2022-01-13",
    }  # fmt: skip


def test_every_mistake_is_told_with_its_place() -> None:
    text = "version: 1\nanimals:\n  - {type: cat, nmae: Tom, nap: 5 min}\n  - {type: dog, barks: maybe}\nanimal: 1\n"
    assert problems(text) == [
        "some.yaml:3:5: 'name' is missing",
        "some.yaml:3:17: unknown key 'nmae' (did you mean 'name'?)",
        "some.yaml:3:33: '5 min' is not a duration (write 30s, 5m, 1h30m, 1d or 1w)",
        "some.yaml:4:24: must be true or false",
        "some.yaml:5:1: unknown key 'animal' (did you mean 'animals'?)",
    ]


def test_a_key_of_a_later_version_is_refused_as_such() -> None:
    text = "version: 1\nby_name:\n  tom: {type: cat, name: Tom, nap: 5m, whiskers: 6}\n"
    assert problems(text) == ["some.yaml:3:40: 'whiskers' is not available yet"]


def test_an_unknown_kind_names_the_known_ones() -> None:
    (problem,) = problems("version: 1\nanimals: [{type: cow}]\n")
    assert problem.startswith("some.yaml:2:11:")
    assert "'cat', 'dog'" in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 1\nversion: 1\n", "some.yaml:2:1: 'version' is given twice (first in line 1)"),
        ("- 1\n", "some.yaml:1:1: must be a mapping (key: value lines)"),
        ("", "some.yaml:1:1: must be a mapping (key: value lines)"),
        ("version: [1\n", "some.yaml:2:1: not valid YAML"),
        ("version:\n\t- 1\n", "some.yaml:2:1: not valid YAML"),
        ("a: 1\n---\nb: 2\n", "some.yaml:2:1: holds a second document"),
        ("a: !!python/object:os.system x\n", "some.yaml:1:4: the tag"),
        (b"a: \xe9t\xe9\n", "some.yaml:1:4: is not UTF-8 text"),
        (b"a: 1\nb: \x00\n", "some.yaml:2:"),
        ("[" * 100_000, "some.yaml:1:51: is nested deeper than 50 levels"),
        ("? [a]\n: 1\n", "some.yaml:1:3: a key must be a word"),
    ],
)
def test_broken_or_hostile_files_get_one_message(text: str | bytes, message: str) -> None:
    assert any(problem.startswith(message) for problem in problems(text))


def test_an_alias_bomb_is_refused() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 13))
    assert "grows too large through its aliases" in problems(f"l0: &l0 [x]\n{levels}\n")[0]
    many = ", ".join(["*l0"] * (MAX_ALIASES + 1))
    assert f"more than {MAX_ALIASES} aliases" in problems(f"l0: &l0 x\nl1: [{many}]\n")[0]


def test_few_aliases_that_grow_are_refused() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 4)}]" for n in range(1, 20))
    assert "grows too large" in problems(f"l0: &l0 [x, x, x, x]\n{levels}\n")[0]


def test_a_few_aliases_work_and_a_byte_order_mark_is_no_letter() -> None:
    assert parse(FILE, b"\xef\xbb\xbfa: &x [1]\nb: *x\n").data == {"a": [1], "b": [1]}


plain_text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
written = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), plain_text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(plain_text, inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(plain_text, written, max_size=4))
def test_what_is_written_is_read(data: dict[str, object]) -> None:
    assert parse(FILE, json.dumps(data, ensure_ascii=False).replace("\x7f", "").encode()).data == data


def test_an_alias_stands_for_all_that_its_anchor_marks_with_the_places_of_that() -> None:
    file = parse(FILE, b"a: &a {x: &x [1, 2], y: *x}\nb: [*a, &a 3, *a]\nc: {d: {e: {f: {g: *x}}}}\n")
    assert file.data == {
        "a": {"x": [1, 2], "y": [1, 2]},
        "b": [{"x": [1, 2], "y": [1, 2]}, 3, 3],
        "c": {"d": {"e": {"f": {"g": [1, 2]}}}},
    }
    assert str(file.problem(("b", 0, "y", 1), "here")) == "some.yaml:1:18: here"
    assert str(file.problem(("c", "d", "e", "f", "g", 1), "here")) == "some.yaml:1:18: here"


@pytest.mark.parametrize("text", ["a: *b\n", "a: &a [*a]\n", "a: *b\nb: &b 1\n"])
def test_an_alias_of_nothing_written_above_is_refused(text: str) -> None:
    (problem,) = problems(text)
    assert re.fullmatch(r"some.yaml:1:\d: not valid YAML: \*\w stands for nothing that is written above", problem)


def test_a_place_is_known_however_deep_and_of_what_is_not_there_that_of_what_holds_it() -> None:
    file = parse(FILE, b"a:\n  - b:\n      c:\n        - d:\n            e: {f: [7, 8]}\n")
    loc = ("a", 0, "b", "c", 0, "d", "e", "f", 1)
    assert str(file.problem(loc, "here")) == "some.yaml:5:24: here"
    assert str(file.problem((*loc[:-1], 9), "here")) == "some.yaml:5:20: here"
    assert str(file.problem(loc[:-2], "here", key=True)) == "some.yaml:5:13: here"
    assert file.has(loc) is not file.has((*loc[:-1], 2))


def test_a_value_under_a_key_that_does_not_count_is_passed_over_whole() -> None:
    file = parse(FILE, b"a: 1\na: {b: &b [1, {c: 2}]}\n[x, y]: {d: 3}\ne: *b\n")
    assert file.data == {"a": 1, "e": [1, {"c": 2}]}
    assert [str(one) for one in file.problems] == [
        "some.yaml:2:1: 'a' is given twice (first in line 1)",
        "some.yaml:3:1: a key must be a word",
    ]


def test_a_merge_key_is_told_for_what_it_is_and_hides_no_other_mistake() -> None:
    text = (
        "version: 1\nby_name:\n  tom: &tom {type: cat, name: Tom, nap: 5m}\n  tim:\n    <<: *tom\n    name: Tim\nx: 1\n"
    )
    merged = "<< merges no mapping here (that was YAML 1.1): write the keys out, or key: *alias for a whole value"
    found = problems(text)
    assert f"some.yaml:5:5: {merged}" in found
    assert "some.yaml:7:1: unknown key 'x'" in found
    assert not any("unknown key '<<'" in one for one in found)
    assert parse(FILE, b'"<<": 1\n').data == {"<<": 1}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml:1:1: cannot be read: No such file"):
        read(tmp_path / "absent.yaml")


def test_what_the_environment_set_wrong_is_said() -> None:
    with pytest.raises(ConfigError, match=r"set by \$NEWS_MONITOR_VERSION"):
        validate(parse(FILE, b"animals: []\n"), House, environment={"version": "7"})


def test_a_key_given_twice_hides_no_other_mistake() -> None:
    assert problems("version: 1\nversion: 1\nanimal: 1\n") == [
        "some.yaml:2:1: 'version' is given twice (first in line 1)",
        "some.yaml:3:1: unknown key 'animal' (did you mean 'animals'?)",
    ]


def test_a_pipe_is_no_configuration(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ConfigError, match="is not a regular file"):
        read(tmp_path / "pipe.yaml")


TEXTS = st.text("aé𝒳'\"\\ :,#\t", max_size=12)


@given(TEXTS, st.integers(0, 12), st.sampled_from("'\""), st.sampled_from(["", "é: 1\r\n", "# \u2028# x\n"]))
def test_a_character_of_a_text_in_quotes_has_its_column(text: str, at: int, quote: str, before: str) -> None:
    def written(part: str) -> str:
        return json.dumps(part, ensure_ascii=False)[1:-1] if quote == '"' else part.replace("'", "''")

    file = parse(FILE, f"{before}clé: {quote}{written(text)}{quote}\n".encode())
    assert file.data["clé"] == text
    at = min(at, len(text))
    lines = len(re.findall("\n|\u2028", before))
    assert str(file.problem_inside(("clé",), at, "x")) == f"some.yaml:{1 + lines}:{7 + len(written(text[:at]))}: x"


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("a: some words # not these\n", 5, "1:9: x"),
        ("a: [b, some words]\n", 5, "1:13: x"),
        ("a: |\n  some words\n", 5, "1:4: x (character 6)"),
        ("a: >-\n  some words\n", 5, "1:4: x (character 6)"),
        ("a: some\n  words\n", 2, "1:6: x"),
        ("a: some\n  words\n", 5, "1:4: x (character 6)"),
        ("a: 'some\n  words'\n", 5, "1:4: x (character 6)"),
        ('a: "some\\\n  words"\n', 5, "1:4: x (character 6)"),
        ("a: &name some words\n", 5, "1:4: x (character 6)"),
        ("b: &name some words\na: *name\n", 5, "1:4: x (character 6)"),
        ("a: !!str some words\n", 5, "1:4: x (character 6)"),
        ('a: "\\u00e9t\\xe9 !"\n', 4, "1:17: x"),
    ],
)
def test_a_character_of_a_text_has_its_column_where_the_text_stands_in_one_line(text: str, at: int, place: str) -> None:
    file = parse(FILE, text.encode())
    loc = ("a", 1) if isinstance(file.data["a"], list) else ("a",)
    assert str(file.problem_inside(loc, at, "x")) == f"some.yaml:{place}"
