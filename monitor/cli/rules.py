"""`rules list, test, try` -> the rules, the results of their tests, the matches of a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.ledger import about_match, fields
from monitor.cli.options import Config, Json, answer, configured, say, table
from monitor.errors import MonitorError
from monitor.match import RuleSet, load_rules
from monitor.model import Item, Markup
from monitor.normalise import normalise

app = typer.Typer(no_args_is_help=True)

RuleFiles = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="Rule files to use instead of the configured ones; may be given again."),
]


def _rules(context: typer.Context, config: Path | None, files: list[Path] | None) -> tuple[RuleSet, tuple[str, ...]]:
    """The rules to work with and the languages they are read in; files given need no configuration."""
    try:
        settings, rules = configured(context, config)
    except MonitorError:
        if not files or config or context.obj:
            raise
        return load_rules(files, ("fr", "en")), ("fr", "en")
    return (load_rules(files, settings.languages) if files else rules), settings.languages


@app.command("list")
def list_rules(context: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Every rule with its level, tags, version and place."""
    _, rules = configured(context, config)
    rows: list[dict[str, Any]] = [
        {
            "id": rule.id,
            "title": rule.title,
            "level": rule.level,
            "tags": list(rule.tags),
            "version": rule.version,
            "file": f"{rule.path}:{rule.line}",
        }
        for rule in rules.rules.values()
    ]
    if as_json:
        answer(rows)
        return
    table(("RULE", "LEVEL", "TAGS", "VERSION", "FILE", "TITLE"), [
        (row["id"], row["level"], row["tags"], row["version"], row["file"], row["title"]) for row in rows
    ])  # fmt: skip


@app.command("test")
def run_tests(context: typer.Context, config: Config = None, rules: RuleFiles = None, as_json: Json = False) -> None:
    """Run the tests that stand in the rules; exits 1 when one fails."""
    chosen, _ = _rules(context, config, rules)
    results = chosen.test()
    failed = [result for result in results if not result.passed]
    if as_json:
        answer([{"rule": one.rule, "passed": one.passed, "problem": str(one.problem)} for one in results])
    else:
        for result in failed:
            typer.echo(str(result.problem))
        typer.echo(f"{len(results) - len(failed)} tests passed, {len(failed)} failed")
    if failed:
        raise typer.Exit(1)


@app.command("try")
def try_rules(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE..", help="Articles as .txt or .html files.")],
    config: Config = None,
    rules: RuleFiles = None,
    as_json: Json = False,
) -> None:
    """Read articles and match them, storing nothing."""
    chosen, languages = _rules(context, config, rules)
    tried: list[dict[str, Any]] = []
    refused = []
    for path in files:
        if path.exists() and not path.is_file():
            refused.append(f"{path}: is not a regular file")
            continue
        try:
            article = normalise(_item(path), languages, datetime.now(UTC))
        except OSError as error:
            refused.append(f"{path}: cannot be read: {error.strerror}")
            continue
        tried.append(
            {"file": str(path), "article": fields(article), "matches": [about_match(m) for m in chosen.match(article)]}
        )
    if as_json:
        answer(tried)
    else:
        for one in tried:
            _show(one)
    if refused:
        raise MonitorError("\n".join(refused))


def _item(path: Path) -> Item:
    markup = Markup.HTML if path.suffix.lower() in (".html", ".htm") else Markup.TEXT
    return Item(source="", guid=str(path), content=path.read_bytes(), markup=markup)


def _show(tried: dict[str, Any]) -> None:
    article = tried["article"]
    say(f"{tried['file']}: {article['title'] or '(empty)'}")
    shown = [article["published"]["value"] or "no date", article["language"] or "language unknown"]
    say("  " + ", ".join([*shown, *filter(None, [article["agency"], article["url"]])]))
    for match in tried["matches"]:
        found = "; ".join(f"{one['in']}: {one['text']}" for one in match["evidence"])
        say(f"  {match['rule']}  {' '.join(found.split())}")
    if not tried["matches"]:
        typer.echo("  no rule matches")
