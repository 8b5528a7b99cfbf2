"""Matchers that name nothing, and routes to which no alert comes, are shown at their place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import Matcher, Route, asked
from monitor.match import load_rules
from monitor.model import Alert, Level, Reason
from monitor.settings import load_settings
from monitor.settings.hints import Known, known, stranger, strangers, unreachable
from monitor.yaml import parse, read

THERE: Known = {
    "rule": {"strike", "morel", "monitor.source-failing"},
    "tag": {"social", "operator"},
    "language": {"fr", "en", "other"},
    "source": {"Le Républicain", "inbox"},
    "source_tag": {"local"},
}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("rule", "strik", "no rule has the id 'strik' (did you mean 'strike'?)"),
        ("rule", "monitor.source-faling", "no rule has the id 'monitor.source-faling' (did you mean"),
        ("tag", "sociale", "no rule has the tag 'sociale' (did you mean 'social'?)"),
        ("tag", "local", "no rule has the tag 'local', but sources have it (did you mean 'source_tag'?)"),
        ("source_tag", "social", "no source has the tag 'social', but rules have it (did you mean 'tag'?)"),
        ("source", "inbux", "no source is named 'inbux' (did you mean 'inbox'?)"),
        ("language", "de", "no article has the language 'de': those that are looked for stand under 'languages'"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_nearest_one(key: str, value: str, said: str) -> None:
    found = stranger(key, value, THERE)
    assert found is not None
    assert found.startswith(said)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rule", "strike"),
        ("rule", "monitor.source-failing"),
        ("tag", "operator"),
        ("language", "other"),
        ("source", "LE REPUBLICAIN"),
        ("story", "any"),
        ("level", "high"),
    ],
)
def test_what_there_is_and_what_nobody_can_know_is_no_stranger(key: str, value: str) -> None:
    assert stranger(key, value, THERE) is None
    assert stranger(key, "nothing", {}) is None


def test_rules_and_events_are_known_and_what_cannot_be_known_is_not(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("version: 1\nrules: [{id: a, tags: [x, y], when: {phrase: b}}]\n", "utf-8")
    found = known(load_rules([path], ["fr"]).rules, None, ["fr"])
    assert {"a", "monitor.heartbeat"} <= set(found["rule"])
    assert (set(found["tag"]), set(found["language"])) == ({"operator", "x", "y"}, {"fr", "other"})
    assert not {"source", "source_tag"} & found.keys()
    assert known(None, None, None) == {}


HEAD = "version: 1\nreceivers: [{name: a, type: console}, {name: b, type: console}]\n"


def findings(folder: Path, text: str) -> list[str]:
    path = folder / "monitor.yaml"
    path.write_text(HEAD + text, "utf-8")
    file, settings = read(path), load_settings(path, {})
    found = [*strangers(file, THERE), *unreachable(file, settings.route)]
    return [str(one).replace(f"{path}:", "") for one in found]


def test_every_matcher_of_a_configuration_is_looked_at(tmp_path: Path) -> None:
    assert findings(
        tmp_path,
        "route:\n  receiver: a\n  routes:\n"
        "    - {match: {tag: [social, sociale]}, receiver: b}\n"
        "    - match: {level: high}\n      routes: [{match: {rule: strik}}]\n"
        "silences:\n  - {match: {rule: [morrel], story: s-1}, author: x, comment: y, times: '1:00-2:00'}\n"
        "inhibit:\n  - {source: {tag: soc}, target: {level: low, rule: strikes}}\n",
    ) == [
        "6:30: no rule has the tag 'sociale' (did you mean 'social'?)",
        "8:31: no rule has the id 'strik' (did you mean 'strike'?)",
        "10:21: no rule has the id 'morrel' (did you mean 'morel'?)",
        "12:20: no rule has the tag 'soc' (did you mean 'social'?)",
        "12:53: no rule has the id 'strikes' (did you mean 'strike'?)",
    ]


def routes(*lines: str) -> str:
    return "route:\n  receiver: a\n  routes:\n" + "".join(f"    - {line}\n" for line in lines)


TAKEN = "takes all that it asks for; continue: true there lets it pass"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{receiver: b}", "{match: {tag: social}}"], f"7:15: ..: the route in line 6 (every alert) {TAKEN}"),
        (["{match: {tag: social}}"] * 2, f"7:15: ..: the route in line 6 (tag social) {TAKEN}"),
        (
            ["{match: {level: [high, critical]}}", "{match: {rule: strike, level: high}}"],
            f"7:15: ..: the route in line 6 (level high or critical) {TAKEN}",
        ),
        (
            ["{match: {level: low}}", "{match: {level: [low, high]}}", "{match: {level: [high, info]}}", "{}"],
            None,
        ),
        (
            ["{match: {source: inbox}}", "{match: {source: INBOX}}"],
            f"7:15: ..: the route in line 6 (source inbox) {TAKEN}",
        ),
        (["{continue: true}", "{match: {tag: social}}"], None),
        (["{match: {tag: social, level: high}}", "{match: {tag: social}}"], None),
        (
            ["{match: {level: high}, routes: [{match: {level: low}}]}"],
            "6:47: ..: one around it takes only level high",
        ),
        (["{match: {tag: social}, routes: [{match: {tag: operator}}]}"], None),
        (
            ["{match: {tag: social}, routes: [{match: {tag: [social, operator]}}, {match: {rule: morel}}]}"],
            f"6:83: ..: the route in line 6 (tag social or operator) {TAKEN}",
        ),
    ],
)
def test_a_route_that_no_alert_comes_to_is_told(tmp_path: Path, lines: list[str], said: str | None) -> None:
    expected = [said.replace("..", "no alert comes to this route")] if said else []
    assert findings(tmp_path, routes(*lines)) == expected


words = st.lists(st.sampled_from(["a", "b"]), unique=True, max_size=2)
matchers = st.builds(
    lambda rule, tag, level: Matcher(rule=tuple(rule), tag=tuple(tag), level=tuple(level)),
    words,
    words,
    st.lists(st.sampled_from([Level.LOW, Level.HIGH]), unique=True, max_size=2),
)
leaves = st.builds(lambda match, go_on: Route(match=match, **{"continue": go_on}), matchers, st.booleans())
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda match, go_on, routes: Route(match=match, routes=tuple(routes), **{"continue": go_on}),
        matchers,
        st.booleans(),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
alerts = st.builds(
    lambda rule, level, tags: Alert(rule, "", level, tuple(tags), "s", Reason.FIRST, "k"),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(list(Level)),
    st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3),
)


@given(st.lists(trees, max_size=4), alerts)
def test_no_alert_is_ever_taken_by_a_route_that_is_told(routes: list[Route], alert: Alert) -> None:
    tree = Route(receiver="x", routes=tuple(routes))
    written = tree.model_dump(mode="json", by_alias=True)
    file = parse(Path("m.yaml"), yaml_of({"route": written}))
    places = {(one.line, one.column) for one in unreachable(file, tree)}
    for one in asked(tree, alert):
        loc = ("route", *(part for index in one.path.split(".") for part in ("routes", int(index))), "match")
        here = file.problem(loc, "")
        assert not one.taken or (here.line, here.column) not in places


def yaml_of(data: object) -> bytes:
    return yaml.safe_dump(data).encode()
