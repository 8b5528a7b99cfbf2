"""What ails a source in one clause, and the operator told once when a host fails and once when it works again."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SourceError
from monitor.ingest import Event, FeedSource, FileSource, Poll, events, failed, settled
from monitor.ingest.health import accustomed, ailment, noticed
from monitor.ingest.source import Source
from monitor.model import Habits, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FILES = FileSource.model_validate({"type": "files", "name": "Desk", "path": "/x"})


def feed(name: str = "Test", **keys: Any) -> FeedSource:
    return FeedSource.model_validate({"type": "feed", "name": name, "url": "http://x.example/", **keys})


def ails(habits: Habits, source: Source | None = None) -> str | None:
    return ailment(source or feed(), SourceState(habits=habits), NOW)


# --- a feed that can be read ----------------------------------------------------------------------------------------

BUSY = Habits(arrivals=20, since=NOW - 14 * DAY, newest=NOW - 25 * HOUR, gap=3600.0, longest=12 * 3600.0)


def test_a_feed_is_quiet_against_its_own_rhythm_only() -> None:
    assert ails(BUSY) == "gone quiet: nothing new since 2024-02-29 11:00 UTC"
    assert ails(replace(BUSY, newest=NOW - 24 * HOUR)) is None  # a day is never strange
    assert ails(replace(BUSY, longest=12.5 * 3600)) is None  # half as long has been seen
    assert ails(replace(BUSY, arrivals=19)) is None
    assert ails(replace(BUSY, since=NOW - 13 * DAY)) is None
    assert ails(replace(BUSY, newest=NOW + 9 * DAY)) is None  # the clock was set back


def test_a_feed_without_rhythm_is_frozen_after_a_month() -> None:
    never = Habits(since=NOW - 31 * DAY, newest=NOW - 400 * DAY)
    assert ails(never) == "frozen: the same items since 2024-01-30"
    assert ails(replace(never, since=NOW - 30 * DAY)) is None
    assert ails(replace(never, arrivals=3, newest=NOW - 29 * DAY)) is None
    assert ails(replace(never, since=NOW - 99 * DAY, arrivals=3, newest=NOW - 31 * DAY)) is not None
    monthly = replace(never, since=NOW - 300 * DAY, arrivals=3, newest=NOW - 45 * DAY, longest=31 * 86400.0)
    assert ails(monthly) is None
    assert ails(Habits()) is None


def test_dates_that_cannot_be_true_are_told_from_typing_errors() -> None:
    assert ails(Habits(dated=6, refused=3)) == "wrong dates: 3 of 6 cannot be true"
    assert ails(Habits(dated=7, refused=3)) is None
    assert ails(Habits(dated=2, refused=2)) is None
    assert ails(Habits()) is None


def test_of_a_folder_only_failures_are_told() -> None:
    assert ails(BUSY, FILES) is None
    assert ails(Habits(dated=6, refused=6), FILES) is None
    state = SourceState(failures=2)
    assert failed(FILES, state, SourceError("Desk", "the folder cannot be read"), NOW, 0.0).trouble


# --- language and encoding ------------------------------------------------------------------------------------------

FRENCH = Habits(language="fr", charset="utf-8")


def test_another_language_is_believed_after_an_hour_and_usual_after_a_week() -> None:
    changed = noticed(FRENCH, "en", "utf-8", NOW - HOUR)
    assert noticed(changed, "en", "utf-8", NOW) == changed
    assert ails(changed) == "the language changed from fr to en"
    assert ailment(feed(), SourceState(habits=changed), NOW - MINUTE) is None
    assert accustomed(changed, NOW + 6 * DAY) == changed
    usual = accustomed(changed, NOW + 7 * DAY)
    assert usual == Habits(language="en", charset="utf-8")
    assert ails(usual) is None


def test_another_encoding_is_told_by_its_name() -> None:
    assert ails(noticed(FRENCH, "fr", "windows-1252", NOW - HOUR)) == "the encoding changed from utf-8 to windows-1252"
    both = ails(noticed(FRENCH, "en", "windows-1252", NOW - HOUR))
    assert both == "the language changed from fr to en and the encoding changed from utf-8 to windows-1252"


def test_a_slip_is_forgotten_and_silence_is_no_change() -> None:
    slip = noticed(FRENCH, "en", "utf-8", NOW - 2 * HOUR)
    assert noticed(slip, "fr", "utf-8", NOW) == FRENCH
    third = noticed(slip, "de", "utf-8", NOW)
    assert third.other_since == NOW
    assert noticed(FRENCH, None, None, NOW) == FRENCH
    assert noticed(Habits(), "fr", "utf-8", NOW) == FRENCH
    assert noticed(replace(FRENCH, language=None), "en", "utf-8", NOW) == Habits(language="en", charset="utf-8")


def test_what_a_poll_ends_with_is_told_and_ends_when_it_is_usual() -> None:
    state = SourceState(succeeded=NOW, polled=NOW, next_due=NOW, habits=noticed(FRENCH, "en", "utf-8", NOW))
    told = settled(feed(), state, Poll((), 0, state), 0, NOW + HOUR, 0.0)
    assert (told.trouble, told.ailing) == ("the language changed from fr to en", NOW + HOUR)
    week = settled(feed(), told, Poll((), 0, told), 0, NOW + 7 * DAY, 0.0)
    assert (week.trouble, week.habits.language) == (None, "en")


# --- a source that fails --------------------------------------------------------------------------------------------


def test_trouble_begins_when_enough_polls_failed_and_keeps_its_beginning() -> None:
    state, seen = SourceState(), []
    for n, reason in enumerate(["the answer is empty", "broken", "broken", "the answer is an HTML page, not a feed"]):
        state = failed(feed(), state, SourceError("Test", reason), NOW + n * HOUR, 0.0)
        seen.append((state.trouble, state.ailing))
    assert seen[:2] == [(None, None)] * 2
    assert seen[2] == ("broken (3 times in a row)", NOW + 2 * HOUR)
    assert seen[3] == ("the answer is an HTML page, not a feed (4 times in a row)", NOW + 2 * HOUR)
    well = settled(feed(), state, Poll((), 0, state), 0, NOW + DAY, 0.0)
    assert (well.trouble, well.ailing) == (None, None)


def test_how_many_failures_are_enough_is_the_sources_choice() -> None:
    once = failed(feed(failing_after=1), SourceState(), SourceError("Test", "broken"), NOW, 0.0)
    assert (once.trouble, once.ailing) == ("broken", NOW)
    nine = SourceState(failures=8)
    assert failed(feed(failing_after=10), nine, SourceError("Test", "broken"), NOW, 0.0).trouble is None


def test_a_few_failures_do_not_end_another_trouble_nor_what_was_told() -> None:
    quiet = SourceState(trouble="gone quiet", ailing=NOW - DAY, told=NOW - HOUR)
    state = failed(feed(), quiet, SourceError("Test", "broken"), NOW, 0.0)
    assert (state.trouble, state.ailing, state.told) == ("gone quiet", NOW - DAY, NOW - HOUR)
    well = settled(feed(), state, Poll((), 0, state), 0, NOW, 0.0)
    assert (well.trouble, well.ailing, well.told) == (None, NOW, NOW - HOUR)  # told of, so its end matters


# --- what the operator is told --------------------------------------------------------------------------------------


def ill(begun: datetime, told: datetime | None = None, trouble: str | None = "broken") -> SourceState:
    return SourceState(trouble=trouble, ailing=begun, told=told)


def test_a_host_is_told_of_when_no_other_source_joins_or_the_first_has_waited_an_hour() -> None:
    rows = [("B", "x.example", ill(NOW)), ("A", "x.example", ill(NOW - 9 * MINUTE)), ("C", "y.example", ill(NOW))]
    assert events(rows, NOW + 9 * MINUTE) == []
    assert events(rows, NOW + 10 * MINUTE) == [
        Event("source-failing", "x.example", ("A: broken", "B: broken"), ("A", "B")),
        Event("source-failing", "y.example", ("C: broken",), ("C",)),
    ]
    joining = [*rows[:2], ("D", "x.example", ill(NOW + 50 * MINUTE))]
    assert events(joining, NOW + 50 * MINUTE) == []
    assert events(joining, NOW + 51 * MINUTE)[0].names == ("A", "B", "D")


def test_more_sources_of_a_host_told_of_wait_six_hours() -> None:
    rows = [("A", "x.example", ill(NOW - DAY, told=NOW)), ("B", "x.example", ill(NOW))]
    assert events(rows, NOW + 5.9 * HOUR) == []
    assert [event.names for event in events(rows, NOW + 6 * HOUR)] == [("B",)]


def test_sources_told_of_together_recover_together() -> None:
    well, sick = ill(NOW, told=NOW - DAY, trouble=None), ill(NOW - DAY, told=NOW - DAY)
    other = ill(NOW - 9 * DAY, told=NOW - 2 * DAY)  # told of before: it holds nobody back
    rows = [("A", "x.example", well), ("B", "x.example", sick), ("C", "x.example", other)]
    assert events(rows, NOW + 26 * HOUR) == []
    assert events(rows, NOW + 27 * HOUR) == [Event("source-recovered", "x.example", ("A: works again",), ("A",))]
    rows[1] = ("B", "x.example", well)
    assert [event.names for event in events(rows, NOW)] == [("A", "B")]
    rows[2] = ("C", "x.example", ill(NOW, told=NOW - 2 * DAY, trouble=None))
    assert [(event.kind, event.names) for event in events(rows, NOW)] == [("source-recovered", ("A", "B", "C"))]


def test_when_many_hosts_fail_at_once_it_is_one_event() -> None:
    rows = [(f"feed {n}", f"host-{n}.example", ill(NOW)) for n in range(500)]
    (down,) = events(rows, NOW + HOUR)
    assert (down.kind, down.host, len(down.names)) == ("source-failing", "many hosts", 500)
    assert (len(down.lines), down.lines[-1]) == (101, "and 400 more")
    told = [(name, host, replace(state, told=NOW)) for name, host, state in rows]
    late = [(f"late {n}", f"other-{n}.example", ill(NOW)) for n in range(500)]
    assert events([*told, *late], NOW + 5 * HOUR) == []
    assert [len(event.names) for event in events([*told, *late], NOW + 6 * HOUR)] == [500]
    twice = [("told", "host-0.example", ill(NOW, told=NOW - HOUR)), *rows]
    assert "feed 0" not in events(twice, NOW + HOUR)[0].names  # of its host the operator was told just now
    well = [(name, host, replace(state, trouble=None)) for name, host, state in told]
    assert [(event.kind, event.host) for event in events(well, NOW)] == [("source-recovered", "many hosts")]
    assert events(well[1:] + told[:1], NOW) == []


@pytest.mark.parametrize("outage", [2 * HOUR, 12 * HOUR, 3 * DAY])
def test_a_host_of_fifty_feeds_that_goes_down_and_comes_back_is_two_events(outage: timedelta) -> None:
    told = lived_through(outage, random.Random(1))
    assert [(event.kind, event.host, len(event.names)) for event in told] == [
        ("source-failing", "x.example", 50),
        ("source-recovered", "x.example", 50),
    ]


def test_an_outage_too_short_to_matter_is_no_event() -> None:
    assert lived_through(20 * MINUTE, random.Random(1)) == []


def lived_through(outage: timedelta, chance: random.Random) -> list[Event]:
    """What is told when the host of fifty feeds, asked every 15 minutes each, is down for so long."""
    sources = {name: feed(name, poll_min="15m", poll_max="15m") for name in map(str, range(50))}
    states = {name: SourceState(next_due=NOW + chance.random() * 15 * MINUTE) for name in sources}
    down, up, now, told = NOW + HOUR, NOW + HOUR + outage, NOW, []
    while now < up + 30 * HOUR:
        for name, state in states.items():
            if state.next_due and state.next_due <= now:
                jitter = chance.uniform(-1, 1)
                if down <= now < up:
                    states[name] = failed(sources[name], state, SourceError(name, "broken"), now, jitter)
                else:
                    states[name] = settled(sources[name], state, Poll((), 0, state), 0, now, jitter)
        rows = [(name, "x.example", state) for name, state in states.items() if state.trouble or state.told]
        for event in events(rows, now):
            told.append(event)
            for name in event.names:
                states[name] = replace(states[name], told=now if event.kind == "source-failing" else None)
        now += 5 * MINUTE
    return told


TIMES = st.none() | st.integers(-2000, 100).map(lambda minutes: NOW + minutes * MINUTE)
STATES = st.builds(SourceState, trouble=st.sampled_from([None, "broken"]), ailing=TIMES, told=TIMES)


@given(
    st.lists(st.tuples(st.integers(0, 99).map(str), st.sampled_from(["x", "y"]), STATES), unique_by=lambda row: row[0])
)
def test_nobody_is_told_twice_of_one_thing_and_nothing_waits_for_ever(rows: list[tuple[str, str, SourceState]]) -> None:
    states = {name: state for name, _, state in rows}
    for event in events(rows, NOW):
        for name in event.names:
            state = states[name]
            assert (state.told is None, bool(state.trouble)) == (event.kind == "source-failing",) * 2
    late = {name for event in events(rows, NOW + 30 * DAY) for name in event.names}
    assert late == {name for name, state in states.items() if bool(state.trouble) == (state.told is None)}
