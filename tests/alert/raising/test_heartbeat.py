"""The daily sign of life."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.alert.raising.heartbeat import LATE, Heartbeat, Life, beats, heartbeat_alert
from monitor.alert.routing.schedule import parse_schedule

EIGHT = parse_schedule("08:00 Europe/Paris")
AT = datetime(2026, 1, 10, 7, tzinfo=UTC)  # which is eight in Paris
CALM = Life(sources=3, failing=0, articles=1200, alerts=1, pending=0, dead=0, late=0)


def line(life: Life) -> str:
    slot = beats(EIGHT, AT)
    assert slot is not None
    (told,) = heartbeat_alert(life, slot).document["new"]
    return str(told)


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(minutes=59)])
def test_it_is_due_at_its_time_and_for_a_while_after(ago: timedelta) -> None:
    slot = beats(EIGHT, AT + ago)
    assert slot is not None
    assert slot.at == AT


@pytest.mark.parametrize("ago", [-timedelta(seconds=1), LATE])
def test_it_is_not_due_before_nor_long_after(ago: timedelta) -> None:
    assert beats(EIGHT, AT + ago) is None


def test_each_day_has_a_key_of_its_own() -> None:
    days = [beats(EIGHT, AT + timedelta(days=day, minutes=5)) for day in range(3)]
    assert len({heartbeat_alert(CALM, slot).key for slot in days if slot}) == 3
    again = [beats(EIGHT, AT + timedelta(minutes=minute)) for minute in (0, 30)]
    assert len({heartbeat_alert(CALM, slot).key for slot in again if slot}) == 1


def test_it_says_that_all_is_well() -> None:
    assert line(CALM) == "alive: 3 sources healthy, 1200 articles, 1 alert, nothing pending"


def test_it_says_what_is_not() -> None:
    life = Life(sources=3, failing=2, articles=1, alerts=0, pending=4, dead=1, late=2)
    assert line(life) == (
        "alive: 1 source healthy, 2 failing, 1 article, 0 alerts, 4 deliveries pending, 1 delivery given up,"
        " 2 alerts found missing and sent late"
    )


def test_it_is_for_information_and_tagged_as_the_operators() -> None:
    slot = beats(EIGHT, AT)
    assert slot is not None
    alert = heartbeat_alert(CALM, slot)
    assert (alert.rule, alert.level, alert.tags, alert.story) == ("monitor.heartbeat", "info", ("operator",), "")


def test_it_comes_at_eight_unless_written_otherwise() -> None:
    assert str(Heartbeat(receiver="desk").at) == "08:00"
