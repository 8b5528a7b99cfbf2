"""Weeks of random news over nights in which clocks are changed: each alert reaches all it should, once, at its time.

A simple model (flow.oracle) foretells every message; the promises are checked once more from outside, without it.
`make week` runs the whole: 3,000 articles in 400 stories.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime

import pytest
from flow.oracle import Letter
from flow.random_week import Week, simulated
from flow.simulation import Sent

STORIES = int(os.environ.get("NEWS_MONITOR_TEST_STORIES", "100"))
WEEKS = {"autumn": (datetime(2026, 10, 21), STORIES, 1), "spring": (datetime(2026, 3, 25), STORIES // 3, 2)}


@pytest.fixture(scope="module", params=WEEKS)
def week(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Week:
    return simulated(tmp_path_factory.mktemp(request.param), *WEEKS[request.param])


def left(one: Sent) -> tuple[object, ...]:
    told = [f"{alert['key']} {alert['reason']}" for alert in one.alerts]
    return one.at.isoformat(), one.to, one.delivery.address, str(one.delivery.kind), told, sorted(one.delivery.counted.items())


def foretold(one: Letter) -> tuple[object, ...]:
    return one.at.isoformat(), *one.to, one.kind, list(map(str, one.told)), sorted(one.counted.items())


def test_every_message_is_the_one_that_was_foretold(week: Week) -> None:
    got, expected = (sorted(map(repr, lines)) for lines in (map(left, week.sent), map(foretold, week.letters)))
    assert got == expected
