"""`rules schema` -> the JSON Schema of rule files, for editors."""

from __future__ import annotations

import json

import typer

from monitor.match import rules_schema


def add_to(app: typer.Typer) -> None:
    """Hang this verb on its noun."""
    app.command("schema")(print_schema)


def print_schema() -> None:
    """The JSON Schema of rule files: editors complete, explain and check them by it."""
    typer.echo(json.dumps(rules_schema(), ensure_ascii=False, indent=2))
