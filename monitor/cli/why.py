"""`why` -> one article's way from its source to the answers of the receivers, with the reason of every step."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from monitor.cli.account import lines
from monitor.cli.ledger import about_alert, about_article, about_delivery, about_match, wanted
from monitor.cli.options import Config, Json, answer, opened, say
from monitor.cli.silences import ends_of
from monitor.cli.stories import about_story
from monitor.cli.times import told
from monitor.model import Article, Suppression, Verdict
from monitor.settings import Settings
from monitor.store import AlertRow, ArticleRow, DeliveryRow, Store

_OTHERS = 20  # articles of the story that are listed
_TOLD = 200  # alerts on the story among which the one that was enough is looked for

SUPPRESSED = {
    Suppression.AGE: "too old when it came, or undated at the first visit to its source (alert_max_age)",
    Suppression.DUPLICATE: "the rule has told of this story, and a duplicate never tells of it again",
    Suppression.NOTHING_NEW: "the rule has told of this story, and the article brings nothing new to it",
    Suppression.CONDITION: "what the rule waits for over time (its alert:) has not happened yet",
    Suppression.SILENCE: "a silence",
    Suppression.INHIBITION: "an alert that matters more hides it",
}
_TOLD_BEFORE = {Suppression.DUPLICATE, Suppression.NOTHING_NEW}
_ONCE = "the rule has told of this story, and tells of each one once (novelty: first)"


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
    with opened(context, config) as (store, zone, settings):
        trace = _trace(store, wanted(store, ident), settings)
    if as_json:
        answer(trace)
        return
    for line in lines(trace, zone):
        say(line)


def _trace(store: Store, row: ArticleRow, settings: Settings | None) -> dict[str, Any]:
    """The public form of the trace: the article as listings show it, then one part for each stage."""
    return {
        **about_article(row),
        "fetched": {
            "kind": store.kind(row.article.source),
            "item": row.article.guid,
            "page": row.article.page,
            "tags": list(row.article.tags),
            "first_seen": told(row.first_seen),
            "old": row.old,
        },
        "normalised": _normalised(row.article),
        "placement": _placement(store, row),
        "joined": _joined(store, row),
        "rules": [about_match(match) for match in row.matches],
        "alerts": _alerts(store, row, settings),
    }


def _normalised(article: Article) -> dict[str, Any]:
    return {
        "title_derived": article.title_derived,
        "agency": article.agency,
        "dates": [
            {
                "where": one.where,
                "written": one.written,
                "value": one.published.value,
                "precision": one.published.precision,
                "rejected": one.rejected,
            }
            for one in article.dates
        ],
        "refused": article.refused,
        "declared_language": article.declared,
        "confidence": article.confidence,
        "language_scores": [
            {"detector": one.detector, "language": one.language, "probability": one.probability}
            for one in article.scores
        ],
        "stripped": list(article.boilerplate),
    }


def _placement(store: Store, row: ArticleRow) -> dict[str, Any]:
    """The verdict with what it was compared with; an article that is no longer held has neither title nor source."""
    near = (row.evidence or {}).get("neighbours", ())
    held = {one.id: one for one in store.articles_among([*filter(None, [row.of]), *(one["article"] for one in near)])}
    return {
        "because": row.because,
        "of": _named(row.of, held) if row.of else None,
        "neighbours": [{**_named(one["article"], held), "because": one["because"]} for one in near],
        "new": list(row.news),
    }


def _named(id_: int, held: dict[int, ArticleRow]) -> dict[str, Any]:
    one = held.get(id_)
    return {"article": id_, "source": one and one.article.source, "title": one and one.article.title}


def _joined(store: Store, row: ArticleRow) -> dict[str, Any]:
    """The story with the evidence; `opened` is the id of the story that the article opened, None for none."""
    story, evidence = store.story(row.story), row.evidence or {}
    opened = {number: id_ for id_, number in story.merged.items()} | {story.opened: story.id} if story else {}
    because = "the story of the article it repeats" if row.status is Verdict.DUPLICATE else evidence.get("because")
    others = [one for one in store.articles_of(row.story, _OTHERS + 1) if one.id != row.id]
    return {
        "story": about_story(story) if story else None,
        "opened": opened.get(row.id),
        "because": because,
        "similarity": evidence.get("similarity"),
        "shared": evidence.get("shared", []),
        "merged": evidence.get("merged", []),
        "others": [
            {"article": one.id, "status": one.status, "of": one.of, "source": one.article.source}
            | {"title": one.article.title, "published": one.article.published.value}
            for one in others[:_OTHERS]
        ],
    }


def _alerts(store: Store, row: ArticleRow, settings: Settings | None) -> list[dict[str, Any]]:
    alerts, disabled = store.alerts_of(row.id), store.disabled()
    hidden = any(alert.suppressed is Suppression.SILENCE for alert in alerts)
    silences = ends_of(store.silences(), settings.silences if settings else ()) if hidden else {}
    deliveries = store.deliveries_of([alert.id for alert in alerts])
    before = store.alerts_on(row.story, _TOLD) if any(alert.suppressed for alert in alerts) else []
    return [
        about_alert(alert)
        | _suppression(alert, row, before)
        | {"silenced_until": told(silences.get(alert.because or ""))}
        | {"deliveries": [about_sending(store, one, disabled) for one in deliveries.get(alert.id, ())]}
        for alert in alerts
    ]


def _suppression(alert: AlertRow, row: ArticleRow, before: list[AlertRow]) -> dict[str, Any]:
    """Why nobody was told, in words, and the key of the alert that had told of the story."""
    if alert.suppressed is None:
        return {"because": None, "told_by": None}
    because = alert.because or SUPPRESSED[alert.suppressed]
    if alert.suppressed is Suppression.NOTHING_NEW and row.news:
        because = _ONCE  # what brings facts is told under every other novelty
    told_by = next((one.key for one in before if one.rule == alert.rule and one.id < alert.id), None)
    return {"because": because, "told_by": told_by if alert.suppressed in _TOLD_BEFORE else None}


def about_sending(store: Store, row: DeliveryRow, disabled: dict[str, str]) -> dict[str, Any]:
    """A delivery with every attempt, and why its receiver is disabled, if it is."""
    attempts = [
        {
            "number": one.number,
            "at": told(one.at),
            "seconds": one.seconds and round(one.seconds, 3),
            "outcome": one.outcome,
            "answer": one.answer,
        }
        for one in store.attempts(row.id)
    ]
    return about_delivery(row) | {"attempts": attempts, "receiver_disabled": disabled.get(row.receiver)}
