"""Edits of the configuration and SIGHUP -> another configuration that is live, or a refusal that is told once."""

from __future__ import annotations

import asyncio
import os
import socket
from asyncio import to_thread
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.errors import ConfigError, Problem, StoreError
from monitor.ingest import in_time
from monitor.log import get
from monitor.match import RuleSet
from monitor.model import Article, Document
from monitor.roster import Roster
from monitor.settings import Built, Gathered, Settings, build, gather, patterns_of, rebuild, rule_files
from monitor.troubles import Trouble, tell
from monitor.watch import Watch

log = get("reload")

FIXED = ("database", "workers", "http", "web")
"""The settings that a daemon opens once: another value takes effect when it is started again."""
PATIENCE = 3600.0  # seconds: 100,000 rules load in a minute, and from a disk that hangs nothing is missed meanwhile
MOST = 20  # mistakes, or names of rules, in one message or event
LATE = timedelta(minutes=2)
"""So long after a reload a batch that began before it may still write deliveries for the receivers of then."""
# What a mistake in the loader would raise: to the operator that is an edit that cannot be used, as any other is.
_FAULTS = (ArithmeticError, AttributeError, LookupError, OSError, MemoryError, RuntimeError, TypeError, ValueError)

Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReloadState:
    """How the last reload went: what `health`, pages and metrics tell of it.

    It was tried `at` that time and refused if there are `problems`. The settings named in `restart` wait for one.
    `stored` is since when the rules in use were live before this daemon started, if it had to take them from the
    database; it is not ready then. `without_receiver` has how many deliveries wait for each receiver that is not
    configured. `before` is when the reload was that succeeded last, if it is not this one.
    """

    at: datetime
    problems: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    stored: datetime | None = None
    without_receiver: Mapping[str, int] = field(default_factory=dict)
    before: datetime | None = None

    @property
    def successful(self) -> bool:
        """Whether what is written is what runs."""
        return not self.problems

    @property
    def succeeded(self) -> datetime | None:
        """Since when what runs is live, as far as is known."""
        return self.at if self.successful else self.before or self.stored

    @property
    def ready(self) -> bool:
        """Whether the daemon runs with rules that it has read itself."""
        return self.stored is None

    def document(self, rules: int) -> Document:
        """The same as JSON, for who asks from outside; `rules` are live."""
        return {
            "ready": self.ready,
            "config_last_reload_successful": self.successful,
            "config_last_reload": self.at.isoformat(),
            "problems": _some(self.problems),
            "restart_needed": list(self.restart),
            "without_receiver": dict(self.without_receiver),
            "rules": rules,
            "stored_rules_since": self.stored and self.stored.isoformat(),
        }


class Reloads:
    """Keeps the configuration of a watch that of its files; `state` says how far it could.

    `asked` is set by whoever wants a reload now. A change that nobody announces is read when two looks in a row, a
    second apart, saw the same: an editor writes in several steps.
    """

    def __init__(self, watch: Watch, roster: Roster, found: Gathered, state: ReloadState, asked: asyncio.Event) -> None:
        self.state = state
        self.heard = watch.clock()  # when the store took last that this daemon lives
        self._watch = watch
        self._roster = roster
        self._asked = asked
        self._found = found
        self._patterns = _patterns(found)
        self._tried: dict[Path, Stamp | None] | None = None
        self._seen: dict[Path, Stamp | None] | None = None
        self._unrecorded = found if state.ready else None
        self._untold = True
        self._uncounted = True
        self._missed: set[str] | None = None  # the receivers that the operator was told of, None for nobody knows
        self._away = False
        self._looking: asyncio.Task[None] | None = None
        self._beating = asyncio.Lock()
        self._stopping = False

    @classmethod
    async def of(cls, watch: Watch, found: Gathered, built: Built, asked: asyncio.Event) -> Reloads:
        """Start with this configuration, or with the rules stored last where those found cannot be used.

        Raises ConfigError when there are none either.
        """
        built = await to_thread(built.tested, watch.store.archived_article)
        state = ReloadState(watch.clock(), _lines(built.problems))
        if built.problems or built.rules is None:
            rules, since = await to_thread(_stored, watch, built.problems)
            watch.live.configured = (watch.settings, rules)
            state = replace(state, stored=since)
            log.error("started_with_stored_rules", since=since.isoformat(), problems=_some(state.problems))
        else:
            watch.live.configured = (watch.settings, built.rules)
        roster = await Roster.of(watch)
        reloads = cls(watch, roster, found, state, asked)
        where = (watch.worker, socket.gethostname(), os.getpid(), watch.clock())
        await to_thread(watch.store.started, *where, reloads.document())
        await reloads._settle()
        return reloads

    @property
    def roster(self) -> Roster:
        """The sources that are polled."""
        return self._roster

    async def look(self) -> None:
        """See whether something was written or asked for, and reload; what the store did not take comes again."""
        if not self._stopping:
            self._looking = asyncio.create_task(self._look())
            await asyncio.wait([self._looking])
            if not self._looking.cancelled():
                self._looking.result()

    async def finish(self) -> None:
        """Leave a reload that runs where it is: the next start reads everything anyway."""
        self._stopping = True
        if self._looking:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        async with self._beating:
            await to_thread(self._watch.store.ended, self._watch.worker)

    async def _look(self) -> None:
        asked = self._asked.is_set()
        self._asked.clear()
        try:
            stamps = await in_time(PATIENCE, _stamps, self._found.path, self._patterns)
            if asked or (stamps != self._tried and stamps == self._seen):
                await self._reload(asked)
                self._tried, asked = stamps, False
            self._seen = stamps
            await self._settle()
            self._away = False
        except (StoreError, OSError) as error:  # also TimeoutError
            if asked:
                self._asked.set()
            if not self._away:
                log.warning("reload_delayed", error=str(error) or "the files could not be read in time")
            self._away = True

    async def beat(self) -> None:
        """Say to who asks from outside that this daemon lives, and how it does."""
        async with self._beating:
            if self._stopping:
                return
            if self.state.without_receiver or self._watch.clock() - self.state.at < LATE:
                self._uncounted = True  # at the next look
            try:
                now = self._watch.clock()
                await to_thread(self._watch.store.lives, self._watch.worker, now, self.document())
                self.heard = now
            except StoreError as error:
                log.debug("unheard", error=str(error))

    async def _reload(self, asked: bool) -> None:
        found = await in_time(PATIENCE, gather, self._found.path)
        if found == self._found and not asked:
            return
        built = await in_time(PATIENCE, _build, found, self._watch.store.archived_article)
        if not built.problems and len(found.texts) < len(found.files):
            raise OSError("a rule file could be read at the second attempt only")  # so its text is not known: once more
        self._found = found
        self._patterns = _patterns(found) or self._patterns
        if built.problems or built.settings is None or built.rules is None:
            self._refuse(_lines(built.problems))
        else:
            self._accept(built.settings, built.rules)
        await self.beat()

    def _refuse(self, problems: tuple[str, ...]) -> None:
        """Go on as before."""
        log.error("reload_refused", problems=_some(problems))
        state = self.state
        self.state = replace(state, at=self._watch.clock(), problems=problems, before=state.succeeded)
        self._untold = True

    def _accept(self, settings: Settings, rules: RuleSet) -> None:
        """Let all that begins from now on, also the next batch of a poll that runs, work with this configuration."""
        opened, before = self._watch.settings, self._watch.current.rules
        restart = tuple(name for name in FIXED if getattr(settings, name) != getattr(opened, name))
        kept = {name: getattr(opened, name) for name in FIXED}
        self._watch.live.configured = (settings.model_copy(update=kept), rules)
        log.info("reloaded", rules=len(rules.rules), **_difference(before, rules))
        if restart and restart != self.state.restart:
            log.warning("restart_needed", settings=list(restart))
        waiting = self.state.without_receiver
        self.state = ReloadState(self._watch.clock(), restart=restart, without_receiver=waiting)
        self._missed = None
        self._uncounted = True
        self._unrecorded = self._found
        self._untold = True

    async def _settle(self) -> None:
        """What follows from the last reload; each part is done once, as soon as the store takes it."""
        watch = self._watch.current
        await self._roster.change(watch.settings.sources)
        if found := self._unrecorded:
            files = {str(one.absolute()): found.texts[one] for one in found.files if one in found.texts}
            await to_thread(watch.store.went_live, files, watch.settings.languages, self.state.at)
            self._unrecorded = None
        if self._untold:
            await to_thread(_tell_of_reload, watch, str(self._found.path.absolute()), self.state)
            self._untold = False
        if self._uncounted:
            await self._count(watch)
            self._uncounted = False

    async def _count(self, watch: Watch) -> None:
        """Say whose deliveries nobody sends, as their receiver was renamed or removed."""
        waiting = await to_thread(watch.store.waiting, [one.name for one in watch.settings.receivers])
        before, self.state = self.state, replace(self.state, without_receiver=waiting)
        if waiting and (self._missed is None or waiting != before.without_receiver):
            log.warning("deliveries_without_receiver", receivers=waiting)
        if waiting.keys() != self._missed:
            await to_thread(_tell_of_receivers, watch, waiting)
            self._missed = set(waiting)
        if waiting != before.without_receiver:
            await self.beat()

    def document(self) -> Document:
        """How this daemon does, as `health` tells it."""
        return self.state.document(len(self._watch.current.rules.rules))


def _stored(watch: Watch, problems: Iterable[Problem]) -> tuple[RuleSet, datetime]:
    """The rules that were live last, and since when; raises ConfigError, with these problems, when there are none."""
    held = watch.store.ruleset_live()
    if held is None:
        raise ConfigError(list(problems))
    try:
        return rebuild(held.files, watch.settings.languages), held.since
    except ConfigError as error:  # they were written for another version of this program
        log.error("stored_rules_unusable", since=held.since.isoformat(), problems=_some(_lines(error.problems)))
        raise ConfigError(list(problems)) from None


def _build(found: Gathered, held: Callable[[int], Article | None]) -> Built:
    try:
        return build(found).tested(held)
    except _FAULTS as error:
        log.exception("reload_failed")
        message = f"cannot be loaded ({type(error).__name__}: {error})"
        return Built(None, None, (Problem(found.path, 1, 1, message),))


def _tell_of_reload(watch: Watch, path: str, state: ReloadState) -> None:
    """Of one configuration only: another daemon may have another one."""
    lines = _some(state.problems)
    if state.stored:
        lines.insert(0, f"started with the rules that were live since {state.stored:%Y-%m-%d %H:%M} UTC")
    facts = {
        "problems": list(state.problems[:MOST]),
        "more": max(0, len(state.problems) - MOST),
        "stored": state.stored and state.stored.isoformat(),
    }
    refused = {} if state.successful else {path: Trouble(tuple(lines), facts)}
    tell(watch, "reload-refused", refused, lambda about: about == path)


def _tell_of_receivers(watch: Watch, waiting: Mapping[str, int]) -> None:
    """One of which nothing waits any more is still gone, until a receiver of its name is configured again."""
    configured = {one.name for one in watch.settings.receivers}
    missing = {name: Trouble((_about_waiting(number),), {"waiting": number}) for name, number in waiting.items()}
    tell(watch, "receiver-missing", missing, lambda about: about in configured)


def _about_waiting(number: int) -> str:
    wait = "1 delivery waits and is" if number == 1 else f"{number} deliveries wait and are"
    return f"{wait} sent when a receiver of this name is configured again"


def _stamps(path: Path, patterns: Iterable[str]) -> dict[Path, Stamp | None]:
    """What tells whether one of the files was written, replaced, added or removed, also behind symbolic links."""
    files = [path, *(one for pattern in patterns for one in rule_files(path, pattern))]
    return {one: _stamp(one) for one in files}


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _patterns(found: Gathered) -> tuple[str, ...]:
    return tuple(pattern for _, pattern in patterns_of(found.file)) if found.file else ()


def _lines(problems: Iterable[Problem]) -> tuple[str, ...]:
    return tuple(map(str, sorted(problems)))


def _some(lines: Sequence[str]) -> list[str]:
    """The first of many lines, and how many more there are."""
    more = [f"and {len(lines) - MOST} more: `news-monitor check` shows them"] if len(lines) > MOST else []
    return [*lines[:MOST], *more]


def _difference(before: RuleSet, after: RuleSet) -> dict[str, list[str]]:
    """The rules that differ, as the log tells it."""
    old, new = before.rules, after.rules
    changed = {
        "added": [one for one in new if one not in old],
        "changed": [one for one in new if one in old and new[one].version != old[one].version],
        "removed": [one for one in old if one not in new],
    }
    return {what: names[:MOST] for what, names in changed.items() if names}
