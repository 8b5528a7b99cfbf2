"""Nothing -> the JSON Schema of what a webhook gets, for those who write the program behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from monitor.deliver.payload import TYPES
from monitor.model import FIELDS, GroupBy, Level, Precision, Reason

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": "string", "format": "date-time"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def webhook_schema() -> Schema:
    """The schema of the body of every webhook, in JSON Schema 2020-12; a new dict each time.

    It knows every key that is sent and no other; a later version may add some. `$defs/alert` is the Alert document, as
    it also stands in the lines of a file and in `alerts show --json`.
    """
    return {
        "$schema": DIALECT,
        "description": "What news-monitor posts to a webhook, signed as Standard Webhooks 1.0 describes. The header "
        "webhook-id is the same at every attempt: who has seen one needs not look at it again.",
        **_mapping(
            {
                "type": _told({"enum": list(TYPES)}, "What happened."),
                "timestamp": _told(_TIME, "When the message was made; at every attempt the same."),
                "data": _ref("data"),
            }
        ),
        "$defs": {"data": _data(), "alert": _alert(), "rule": _rule(), "story": _story(), "article": _article()}
        | {"passage": _passage(), "life": _life(), "condition": _condition(), "correction": _correction()},
    }


def _data() -> Schema:
    shortened = _mapping(
        {
            "bytes": _told(_COUNT, "How large the body would have been."),
            "limit": _told(_COUNT, "How large it may be."),
            "alerts": _told(_COUNT, "How many alerts it is about; those missing had no room."),
        }
    )
    keys = {
        "receiver": _told(_TEXT, "The receiver's name in the configuration."),
        "group": _told(
            _mapping(dict.fromkeys(get_args(GroupBy), _TEXT), []),
            "The values by which the route groups, the same in each message of a group; {} where a time or a cap "
            "gathers alerts. Of no story it has no `story`, but the rule.",
        ),
        "alerts": {"type": "array", "items": _ref("alert")},
        "counted": _told(
            {"type": "object", "additionalProperties": _COUNT},
            "How many more alerts there were that nobody is told one by one, by why.",
        ),
        "shortened": _told(shortened, "Only where the body was too large: texts are cut, passages left out."),
    }
    return _mapping(keys, ["receiver", "group", "alerts"])


def _alert() -> Schema:
    also = {
        "source": _TEXT_OR_NULL,
        "title": _TEXT,
        "url": _TEXT_OR_NULL,
        "relation": {"enum": ["duplicate", "update", "same-story"]},
        "id": {"type": "integer"},
        "duplicate_of": _told({"type": ["integer", "null"]}, "The article whose text it carries; null for its own."),
        "copies": _told(_COUNT, "How many more carry the text, listed behind it or not; 0 behind the first of a text."),
    }
    required = ["source", "title", "url", "relation"]
    keys = {
        "id": _told({"type": ["integer", "null"]}, "null in a test."),
        "key": _told(_TEXT_OR_NULL, "RULE/STORY/N; null where it was suppressed."),
        "reason": _told({"enum": [str(one) for one in Reason] + [None]}, "Why it is sent now; null as the key."),
        "rule": _ref("rule"),
        "story": _or_null("story"),
        "article": _or_null("article"),
        "evidence": _told({"type": "array", "items": _ref("passage")}, "The passages that made the rule match."),
        "new": _told(_TEXTS, "Sentences that carry the new facts; of an operator alert, what it says."),
        "also": _told({"type": "array", "items": _mapping(also, required)}, "Other articles of the story."),
        "about": _told(_TEXT, "What an operator alert is about: a source, a file, a receiver."),
        "facts": _told({"type": "object"}, "The same as `new` of an operator alert for programs, by its rule."),
        "life": _ref("life"),
        "condition": _ref("condition"),
        "correction": _ref("correction"),
    }
    return _mapping(keys, [key for key in keys if key not in ("about", "facts", "life", "condition", "correction")])


def _rule() -> Schema:
    return _mapping(
        {
            "id": _TEXT,
            "title": _TEXT,
            "level": {"enum": [str(one) for one in Level]},
            "tags": _TEXTS,
            "version": _told(_TEXT, "Changes with what the rule and its actors say."),
        }
    )


def _story() -> Schema:
    return _mapping({"id": _TEXT, "title": _TEXT, "first_seen": _TIME, "articles": _COUNT, "sources": _COUNT})


def _article() -> Schema:
    published = _mapping({"value": _TEXT_OR_NULL, "precision": {"enum": [str(one) for one in Precision]}})
    return _mapping(
        {
            "id": {"type": "integer"},
            "title": _TEXT,
            "url": _TEXT_OR_NULL,
            "source": _TEXT_OR_NULL,
            "agency": _TEXT_OR_NULL,
            "published": _told(published, "RFC 3339, 2022-01-13, 2022-01 or null, as exact as it is known."),
            "language": _TEXT_OR_NULL,
            "text_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        }
    )


def _passage() -> Schema:
    mark = {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}
    return _mapping(
        {
            "in": {"enum": list(FIELDS)},
            "quote": _TEXT,
            "marks": _told({"type": "array", "items": mark}, "Offsets into the quote, half open, in code points."),
            "term": _told(_TEXT, "The term of the rule that was found."),
        }
    )


def _life() -> Schema:
    names = ("sources", "failing", "articles", "alerts", "pending", "dead", "late")
    return _told(_mapping(dict.fromkeys(names, _COUNT)), "What a heartbeat tells, of the last day.")


def _condition() -> Schema:
    keys = {
        "kind": {"enum": ["sources", "first-mention", "spike", "quiet"]},
        "sources": _TEXTS,
        "actors": _told(_TEXTS, "Their ids in the rules."),
        "names": _told(_TEXTS, "What the rules call these actors, in the same order."),
        "articles": _COUNT,
        "usual": {"type": "number"},
        "since": _TIME,
        "after": _TEXT,
        "within": _TEXT,
        "against": _TEXT,
    }
    return _told(_mapping(keys, ["kind"]), "What came together, of a rule with a condition over time.")


def _correction() -> Schema:
    piece = {
        "type": "array",
        "prefixItems": [{"enum": ["same", "removed", "added"]}, _TEXT],
        "minItems": 2,
        "maxItems": 2,
    }
    passage: dict[str, Schema] = {
        "in": {"enum": list(FIELDS)},
        "before": _TEXT,
        "after": _TEXT_OR_NULL,
        "diff": {"type": "array", "items": piece},
    }
    keys: dict[str, Schema] = {
        "kind": {"enum": ["changed", "withdrawn"]},
        "passages": {"type": "array", "items": _mapping(passage)},
    }
    return _told(_mapping(keys), "What the source has made of passages that were cited.")


def _mapping(keys: Mapping[str, Schema], required: list[str] | None = None) -> Schema:
    """An object of these keys and no other, all of them required unless some are named."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(keys),
        "required": list(keys) if required is None else required,
    }


def _told(schema: Schema, description: str) -> Schema:
    return schema | {"description": description}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _or_null(name: str) -> Schema:
    return {"anyOf": [_ref(name), {"type": "null"}]}
