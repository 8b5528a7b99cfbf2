"""`receivers list, test, enable` -> what is configured, what a server really answers, sending again."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TextIO
from zoneinfo import ZoneInfo

import typer

from monitor import yaml
from monitor.alert import test_document, try_out, worded
from monitor.cli.options import Config, Json, answer, counted, opened_store, say, settings_of, table
from monitor.cli.times import clock, told
from monitor.deliver import AnyReceiver, Channels, may_send
from monitor.errors import DeliveryError, MonitorError, Problem
from monitor.ingest import Fetcher
from monitor.model import Circuit, Delivery
from monitor.settings import Settings

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The receiver's name in the configuration.")]


@app.command("list")
def list_receivers(context: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Every receiver, its kind, its rate, its cap and what waits for it, and how it has answered lately."""
    settings = settings_of(context, config)
    with opened_store(context, config) as store:
        disabled, circuits, spilled = store.disabled(), store.circuits(), store.spilled()
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = []
    for one in settings.receivers:
        circuit = circuits.get(one.name, Circuit())
        row: dict[str, Any] = {"name": one.name, "type": one.type, "rate": str(one.rate) if one.rate else None}
        row |= {"at_most": str(one.at_most) if one.at_most else None, "spilled": spilled.get(one.name, 0)}
        row |= {"disabled": disabled.get(one.name), "failures": circuit.failures}
        rows.append(row | {"next": may_send(circuit, one.rate, now)})
    if as_json:
        answer([row | {"next": told(row["next"])} for row in rows])
    else:
        lines = [(row["name"], row["type"], row["rate"], _cap(row), _state(row, settings.zone)) for row in rows]
        table(("NAME", "TYPE", "RATE", "AT MOST", "STATE"), lines)


def _cap(row: dict[str, Any]) -> str | None:
    """How many messages a receiver gets, and how many alerts wait because it has had them."""
    waits = f"{counted(row['spilled'], 'alert')} waiting" if row["spilled"] else None
    return ", ".join(filter(None, (row["at_most"], waits))) or None


def _state(row: dict[str, Any], zone: ZoneInfo) -> str:
    """How a receiver does, for people."""
    if row["disabled"]:
        return f"disabled: {row['disabled']}"
    waits = f", tried again at {clock(row['next'], zone, exact=True)}" if row["next"] and row["failures"] else ""
    return f"{counted(row['failures'], 'failure')}{waits}" if row["failures"] else "ok"


@app.command("test")
def try_receiver(context: typer.Context, name: Name, config: Config = None, as_json: Json = False) -> None:
    """Send a marked test alert and tell what the server really answered; exits 1 when it was refused."""
    settings = settings_of(context, config)
    receiver = _named(settings, name)
    tried = asyncio.run(_send(settings, receiver, sys.stderr if as_json else sys.stdout))
    if as_json:
        answer(tried)
    else:
        for one in tried:
            how = "accepted" if one["accepted"] else "refused"
            say(f"{one['address'] or receiver.name}: {how}: {one['answer']}", err=not one["accepted"])
    if not all(one["accepted"] for one in tried):
        raise typer.Exit(1)


@app.command("enable")
def enable_receiver(context: typer.Context, name: Name, config: Config = None) -> None:
    """Send again to a receiver that was disabled because its server said 410 Gone."""
    settings = settings_of(context, config)
    receiver = _named(settings, name)
    with opened_store(context, config) as store:
        store.enable(receiver.name)
    typer.echo(f"{receiver.name} is enabled")


def _named(settings: Settings, name: str) -> AnyReceiver:
    for receiver in settings.receivers:
        if receiver.name == name:
            return receiver
    near = yaml.suggestion(name, [receiver.name for receiver in settings.receivers])
    raise MonitorError(f"no receiver is named {name!r}{near}")


def flawed(path: Path, settings: Settings) -> Iterator[Problem]:
    """What a closer look at the receivers of a configuration finds wrong."""
    found = [(index, flaw) for index, one in enumerate(settings.receivers) if (flaw := one.flaw())]
    file = yaml.read(path) if found else None
    for index, flaw in found:
        if file:
            yield file.problem(("receivers", index, "url"), flaw)
    for index, one in enumerate(settings.receivers):
        if one.templates and (flaw := try_out(one.templates, one.language, settings.zone)):
            yield yaml.read(path).problem(("receivers", index, "templates"), flaw)


async def _send(settings: Settings, receiver: AnyReceiver, console: TextIO) -> list[dict[str, Any]]:
    """Send one test alert to each address; gives who took it, and what was answered."""
    now, tried = datetime.now(UTC), []
    document = test_document(receiver.name, now)
    async with Fetcher(settings.http) as fetcher, Channels(fetcher.session, console) as channels:
        for address in receiver.addresses():
            name, group = f"msg_{uuid.uuid4().hex}", {"alert": document["key"]}
            delivery = Delivery(0, name, receiver.name, address, 1, now, (document,), group=group)
            message, trouble = worded(receiver.templates, delivery, receiver.language, settings.zone)
            if trouble:
                say(f"{trouble}: sent as built in", err=True)
            accepted = True
            try:
                said = await channels.send(receiver, delivery, message, now)
            except DeliveryError as error:
                accepted, said = False, error.answer
            tried.append({"address": address or None, "accepted": accepted, "answer": said})
    return tried
