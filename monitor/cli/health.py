"""`health` -> how the running daemon does, for people and for the checks of containers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer
import tzlocal

from monitor.cli.options import Config, Json, answer, counted, say
from monitor.cli.times import clock, told
from monitor.readiness import is_alive, refused, stored
from monitor.settings import database_of, essentials, find
from monitor.store import DaemonRow, Store, is_there

_TIMES = ("seen", "stored_rules_since", "config_last_reload")  # that are shown


def add_to(app: typer.Typer) -> None:
    """Hang this verb on the program."""
    app.command()(health)


def health(context: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Say how the running daemon does; exits 1 when none runs, or one with rules that it has not read itself."""
    path = find(config or context.obj)
    url = database_of(path)
    daemons: list[dict[str, Any]] = []
    if is_there(url):
        with closing(Store.open(url)) as store:
            daemons = [_about(row, datetime.now(UTC)) for row in _here(store.daemons())]
    alive = [one for one in daemons if one["alive"]]
    daemons = alive or daemons  # where one runs, those that were killed before it tell nothing
    healthy = bool(alive) and all(one["healthy"] for one in alive)
    if as_json:
        answer({"healthy": healthy, "daemons": daemons})
    else:
        known = essentials(path)
        zone = known[1] if known else ZoneInfo(tzlocal.get_localzone_name())
        for one in daemons:
            for line in _told(one | {name: clock(one.get(name), zone) for name in _TIMES}):
                say(line)
        if not daemons:
            say("no daemon runs")
    if not healthy:
        raise typer.Exit(1)


def _here(rows: list[DaemonRow]) -> list[DaemonRow]:
    """Those of this machine; those of others where there is none."""
    host = socket.gethostname()
    return [row for row in rows if row.host == host] or rows


def _about(row: DaemonRow, now: datetime) -> dict[str, Any]:
    alive = is_alive(row.seen, now) and not _is_gone(row)
    return {
        "host": row.host,
        "process": row.process,
        "healthy": alive and bool(row.state.get("ready")),
        "alive": alive,
        "started": told(row.started),
        "seen": told(row.seen),
        **row.state,
    }


def _is_gone(row: DaemonRow) -> bool:
    """Whether it is known that there is no such process any more."""
    if row.host != socket.gethostname():
        return False
    try:
        os.kill(row.process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it is another user's
        pass
    return False


def _told(one: dict[str, Any]) -> Iterator[str]:
    daemon = f"process {one['process']} on {one['host']}"
    if not one["alive"]:
        yield f"not running: {daemon}, heard of last at {one['seen']}"
        return
    rules = counted(one["rules"], "rule")
    before = stored(one)
    yield f"not ready: {daemon} with {rules} {before}" if before else f"healthy: {daemon} with {rules}"
    if one["restart_needed"]:
        yield f"restart needed for what was changed: {', '.join(one['restart_needed'])}"
    for name, number in one.get("without_receiver", {}).items():  # a daemon of an earlier version says nothing of it
        wait = "1 delivery waits" if number == 1 else f"{number} deliveries wait"
        yield f"{wait} for {name!r}, which is not configured as a receiver"
    if edit := refused(one):
        yield f"{edit}:"
        yield from one["problems"]
