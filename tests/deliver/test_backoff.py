"""A failed attempt -> when to try again: the schedule of Standard Webhooks, never before the receiver wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver import ConsoleReceiver, EmailReceiver, Receiver, next_attempt
from monitor.errors import DeliveryError
from monitor.model import Delivery

CREATED = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CONSOLE = ConsoleReceiver(name="terminal", type="console")
EMAIL = EmailReceiver.model_validate(
    {"name": "desk", "type": "email", "to": ["a@example.org"], "from": "w@example.org", "smtp": {"host": "localhost"}}
)

jitters = st.floats(-1, 1)
pauses = st.none() | st.timedeltas(timedelta(0), DAY)
times = st.timedeltas(timedelta(0), timedelta(days=30)).map(lambda age: CREATED + age)


def failed(attempt: int) -> Delivery:
    return Delivery(1, "msg-1", "hook", "", attempt, CREATED, ({},))


def error(**facts: Any) -> DeliveryError:
    return DeliveryError("hook", "500 no", **facts)


def schedule(receiver: Receiver) -> list[timedelta]:
    """The times of all attempts after the creation of a message that is never taken."""
    now, times = CREATED, [CREATED]
    while due := next_attempt(receiver, failed(len(times)), error(), now, 0):
        now = due
        times.append(due)
    return [time - CREATED for time in times]


def test_ten_attempts_in_75_hours_and_35_minutes() -> None:
    hours = [0, 5 / 3600, 305 / 3600, 2105 / 3600]
    for pause in (2, 5, 10, 14, 20, 24):
        hours.append(hours[-1] + pause)
    assert [round(t.total_seconds()) for t in schedule(CONSOLE)] == [round(h * 3600) for h in hours]
    assert schedule(CONSOLE)[-1] == timedelta(hours=75, minutes=35, seconds=5)


def test_mail_goes_on_every_day_until_it_is_five_days_old() -> None:
    times = schedule(EMAIL)
    assert times[:10] == schedule(CONSOLE)
    assert times[10:] == [times[9] + DAY]
    assert times[-1] + DAY > timedelta(days=5)
    last = CREATED + 4 * DAY
    assert next_attempt(EMAIL, failed(11), error(), last, 0) == last + DAY
    assert next_attempt(EMAIL, failed(11), error(), last + timedelta(seconds=1), 0) is None


def test_mail_that_could_not_be_tried_for_a_week_still_gets_its_ten_attempts() -> None:
    now = CREATED + 7 * DAY
    assert next_attempt(EMAIL, failed(1), error(), now, 0) == now + timedelta(seconds=5)
    assert next_attempt(EMAIL, failed(10), error(), now, 0) is None


def test_a_permanent_refusal_is_never_tried_again() -> None:
    assert next_attempt(EMAIL, failed(1), error(permanent=True), CREATED, 0) is None


@given(attempt=st.integers(1, 100), now=times, jitter=jitters)
def test_what_waits_for_a_disabled_receiver_never_dies(attempt: int, now: datetime, jitter: float) -> None:
    due = next_attempt(CONSOLE, failed(attempt), error(disabled=True), now, jitter)
    assert due is not None
    assert due >= now + timedelta(hours=20)


@pytest.mark.parametrize("receiver", [CONSOLE, EMAIL])
@given(attempt=st.integers(1, 9), now=times, jitter=jitters, pause=pauses)
def test_the_pause_keeps_within_ten_percent_and_never_ends_before_it_was_asked_to(
    receiver: Receiver, attempt: int, now: datetime, jitter: float, pause: timedelta | None
) -> None:
    plain = next_attempt(receiver, failed(attempt), error(), now, 0)
    due = next_attempt(receiver, failed(attempt), error(retry_after=pause), now, jitter)
    assert plain is not None
    assert due is not None
    step = plain - now
    assert due - now >= max(0.9 * step - timedelta(milliseconds=1), pause or timedelta(0))
    assert due - now <= max(1.1 * step + timedelta(milliseconds=1), pause or timedelta(0))


@pytest.mark.parametrize("receiver", [CONSOLE, EMAIL])
@given(attempt=st.integers(1, 30), now=times, jitter=jitters)
def test_pauses_only_grow_and_the_dead_stay_dead(
    receiver: Receiver, attempt: int, now: datetime, jitter: float
) -> None:
    first = next_attempt(receiver, failed(attempt), error(), now, jitter)
    second = next_attempt(receiver, failed(attempt + 1), error(), now, jitter)
    if first is None:
        assert second is None
    elif second is not None:
        assert second >= first


@given(attempt=st.integers(10, 100), now=times, jitter=jitters, pause=pauses)
def test_a_pause_asked_for_revives_nothing(attempt: int, now: datetime, jitter: float, pause: timedelta | None) -> None:
    assert next_attempt(CONSOLE, failed(attempt), error(retry_after=pause), now, jitter) is None


def test_an_age_in_another_time_zone_is_the_same_age() -> None:
    paris = CREATED.astimezone()
    delivery = replace(failed(10), created=paris)
    assert next_attempt(EMAIL, delivery, error(), CREATED, 0) == CREATED + DAY


@given(st.lists(jitters, min_size=9, max_size=9))
def test_a_receiver_that_is_down_for_three_days_loses_nothing_however_the_pauses_fall(drawn: list[float]) -> None:
    now = CREATED
    for attempt, jitter in enumerate(drawn, 1):
        due = next_attempt(CONSOLE, failed(attempt), error(), now, jitter)
        assert due is not None
        now = due
    assert now - CREATED >= 3 * DAY
