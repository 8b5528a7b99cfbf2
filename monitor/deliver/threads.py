"""A call that may hang (a terminal, a disk, a library) -> its result in time, one call at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from monitor.errors import MonitorError

Result = TypeVar("Result")


class BusyError(Exception):
    """An earlier call still hangs."""


class Aside:
    """Runs calls in a thread that nobody waits for at the end; while one hangs, no other is begun."""

    def __init__(self) -> None:
        self._busy = False

    async def run(self, seconds: float, function: Callable[..., Result], *args: Any) -> Result:
        """`function(*args)`, or BusyError, or TimeoutError; it may still end later, unheard.

        Raises what the function raises, if it is an error of this program, of the system or about a value.
        """
        if self._busy:
            raise BusyError
        done: Future[Result] = Future()
        done.set_running_or_notify_cancel()  # from here on nobody can cancel it: its result is heard or not
        self._busy = True
        threading.Thread(target=self._call, args=(done, function, args), daemon=True).start()
        return await asyncio.wait_for(asyncio.wrap_future(done), seconds)

    def _call(self, done: Future[Result], function: Callable[..., Result], args: tuple[Any, ...]) -> None:
        # What nobody foresaw ends the call too; Python tells it on stderr.
        settle: Callable[[], None] = partial(done.set_exception, RuntimeError("broke off"))
        try:
            settle = partial(done.set_result, function(*args))
        except (MonitorError, OSError, ImportError, MemoryError, RuntimeError, ValueError) as error:
            settle = partial(done.set_exception, error)
        finally:
            self._busy = False
            settle()
