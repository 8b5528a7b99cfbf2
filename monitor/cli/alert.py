"""`alerts show` -> one alert with its article, its passages and its way to everybody who gets it, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.cli.account import delivered, tried
from monitor.cli.ledger import about_seen, told_seen
from monitor.cli.options import Config, Json, answer, counted, opened, say
from monitor.cli.times import clock
from monitor.cli.why import SUPPRESSED, about_sending
from monitor.errors import MonitorError
from monitor.plain import one_line
from monitor.store import AlertRow


def add_to(alerts: typer.Typer) -> None:
    """Hang this verb on its noun."""
    alerts.command("show")(show_alert)


def show_alert(
    context: typer.Context,
    ident: Annotated[int, typer.Argument(metavar="ID", help="The number that `alerts list` shows.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """One alert: what it tells, of what, and who got it; --json gives the document that receivers get."""
    with opened(context, config) as (store, zone, _):
        row = store.alert(ident)
        if row is None:
            raise MonitorError(f"no alert has the id {ident}")
        found = store.deliveries_of([row.id]).get(row.id, ()) if not as_json else ()
        disabled = store.disabled()
        sent = [about_sending(store, one, disabled) for one in found]
    if as_json:
        seen = about_seen(row)
        answer(row.document | ({"acknowledged": seen} if seen else {}))
        return
    for line in _lines(row, sent, zone):
        say(line)


def _lines(row: AlertRow, sent: list[dict[str, Any]], zone: ZoneInfo) -> Iterator[str]:
    document = row.document
    yield f"alert {row.id}: {row.key or 'told to nobody'}, {clock(row.created, zone)}"
    yield from _why(row, zone)
    title, tags = document["rule"]["title"], ", ".join(row.tags)
    yield f"rule: {row.rule}{'' if title == row.rule else f', {title}'}"
    yield f"level: {row.level}{f', tags {tags}' if tags else ''}"
    if document.get("about"):
        yield f"about: {document['about']}"
    if story := document["story"]:
        held = f"{counted(story['articles'], 'article')} of {counted(story['sources'], 'source')} then"
        yield f"story {row.story}: {one_line(story['title'])} ({held})"
    yield from _cited(document, zone)
    yield from _sent(row, sent, zone)


def _why(row: AlertRow, zone: ZoneInfo) -> Iterator[str]:
    """Why it was told, or why not; who has seen it."""
    if row.suppressed:
        yield f"suppressed, {row.suppressed}: {row.because or SUPPRESSED[row.suppressed]}"
        return
    told = row.document.get("condition")
    facts = {key: ", ".join(value) if isinstance(value, list) else value for key, value in (told or {}).items()}
    held = "; ".join(f"{key} {value}" for key, value in facts.items() if key != "kind")
    yield f"reason: {row.reason}{f' ({held})' if held else ''}"
    if seen := about_seen(row):
        yield f"acknowledged: {told_seen(seen, zone)}"


def _cited(document: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """The article with its passages, and what is new."""
    if article := document["article"]:
        yield f"article {article['id']}: {one_line(article['title'])}"
        value = article["published"]["value"]
        told = (clock(value, zone) if "T" in value else value) if value else "without a date"
        yield f"  {article['source']}, {told}"
        if article["url"]:
            yield f"  {article['url']}"
    quoted: dict[tuple[str, str], dict[str, None]] = {}
    for one in document["evidence"]:
        quoted.setdefault((one["in"], one["quote"]), {})[one["term"]] = None
    yield from (f"{field}: {one_line(quote)} [{', '.join(terms)}]" for (field, quote), terms in quoted.items())
    yield from (f"new: {one_line(sentence)}" for sentence in document["new"])
    if correction := document.get("correction"):
        yield f"correction: {correction['kind']}"
        for one in correction["passages"]:
            yield f"  before: {one_line(one['before'])}"
            yield f"  now: {one_line(one['after']) if one['after'] else 'nothing'}"
    yield from (f"also: {one['source']}: {one_line(one['title'])} ({one['relation']})" for one in document["also"])


def _sent(row: AlertRow, sent: list[dict[str, Any]], zone: ZoneInfo) -> Iterator[str]:
    """Each delivery with its attempts."""
    if not sent and not row.suppressed:
        yield "routed to nobody"
    for one in sent:
        yield f"{'counted by' if row.suppressed else 'delivery'} {one['id']}, {delivered(one, zone)}"
        yield from (f"  {tried(attempt, zone)}" for attempt in one["attempts"])
