"""A delivery and the templates of its receiver -> its message, or the built-in one and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from monitor.alert.message.layout import SUBJECT
from monitor.alert.message.rendering import marked, render
from monitor.alert.message.shown import web_address
from monitor.alert.message.wording import LEVELS, REASONS, Wording
from monitor.model import Delivery, DeliveryKind, Document, Message, Reason
from monitor.plain import one_line, plain
from monitor.templates import FAULTS, MAX_OUTPUT, Sandbox, TemplateFile, Templates, compiled, fill, told


def worded(
    templates: Templates | None, delivery: Delivery, language: str, zone: ZoneInfo
) -> tuple[Message, str | None]:
    """The message of a delivery in the words of its receiver, and what is wrong with its templates, if anything.

    Where one fails, or makes too long a body (monitor.templates), the whole message is the built-in one. Where even
    that fails, which would be a mistake of ours, it is a bare one: nobody misses an alert because of how it is told.
    """
    try:
        message = render(delivery, language, zone)
    except FAULTS as error:
        return _bare(delivery), f"the built-in message failed: {type(error).__name__}: {error}"
    if templates is None:
        return message, None
    values = _values(delivery, language, message)
    made: dict[str, str] = {}
    for part in ("subject", "text", "html"):
        file: TemplateFile | None = getattr(templates, part)
        if file is None:
            continue
        try:
            made[part] = _made(file, part, values, language, zone)
        except FAULTS as error:
            return message, told(error, file)
    return replace(message, **made), None


def _bare(delivery: Delivery) -> Message:
    """What each document says of itself, as far as it can be found."""
    lines = []
    for one in delivery.alerts:
        article = one.get("article") or {}
        parts = (one.get("key"), (one.get("rule") or {}).get("title"), article.get("title"), article.get("url"))
        lines.append(" | ".join(one_line(str(part), limit=500) for part in (*parts, *one.get("new", ())[:5]) if part))
    text = "\n".join(lines)[:MAX_OUTPUT]
    return Message(one_line(f"News monitor - {text}", limit=SUBJECT), text, f"<!DOCTYPE html><pre>{escape(text)}</pre>")


def try_out(templates: Templates, language: str, zone: ZoneInfo) -> str | None:
    """What goes wrong with templates when they meet an alert, one of the monitor itself, or a digest of both."""
    samples = (_alert(), _alert(article=None, story=None, reason=Reason.OPERATOR))
    tried = [
        *((sample,) for sample in samples),
        samples,
    ]
    for alerts in tried:
        kind = DeliveryKind.DIGEST if len(alerts) > 1 else DeliveryKind.GROUP
        delivery = Delivery(0, "", "sample", "", 1, datetime(2026, 3, 2, tzinfo=UTC), alerts, kind, {"silence": 2})
        if trouble := worded(templates, delivery, language, zone)[1]:
            return trouble
    return None


def _alert(**changes: Any) -> Document:
    """An alert on which every key has a value."""
    return {
        "id": 1,
        "key": "sample/s1/1",
        "reason": Reason.UPDATE,
        "rule": {"id": "sample", "title": "Sample", "level": "high", "tags": ["sample"], "version": "1"},
        "story": {
            "id": "s1",
            "title": "Sample",
            "first_seen": "2026-03-01T08:00:00+00:00",
            "articles": 2,
            "sources": 2,
        },
        "article": {
            "id": 1,
            "title": "Sample",
            "url": "https://example.org/",
            "source": "Example",
            "agency": None,
            "published": {"value": "2026-03-02", "precision": "day"},
            "language": "en",
            "text_sha256": "0" * 64,
        },
        "evidence": [{"in": "body", "quote": "A sample.", "marks": [[2, 8]], "term": "sample"}],
        "new": ["A sentence."],
        "also": [
            {"source": "Other", "title": "Sample", "url": "https://example.org/2", "relation": "same-story"}
            | {"id": 2, "duplicate_of": None, "copies": 0}
        ],
        **changes,
    }


def _made(file: TemplateFile, part: str, values: Mapping[str, Any], language: str, zone: ZoneInfo) -> str:
    template = compiled(file, _sandbox(language, zone, html=part == "html"))
    text = plain(fill(template, values))
    if not text.strip():
        raise ValueError("writes nothing at all")
    return one_line(text) if part == "subject" else text


@lru_cache(maxsize=64)
def _sandbox(language: str, zone: ZoneInfo, *, html: bool) -> Sandbox:
    words = Wording(language, zone)
    filters: dict[str, Callable[..., Any]] = {
        "date": lambda value: _date(value, words),
        "number": words.number,
        "marked": _marked_html if html else _marked_text,
        "level": lambda code: words.say(LEVELS[code]),
        "reason": lambda code: words.say(REASONS[code]),
    }
    return Sandbox(html=html, filters=filters)


def _values(delivery: Delivery, language: str, message: Message) -> dict[str, Any]:
    """What a template sees: documents whose texts are clean and whose links are web addresses, or null."""
    return {
        "alerts": [_clean(one) for one in delivery.alerts],
        "alert": _clean(delivery.alerts[0]),
        "kind": str(delivery.kind),
        "counted": dict(delivery.counted),
        "receiver": delivery.receiver,
        "language": language,
        "built_in": {"subject": message.subject, "text": message.text, "html": Markup(message.html)},  # noqa: S704 - ours
    }


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: web_address(one) if key == "url" else _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    if not isinstance(value, str) or value.isprintable():
        return value
    # Of the same length, since the marks of a passage count its characters.
    return "".join(one if one.isprintable() or plain(one) == one else " " for one in value)


def _date(value: Any, words: Wording) -> str:
    """`article.published`, or a moment as `story.first_seen` has it."""
    return words.published(value) if isinstance(value, Mapping) else words.moment(datetime.fromisoformat(value))


def _marked_text(passage: Mapping[str, Any]) -> str:
    return marked(passage["quote"], passage["marks"], str, "*", "*")


def _marked_html(passage: Mapping[str, Any]) -> Markup:
    return Markup(marked(passage["quote"], passage["marks"], lambda text: str(escape(text)), "<mark>", "</mark>"))  # noqa: S704 - escaped
