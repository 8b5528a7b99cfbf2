"""Steps of a long verb -> a bar where stderr is a terminal, plain lines elsewhere; stdout is never touched."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monitor.cli.options import say
from monitor.plain import one_line

FEW = 20
"""Up to so many steps each has a line of its own; of more, every tenth part."""
_NAME = 40  # characters of a name beside the bar

Advance = Callable[[str], None]
"""To be called with the name of each step when it is done."""


@contextmanager
def progress(total: int, what: str) -> Iterator[Advance]:
    """Show how far a verb has come with its `total` steps; `what` they are is a plural: sources, feeds."""
    if sys.stderr.isatty():
        with _bar(total, what) as advance:
            yield advance
    else:
        yield _lines(total, what)


def _lines(total: int, what: str) -> Advance:
    done = 0

    def advance(name: str) -> None:
        nonlocal done
        done += 1
        if total <= FEW:
            say(f"{done}/{total} {one_line(name)}", err=True)
        elif done == total or done * 10 // total > (done - 1) * 10 // total:
            say(f"{done}/{total} {what} ({100 * done // total} %)", err=True)

    return advance


@contextmanager
def _bar(total: int, what: str) -> Iterator[Advance]:
    # A third of a second to import, which only those pay who see it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", markup=False),
    )
    # What goes to the terminal meanwhile is written above the bar; what goes to a file or pipe stays out of it.
    shared = sys.stdout.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=shared) as bar:
        task = bar.add_task(what, total=total, name="")

        def advance(name: str) -> None:
            bar.update(task, advance=1, name=one_line(name, limit=_NAME))

        yield advance
