"""The trace of an article -> lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from monitor.cli.ledger import WAITS, is_only_counting, told_seen
from monitor.cli.options import counted
from monitor.cli.stories import told_story, told_title, told_verdict
from monitor.cli.times import clock
from monitor.model import Suppression
from monitor.plain import one_line

_LINE = 160  # characters of what stands in the article: a footer may be a page long


def lines(trace: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """What `why` says, one stage after the other; what belongs to a line stands under it, indented.

    Times are those of the clocks in `zone`.
    """
    yield f"article {trace['id']}: {trace['title'] or 'untitled'}"
    yield from _fetched(trace, trace["fetched"], zone)
    yield from _read(trace, trace["normalised"])
    yield from _placed(trace["status"], trace["placement"])
    yield from _joined(trace["story"], trace["joined"])
    yield from _matched(trace["rules"])
    if not trace["alerts"]:
        yield "alerts: none"
    for alert in trace["alerts"]:
        yield from _alerted(alert, zone)


def _fetched(trace: dict[str, Any], fetched: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    kind = f" ({fetched['kind']})" if fetched["kind"] else ""
    seen = clock(fetched["first_seen"], zone)
    yield f"source: {trace['source']}{kind}, item {_quoted(fetched['item'])}, first seen {seen}"
    if trace["url"]:
        yield f"address: {trace['url']}"
        if fetched["page"] not in (None, trace["url"]):
            yield f"  known as {fetched['page']}"


def _read(trace: dict[str, Any], read: dict[str, Any]) -> Iterator[str]:
    value, precision = trace["published"]["value"], trace["published"]["precision"]
    yield f"published: {value} ({precision})" if value else "published: unknown"
    for date in read["dates"]:
        meant = f" = {date['value']}" if date["value"] not in (None, date["written"]) else ""
        verdict = f"rejected: {date['rejected']}" if date["rejected"] else "taken"
        yield f"  {date['where']} {_quoted(date['written'])}{meant}, {verdict}"
    sure = f", {read['confidence']:.2f} sure" if read["confidence"] is not None else ""
    declared = f", declared {read['declared_language']}" if read["declared_language"] else ""
    yield f"language: {trace['language'] or 'unknown'}{sure}{declared}"
    for score in read["language_scores"]:
        yield f"  {score['detector']}: {score['language']} {score['probability']:.2f}"
    yield f"agency: {read['agency'] or 'none stated'}"
    if read["title_derived"]:
        yield "title: derived from the first sentence"
    yield f"stripped: {counted(len(read['stripped']), 'line') if read['stripped'] else 'nothing'}"
    yield from (f"  {one_line(line, limit=_LINE)}" for line in read["stripped"])


def _placed(status: str, placement: dict[str, Any]) -> Iterator[str]:
    yield f"{status}: {placement['because']}"
    if of := placement["of"]:
        yield f"  {_named(of)}"
    yield from (f"  near {_named(one)}: {one['because']}" for one in placement["neighbours"])
    yield from (f"  brings: {one_line(sentence, limit=_LINE)}" for sentence in placement["new"])


def _joined(story: str, joined: dict[str, Any]) -> Iterator[str]:
    held = f": {told_story(joined['story'])}" if joined["story"] else ""
    opened = ", opened by this article" if joined["opened"] == story else ""
    yield f"story {story}{opened}{held}"
    if joined["opened"] not in (None, story):
        yield f"  this article opened story {joined['opened']}, which was merged into it"
    if joined["because"]:
        yield f"  {joined['because']}"
    for one in joined["others"]:
        yield f"  with {_named(one)} ({told_verdict(one['status'], one['of'])})"


def _matched(rules: list[dict[str, Any]]) -> Iterator[str]:
    if not rules:
        yield "rules: none matched"
    for match in rules:
        passages: dict[str, dict[str, None]] = {}
        for one in match["evidence"]:
            passages.setdefault(one["in"], {})[" ".join(one["text"].split())] = None
        found = "; ".join(f"{field}: {', '.join(texts)}" for field, texts in passages.items())
        yield f"rule {match['rule']}: {found or 'the facts of the article are enough'}"


def _alerted(alert: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    if alert["suppressed"]:
        yield f"alert of {alert['rule']}: {_suppressed(alert, zone)}"
        yield from (f"  counted by {delivered(one, zone)}" for one in alert["deliveries"])
        return
    yield f"alert {alert['key']}: {alert['reason']}, {clock(alert['created'], zone)}"
    if seen := alert["acknowledged"]:
        yield f"  acknowledged {told_seen(seen, zone)}"
    if not alert["deliveries"]:
        yield "  routed to nobody"
    for one in alert["deliveries"]:
        yield f"  {delivered(one, zone)}"
        yield from (f"    {tried(attempt, zone)}" for attempt in one["attempts"])


def _suppressed(alert: dict[str, Any], zone: ZoneInfo) -> str:
    """Why nobody was told."""
    if alert["suppressed"] == Suppression.SILENCE:
        until = f" (until {clock(alert['silenced_until'], zone)})" if alert["silenced_until"] else ""
        return f"suppressed by {alert['because']}{until}"
    if alert["suppressed"] == Suppression.INHIBITION:
        return f"suppressed, hidden by an alert that matters more: {alert['because']}"
    by = f"; see alert {alert['told_by']}" if alert["told_by"] else ""
    return f"suppressed, {alert['suppressed']}: {alert['because']}{by}"


def delivered(one: dict[str, Any], zone: ZoneInfo) -> str:
    """How far an alert has come at one address, as `why.about_sending` has it."""
    to = f"{one['receiver']} {one['address']}".strip()
    kind = "" if one["kind"] == "group" else f" in a {one['kind']}{_slot(one)}"
    others = f" with {counted(one['alerts'] - 1, 'other')}" if one["alerts"] > 1 else ""
    tried = f" after {counted(one['attempt'], 'attempt')}" if one["attempt"] else ", not tried yet"
    if is_only_counting(one):
        tried = f", {WAITS}"
    if one["dropped"]:
        tried = f" by {one['dropped_by']} at {clock(one['dropped'], zone)}"
    again = f", next {clock(one['due_at'], zone)}" if one["due_at"] else ""
    disabled = f", the receiver is disabled: {one['receiver_disabled']}" if one["receiver_disabled"] else ""
    return f"{to}: {one['state']}{kind}{others}{tried}{again}{disabled}"


def _slot(one: dict[str, Any]) -> str:
    return f" of {one['slot']}" if one["slot"] else ""


def tried(one: dict[str, Any], zone: ZoneInfo) -> str:
    """One attempt, and what the server said."""
    took = f", {one['seconds']:g} s" if one["seconds"] is not None else ""
    said = f": {one['answer']}" if one["answer"] else ""
    at = clock(one["at"], zone, exact=True)
    return f"{one['number']}. {at}{took} {one['outcome'] or 'no end known'}{said}"


def _named(one: dict[str, Any]) -> str:
    if one["title"] is None:
        return f"article {one['article']}, which is held no more"
    return f"article {one['article']}, {one['source']}: {told_title(one['title'])}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
