"""Each message of a group names the values by which its route groups, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from store.conftest import Make
from test_dispatch import NIGHTS, NOON, Desk

from monitor.alert import operator_alert
from monitor.deliver.payload import payload
from monitor.dispatch import Dispatch
from monitor.store import Store

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Store.open(f"sqlite:///{tmp_path}/monitor.db")) as store:
        yield Desk(store, Make(NOON))


def groups(desk: Desk) -> list[dict[str, str]]:
    """What webhooks are told of the groups of all that is due."""
    return [payload(one.receiver, one)["data"]["group"] for one in desk.sent()]


@pytest.mark.parametrize(
    ("by", "of_one", "of_both"),
    [
        (["level"], [{"level": "high"}], [{"level": "high"}]),
        (["rule", "source"], [{"rule": "rule", "source": "Le Monde"}], [{"rule": "rule", "source": "Le Monde"}]),
        (["tag"], [{"tag": "gaz,otan"}], [{"tag": "gaz,otan"}]),
        (["story"], [{"story": "story-1"}], [{"story": "story-1"}, {"story": "story-2"}]),
        (["alert"], [{"alert": "rule/story-1/1"}], [{"alert": "rule/story-1/2"}, {"alert": "rule/story-2/1"}]),
    ],
)
def test_a_message_of_one_alert_names_the_group_as_one_of_several_does(
    desk: Desk, by: list[str], of_one: list[Any], of_both: list[Any]
) -> None:
    desk.configure({"group_by": by, "group_interval": "1s"})
    desk.tell(desk.alert(1, tags=("otan", "gaz"), source="Le Monde"))
    assert groups(desk) == of_one
    desk.tell(*(desk.alert(n, tags=("gaz", "otan"), source="Le Monde") for n in (1, 2)), after=MINUTE)
    assert groups(desk) == of_both


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (["story"], {"rule": "monitor.source-failing"}),
        (["rule", "story"], {"rule": "monitor.source-failing"}),
        (["level"], {"level": "medium"}),
    ],
)
def test_an_alert_of_no_story_is_grouped_by_its_rule(desk: Desk, by: list[str], expected: dict[str, str]) -> None:
    desk.configure({"group_by": by})
    desk.tell(operator_alert("source-failing", "example.org", ["it fails"], NOON))
    assert groups(desk) == [expected]


@pytest.mark.parametrize("route", [{"digest": "07:30"}, {"hold": "nights"}])
def test_what_gathers_by_its_time_has_no_group(desk: Desk, route: dict[str, Any]) -> None:
    desk.configure(route, time_intervals=NIGHTS)
    desk.tell(desk.alert(1), after=desk.until("2026-11-20T23:00"))
    desk.now += desk.until("2026-11-21T07:30")
    assert groups(desk) == [{}]


def test_what_a_cap_gathers_has_no_group(desk: Desk) -> None:
    desk.configure(at_most="1/1h")
    desk.tell(desk.alert(1))
    assert groups(desk) == [{"story": "story-1"}]
    desk.tell(desk.alert(2), after=MINUTE)
    desk.now += timedelta(hours=1)
    assert groups(desk) == [{}]


def test_what_no_route_leads_to_is_a_group_of_its_own(desk: Desk) -> None:
    desk.tell(desk.alert(1, to=(("desk", "a@example.org"),)))
    assert groups(desk) == [{"story": "story-1"}, {"alert": "rule/story-1/1"}]
    with desk.store.intake() as memory:
        Dispatch(desk.settings, memory, desk.now).send_to("desk", operator_alert("heartbeat", "x", ["alive"], NOON))
    assert groups(desk) == [{"alert": "monitor.heartbeat/x/20261120T110000Z"}]


# ---- Stories that are merged ----


@pytest.mark.parametrize("written", [True, False])
def test_a_silence_of_a_story_holds_for_the_one_that_swallows_it_wherever_it_is_written(
    desk: Desk, *, written: bool
) -> None:
    ends = NOON + timedelta(days=1)
    if written:
        one = {"match": {"story": "story-2"}, "author": "joe", "comment": "known", "ends": ends.isoformat()}
        desk.configure(silences=[one])
    else:
        desk.store.silence({"story": ["story-2"]}, {}, "joe", "known", None, ends, NOON)
    assert desk.tell(desk.alert(1), desk.alert(2)) == 1
    with desk.store.intake() as memory:
        memory.merge("story-1", ["story-2"])
    assert desk.tell(desk.alert(1), desk.alert(2), desk.alert(3)) == 1


def test_the_very_article_that_merges_a_silenced_story_is_silenced(desk: Desk) -> None:
    desk.tell(desk.alert(1), desk.alert(2))
    desk.store.silence({"story": ["story-2"]}, {}, "joe", "known", None, None, NOON)
    with desk.store.intake() as memory:
        dispatch = Dispatch(desk.settings, memory, NOON)
        assert dispatch.send([desk.alert(2, "other")]) == 0
        memory.merge("story-1", ["story-2"])
        assert dispatch.send([desk.alert(1, "third")]) == 0
