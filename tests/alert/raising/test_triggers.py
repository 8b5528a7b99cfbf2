"""When enough sources tell of a story, two actors meet for the first time, volume jumps, or nothing comes any more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.raising.triggers import FEWEST, decides, falls_silent, fires
from monitor.model import FirstMention, Past, Quiet, Sources, Spike, Trigger

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE = Sources(3, HOUR)
MEETING = FirstMention(("lavrov", "blinken"), 90 * DAY, ("Sergueï Lavrov", "Antony Blinken"))
SURGE = Spike(5, 14 * DAY, DAY)


def volume(many: int, before: int, *, since: timedelta = 100 * DAY, fired: timedelta | None = None) -> Past:
    return Past(since=NOW - since, many=many, before=before, fired=None if fired is None else NOW - fired)


def test_three_sources_on_one_story_within_the_hour_are_enough() -> None:
    told = fires(THREE, Past(origins=("A", "B", "C")), NOW)
    assert told == {"kind": "sources", "sources": ["A", "B", "C"], "within": "1h"}
    assert fires(THREE, Past(origins=("A", "B")), NOW) is None


def test_actors_that_meet_for_the_first_time() -> None:
    told = fires(MEETING, Past(), NOW)
    assert told == {
        "kind": "first-mention",
        "actors": ["lavrov", "blinken"],
        "names": ["Sergueï Lavrov", "Antony Blinken"],
        "within": "90d",
    }


def test_actors_that_met_in_another_story_are_no_first_mention() -> None:
    assert fires(MEETING, Past(elsewhere=True), NOW) is None


def test_a_spike_is_measured_against_the_days_before() -> None:
    told = fires(SURGE, volume(10, 2 * 14), NOW)
    assert told == {"kind": "spike", "articles": 10, "usual": 2.0, "within": "1d", "against": "2w"}
    assert fires(SURGE, volume(9, 2 * 14), NOW) is None


def test_next_to_nothing_five_times_over_is_no_spike() -> None:
    assert fires(SURGE, volume(FEWEST - 1, 0), NOW) is None
    assert fires(SURGE, volume(FEWEST, 0), NOW)


@pytest.mark.parametrize(("since", "fired"), [(2 * DAY, False), (4 * DAY - HOUR, False), (4 * DAY, True)])
def test_a_rule_that_has_just_begun_to_match_knows_no_usual_volume(since: timedelta, fired: bool) -> None:
    assert (fires(SURGE, volume(20, 0, since=since), NOW) is not None) == fired


def test_a_rule_that_never_matched_has_no_spike() -> None:
    assert fires(SURGE, Past(many=20), NOW) is None


def test_the_usual_volume_of_a_young_rule_is_that_of_its_own_days() -> None:
    told = fires(SURGE, volume(20, 4 * 4, since=5 * DAY), NOW)
    assert told is not None
    assert told["usual"] == 4.0


def test_a_spike_is_told_once_in_its_window() -> None:
    assert fires(SURGE, volume(20, 0, fired=23 * HOUR), NOW) is None
    assert fires(SURGE, volume(20, 0, fired=DAY), NOW)


@given(st.builds(volume, st.integers(0, 1000), st.integers(0, 1000)), st.integers(0, 100))
def test_more_articles_never_end_a_spike_and_a_busier_past_never_makes_one(past: Past, more: int) -> None:
    def told(many: int, before: int) -> bool:
        return fires(SURGE, volume(many, before), NOW) is not None

    assert told(past.many + more, past.before) >= told(past.many, past.before) >= told(past.many, past.before + more)


def test_no_article_breaks_a_silence_by_telling_of_it() -> None:
    assert fires(Quiet(DAY), Past(), NOW) is None


def test_silence_counts_from_the_last_match_or_from_when_the_rule_began_to_watch() -> None:
    live = NOW - 5 * DAY
    assert falls_silent(Quiet(DAY), NOW - DAY, live, NOW) == {
        "kind": "quiet",
        "since": "2026-03-01T12:00:00+00:00",
        "after": "1d",
    }
    assert falls_silent(Quiet(DAY), NOW - 23 * HOUR, live, NOW) is None
    assert falls_silent(Quiet(DAY), None, live, NOW)
    assert falls_silent(Quiet(DAY), None, NOW - 23 * HOUR, NOW) is None


@pytest.mark.parametrize(
    ("trigger", "anew", "again"),
    [(None, False, False), (THREE, True, False), (MEETING, True, False), (SURGE, True, True), (Quiet(DAY), True, True)],
)
def test_once_a_story_is_told_novelty_decides_but_for_spikes_and_silence(
    trigger: Trigger | None, anew: bool, again: bool
) -> None:
    found: list[Any] = [decides(trigger, told) for told in (0, 1)]
    assert found == [anew, again]
