"""`stories list, show` -> the stories held: their articles, why each is there, and the alerts on them."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.cli.ledger import about_alert, about_article
from monitor.cli.options import Config, Json, Limit, answer, counted, opened, say, table
from monitor.cli.times import clock, told
from monitor.errors import MonitorError
from monitor.plain import one_line
from monitor.store import ArticleRow, StoryRow

app = typer.Typer(no_args_is_help=True)

_TITLE = 100  # characters


@app.command("list")
def list_stories(context: typer.Context, config: Config = None, limit: Limit = 50, as_json: Json = False) -> None:
    """The stories held, those with the newest articles first."""
    with opened(context, config) as (store, zone, _):
        rows = [about_story(row) for row in store.stories(limit)]
    if as_json:
        answer(rows)
        return
    columns = ("id", "last_seen", "articles", "duplicates", "sources", "alerts", "title")
    shown = [row | {"last_seen": clock(row["last_seen"], zone)} for row in rows]
    table([column.upper().replace("_", " ") for column in columns], ([row[name] for name in columns] for row in shown))


@app.command("show")
def show_story(
    context: typer.Context,
    ident: Annotated[str, typer.Argument(metavar="ID", help="The story's id, also one that was merged into another.")],
    config: Config = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """One story: its newest articles, why each is in it, and the alerts on it."""
    with opened(context, config) as (store, zone, _):
        row = store.story(ident)
        if row is None:
            raise MonitorError(f"no story has the id {ident!r}")
        members = [_member(one) for one in store.articles_of(row.id, limit)]
        alerts = [about_alert(one) for one in store.alerts_on(row.id, limit)]
    if as_json:
        answer({**about_story(row), "members": members, "told": alerts})
        return
    if row.id != ident:
        say(f"story {ident} was merged into this one, as both tell of the same")
    _show(about_story(row), members, alerts, zone)


def about_story(row: StoryRow) -> dict[str, Any]:
    """A story as every listing shows it; `articles` is counted as in the alert document."""
    return {
        "id": row.id,
        "title": row.title,
        "first_seen": told(row.first_seen),
        "last_seen": told(row.last_seen),
        "first": told(row.first),
        "last": told(row.last),
        "articles": row.articles,
        "duplicates": row.duplicates,
        "sources": row.sources,
        "alerts": row.alerts,
        "merged": list(row.merged),
    }


def told_story(story: dict[str, Any]) -> str:
    """How much a story holds, in words."""
    copies = f" ({counted(story['duplicates'], 'duplicate')})" if story["duplicates"] else ""
    return f"{counted(story['articles'], 'article')}{copies} of {counted(story['sources'], 'source')}"


def told_title(title: str) -> str:
    """A title among others: a derived one is a whole sentence."""
    return one_line(title, limit=_TITLE) or "untitled"


def told_verdict(status: str, of: int | None) -> str:
    """`new`, `duplicate of 3`, `update of 3`."""
    return f"{status} of {of}" if of else status


def _member(row: ArticleRow) -> dict[str, Any]:
    member = {**about_article(row), "of": row.of, "first_seen": told(row.first_seen)}
    return member | {"because": row.because, "evidence": row.evidence}


def _show(story: dict[str, Any], members: list[dict[str, Any]], alerts: list[dict[str, Any]], zone: ZoneInfo) -> None:
    say(f"story {story['id']}: {story['title'] or 'untitled'}")
    say(f"seen: {clock(story['first_seen'], zone)} to {clock(story['last_seen'], zone)}")
    if story["first"] and (story["first"], story["last"]) != (story["first_seen"], story["last_seen"]):
        say(f"dated: {clock(story['first'], zone)} to {clock(story['last'], zone)}")
    say(f"holds: {told_story(story)}")
    if story["merged"]:
        say(f"merged into it: {', '.join(story['merged'])}")
    for one in members:
        verdict = told_verdict(one["status"], one["of"])
        seen = clock(one["first_seen"], zone)
        say(f"article {one['id']}: {verdict}, {one['source']}, {seen}, {told_title(one['title'])}")
        if because := (one["evidence"] or {}).get("because"):
            say(f"  {because}")
    say(f"alerts: {story['alerts'] or 'none'}")
    for alert in alerts:
        say(f"  {alert['key']}: {alert['reason']}, {clock(alert['created'], zone)}, article {alert['article']}")
