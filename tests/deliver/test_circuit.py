"""Failures and rates -> when the next message may be sent: a dead host is left alone, and found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.deliver import ConsoleReceiver, Rate, after, begin, may_send
from monitor.deliver.circuit import DOUBTS, PAUSE
from monitor.errors import DeliveryError
from monitor.model import Circuit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DEAD = DeliveryError("hook", "connection refused", whole=True)
REFUSED = DeliveryError("hook", "500 no")
BAD_ADDRESS = DeliveryError("desk", "550 unknown", permanent=True)
GONE = DeliveryError("hook", "410 Gone", disabled=True, whole=True)

jitters = st.floats(-1, 1)
pauses = st.none() | st.timedeltas(timedelta(0), timedelta(days=40))
errors = st.builds(
    DeliveryError, st.just("hook"), st.just("no"), whole=st.booleans(), permanent=st.booleans(), retry_after=pauses
)
outcomes = st.none() | errors
rates = st.builds(Rate, st.integers(1, 20), st.timedeltas(SECOND, timedelta(hours=1)))


def busy(pause: timedelta) -> DeliveryError:
    return DeliveryError("hook", "429", whole=True, retry_after=pause)


# ---- The circuit ----


def test_a_receiver_that_works_is_never_waited_for() -> None:
    circuit = Circuit()
    for second in range(100):
        now = NOW + second * SECOND
        assert may_send(circuit, None, now) is None
        circuit = after(begin(circuit, None, now), None, now, 0)
    assert circuit == Circuit()


def test_a_dead_host_is_tried_once_a_minute_however_many_wait_and_at_once_when_it_is_back() -> None:
    circuit, tries, now = Circuit(), [], NOW
    while now < NOW + timedelta(hours=6):  # five thousand wait: somebody asks every second
        if may_send(circuit, None, now) is None:
            tries.append(now)
            circuit = after(begin(circuit, None, now), DEAD, now + 2 * SECOND, 0.5)
        now += SECOND
    assert all(MINUTE <= later - earlier <= 1.1 * MINUTE + 3 * SECOND for earlier, later in pairwise(tries))
    assert len(tries) >= 320
    due = may_send(circuit, None, now)
    assert due is not None
    circuit = after(begin(circuit, None, due), None, due, 0)
    assert may_send(circuit, None, due) is None


def test_what_may_be_due_to_the_message_opens_only_after_others_like_it() -> None:
    circuit = Circuit()
    for _ in range(DOUBTS - 1):
        circuit = after(circuit, REFUSED, NOW, 0)
        assert may_send(circuit, None, NOW) is None
    assert may_send(after(circuit, REFUSED, NOW, 0), None, NOW) == NOW + PAUSE
    assert may_send(after(after(circuit, None, NOW, 0), REFUSED, NOW, 0), None, NOW) is None


def test_failures_are_counted_and_keep_a_circuit_open_whatever_they_are() -> None:
    circuit = after(Circuit(), DEAD, NOW, 0)
    assert circuit == Circuit(failures=1, open_until=NOW + PAUSE)
    later = NOW + PAUSE
    assert after(begin(circuit, None, later), REFUSED, later, 0) == Circuit(failures=2, open_until=later + PAUSE)


def test_addresses_that_do_not_exist_say_nothing_of_the_server() -> None:
    circuit = Circuit()
    for _ in range(100):
        circuit = after(circuit, BAD_ADDRESS, NOW, 0)
    assert circuit == Circuit()
    assert after(after(circuit, DEAD, NOW, 0), BAD_ADDRESS, NOW, 0) == Circuit()


def test_a_receiver_that_is_disabled_is_sent_to_at_once_when_it_is_enabled() -> None:
    assert after(Circuit(failures=7, open_until=NOW + PAUSE), GONE, NOW, 0) == Circuit()


@pytest.mark.parametrize(
    ("asked", "pause"),
    [(timedelta(hours=3), timedelta(hours=3)), (5 * SECOND, PAUSE), (timedelta(days=30), timedelta(days=1))],
)
def test_a_pause_that_is_asked_for_holds_for_all_within_a_minute_and_a_day(asked: timedelta, pause: timedelta) -> None:
    assert may_send(after(Circuit(), busy(asked), NOW, 0), None, NOW) == NOW + pause


def test_a_late_failure_does_not_shorten_the_pause_that_was_asked_for() -> None:
    circuit = after(Circuit(), busy(timedelta(hours=2)), NOW, 0)
    assert may_send(after(circuit, DEAD, NOW + SECOND, 0), None, NOW) == NOW + timedelta(hours=2)


def test_while_one_daemon_tries_no_other_does_and_one_that_dies_costs_a_pause() -> None:
    circuit = after(Circuit(), DEAD, NOW, 0)
    probe = NOW + PAUSE
    assert may_send(circuit, None, probe) is None
    tried = begin(circuit, None, probe)
    assert may_send(tried, None, probe) == probe + PAUSE
    assert may_send(tried, None, probe + PAUSE) is None


def test_a_pause_of_a_clock_that_was_wrong_is_no_pause() -> None:
    circuit = after(Circuit(), DEAD, NOW + timedelta(days=400), 0)
    assert may_send(circuit, None, NOW) is None
    assert may_send(after(circuit, DEAD, NOW, 0), None, NOW) == NOW + PAUSE


@given(st.lists(st.tuples(outcomes, st.timedeltas(timedelta(0), timedelta(hours=2)), jitters), max_size=40))
def test_no_two_attempts_within_a_minute_of_a_failure_as_a_whole(
    story: list[tuple[DeliveryError | None, timedelta, float]],
) -> None:
    circuit, now, failed = Circuit(), NOW, None
    for error, gap, jitter in story:
        now = max(now + gap, may_send(circuit, None, now + gap) or now)
        assert failed is None or now - failed >= PAUSE
        circuit = after(begin(circuit, None, now), error, now, jitter)
        failed = now if error and error.whole and not error.disabled else None


@given(st.lists(st.tuples(outcomes, jitters), max_size=20), st.timedeltas(timedelta(0), timedelta(days=2)))
def test_whatever_happens_it_is_tried_again_within_a_day_and_a_tenth(
    story: list[tuple[DeliveryError | None, float]], age: timedelta
) -> None:
    circuit = Circuit()
    for error, jitter in story:
        circuit = after(circuit, error, NOW, jitter)
    due = may_send(circuit, None, NOW + age)
    assert due is None or due <= NOW + timedelta(days=1.1)


# ---- The rate ----


@given(rates, st.lists(st.timedeltas(timedelta(0), timedelta(minutes=5)), min_size=1, max_size=80))
def test_in_no_span_of_its_period_are_there_more_than_the_rate(rate: Rate, gaps: list[timedelta]) -> None:
    circuit, now, times = Circuit(), NOW, []
    for gap in gaps:
        now += gap
        now = may_send(circuit, rate, now) or now
        assert may_send(circuit, rate, now) is None
        circuit = begin(circuit, rate, now)
        times.append(now)
    assert len(circuit.attempts) <= rate.count
    for start in times:
        assert sum(start <= one < start + rate.period for one in times) <= rate.count


def test_a_rate_lets_a_burst_through_and_then_waits_no_longer_than_it_must() -> None:
    rate, circuit = Rate(3, MINUTE), Circuit()
    for second in (0, 1, 2):
        assert may_send(circuit, rate, NOW + second * SECOND) is None
        circuit = begin(circuit, rate, NOW + second * SECOND)
    assert may_send(circuit, rate, NOW + 3 * SECOND) == NOW + MINUTE


def test_without_a_rate_no_times_are_kept() -> None:
    assert begin(Circuit(attempts=(NOW,)), None, NOW) == Circuit()


def test_attempts_of_a_clock_that_was_ahead_do_not_count() -> None:
    circuit = Circuit(attempts=(NOW + timedelta(days=1),))
    assert may_send(circuit, Rate(1, MINUTE), NOW) is None
    assert begin(circuit, Rate(1, MINUTE), NOW).attempts == (NOW,)


def test_the_later_of_both_counts() -> None:
    circuit = replace(after(Circuit(), DEAD, NOW, 0), attempts=(NOW,))
    assert may_send(circuit, Rate(1, 2 * MINUTE), NOW + SECOND) == NOW + 2 * MINUTE
    assert may_send(circuit, Rate(1, 2 * SECOND), NOW + SECOND) == NOW + PAUSE


def receiver(rate: object) -> ConsoleReceiver:
    return ConsoleReceiver.model_validate({"name": "terminal", "type": "console", "rate": rate})


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("30/1m", Rate(30, MINUTE)),
        ("1/1h30m", Rate(1, timedelta(hours=1.5))),
        ("off", None),
        ("100/1s", Rate(100, SECOND)),
    ],
)
def test_a_rate_is_written_as_messages_in_a_time(written: str, rate: Rate | None) -> None:
    assert receiver(written).rate == rate
    assert receiver(written).model_dump(mode="json")["rate"] == written


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("30", "30/1m"), (30, "30/1m"), ("0/1m", "30/1m"), ("30/m", "30/1m"), ("-1/1m", "30/1m"), (True, "30/1m"),
        ("30/0s", "longer than 0s"), ("101/1h", "more than 100"), ("3/5x", "duration"),
    ],
)  # fmt: skip
def test_anything_else_is_no_rate(written: object, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        receiver(written)
