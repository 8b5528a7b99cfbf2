"""`rules schema`, `receivers schema` -> the JSON Schema of rule files, for editors, and of webhooks, for programs."""

from __future__ import annotations

import json
from typing import Any

import typer

from monitor.cli.options import Config
from monitor.deliver import webhook_schema
from monitor.match import rules_schema


def add_to(rules: typer.Typer, receivers: typer.Typer) -> None:
    """Hang these verbs on their nouns."""
    rules.command("schema")(print_rules_schema)
    receivers.command("schema")(print_webhook_schema)


def print_rules_schema(config: Config = None) -> None:  # noqa: ARG001 - every verb takes it
    """The JSON Schema of rule files: editors complete, explain and check them by it."""
    _print(rules_schema())


def print_webhook_schema(config: Config = None) -> None:  # noqa: ARG001
    """The JSON Schema of what a webhook gets: programs are written, and what they get is checked, by it."""
    _print(webhook_schema())


def _print(schema: dict[str, Any]) -> None:
    typer.echo(json.dumps(schema, ensure_ascii=False, indent=2))
