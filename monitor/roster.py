"""Sources as they are written -> those that are polled: OPML lists are read again, and their feeds come and go."""

from __future__ import annotations

import asyncio
from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import SourceError, StoreError
from monitor.ingest import (
    REREAD,
    AnySource,
    BrokenListError,
    OpmlFile,
    OpmlSource,
    Polled,
    expand,
    failed,
    in_time,
    listed,
    poll_opml,
)
from monitor.log import get
from monitor.watch import Watch

log = get("roster")

LEASE = timedelta(minutes=1)
PATIENCE = 10.0  # seconds to read a list, which lies on a disk that may hang


class Roster:
    """The sources that are polled now, by name.

    `hosts` (name -> host) has the lists themselves too, `errors` those that cannot be read (name -> sentence).
    Who holds `naming` sees the sources that the store knows.
    """

    def __init__(self, watch: Watch) -> None:
        self.sources: dict[str, Polled] = {}
        self.hosts: dict[str, str] = {}
        self._watch = watch
        self._written: Sequence[AnySource] = watch.settings.sources
        self._files: dict[str, OpmlFile] = {}
        self._named: dict[str, OpmlFile] = {}
        self.errors: dict[str, str] = {}
        self.naming = asyncio.Lock()
        self._untold: set[str] = set()  # lists of which the store does not know that they can be read
        self._looked: datetime | None = None
        self._turn = asyncio.Lock()  # of who reads lists and who changes what they are

    @classmethod
    async def of(cls, watch: Watch) -> Roster:
        """The roster of a configuration; the store knows its sources then."""
        roster = cls(watch)
        await roster._name()
        await roster.read()
        return roster

    async def change(self, written: Sequence[AnySource]) -> None:
        """Poll other sources from now on; a poll of one that is gone or has moved ends without a trace."""
        async with self._turn:
            if written == self._written:
                return
            known = {one.name: one for one in self._written}
            same = {one.name for one in written if one == known.get(one.name)}
            self._files = {name: file for name, file in self._files.items() if name in same}
            self.errors = {name: error for name, error in self.errors.items() if name in same}
            self._untold &= same
            before, self._written = self._written, written
            try:
                await self._name()
            except StoreError:  # whoever asks again is not told that there is nothing to do
                self._written = before
                raise
            self._looked = None
        await self.read()

    async def read(self) -> None:
        """Look at the lists, now and then; one that cannot be read keeps its feeds, and is a failing source.

        One that is broken at the start has those that stand before the fault: few are better than none.
        """
        async with self._turn:
            await self._look()

    async def _look(self) -> None:
        now = self._watch.clock()
        if self._looked and abs(now - self._looked) < REREAD:
            return
        self._looked = now
        for source in self._lists():
            await self._read(source, now)
        if self._files != self._named:
            await self._name()

    async def _read(self, source: OpmlSource, now: datetime) -> None:
        """Read one list, when its file was written since the last time."""
        before, error = self._files.get(source.name), None
        try:
            file = await in_time(PATIENCE, poll_opml, source, before)
        except TimeoutError:
            error = SourceError(source.name, f"{source.path} is not read within {PATIENCE:g} s")
        except SourceError as caught:
            error = caught
        if error:
            if self.errors.get(source.name) != str(error):
                log.warning("source_failed", source=source.name, error=str(error))
            self.errors[source.name] = str(error)
            self._untold.add(source.name)
            if isinstance(error, BrokenListError) and not (before and before.stamp):
                self._files[source.name] = error.before
            await self._remember(source, error, now)
        elif file is not before or source.name in self._untold:
            self.errors.pop(source.name, None)
            self._files[source.name] = file
            for problem in (*file.problems, *file.notes) if file is not before else ():
                log.warning("outline_left_out", source=source.name, problem=str(problem))
            # The store may be away, or another daemon may hold the list: the next look says it again then.
            self._untold.add(source.name)
            if await self._remember(source, None, now):
                self._untold.remove(source.name)

    async def _remember(self, source: OpmlSource, error: SourceError | None, now: datetime) -> bool:
        """Store how reading a list went, for `sources list` and the operator; whether it is stored."""
        store, worker = self._watch.store, self._watch.worker
        stored = False
        for state in (await to_thread(store.claim_sources, worker, [source.name], now, LEASE)).values():
            if error and state.failures >= source.failing_after and state.error == str(error):
                after = state  # nothing has changed since: a list is looked at every few seconds
            else:
                after = failed(source, state, error, now, 0.0) if error else listed(state, now)
            stored = bool(await self._watch.polled(source.name, replace(after, next_due=None)))
        return stored

    def _lists(self) -> list[OpmlSource]:
        return [source for source in self._written if isinstance(source, OpmlSource)]

    async def _name(self) -> None:
        """Say anew what is polled, and let the store know what is new in it."""
        files = dict(self._files)
        polled = expand(self._written, {one.name: files.get(one.name, OpmlFile()) for one in self._lists()})
        known = {one.name: (one.type, one.place) for one in (*polled, *self._written)}
        async with self.naming:
            await to_thread(self._watch.store.register, known, self._watch.clock())
            self._named = files
            self.sources = {one.name: one for one in polled}
            self.hosts = {one.name: one.name for one in self._written} | {one.name: one.host for one in polled}
