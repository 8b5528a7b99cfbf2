"""What is remembered of polling sources -> what ails them, and what the operator should be told of it; pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from monitor.errors import SourceError
from monitor.ingest.source import FeedOptions, Source
from monitor.ingest.trouble import facts
from monitor.model import Habits, SourceState

DAY = timedelta(days=1)
# A feed has a rhythm after so many arrivals over so long: two weekends have been seen.
RHYTHM_ARRIVALS = 20
RHYTHM_WATCHED = timedelta(days=14)
# Silences longer than so many times the longest one are strange ...
STRANGE = 2
# ... and where no rhythm is known, those longer than this.
FROZEN = timedelta(days=30)
# Another language or encoding for so long is no slip of the publisher, and after so long it is the usual one.
CHANGED = timedelta(hours=1)
ACCUSTOMED = timedelta(days=7)
# So many dates that cannot be true, and this part of all, are a fault of the feed; fewer are typing errors.
WRONG_DATES = 3
WRONG_PART = 0.5

# Sources of one host that fail together do so within the interval of their polls: the operator is told when no other
# has joined for a while, at the latest after the first has waited long enough.
JOIN = timedelta(minutes=10)
PATIENCE = timedelta(hours=1)
# Between two events of one host about more and more of its sources: four a day tell enough of an outage.
AGAIN = timedelta(hours=6)
# Sources that fail together recover within the longest pause between two polls, with its jitter.
RECOVERY = timedelta(hours=27)
# From so many hosts within AGAIN it is our own network, or that of them all: one event, not thousands. Within the
# longest pause between two polls the last source has noticed: until then what fails too belongs to it.
MANY_HOSTS = 20
EVERYWHERE = "many hosts"
OUTAGE = DAY
MAX_LINES = 100
# Of several machines, at most; a time that is further ahead was written when the clock was wrong.
CLOCKS_DIFFER = timedelta(minutes=5)

Row = tuple[str, str, SourceState]
"""A source as the operator is told of it: name, host, state."""


@dataclass(frozen=True, slots=True)
class Event:
    """What the operator is told about the sources of one host: `lines` are for people, "NAME: reason" for each.

    `facts` has what ails each of `names`, as monitor.ingest.trouble tells it.
    """

    kind: Literal["source-failing", "source-recovered"]
    host: str
    lines: tuple[str, ...]
    names: tuple[str, ...]
    facts: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)  # the lines again


# --- what ails a source ---------------------------------------------------------------------------------------------


def failing(source: Source, failures: int, error: SourceError) -> str | None:
    """What to say of a source whose last polls failed, None while they are too few to say anything."""
    if failures < source.failing_after:
        return None
    return f"{error.message} ({failures} times in a row)" if failures > 1 else error.message


def ailment(source: Source, state: SourceState, now: datetime) -> str | None:
    """What ails a source although it can be read, as one clause, or None."""
    if not isinstance(source, FeedOptions):
        return None
    habits = state.habits
    return _silence(habits, now) or _change(habits, now) or _wrong_dates(habits)


def _silence(habits: Habits, now: datetime) -> str | None:
    """Whether a feed has gone quiet against its own rhythm or, where none is known, is frozen."""
    since = habits.since or now
    last = max(since, habits.newest or since)
    silence, longest = now - last, timedelta(seconds=habits.longest or 0.0)
    if habits.arrivals >= RHYTHM_ARRIVALS and now - since >= RHYTHM_WATCHED:
        if silence > max(STRANGE * longest, DAY):
            return f"gone quiet: nothing new since {last:%Y-%m-%d %H:%M} UTC"
    elif silence > max(STRANGE * longest, FROZEN):
        return f"frozen: the same items since {last:%Y-%m-%d}"
    return None


def _change(habits: Habits, now: datetime) -> str | None:
    """Whether a feed has changed its language or encoding, and for long enough to be believed."""
    if habits.other is None or habits.other_since is None or now - habits.other_since < CHANGED:
        return None
    language, charset = _taken_apart(habits.other)
    changes = (("language", habits.language, language), ("encoding", habits.charset, charset))
    found = [f"the {what} changed from {old} to {new}" for what, old, new in changes if old != new and old and new]
    return " and ".join(found) or None


def _wrong_dates(habits: Habits) -> str | None:
    if habits.refused < WRONG_DATES or habits.refused < WRONG_PART * habits.dated:
        return None
    return f"wrong dates: {habits.refused} of {habits.dated} cannot be true"


def troubled(state: SourceState, trouble: str | None, now: datetime) -> SourceState:
    """The state with its present trouble; another wording of it is no new trouble.

    `ailing` is when it began and, while the operator still believes in it, when it ended; never after `now`.
    """
    if bool(trouble) == bool(state.trouble):
        return replace(state, trouble=trouble, ailing=not_after(state.ailing, now))
    return replace(state, trouble=trouble, ailing=now if trouble or state.told else None)


def not_after(when: datetime | None, now: datetime) -> datetime | None:
    """A remembered time, `now` where it lies ahead: the clock was, and nothing may wait until it gets there."""
    return min(when, now) if when else None


# --- language and encoding ------------------------------------------------------------------------------------------


def noticed(habits: Habits, language: str | None, charset: str | None, now: datetime) -> Habits:
    """The habits after a reading of a feed in a language and encoding; None says nothing."""
    language, charset = language or habits.language, charset or habits.charset
    habits = replace(habits, language=habits.language or language, charset=habits.charset or charset)
    if (language, charset) == (habits.language, habits.charset):
        return replace(habits, other=None, other_since=None)
    other = f"{language or ''} {charset or ''}"
    return habits if other == habits.other else replace(habits, other=other, other_since=now)


def accustomed(habits: Habits, now: datetime) -> Habits:
    """The habits when what was unusual for long has become the usual."""
    if habits.other is None or habits.other_since is None or now - habits.other_since < ACCUSTOMED:
        return habits
    language, charset = _taken_apart(habits.other)
    return replace(habits, language=language, charset=charset, other=None, other_since=None)


def _taken_apart(other: str) -> tuple[str | None, str | None]:
    language, _, charset = other.partition(" ")
    return language or None, charset or None


# --- what to tell ---------------------------------------------------------------------------------------------------


def events(rows: Sequence[Row], now: datetime) -> list[Event]:
    """What to tell the operator now, given the sources that have trouble or of whose trouble he was told.

    A host gets one event for all its sources that fail together, and one when they all work again; so do many hosts.
    """
    incidents = _incidents(rows)
    return [*_failing(rows, incidents, now), *_recovered(incidents, now)]


def _incidents(rows: Sequence[Row]) -> dict[tuple[datetime, str], list[Row]]:
    """The sources the operator was told of, by what he was told: when, and of which host or of many."""
    hosts: dict[datetime, set[str]] = defaultdict(set)
    for _, host, state in rows:
        if state.told:
            hosts[state.told].add(host)
    outages = _outages(hosts)
    found: dict[tuple[datetime, str], list[Row]] = defaultdict(list)
    for row in rows:
        if when := row[2].told:
            found[(outages[when], EVERYWHERE) if when in outages else (when, row[1])].append(row)
    return found


def _outages(hosts: Mapping[datetime, set[str]]) -> dict[datetime, datetime]:
    """The times of events (with their hosts) that belong to an outage of many hosts -> when it became one."""
    found: dict[datetime, datetime] = {}
    begun: datetime | None = None
    lately: deque[datetime] = deque()
    for when in sorted(hosts):
        if begun and when - begun < OUTAGE:
            found[when] = begun
            continue
        lately.append(when)
        while when - lately[0] >= AGAIN:
            lately.popleft()
        if len(set().union(*(hosts[one] for one in lately))) > MANY_HOSTS:
            begun = when
            found |= dict.fromkeys(lately, begun)
            lately.clear()
    return found


def _failing(
    rows: Sequence[Row], incidents: Mapping[tuple[datetime, str], Sequence[Row]], now: datetime
) -> Iterator[Event]:
    for group in _untold(rows, incidents, now):
        waited = [_elapsed(state.ailing, now) for _, _, state in group]
        if min(waited) >= JOIN or max(waited) >= PATIENCE:
            yield _event("source-failing", group)


def _untold(
    rows: Sequence[Row], incidents: Mapping[tuple[datetime, str], Sequence[Row]], now: datetime
) -> Iterator[list[Row]]:
    """The sources of whose trouble the operator may be told now, in the groups he is told of: hosts, or all at once."""
    untold: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[2].trouble and not row[2].told:
            untold[row[1]].append(row)
    outages = [(begun, group) for (begun, host), group in incidents.items() if host == EVERYWHERE]
    if not any(_lasts(begun, group, now) for begun, group in outages):
        recent = [row for row in rows if _elapsed(row[2].told, now) < AGAIN]
        for _, host, _ in recent:
            untold.pop(host, None)
        if len(untold.keys() | {host for _, host, state in recent if state.trouble}) <= MANY_HOSTS:
            yield from untold.values()
            return
    if untold and all(_elapsed(state.told, now) >= AGAIN for _, group in outages for _, _, state in group):
        yield [row for group in untold.values() for row in group]


def _lasts(begun: datetime, outage: Sequence[Row], now: datetime) -> bool:
    """Whether an outage of many hosts may still grow: it is young, and most of them have not come back."""
    return _elapsed(begun, now) < OUTAGE and len({host for _, host, state in outage if state.trouble}) > MANY_HOSTS


def _recovered(incidents: Mapping[tuple[datetime, str], Sequence[Row]], now: datetime) -> Iterator[Event]:
    """Those told of together are taken back together; one that stays broken holds the others back for a while only."""
    ready: dict[str, list[Row]] = defaultdict(list)
    for group in incidents.values():
        well = [row for row in group if not row[2].trouble]
        if well and (len(well) == len(group) or any(_elapsed(state.ailing, now) >= RECOVERY for _, _, state in well)):
            ready[_where(well)] += well
    for rows in ready.values():
        yield _event("source-recovered", rows)


def _elapsed(when: datetime | None, now: datetime) -> timedelta:
    """How long ago that was; what nobody knows, or says a clock that was ahead, so long that nothing waits for it."""
    return timedelta.max if when is None or when > now + CLOCKS_DIFFER else now - when


def _event(kind: Literal["source-failing", "source-recovered"], rows: Sequence[Row]) -> Event:
    ordered = sorted(rows, key=lambda row: row[0])
    lines = [f"{name}: {state.trouble or 'works again'}" for name, _, state in ordered[:MAX_LINES]]
    if more := len(ordered) - len(lines):
        lines.append(f"and {more} more")
    told = tuple({"name": name, **facts(state.trouble)} for name, _, state in ordered)
    return Event(kind, _where(rows), tuple(lines), tuple(name for name, _, _ in ordered), told)


def _where(rows: Sequence[Row]) -> str:
    hosts = {host for _, host, _ in rows}
    return hosts.pop() if len(hosts) == 1 else EVERYWHERE
