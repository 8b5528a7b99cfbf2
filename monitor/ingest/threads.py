"""A call that may hang on a disk -> its result, or TimeoutError in time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from monitor.errors import MonitorError

Result = TypeVar("Result")


async def in_time(seconds: float, function: Callable[..., Result], *args: Any) -> Result:
    """`function(*args)` in a thread of its own; raises what it raises of its own or the system's, and TimeoutError.

    A disk that hangs (a network drive, a stick) then holds up neither the daemon nor its other threads nor its exit.
    """
    done: Future[Result] = Future()
    done.set_running_or_notify_cancel()  # from here on nobody can cancel it: its result is heard or not
    threading.Thread(target=_call, args=(done, function, args), daemon=True).start()
    return await asyncio.wait_for(asyncio.wrap_future(done), seconds)


def _call(done: Future[Result], function: Callable[..., Result], args: tuple[Any, ...]) -> None:
    try:
        done.set_result(function(*args))
    except (MonitorError, OSError, MemoryError, RuntimeError, ValueError) as error:
        done.set_exception(error)
