"""A function -> what it returns and what it cost: CPU of all its processes, peak memory of each."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

PROC = Path("/proc")
LOOK = 0.1  # seconds between two looks at the processes
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """`cpu` in seconds, user and system, of all processes; peaks in bytes: `resident` of the first process,
    `worker` of the largest of those that its fork server made, `space` is that one's address space."""

    cpu: float = 0.0
    resident: int = 0
    worker: int = 0
    space: int = 0


def measured(work: Callable[..., Any], *args: Any) -> tuple[Any, Cost]:
    """`work(*args)` in a process of its own, which may start others."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_apart, args=(theirs, work, args))
    process.start()
    theirs.close()
    cost, done = Cost(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, cost, done))
    watcher.start()
    try:
        result, cost.cpu = ours.recv()
    finally:
        done.set()
        watcher.join()
        process.join()
    return result, cost


def _apart(answer: Connection, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
    os.setsid()  # what it starts belongs to its session
    result = work(*args)
    own = os.getpid()
    # The fork server has waited for its workers, so that their time is in that of its children.
    spent = sum(sum(map(int, fields[11:15])) for _, fields in _session(own))
    answer.send((result, spent / TICKS))


def _session(leader: int) -> Iterator[tuple[Path, list[str]]]:
    """The processes of a session: folder in /proc, fields of `stat` from the third on."""
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            except OSError:  # it ended
                continue
            if int(fields[3]) == leader:
                yield folder, fields


def _watch(leader: int, cost: Cost, done: threading.Event) -> None:
    while not done.wait(LOOK):
        for folder, fields in _session(leader):
            try:
                status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            except OSError:
                continue
            if "VmHWM" not in status:  # it is ending
                continue
            resident, space = (int(status[name].split()[0]) * 1024 for name in ("VmHWM", "VmPeak"))
            if int(folder.name) == leader:
                cost.resident = max(cost.resident, resident)
            elif int(fields[1]) != leader:
                cost.worker, cost.space = max(cost.worker, resident), max(cost.space, space)
