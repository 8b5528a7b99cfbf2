"""When sources are polled again: the rhythm of a feed, what it asks for, failures, a backlog; and why."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest import FeedSource, FileSource, Poll, listed, settled
from monitor.model import Habits, Item, Precision, Published, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)  # a Friday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FILES = FileSource.model_validate({"type": "files", "name": "Desk", "path": "/x", "poll": "1m"})
OLD = SourceState(polled=NOW - HOUR, succeeded=NOW - HOUR, next_due=NOW)


def feed(**keys: Any) -> FeedSource:
    return FeedSource.model_validate({"type": "feed", "name": "Test", "url": "http://x.example/", **keys})


def known(**keys: Any) -> Habits:
    """The habits of a feed that is known well: an arrival every 10 hours, the last one just now."""
    return Habits(
        **{"arrivals": 50, "since": NOW - 90 * DAY, "newest": NOW, "gap": 36000.0, "longest": 36000.0, **keys}
    )


def after(
    habits: Habits, fresh: int = 0, jitter: float = 0.0, source: FeedSource | None = None, **poll: Any
) -> SourceState:
    state = replace(OLD, habits=habits)
    return settled(source or feed(), state, Poll((), 0, state, **poll), fresh, NOW, jitter)


def pause(state: SourceState) -> timedelta:
    assert state.next_due
    return state.next_due - NOW


def test_a_list_that_was_read_is_well_and_never_due() -> None:
    broken = replace(OLD, next_due=None, failures=3, error="list: broken", trouble="broken", ailing=NOW - DAY)
    well = listed(broken, NOW)
    assert (well.failures, well.error, well.trouble, well.next_due) == (0, None, None, None)
    assert (well.polled, well.succeeded, well.because) == (NOW, NOW, "read again when it changes")
    assert well.ailing is None, "nobody was told"
    assert listed(replace(broken, told=NOW - HOUR), NOW).ailing == NOW, "when it ended, for who was told"


# --- the rhythm of a feed -------------------------------------------------------------------------------------------


def test_a_success_clears_the_failures() -> None:
    state = replace(OLD, failures=3, error="Test: broken", etag='"a"', told=NOW)
    found = settled(feed(), state, Poll((), 0, state), 0, NOW, 0.0)
    assert (found.failures, found.error, found.polled, found.succeeded) == (0, None, NOW, NOW)
    assert (found.etag, found.told) == ('"a"', NOW)


def test_until_enough_is_known_a_feed_is_asked_every_poll() -> None:
    first = settled(feed(), SourceState(), Poll((), 0, SourceState()), 30, NOW, 0.0)
    assert (pause(first), first.because, first.habits.arrivals) == (15 * MINUTE, "every 15m", 0)
    assert first.habits.since == NOW
    second = after(Habits(arrivals=2, since=NOW - 23 * HOUR, newest=NOW - 20 * HOUR, gap=3600.0))
    assert (pause(second), second.because) == (15 * MINUTE, "every 15m")
    assert after(Habits(arrivals=3, since=NOW - 23 * HOUR, newest=NOW, gap=36000.0)).because != "every 15m"
    assert after(Habits(arrivals=2, since=NOW - 24 * HOUR, newest=NOW, gap=36000.0)).because != "every 15m"


@pytest.mark.parametrize(
    ("habits", "expected", "because"),
    [
        (known(), HOUR, "publishes about every 10h"),
        (known(gap=60.0), 5 * MINUTE, "publishes about every 1m (poll_min 5m)"),
        (known(gap=30 * 86400.0), DAY, "publishes about every 30d (poll_max 1d)"),
        (known(newest=NOW - 30 * HOUR), HOUR, "publishes about every 10h"),
        (known(newest=NOW - 10 * DAY), 6 * HOUR, "nothing new for 10d"),
        (known(newest=NOW - 80 * DAY), DAY, "nothing new for 80d (poll_max 1d)"),
        (known(gap=None, newest=None, since=NOW - DAY), 36 * MINUTE, "nothing new for 1d"),
        (known(gap=None, newest=NOW), 15 * MINUTE, "every 15m"),
    ],
)
def test_the_pause_follows_the_rhythm_and_the_silence(habits: Habits, expected: timedelta, because: str) -> None:
    state = after(habits)
    assert (pause(state), state.because) == (expected, because)


def test_the_dates_of_the_first_visit_allow_a_guess_that_counts_after_a_day() -> None:
    dates = [NOW - n * 10 * HOUR - m * MINUTE for n in range(1, 6) for m in range(3)]
    items = [Item("Test", str(n), "", published=Published(date, Precision.SECOND)) for n, date in enumerate(dates)]
    future = Item("Test", "f", "", published=Published(NOW + DAY, Precision.SECOND))
    found = Poll((*items, future, Item("Test", "u", "")), 0, SourceState())
    state = settled(feed(), SourceState(), found, 17, NOW, 0.0)
    assert (state.habits.arrivals, state.habits.newest) == (0, NOW - 10 * HOUR)
    assert state.habits.gap == pytest.approx(9 * 3600 + 58 * 60, rel=0.01)
    later = settled(feed(), state, Poll((), 0, state), 0, NOW + DAY, 0.0)
    assert later.because == "publishes about every 10h"
    two = settled(feed(), SourceState(), Poll(tuple(items[:2]), 0, SourceState()), 2, NOW, 0.0)
    assert (two.habits.gap, two.habits.newest) == (None, NOW - 10 * HOUR)


def test_an_arrival_teaches_the_usual_gap_and_the_longest_silence_that_was_listened_to() -> None:
    learnt = after(known(newest=NOW - 100 * HOUR, gap=36000.0, longest=36000.0), fresh=1).habits
    assert (learnt.arrivals, learnt.newest, learnt.longest) == (51, NOW, 99 * 3600)
    assert learnt.gap == pytest.approx(36000 * 10**0.2)
    soon = after(known(newest=NOW - HOUR), fresh=3).habits
    assert soon.gap == pytest.approx(36000 / 10**0.2)
    assert soon.longest == pytest.approx(36000, rel=0.001)
    late = after(known(newest=NOW - 60 * DAY, longest=600 * 86400.0), fresh=3).habits
    assert late.longest == pytest.approx(300 * 86400)
    assert after(known(gap=None, newest=NOW - 2 * HOUR), fresh=1).habits.gap == 7200
    assert after(known(), fresh=0).habits == known()
    first = after(Habits(since=NOW - 30 * DAY, newest=NOW - 400 * DAY), fresh=1).habits
    assert (first.arrivals, first.gap, first.longest) == (1, None, None)  # the date of an item is no measurement


def test_the_time_in_which_nobody_looked_teaches_nothing() -> None:
    """An outage of ours, or failures of its server: what came meanwhile came at any time."""
    state = replace(OLD, succeeded=NOW - 2 * DAY, failures=9, habits=known(newest=NOW - 3 * DAY))
    learnt = settled(feed(), state, Poll((), 0, state), 5, NOW, 0.0).habits
    assert learnt == known(arrivals=51, newest=NOW, longest=86400.0)


def test_a_folder_is_looked_into_every_poll_and_soon_where_files_are_being_written() -> None:
    found = settled(FILES, OLD, Poll((), 0, OLD), 1, NOW, 1.0)
    assert (pause(found), found.because, found.habits) == (MINUTE, "every 1m", Habits())
    young = settled(FILES, OLD, Poll((), 0, OLD, young=True), 1, NOW, 1.0)
    assert (pause(young), young.because) == (timedelta(seconds=1), "files are still being written")


# --- what the feed and its server ask for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("habits", "fresh_for", "expected", "because"),
    [
        (known(ttl=7200), None, 2 * HOUR, "the feed asks for 2h (ttl)"),
        (known(ttl=60), None, HOUR, "publishes about every 10h"),
        (known(ttl=10**9), None, DAY, "the feed asks for 11574d (ttl)"),
        (known(), 90 * MINUTE, 90 * MINUTE, "the server's answer is fresh for 90m"),
        (known(), timedelta(), HOUR, "publishes about every 10h"),
        (known(ttl=7200), 3 * HOUR, 3 * HOUR, "the server's answer is fresh for 3h"),
        (known(ttl=14400), 3 * HOUR, 4 * HOUR, "the feed asks for 4h (ttl)"),
        (Habits(since=NOW, ttl=7200), None, 2 * HOUR, "the feed asks for 2h (ttl)"),
    ],
)
def test_hints_make_the_pause_longer_never_shorter_nor_longer_than_poll_max(
    habits: Habits, fresh_for: timedelta | None, expected: timedelta, because: str
) -> None:
    state = after(habits, fresh_for=fresh_for)
    assert (pause(state), state.because) == (expected, because)
    assert pause(after(known(ttl=7200), jitter=-1.0)) == 2.2 * HOUR  # nor is anything asked before it is over


def test_hours_and_days_to_skip_move_the_poll_to_the_first_other_hour() -> None:
    state = after(known(skip_hours=(13, 14, 15)))  # 13:00 is when it would be due
    assert state.next_due == NOW.replace(hour=16, minute=5)
    assert state.because == "the feed skips these hours"
    assert after(known(skip_hours=(13,)), jitter=-1.0).next_due == NOW.replace(hour=13) - 6 * MINUTE
    assert after(known(skip_hours=(14,))).because == "publishes about every 10h"
    night = after(known(newest=NOW - 20 * DAY, skip_days=(5,)), jitter=-1.0)  # 12 h: Saturday night
    assert night.next_due == NOW + 10.8 * HOUR
    saturday = after(known(newest=NOW - 20 * DAY, skip_days=(5,)), jitter=1.0)
    assert pause(saturday) == DAY
    never = after(known(skip_hours=tuple(range(24)), skip_days=tuple(range(7))))
    assert pause(never) == DAY
    short = after(known(skip_hours=(13, 14, 15)), source=feed(poll_max="90m"))
    assert pause(short) == 90 * MINUTE


def test_days_to_skip_in_a_row_are_skipped_where_poll_max_allows_it() -> None:
    weekend = after(known(gap=15 * 3600.0 * 10, skip_days=(5, 6)), source=feed(poll_max="1w"))  # due on Saturday
    assert weekend.next_due == NOW.replace(day=4, hour=0, minute=5)  # Monday
    assert after(known(gap=15 * 3600.0 * 10, skip_days=(5, 6)), source=feed(poll_max="2d")).next_due == NOW + 2 * DAY
    never = after(known(gap=15 * 3600.0 * 10, skip_days=tuple(range(7))), source=feed(poll_max="3w"))
    assert pause(never) == 7 * DAY


MOMENTS = st.none() | st.integers(-300_000, 50_000).map(lambda hours: NOW + hours * HOUR)


@given(
    habits=st.builds(
        Habits,
        arrivals=st.integers(0, 100),
        since=MOMENTS,
        newest=MOMENTS,
        gap=st.none() | st.floats(1e-6, 1e9),
        longest=st.none() | st.floats(0, 1e9),
        ttl=st.none() | st.integers(0, 10**9),
        skip_hours=st.lists(st.integers(0, 23)).map(tuple),
        skip_days=st.lists(st.integers(0, 6)).map(tuple),
    ),
    fresh_for=st.none() | st.timedeltas(timedelta(), timedelta(days=4000)),
    fresh=st.integers(0, 3),
    jitter=st.floats(-1, 1),
    polled=MOMENTS,
)
def test_every_poll_is_later_within_bounds_and_explained(
    habits: Habits, fresh_for: timedelta | None, fresh: int, jitter: float, polled: datetime | None
) -> None:
    source = feed(poll="20m", poll_min="10m", poll_max="6h")
    before = SourceState(polled=polled, succeeded=polled, next_due=polled, habits=habits)
    state = settled(source, before, Poll((), 0, before, fresh_for=fresh_for), fresh, NOW, jitter)
    assert 10 * MINUTE <= pause(state) <= 6 * HOUR
    assert state.because


@given(st.floats(60, 1e7), st.floats(60, 1e7), st.floats(0, 1e7), st.floats(0, 1e7), st.floats(-1, 1))
def test_a_slower_feed_and_a_longer_silence_are_never_asked_sooner(
    gap: float, other: float, silence: float, longer: float, jitter: float
) -> None:
    def due(gap: float, silence: float) -> timedelta:
        # Bounds so wide that the jitter never moves inwards from one.
        wide = feed(poll_min="1s", poll_max="500w")
        return pause(after(known(gap=gap, newest=NOW - timedelta(seconds=silence)), jitter=jitter, source=wide))

    assert due(min(gap, other), silence) <= due(max(gap, other), silence)
    assert due(gap, min(silence, longer)) <= due(gap, max(silence, longer))


def test_feeds_at_a_bound_are_spread_too() -> None:
    for habits in (known(gap=1.0), known(gap=1e9)):
        pauses = {pause(after(habits, jitter=jitter)) for jitter in (-1, -0.5, 0, 0.25, 0.75)}
        assert len(pauses) == 5


# --- simulated publishers -------------------------------------------------------------------------------------------


class Told(NamedTuple):
    """How polling a publisher went: polls a day, the part that brought nothing, the mean wait for an item."""

    polls: float
    unchanged: float
    delay: timedelta


def followed(items: Iterable[datetime], days: int, settle: int = 0) -> Told:
    """Poll a feed that publishes at these times for some days; what happens before `settle` days is not counted."""
    waiting, chance = sorted(items, reverse=True), random.Random(7)
    state, now, polls, empty, delays = SourceState(), NOW, 0, 0, []
    while now < NOW + timedelta(days=days):
        fresh = 0
        while waiting and waiting[-1] <= now:
            published, fresh = waiting.pop(), fresh + 1
            if now > NOW + timedelta(days=settle):
                delays.append(now - published)
        if now > NOW + timedelta(days=settle):
            polls, empty = polls + 1, empty + (not fresh)
        state = settled(feed(), state, Poll((), 0, state), fresh, now, chance.uniform(-1, 1))
        assert state.next_due
        now = state.next_due
    return Told(polls / (days - settle), empty / polls, sum(delays, timedelta()) / max(len(delays), 1))


def poisson(mean: timedelta, days: int) -> list[datetime]:
    chance, moment, found = random.Random(3), NOW, []
    while (moment := moment + chance.expovariate(1) * mean) < NOW + timedelta(days=days):
        found.append(moment)
    return found


def office(days: int) -> list[datetime]:
    """An item an hour from 8 to 18, Monday to Friday."""
    hours = (NOW + timedelta(days=day) + timedelta(hours=hour - 12) for day in range(days) for hour in range(8, 19))
    return [moment + timedelta(minutes=moment.day) for moment in hours if moment.weekday() < 5]


def mornings(days: int) -> list[datetime]:
    """Thirty items from 6 to 7 each morning."""
    return [NOW + timedelta(days=day, hours=18, minutes=2 * n) for day in range(days) for n in range(30)]


@pytest.mark.parametrize(
    ("name", "items", "days", "unchanged", "delay"),
    [
        ("hourly", poisson(HOUR, 60), 60, 0.85, 6 * MINUTE),
        ("daily", poisson(DAY, 120), 120, 0.90, 90 * MINUTE),
        ("weekly", poisson(7 * DAY, 700), 700, 0.90, 9 * HOUR),
        ("office hours", office(60), 60, 0.85, 15 * MINUTE),
        ("mornings", mornings(60), 60, 0.85, 30 * MINUTE),
    ],
)
def test_most_polls_bring_nothing_and_news_do_not_wait_long(
    name: str, items: list[datetime], days: int, unchanged: float, delay: timedelta
) -> None:
    told = followed(items, days, settle=days // 4)
    print(f"{name}: {told.polls:.1f} polls a day, {told.unchanged:.1%} unchanged, news wait {told.delay}")
    assert told.unchanged > unchanged
    assert told.delay < delay


def test_a_feed_that_stops_is_asked_less_and_less_and_one_that_starts_again_returns_quickly() -> None:
    busy = poisson(HOUR, 30)
    assert followed(busy, 100, settle=80).polls < 2
    again = [*busy, *(moment + timedelta(days=100) for moment in busy)]
    assert followed(again, 104, settle=102).delay < 20 * MINUTE
