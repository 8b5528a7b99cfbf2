"""Which receivers an alert goes to, with Alertmanager's meaning."""

import pytest
from pydantic import ValidationError

from monitor.alert import Route, receivers_of, route
from monitor.model import Level

WRITTEN = {
    "receiver": "terminal",
    "routes": [
        {"match": {"level": ["high", "critical"]}, "receiver": "desk", "continue": True},
        {"match": {"tag": "otan"}, "receiver": "hook"},
        {
            "match": {"rule": "energy"},
            "receiver": "energy",
            "routes": [{"match": {"level": "low"}, "receiver": "archive"}, {"match": {"tag": ["gaz", "gnl"]}}],
        },
    ],
}
TREE = Route.model_validate(WRITTEN)


@pytest.mark.parametrize(
    ("rule", "level", "tags", "expected"),
    [
        ("x", "low", (), ["terminal"]),
        ("x", "high", (), ["desk"]),
        ("x", "critical", ("otan",), ["desk", "hook"]),
        ("x", "low", ("otan", "ue"), ["hook"]),
        ("energy", "medium", (), ["energy"]),
        ("energy", "low", (), ["archive"]),
        ("energy", "medium", ("gnl",), ["energy"]),
        ("energy", "high", ("otan",), ["desk", "hook"]),
    ],
)
def test_the_first_route_that_fits_takes_an_alert(
    rule: str, level: str, tags: tuple[str, ...], expected: list[str]
) -> None:
    assert route(TREE, rule, Level(level), tags) == expected


def test_a_receiver_reached_twice_gets_an_alert_once() -> None:
    tree = Route.model_validate(
        {"receiver": "a", "routes": [{"match": {"tag": "x"}, "continue": True}, {"match": {"tag": "y"}}]}
    )
    assert route(tree, "r", Level.LOW, ("x", "y")) == ["a"]


def test_without_any_receiver_nobody_is_told() -> None:
    assert route(Route(), "r", Level.HIGH, ()) == []


def test_every_receiver_named_in_the_tree_has_its_place() -> None:
    assert ((("routes", 2, "routes", 0, "receiver"), "archive")) in list(receivers_of(WRITTEN))
    assert len(list(receivers_of(WRITTEN))) == 5


@pytest.mark.parametrize(
    "wrong", [{"match": {"level": "urgent"}}, {"match": {"levels": "high"}}, {"group_by": ["story"]}]
)
def test_what_a_route_does_not_know_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Route.model_validate({"receiver": "a", **wrong})
