"""Which receivers an alert goes to and how, with Alertmanager's meaning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.alert import Destination, Matcher, Route, asked, group, in_zone, nodes, receivers_of, route
from monitor.alert.routing.schedule import Schedule
from monitor.model import Alert, Level, Reason

WRITTEN: dict[str, Any] = {
    "receiver": "terminal",
    "routes": [
        {"match": {"level": ["high", "critical"]}, "receiver": "desk", "continue": True},
        {"match": {"tag": "otan"}, "receiver": "hook"},
        {
            "match": {"rule": "energy"},
            "receiver": "energy",
            "routes": [{"match": {"level": "low"}, "receiver": "archive"}, {"match": {"tag": ["gaz", "gnl"]}}],
        },
        {"match": {"language": ["ru", "uk"]}, "receiver": "translators"},
        {"match": {"source": "Agence Été", "level": "info"}, "receiver": "agency"},
        {"match": {"source_tag": "blog"}, "receiver": "blogs"},
    ],
}
TREE = Route.model_validate(WRITTEN)


def alert(rule: str = "x", level: str = "low", tags: tuple[str, ...] = (), **facts: Any) -> Alert:
    return Alert(rule, "v1", Level(level), tags, "s-1", Reason.FIRST, f"{rule}/s-1/1", **facts)


def receivers(tree: Route, one: Alert) -> list[str]:
    return [destination.receiver for destination in route(tree, one)]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (alert(), ["terminal"]),
        (alert(level="high"), ["desk"]),
        (alert(level="critical", tags=("otan",)), ["desk", "hook"]),
        (alert(tags=("otan", "ue")), ["hook"]),
        (alert("energy", "medium"), ["energy"]),
        (alert("energy", "low"), ["archive"]),
        (alert("energy", "medium", ("gnl",)), ["energy"]),
        (alert("energy", "high", ("otan",)), ["desk", "hook"]),
        (alert(language="uk"), ["translators"]),
        (alert(language="fr"), ["terminal"]),
        (alert(level="info", source="agence ete"), ["agency"]),
        (alert(level="low", source="Agence Été"), ["terminal"]),
        (alert(source_tags=("press", "blog")), ["blogs"]),
    ],
)
def test_the_first_route_that_fits_takes_an_alert(one: Alert, expected: list[str]) -> None:
    assert receivers(TREE, one) == expected


def test_a_receiver_reached_twice_gets_an_alert_once_by_the_first_route() -> None:
    tree = Route.model_validate(
        {
            "receiver": "a",
            "routes": [
                {"match": {"tag": "x"}, "continue": True, "group_wait": "1m"},
                {"match": {"tag": "y"}, "group_wait": "2m"},
            ],
        }
    )
    (one,) = route(tree, alert(tags=("x", "y")))
    assert (one.receiver, one.path, one.group_wait) == ("a", "0", timedelta(minutes=1))


def test_without_any_receiver_nobody_is_told() -> None:
    assert route(Route(), alert(level="high")) == []


def test_what_nothing_is_said_of_is_as_the_contract_has_it() -> None:
    (one,) = route(Route(receiver="a"), alert())
    assert one == Destination("a", "", ("story",), timedelta(0), timedelta(minutes=5), None, (), None)


def test_a_route_takes_from_the_one_around_it_what_it_does_not_say() -> None:
    tree = Route.model_validate(
        {
            "receiver": "a",
            "group_by": "rule",
            "group_wait": "30s",
            "group_interval": "1h",
            "repeat_interval": "1d",
            "hold": "nights",
            "digest": "07:30 Europe/Paris",
            "routes": [
                {
                    "match": {"level": "critical"},
                    "hold": "off",
                    "digest": "off",
                    "repeat_interval": "off",
                    "routes": [{"match": {"tag": "x"}, "group_by": ["alert"], "group_wait": "0s"}],
                },
                {"match": {"level": "info"}, "hold": ["nights", "weekends"], "digest": "0 18 * * fri"},
            ],
        }
    )
    digest = Schedule("30 7 * * *", "Europe/Paris")
    hour, day = timedelta(hours=1), timedelta(days=1)
    whole = Destination("a", "", ("rule",), timedelta(seconds=30), hour, day, ("nights",), digest)
    told = {here.path: here for here, _ in nodes(tree)}
    assert told == {
        "": whole,
        "0": replace(whole, path="0", hold=(), digest=None, repeat_interval=None),
        "0.0": Destination("a", "0.0", ("alert",), timedelta(0), hour, None, (), None),
        "1": replace(whole, path="1", hold=("nights", "weekends"), digest=Schedule("0 18 * * fri")),
    }
    assert route(tree, alert(level="critical", tags=("x",))) == [told["0.0"]]
    assert route(tree, alert(level="info")) == [told["1"]]


def test_digests_without_a_zone_are_in_that_of_the_settings() -> None:
    tree = Route.model_validate(
        {
            "receiver": "a",
            "group_wait": "1m",
            "routes": [
                {"match": {"tag": "x"}, "digest": "07:30", "routes": [{"match": {"tag": "y"}, "digest": "8:00 UTC"}]},
                {"match": {"tag": "z"}},
            ],
        }
    )
    here = {one.path: one for one, _ in nodes(in_zone(tree, "Asia/Tokyo"))}
    assert [str(here[path].digest) for path in ("0", "0.0")] == ["07:30 Asia/Tokyo", "08:00 UTC"]
    assert (here["1"].digest, here["1"].group_wait) == (None, timedelta(minutes=1))


def test_every_receiver_named_in_the_tree_has_its_place() -> None:
    assert ((("routes", 2, "routes", 0, "receiver"), "archive")) in list(receivers_of(WRITTEN))
    assert len(list(receivers_of(WRITTEN))) == 8


@pytest.mark.parametrize(
    "wrong",
    [
        {"match": {"level": "urgent"}},
        {"match": {"levels": "high"}},
        {"match": {"language": "french"}},
        {"group_by": ["stories"]},
        {"group_by": ["alert", "rule"]},
        {"group_by": []},
        {"group_wait": "off"},
        {"digest": "25:00"},
        {"hold": 7},
    ],
)
def test_what_a_route_does_not_know_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Route.model_validate({"receiver": "a", **wrong})


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (["story"], "0.1 story=s-1"),
        (["rule", "level"], "0.1 rule=x level=low"),
        (["tag"], "0.1 tag=a%20b,z"),
        (["source", "story"], "0.1 source=Le%20Monde story=s-1"),
        (["alert"], "0.1 alert=x/s-1/1"),
    ],
)
def test_alerts_of_one_group_have_one_text(by: list[Any], expected: str) -> None:
    one = alert(tags=("z", "a b"), source="Le Monde")
    assert group(Destination("a", "0.1", tuple(by)), one) == expected


def test_tags_in_another_order_are_the_same_group_and_other_tags_another() -> None:
    by_tag = Destination("a", "", ("tag",))
    assert group(by_tag, alert(tags=("a", "b"))) == group(by_tag, alert(tags=("b", "a")))
    texts = [group(by_tag, alert(tags=tags)) for tags in [("a", "b"), ("a",), ("a,b",), ("a%2Cb",), ()]]
    assert len(set(texts)) == len(texts)


def test_an_operator_alert_has_no_story_and_is_grouped_by_its_event() -> None:
    one = replace(alert("monitor.source-failing"), story="")
    assert group(Destination("a", ""), one) == "rule=monitor.source-failing"
    assert group(Destination("a", "1", ("rule", "story")), one) == "1 rule=monitor.source-failing"


def test_the_routes_that_were_asked_are_told_with_what_does_not_fit() -> None:
    one = alert("energy", "medium", ("gnl",))
    told = [(visit.path, visit.taken, visit.node.match.misfit(one)) for visit in asked(TREE, one)]
    assert told == [
        ("0", False, "its level is medium, not high or critical"),
        ("1", False, "its tag is gnl, not otan"),
        ("2", True, None),
        ("2.0", False, "its level is medium, not low"),
        ("2.1", True, None),
    ]
    assert [TREE.routes[n].match.misfit(alert()) for n in (1, 3, 5)] == [
        "it has no tag",
        "its language is unknown",
        "it has no source tag",
    ]
    assert [str(TREE.match), str(TREE.routes[0].match)] == ["every alert", "level high or critical"]


# ---- Against a model that takes no short cuts ----

words = st.sampled_from(["a", "b", "c"])
matchers = st.fixed_dictionaries(
    {},
    optional={
        "rule": words,
        "level": st.lists(st.sampled_from([*Level]), max_size=2),
        "tag": st.lists(words, max_size=2),
        "source_tag": words,
        "source": words,
        "language": st.sampled_from(["fr", "en"]),
    },
)
trees = st.recursive(
    st.fixed_dictionaries({"match": matchers, "continue": st.booleans()}, optional={"receiver": words}),
    lambda inner: st.fixed_dictionaries(
        {"match": matchers, "continue": st.booleans(), "routes": st.lists(inner, max_size=3)},
        optional={"receiver": words},
    ),
    max_leaves=8,
)
alerts = st.builds(
    alert,
    words,
    st.sampled_from([*Level]),
    st.lists(words, max_size=2).map(tuple),
    language=st.sampled_from(["fr", "en", None]),
    source=st.none() | words,
    source_tags=st.lists(words, max_size=2).map(tuple),
)


def fits(match: dict[str, Any], one: Alert) -> bool:
    held: dict[str, set[Any]] = {
        "rule": {one.rule},
        "level": {one.level},
        "tag": set(one.tags),
        "source_tag": set(one.source_tags),
        "source": {one.source},
        "language": {one.language},
    }
    wanted = {key: {value} if isinstance(value, str) else set(value) for key, value in match.items()}
    return all(not wanted[key] or wanted[key] & held[key] for key in wanted)


def told(node: dict[str, Any], around: str | None, one: Alert) -> list[str | None]:
    """The receivers of a node by Alertmanager's rules, with all repetitions."""
    receiver = node.get("receiver") or around
    found: list[str | None] = []
    entered = 0
    for child in node.get("routes", []):
        if fits(child["match"], one):
            found += told(child, receiver, one)
            entered += 1
            if not child["continue"]:
                return found
    return found if entered else [receiver]


@given(trees, alerts)
def test_routing_is_that_of_a_naive_model(tree: dict[str, Any], one: Alert) -> None:
    expected = [receiver for receiver in told(tree, None, one) if receiver]
    assert receivers(Route.model_validate(tree), one) == list(dict.fromkeys(expected))


@given(matchers, alerts)
def test_a_misfit_is_told_of_just_what_is_not_taken(match: dict[str, Any], one: Alert) -> None:
    matcher = Matcher.model_validate(match)
    assert (matcher.misfit(one) is None) == matcher.takes(one) == fits(match, one)
