"""A trouble is told once and once more when it is over, whoever asks, and however often and since whichever start."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flow.simulation import Simulation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.alert import operator_alert
from monitor.troubles import Trouble, tell, tell_once

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RULES = {"version": 1, "rules": [{"id": "flood", "when": {"phrase": "crue"}}]}
NAMES = ("desk", "hook", "a disk")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Simulation]:
    one = Simulation.of(tmp_path, {"route": {"receiver": "desk", "group_interval": "0s"}}, RULES, ["desk", "hook"], NOW)
    yield one
    one.store.close()


def looks(desk: Any, event: str, ailing: set[str], gone: Collection[str] = ()) -> list[tuple[str, str]]:
    """What a look tells that finds these ailing and those out of sight."""
    desk.now += timedelta(minutes=1)
    before = {row.id for row in desk.store.alerts(10_000, suppressed=True)}
    tell(desk, event, {name: Trouble((f"{name} ails",)) for name in ailing}, lambda about: about not in gone)
    told = [row for row in desk.store.alerts(10_000, suppressed=True) if row.id not in before]
    return [(row.rule.removeprefix("monitor."), row.document["about"]) for row in reversed(told)]


def test_it_is_told_once_and_its_end_once(desk: Simulation) -> None:
    told = [looks(desk, "disk-full", ailing) for ailing in (set(), {"a"}, {"a"}, set(), set(), {"a"})]
    assert told == [[], [("disk-full", "a")], [], [("disk-recovered", "a")], [], [("disk-full", "a")]]


def test_what_is_over_is_told_before_what_has_begun(desk: Simulation) -> None:
    looks(desk, "receiver-missing", {"b"})
    assert looks(desk, "receiver-missing", {"c", "a"}) == [
        ("receiver-recovered", "b"),
        ("receiver-missing", "a"),
        ("receiver-missing", "c"),
    ]


def test_what_is_only_out_of_sight_is_not_called_over(desk: Simulation) -> None:
    looks(desk, "queue-growing", {"a"})
    assert looks(desk, "queue-growing", set(), gone={"a"}) == []
    assert looks(desk, "queue-growing", {"a"}) == [], "it has never been over"
    assert looks(desk, "queue-growing", set()) == [("queue-recovered", "a")]


def test_the_same_thing_can_ail_in_two_ways(desk: Simulation) -> None:
    looks(desk, "queue-growing", {"desk"})
    assert looks(desk, "receiver-disabled", {"desk"}) == [("receiver-disabled", "desk")]
    assert looks(desk, "queue-growing", set()) == [("queue-recovered", "desk")]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.sampled_from(NAMES)), min_size=1, max_size=6))
def test_who_believes_what_he_is_told_knows_what_ails(desk: Simulation, found: list[set[str]]) -> None:
    known: set[str] = set()
    for ailing in [*found, set()]:
        told = looks(desk, "disk-full", ailing)
        begun, over = ({about for kind, about in told if kind == name} for name in ("disk-full", "disk-recovered"))
        assert begun == ailing - known
        assert over == known - ailing
        assert len(told) == len(begun) + len(over)
        known = ailing


@pytest.mark.parametrize("receiver", [None, "hook"])
def test_what_was_sent_is_not_sent_again(desk: Any, receiver: str | None) -> None:
    alert = operator_alert("message-cut", "hook", ["too large"], NOW)
    assert [tell_once(desk, alert, NOW, receiver) for _ in range(3)] == [True, False, False]
    (delivery,) = desk.store.deliveries(10)
    assert delivery.receiver == (receiver or "desk")


def test_what_a_silence_hid_is_not_sent_when_it_ends(desk: Any) -> None:
    desk.store.silence({"rule": ["monitor.message-cut"]}, {}, "jane", "known", None, NOW + timedelta(hours=1), NOW)
    told = []
    for minutes in (0, 1, 90):
        desk.now = NOW + timedelta(minutes=minutes)
        told.append(tell_once(desk, operator_alert("message-cut", "hook", ["too large"], NOW), NOW))
    assert told == [True, False, False]
    assert desk.store.deliveries(10) == []
