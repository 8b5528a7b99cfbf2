"""Weeks of random news over nights in which clocks are changed: each alert reaches all it should, once, at its time.

A simple model (flow.oracle) foretells every message; the promises are checked once more from outside, without it.
In spring the daemon is down over the beginning of quiet hours, and over the end of others.
`make week` runs the whole: 3,000 articles in 400 stories.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flow.newsroom import SUBJECTS
from flow.oracle import Letter, Told, group, listed, seconds
from flow.random_week import CAPS, PARIS, RULES, Week, at_random, downs, in_the_evening, simulated
from flow.simulation import Sent

from monitor.model import Article
from monitor.store import AlertRow

HOUR = timedelta(hours=1)
STORIES = int(os.environ.get("NEWS_MONITOR_TEST_STORIES", "80"))
AUTUMN, SPRING = datetime(2026, 10, 21, tzinfo=PARIS), datetime(2026, 3, 25, tzinfo=PARIS)


def left(one: Sent) -> tuple[object, ...]:
    told = [f"{alert['key']} {alert['reason']}" for alert in one.alerts]
    return (
        one.at.isoformat(),
        one.to,
        one.delivery.address,
        str(one.delivery.kind),
        told,
        sorted(one.delivery.counted.items()),
    )


def foretold(one: Letter) -> tuple[object, ...]:
    return one.at.isoformat(), *one.to, one.kind, list(map(str, one.told)), sorted(one.counted.items())


def every_message_is_the_one_that_was_foretold(week: Week) -> None:
    got, expected = (sorted(map(repr, lines)) for lines in (map(left, week.sent), map(foretold, week.letters)))
    assert got == expected


def expected(week: Week) -> set[tuple[str, str, str]]:
    """(key, receiver, address) of all who are to be told, by the routes alone; a repeat goes to some of them."""
    return {
        (f"{one.rule}/{one.story}/{one.number}", *to)
        for one in week.oracle.told
        if one.number and one.said != "repeat"
        for way in week.oracle.destinations(one)
        for to in week.oracle.to(way)
    }


def enclosed(week: Week) -> list[tuple[Sent, Told, dict[str, Any]]]:
    """Each alert in each message that left, and the route that led it there."""
    articles = {one.id: one.article for one in week.articles}
    known = {one.key: routed(one, articles[one.article or 0]) for one in week.alerts if one.key}
    found = []
    for one in week.sent:
        for alert in (known[document["key"]] for document in one.alerts):
            ways = [way for way in week.oracle.destinations(alert) if way["receiver"] == one.to]
            found.append((one, alert, *ways))
    return found


def routed(one: AlertRow, about: Article) -> Told:
    """An alert of the program, as far as the routes of the model ask for it."""
    of = (one.rule, str(one.level), one.tags, one.story or "", about.source, about.language or "")
    return Told(*of, one.created, str(one.reason), int((one.key or "").split("/")[-1]))


def the_model_decides_on_each_alert_as_the_program_did(week: Week) -> None:
    """Also on those that nobody is told of; what waits for a condition is not among its."""
    decided = Counter(f"{one.rule} {one.story} {one.reason or one.suppressed}" for one in week.alerts)
    assert decided - Counter(f"{one.rule} {one.story} {one.said}" for one in week.oracle.told) == Counter(
        f"{one.rule} {one.story} condition" for one in week.alerts if one.suppressed == "condition"
    )


def each_story_stays_one_and_each_rule_sees_what_it_should(week: Week) -> None:
    stories = {(arrival.story, article.story) for arrival, article in zip(week.arrivals, week.articles, strict=True)}
    assert len(stories) == len({mine for mine, _ in stories}) == len({its for _, its in stories})
    ids = {subject: rule["id"] for rule, subject in zip(RULES, SUBJECTS, strict=True)}
    for arrival, article in zip(week.arrivals, week.articles, strict=True):
        assert {match.rule for match in article.matches} == {ids[one] for one in arrival.subjects}


def nothing_is_lost_and_nothing_comes_twice(week: Week) -> None:
    got = Counter((alert["key"], one.to, one.delivery.address) for one in week.sent for alert in one.alerts)
    assert set(got.values()) == {1}
    repeats = {alert.key for alert in week.alerts if alert.reason == "repeat"}
    assert {one for one in got if one[0] not in repeats} == expected(week)
    assert {one[0] for one in got} == {alert.key for alert in week.alerts if alert.key}
    assert len({one.delivery.wire_id for one in week.sent}) == len(week.sent)
    assert week.pending == 0


def nothing_comes_in_quiet_hours(week: Week) -> None:
    """By what the clocks on the wall show when a receiver gets it: alerts come whose route holds nothing back then."""
    held = [(one, listed(way.get("hold", "off")) - {"off"}) for one, _, way in enclosed(week)]
    assert [left(one) for one, names in held if any(is_quiet(name, one.at) for name in names)] == []
    assert any(names for _, names in held)


def is_quiet(name: str, at: datetime) -> bool:
    """Whether one of the intervals of this configuration lasts at a moment."""
    wall = at.astimezone(ZoneInfo("Europe/London" if name == "lunch" else "Europe/Paris"))
    shown = f"{wall:%H:%M}"
    if name == "nights":
        return shown >= "22:00" or shown < "07:00"
    return wall.weekday() >= 5 if name == "weekends" else wall.weekday() < 5 and "11:30" <= shown < "12:30"


def a_digest_comes_once_a_slot_and_counts_what_nobody_was_told_since_the_last(week: Week) -> None:
    slots: dict[tuple[str, str, str], list[Sent]] = defaultdict(list)
    for one in {id(one): (one, way) for one, _, way in enclosed(week) if one.delivery.kind == "digest"}.values():
        sent, way = one
        slots[sent.to, sent.delivery.address, way["path"]].append(sent)
    assert len(slots) == 4
    for (receiver, _, path), digests in slots.items():
        shown = [f"{one.at.astimezone(PARIS):%Y-%m-%dT%H:%M}" for one in digests]
        assert sorted(set(shown)) == shown
        counted = [
            alert
            for alert in week.oracle.told
            if alert.said in ("silence", "inhibition", "duplicate", "nothing-new")
            and any((way["receiver"], way["path"]) == (receiver, path) for way in week.oracle.destinations(alert))
        ]
        last = digests[-1].at
        assert sum(sum(one.delivery.counted.values()) for one in digests) == sum(one.at < last for one in counted)


def the_digest_of_the_night_of_the_change_comes_when_it_should(week: Week) -> None:
    """At the first 02:30 of two, or when the clocks skip it."""
    got = [one.at.astimezone(PARIS).isoformat() for one in week.sent if one.to == "archive"]
    nights = {"2026-10-25": "2026-10-25T02:30:00+02:00", "2026-03-29": "2026-03-29T03:00:00+02:00"}
    assert [one for one in got if one[:10] in nights] == [nights[one[:10]] for one in got if one[:10] in nights] != []


def alerts_of_a_message_are_told_in_the_order_in_which_they_came(week: Week) -> None:
    orders = [[alert["id"] for alert in one.alerts] for one in week.sent]
    assert [sorted(one) for one in orders] == orders
    assert max(map(len, orders)) > 5


def messages_of_a_group_keep_their_distance(week: Week) -> None:
    groups: dict[tuple[object, ...], list[Sent]] = defaultdict(list)
    intervals = {}
    for one, alert, way in enclosed(week):
        if one.delivery.kind == "group":
            name = (one.to, one.delivery.address, group(way, alert))
            groups[name] += [one] if one not in groups[name][-1:] else []
            intervals[name] = seconds(way["group_interval"])
    found = [(name, later.at - one.at) for name, sent in groups.items() for one, later in pairwise(sent)]
    assert [one for one in found if one[1] < intervals[one[0]]] == []
    assert found


def a_cap_is_kept_but_for_what_is_critical_or_late(week: Week) -> None:
    late = {one.at for one in week.letters if one.at != one.planned}
    for receiver, (count, period) in CAPS.items():
        sent = [
            one.at
            for one in week.sent
            if one.to == receiver and one.delivery.kind in ("group", "spill") and one.at not in late
            if all(alert["rule"]["level"] != "critical" for alert in one.alerts)
        ]
        assert [late - early for early, late in zip(sent, sent[count:], strict=False) if late - early < period] == []
        assert any(one.delivery.kind == "spill" for one in week.sent if one.to == receiver)


def a_week_has_all_that_may_happen_to_an_alert(week: Week) -> None:
    said = {str(one.reason or one.suppressed) for one in week.alerts}
    assert said == set(
        "first update new-facts every repeat correction sources spike "
        "duplicate nothing-new condition silence inhibition".split()
    )
    assert {str(one.delivery.kind) for one in week.sent} == {"group", "digest", "summary", "spill"}


PROMISES = (
    every_message_is_the_one_that_was_foretold,
    the_model_decides_on_each_alert_as_the_program_did,
    each_story_stays_one_and_each_rule_sees_what_it_should,
    nothing_is_lost_and_nothing_comes_twice,
    nothing_comes_in_quiet_hours,
    a_digest_comes_once_a_slot_and_counts_what_nobody_was_told_since_the_last,
    the_digest_of_the_night_of_the_change_comes_when_it_should,
    alerts_of_a_message_are_told_in_the_order_in_which_they_came,
    messages_of_a_group_keep_their_distance,
    a_cap_is_kept_but_for_what_is_critical_or_late,
    a_week_has_all_that_may_happen_to_an_alert,
)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("season", ["autumn", "spring"])
def test_a_week_keeps_its_promises(season: str, tmp_path: Path, subtests: pytest.Subtests) -> None:
    if season == "autumn":
        week = simulated(tmp_path, AUTUMN, STORIES, 1)
    else:
        week = simulated(tmp_path, SPRING, STORIES // 2, 4, away=downs(SPRING))
        late = [one for one in week.letters if one.at != one.planned]
        assert {one.kind for one in late} >= {"group", "summary", "digest"}
        assert any(one.at - one.planned > 8 * HOUR for one in late), "some wait for the morning"
    for promise in PROMISES:
        with subtests.test(promise.__name__):
            promise(week)


@pytest.mark.parametrize(("refuses", "part"), [(at_random(0.3, 7), 1 / 5), (in_the_evening, 1 / 20)])
def test_what_is_refused_comes_again_as_it_was(
    refuses: Callable[[str, datetime], bool], part: float, tmp_path: Path
) -> None:
    """Nobody knows when, but not in quiet hours; all comes once, and no message takes up what came after it failed."""
    week = simulated(tmp_path, AUTUMN, STORIES // 3, 7, refuses=refuses)
    nothing_comes_in_quiet_hours(week)
    got = Counter((alert["key"], one.to, one.delivery.address) for one in week.sent for alert in one.alerts)
    assert set(got.values()) == {1}
    assert {key for key, *_ in got} == {alert.key for alert in week.alerts if alert.key}
    kept = [one.delivery for one in week.sent]
    contents = {one.wire_id: (one.alerts, one.counted) for one in kept}
    assert len(contents) == len(kept)
    for one in week.refused:
        assert (one.delivery.alerts, one.delivery.counted) == contents[one.delivery.wire_id]
    first = {alert.key: len(alert.receivers) for alert in week.alerts if alert.reason == "first"}
    assert first == {key: len({to for one, to, _ in got if one == key}) for key in first}
    assert week.pending == 0
    assert len(week.refused) > len(week.sent) * part
    came = {one.delivery.wire_id: one.at for one in week.sent}
    assert any(came[one.delivery.wire_id] - one.at > 7 * HOUR for one in week.refused), "some wait for the morning"
