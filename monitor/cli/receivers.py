"""`receivers list, test, enable` -> what is configured, what a server really answers, sending again."""

from __future__ import annotations

import asyncio
import sys
import uuid
from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.alert import render, test_document
from monitor.cli.options import Config, Json, answer, opened_store, say, settings_of, table
from monitor.deliver import AnyReceiver, Channels
from monitor.errors import DeliveryError, MonitorError
from monitor.ingest import Fetcher
from monitor.model import Delivery
from monitor.settings import Settings
from monitor.yamlfile import suggestion

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The receiver's name in the configuration.")]


@app.command("list")
def list_receivers(context: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Every receiver, its kind, and whether it is disabled."""
    settings = settings_of(context, config)
    with opened_store(context, config) as store:
        disabled = store.disabled()
    rows = [{"name": one.name, "type": one.type, "disabled": disabled.get(one.name)} for one in settings.receivers]
    if as_json:
        answer(rows)
    else:
        table(("NAME", "TYPE", "DISABLED"), [list(row.values()) for row in rows])


@app.command("test")
def try_receiver(context: typer.Context, name: Name, config: Config = None) -> None:
    """Send a marked test alert and print what the server really answered."""
    settings = settings_of(context, config)
    receiver = _named(settings, name)
    failed = asyncio.run(_send(settings, receiver))
    if failed:
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
    near = suggestion(name, [receiver.name for receiver in settings.receivers])
    raise MonitorError(f"no receiver is named {name!r}{near}")


async def _send(settings: Settings, receiver: AnyReceiver) -> int:
    """Send one test alert to each address; returns how many were refused."""
    now, failed = datetime.now(UTC), 0
    document = test_document(receiver.name, now)
    message = render([document], receiver.language, settings.zone)
    async with Fetcher(settings.http) as fetcher, Channels(fetcher.session, sys.stdout) as channels:
        for address in receiver.addresses():
            wire_id = f"msg_{uuid.uuid4().hex}"
            delivery = Delivery(0, wire_id, receiver.name, address, 1, now, (document,))
            try:
                said = await channels.send(receiver, delivery, message, now)
            except DeliveryError as error:
                failed += 1
                say(f"{address or receiver.name}: refused: {error.answer}", err=True)
            else:
                say(f"{address or receiver.name}: accepted: {said}")
    return failed
