"""Whatever is raised, claimed, fails or dies, in whatever order: nothing is lost, told twice, or told in the night."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from store.conftest import Make
from test_dispatch import NIGHTS, NOON, Desk

from monitor.alert import holding
from monitor.model import Delivery, DeliveryKind, DeliveryState, Document, Level, Suppression
from monitor.store import Store
from monitor.store.gathering import Gathering
from monitor.store.tables import ALERT, DELIVERY, ENCLOSURE

PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=15)
ADDRESSES = ("a@example.org", "b@example.org")
ROUTE = {
    "receiver": "hook",
    "routes": [
        {"match": {"level": "critical"}, "receiver": "desk", "hold": "off"},
        {"match": {"rule": "daily"}, "receiver": "desk", "digest": "07:30", "continue": True},
        {"match": {"rule": ["daily", "quiet"]}, "receiver": "hook", "hold": "nights", "group_wait": "1m"},
    ],
}
EXPECTED = {  # who is told of the alerts of a rule, none of them critical
    "daily": {("desk", address) for address in ADDRESSES} | {("hook", "")},
    "quiet": {("hook", "")},
    "other": {("hook", "")},
}

stories = st.integers(1, 3)
rules = st.sampled_from(sorted(EXPECTED))
steps = st.one_of(
    st.tuples(st.just("tell"), st.lists(st.tuples(stories, rules, st.booleans()), min_size=1, max_size=4)),
    st.tuples(st.just("again"), st.tuples(stories, rules, st.sampled_from([Suppression.DUPLICATE, Suppression.AGE]))),
    st.tuples(st.just("wait"), st.sampled_from([1, 4, 6, 50, 9 * 60, 25 * 60])),
    st.tuples(st.just("send"), st.tuples(st.sampled_from(["ok", "fails", "dies"]), st.integers(1, 3))),
)


class World:
    """A desk, and what its receivers were shown."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.contents: dict[str, tuple[Document, ...]] = {}
        self.marked: Counter[str] = Counter()
        self.raised: dict[str, set[tuple[str, str]]] = {}
        self.slots: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)

    def tell(self, alerts: list[tuple[int, str, bool]]) -> None:
        made = [
            self.desk.alert(story, rule, Level.CRITICAL if critical else Level.LOW) for story, rule, critical in alerts
        ]
        for alert in made:
            assert alert.key
            urgent = alert.level is Level.CRITICAL
            self.raised[alert.key] = {("desk", one) for one in ADDRESSES} if urgent else EXPECTED[alert.rule]
        self.desk.tell(*made)

    def again(self, what: tuple[int, str, Suppression]) -> None:
        story, rule, why = what
        self.desk.tell(self.desk.alert(story, rule, suppressed=why))

    def wait(self, minutes: int) -> None:
        self.desk.now += minutes * MINUTE

    def send(self, how: tuple[str, int]) -> None:
        outcome, count = how
        for one in self._claimed(count):
            if outcome == "ok":
                self._mark(one)
            elif outcome == "fails":
                assert self.desk.store.failed(one, "worker", self.desk.now, "no", self.desk.now + 5 * MINUTE)

    def _claimed(self, count: int) -> list[Delivery]:
        hold = holding(self.desk.settings.intervals, self.desk.now)
        found = self.desk.store.claim("worker", self.desk.now, LEASE, count, ["hook", "desk"], hold=hold)
        night = not 7 <= self.desk.now.astimezone(PARIS).hour < 22
        for one in found:
            assert one.alerts, "there is something to tell"
            assert not (night and one.id in self._quiet()), "nothing leaves in quiet hours, tried before or not"
            assert self.marked[one.wire_id] == 0, "nothing is sent again after its mark"
            before = self.contents.setdefault(one.wire_id, one.alerts)
            assert before == one.alerts, "what was tried once never changes"
        return found

    def _quiet(self) -> set[int]:
        """The deliveries of the route that has quiet hours."""
        with self.desk.store._database.read() as connection:
            rows = connection.execute(select(DELIVERY.c.id, DELIVERY.c.grouping)).all()
            return {row.id for row in rows if row.grouping.startswith("2")}

    def _mark(self, one: Delivery) -> None:
        assert self.desk.store.sent(one, "worker", self.desk.now, "ok")
        self.marked[one.wire_id] += 1

    def look(self) -> None:
        """What holds at any moment."""
        with self.desk.store._database.read() as connection:
            for row in connection.execute(select(DELIVERY)).all():
                local = row.departs.astimezone(PARIS) if row.departs else None
                if row.attempt == 0 and row.grouping.startswith("2") and local:
                    assert 7 <= local.hour < 22, "nothing that quiet hours hold is due in them"
                if row.kind == DeliveryKind.DIGEST and row.slot:
                    self.slots[row.receiver, row.address, row.slot].add(row.wire_id)
        assert all(len(wires) == 1 for wires in self.slots.values()), "one digest a slot"

    def finish(self) -> None:
        """Send all that is left, over some days."""
        for _ in range(40):
            for one in self._claimed(50):
                self._mark(one)
            self.desk.now += timedelta(hours=2)
        with self.desk.store._database.read() as connection:
            where = select(ALERT.c.key, DELIVERY.c.receiver, DELIVERY.c.address, DELIVERY.c.state)
            rows = connection.execute(
                where.select_from(ALERT.join(ENCLOSURE).join(DELIVERY)).where(~ENCLOSURE.c.counted)
            )
            found = [(key, (receiver, address), state) for key, receiver, address, state in rows]
        assert Counter((key, to) for key, to, _ in found) == Counter(
            (key, to) for key, some in self.raised.items() for to in some
        ), "each alert is enclosed once for each address"
        assert {state for *_, state in found} <= {DeliveryState.SENT}
        assert set(self.marked.values()) <= {1}
        assert self.desk.store.counts().pending == 0


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "monitor.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(steps, max_size=25))
def test_no_alert_is_lost_told_twice_or_told_in_the_night(template: Path, done: list[tuple[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        file = shutil.copy(template, folder)
        with closing(Store.open(f"sqlite:///{file}", lasting=False)) as store:
            world = World(Desk(store, Make(NOON), route=ROUTE, addresses=ADDRESSES, time_intervals=NIGHTS))
            for name, what in done:
                act: Callable[[Any], None] = getattr(world, name)
                act(what)
                world.look()
            world.finish()


def test_the_night_is_where_it_is_thought_to_be() -> None:
    assert datetime(2026, 11, 20, 23, tzinfo=PARIS) - NOON == timedelta(hours=11)


def test_a_silence_that_cannot_be_read_hides_nothing_and_stops_nothing(tmp_path: Path) -> None:
    with closing(Store.open(f"sqlite:///{tmp_path}/monitor.db", lasting=False)) as store:
        desk = Desk(store, Make(NOON))
        often = {"times": ["00:00-24:00"], "location": "Mars/Olympus"}
        store.silence({"rule": ["rule"]}, often, "jane", "a zone that this machine does not know", None, None, NOON)
        assert desk.tell(desk.alert()) == 1
        assert len(desk.sent()) == 1


def test_who_is_not_told_of_a_repetition_is_not_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store.open(f"sqlite:///{tmp_path}/monitor.db", lasting=False)) as store:
        desk = Desk(store, Make(NOON))
        asked: list[object] = []
        monkeypatch.setattr(Gathering, "newest", lambda *about: asked.append(about))
        assert desk.tell(desk.alert(suppressed=Suppression.DUPLICATE)) == 0
        assert desk.tell(desk.alert(suppressed=Suppression.AGE)) == 0
        assert asked == []


@pytest.mark.parametrize("how", ["retry", "drop"])
def test_what_comes_after_a_summary_that_left_by_hand_is_one_message_more(tmp_path: Path, how: str) -> None:
    with closing(Store.open(f"sqlite:///{tmp_path}/monitor.db", lasting=False)) as store:
        desk = Desk(store, Make(NOON), route={"hold": "nights"}, time_intervals=NIGHTS)
        desk.tell(desk.alert(1), after=timedelta(hours=11))
        if how == "retry":
            store.retry(1, desk.now)
            assert len(desk.sent()) == 1
        else:
            store.drop(1, "jane", desk.now)
        for story in (2, 3, 4):
            desk.tell(desk.alert(story), after=MINUTE)
        desk.tell(desk.alert(5), desk.alert(6), after=MINUTE)
        assert [len(one.alerts) for one in desk.sent(timedelta(hours=8))] == [5]
