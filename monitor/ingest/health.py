"""What is remembered of polling sources -> what ails them, and what the operator should be told of it; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.errors import SourceError
from monitor.ingest.source import FeedOptions, Source
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
# From so many hosts at once it is our own network, or that of them all: one event, not thousands.
MANY_HOSTS = 20
EVERYWHERE = "many hosts"
MAX_LINES = 100

Row = tuple[str, str, SourceState]
"""A source as the operator is told of it: name, host, state."""


@dataclass(frozen=True, slots=True)
class Event:
    """What the operator is told about the sources of one host: `lines` are for people, "NAME: reason" for each."""

    kind: Literal["source-failing", "source-recovered"]
    host: str
    lines: tuple[str, ...]
    names: tuple[str, ...]


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

    `ailing` is when it began and, while the operator still believes in it, when it ended.
    """
    if bool(trouble) == bool(state.trouble):
        return replace(state, trouble=trouble)
    return replace(state, trouble=trouble, ailing=now if trouble or state.told else None)


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

    A host gets one event for all its sources that fail together, and one when they all work again.
    """
    told = _incidents(rows)
    return [*_failing(rows, told, now), *_recovered(told, now)]


def _incidents(rows: Sequence[Row]) -> dict[tuple[datetime, str], list[Row]]:
    """The sources the operator was told of, by event: when and of which host."""
    hosts: dict[datetime, set[str]] = defaultdict(set)
    for _, host, state in rows:
        if state.told:
            hosts[state.told].add(host)
    found: dict[tuple[datetime, str], list[Row]] = defaultdict(list)
    for row in rows:
        if when := row[2].told:
            found[when, row[1] if len(hosts[when]) <= MANY_HOSTS else EVERYWHERE].append(row)
    return found


def _failing(rows: Sequence[Row], told: Mapping[tuple[datetime, str], Sequence[Row]], now: datetime) -> Iterator[Event]:
    recent = {host for when, host in told if now - when < AGAIN}
    untold: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[2].trouble and not row[2].told and row[1] not in recent:
            untold[row[1]].append(row)
    if len(untold) > MANY_HOSTS:
        untold = {EVERYWHERE: [row for group in untold.values() for row in group]}
    for host, group in untold.items():
        begun = [state.ailing or now - PATIENCE for _, _, state in group]
        if host not in recent and (now - max(begun) >= JOIN or now - min(begun) >= PATIENCE):
            yield _event("source-failing", host, group)


def _recovered(told: Mapping[tuple[datetime, str], Sequence[Row]], now: datetime) -> Iterator[Event]:
    """Those told of together are taken back together; one that stays broken holds the others back for a while only."""
    ready: dict[str, list[Row]] = defaultdict(list)
    for (_, host), group in told.items():
        well = [row for row in group if not row[2].trouble]
        if well and (
            len(well) == len(group) or any(now - (row[2].ailing or now - RECOVERY) >= RECOVERY for row in well)
        ):
            ready[host] += well
    for host, rows in ready.items():
        yield _event("source-recovered", host, rows)


def _event(kind: Literal["source-failing", "source-recovered"], host: str, rows: Sequence[Row]) -> Event:
    ordered = sorted(rows, key=lambda row: row[0])
    lines = [f"{name}: {state.trouble or 'works again'}" for name, _, state in ordered[:MAX_LINES]]
    if more := len(ordered) - len(lines):
        lines.append(f"and {more} more")
    return Event(kind, host, tuple(lines), tuple(name for name, _, _ in ordered))
