"""What ails a source in one clause, and the operator told once when a host fails and once when it works again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SourceError
from monitor.ingest import Event, FeedSource, FileSource, Poll, events, failed, settled
from monitor.ingest.health import Row, accustomed, ailment, noticed
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


def test_what_fails_while_many_hosts_are_down_is_told_with_them() -> None:
    down = [(f"feed {n}", f"host-{n}.example", ill(NOW, told=NOW)) for n in range(100)]
    late = [(f"late {n}", f"late-{n}.example", ill(NOW + 7 * HOUR)) for n in range(3)]
    assert [(event.host, len(event.names)) for event in events([*down, *late], NOW + 8 * HOUR)] == [("many hosts", 3)]
    alone = events([*down, late[0]], NOW + 8 * HOUR)
    assert [event.host for event in alone] == ["late-0.example"]  # no other word for one
    told = [(name, host, replace(state, told=NOW + 8 * HOUR)) for name, host, state in late]
    more = ("more", "more.example", ill(NOW + 9 * HOUR))
    assert events([*down, *told, more], NOW + 13 * HOUR) == []
    well = [(name, host, replace(state, trouble=None)) for name, host, state in [*down, *told]]
    assert [(event.kind, event.host, len(event.names)) for event in events(well, NOW + DAY)] == [
        ("source-recovered", "many hosts", 103)
    ]


def test_when_most_hosts_are_back_another_one_speaks_for_itself_again() -> None:
    down = [(f"feed {n}", f"host-{n}.example", ill(NOW, told=NOW)) for n in range(100)]
    back = [(name, host, replace(state, trouble=None)) for name, host, state in down[:90]]
    other = [(f"other {n}", "other.example", ill(NOW + HOUR)) for n in range(2)]
    assert events([*down, *other], NOW + 2 * HOUR) == []
    (event,) = events([*back, *down[90:], *other[:1]], NOW + 2 * HOUR)
    assert (event.kind, event.host) == ("source-failing", "other.example")
    told = ("other 0", "other.example", ill(NOW + HOUR, told=NOW + 2 * HOUR))
    assert events([*back, *down[90:], told, other[1]], NOW + 3 * HOUR) == []  # told of this host just now
    late = [*down, *other, ("late", "late.example", ill(NOW + HOUR))]
    assert {event.host for event in events(late, NOW + 23 * HOUR)} == {"many hosts"}
    assert {event.host for event in events(late, NOW + DAY)} == {"other.example", "late.example"}  # it has had its day


def test_hosts_told_of_lately_count_among_the_many() -> None:
    told = [(f"feed {n}", f"host-{n}.example", ill(NOW, told=NOW)) for n in range(11)]
    more = [(f"more {n}", f"more-{n}.example", ill(NOW)) for n in range(10)]
    assert [event.host for event in events([*told, *more], NOW + HOUR)] == ["many hosts"]
    assert len(events([*told, *more], NOW + 6 * HOUR)) == len(events([*told[1:], *more], NOW + HOUR)) == 10
    later = [(name, host, replace(state, told=NOW + 6 * HOUR)) for name, host, state in more]
    well = [(name, host, replace(state, trouble=None)) for name, host, state in told]
    assert len(events([*well, *later], NOW + 6 * HOUR)) == 11  # as they were told of, each on its own


def test_hosts_that_fail_one_after_the_other_soon_share_their_events() -> None:
    rows: list[Row] = []
    count = 0
    for n in range(100):
        now = NOW + n * 15 * MINUTE
        rows.append((f"feed {n}", f"host-{n}.example", ill(now - 10 * MINUTE)))
        for event in events(rows, now):
            count += 1
            rows = [(name, h, replace(s, told=now)) if name in event.names else (name, h, s) for name, h, s in rows]
    assert 20 < count <= 26
    well = [(name, host, replace(state, trouble=None)) for name, host, state in rows]
    assert sum(event.kind == "source-recovered" for event in events(well, now)) == 1


@pytest.mark.parametrize("ahead", [HOUR, 400 * DAY])
def test_a_clock_that_was_ahead_keeps_nothing_from_being_told(ahead: timedelta) -> None:
    wrong = NOW + ahead
    assert [event.names for event in events([("A", "x.example", ill(wrong))], NOW)] == [("A",)]
    told = [("A", "x.example", ill(wrong, told=wrong)), ("B", "x.example", ill(NOW - HOUR))]
    assert [event.names for event in events(told, NOW)] == [("B",)]
    well = [("A", "x.example", ill(wrong, told=wrong, trouble=None)), ("B", "x.example", ill(NOW, told=wrong))]
    assert [event.kind for event in events(well, NOW)] == ["source-recovered"]
    many = [(f"feed {n}", f"host-{n}.example", ill(wrong, told=wrong)) for n in range(100)]
    assert [event.host for event in events([*many, told[1]], NOW)] == ["x.example"]


def test_clocks_of_two_machines_that_differ_a_little_change_nothing() -> None:
    soon = NOW + MINUTE
    assert events([("A", "x.example", ill(soon))], NOW) == []
    assert events([("A", "x.example", ill(soon, told=soon)), ("B", "x.example", ill(NOW - HOUR))], NOW) == []


@pytest.mark.parametrize("fresh", [0, 1])
def test_a_poll_forgets_the_times_of_a_clock_that_was_ahead(fresh: int) -> None:
    ahead = NOW + 400 * DAY
    habits = Habits(arrivals=50, since=ahead, newest=ahead, gap=3600.0, other="en utf-8", other_since=ahead)
    habits = replace(habits, moved_to="http://y.example/", moved_times=1, moved_since=ahead)
    state = SourceState(succeeded=ahead, trouble="broken", ailing=ahead, habits=habits)
    found = settled(feed(), state, Poll((), 0, state), fresh, NOW, 0.0)
    seen = found.habits
    assert (seen.since, seen.newest, seen.other_since, seen.moved_since) == (NOW,) * 4
    assert seen.longest is None
    assert failed(feed(), state, SourceError("Test", "broken"), NOW, 0.0).ailing == NOW
    since = replace(state, habits=replace(habits, newest=NOW - DAY))
    assert settled(feed(), since, Poll((), 0, since), 1, NOW, 0.0).habits.longest == 86400  # not 400 days


# --- lived through --------------------------------------------------------------------------------------------------


@dataclass
class Polled:
    source: FeedSource
    host: str
    state: SourceState


def polled(count: int, hosts: int, pauses: Sequence[timedelta], chance: random.Random) -> dict[str, Polled]:
    """Sources on some hosts, one for each name, asked after these pauses in turn; each falls due within its pause."""
    found = {}
    for n in range(count):
        pause = pauses[n % len(pauses)]
        one = feed(str(n), poll_min="1m", poll_max=pause)
        found[str(n)] = Polled(one, f"host-{n % hosts}", SourceState(next_due=NOW + chance.random() * pause))
    return found


def lived_through(sources: dict[str, Polled], outage: timedelta, chance: random.Random) -> list[Event]:
    """What is told when all hosts are down for so long, an hour from now, until all is well again."""
    down, up, now, told = NOW + HOUR, NOW + HOUR + outage, NOW, []
    rows: list[Row] = []
    while now < up or rows:
        assert now < up + 30 * HOUR
        for name, one in sources.items():
            if one.state.next_due and one.state.next_due <= now:
                jitter = chance.uniform(-1, 1)
                if down <= now < up:
                    one.state = failed(one.source, one.state, SourceError(name, "broken"), now, jitter)
                else:
                    one.state = settled(one.source, one.state, Poll((), 0, one.state), 0, now, jitter)
        rows = [(name, one.host, one.state) for name, one in sources.items() if one.state.trouble or one.state.told]
        for event in events(rows, now):
            told.append(event)
            for name in event.names:
                state = sources[name].state
                sources[name].state = replace(state, told=now if event.kind == "source-failing" else None)
        now += 5 * MINUTE
    return told


@pytest.mark.parametrize("outage", [2 * HOUR, 12 * HOUR, 3 * DAY])
def test_a_host_of_fifty_feeds_that_goes_down_and_comes_back_is_two_events(outage: timedelta) -> None:
    chance = random.Random(1)
    told = lived_through(polled(50, 1, [15 * MINUTE], chance), outage, chance)
    assert [(event.kind, event.host, len(event.names)) for event in told] == [
        ("source-failing", "host-0", 50),
        ("source-recovered", "host-0", 50),
    ]


def test_an_outage_too_short_to_matter_is_no_event() -> None:
    chance = random.Random(1)
    assert lived_through(polled(50, 1, [15 * MINUTE], chance), 20 * MINUTE, chance) == []


def test_half_a_day_without_network_is_a_handful_of_events_for_two_thousand_feeds() -> None:
    chance = random.Random(1)
    pauses = [15 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, DAY]
    told = lived_through(polled(2000, 1000, pauses, chance), 12 * HOUR, chance)
    failing = [event for event in told if event.kind == "source-failing"]
    print(*((event.kind, event.host, len(event.names)) for event in told), sep="\n")
    assert 1 <= len(failing) <= 4
    assert 1 <= len(told) - len(failing) <= 2
    assert sum(len(event.names) for event in failing) > 1000


TIMES = st.none() | st.integers(-2000, 600_000).map(lambda minutes: NOW + minutes * MINUTE)
HOSTS = st.sampled_from(["x", "y"]) | st.integers(0, 99).map(str)
STATES = st.builds(SourceState, trouble=st.sampled_from([None, "broken"]), ailing=TIMES, told=TIMES)


@given(st.lists(st.tuples(st.integers(0, 99).map(str), HOSTS, STATES), unique_by=lambda row: row[0]))
def test_nobody_is_told_twice_of_one_thing_and_nothing_waits_for_ever(rows: list[Row]) -> None:
    states = {name: state for name, _, state in rows}
    for event in events(rows, NOW):
        for name in event.names:
            state = states[name]
            assert (state.told is None, bool(state.trouble)) == (event.kind == "source-failing",) * 2
    late = {name for event in events(rows, NOW + 30 * DAY) for name in event.names}
    assert late == {name for name, state in states.items() if bool(state.trouble) == (state.told is None)}
