"""`sources list, refresh` -> how the sources are, what a poll of them brings now; the noun with all its verbs."""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from monitor.cli import feeds
from monitor.cli.options import Config, Json, answer, counted, opened_store, say, settings_of, table, tested
from monitor.cli.progress import progress
from monitor.cli.times import told
from monitor.errors import MonitorError, SourceError
from monitor.ingest import (
    BrokenListError,
    FeedSource,
    OpmlFile,
    OpmlSource,
    Polled,
    expand,
    poll_opml,
)
from monitor.model import SourceState
from monitor.report import Report
from monitor.settings import Settings
from monitor.store import SourceRow
from monitor.values import without_secrets, write_about
from monitor.yaml import suggestion

app = typer.Typer(no_args_is_help=True)

feeds.add_to(app)

# ---- list ----


@app.command("list")
def list_sources(context: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Every source: is it healthy, when is it next due and why; what fails comes first."""
    settings = settings_of(context, config)
    with opened_store(context, config) as store:
        known = {row.name: row for row in store.source_rows()}
    now = datetime.now(UTC)
    polled, lists, broken = polled_now(settings)
    rows = [_row(source, known.get(source.name), now) for source in polled]
    rows += [_list_row(source, lists[source.name], known.get(source.name), now) for source in _opml(settings)]
    for row in rows:
        if row["name"] in broken:
            row |= {"status": "failing", "health": f"failing: {broken[row['name']]}", "error": broken[row["name"]]}
    rows.sort(key=lambda row: ("failing", "ailing", "never polled", "ok").index(row["status"]))
    if as_json:
        answer(rows)
        return
    table(("NAME", "TYPE", "HEALTH", "ARTICLES", "LAST NEWS", "NEXT DUE", "WHY"), [
        (row["name"], row["type"], row["health"], row["articles"],
         _ago(row["last_news"], now), _until(row["next_due"], now), row["because"])
        for row in rows
    ], yielding="HEALTH")  # fmt: skip


def _opml(settings: Settings) -> list[OpmlSource]:
    return [source for source in settings.sources if isinstance(source, OpmlSource)]


def polled_now(settings: Settings) -> tuple[list[Polled], dict[str, OpmlFile], dict[str, str]]:
    """What is polled, the OPML files, and what is wrong with those that cannot be read, by the name of their source."""
    lists, broken = {}, {}
    for source in _opml(settings):
        try:
            lists[source.name] = poll_opml(source)
        except SourceError as error:
            lists[source.name] = error.before if isinstance(error, BrokenListError) else OpmlFile()
            broken[source.name] = error.message
    return expand(settings.sources, lists), lists, broken


def _row(source: Polled | OpmlSource, row: SourceRow | None, now: datetime) -> dict[str, Any]:
    """Everything about one source, for programs; the table shows a part of it."""
    state = row.state if row else SourceState()
    status, health = _health(source.name, state)
    url = source.url if isinstance(source, FeedSource) else None
    return {
        "name": source.name,
        "type": source.type,
        "url": without_secrets(url) if url else None,
        "moved": without_secrets(state.url) if state.url else None,
        "tags": list(source.tags),
        "status": status,
        "health": health,
        "articles": row.articles if row else 0,
        "unreadable": row.unreadable if row else 0,
        "last_news": told(row.last_article if row else None),
        "polled": told(state.polled),
        "succeeded": told(state.succeeded),
        "next_due": told(state.next_due or (None if state.polled else now)),
        "because": state.because or ("new" if not state.polled else None),
        "failures": state.failures,
        "error": state.error,
        "trouble": state.trouble,
        "since": told(state.ailing) if state.trouble else None,
        "told": told(state.told),
        "gap": round(state.habits.gap) if state.habits.gap is not None else None,
    }


def _list_row(source: OpmlSource, file: OpmlFile, row: SourceRow | None, now: datetime) -> dict[str, Any]:
    """The same about an OPML file, which is no feed itself."""
    found = _row(source, row, now)
    if found["status"] != "failing":
        found |= {
            "status": "ok",
            "health": f"ok, {counted(len(file.outlines), 'feed')}",
            "because": "read again when it changes",
        }
    if file.problems:
        mistake = f"{counted(len(file.problems), 'outline')} cannot be used: {file.problems[0]}"
        found |= {"status": "ailing", "health": mistake, "trouble": mistake}
    return found | {"next_due": None}


def _health(name: str, state: SourceState) -> tuple[str, str]:
    """One word and one clause on how a source is."""
    if state.error:
        times = f" ({state.failures} times)" if state.failures > 1 else ""
        return "failing", f"failing{times}: {state.error.removeprefix(f'{name}: ')}"
    if state.trouble:
        return "ailing", state.trouble
    if not state.polled:
        return "never polled", "never polled"
    return "ok", "ok"


def _ago(when: str | None, now: datetime) -> str | None:
    return f"{write_about(now - datetime.fromisoformat(when))} ago" if when else None


def _until(when: str | None, now: datetime) -> str | None:
    if when is None:
        return None
    pause = datetime.fromisoformat(when) - now
    return f"in {write_about(pause)}" if pause >= timedelta(seconds=1) else "now"


# ---- refresh ----


@app.command("refresh")
def refresh_sources(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME..", help="Names of sources; * stands for any letters.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Poll sources now, whenever they are due; exits 1 when one of them failed."""
    from monitor import daemon

    settings, rules = tested(context, config)
    chosen = _chosen(names, [source.name for source in polled_now(settings)[0]])
    with progress(len(chosen), "sources") as advance:
        reports = asyncio.run(daemon.refresh(settings, rules, chosen, advance))
    if as_json:
        answer([_result(name, report) for name, report in reports.items()])
    else:
        _show_results(reports)
    if any(report.incomplete for report in reports.values()):
        raise typer.Exit(1)


def _chosen(names: Iterable[str], known: Sequence[str]) -> list[str]:
    """The sources that are named, each once; raises MonitorError for a name that fits none."""
    chosen: dict[str, None] = {}
    for name in names:
        fitting = [one for one in known if one == name] or [one for one in known if fnmatch.fnmatchcase(one, name)]
        if not fitting:
            raise MonitorError(f"no source is named {name!r}{suggestion(name, known)}")
        chosen.update(dict.fromkeys(fitting))
    return list(chosen)


def _result(name: str, report: Report) -> dict[str, Any]:
    counts = ("items", "new", "duplicates", "updates", "known", "empty", "matches", "alerts")
    return {"name": name, **{key: getattr(report, key) for key in counts}, "errors": list(report.errors)}


def _show_results(reports: Mapping[str, Report]) -> None:
    for name, report in reports.items():
        for error in report.errors:
            say(error, err=True)
        if not report.incomplete:
            new, updates = f"{report.new} new", counted(report.updates, "update")
            say(f"{name}: {new}, {updates}, {report.known} known, {counted(report.alerts, 'alert')}")
    failed = sum(report.incomplete for report in reports.values())
    typer.echo(f"{counted(len(reports), 'source')} polled, {failed} failed")
