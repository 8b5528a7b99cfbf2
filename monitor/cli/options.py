"""Options of the command line -> the configuration a verb works on; its answer -> a table or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.match import RuleSet
from monitor.settings import Settings, find, load
from monitor.store import Store

Config = Annotated[Path | None, typer.Option("--config", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")]


def configured(context: typer.Context, config: Path | None) -> tuple[Settings, RuleSet]:
    """The configuration named after the verb, before it, or found in the usual places; raises ConfigError."""
    return load(find(config or context.obj))


@contextmanager
def opened_store(context: typer.Context, config: Path | None) -> Iterator[Store]:
    """The store of the configuration, to work beside a running daemon."""
    settings, _ = configured(context, config)
    with closing(Store.open(settings.database)) as store:
        yield store


def answer(document: Any) -> None:
    """Print the one JSON document of a verb."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows in aligned columns, cells on one line; the last column may be as long as it likes."""
    lines = [[_cell(cell) for cell in row] for row in rows]
    if not lines:
        typer.echo("none")
        return
    lines.insert(0, list(headings))
    widths = [max(len(line[index]) for line in lines) for index in range(len(headings) - 1)]
    for line in lines:
        padded = [cell.ljust(width) for cell, width in zip(line, [*widths, 0], strict=True)]
        typer.echo("  ".join(padded).rstrip())


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return "".join(c if c.isprintable() else " " for c in shown)
