"""Alert documents -> the message people read, in French or English, as plain text and as HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from monitor.alert.wording import MONTHS, WORDS
from monitor.model import Document, Message, Precision

# People read the sentences that say most; the document keeps all of them.
MAX_QUOTES = 3


def render(alerts: Sequence[Document], language: str, zone: ZoneInfo) -> Message:
    """One message for one or more alerts; `language` is "fr" or "en", times are shown in `zone`."""
    first = alerts[0]
    title = _headline(first, language)
    level = WORDS[language][first["rule"]["level"]]
    subject = f"[{level}] {first['rule']['title']}: {title}" if first["article"] else f"[{level}] {title}"
    blocks = [_text(alert, language, zone) for alert in alerts]
    pages = "".join(_html(alert, language, zone) for alert in alerts)
    return Message(subject, "\n\n".join(blocks), _PAGE.format(language=language, title=escape(subject), body=pages))


def _headline(alert: Document, language: str) -> str:
    article, rule, words = alert["article"], alert["rule"], WORDS[language]
    if article:
        return article["title"] or words["untitled"]
    title: str = words.get(rule["id"], rule["title"])
    return f"{alert['about']}: {title}" if "about" in alert else title


def _text(alert: Document, language: str, zone: ZoneInfo) -> str:
    words = WORDS[language]
    rule, story, article = alert["rule"], alert["story"], alert["article"]
    headline = _headline(alert, language)
    lines = [
        f"[{words[rule['level']]}] {rule['title'] if article else headline} - {words['reason-' + alert['reason']]}"
    ]
    lines += [headline] if article else []
    lines += filter(None, [_origin(alert, language, zone), article and article["url"]])
    lines += [f"  > {' '.join(marked(quote, marks, str, '*', '*').split())}" for quote, marks in quotes(alert)]
    if alert["new"]:
        lines += [f"{words['new']}:"] if article else []
        lines += [f"  + {sentence}" for sentence in alert["new"]]
    if alert["also"]:
        lines.append(f"{words['also']}: " + "; ".join(_also(one, words) for one in alert["also"]))
    if story:
        lines.append(f"{words['rule']} {rule['id']}, {words['alert']} {alert['key']}")
    return "\n".join(lines)


def _origin(alert: Document, language: str, zone: ZoneInfo) -> str:
    """Who published it and when, as far as that is known."""
    article = alert["article"]
    if not article:
        return ""
    named = [article["source"]]
    if article["agency"] and article["agency"] != article["source"]:
        named.append(article["agency"])
    return ", ".join([*named, shown_date(article["published"], language, zone)])


def shown_date(published: dict[str, str | None], language: str, zone: ZoneInfo) -> str:
    """A publication date as people of that language write it, never more exact than it is known."""
    value, precision = published["value"], published["precision"]
    if value is None:
        return WORDS[language]["undated"]
    if precision == Precision.MONTH:
        year, month = value.split("-")
        return f"{MONTHS[language][int(month) - 1]} {year}"
    if precision == Precision.DAY:
        return _day(datetime.fromisoformat(value), language)
    moment = datetime.fromisoformat(value).astimezone(zone)
    return f"{_day(moment, language)}, {moment:%H:%M %Z}"


def _day(moment: datetime, language: str) -> str:
    first = "1er" if language == "fr" and moment.day == 1 else str(moment.day)
    return f"{first} {MONTHS[language][moment.month - 1]} {moment.year}"


def quotes(alert: Document) -> list[tuple[str, list[list[int]]]]:
    """The sentences to show, each once with all its marks: those with most of the rule's terms, in reading order."""
    marks: dict[str, list[list[int]]] = {}
    terms: dict[str, set[str]] = {}
    for passage in alert["evidence"]:
        marks.setdefault(passage["quote"], []).extend(passage["marks"])
        terms.setdefault(passage["quote"], set()).add(passage["term"])
    best = sorted(terms, key=lambda quote: -len(terms[quote]))[:MAX_QUOTES]
    return [(quote, marks[quote]) for quote in marks if quote in best]


def marked(quote: str, marks: Sequence[Sequence[int]], written: Callable[[str], str], before: str, after: str) -> str:
    """A quote with its matched words between two marks, each piece put through `written` (HTML: escape)."""
    at, parts = 0, []
    for start, end in _merged(marks):
        parts += [written(quote[at:start]), before, written(quote[start:end]), after]
        at = end
    return "".join([*parts, written(quote[at:])])


def _merged(marks: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Marks in order, overlapping ones joined."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((mark[0], mark[1]) for mark in marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _also(one: dict[str, Any], words: dict[str, str]) -> str:
    named: str = one["source"] or one["title"]
    return f"{named} ({words[one['relation']]})"


def _html(alert: Document, language: str, zone: ZoneInfo) -> str:
    words = WORDS[language]
    rule, article = alert["rule"], alert["article"]
    headline = escape(_headline(alert, language))
    level, reason = words[rule["level"]], words["reason-" + alert["reason"]]
    parts = [f"<p><b>[{escape(level)}] {escape(rule['title']) if article else headline}</b> - {reason}</p>"]
    if article:
        linked = f'<a href="{escape(article["url"])}">{headline}</a>' if article["url"] else headline
        parts += [f"<h2>{linked}</h2>", f"<p>{escape(_origin(alert, language, zone))}</p>"]
    parts += [
        f"<blockquote>{marked(quote, marks, escape, '<mark>', '</mark>')}</blockquote>"
        for quote, marks in quotes(alert)
    ]
    if alert["new"]:
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in alert["new"])
        parts.append(f"<p>{words['new']}:</p><ul>{items}</ul>" if article else f"<ul>{items}</ul>")
    if alert["also"]:
        parts.append(f"<p>{words['also']}: {escape('; '.join(_also(one, words) for one in alert['also']))}</p>")
    if alert["story"]:
        parts.append(
            f"<p><small>{words['rule']} {escape(rule['id'])}, {words['alert']} {escape(alert['key'] or '')}</small></p>"
        )
    return "".join(parts)


_PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="font-family:sans-serif;max-width:40em;margin:auto;line-height:1.4">{body}</body></html>'
)
