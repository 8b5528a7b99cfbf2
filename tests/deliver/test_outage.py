"""Hours of trouble, simulated: who is tried when, by the schedule and the circuit together."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.deliver import ConsoleReceiver, Rate, Receiver, after, begin, may_send, next_attempt
from monitor.errors import DeliveryError
from monitor.model import Circuit, Delivery

START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
RECEIVER = ConsoleReceiver(name="desk", type="console")

Answer = Callable[[int, datetime], DeliveryError | None]


@dataclass
class Relay:
    """The queue of one receiver as the outbox works it off: what is due by level, then by time, one at a time."""

    answer: Answer
    waiting: int
    rate: Rate | None = None
    receiver: Receiver = RECEIVER
    takes: timedelta = timedelta(seconds=1)
    tries: list[tuple[int, datetime]] = field(default_factory=list)
    taken: dict[int, datetime] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)

    def run(self, until: datetime) -> Relay:
        circuit, now = Circuit(), START
        later = [(START, number) for number in range(self.waiting)]
        due: list[int] = []  # the smaller the number, the higher the level
        attempts: Counter[int] = Counter()
        while (later or due) and now < until:
            while later and later[0][0] <= now:
                heapq.heappush(due, heapq.heappop(later)[1])
            wait = may_send(circuit, self.rate, now) or now
            if not due or wait > now:
                now = max(wait, now if due else later[0][0])
                continue
            number = heapq.heappop(due)
            attempts[number] += 1
            self.tries.append((number, now))
            circuit = begin(circuit, self.rate, now)
            error = self.answer(number, now)
            now += self.takes
            before = circuit
            circuit = after(circuit, error, now, jitter=(number % 21 - 10) / 10)
            if before.open_until and not circuit.open_until:  # it works again: what knocked in vain waits no longer
                later = [(min(at, now) if 0 < attempts[one] <= 6 else at, one) for at, one in later]
                heapq.heapify(later)
            if error is None:
                self.taken[number] = now
                continue
            delivery = Delivery(number, f"m{number}", "desk", "", attempts[number], START, ({},))
            if again := next_attempt(self.receiver, delivery, error, now, jitter=(number % 19 - 9) / 9):
                heapq.heappush(later, (again, number))
            else:
                self.dead.add(number)
        return self


def down(until: datetime, error: DeliveryError) -> Answer:
    return lambda _, now: error if now < until else None


@pytest.mark.parametrize("takes", [timedelta(milliseconds=2), timedelta(seconds=30)])
def test_six_hours_without_a_mail_server_and_five_thousand_alerts(takes: timedelta) -> None:
    back = START + 6 * HOUR
    relay = Relay(down(back, DeliveryError("desk", "refused", whole=True)), 5000, takes=takes)
    relay.run(START + timedelta(days=3))
    knocks = [now for _, now in relay.tries if now < back]
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(knocks))
    assert len(knocks) > 220
    assert (len(relay.taken), relay.dead) == (5000, set())
    first = min(relay.taken.values())
    assert first - back <= 1.2 * MINUTE + takes
    # Nobody waits for a pause of its own once the server is back, nor those that were tried while it was away; what
    # matters most comes first, but for the one that found the server there.
    assert max(relay.taken.values()) - first <= 5000 * takes
    finder = min(relay.taken, key=relay.taken.__getitem__)
    others = [relay.taken[number] for number in range(5000) if number != finder]
    assert others == sorted(others)


def test_one_message_that_a_server_chokes_on_delays_no_other() -> None:
    relay = Relay(lambda number, _: DeliveryError("hook", "500", whole=False) if number == 0 else None, 1000)
    relay.run(START + timedelta(days=5))
    assert set(relay.taken) == set(range(1, 1000))
    assert max(relay.taken.values()) - START <= timedelta(seconds=1010)
    assert relay.dead == {0}
    assert [number for number, _ in relay.tries].count(0) == 10


def test_one_message_that_brings_a_server_down_lives_for_days_and_costs_the_others_minutes() -> None:
    relay = Relay(lambda number, _: DeliveryError("desk", "hangs", whole=True) if number == 0 else None, 1000)
    relay.run(START + timedelta(days=5))
    assert set(relay.taken) == set(range(1, 1000))
    assert max(relay.taken.values()) - START <= 1000 * relay.takes + timedelta(minutes=10)
    times = [now for number, now in relay.tries if number == 0]
    assert (len(times), relay.dead) == (10, {0})
    assert times[-1] - START > timedelta(days=2)


@pytest.mark.parametrize("whole", [False, True])
def test_a_server_that_fails_for_days_is_tried_by_the_schedule_and_no_message_dies_before_its_end(whole: bool) -> None:
    relay = Relay(lambda *_: DeliveryError("hook", "500", whole=whole), 1).run(START + timedelta(days=9))
    times = [now - START for _, now in relay.tries]
    steps = [5 / 3600, 300 / 3600, 0.5, 2, 5, 10, 14, 20, 24]
    assert len(times) == 10
    for (earlier, later), step in zip(pairwise(times), steps, strict=True):
        pause = (later - earlier - relay.takes) / HOUR
        # The very first pause of 5 s is a minute where nobody answers at all.
        wanted = max(step, 1 / 60) if whole else step
        assert 0.9 * wanted - 1e-6 <= pause <= 1.1 * wanted + 1e-6
    assert times[-1] > timedelta(hours=75) * 0.9


def test_a_server_that_answers_500_to_all_is_soon_tried_once_a_minute_only() -> None:
    relay = Relay(down(START + HOUR, DeliveryError("hook", "500")), 2000).run(START + timedelta(days=3))
    assert len([now for _, now in relay.tries if now < START + HOUR]) <= 65
    assert (len(relay.taken), relay.dead) == (2000, set())


def test_a_pause_asked_for_is_kept_by_all() -> None:
    busy = DeliveryError("hook", "429", whole=True, retry_after=2 * HOUR)
    relay = Relay(down(START + timedelta(seconds=1), busy), 300).run(START + timedelta(days=1))
    assert [now - START for _, now in relay.tries[:2]][1] >= 2 * HOUR
    assert len(relay.taken) == 300


def test_a_rate_is_used_to_the_full_and_never_exceeded() -> None:
    relay = Relay(lambda *_: None, 100, rate=Rate(20, MINUTE)).run(START + HOUR)
    times = [now for _, now in relay.tries]
    assert all(sum(start <= one < start + MINUTE for one in times) <= 20 for start in times)
    assert max(times) - START <= timedelta(minutes=4, seconds=20)


def test_a_dead_receiver_with_a_lifetime_lets_go_only_when_that_is_over() -> None:
    class Mail(ConsoleReceiver):
        lifetime = timedelta(days=5)

    relay = Relay(lambda *_: DeliveryError("desk", "refused", whole=True), 3)
    relay = replace(relay, receiver=Mail(name="desk", type="console")).run(START + timedelta(days=30))
    assert relay.dead == {0, 1, 2}
    assert max(now for _, now in relay.tries) >= START + timedelta(days=4)
