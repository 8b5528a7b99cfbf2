"""`why` -> one article's way from its source to the answers of the receivers, with the reason of every step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from monitor.cli.ledger import fields
from monitor.cli.options import Config, Json, answer, counted, opened_store, say
from monitor.errors import MonitorError
from monitor.model import Article, Match
from monitor.store import AlertRow, ArticleRow, DeliveryRow, Store

_OTHERS = 20  # articles of a story that are listed


def add_to(app: typer.Typer) -> None:
    """Hang this verb on the program."""
    app.command()(why)


def why(
    context: typer.Context,
    ident: Annotated[str, typer.Argument(metavar="ARTICLE-OR-URL", help="The article's id or URL.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Everything that was decided about one article, from the source to the last attempt to deliver, and why."""
    with opened_store(context, config) as store:
        row = store.article(ident)
        if row is None:
            raise MonitorError(f"no article has the id or URL {ident!r}")
        trace = _trace(store, row)
    if as_json:
        answer(trace)
        return
    for line in _told(trace):
        say(line)


def _trace(store: Store, row: ArticleRow) -> dict[str, Any]:
    """The public form of the trace."""
    article, alerts = row.article, store.alerts_of(row.id)
    attempts = store.deliveries_of([alert.id for alert in alerts])
    others = [one for one in store.articles_of(row.story, _OTHERS + 1) if one.id != row.id][:_OTHERS]
    return {
        "id": row.id,
        "guid": article.guid,
        "first_seen": row.first_seen.isoformat(timespec="seconds"),
        **fields(article),
        "read": _read(article),
        "placement": {
            "status": row.status,
            "of": row.of,
            "because": row.because,
            "story": row.story,
            "evidence": row.evidence,
            "new": list(row.news),
            "others": [{"id": one.id, "status": one.status, "title": one.article.title} for one in others],
        },
        "matches": [_match(match, article) for match in row.matches],
        "alerts": [_alert(alert, [one for one in attempts if one.alert_id == alert.id]) for alert in alerts],
    }


def _read(article: Article) -> dict[str, Any]:
    return {
        "declared_language": article.declared,
        "confidence": article.confidence,
        "language_scores": [
            {"detector": one.detector, "language": one.language, "probability": one.probability}
            for one in article.scores
        ],
        "dates": [
            {"where": one.where, "written": one.written, "value": one.published.value, "rejected": one.rejected}
            for one in article.dates
        ],
        "refused": article.refused,
        "stripped": list(article.boilerplate),
    }


def _match(match: Match, article: Article) -> dict[str, Any]:
    found = [{"in": one.field, "text": one.text, "term": one.term} for one in match.evidence]
    return {"rule": match.rule, "evidence": found}


def _alert(alert: AlertRow, attempts: list[DeliveryRow]) -> dict[str, Any]:
    return {
        "id": alert.id,
        "key": alert.key,
        "rule": alert.rule,
        "reason": alert.reason,
        "suppressed": alert.suppressed,
        "created": alert.created.isoformat(timespec="seconds"),
        "deliveries": [
            {
                "id": one.id,
                "receiver": one.receiver,
                "address": one.address,
                "state": one.state,
                "attempts": one.attempt,
                "tried_at": one.tried_at.isoformat(timespec="seconds") if one.tried_at else None,
                "due_at": one.due_at.isoformat(timespec="seconds") if one.due_at else None,
                "answer": one.answer,
            }
            for one in attempts
        ],
    }


# ---- The same for people ----


def _told(trace: dict[str, Any]) -> Iterator[str]:
    yield f"article {trace['id']}: {trace['title'] or 'untitled'}"
    yield f"source: {trace['source']}, first seen {trace['first_seen']}, {trace['url'] or trace['guid']}"
    yield from _told_reading(trace, trace["read"])
    yield from _told_placement(trace["placement"])
    yield from _told_rules(trace["matches"])
    if not trace["alerts"]:
        yield "alerts: none"
    for alert in trace["alerts"]:
        yield from _told_alert(alert)


def _told_reading(trace: dict[str, Any], read: dict[str, Any]) -> Iterator[str]:
    yield f"published: {trace['published']['value'] or 'unknown'} ({trace['published']['precision']})"
    for date in read["dates"]:
        verdict = f"not taken: {date['rejected']}" if date["rejected"] else "taken"
        yield f"  {date['where']}: {json.dumps(date['written'], ensure_ascii=False)} = {date['value']}, {verdict}"
    sure = f", {read['confidence']:.2f} sure" if read["confidence"] is not None else ""
    declared = f", declared {read['declared_language']}" if read["declared_language"] else ""
    yield f"language: {trace['language'] or 'unknown'}{sure}{declared}"
    for score in read["language_scores"]:
        yield f"  {score['detector']}: {score['language']} {score['probability']:.2f}"
    yield f"agency: {trace['agency'] or 'none stated'}"
    yield f"stripped: {counted(len(read['stripped']), 'line')}"
    yield from (f"  - {line}" for line in read["stripped"])


def _told_placement(placement: dict[str, Any]) -> Iterator[str]:
    yield f"{placement['status']}: {placement['because']}"
    yield f"story: {placement['story']}, with {counted(len(placement['others']), 'other article')} listed"
    if placement["evidence"]:
        yield f"  {placement['evidence']['because']}"
    yield from (f"  {one['id']} ({one['status']}): {one['title'] or 'untitled'}" for one in placement["others"])
    yield from (f"  new: {sentence}" for sentence in placement["new"])


def _told_rules(matches: list[dict[str, Any]]) -> Iterator[str]:
    if not matches:
        yield "rules: none matched"
    for match in matches:
        quoted = ", ".join(f"'{one['text']}' in {one['in']}" for one in match["evidence"])
        yield f"rule {match['rule']}: {quoted or 'by facts of the article alone'}"


def _told_alert(alert: dict[str, Any]) -> Iterator[str]:
    if alert["suppressed"]:
        yield f"alert of {alert['rule']}: suppressed, {alert['suppressed']}"
        return
    yield f"alert {alert['key']}: {alert['reason']}, {alert['created']}"
    for one in alert["deliveries"]:
        to = f"{one['receiver']} {one['address']}".strip()
        when = one["tried_at"] or (f"due {one['due_at']}" if one["due_at"] else "never tried")
        said = f", the server said: {one['answer']}" if one["answer"] else ""
        yield f"  {to}: {one['state']} after {counted(one['attempts'], 'attempt')}, {when}{said}"
