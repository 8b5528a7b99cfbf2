"""Options of the command line -> the configuration a verb works on; its answer -> a table or one JSON document."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

import typer

from monitor.errors import ConfigError, MonitorError, StoreError
from monitor.match import Archive, RuleSet, load_rules, no_archive
from monitor.plain import one_line, plain
from monitor.settings import Settings, build, essentials, find, gather, load, load_settings
from monitor.store import Store, is_there

Config = Annotated[Path | None, typer.Option("--config", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="How many, newest first.")]

FOUND = 3
"""The exit code of a lint that found something, and of a backtest with differences."""

LANGUAGES = ("fr", "en")
"""Those in which rules are read where no configuration names others."""

_GAP = "  "
_NARROWEST = 20


def configured(context: typer.Context, config: Path | None) -> tuple[Settings, RuleSet]:
    """The configuration named after the verb, before it, or found in the usual places; raises ConfigError."""
    return load(find(config or context.obj))


def tested(context: typer.Context, config: Path | None) -> tuple[Settings, RuleSet]:
    """The same, for verbs that act on it: a rule whose own tests fail raises ConfigError too."""
    built = build(gather(find(config or context.obj)))
    with archive_of(built.settings) as archive:
        return built.tested(archive).sound()


@contextmanager
def archive_of(settings: Settings | None) -> Iterator[Archive]:
    """The articles that the tests of rules name; none where there is no database yet, or none that can be read."""
    with ExitStack() as opened:
        archive: Archive = no_archive
        try:
            if settings and is_there(settings.database):
                archive = opened.enter_context(closing(Store.open(settings.database))).archived_article
        except StoreError as error:
            say(str(error), err=True)
        yield archive


def chosen(
    context: typer.Context, config: Path | None, files: Sequence[Path] | None
) -> tuple[RuleSet, Settings | None]:
    """The rules of these files, else the configured ones, and the configuration.

    Files need no configuration, and none whose own rules are in order; they are read in French and English without one.
    Raises ConfigError.
    """
    if not files:
        settings, rules = configured(context, config)
        return rules, settings
    try:
        settings = settings_of(context, config)
    except MonitorError:
        if config or context.obj:
            raise
        return load_rules(files, LANGUAGES), None
    return load_rules(files, settings.languages), settings


def settings_of(context: typer.Context, config: Path | None) -> Settings:
    """The configuration without its rules, for verbs that work also while a rule is broken; raises ConfigError."""
    return load_settings(find(config or context.obj))


class Opened(NamedTuple):
    """The store of a configuration, its time zone, and its settings: None where they have mistakes."""

    store: Store
    zone: ZoneInfo
    settings: Settings | None


@contextmanager
def opened(context: typer.Context, config: Path | None) -> Iterator[Opened]:
    """The store of the configuration, to work beside a running daemon.

    What is held can be read and acted on while a folder, a secret or a key is missing that this does not need: only a
    configuration that does not say which database raises ConfigError.
    """
    path = find(config or context.obj)
    settings = None
    try:
        settings = load_settings(path)
        url, zone = settings.database, settings.zone
    except ConfigError:
        if (found := essentials(path)) is None:
            raise
        url, zone = found
        say("the configuration has mistakes: `news-monitor check` names them", err=True)
    with closing(Store.open(url)) as store:
        yield Opened(store, zone, settings)


@contextmanager
def opened_store(context: typer.Context, config: Path | None) -> Iterator[Store]:
    """The same without the rest."""
    with opened(context, config) as found:
        yield found.store


def by(author: str | None) -> str:
    """Who acts: the name after --author, else the user's; raises MonitorError where the system knows none."""
    try:
        return author or getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user who has no entry in passwd
        raise MonitorError("nobody knows who you are: say it with --author NAME") from None


def answer(document: Any) -> None:
    """Print the one JSON document of a verb."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def counted(number: int, noun: str) -> str:
    """`1 feed`, `2 feeds`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]], yielding: str | None = None) -> None:
    """Print rows in aligned columns, cells on one line; the last column may be as long as it likes.

    On a terminal that is too narrow the column called `yielding` is cut, to _NARROWEST at most.
    """
    lines = [[_cell(cell) for cell in row] for row in rows]
    if not lines:
        typer.echo("none")
        return
    lines.insert(0, list(headings))
    widths = [max(len(line[index]) for line in lines) for index in range(len(headings))]
    if yielding and sys.stdout.isatty():
        surplus = sum(widths) + len(_GAP) * (len(widths) - 1) - get_terminal_size().columns
        index = headings.index(yielding)
        widths[index] = max(widths[index] - max(surplus, 0), min(widths[index], _NARROWEST))
        for line in lines:
            line[index] = one_line(line[index], limit=widths[index])
    for line in lines:
        typer.echo(_GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def say(text: str, *, err: bool = False) -> None:
    """Print one line that may hold words from outside, which must not steer the terminal."""
    typer.echo(plain(text).replace("\n", " "), err=err)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return " ".join(plain(shown).split("\n"))
