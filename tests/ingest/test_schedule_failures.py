"""When sources are polled again after a failure, a pause that was asked for, an outage of ours; and why."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SourceError
from monitor.ingest import FeedSource, FileSource, Poll, failed, settled, spread
from monitor.model import Habits, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OLD = SourceState(polled=NOW - HOUR, succeeded=NOW - HOUR, next_due=NOW)


def feed(**keys: Any) -> FeedSource:
    return FeedSource.model_validate({"type": "feed", "name": "Test", "url": "http://x.example/", **keys})


def pause(state: SourceState) -> timedelta:
    assert state.next_due
    return state.next_due - NOW


# --- failures -------------------------------------------------------------------------------------------------------


KNOWN = Habits(arrivals=50, since=NOW - 90 * DAY, newest=NOW, gap=36000.0, longest=36000.0)


def error(message: str = "broken", **keys: Any) -> SourceError:
    return SourceError("Test", message, **keys)


def test_a_failing_source_is_asked_less_and_less_but_never_given_up() -> None:
    state, pauses = SourceState(etag='"a"'), []
    for _ in range(100):
        state = failed(feed(), state, error(), NOW, 0.0)
        pauses.append(pause(state) / MINUTE)
    assert pauses[:10] == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]
    assert set(pauses[10:]) == {1440}
    assert (state.failures, state.error, state.etag, state.succeeded) == (100, "Test: broken", '"a"', None)
    assert state.because == "failed 100 times"
    assert failed(feed(), SourceState(), error(), NOW, 0.0).because == "failed once"
    slow = feed(poll="7d")
    assert pause(failed(slow, replace(state, failures=5), error(), NOW, 0.0)) == 7 * DAY
    assert pause(failed(feed(poll="5200w"), state, error(), NOW, 0.0)) == 36400 * DAY


@pytest.mark.parametrize(
    ("asked", "failures", "expected", "because"),
    [
        (5 * HOUR, 0, 5 * HOUR, "the server asked to wait 5h"),
        (timedelta(), 0, 15 * MINUTE, "failed once"),
        (MINUTE, 2, HOUR, "failed 3 times"),
        (timedelta(days=30), 0, DAY, "the server asked to wait 1d"),
    ],
)
def test_fault_22_a_pause_the_server_asks_for_is_kept_up_to_a_day(
    asked: timedelta, failures: int, expected: timedelta, because: str
) -> None:
    state = failed(feed(poll_max="2h"), SourceState(failures=failures), error(retry_after=asked), NOW, 0.0)
    assert (pause(state), state.because) == (expected, because)


def test_fault_22_nobody_comes_back_before_the_pause_is_over_nor_all_at_one_instant() -> None:
    pauses = [
        pause(failed(feed(), SourceState(), error(retry_after=HOUR, held=held), NOW, jitter))
        for jitter in (-1.0, -0.3, 0.6)
        for held in (False, True)
    ]
    assert min(pauses) >= HOUR
    assert max(pauses) <= 66 * MINUTE
    assert len(set(pauses)) == 3


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("asked", [23 * HOUR, 24 * HOUR, 30 * DAY])
@pytest.mark.parametrize("jitter", [-1.0, 0.1, 1.0])
def test_fault_22_no_pause_that_is_asked_for_is_longer_than_a_day(asked: timedelta, held: bool, jitter: float) -> None:
    state = failed(feed(), SourceState(), error(retry_after=asked, held=held), NOW, jitter)
    assert min(asked, DAY) <= pause(state) <= DAY


def test_a_source_whose_host_is_left_alone_has_not_failed() -> None:
    state = replace(OLD, failures=1, error="Test: old", trouble="late")
    held = failed(feed(), state, error("x.example asked to wait 2h", retry_after=2 * HOUR, held=True), NOW, 0.0)
    then = NOW + 2 * HOUR
    asked = replace(state.habits, asked_until=then)
    assert held == replace(state, next_due=then, because="x.example asked to wait 2h", habits=asked)


@pytest.mark.parametrize(
    ("told", "holds"), [(error(), False), (error(retry_after=HOUR), True), (error(status=410), True)]
)
def test_only_a_pause_that_was_asked_for_holds_whoever_wants_to_poll(told: SourceError, holds: bool) -> None:
    state = failed(feed(), OLD, told, NOW, 0.0)
    assert state.habits.asked_until == (state.next_due if holds else None)
    well = settled(feed(), state, Poll((), 0, state), 0, NOW + DAY, 0.0)
    assert well.habits.asked_until is None


def test_a_folder_that_is_away_is_looked_for_as_often_as_ever(tmp_path: Path) -> None:
    folder = FileSource.model_validate({"type": "files", "name": "drop", "path": str(tmp_path), "poll": "5s"})
    state = replace(OLD, failures=500)
    assert pause(failed(folder, state, error(), NOW, 0.0)) == timedelta(seconds=5)


def test_a_feed_that_is_gone_is_asked_once_a_day() -> None:
    state = failed(feed(), OLD, error("the server answered 410 Gone", status=410), NOW, 0.0)
    assert (pause(state), state.because, state.failures) == (DAY, "gone (410), asked once a day", 1)


def test_an_address_that_redirects_led_to_is_given_up_when_it_fails() -> None:
    habits = replace(KNOWN, moved_to="http://z.example/", moved_times=1, moved_since=NOW)
    state = replace(OLD, url="http://y.example/", etag='"a"', last_modified="then", body="b", habits=habits)
    for _ in range(2):
        state = failed(feed(), state, error(status=404), NOW, 0.0)
        assert state.url == "http://y.example/"
    back = failed(feed(), state, error(status=404), NOW, 0.0)
    assert (back.url, back.etag, back.last_modified, back.habits) == (None, None, None, KNOWN)
    assert (pause(back), back.failures) == (15 * MINUTE, 3)
    assert back.because == "its new address failed: back to the configured one"
    gone = failed(feed(), replace(state, failures=0), error(status=410), NOW, 0.0)
    assert (gone.url, pause(gone)) == (None, 15 * MINUTE)


@given(st.integers(0, 10_000), st.none() | st.timedeltas(timedelta(), 400 * DAY), st.booleans(), st.floats(-1, 1))
def test_every_retry_is_later_within_a_day_and_explained(
    failures: int, asked: timedelta | None, held: bool, jitter: float
) -> None:
    state = failed(feed(), SourceState(failures=failures), error(retry_after=asked, held=held), NOW, jitter)
    assert timedelta() < pause(state) <= DAY
    assert pause(state) >= min(asked or timedelta(), DAY)
    assert state.because


# --- a backlog ------------------------------------------------------------------------------------------------------


def test_fault_23_a_backlog_is_spread_over_an_interval_newest_first() -> None:
    chance = random.Random(1)
    overdue = [(f"feed {n}", NOW - n * HOUR) for n in range(10_000)] + [("never", None)]
    chance.shuffle(overdue)
    due = spread(overdue, 15 * MINUTE, NOW, chance.random)
    assert set(due) == {name for name, _ in overdue}
    order = sorted(due, key=due.__getitem__)
    assert order == [*(f"feed {n}" for n in range(10_000)), "never"]
    assert due["feed 0"] >= NOW
    assert NOW + 14.9 * MINUTE < due["never"] < NOW + 15 * MINUTE
    in_a_second = max(
        later - first for first, later in zip(sorted(due.values()), sorted(due.values())[20:], strict=False)
    )
    assert in_a_second > timedelta(seconds=1)


def test_fault_23_a_short_backlog_takes_its_time_only_and_a_handful_none() -> None:
    half: Callable[[], float] = lambda: 0.5  # noqa: E731
    due = spread([(str(n), NOW - n * HOUR) for n in range(100)], 15 * MINUTE, NOW, half)
    assert [(due[str(n)] - NOW) / timedelta(seconds=0.1) for n in range(100)] == [n + 0.5 for n in range(100)]
    assert all(later - first == timedelta(seconds=0.1) for first, later in pairwise(due.values()))
    assert spread([(str(n), None) for n in range(20)], 15 * MINUTE, NOW, half) == {}
    assert len(spread([(str(n), None) for n in range(21)], 15 * MINUTE, NOW, half)) == 21
