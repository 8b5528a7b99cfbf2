"""Trouble of the daemon itself: told once, and once more when it is over; rules that fall silent."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flow.simulation import Simulation

from monitor.model import Item
from monitor.upkeep.watchdog import Watchdog

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = {
    "version": 1,
    "rules": [
        {"id": "flood", "when": {"phrase": "crue"}},
        {"id": "calm", "level": "high", "when": {"phrase": "Lavrov"}, "alert": {"quiet": "24h"}},
    ],
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Simulation]:
    one = Simulation.of(tmp_path, {"route": {"receiver": "desk", "group_interval": "0s"}}, RULES, ["desk", "hook"], NOW)
    yield one
    one.store.close()


def look(desk: Any, dog: Watchdog | None = None) -> list[str]:
    """What the operator is told by a look, and whether it says anything twice."""
    before = {row.id for row in desk.store.alerts(1000, suppressed=True)}
    asyncio.run((dog or Watchdog(desk)).look())
    return [
        f"{row.rule} {row.document['about']}"
        for row in desk.store.alerts(1000, suppressed=True)
        if row.id not in before
    ]


def free(monkeypatch: pytest.MonkeyPatch, part: float) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=1000, free=1000 * part))


def test_a_disk_that_is_nearly_full_is_told_once_and_its_recovery_once(
    desk: Simulation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = []
    for part in (0.5, 0.04, 0.03, 0.06, 0.08, 0.5):
        free(monkeypatch, part)
        told.append(look(desk))
    full, recovered = [f"monitor.disk-full {tmp_path}"], [f"monitor.disk-recovered {tmp_path}"]
    assert told == [[], full, [], [], recovered, []]


def test_one_that_wavers_about_the_limit_is_not_told_again_and_again(
    desk: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    dog: Any = Watchdog(desk)  # type: ignore[arg-type]
    told = []
    for part in (0.04, 0.06, 0.04, 0.06):
        free(monkeypatch, part)
        told += look(desk, dog)
    assert len(told) == 1


def test_a_disabled_receiver_is_told_and_its_return_too(desk: Simulation) -> None:
    desk.store.disable("hook", "410 Gone", NOW)
    assert look(desk) == ["monitor.receiver-disabled hook"]
    assert look(desk) == []
    desk.store.enable("hook")
    assert look(desk) == ["monitor.receiver-enabled hook"]


def test_a_queue_that_waits_for_an_hour_is_told_until_it_is_gone(desk: Simulation) -> None:
    asyncio.run(desk.take_in(Item("a", "1", "La crue monte à Sommières.", title="Une crue")))
    assert look(desk) == []
    desk.now = NOW + HOUR + timedelta(minutes=1)
    assert look(desk) == ["monitor.queue-growing desk"]
    asyncio.run(desk.relay())
    assert look(desk) == ["monitor.queue-recovered desk"]


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("hours", [3, 0])
def test_quiet_hours_neither_end_a_trouble_nor_are_one(tmp_path: Path, hours: int, *, restart: bool) -> None:
    """A server that takes nothing, for hours before the night or just before it, and works again in the morning.

    Whether one daemon looks all the while, or another one at each look.
    """
    route = {"receiver": "hook", "routes": [{"match": {"rule": "flood"}, "receiver": "desk", "hold": "nights"}]}
    nights = {"name": "nights", "times": "22:00-07:00", "location": "UTC"}
    night, morning = NOW.replace(hour=22), NOW + timedelta(hours=22)
    written = {"route": route, "time_intervals": [nights]}
    desk: Any = Simulation.of(tmp_path, written, RULES, ["desk", "hook"], night - hours * HOUR - timedelta(minutes=9))
    desk.office.refuses = lambda name, now: name == "desk" and now < morning
    dog: Any = Watchdog(desk)
    told = []
    item = Item("a", "1", "La crue monte à Sommières.", title="Une crue")
    for at, items in [(desk.now, [(desk.now, item)]), (night, []), (night + 5 * HOUR, []), (morning + HOUR, [])]:
        desk.until(at + timedelta(minutes=1), items)
        told.append(look(desk, Watchdog(desk) if restart else dog))
    growing, recovered = ["monitor.queue-growing desk"], ["monitor.queue-recovered desk"]
    assert told == ([[], growing, [], recovered] if hours else [[], [], [], []])
    assert [one.at for one in desk.office.sent if one.to == "desk"] == [morning]
    desk.store.close()


def listen(desk: Any) -> list[str]:
    asyncio.run(Watchdog(desk).listen())
    return [row.key or "" for row in desk.store.alerts(1000, suppressed=False) if row.rule == "calm"]


def test_a_rule_that_nothing_has_matched_for_a_day_says_so_once(desk: Simulation) -> None:
    desk.store.went_live({"rules.yaml": b"id: calm"}, ["fr"], NOW)
    desk.now = NOW + 23 * HOUR
    assert listen(desk) == []
    desk.now = NOW + 25 * HOUR
    assert listen(desk) == ["calm/quiet/20260302T090000Z"]
    desk.now = NOW + 60 * HOUR
    assert len(listen(desk)) == 1
    asyncio.run(desk.relay())
    (sent,) = desk.office.sent
    assert (sent.alerts[0]["reason"], sent.alerts[0]["rule"]["level"]) == ("quiet", "high")


def test_a_match_begins_the_silence_anew_and_raises_nothing_itself(desk: Simulation) -> None:
    desk.store.went_live({"rules.yaml": b"id: calm"}, ["fr"], NOW)
    desk.now = NOW + 20 * HOUR
    asyncio.run(desk.take_in(Item("a", "1", "M. Lavrov est reparti.", title="Un départ")))
    desk.now = NOW + 30 * HOUR
    assert listen(desk) == []
    desk.now = NOW + 45 * HOUR
    assert listen(desk) == ["calm/quiet/20260303T050000Z"]


def test_a_rule_that_was_away_counts_from_when_it_came_back(desk: Simulation) -> None:
    for hours, text in ((0, b"id: calm"), (10, b"nothing"), (20, b"id: calm")):
        desk.store.went_live({"rules.yaml": text}, ["fr"], NOW + hours * HOUR)
    desk.now = NOW + 43 * HOUR
    assert listen(desk) == []
    desk.now = NOW + 44 * HOUR
    assert listen(desk) == ["calm/quiet/20260303T050000Z"]


def test_a_silent_rule_that_is_silenced_is_hidden_once_and_never_told_later(desk: Simulation) -> None:
    desk.store.went_live({"rules.yaml": b"id: calm"}, ["fr"], NOW)
    ends = NOW + 26 * HOUR
    desk.store.silence({"rule": ["calm"]}, {}, "jane", "holidays", None, ends, NOW)
    for minutes in range(3):
        desk.now = NOW + 25 * HOUR + timedelta(minutes=minutes)
        assert listen(desk) == []
    assert [row.suppressed for row in desk.store.alerts(100, suppressed=True)] == ["silence"]
    desk.now = ends + HOUR
    assert listen(desk) == []


def test_a_rule_is_listened_for_once_it_is_stored_and_anew_when_it_comes_back(desk: Any) -> None:
    dog, rules = Watchdog(desk), desk.rules
    asyncio.run(dog.listen())  # a reload has brought it, the store does not know it yet
    desk.store.went_live({"rules.yaml": b"id: calm"}, ["fr"], NOW)
    desk.now = NOW + 10 * HOUR
    asyncio.run(dog.listen())
    desk.rules = SimpleNamespace(rules={})
    asyncio.run(dog.listen())
    desk.store.went_live({"rules.yaml": b"nothing"}, ["fr"], desk.now)
    desk.now, desk.rules = NOW + 20 * HOUR, rules
    desk.store.went_live({"rules.yaml": b"id: calm"}, ["fr"], desk.now)
    told = []
    for hours in (25, 45):
        desk.now = NOW + hours * HOUR
        asyncio.run(dog.listen())
        told.append([row.key for row in desk.store.alerts(10, suppressed=False)])
    assert told == [[], ["calm/quiet/20260303T050000Z"]]


def test_a_queue_is_not_called_gone_while_its_receiver_is_off_or_not_configured(desk: Any) -> None:
    asyncio.run(desk.take_in(Item("a", "1", "La crue monte à Sommières.", title="Une crue")))
    desk.now = NOW + 2 * HOUR
    assert look(desk) == ["monitor.queue-growing desk"]
    desk.store.disable("desk", "410 Gone", desk.now)
    assert look(desk) == ["monitor.receiver-disabled desk"]
    both = desk.settings
    route = both.route.model_copy(update={"receiver": "hook"})
    desk.settings = both.model_copy(update={"receivers": both.receivers[1:], "route": route})
    assert look(desk) == []
    desk.settings = both
    desk.store.enable("desk")
    assert look(desk) == ["monitor.receiver-enabled desk"]


def test_a_daemon_that_was_away_asks_its_sources_before_it_calls_a_rule_silent(desk: Any) -> None:
    desk.store.went_live({"rules.yaml": b"id: calm"}, ["fr"], NOW)
    desk.now = NOW + 30 * HOUR
    dog = Watchdog(desk, started=desk.now)
    asyncio.run(dog.listen())
    assert desk.store.alerts(10, suppressed=False) == []
    desk.now += timedelta(minutes=20)
    asyncio.run(dog.listen())
    assert [row.rule for row in desk.store.alerts(10, suppressed=False)] == ["calm"]
