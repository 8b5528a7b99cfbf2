"""What a trigger looks back upon: counted in the database as somebody counts who reads every hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.errors import StoreError
from monitor.model import FirstMention, Past, Placement, Quiet, Reason, Sources, Spike, Suppression, Trigger, Verdict
from monitor.store import Store, volumes

HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
TRIGGERS = (Sources(3, 3 * HOUR), FirstMention(("a", "b"), 8 * HOUR), Spike(3, 12 * HOUR, 4 * HOUR), Quiet(DAY))
NUMBERS = count(1)
# The clocks of Europe go forward an hour in the middle of it.
START = datetime(2026, 3, 27, 12, 30, tzinfo=UTC)


class Hit(NamedTuple):
    """An article that the rule matched, so long after the start."""

    at: timedelta
    story: str = "s1"
    source: str = "A"
    agency: str | None = None
    copy: bool = False
    old: bool = False
    fired: bool = False


def read(trigger: Trigger, hits: Sequence[Hit], story: str, now: timedelta) -> Past:
    """What the past of a rule is for who reads all of it; `now` and the hits are counted from the same start."""
    fresh = sorted((one for one in hits if not one.old), key=lambda one: one.at)
    match trigger:
        case Sources():
            mine = [one for one in fresh if now - trigger.within <= one.at <= now and not one.copy]
            return Past(origins=tuple(dict.fromkeys(one.agency or one.source for one in mine if one.story == story)))
        case FirstMention():
            mine = [one for one in fresh if now - trigger.within <= one.at <= now]
            return Past(elsewhere=any(one.story != story for one in mine))
        case Spike():
            if not hits:
                return Past()
            window, since = now - trigger.within, hits[0].at
            begins = max(window - trigger.against, since)
            fired = [one.at for one in hits if one.fired and one.at >= window - trigger.against]
            return Past(
                since=START + since,
                before=sum(begins <= one.at < window for one in fresh),
                many=sum(window <= one.at <= now for one in fresh),
                fired=START + max(fired) if fired else None,
            )
        case _:
            return Past()


def keep(store: Store, make: Any, rule: str, *hits: Hit) -> None:
    """Take in articles that a rule matches, one after the other, in one transaction."""
    with store.intake() as memory:
        for one in hits:
            take(memory, make, rule, one)


def take(memory: Any, make: Any, rule: str, one: Hit) -> int:
    number, make.now = next(NUMBERS), START + one.at
    story = f"{rule}-{one.story}"
    verdict = Verdict.DUPLICATE if one.copy else Verdict.NEW
    article = make.article(number, source=one.source, agency=one.agency)
    placement = Placement(verdict, story, "for a test", 1 if one.copy else None, ())
    id_: int = memory.keep(article, "v", None, make.sketch(number), placement, make.now, old=one.old)
    memory.matched(id_, [make.match(rule)])
    alert = make.alert(story=story, rule=rule, key=f"{rule}/{id_}", reason=Reason.SPIKE)
    if not one.fired:
        alert = replace(alert, key=None, reason=None, suppressed=Suppression.CONDITION)
    memory.raised(alert, id_, [], make.now)
    return id_


def ask(store: Store, rule: str, trigger: Trigger, story: str, now: timedelta) -> Past:
    with store.intake() as memory:
        return memory.past({rule: trigger}, f"{rule}-{story}", START + now)[rule]


# Whole hours, so that many hits lie where a window begins or ends, and a tick beside.
moments = st.builds(
    lambda hours, ticks: hours * HOUR + ticks * TICK, st.integers(0, 36), st.sampled_from([-1, 0, 0, 0, 1])
)
some_hits = st.builds(
    Hit,
    moments,
    st.sampled_from(["s1", "s2"]),
    st.sampled_from("ABCD"),
    st.sampled_from([None, "", "AFP"]),
    copy=st.booleans(),
    old=st.sampled_from([False, False, True]),
    fired=st.sampled_from([False, False, False, True]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hits=st.lists(some_hits, min_size=4, max_size=14),
    # Polls that run side by side end in another order than they began in.
    later=st.lists(st.integers(0, 12).map(lambda hours: hours * HOUR), min_size=20, max_size=20),
    batches=st.lists(st.integers(1, 10), min_size=20, max_size=20),
)
@example(hits=[Hit(4 * at * HOUR) for at in range(8)], later=[0 * HOUR] * 20, batches=[1] * 20)
@example(hits=[Hit(4 * at * HOUR, old=at < 6) for at in range(8)], later=[0 * HOUR] * 20, batches=[2] * 20)
def test_at_each_article_it_is_what_reading_every_hit_tells(
    store: Store, make: Any, hits: list[Hit], later: list[timedelta], batches: list[int]
) -> None:
    rule = f"rule-{next(NUMBERS)}"
    order = sorted(range(len(hits)), key=lambda at: hits[at].at + later[at])
    coming = [hits[at] for at in order]
    here: list[Hit] = []
    while coming:
        size = batches[len(here)]
        with store.intake() as memory:
            for one in coming[:size]:
                take(memory, make, rule, one)
                here.append(one)
                now = max(other.at for other in here)
                for trigger in TRIGGERS:
                    for story in ("s1", "s2"):
                        found = memory.past({rule: trigger}, f"{rule}-{story}", START + now)[rule]
                        expected = read(trigger, here, story, now)
                        assert told_alike(trigger, found, expected, now)
        coming = coming[size:]


def told_alike(trigger: Trigger, found: Past, expected: Past, now: timedelta) -> bool:
    """An alert that lies before all that counts need not be known."""
    if isinstance(trigger, Spike):
        begins = START + now - trigger.within
        found, expected = (
            replace(one, fired=one.fired if one.fired and one.fired > begins else None) for one in (found, expected)
        )
    return found == expected


SURGE = Spike(3, 3 * DAY, DAY)


def test_a_rule_that_never_matched_has_no_past(store: Store) -> None:
    assert [ask(store, "new", trigger, "s1", DAY) for trigger in TRIGGERS] == [Past()] * len(TRIGGERS)


def test_what_an_intake_that_failed_had_counted_counts_no_more(store: Store, make: Any) -> None:
    keep(store, make, "rule", *[Hit(at * HOUR) for at in range(5)])

    def failing() -> None:
        with store.intake() as memory:
            take(memory, make, "rule", Hit(5 * HOUR))
            assert memory.past({"rule": SURGE}, "", START + 5 * HOUR)["rule"].many == 6
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    keep(store, make, "rule", Hit(5 * HOUR, old=True))  # which may have the number that the article had
    assert ask(store, "rule", SURGE, "s1", 5 * HOUR).many == 5


def test_articles_that_were_stored_in_another_order_than_they_were_seen_in(store: Store, make: Any) -> None:
    hits = [Hit(at * HOUR, "s1", source) for at, source in ((30, "A"), (29.5, "B"), (12, "C"), (31, "D"), (10, "E"))]
    surge = Spike(3, 18 * HOUR, HOUR)
    for number, one in enumerate(hits, 1):
        keep(store, make, "rule", one)
        for trigger in (Sources(2, 2 * HOUR), FirstMention(("a",), HOUR), surge, Spike(3, 2 * HOUR, 2 * HOUR)):
            for now in (30 * HOUR, 31 * HOUR):
                if now < max(other.at for other in hits[:number]):
                    continue
                for story in ("s1", "s2"):
                    assert ask(store, "rule", trigger, story, now) == read(trigger, hits[:number], story, now)


def test_what_another_daemon_took_in_counts(store: Store, url: str, make: Any) -> None:
    other = Store.open(url)
    for at in range(3):
        keep(store, make, "rule", Hit(2 * at * HOUR))
        keep(other, make, "rule", Hit((2 * at + 1) * HOUR, fired=True))
        past = ask(store, "rule", SURGE, "s1", 6 * HOUR)
        assert (past.many, past.fired) == (2 * at + 2, START + (2 * at + 1) * HOUR)
    other.close()


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_match_that_the_sweep_finds_later_counts(store: Store, url: str, make: Any, elsewhere: bool) -> None:
    keep(store, make, "missed", Hit(HOUR))
    keep(store, make, "rule", Hit(2 * HOUR))
    assert ask(store, "rule", SURGE, "s1", 3 * HOUR).many == 1
    (missed,) = [row.id for row in store.articles(10) if row.story == "missed-s1"]
    sweeping = Store.open(url) if elsewhere else store
    with sweeping.intake() as memory:
        if not elsewhere:
            memory.past({"rule": SURGE}, "rule-s1", START + 3 * HOUR)
        memory.matched(missed, [make.match("rule")])
        assert memory.past({"rule": SURGE}, "rule-s1", START + 3 * HOUR)["rule"].many == 2
    assert ask(store, "rule", SURGE, "s1", 3 * HOUR).many == 2
    if elsewhere:
        sweeping.close()


def test_a_spike_that_looks_back_further_after_a_reload_sees_as_far(store: Store, make: Any) -> None:
    keep(store, make, "rule", *[Hit(at * DAY) for at in range(8)])
    found = [ask(store, "rule", Spike(3, days * DAY, DAY), "s1", 7 * DAY).before for days in (1, 5, 2)]
    assert found == [1, 5, 2]


def test_what_lies_too_far_back_is_not_remembered_for_ever(store: Store, make: Any) -> None:
    for at in range(30):
        keep(store, make, "rule", Hit(at * DAY))
        ask(store, "rule", SURGE, "s1", at * DAY)
        assert len(store._recent.volumes._known["rule"].times) <= 10


def test_hits_are_read_once_and_the_next_question_reads_only_what_is_new(
    store: Store, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_rows: list[int] = []
    hits = volumes._hits
    monkeypatch.setattr(volumes, "_hits", lambda *asked: (found := hits(*asked), read_rows.append(len(found)))[0])
    keep(store, make, "rule", *[Hit(at * HOUR) for at in range(20)])
    for _ in range(3):
        ask(store, "rule", SURGE, "s1", 20 * HOUR)
    keep(store, make, "rule", Hit(20 * HOUR))
    ask(store, "rule", SURGE, "s1", 20 * HOUR)
    assert read_rows == [20, 0, 0, 1]


def test_the_newest_match_of_a_rule_is_none_that_was_too_old(store: Store, make: Any) -> None:
    assert store.last_match("rule") is None
    keep(store, make, "rule", Hit(HOUR), Hit(2 * HOUR), Hit(3 * HOUR, old=True))
    assert store.last_match("rule") == START + 2 * HOUR


def test_a_story_that_another_swallowed_is_that_one(store: Store, make: Any) -> None:
    keep(store, make, "rule", Hit(HOUR, "s1", "A"), Hit(HOUR, "s2", "B"))
    with store.intake() as memory:
        memory.merge("rule-s1", ["rule-s2"])
    for story in ("s1", "s2"):
        assert ask(store, "rule", Sources(3, HOUR), story, HOUR).origins == ("A", "B")
        assert not ask(store, "rule", FirstMention(("a",), DAY), story, HOUR).elsewhere


def test_an_error_of_the_database_is_a_sentence(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError):
        ask(store, "rule", SURGE, "s1", HOUR)
