"""How polls of a source went -> when to poll it again, and why then; pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise

from monitor.errors import SourceError
from monitor.ingest.health import accustomed, ailment, failing, not_after, troubled
from monitor.ingest.source import FeedOptions, Poll, Source
from monitor.model import Habits, Item, Precision, SourceState
from monitor.values import MAX_RETRY_AFTER, write_about, write_duration

DAY = timedelta(days=1)
# The longest wait for an hour that a feed does not ask to skip: then all days of a week have come.
WEEK = 7 * DAY
# The longest pause of a source that fails, and the pause of one that its server calls gone.
MAX_PAUSE = DAY
# Before a folder is looked into again where files are still being written.
YOUNG = timedelta(seconds=1)
# Polls between two arrivals: nine in ten are then answered "unchanged", which costs both sides next to nothing.
POLLS_PER_ARRIVAL = 10
# While nothing comes the pause grows to this part of the silence: 20 minutes after a night, a day after 40 days.
SILENCE_PER_POLL = 40
# What one arrival weighs in the usual gap. The mean is geometric: a single long silence hardly counts.
WEIGHT = 0.2
# After so long the longest gap counts half: a Christmas break is no yardstick in summer, a weekend still is.
HALF_LIFE = timedelta(days=60)
# From so many arrivals, or so long a watch, the rhythm of a feed is better known than guessed.
ENOUGH_ARRIVALS = 3
ENOUGH_WATCHED = DAY
# Items dated closer than this came in one go.
BURST = timedelta(minutes=5)
JITTER = 0.1
# Failures in a row after which an address that redirects have led to is given up for the configured one.
FALL_BACK = 3
# A backlog is polled at ten sources a second; a handful needs no spreading.
PER_SOURCE = timedelta(seconds=0.1)
HANDFUL = 20


def settled(source: Source, before: SourceState, found: Poll, fresh: int, now: datetime, jitter: float) -> SourceState:
    """The state to remember after a poll that worked and whose items are stored.

    `before` is the state it began with, `fresh` how many of its items were not held before. `jitter` in [-1, 1] moves
    the next poll of a feed by up to a tenth of the pause.
    """
    found = replace(found, state=replace(found.state, habits=replace(found.state.habits, asked_until=None)))
    state = replace(found.state, failures=0, error=None, polled=now, succeeded=now)
    if isinstance(source, FeedOptions):
        habits = accustomed(_learnt(source, before, found, fresh, now), now)
        due, because = _next_visit(source, habits, found.fresh_for, now, jitter)
        state = replace(state, habits=habits, next_due=due, because=because)
    elif found.young:
        state = replace(state, next_due=now + min(source.poll, YOUNG), because="files are still being written")
    else:
        state = replace(state, next_due=now + source.poll, because=f"every {write_duration(source.poll)}")
    return troubled(state, ailment(source, state, now), now)


def listed(state: SourceState, now: datetime) -> SourceState:
    """The state to remember after a list of sources was read, which is looked at all the time and never due."""
    state = replace(state, failures=0, error=None, polled=now, succeeded=now, because="read again when it changes")
    return troubled(state, None, now)


def failed(source: Source, state: SourceState, error: SourceError, now: datetime, jitter: float) -> SourceState:
    """The state to remember after a poll that did not work: the pause doubles with each failure in a row, up to a day.

    A pause that the server asked for is kept when it is longer. A failing source is never given up.
    """
    if error.held:
        pause = _at_least(error.retry_after or source.poll, jitter)
        return _asked_to_wait(replace(state, next_due=now + pause, because=error.message))
    failures, gone = state.failures + 1, error.status == HTTPStatus.GONE
    trouble = failing(source, failures, error) or state.trouble
    state = replace(state, failures=failures, error=str(error), polled=now)
    if state.url and (gone or failures >= FALL_BACK):
        state = _fallen_back(state)
        pause, because = _jittered(source.poll, jitter), "its new address failed: back to the configured one"
    elif gone:
        pause, because = _jittered(MAX_PAUSE, jitter, longest=MAX_PAUSE), "gone (410), asked once a day"
    elif not isinstance(source, FeedOptions):
        # Nobody is bothered by a look at a folder, which may be mounted again at any time.
        pause, because = source.poll, "failed once" if failures == 1 else f"failed {failures} times"
    else:
        longest = max(MAX_PAUSE, source.poll)
        doubled = math.ldexp(source.poll.total_seconds(), min(failures - 1, 64))
        pause = _jittered(timedelta(seconds=min(doubled, longest.total_seconds())), jitter, longest=longest)
        because = "failed once" if failures == 1 else f"failed {failures} times"
    asked = min(error.retry_after or timedelta(), MAX_RETRY_AFTER)
    if asked > pause:
        pause, because = _at_least(asked, jitter), f"the server asked to wait {write_about(asked)}"
    state = replace(state, next_due=now + pause, because=because)
    return troubled(_asked_to_wait(state) if gone or asked else state, trouble, now)


def _asked_to_wait(state: SourceState) -> SourceState:
    """The state of a source that is left alone until it is due, whoever wants it polled earlier."""
    return replace(state, habits=replace(state.habits, asked_until=state.next_due))


def spread(
    overdue: Sequence[tuple[str, datetime | None]], interval: timedelta, now: datetime, chance: Callable[[], float]
) -> dict[str, datetime]:
    """When to poll sources that fell due together, after an outage or at a first start: name -> new time.

    `overdue` holds each name with its last arrival, and the one that published last comes first. They are spread over
    `interval` or ten a second, whichever is shorter; a handful stays as it is. `chance` gives numbers in [0, 1).
    """
    if len(overdue) <= HANDFUL:
        return {}
    never = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(overdue, key=lambda one: one[1] or never, reverse=True)
    step = min(interval, PER_SOURCE * len(ordered)) / len(ordered)
    return {name: now + step * (place + chance()) for place, (name, _) in enumerate(ordered)}


# --- what polls teach -----------------------------------------------------------------------------------------------


def _learnt(source: FeedOptions, before: SourceState, found: Poll, fresh: int, now: datetime) -> Habits:
    """The habits after a poll; the first visit is no arrival, but the dates of its items allow a guess."""
    habits = _believable(found.state.habits, now)
    if before.succeeded is None:
        newest, gap = _guess(found.items, now)
        return replace(habits, since=now, newest=newest, gap=gap)
    if not fresh:
        return habits
    if habits.arrivals and habits.newest and habits.newest < now:
        heard = max((min(before.succeeded, now) - habits.newest).total_seconds(), 0.0)
        habits = _with_gap(habits, (now - habits.newest).total_seconds(), heard, source.poll * POLLS_PER_ARRIVAL)
    return replace(habits, arrivals=habits.arrivals + 1, newest=now)


def _believable(habits: Habits, now: datetime) -> Habits:
    """The habits with no time after `now`: such times are of a clock that was ahead."""
    return replace(
        habits,
        since=not_after(habits.since or now, now),
        newest=not_after(habits.newest, now),
        other_since=not_after(habits.other_since, now),
        moved_since=not_after(habits.moved_since, now),
    )


def _with_gap(habits: Habits, gap: float, heard: float, usual: timedelta) -> Habits:
    """The habits after a time between two arrivals, of which the silence was heard until the last poll before.

    What of a long one was not heard is an outage of ours as likely as a silence of the feed: it teaches nothing.
    """
    faded = (habits.longest or 0.0) * 0.5 ** (gap / HALF_LIFE.total_seconds())
    habits = replace(habits, longest=max(heard, faded))
    if gap > (habits.gap or usual.total_seconds()) and gap > 2 * heard:
        return habits
    return replace(habits, gap=gap if habits.gap is None else habits.gap ** (1 - WEIGHT) * gap**WEIGHT)


def _guess(items: Sequence[Item], now: datetime) -> tuple[datetime | None, float | None]:
    """The time of the last arrival and the usual gap in seconds, as far as the dates of items tell."""
    dates = sorted(
        when
        for item in items
        if (when := item.published.start) and item.published.precision is Precision.SECOND and when <= now
    )
    gaps = [gap.total_seconds() for one, other in pairwise(dates) if (gap := other - one) >= BURST]
    mean = math.exp(sum(map(math.log, gaps)) / len(gaps)) if len(gaps) >= ENOUGH_ARRIVALS - 1 else None
    return (dates[-1].astimezone(UTC) if dates else None), mean


# --- when to ask again ----------------------------------------------------------------------------------------------


def _next_visit(
    source: FeedOptions, habits: Habits, fresh_for: timedelta | None, now: datetime, jitter: float
) -> tuple[datetime, str]:
    """When to poll a feed again and why: its rhythm, made longer (never beyond poll_max) by what it asks for."""
    rhythm, because = _rhythm(source, habits, now)
    pause = _jittered(rhythm, jitter, source.poll_min, source.poll_max)
    for wish, reason in _wishes(habits, fresh_for):
        if (asked := min(wish, source.poll_max)) > pause:
            pause, because = _jittered(asked, abs(jitter), asked, source.poll_max), reason
    due = (now + pause).astimezone(UTC)
    limit = max(due, now + min(source.poll_max, WEEK))
    allowed = _allowed(due, habits, limit)
    if allowed == due:
        return due, because
    return min(allowed + (1 + jitter) * BURST, limit), "the feed skips these hours"


def _rhythm(source: FeedOptions, habits: Habits, now: datetime) -> tuple[timedelta, str]:
    """The pause that suits how often a feed publishes, and why; `poll` until that is known."""
    since = habits.since or now
    every = f"every {write_duration(source.poll)}"
    if habits.arrivals < ENOUGH_ARRIVALS and now - since < ENOUGH_WATCHED:
        return source.poll, every
    silence = now - (habits.newest or since)
    pause, because = source.poll, every
    if habits.gap is not None:
        pause = timedelta(seconds=habits.gap) / POLLS_PER_ARRIVAL
        because = f"publishes about every {write_about(timedelta(seconds=habits.gap))}"
    if silence / SILENCE_PER_POLL > pause:
        pause, because = silence / SILENCE_PER_POLL, f"nothing new for {write_about(silence)}"
    if pause < source.poll_min:
        because += f" (poll_min {write_duration(source.poll_min)})"
    elif pause > source.poll_max:
        because += f" (poll_max {write_duration(source.poll_max)})"
    return min(max(pause, source.poll_min), source.poll_max), because


def _wishes(habits: Habits, fresh_for: timedelta | None) -> Iterator[tuple[timedelta, str]]:
    if habits.ttl:
        ttl = timedelta(seconds=habits.ttl)
        yield ttl, f"the feed asks for {write_about(ttl)} (ttl)"
    if fresh_for:
        yield fresh_for, f"the server's answer is fresh for {write_about(fresh_for)}"


def _allowed(due: datetime, habits: Habits, limit: datetime) -> datetime:
    """The first moment from `due` that the feed does not ask to skip, at most `limit`."""
    moment = due
    while moment < limit and (moment.hour in habits.skip_hours or moment.weekday() in habits.skip_days):
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(moment, limit)


def _jittered(
    pause: timedelta, jitter: float, shortest: timedelta = timedelta(), longest: timedelta = timedelta.max
) -> timedelta:
    """The pause, up to a tenth longer or shorter; at a bound it moves inwards, so that it stays spread there too."""
    moved = pause * (1 + JITTER * jitter)
    if moved < shortest:
        moved = shortest + (shortest - moved)
    elif moved > longest:
        moved = longest - (moved - longest)
    return min(max(moved, shortest), longest)


def _at_least(asked: timedelta, jitter: float) -> timedelta:
    """The pause asked for or up to a tenth more, at most a day: not all sources of a host come back at one instant."""
    asked = min(asked, MAX_RETRY_AFTER)
    return _jittered(asked, abs(jitter), asked, MAX_RETRY_AFTER)


def _fallen_back(state: SourceState) -> SourceState:
    habits = replace(state.habits, moved_to=None, moved_times=0, moved_since=None)
    return replace(state, url=None, etag=None, last_modified=None, habits=habits)
