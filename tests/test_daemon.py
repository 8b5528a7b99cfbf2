"""A single pass: nothing unforeseen ends it."""

import asyncio
import os
import pty
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from monitor import daemon
from monitor.report import Report


def source(number: int) -> Any:
    return SimpleNamespace(name=f"s{number:02}", type="feed")


def test_what_a_visit_raises_unforeseen_is_an_error_of_its_source() -> None:
    report = daemon._told(source(3), ValueError("odd"))
    assert (report.sources, report.errors) == (1, ("s03: ValueError: odd",))
    with pytest.raises(KeyboardInterrupt):
        daemon._told(source(3), KeyboardInterrupt())


def test_what_a_relay_raises_unforeseen_is_an_error_of_its_receiver() -> None:
    receiver: Any = SimpleNamespace(name="bad")
    assert daemon._relayed(receiver, ValueError("odd")) == Report(errors=("bad: ValueError: odd",))
    with pytest.raises(KeyboardInterrupt):
        daemon._relayed(receiver, KeyboardInterrupt())


def test_a_hang_up_asks_for_a_reload_and_ends_who_ran_in_the_terminal_that_is_gone() -> None:
    async def asked_or_stopped(*, close: bool) -> tuple[bool, bool]:
        leader, terminal = pty.openpty()
        before = os.dup(0)
        os.dup2(terminal, 0)
        try:
            stop, asked = daemon._signals()
            if close:
                os.close(leader)
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.wait(
                [asyncio.create_task(one.wait()) for one in (stop, asked)], timeout=1, return_when="FIRST_COMPLETED"
            )
            return stop.is_set(), asked.is_set()
        finally:
            os.dup2(before, 0)
            for one in (before, terminal, *(() if close else (leader,))):
                os.close(one)

    assert asyncio.run(asked_or_stopped(close=False)) == (False, True)
    assert asyncio.run(asked_or_stopped(close=True)) == (True, False)
