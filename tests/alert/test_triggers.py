"""When enough sources tell of a story, two actors meet for the first time, volume jumps, or nothing comes any more."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.triggers import FEWEST, falls_silent, fires, looks_back
from monitor.model import FirstMention, Hit, Past, Quiet, Sources, Spike

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE = Sources(3, HOUR)
MEETING = FirstMention(("lavrov", "blinken"), 90 * DAY)
SURGE = Spike(5, 14 * DAY, DAY)


def hit(ago: timedelta, origin: str = "A", story: str = "s1", *, copy: bool = False) -> Hit:
    return Hit(NOW - ago, story, origin, copy)


def past(*hits: Hit, since: timedelta = 100 * DAY, fired: timedelta | None = None) -> Past:
    last = max((one.seen for one in hits), default=None)
    told = None if fired is None else NOW - fired
    return Past(sorted(hits, key=lambda one: one.seen), NOW - since, last, told)


def test_three_sources_on_one_story_within_the_hour_are_enough() -> None:
    told = fires(THREE, past(hit(50 * timedelta(minutes=1), "A"), hit(HOUR / 2, "B"), hit(0 * HOUR, "C")), "s1", NOW)
    assert told == {"kind": "sources", "sources": ["A", "B", "C"], "within": "1h"}


@pytest.mark.parametrize(
    ("third", "why"),
    [
        (hit(0 * HOUR, "B"), "the same source again"),
        (hit(0 * HOUR, "C", copy=True), "a copy of what another one wrote"),
        (hit(0 * HOUR, "C", "s2"), "another story"),
        (hit(HOUR + timedelta(seconds=1), "C"), "too long ago"),
    ],
)
def test_no_third_independent_source(third: Hit, why: str) -> None:
    assert fires(THREE, past(hit(HOUR / 2, "A"), hit(HOUR / 3, "B"), third), "s1", NOW) is None, why


def test_actors_that_meet_for_the_first_time() -> None:
    told = fires(MEETING, past(hit(0 * DAY), hit(HOUR)), "s1", NOW)
    assert told == {"kind": "first-mention", "actors": ["lavrov", "blinken"], "within": "90d"}


def test_actors_that_met_in_another_story_are_no_first_mention_until_that_is_long_ago() -> None:
    assert fires(MEETING, past(hit(89 * DAY, story="s0"), hit(0 * DAY)), "s1", NOW) is None
    assert fires(MEETING, past(hit(91 * DAY, story="s0"), hit(0 * DAY)), "s1", NOW)


def each_day(many: int, days: int) -> list[Hit]:
    """So many hits in the middle of each of the days before the last one."""
    return [hit(DAY * (day + 1.5)) for day in range(days) for _ in range(many)]


def test_a_spike_is_measured_against_the_days_before() -> None:
    today = [hit(HOUR * at) for at in range(10)]
    told = fires(SURGE, past(*each_day(2, 14), *today), "s1", NOW)
    assert told == {"kind": "spike", "articles": 10, "usual": 2.0, "within": "1d", "against": "2w"}
    assert fires(SURGE, past(*each_day(2, 14), *today[1:]), "s1", NOW) is None


def test_next_to_nothing_five_times_over_is_no_spike() -> None:
    assert fires(SURGE, past(*[hit(HOUR * at) for at in range(FEWEST - 1)]), "s1", NOW) is None
    assert fires(SURGE, past(*[hit(HOUR * at) for at in range(FEWEST)]), "s1", NOW)


def test_a_rule_that_has_just_begun_to_match_knows_no_usual_volume() -> None:
    today = [hit(HOUR * at) for at in range(20)]
    assert fires(SURGE, past(*today, since=2 * DAY), "s1", NOW) is None
    assert fires(SURGE, past(*today, since=4 * DAY), "s1", NOW)


def test_the_usual_volume_of_a_young_rule_is_that_of_its_own_days() -> None:
    told = fires(SURGE, past(*each_day(4, 4), *[hit(HOUR * at) for at in range(20)], since=5 * DAY), "s1", NOW)
    assert told is not None
    assert told["usual"] == 4.0


def test_a_spike_is_told_once_in_its_window() -> None:
    today = [hit(HOUR * at) for at in range(20)]
    assert fires(SURGE, past(*today, fired=23 * HOUR), "s1", NOW) is None
    assert fires(SURGE, past(*today, fired=DAY), "s1", NOW)


def test_no_article_breaks_a_silence_by_telling_of_it() -> None:
    assert fires(Quiet(DAY), past(), "s1", NOW) is None


def test_silence_counts_from_the_last_match_or_from_when_the_rule_began_to_watch() -> None:
    live = NOW - 5 * DAY
    assert falls_silent(Quiet(DAY), past(hit(DAY)), live, NOW) == {
        "kind": "quiet",
        "since": "2026-03-01T12:00:00+00:00",
        "after": "1d",
    }
    assert falls_silent(Quiet(DAY), past(hit(23 * HOUR)), live, NOW) is None
    assert falls_silent(Quiet(DAY), past(), live, NOW)
    assert falls_silent(Quiet(DAY), past(), NOW - 23 * HOUR, NOW) is None


def test_each_trigger_asks_for_as_much_of_the_past_as_it_uses() -> None:
    assert [looks_back(one) for one in (THREE, MEETING, SURGE, Quiet(DAY))] == [HOUR, 90 * DAY, 15 * DAY, 0 * DAY]


hits = st.builds(
    hit,
    st.timedeltas(timedelta(0), 30 * DAY),
    st.sampled_from("ABC"),
    st.sampled_from(["s1", "s2"]),
    copy=st.booleans(),
)


@given(st.lists(hits, max_size=40), st.sampled_from([THREE, MEETING, SURGE]))
def test_what_lies_before_the_part_that_a_trigger_asks_for_changes_nothing(found: list[Hit], trigger: Sources) -> None:
    recent = [one for one in found if one.seen >= NOW - looks_back(trigger)]
    assert fires(trigger, past(*found), "s1", NOW) == fires(trigger, past(*recent), "s1", NOW)
