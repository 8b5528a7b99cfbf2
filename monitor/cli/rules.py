"""`rules list, test, try` -> the rules, the results of their tests, the matches of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli import junit
from monitor.cli.ledger import about_match, fields
from monitor.cli.options import LANGUAGES, Config, Json, answer, archive_of, chosen, configured, say, settings_of, table
from monitor.cli.times import clock, told
from monitor.errors import ConfigError, MonitorError, Problem, StoreError
from monitor.match import NoQueryError, Rule, RuleSet, to_query
from monitor.model import Item, Markup
from monitor.normalise import normalise
from monitor.settings import Settings, rebuild
from monitor.store import RuleHits, Store, is_there

app = typer.Typer(no_args_is_help=True)

RuleFiles = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="Rule files to use instead of the configured ones; may be given again."),
]


def rules_for(context: typer.Context, config: Path | None, files: list[Path] | None) -> tuple[RuleSet, tuple[str, ...]]:
    """The rules to work with and the languages they are read in; files given need no configuration."""
    rules, settings = chosen(context, config, files)
    return rules, settings.languages if settings else LANGUAGES


@app.command("list")
def list_rules(
    context: typer.Context,
    config: Config = None,
    query: Annotated[bool, typer.Option("--query", help="What each rule asks for, as a query string.")] = False,
    as_json: Json = False,
) -> None:
    """Every rule with its level, tags, version, place, how many articles it has hit and when last.

    While the written rule files have mistakes these are the rules that went live last, and it exits 1.
    """
    settings, rules, refused = _listed(context, config)
    rows = [_asking(rule) for rule in rules] if query else _rows(rules, _hits(settings))
    if as_json:
        answer(rows)
    elif query:
        table(("RULE", "QUERY"), [(row["id"], row["query"] or f"({row['because']})") for row in rows])
    else:
        table(("RULE", "LEVEL", "TAGS", "VERSION", "HITS", "LAST HIT", "FILE", "TITLE"), [
            (row["id"], row["level"], row["tags"], row["version"], row["hits"], clock(row["last_hit"], settings.zone),
             row["file"],
             row["title"])
            for row in rows
        ])  # fmt: skip
    if refused:
        raise refused


def _listed(context: typer.Context, config: Path | None) -> tuple[Settings, list[Rule], ConfigError | None]:
    """The written rules; where these are refused, those that went live last, and why they are refused."""
    settings = settings_of(context, config)
    try:
        return settings, [*configured(context, config)[1].rules.values()], None
    except ConfigError as error:
        held = _live(settings)
        if held is None:
            raise
        rules, since = held
        when = clock(since, settings.zone)
        say(f"the written rules are refused, see below; listed are those that are live since {when}", err=True)
        return settings, [*rules.rules.values()], error


def _live(settings: Settings) -> tuple[RuleSet, datetime] | None:
    """The rules that went live last, and when; None where there are none that can be read."""
    if not is_there(settings.database):
        return None
    try:
        with closing(Store.open(settings.database)) as store:
            held = store.ruleset_live()
        return (rebuild(held.files, settings.languages), held.since) if held else None
    except (StoreError, ConfigError):  # unreadable, or written for another version of this program
        return None


def _rows(rules: Sequence[Rule], hits: Mapping[str, RuleHits] | None) -> list[dict[str, Any]]:
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "level": rule.level,
            "tags": list(rule.tags),
            "version": rule.version,
            **_hit(hits, rule.id),
            "file": f"{rule.path}:{rule.line}",
        }
        for rule in rules
    ]


def _asking(rule: Rule) -> dict[str, Any]:
    """What a rule asks for as a query string; where only a mapping can say it, why."""
    try:
        return {"id": rule.id, "query": to_query(rule.condition), "because": None}
    except NoQueryError as error:
        return {"id": rule.id, "query": None, "because": str(error)}


def _hits(settings: Settings) -> Mapping[str, RuleHits] | None:
    """What the rules have hit, None where no database tells it: rules are written before anything runs."""
    if not is_there(settings.database):
        return None
    try:
        with closing(Store.open(settings.database)) as store:
            return store.rule_hits()
    except StoreError as error:
        say(str(error), err=True)
        return None


def _hit(hits: Mapping[str, RuleHits] | None, rule: str) -> dict[str, Any]:
    found = (hits or {}).get(rule)
    last = found.last if found else None
    return {"hits": None if hits is None else found.hits if found else 0, "last_hit": told(last)}


@app.command("test")
def run_tests(
    context: typer.Context,
    config: Config = None,
    rules: RuleFiles = None,
    report: Annotated[Path | None, typer.Option("--junit", help="Write a JUnit report to this file.")] = None,
    as_json: Json = False,
) -> None:
    """Run the tests that stand in the rules; exits 1 when one fails.

    A test of an archived article that is not held any more is not run, and fails nothing.
    """
    written, settings = chosen(context, config, rules)
    with archive_of(settings) as archive:
        results = written.test(archive)
    if report:
        junit.write(results, report)
    failed = [problem for result in results if (problem := result.problem)]
    not_run = [notice for result in results if (notice := result.notice)]
    if as_json:
        answer([
            {"rule": one.rule, "passed": one.passed, "problem": _told(one.problem), "not_run": _told(one.notice)}
            for one in results
        ])  # fmt: skip
    else:
        for line in (*failed, *not_run):
            say(str(line))
        counts = f"{len(results) - len(failed) - len(not_run)} tests passed, {len(failed)} failed"
        typer.echo(f"{counts}, {len(not_run)} not run" if not_run else counts)
    if failed:
        raise typer.Exit(1)


def _told(problem: Problem | None) -> str | None:
    return None if problem is None else str(problem)


@app.command("try")
def try_rules(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE..", help="Articles as .txt or .html files.")],
    config: Config = None,
    rules: RuleFiles = None,
    as_json: Json = False,
) -> None:
    """Read articles and match them, storing nothing."""
    written, languages = rules_for(context, config, rules)
    tried: list[dict[str, Any]] = []
    refused = []
    for path in files:
        if path.exists() and not path.is_file():
            refused.append(f"{path}: is not a regular file")
            continue
        try:
            article = normalise(item_of(path), languages, datetime.now(UTC))
        except OSError as error:
            refused.append(f"{path}: cannot be read: {error.strerror}")
            continue
        tried.append(
            {"file": str(path), "article": fields(article), "matches": [about_match(m) for m in written.match(article)]}
        )
    if as_json:
        answer(tried)
    else:
        for one in tried:
            _show(one)
    if refused:
        raise MonitorError("\n".join(refused))


def item_of(path: Path) -> Item:
    """A file as it stands; raises OSError."""
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
