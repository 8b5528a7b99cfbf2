"""`rules lint` -> what is probably not meant in the rules, and how many alerts a day each would raise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Annotated, Any

import typer

from monitor.alert import AlertCount
from monitor.cli.options import FOUND, LANGUAGES, Config, Json, answer, chosen, counted, say, table
from monitor.cli.progress import progress
from monitor.cli.rules import RuleFiles
from monitor.cli.times import told
from monitor.dedup import Known, news, read
from monitor.match import ENOUGH, Census, Finding, Rule, RuleSet, folded, lint_rules
from monitor.model import Placement, Verdict
from monitor.settings import Settings
from monitor.store import ArticleRow, Store, is_there
from monitor.values import parse_duration, write_about

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
_DAY = timedelta(days=1)
_AT_ONCE = 200  # articles whose placement is asked for together
_STORIES = 20  # whose texts are remembered
_TEXTS = 500  # articles of one story, the newest, that are read to know what it told


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive says of rules: by rule its hits and alerts, over `span` (at least a day) until now.

    The alerts of a rule with a trigger are unknown: how much comes in which hour, `rules backtest` finds out.
    """

    since: datetime
    span: timedelta
    articles: int
    hits: dict[str, int]
    alerts: dict[str, int]
    findings: Sequence[Finding]

    def a_day(self, rule: str) -> float | None:
        """The alerts of a rule on an average day, None where they are unknown."""
        return round(self.alerts[rule] / (self.span / _DAY), 2) if rule in self.alerts else None


class Estimate:
    """Counts by rule the alerts of archived articles, added in any parts but in the order in which they came.

    What an article brings to its story is found out anew: the daemon asks it only where one of its own rules has told
    of the story, and other rules ask it of other articles.
    """

    def __init__(self, store: Store, rules: Mapping[str, Rule]) -> None:
        self._store = store
        self._novelty = {id_: rule.novelty for id_, rule in rules.items() if rule.trigger is None}
        self._count = AlertCount()
        self._met: set[tuple[str, str]] = set()  # rules and the stories that they matched in
        self._stories: dict[str, tuple[Known, list[ArticleRow]]] = {}  # what was told, and what comes, the newest first

    @property
    def alerts(self) -> dict[str, int]:
        """How many alerts each rule raises."""
        return {id_: self._count.alerts[id_] for id_ in self._novelty}

    def add(self, matched: Mapping[int, Sequence[str]]) -> None:
        """Count what articles raise; `matched` are their ids with the rules that each matched."""
        for row in reversed(self._store.articles_among(matched)):
            mine = [(rule, row.story) for rule in matched[row.id] if rule in self._novelty]
            asked = any(one in self._met and self._novelty[one[0]] == "new-facts" for one in mine)
            placement = Placement(row.status, row.story, row.because, row.of, self._news(row) if asked else ())
            self._count.add(placement, {rule: self._novelty[rule] for rule, _ in mine}, old=row.old)
            self._met.update(() if row.old else mine)

    def _news(self, row: ArticleRow) -> tuple[str, ...]:
        """What an article brought to its story, as it was before."""
        if row.old or row.status is Verdict.DUPLICATE:
            return ()
        # The story that was asked for last is the last to be forgotten.
        if (story := self._stories.pop(row.story, None)) is None:
            story = Known(), self._store.articles_of(row.story, _TEXTS)
        known, coming = self._stories[row.story] = story
        while coming and coming[-1].id < row.id:
            if (told := coming.pop()).status is not Verdict.DUPLICATE:
                known.add(read(told.article))
        if len(self._stories) > _STORIES:
            del self._stories[next(iter(self._stories))]
        return news(read(row.article), known)


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
    written, settings = chosen(context, config, rules)
    archived = None
    if settings and is_there(settings.database):
        with closing(Store.open(settings.database)) as store:
            archived = _look_back(store, written, settings, datetime.now(UTC), since)
    findings = folded([*static_findings(written, settings), *(archived.findings if archived else ())])
    if as_json:
        answer(_document(written, findings, archived))
    else:
        _show(written, findings, archived)
    if findings:
        raise typer.Exit(FOUND)


def static_findings(rules: RuleSet, settings: Settings | None) -> list[Finding]:
    """What is probably not meant in the rules by themselves; without a configuration its languages are unknown."""
    return lint_rules(rules, settings.languages if settings else LANGUAGES, known=settings is not None)


def _look_back(store: Store, rules: RuleSet, settings: Settings, now: datetime, since: timedelta) -> Archived:
    """Match the articles first seen since then, and decide on their alerts by where they were placed."""
    census, estimate = Census(rules, settings.languages), Estimate(store, rules.rules)
    began, first = now - since, now
    total = store.archived(began)
    matched: dict[int, list[str]] = {}
    with progress(total, "articles") as advance:
        for one in islice(store.archive(began), total):
            first = min(first, one.first_seen)
            if matches := census.add(one.article):
                matched[one.id] = [match.rule for match in matches]
            if len(matched) >= _AT_ONCE:
                estimate.add(matched)
                matched.clear()
            advance(one.article.title)
    estimate.add(matched)
    span = max(now - max(first, began), _DAY)
    found = census.findings(f"of the last {write_about(span)}")
    return Archived(began, span, census.articles, dict(census.hits), estimate.alerts, found)


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
        "alerts": archived and archived.alerts.get(rule.id),
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
            (id_, archived.hits[id_], *_shown(archived.alerts.get(id_), archived.a_day(id_))) for id_ in rules.rules
        ])  # fmt: skip
    seen = f"{counted(archived.articles, 'article')} of the last {write_about(archived.span)}"
    few = f"; findings on hits need {ENOUGH}" if archived.articles < ENOUGH else ""
    typer.echo(f"{counts}, {seen}{few}")


def _shown(*numbers: float | None) -> list[object]:
    return ["-" if number is None else number for number in numbers]
