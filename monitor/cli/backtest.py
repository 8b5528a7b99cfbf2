"""`rules backtest` -> the alerts that an edit of the rules would have gained, lost and kept over the archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.alert import marked, quotes
from monitor.cli.options import FOUND, Config, Json, answer, configured, counted, say, settings_of
from monitor.cli.progress import Advance, progress
from monitor.cli.rules import RuleFiles
from monitor.cli.times import clock, told
from monitor.errors import ConfigError, MonitorError
from monitor.match import Rule, load_rules
from monitor.model import Alert
from monitor.plain import one_line
from monitor.settings import Settings, rebuild
from monitor.store import Archived, Store
from monitor.values import parse_duration

Rules = Mapping[str, Rule]
Found = tuple[Archived, Mapping[str, Alert], Mapping[str, Alert]]  # an article, its alerts before and after, by rule
Since = Annotated[
    timedelta,
    typer.Option(
        "--since",
        parser=parse_duration,
        metavar="DURATION",
        show_default="30d",
        help="How far back: the articles first seen since then.",
    ),
]

_KINDS = ("gained", "lost", "kept")
_TITLE = 100  # characters
_QUOTE, _BEFORE = 160, 60  # characters of a passage, and of what stands before the match in it


def add_to(app: typer.Typer) -> None:
    """Hang this verb on its noun."""
    app.command()(backtest)


def backtest(
    context: typer.Context,
    config: Config = None,
    rules: RuleFiles = None,
    since: Since = timedelta(days=30),
    as_json: Json = False,
) -> None:
    """The alerts that edited rules would have gained and lost over the archive; exits 3 when there are any.

    With --rules these are compared with the configured ones; without it the configured ones with those that went live.
    """
    from monitor.replay import replay

    settings = settings_of(context, config)
    with closing(Store.open(settings.database)) as store:
        before, after = _sides(context, config, rules, settings, store)
        began = datetime.now(UTC) - since
        total = store.archived(began)
        found = replay(islice(store.archive(began), total), before, after, settings)
        with progress(total, "articles") as advance, closing(found):
            report = {"since": told(began), "articles": total} | _compared(found, _edits(before, after), advance)
    if as_json:
        answer(report)
    else:
        _show(report, settings.zone)
    if report["gained"] or report["lost"]:
        raise typer.Exit(FOUND)


def _sides(
    context: typer.Context, config: Path | None, files: list[Path] | None, settings: Settings, store: Store
) -> tuple[Rules, Rules]:
    """The rules in effect and the edited ones; raises MonitorError."""
    if not files:
        edited = configured(context, config)[1].rules
        if (live := live_rules(store)) is None:
            raise MonitorError("no rules have gone live yet: name the edited rule files with --rules")
        return live, edited
    edited = load_rules(files, settings.languages).rules
    try:
        return configured(context, config)[1].rules, edited
    except ConfigError:
        if (live := live_rules(store)) is None:
            raise
    say("the configured rules have mistakes: compared with those that went live last", err=True)
    return live, edited


def live_rules(store: Store) -> Rules | None:
    """The rules that a daemon took last, None before the first; raises ConfigError when they cannot be read now."""
    if (live := store.ruleset_live()) is None:
        return None
    return rebuild(live.files, live.languages).rules


def _edits(before: Rules, after: Rules) -> dict[str, str | None]:
    """What was done to each rule of either set: added, removed, changed or nothing (None)."""
    edits: dict[str, str | None] = {}
    for id_ in (*after, *before):
        if id_ not in before or id_ not in after:
            edits[id_] = "removed" if id_ in before else "added"
        else:
            edits[id_] = None if before[id_].version == after[id_].version else "changed"
    return edits


def _compared(found: Iterable[Found], edits: Mapping[str, str | None], advance: Advance) -> dict[str, Any]:
    """What differs, alert by alert, and counts by rule; rules that are as they were and raised none are left out."""
    gained, lost = [], []
    counts = {id_: dict.fromkeys(_KINDS, 0) for id_ in edits}
    for article, before, after in found:
        for rule in before.keys() | after.keys():
            kind = "kept" if rule in before and rule in after else "gained" if rule in after else "lost"
            counts[rule][kind] += 1
        gained += [_row(article, alert) for rule, alert in after.items() if rule not in before]
        lost += [_row(article, alert) for rule, alert in before.items() if rule not in after]
        advance(article.article.title)
    return {
        "gained": gained,
        "lost": lost,
        "kept": sum(one["kept"] for one in counts.values()),
        "per_rule": {id_: one | {"edit": edits[id_]} for id_, one in counts.items() if edits[id_] or any(one.values())},
    }


def _row(archived: Archived, alert: Alert) -> dict[str, Any]:
    """An alert with its article, as far as it can be told apart from those of other articles and rules."""
    article = archived.article
    return {
        "rule": alert.rule,
        "level": alert.level,
        "reason": alert.reason,
        "article": archived.id,
        "source": article.source,
        "title": article.title,
        "url": article.url,
        "published": {"value": article.published.value, "precision": article.published.precision},
        "first_seen": told(archived.first_seen),
        "evidence": alert.document["evidence"],
    }


def _show(report: dict[str, Any], zone: ZoneInfo) -> None:
    counts = f"{counted(len(report['gained']), 'alert')} gained, {len(report['lost'])} lost, {report['kept']} kept"
    say(f"{counted(report['articles'], 'article')} since {clock(report['since'], zone)}: {counts}")
    signed = [("+", row) for row in report["gained"]] + [("-", row) for row in report["lost"]]
    for rule, numbers in report["per_rule"].items():
        if numbers["edit"]:
            say(f"{rule} ({numbers['edit']}): {', '.join(f'{numbers[kind]} {kind}' for kind in _KINDS)}")
            mine = [(row["article"], sign, row) for sign, row in signed if row["rule"] == rule]
            for _, sign, row in sorted(mine, key=itemgetter(0)):
                _show_row(sign, row)
    if same := [numbers["kept"] for numbers in report["per_rule"].values() if not numbers["edit"]]:
        say(f"as before: {counted(sum(same), 'alert')} of {counted(len(same), 'rule')}")


def _show_row(sign: str, row: dict[str, Any]) -> None:
    date = row["published"]["value"] or "no date"
    say(f"  {sign} article {row['article']}, {row['source']}, {date}: {one_line(row['title'], limit=_TITLE)}")
    if row["evidence"]:
        quote, marks = max(quotes(row["evidence"]), key=lambda one: len(one[1]))
        text = one_line(marked(quote, marks, str, "*", "*"), limit=3 * len(quote))
        if len(text) > _QUOTE and (cut := text.find("*") - _BEFORE) > 0:
            text = f"… {text[cut:].partition(' ')[2]}"
        say(f"      {one_line(text, limit=_QUOTE)}")
