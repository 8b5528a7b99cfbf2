"""kill -9 at any moment: no alert is lost, and none is shown twice to a receiver that keys on `webhook-id`."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flow.installation import SECRET, Installation, Receiver, article

# All 50 moments are drawn by `make kill`; the suite draws a few of them.
MOMENTS = int(os.environ.get("NEWS_MONITOR_TEST_KILLS", "4"))
ARTICLES = 120 if MOMENTS > 10 else 30
IN_A_SEND = max(2, MOMENTS // 4)


@dataclass
class Load:
    """An installation with work for some seconds, started afresh for every kill."""

    folder: Path
    receiver: Receiver

    def installation(self, name: str) -> Installation:
        one = Installation(self.folder / name)
        one.folder.mkdir()
        one.configure(
            f"receivers: [{{name: hook, type: webhook, url: '{self.receiver.url}', secret: {SECRET}}}]\n"
            "route: {receiver: hook}\n"
        )
        for number in range(ARTICLES):
            path = one.write(f"{number:03}.txt", article(number))
            os.utime(path, (1, 1))
        self.receiver.requests.clear()
        self.receiver.before_answer = lambda count: None
        return one


def alerts(installation: Installation) -> set[str]:
    with closing(sqlite3.connect(installation.folder / "var" / "news-monitor.db")) as connection:
        return {key for (key,) in connection.execute("select key from alert where key is not null")}


def states(installation: Installation) -> dict[str, int]:
    with closing(sqlite3.connect(installation.folder / "var" / "news-monitor.db")) as connection:
        return dict(connection.execute("select state, count(*) from delivery group by state"))


def keys(shown: dict[str, dict[str, Any]]) -> list[str]:
    return sorted(one["key"] for body in shown.values() for one in body["data"]["alerts"])


def undisturbed(load: Load) -> tuple[set[str], float, float]:
    """The alerts of a run that nobody disturbs, and when its first commit and its last send were, from its start."""
    one = load.installation("undisturbed")
    last = []
    load.receiver.before_answer = lambda count: last.append(time.monotonic())
    started = time.monotonic()
    process = one.start("once")
    while not one.articles():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    first = time.monotonic()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert states(one) == {"sent": len(last)}
    return alerts(one), first - started, last[-1] - started


@pytest.mark.timeout(1800)
def test_a_kill_at_any_moment_loses_nothing_and_repeats_nothing_visible(tmp_path: Path, receiver: Receiver) -> None:
    load = Load(tmp_path, receiver)
    expected, first, last = undisturbed(load)
    assert len(expected) == 2 * ARTICLES
    draw = random.Random(2026)
    sends = sorted(draw.sample(range(1, ARTICLES + 1), IN_A_SEND))  # the two alerts of an article are one message
    moments = sorted(draw.uniform(first, last) for _ in range(MOMENTS - IN_A_SEND))
    in_a_send = wire = 0
    for number, moment in enumerate([*sends, *moments]):
        one = load.installation(f"kill-{number}")
        if isinstance(moment, int):
            kill_in_send(one, receiver, moment)
            in_a_send += 1
        else:
            kill_after(one, moment)
        sent_before = len(receiver.requests)
        one.run("once")
        assert alerts(one) == expected
        assert keys(receiver.shown()) == sorted(expected)
        assert not receiver.bad
        assert set(states(one)) == {"sent"}
        repeated = len(receiver.requests) - len(receiver.shown())
        assert repeated <= 1, f"{repeated} messages twice on the wire after one kill ({sent_before} sent before it)"
        wire += repeated
    assert in_a_send >= IN_A_SEND
    print(f"\n{MOMENTS} kills, {in_a_send} between a send and its mark, {wire} twice on the wire, none lost")


def kill_in_send(installation: Installation, receiver: Receiver, nth: int) -> None:
    """Kill the program when the receiver has the n-th message and the program does not know it yet."""
    process = installation.start("once")
    receiver.before_answer = lambda count: process.send_signal(signal.SIGKILL) if count == nth else None
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    receiver.before_answer = lambda count: None


def kill_after(installation: Installation, seconds: float) -> None:
    process = installation.start("once")
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:  # it still runs, as wanted
        process.kill()
    process.communicate(timeout=60)
