"""The store -> tables and JSON of what is remembered: articles, alerts, deliveries."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.cli.options import Config, Json, Limit, answer, by, opened, opened_store, say, table
from monitor.cli.times import clock, told
from monitor.errors import MonitorError
from monitor.model import Article, DeliveryState, Match
from monitor.normalise import canonical
from monitor.store import AlertRow, ArticleRow, DeliveryRow, Store

articles = typer.Typer(no_args_is_help=True)
alerts = typer.Typer(no_args_is_help=True)
deliveries = typer.Typer(no_args_is_help=True)


Number = Annotated[int, typer.Argument(metavar="ID", help="The number that `deliveries list` shows.")]


def add_to(app: typer.Typer) -> None:
    """Hang these nouns on the program."""
    app.add_typer(articles, name="articles", help="The articles held.")
    app.add_typer(alerts, name="alerts", help="The alerts raised, and those suppressed.")
    app.add_typer(deliveries, name="deliveries", help="The outbox: what was sent to whom, and what waits.")


@articles.command("list")
def list_articles(context: typer.Context, config: Config = None, limit: Limit = 50, as_json: Json = False) -> None:
    """The articles held, newest first."""
    with opened_store(context, config) as store:
        rows = [about_article(row) for row in store.articles(limit)]
    shown = [{**row, "published": row["published"]["value"]} for row in rows]
    _print(rows if as_json else shown, as_json, ("id", "source", "published", "status", "matches", "title"))


@articles.command("show")
def show_article(
    context: typer.Context,
    ident: Annotated[str, typer.Argument(metavar="ID", help="The article's id or URL.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """One article with all its fields."""
    with opened_store(context, config) as store:
        row = wanted(store, ident)
    shown = {**about_article(row), "because": row.because, **fields(row.article), "refused": row.article.refused}
    _print_one(shown, as_json)


@alerts.command("list")
def list_alerts(
    context: typer.Context,
    config: Config = None,
    everything: Annotated[bool, typer.Option("--all", help="With the suppressed ones and why.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """The alerts raised, newest first."""
    with opened(context, config) as (store, zone, _):
        rows = [about_alert(row) for row in store.alerts(limit, suppressed=everything)]
    shown = [
        row
        | {"about": row["about"] or row["story"], "created": clock(row["created"], zone)}
        | {"acknowledged": row["acknowledged"] and row["acknowledged"]["by"]}
        for row in rows
    ]
    _print(
        rows if as_json else shown,
        as_json,
        ("id", "created", "level", "rule", "reason", "suppressed", "acknowledged", "article", "about"),
    )


@alerts.command("ack")
def acknowledge_alert(
    context: typer.Context,
    ident: Annotated[int, typer.Argument(metavar="ID", help="The number that `alerts list` shows.")],
    config: Config = None,
    comment: Annotated[str | None, typer.Option("--comment", help="What others should know.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who has seen it; default the user's name.")] = None,
) -> None:
    """Say that somebody has seen an alert: it is not repeated (repeat_interval) until the rule tells anew."""
    with opened(context, config) as (store, zone, _):
        row = store.alert(ident)
        if row is None:
            raise MonitorError(f"no alert has the id {ident}")
        if row.suppressed:
            raise MonitorError(f"alert {ident} was told to nobody ({row.suppressed})")
        who = by(author)
        before = store.acknowledge(ident, who, comment, datetime.now(UTC))
    if before:
        raise MonitorError(f"alert {ident} was acknowledged already, by {before.author} at {clock(before.at, zone)}")
    say(f"alert {ident} is acknowledged by {who}")


@deliveries.command("list")
def list_deliveries(
    context: typer.Context,
    config: Config = None,
    states: Annotated[
        list[DeliveryState] | None, typer.Option("--state", help="Only those in this state; repeatable.")
    ] = None,
    receivers: Annotated[
        list[str] | None, typer.Option("--receiver", metavar="NAME", help="Only those to this receiver; repeatable.")
    ] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """The outbox, newest first: state, attempts and the server's last answer."""
    with opened(context, config) as (store, zone, _):
        rows = [about_delivery(row) for row in store.deliveries(limit, states or (), receivers or ())]
    shown = [
        {**row, "due_at": clock(row["due_at"], zone), "answer": WAITS if is_only_counting(row) else row["answer"]}
        for row in rows
    ]
    columns = ("id", "receiver", "address", "state", "kind", "attempt", "due_at", "alerts", "alert", "answer")
    _print(rows if as_json else shown, as_json, columns)


@deliveries.command("retry")
def retry_delivery(
    context: typer.Context,
    ident: Number,
    config: Config = None,
    again: Annotated[bool, typer.Option("--again", help="Also one that was sent.")] = False,
) -> None:
    """Have one that waits, is dead or was dropped tried at once; who got it knows it by its name."""
    with opened_store(context, config) as store:
        found = store.retry(ident, datetime.now(UTC), again=again)
        _refuse(store, ident, found)
        if found is DeliveryState.SENT and not again:
            raise MonitorError(f"delivery {ident} was sent; --again sends it once more")
    say(f"delivery {ident} is due now")


@deliveries.command("drop")
def drop_delivery(
    context: typer.Context,
    ident: Number,
    config: Config = None,
    author: Annotated[str | None, typer.Option("--author", help="Who drops it; default the user's name.")] = None,
) -> None:
    """Never send one that waits or is dead; it stays listed with who dropped it and when."""
    who = by(author)
    with opened_store(context, config) as store:
        found = store.drop(ident, who, datetime.now(UTC))
        _refuse(store, ident, found)
        if found in (DeliveryState.SENT, DeliveryState.DROPPED):
            raise MonitorError(f"delivery {ident} was {found} already")
    say(f"delivery {ident} is dropped by {who}")


def _refuse(store: Store, ident: int, found: DeliveryState | None) -> None:
    """Raise MonitorError for a delivery that nothing can be done about."""
    row = store.delivery(ident) if found else None
    if row is None:
        raise MonitorError(f"no delivery has the id {ident}")
    if found is DeliveryState.LEASED:
        if row.due_at and row.due_at <= datetime.now(UTC):
            raise MonitorError(
                f"delivery {ident} was being sent by a daemon that may have died; one that runs tries it again"
            )
        raise MonitorError(f"delivery {ident} is being sent just now")
    if not row.alerts:
        raise MonitorError(f"delivery {ident} only counts: it goes with the next that somebody is told of")


def wanted(store: Store, ident: str) -> ArticleRow:
    """The article of an id or URL; an address that differs from the one held by tracking and the like finds it too.

    Raises MonitorError when there is none.
    """
    row = store.article(ident) or store.article(canonical(ident))
    if row is None:
        raise MonitorError(f"no article has the id or URL {ident!r}")
    return row


def fields(article: Article) -> dict[str, Any]:
    """The fields of an article as the public surface names them."""
    return {
        "title": article.title,
        "title_derived": article.title_derived,
        "lede": article.lede,
        "body": article.body,
        "agency": article.agency,
        "published": {"value": article.published.value, "precision": article.published.precision},
        "language": article.language,
        "source": article.source or None,
        "url": article.url,
    }


def about_article(row: ArticleRow) -> dict[str, Any]:
    """An article as every listing shows it."""
    article = row.article
    return {
        "id": row.id,
        "source": article.source,
        "url": article.url,
        "title": article.title,
        "published": {"value": article.published.value, "precision": article.published.precision},
        "language": article.language,
        "status": row.status,
        "duplicate_of": row.duplicate_of,
        "story": row.story,
        "matches": [match.rule for match in row.matches],
    }


def about_match(match: Match) -> dict[str, Any]:
    """A rule that matched, with the passages: code points, half open."""
    evidence = [
        {"in": one.field, "start": one.start, "end": one.end, "text": one.text, "term": one.term}
        for one in match.evidence
    ]
    return {"rule": match.rule, "evidence": evidence}


def about_alert(row: AlertRow) -> dict[str, Any]:
    """An alert as every listing shows it."""
    return {
        "id": row.id,
        "key": row.key,
        "rule": row.rule,
        "level": row.level,
        "reason": row.reason,
        "suppressed": row.suppressed,
        "because": row.because,
        "story": row.story,
        "about": row.document.get("about"),
        "article": row.article,
        "receivers": [{"name": name, "state": state} for name, state in row.receivers],
        "created": told(row.created),
        "acknowledged": about_seen(row),
    }


def about_seen(row: AlertRow) -> dict[str, Any] | None:
    """Who has seen an alert, None while nobody has said so."""
    seen = row.acknowledged
    return {"by": seen.author, "at": told(seen.at), "comment": seen.comment} if seen else None


def told_seen(seen: dict[str, Any], zone: ZoneInfo) -> str:
    """The same in words."""
    comment = f": {seen['comment']}" if seen["comment"] else ""
    return f"by {seen['by']} at {clock(seen['at'], zone)}{comment}"


WAITS = "waits for the next digest that tells something"
"""What becomes of a digest that only counts."""


def is_only_counting(delivery: dict[str, Any]) -> bool:
    """Whether a row of the outbox waits, but tells of nothing."""
    return not delivery["alerts"] and delivery["state"] in (DeliveryState.PENDING, DeliveryState.HELD)


def about_delivery(row: DeliveryRow) -> dict[str, Any]:
    """A row of the outbox as every listing shows it."""
    return {
        "id": row.id,
        "wire_id": row.wire_id,
        "kind": row.kind,
        "slot": row.slot,
        "alert": row.alert,
        "alerts": row.alerts,
        "counted": row.counted,
        "receiver": row.receiver,
        "address": row.address,
        "state": row.state,
        "attempt": row.attempt,
        "due_at": told(row.due_at),
        "tried_at": told(row.tried_at),
        "sent_at": told(row.sent_at),
        "answer": row.answer,
        "dropped": told(row.dropped),
        "dropped_by": row.dropped_by,
    }


def _print(rows: list[dict[str, Any]], as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        answer(rows)
    else:
        table([column.upper() for column in columns], ([row[column] for column in columns] for row in rows))


def _print_one(row: dict[str, Any], as_json: bool) -> None:
    if as_json:
        answer(row)
        return
    for key, value in row.items():
        say(f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
