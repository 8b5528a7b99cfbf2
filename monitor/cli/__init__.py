"""Words on the command line -> one verb; every mistake of a user ends in one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import log
from monitor.cli import (
    actors,
    alert,
    backtest,
    explain,
    health,
    ledger,
    lint,
    receivers,
    routes,
    rules,
    schema,
    service,
    silences,
    sources,
    stories,
    why,
)
from monitor.errors import MonitorError

app = typer.Typer(
    name="news-monitor",
    help="Watches feeds and folders for news that matches your rules, and tells people once a story.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
service.add_to(app)
health.add_to(app)
app.add_typer(rules.app, name="rules", help="The watch rules: list, test, try, explain, lint, backtest, schema.")
backtest.add_to(rules.app)
explain.add_to(rules.app)
lint.add_to(rules.app)
schema.add_to(rules.app, receivers.app)
app.add_typer(actors.app, name="actors", help="Who the rules speak of: show, import.")
app.add_typer(sources.app, name="sources", help="The places that are polled: list, add, discover, import, export.")
ledger.add_to(app)
alert.add_to(ledger.alerts)
app.add_typer(stories.app, name="stories", help="The stories: which articles tell of the same, and why.")
why.add_to(app)
app.add_typer(routes.app, name="routes", help="Who is told of which alerts, and when: show, test.")
app.add_typer(silences.app, name="silences", help="Alerts that nobody is told of for a while: add, list, expire.")
app.add_typer(receivers.app, name="receivers", help="The receivers: list, test, enable, schema.")


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", help="The configuration file.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Log every step.")] = False,
) -> None:
    log.set_up(debug=debug)
    context.obj = config


def main() -> None:
    """Run the program; exits 0 when done, 1 when failed or refused, 2 for a wrong call, 3 for findings."""
    try:
        app(prog_name="news-monitor")
    except MonitorError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong, and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
