"""A function and its arguments -> its result, computed in a process that can be killed."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from monitor.errors import MonitorError

Item = TypeVar("Item")
Result = TypeVar("Result")

# Address space of a worker in bytes: a feed of 15 MiB needs 0.3 GiB, the imports 0.06 (measured).
MEMORY = 1024**3
# Processes are replaced now and then, so that fragmented memory never adds up to the limit.
TASKS_PER_PROCESS = 1000
# How often a waiting task looks whether its pool still lives, in seconds.
CHECK = 1.0


class WorkerError(MonitorError):
    """Work that had to be given up; its text is a predicate: "took longer than 5 s"."""


class Workers:
    """Processes that compute for the daemon, each with a memory limit; they start at the first call.

    The limits are the kernel's (RLIMIT_AS and an interval timer), so they hold in C code, in a loop that never
    returns to Python, and also when the daemon itself has been killed.
    """

    def __init__(self, processes: int, preload: Sequence[str] = ("monitor.ingest.feeds.reader",)) -> None:
        """`preload` names the modules that hold the functions to run: imported once, processes then start in 20 ms."""
        self._processes = processes
        self._preload = list(preload)
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    async def run(self, function: Callable[..., Result], *args: Any, deadline: float) -> Result:
        """The result of `function(*args)`, computed in at most `deadline` seconds from the moment it starts.

        The function must be importable, arguments, result and exceptions must survive pickling. What the function
        raises comes back as it is, except MemoryError. Raises WorkerError when it took too long, needed too much
        memory, or its process died.
        """
        # Starting the processes takes about half a second, so it happens in a thread.
        pool = self._pool if self._pool and self._pool.active else await asyncio.to_thread(self._running_pool)
        try:
            future = asyncio.wrap_future(pool.schedule(_limited, (deadline, function, args)))
        except RuntimeError:
            raise WorkerError("lost its process") from None
        try:
            # A pool that breaks in the very moment of scheduling forgets the task: never wait for it blindly.
            while not (await asyncio.wait([future], timeout=CHECK))[0]:
                if not pool.active:
                    raise WorkerError("lost its process")
            result: Result = future.result()
            return result
        except ProcessExpired as death:
            if death.exitcode == -signal.SIGALRM:
                raise WorkerError(f"took longer than {deadline:g} s") from None
            raise WorkerError(f"ended its process (exit code {death.exitcode})") from None
        except MemoryError:
            raise WorkerError(f"needed more than {MEMORY // 1024**2} MiB of memory") from None
        except BrokenProcessPool:
            raise WorkerError("lost its process") from None
        finally:
            future.cancel()  # kills the process when nobody waits for the result any more

    async def each(
        self, function: Callable[..., Result], items: Sequence[Item], *args: Any, deadline: float
    ) -> list[Result | Exception]:
        """The result of `function(item, *args)` for each item, or what it raised or died of, in the order of items.

        The items of one call share a process and the deadline; one that kills it is found by halving, so that it costs
        itself alone.
        """
        if not items:
            return []
        try:
            return await self.run(_each, function, items, args, deadline=deadline)
        except WorkerError as error:
            if len(items) == 1:
                return [error]
            half = len(items) // 2
            parts = [await self.each(function, part, *args, deadline=deadline) for part in (items[:half], items[half:])]
            return parts[0] + parts[1]

    def close(self) -> None:
        """Kill the processes; calls that still wait end with WorkerError."""
        with self._lock:
            if self._pool is not None:
                _stop(self._pool)
                self._pool = None

    def _running_pool(self) -> ProcessPool:
        with self._lock:
            if self._pool is not None:
                if self._pool.active:
                    return self._pool
                _stop(self._pool)
            self._pool = _start(self._processes, self._preload)
            return self._pool


def _start(processes: int, preload: list[str]) -> ProcessPool:
    """A running pool whose processes never hear Ctrl-C, not even while they start: it is for the daemon alone."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(preload)
    pool = ProcessPool(processes, TASKS_PER_PROCESS, _limit_memory, context=context)
    # Threads and processes inherit the mask. The tracker comes first, because starting it unblocks SIGINT.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pool.schedule(_nothing)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pool


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble annotates some of its methods only
    pool.join()


def _nothing() -> None:
    """The first task: scheduling it is what starts a pool."""


def _limit_memory() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # die at once, also inside C code that never returns to Python
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _each(function: Callable[..., Result], items: Sequence[Item], args: tuple[Any, ...]) -> list[Result | Exception]:
    results: list[Result | Exception] = []
    for item in items:
        try:
            results.append(function(item, *args))
        except MemoryError:
            raise
        except Exception as error:  # one item that cannot be read must not cost the others of its batch
            results.append(error)
    return results


def _limited(deadline: float, function: Callable[..., Result], args: tuple[Any, ...]) -> Result:
    """Call a function; the kernel kills the process when the deadline passes before it returns."""
    signal.setitimer(signal.ITIMER_REAL, deadline)
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
