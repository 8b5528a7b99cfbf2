"""Templates of receivers: what they may do, where their mistakes are, and that none of them goes on for ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.templates import (
    FAULTS,
    MAX_FILE,
    MAX_OUTPUT,
    OWN_FILTERS,
    Sandbox,
    TemplateFile,
    Templates,
    TooMuchError,
    compiled,
    fill,
    told,
)

Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(source: str) -> Path:
        path = tmp_path / "desk.txt"
        path.write_text(source, "utf-8")
        return path

    return write


def made(source: str, *, html: bool = False, **values: Any) -> str:
    sandbox = Sandbox(html=html, filters=dict.fromkeys(OWN_FILTERS, str))
    return fill(compiled(TemplateFile(Path("desk.txt"), source), sandbox), values)


# ---- What they may do ----


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ a.b }} {{ a['c'] }}", "1 2"),
        ("{% for x in xs %}{{ loop.index }}{{ x }} {% endfor %}", "1one 2two "),
        ("{{ xs|join(', ')|upper }}", "ONE, TWO"),
        ("{{ xs|length + 40 }} {{ 7 * 6 }} {{ 45 - 3 }} {{ 142 % 100 }}", "42 42 42 42"),
        ("{{ 'a' ~ 1 ~ 'b' + 'c' }}", "a1bc"),
        ("{% set n = namespace(s=0) %}{% for i in range(3) %}{% set n.s = n.s + i %}{% endfor %}{{ n.s }}", "3"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m('y') }}", "<y>"),
        ("{{ 'x. y'.split('. ')|last|replace('y', 'z')|trim|truncate(5) }}", "z"),
        ("{% if a.get('d') is none %}no{% endif %}", "no"),
        ("{{ a|tojson }}", '{"b": 1, "c": "2"}'),
    ],
)
def test_a_template_can_say_what_a_message_needs(source: str, text: str) -> None:
    assert made(source, a={"b": 1, "c": "2"}, xs=["one", "two"]) == text


def test_text_is_escaped_in_html_only() -> None:
    assert made("{{ x }}", html=True, x="<b>") == "&lt;b&gt;"
    assert made("{{ x }}", x="<b>") == "<b>"
    assert made("{{ [x, x]|join('<') ~ x }}", html=True, x="<b>") == "&lt;b&gt;&lt;&lt;b&gt;&lt;b&gt;"


# ---- What they may not ----

ENDLESS = {
    "nested loops": "{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}",
    "a long range": "{% for i in range(100000) %}{% endfor %}",
    "a loop that writes": "{% for i in range(1000) %}" + "y" * 1000 + "{% endfor %}",
    "a loop that writes aside": "{% set x %}{% for i in range(1000) %}" + "y" * 1000 + "{% endfor %}{% endset %}",
    "a loop through a filter": "{% filter upper %}{% for i in range(1000) %}"
    + "y" * 1000
    + "{% endfor %}{% endfilter %}",
    "two macros at each turn": "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(40) }}",
    "a macro in itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "a loop in itself": "{% for i in [1] recursive %}{{ loop([1, 1]) }}{% endfor %}",
    "texts that double": "{% set n=namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "texts that add up": "{% set n=namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "replaced again and again": "{% set n=namespace(s='x') %}{% for i in range(99) %}"
    "{% set n.s = n.s|replace('x', 'xx') %}{% endfor %}",
    "joined again and again": "{% set n=namespace(s='x') %}{% for i in range(99) %}"
    "{% set n.s = [n.s, n.s]|join(n.s) %}{% endfor %}",
    "numbers without end": "{% set n=namespace(s=9) %}{% for i in range(999) %}{% set n.s = n.s * n.s %}{% endfor %}",
    "lists in lists": "{% set n=namespace(l=1) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% endfor %}",
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_no_template_goes_on_for_ever(source: str) -> None:
    with pytest.raises(FAULTS):
        made(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ xs.append(1) }}",
        "{{ a.update({'b': 2}) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 2 ** 1000000 }}",
        "{{ '{:>1000000000}'.format(1) }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ 'x'.join }}",
        "{{ lipsum(1000) }}",
        "{{ self._TemplateReference__context }}",
        "{% for i in [1] %}{{ loop._iterator }}{% endfor %}",
        "{{ a }}",
        "{{ a.missing }}",
        "{{ missing }}",
    ],
)
def test_what_reaches_further_than_a_text_fails(source: str) -> None:
    with pytest.raises(FAULTS):
        made(source, a={"b": 1}, xs=[1])


def test_a_rendering_does_not_use_up_the_next_one() -> None:
    source = "{% for i in range(700) %}{% for j in range(50) %}{% endfor %}{% endfor %}ok"
    assert [made(source) for _ in range(3)] == ["ok"] * 3


def test_the_longest_text_is_told() -> None:
    assert len(made("{{ x }}", x="y" * MAX_OUTPUT)) == MAX_OUTPUT
    with pytest.raises(TooMuchError, match="more than 500000 characters"):
        made("{{ x }}y", x="y" * MAX_OUTPUT)


# ---- Where their mistakes are ----


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("Hello\n{% if %}", ":2: Expected an expression"),
        ("{{ x", ":1: unexpected end of template"),
        ("\n\n{% endfor %}", ":3: Encountered unknown tag 'endfor'"),
        ("{% include 'x' %}", ":1: a template stands alone"),
        ("{% extends 'x' %}", ":1: a template stands alone"),
        ("{% import 'x' as y %}", ":1: a template stands alone"),
        ("a\n{% autoescape false %}{% endautoescape %}", ":2: escaping cannot be switched off"),
        ("{{ x|safe }}", ":1: No filter named 'safe'"),
        ("{{ x|attr('y') }}", ":1: No filter named 'attr'"),
        ("x" * (MAX_FILE + 1), " has more than 64 KiB"),
    ],
)
def test_a_mistake_is_found_when_the_configuration_is_read(source: str, problem: str, written: Written) -> None:
    path = written(source)
    with pytest.raises(ValidationError) as raised:
        Templates.model_validate({"text": path.name}, context={"folder": path.parent})
    assert f"{path}{problem}" in str(raised.value)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("absent.txt", "cannot be read: No such file"),
        (".", "is not a regular file"),
        (7, "must be a path"),
        ("", "must be a path"),
    ],
)
def test_what_is_no_file_is_told(value: object, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match=problem):
        Templates.model_validate({"text": value}, context={"folder": tmp_path})


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ValidationError, match="not UTF-8"):
        Templates.model_validate({"text": "x.txt"}, context={"folder": tmp_path})


def test_settings_show_the_path_of_a_template_not_its_text(written: Written) -> None:
    path = written("secret words")
    templates = Templates.model_validate({"text": path.name}, context={"folder": path.parent})
    assert templates.model_dump(mode="json") == {"subject": None, "text": str(path), "html": None}
    assert "secret words" not in repr(templates)


def test_a_failure_names_the_line_at_which_it_happened() -> None:
    file = TemplateFile(Path("desk.txt"), "one\ntwo {{ 1 }}\n{{ a.b.c }}\nfour")
    template = compiled(file, Sandbox(html=False, filters={}))
    with pytest.raises(FAULTS) as raised:
        fill(template, {"a": {}})
    assert told(raised.value, file) == "desk.txt:3: 'dict object' has no attribute 'b'"
