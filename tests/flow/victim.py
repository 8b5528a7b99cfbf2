"""Orders, a line each -> daemons forked from this process, each with a clock of its own, which die where told.

Started as a program, as it must have no threads: `python victim.py CONFIGURATION LOG`. An order is
`{"verb": "run" or "once", "start": TIME, "point": NAME or null, "nth": N, "receiver": NAME}`; the answers are a line
with the number of the process and, when it has ended, one with its status. What is replaced is at the outside: clock,
ticks, the processes that parse.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from monitor import cli, daemon, pipeline
from monitor.deliver import Channels
from monitor.ingest import files
from monitor.normalise import normalise, ready  # noqa: F401 - loaded once for all daemons
from monitor.store import Intake, Store, outbox

SPEED = 60
"""Seconds of a daemon's clock in one of ours: a digest every minute is one every second."""


class Inline:
    """Workers without processes of their own: what parses is no part of this drill."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    async def each(self, work: Callable[..., Any], things: Sequence[Any], *args: Any, deadline: float) -> list[Any]:
        return [work(one, *args) for one in things]

    def close(self) -> None:
        pass


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _watch(place: Any, name: str, hit: Callable[..., bool], *, before: bool = False) -> None:
    """Call `hit(result, *args)` when a function was called, or `hit(None, *args)` before."""
    function = getattr(place, name)

    @wraps(function)
    def watched(*args: Any, **named: Any) -> Any:
        if before:
            hit(None, *args)
            return function(*args, **named)
        result = function(*args, **named)
        hit(result, *args)
        return result

    setattr(place, name, watched)


def _arm(point: str, nth: int, receiver: str) -> None:
    """Have the process die when it comes to a point for the n-th time, as far as it concerns the receiver."""
    left = [nth]

    def hit(mine: bool) -> bool:
        left[0] -= mine
        if left[0] <= 0:
            _die()
        return mine

    points: dict[str, Callable[[], None]] = {
        "match": lambda: _watch(Intake, "finish", lambda *_: hit(True)),
        "match-commit": lambda: _watch(pipeline, "_keep", lambda *_: hit(True)),
        "claim": lambda: _watch(outbox, "opened", lambda done, *_: hit(any(one.receiver == receiver for one in done))),
        "claim-commit": lambda: _watch(
            Store, "claim", lambda done, *_: hit(any(one.receiver == receiver for one in done))
        ),
        "before send": lambda: _watch(Channels, "send", lambda _, __, to, *___: hit(to.name == receiver), before=True),
        "before mark": lambda: _watch(
            Store, "sent", lambda _, __, one, *___: hit(one.receiver == receiver), before=True
        ),
        "marked": lambda: _watch(Store, "sent", lambda _, __, one, *___: hit(one.receiver == receiver)),
    }
    points[point]()


def _set_clock(start: datetime) -> None:
    """The clock of the daemon; that of its scheduler is the machine's, and stays."""
    began, real, scheduled = time.monotonic(), daemon._now, daemon._scheduled

    def clock() -> datetime:
        return start + timedelta(seconds=(time.monotonic() - began) * SPEED)

    def schedule(*args: Any) -> Any:
        daemon._now = real
        return scheduled(*args)

    daemon._now, daemon._scheduled = clock, schedule


def _live(order: dict[str, Any], configuration: str, log: str) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    _set_clock(datetime.fromisoformat(order["start"]))
    daemon.TICK = 0.1
    daemon.Workers = Inline
    files.SETTLED = 0
    pipeline.BATCH = 5  # articles a commit: a life takes some in, however early it ends
    if order["point"]:
        _arm(order["point"], order["nth"], order["receiver"])
    sys.argv = ["news-monitor", "--config", configuration, order["verb"]]
    cli.main()


def _serve(configuration: str, log: str) -> None:
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            status = 1
            try:
                _live(json.loads(line), configuration, log)
                status = 0
            except SystemExit as stop:
                status = int(stop.code or 0)
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(status)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
