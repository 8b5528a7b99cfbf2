"""kill -9 at any moment, also at every named point: no alert is lost, and none is shown twice to who keys on the id.

What is sent meanwhile: single messages, groups that gather, digests, summaries of quiet hours and of what a cap held;
by mail and by webhook.
"""

from __future__ import annotations

import json
import os
import random
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flow.installation import SECRET, Installation, article
from flow.wire import Taken, Wire, served

# `make kill` draws 200 random moments for each database and goes to each point for each receiver; the suite a few.
MOMENTS = int(os.environ.get("NEWS_MONITOR_TEST_KILLS", "1"))
LONG = MOMENTS > 10
A_ROUND = 25  # kills of one installation
POINTS = ["match", "match-commit", "claim", "claim-commit", "before send", "taken", "before mark", "marked"]
RECEIVERS = {
    "hook": "/hook",
    "desk": "desk@example.org",
    "daily": "daily@example.org",
    "slots": "/slots",
    "night": "/night",
    "capped": "/capped",
}
BACKLOG = 3  # articles that wait for each life
TRICKLE = 0.2  # seconds between two that come during it, at first
BETWEEN = timedelta(minutes=40)  # from life to life: longer than a lease, and than a life
DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 12, 4, tzinfo=UTC)  # every life begins in quiet hours that end soon
AWAKE = timedelta(minutes=2)  # from there to where they have ended
PATIENCE = 30.0  # seconds that a point is waited for
QUIET = ", ".join(
    f'"{hour:02}:{minute:02}-{hour:02}:{minute + 5:02}"' for hour in range(24) for minute in range(0, 60, 10)
)

Kill = tuple[str, str] | float
"""A point and the receiver whose message comes to it, or the seconds after which a life ends."""


def configuration(wire: Wire) -> str:
    smtp = f"from: watch@example.org, smtp: {{host: 127.0.0.1, port: {wire.smtp}, starttls: off}}"
    receivers = []
    for name, to in {**RECEIVERS, "operators": "/operators"}.items():
        post = f"url: 'http://127.0.0.1:{wire.http}{to}', secret: {SECRET}, max_body: 10MiB"
        post += ", at_most: 2/1m" if name == "capped" else ""
        how = f"type: email, to: [{to}], {smtp}" if "@" in to else f"type: webhook, {post}"
        receivers.append(f"{{name: {name}, {how}}}")
    routes = [
        "match: {level: high}, receiver: hook, group_by: [rule], group_wait: 5s, group_interval: 10s, continue: true",
        "match: {level: high}, receiver: desk, continue: true",
        "match: {level: high}, receiver: capped, group_by: [alert], continue: true",
        "match: {level: high}, receiver: night, group_by: [rule], group_interval: 1s, hold: nights",
        "match: {level: low}, receiver: slots, digest: '* * * * *', continue: true",
        "match: {level: low}, receiver: daily, digest: '*/2 * * * *'",
    ]
    return (
        f"receivers: [{', '.join(receivers)}]\n"
        f"time_intervals: [{{name: nights, times: [{QUIET}]}}]\n"
        f"route: {{receiver: operators, routes: [{', '.join(f'{{{route}}}' for route in routes)}]}}\n"
    )


@dataclass
class Drill:
    """One installation, the lives of its daemon, each ended by a kill, and what its receivers were sent in them."""

    installation: Installation
    url: str
    wire: Wire
    nursery: subprocess.Popen[bytes]
    draw: random.Random
    articles: int = 0
    lives: int = 0
    missed: list[Kill] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """When the present life begins, on the clock of its daemon."""
        return START + self.lives * BETWEEN

    def bring(self, count: int) -> None:
        for _ in range(count):
            os.utime(self.installation.write(f"{self.articles:04}.txt", article(self.articles)), (1, 1))
            self.articles += 1

    def kill(self, kill: Kill) -> None:
        """One more life, which ends where it is told."""
        self.lives += 1
        self.bring(BACKLOG)
        point, receiver = (None, "") if isinstance(kill, float) else kill
        pid = self._born("run", self.now, None if point == "taken" else point, self.draw.randint(1, 2), receiver)
        if point == "taken":
            self._ends_when_taken(RECEIVERS[receiver], self.draw.randint(1, 2), pid)
        self._trickle(kill if isinstance(kill, float) else PATIENCE)
        if not self._is_over(0):
            self.missed += [kill] if point else []
            os.kill(pid, signal.SIGKILL)
        assert self._status() == -signal.SIGKILL, self.log()
        self.wire.answer = lambda _: None
        time.sleep(0.1)  # what is on its way yet arrives in the life that sent it

    def _trickle(self, seconds: float) -> None:
        """Wait for the end of a life while articles come."""
        end, pause = time.monotonic() + seconds, TRICKLE
        while (left := end - time.monotonic()) > 0 and not self._is_over(min(pause, left)):
            self.bring(1)
            pause *= 1.1

    def _ends_when_taken(self, to: str, nth: int, pid: int) -> None:
        left = [nth]

        def answer(one: Taken) -> None:
            left[0] -= one.to == to
            if left[0] == 0:
                os.kill(pid, signal.SIGKILL)

        self.wire.answer = answer

    def once(self, after: timedelta) -> None:
        """A pass that nobody disturbs."""
        self.lives += 1
        self._born("once", self.now + after)
        assert self._status() == 0, self.log()

    def _born(self, verb: str, start: datetime, point: str | None = None, nth: int = 1, receiver: str = "") -> int:
        order = {"verb": verb, "start": start.isoformat(), "point": point, "nth": nth, "receiver": receiver}
        assert self.nursery.stdin
        self.nursery.stdin.write(f"{json.dumps(order)}\n".encode())
        return self._status()

    def _is_over(self, seconds: float) -> bool:
        return bool(select.select([self.nursery.stdout], [], [], seconds)[0])

    def _status(self) -> int:
        assert self.nursery.stdout
        return int(self.nursery.stdout.readline())

    def log(self) -> str:
        return (self.installation.folder / "log").read_text("utf-8")[-5000:]

    def rows(self, statement: str) -> list[Any]:
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
                return connection.execute(statement).fetchall()
        with psycopg.connect(self.url.replace("+psycopg", "")) as postgresql:
            return postgresql.execute(statement).fetchall()


@contextmanager
def drill(folder: Path, url: str, seed: int) -> Iterator[Drill]:
    one = Installation(folder)
    one.folder.mkdir()
    with served(Wire()) as wire:
        one.configure(f"database: {url}\n{configuration(wire)}")
        command = [
            sys.executable,
            str(Path(__file__).parent / "victim.py"),
            str(folder / "monitor.yaml"),
            str(folder / "log"),
        ]
        nursery = subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            made = Drill(one, url, wire, nursery, random.Random(seed))
            wire.when = lambda: made.lives
            yield made
        finally:
            nursery.kill()
            nursery.communicate()


def repeated(drill: Drill) -> Counter[tuple[str, int]]:
    """How many messages each receiver got in a life that it got again later: the cost of the kill that ended it."""
    found: Counter[tuple[str, int]] = Counter()
    for (to, id_), lives in drill.wire.copies().items():
        assert len(set(lives)) == len(lives), f"{id_} came twice to {to} though nobody was killed"
        found.update((to, life) for life in lives[:-1])
    return found


def check(drill: Drill) -> int:
    """Let daemons do what is left, out of quiet hours, and compare; gives how many messages were twice on the wire."""
    drill.once(DAY + AWAKE)
    drill.once(2 * DAY + AWAKE)
    assert not drill.wire.bad
    for name in RECEIVERS:
        assert told(drill, name) == Counter(range(drill.articles)), name
    unsent = "SELECT id, receiver, kind, state FROM delivery WHERE state <> 'sent' AND rank >= 0"
    assert drill.rows(unsent) == []
    if drill.url.startswith("sqlite"):
        assert drill.rows("PRAGMA integrity_check") == [("ok",)]
    found = repeated(drill)
    assert max(found.values(), default=0) <= 1, f"a kill cost a receiver more than one message: {found}"
    return found.total()


def told(drill: Drill, receiver: str) -> Counter[int]:
    """The articles of which somebody was told, each as often as messages with different ids told of it.

    A mail does not name each article of a long story: what it holds is looked up in the ledger by its id.
    """
    shown = drill.wire.shown(RECEIVERS[receiver])
    titles = [alert["article"]["title"] for one in shown.values() if not one.is_mail for alert in one.alerts()]
    if "@" in RECEIVERS[receiver]:
        enclosed = drill.rows(
            "SELECT delivery.wire_id, article.title FROM enclosure JOIN delivery ON delivery.id = delivery_id "
            f"JOIN alert ON alert.id = alert_id JOIN article ON article.id = alert.article_id "
            f"WHERE receiver = '{receiver}'"
        )
        titles = [title for id_, title in enclosed if f"<{id_}@example.org>" in shown]
        for one in shown.values():
            assert any(title in one.text() for id_, title in enclosed if f"<{id_}@example.org>" == one.id)
    return Counter(int(number) for title in titles for number in re.findall(r"^Dossier (\d+):", title))


def plans(engine: str) -> list[list[Kill]]:
    """The kills of each installation: every point for each receiver, or for one, then moments as they fall."""
    draw = random.Random(f"2026 {engine}")
    names = list(RECEIVERS)
    points = [
        (point, name)
        for index, point in enumerate(POINTS)
        for name in (names if LONG and not point.startswith("match") else [names[index % len(names)]])
    ]
    if not LONG and engine == "postgresql":  # the suite goes to every point on one engine only
        points = [one for one in points if one[0] in ("claim-commit", "taken")]
    kills: list[Kill] = [*points, *(draw.uniform(0.1, 2.2) for _ in range(MOMENTS))]
    draw.shuffle(kills)
    return [kills[start : start + A_ROUND] for start in range(0, len(kills), A_ROUND)]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_kill_at_any_moment_loses_nothing_and_repeats_nothing_visible(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sums, kinds = Counter[str](), set[str]()
    for number, kills in enumerate(plans(engine)):
        folder = tmp_path / f"round{number}"
        url = request.getfixturevalue("postgres_url")() if engine == "postgresql" else f"sqlite:///{folder}/monitor.db"
        with drill(folder, url, number) as one:
            for kill in kills:
                one.kill(kill)
            sums["twice on the wire"] += check(one)
            assert one.missed == []
            sums["kills"] += len(kills)
            sums["articles"] += one.articles
            sums["messages"] += sum(len(one.wire.shown(to)) for to in RECEIVERS.values())
            kinds |= {kind for (kind,) in one.rows("SELECT DISTINCT kind FROM delivery")}
            print(f"\n{engine} round {number}: {dict(sums)}", flush=True)
    assert kinds >= {"group", "digest"}
    assert kinds >= {"summary", "spill"} or not LONG
