"""`rules lint` -> what is probably not meant in the rules, and how many alerts a day each would raise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.alert import Volume
from monitor.cli.ledger import told
from monitor.cli.options import Config, Json, answer, configured, counted, say, settings_of, table
from monitor.cli.progress import progress
from monitor.cli.rules import RuleFiles
from monitor.errors import MonitorError
from monitor.match import ENOUGH, Census, Finding, Rule, RuleSet, lint_rules, load_rules
from monitor.model import Placement
from monitor.settings import Settings
from monitor.store import Store, is_there
from monitor.values import parse_duration, write_about

FINDINGS = 3
"""The exit code of a lint that found something."""

Since = Annotated[
    timedelta,
    typer.Option(
        "--since",
        parser=parse_duration,
        metavar="DURATION",
        show_default="90d",
        help="How far back: the articles first seen since then.",
    ),
]
_LANGUAGES = ("fr", "en")
_DAY = timedelta(days=1)
_AT_ONCE = 200  # articles whose placement is asked for together


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive says of rules: by rule its hits and alerts, over `span` (at least a day) until now."""

    since: datetime
    span: timedelta
    articles: int
    hits: dict[str, int]
    alerts: dict[str, int]
    findings: Sequence[Finding]

    def a_day(self, rule: str) -> float:
        """The alerts of a rule on an average day."""
        return round(self.alerts[rule] / (self.span / _DAY), 2)


def add_to(app: typer.Typer) -> None:
    """Hang this verb on its noun."""
    app.command()(lint)


def lint(
    context: typer.Context,
    config: Config = None,
    rules: RuleFiles = None,
    since: Since = timedelta(days=90),
    as_json: Json = False,
) -> None:
    """What is probably not meant in the rules, by themselves and over the archive; exits 3 when there is anything.

    Also how many articles each rule would have matched, and how many alerts a day it would have raised.
    """
    settings, chosen = _chosen(context, config, rules)
    archived = None
    if settings and is_there(settings.database):
        with closing(Store.open(settings.database)) as store:
            archived = _look_back(store, chosen, settings, datetime.now(UTC), since)
    findings = sorted({*static_findings(chosen, settings), *(archived.findings if archived else ())})
    if as_json:
        answer(_document(chosen, findings, archived))
    else:
        _show(chosen, findings, archived)
    if findings:
        raise typer.Exit(FINDINGS)


def static_findings(rules: RuleSet, settings: Settings | None) -> list[Finding]:
    """What is probably not meant in the rules by themselves; without a configuration its languages are unknown."""
    return lint_rules(rules, settings.languages if settings else _LANGUAGES, known=settings is not None)


def _chosen(context: typer.Context, config: Path | None, files: list[Path] | None) -> tuple[Settings | None, RuleSet]:
    """The rules to look at; files given need no configuration, and none whose own rules are in order."""
    if not files:
        return configured(context, config)
    try:
        settings = settings_of(context, config)
    except MonitorError:
        if config or context.obj:
            raise
        return None, load_rules(files, _LANGUAGES)
    return settings, load_rules(files, settings.languages)


def _look_back(store: Store, rules: RuleSet, settings: Settings, now: datetime, since: timedelta) -> Archived:
    """Match the articles first seen since then, and decide on their alerts by where they were placed."""
    census, volume = Census(rules, settings.languages), Volume()
    began, first = now - since, now
    total = store.archived(began)
    matched: dict[int, list[str]] = {}
    with progress(total, "articles") as advance:
        for one in islice(store.archive(began), total):
            first = min(first, one.first_seen)
            if matches := census.add(one.article):
                matched[one.id] = [match.rule for match in matches]
            if len(matched) >= _AT_ONCE:
                _raise(store, volume, rules.rules, matched)
            advance(one.article.title)
    _raise(store, volume, rules.rules, matched)
    span = max(now - max(first, began), _DAY)
    alerts = {id_: volume.alerts[id_] for id_ in rules.rules}
    found = census.findings(f"of the last {write_about(span)}")
    return Archived(began, span, census.articles, dict(census.hits), alerts, found)


def _raise(store: Store, volume: Volume, rules: Mapping[str, Rule], matched: dict[int, list[str]]) -> None:
    """Count the alerts of articles that were matched, the oldest first, and forget these."""
    for row in reversed(store.articles_among(matched)):
        placement = Placement(row.status, row.story, row.because, row.of, row.news)
        volume.add(placement, {id_: rules[id_].novelty for id_ in matched[row.id]}, old=row.old)
    matched.clear()


def _document(rules: RuleSet, findings: Sequence[Finding], archived: Archived | None) -> dict[str, Any]:
    return {
        "findings": [
            {
                "kind": one.kind,
                "rule": one.rule,
                "file": str(one.problem.path),
                "line": one.problem.line,
                "column": one.problem.column,
                "message": one.problem.message,
            }
            for one in findings
        ],
        "archive": archived
        and {
            "since": told(archived.since),
            "days": round(archived.span / _DAY, 2),
            "articles": archived.articles,
            "enough": archived.articles >= ENOUGH,
        },
        "rules": [{"id": rule.id, **_volume(rule, archived)} for rule in rules.rules.values()],
    }


def _volume(rule: Rule, archived: Archived | None) -> dict[str, Any]:
    """What the archive says of a rule; without one it is unknown."""
    return {
        "hits": archived and archived.hits[rule.id],
        "alerts": archived and archived.alerts[rule.id],
        "alerts_per_day": archived and archived.a_day(rule.id),
    }


def _show(rules: RuleSet, findings: Sequence[Finding], archived: Archived | None) -> None:
    for one in findings:
        say(str(one.problem))
    counts = f"{counted(len(findings), 'finding')} in {counted(len(rules.rules), 'rule')}"
    if archived is None:
        typer.echo(f"{counts}; there is no archive yet that would tell of hits")
        return
    if rules.rules:
        table(("RULE", "HITS", "ALERTS", "ALERTS A DAY"), [
            (id_, archived.hits[id_], archived.alerts[id_], archived.a_day(id_)) for id_ in rules.rules
        ])  # fmt: skip
    seen = f"{counted(archived.articles, 'article')} of the last {write_about(archived.span)}"
    few = f"; findings on hits need {ENOUGH}" if archived.articles < ENOUGH else ""
    typer.echo(f"{counts}, {seen}{few}")
