"""`run, once, init, check, config show` -> the daemon, one pass, a new configuration, its mistakes, its values."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from monitor.cli import starter
from monitor.cli.lint import static_findings
from monitor.cli.options import FOUND, Config, Json, answer, counted, say, settings_of, tested
from monitor.cli.progress import progress
from monitor.cli.receivers import flawed
from monitor.cli.sources import polled_now
from monitor.errors import ConfigError, Problem
from monitor.ingest import FeedSource, Polled
from monitor.match import RuleSet
from monitor.settings import Settings, asked_twice, build, find, gather, known, shown, strangers, unreachable
from monitor.yaml import read

config_app = typer.Typer(no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Hang these verbs on the program."""
    for verb in (run, once, init, check):
        app.command()(verb)
    app.add_typer(config_app, name="config", help="The effective configuration.")


def run(context: typer.Context, config: Config = None) -> None:
    """Watch until stopped (Ctrl-C or SIGTERM)."""
    from monitor import daemon

    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a reload that is asked for while the daemon starts must not end it
    found = gather(find(config or context.obj))
    asyncio.run(daemon.run(found, build(found), sys.stdout))


def once(context: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Visit every source once, send what is due, and exit."""
    from monitor import daemon

    settings, rules = tested(context, config)
    with progress(len(polled_now(settings)[0]), "sources") as advance:
        console = sys.stderr if as_json else sys.stdout
        report, pending = asyncio.run(daemon.once(settings, rules, console, advance))
    done = asdict(report)
    errors = done.pop("errors")
    del done["young"], done["unread"]
    done |= {"pending": pending, "errors": list(errors)}
    if as_json:
        answer(done)
        return
    for error in report.errors:
        say(error, err=True)
    typer.echo(", ".join(_summary(done)))


def _summary(done: Mapping[str, Any]) -> Iterator[str]:
    """The counts of a pass as people read them."""
    for name in "sources items new duplicates updates known empty alerts sent failed pending".split():
        yield counted(done[name], name.removesuffix("s")) if name.endswith("s") else f"{done[name]} {name}"


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make or fill.")]) -> None:
    """Write a commented configuration, rules and sample articles into a folder."""
    for path in starter.write(folder):
        typer.echo(f"wrote {path}")
    typer.echo(f"now try: news-monitor --config {folder / 'monitor.yaml'} once")


def check(context: typer.Context, config: Config = None) -> None:
    """Say what is wrong with the configuration, the rules and their tests; exits 3 for findings of the lint only."""
    path = find(config or context.obj)
    try:
        settings, rules = tested(context, config)
    except ConfigError as error:
        typer.echo(str(error))
        raise typer.Exit(1) from None
    polled, lists, broken = polled_now(settings)
    mistakes = [*broken.values(), *(str(problem) for one in lists.values() for problem in one.problems)]
    mistakes += map(str, flawed(path, settings))
    notes = [str(note) for one in lists.values() for note in one.notes] + [str(note) for note in asked_twice(path)]
    for line in (*mistakes, *notes, *_hints(settings, polled)):
        say(line)
    if mistakes:  # the daemon goes on with what can be read, and tells the operator of the rest
        raise typer.Exit(1)
    findings = [one.problem for one in static_findings(rules, settings)] + _doubts(path, settings, rules, polled)
    for finding in findings:
        say(str(finding))
    found = ((len(polled), "source"), (len(rules.rules), "rule"), (len(settings.receivers), "receiver"))
    counts = ", ".join(counted(number, noun) for number, noun in found)
    lint = f", {counted(len(findings), 'finding')} of the lint" if findings else ""
    typer.echo(f"{path}: {counts}, no mistakes{lint}")
    if findings:
        raise typer.Exit(FOUND)


def _doubts(path: Path, settings: Settings, rules: RuleSet, polled: Sequence[Polled]) -> list[Problem]:
    """What in the routes, silences and inhibitions is probably not meant."""
    file = read(path)
    there = known(rules.rules, polled, settings.languages)
    return sorted({*strangers(file, there), *unreachable(file, settings.route)}, key=lambda one: (one.line, one.column))


def _hints(settings: Settings, polled: Sequence[Polled]) -> Iterator[str]:
    """What an operator may want to do better."""
    if settings.http.contact is None and any(isinstance(source, FeedSource) for source in polled):
        yield "hint: http.contact is not set: publishers whose feeds are asked cannot reach you"


@config_app.command("show")
def config_show(context: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """The configuration as it takes effect, with defaults and environment, secrets hidden."""
    settings = settings_of(context, config)
    if as_json:
        answer(shown(settings))
    else:
        typer.echo(yaml.safe_dump(shown(settings), allow_unicode=True, sort_keys=False), nl=False)
