"""Inhibition: a critical alert of a story hides its low ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.alert import InhibitRule, by_weight, inhibited
from monitor.model import Alert, Level, Reason


class Kept(NamedTuple):
    """What a store remembers of an alert that was told."""

    rule: str
    level: Level
    tags: tuple[str, ...] = ()


def alert(rule: str, level: Level, tags: tuple[str, ...] = (), story: str = "s-1") -> Alert:
    return Alert(rule, "v1", level, tags, story, Reason.FIRST, f"{rule}/{story}/1")


def rule(**written: Any) -> InhibitRule:
    return InhibitRule.model_validate(
        {"source": {"level": "critical"}, "target": {"level": ["low", "info"]}, **written}
    )


CRITICAL = Kept("war", Level.CRITICAL, ("otan",))


@pytest.mark.parametrize(
    ("one", "told", "hidden"),
    [
        (alert("gas", Level.LOW), [CRITICAL], True),
        (alert("gas", Level.INFO), [Kept("x", Level.HIGH), CRITICAL], True),
        (alert("gas", Level.HIGH), [CRITICAL], False),
        (alert("gas", Level.LOW), [Kept("x", Level.HIGH)], False),
        (alert("gas", Level.LOW), [], False),
        # Never by its own rule, whose level was another once.
        (alert("war", Level.LOW), [CRITICAL], False),
        # What the operator is told is of no story.
        (alert("monitor.heartbeat", Level.INFO, story=""), [CRITICAL], False),
    ],
)
def test_what_fits_the_source_hides_what_fits_the_target(one: Alert, told: list[Kept], hidden: bool) -> None:
    by = rule()
    assert inhibited(one, [by], told) == (by if hidden else None)


def test_the_first_rule_that_hides_is_told() -> None:
    others = [rule(source={"rule": "peace"}), rule(source={"tag": "otan"}), rule()]
    assert inhibited(alert("gas", Level.LOW), others, [CRITICAL]) is others[1]


@pytest.mark.parametrize(
    ("equal", "tags", "level", "hidden"),
    [
        ("story", (), Level.LOW, True),
        (["story", "tag"], ("otan",), Level.LOW, True),
        (["story", "tag"], ("otan", "gaz"), Level.LOW, False),
        (["tag", "story", "level"], ("otan",), Level.LOW, False),
        (["story", "level"], (), Level.CRITICAL, True),
    ],
)
def test_both_must_have_in_common_what_equal_says(
    equal: Any, tags: tuple[str, ...], level: Level, hidden: bool
) -> None:
    by = rule(source={"rule": "war"}, target={"rule": "gas"}, equal=equal)
    assert (inhibited(alert("gas", level, tags), [by], [CRITICAL]) is by) is hidden


def test_of_two_that_fit_both_sides_neither_hides_the_other() -> None:
    both = rule(source={"level": ["high", "critical"]}, target={"level": ["high", "low"]})
    assert inhibited(alert("a", Level.HIGH), [both], [Kept("b", Level.HIGH)]) is None
    # One that fits the source side only hides it all the same, and it hides what fits the target side only.
    assert inhibited(alert("a", Level.HIGH), [both], [CRITICAL]) is both
    assert inhibited(alert("a", Level.LOW), [both], [Kept("b", Level.HIGH)]) is both


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"source": {}}, "must name a rule, level or tag"),
        ({"target": {"language": "fr"}}, "not permitted"),
        ({"equal": ["tag"]}, "must name story"),
        ({"equal": ["source"]}, "'story', 'level' or 'tag'"),
        ({"source_matchers": ["level=critical"]}, "not permitted"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        rule(**wrong)


@given(
    st.lists(st.sampled_from([*Level]), min_size=2, max_size=6),
    st.lists(
        st.tuples(
            st.lists(st.sampled_from([*Level]), min_size=1).map(tuple),
            st.lists(st.sampled_from([*Level]), min_size=1).map(tuple),
        ),
        max_size=3,
    ),
)
def test_alerts_raised_together_never_hide_each_other_all(levels: list[Level], sides: list[tuple[Any, Any]]) -> None:
    rules = [rule(source={"level": source}, target={"level": target}) for source, target in sides]
    told: list[Alert] = []
    for one in by_weight(alert(f"r-{n}", level) for n, level in enumerate(levels)):
        if not inhibited(one, rules, told):
            told.append(one)
    assert told[0].level == max(levels, key=list(Level).index)
    # What is hidden is hidden by something that is told.
    for n, level in enumerate(levels):
        one = alert(f"r-{n}", level)
        assert one in told or inhibited(one, rules, told)
