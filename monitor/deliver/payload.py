"""A delivery -> the JSON document that programs get, small enough for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from monitor.model import Delivery, DeliveryKind, Document

SMALLEST = 4096
"""Bytes that any document can be cut down to."""

CREATED, UPDATED, DIGEST, OPERATOR, TEST = TYPES = ("alert.created", "alert.updated", "digest", "operator", "test")

_BY_REASON = {
    "new-facts": UPDATED,
    "update": UPDATED,
    "repeat": UPDATED,
    "correction": UPDATED,
    "operator": OPERATOR,
    "test": TEST,
}
_LONGEST_TEXT = 300  # characters, in a document that is cut down
_MOST_MEMBERS = 20  # of a list, the same
_LEFT_OUT = ("evidence", "new", "also")


def payload(receiver: str, delivery: Delivery) -> Document:
    """The body of a webhook: the same at every attempt, so `timestamp` is when the message was made."""
    data = {"receiver": receiver, "group": dict(delivery.group), "alerts": list(delivery.alerts)}
    if delivery.counted:
        data["counted"] = dict(delivery.counted)
    return {"type": _type(delivery), "timestamp": timestamp(delivery), "data": data}


def timestamp(delivery: Delivery) -> str:
    """When a message was made, in RFC 3339 with milliseconds."""
    return delivery.created.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fitted(document: Document, limit: int) -> Document:
    """The document, or a plainer one that says so under `data.shortened`, in at most `limit` bytes (from SMALLEST on).

    The plain one has neither passages nor new sentences nor other sources, its texts are cut, and alerts that have no
    room are missing; `shortened.alerts` says how many there are. Nothing is ever split over several requests.
    """
    size = len(encoded(document))
    if size <= limit:
        return document
    data = document["data"]
    cut: dict[str, Any] = data | {"shortened": {"bytes": size, "limit": limit, "alerts": len(data["alerts"])}}
    room = limit - len(encoded(document | {"data": cut | {"alerts": []}}))
    kept: list[Document] = []
    for alert in data["alerts"]:
        plainer = _plainer({key: value for key, value in alert.items() if key not in _LEFT_OUT})
        plainer |= {key: [] for key in _LEFT_OUT}
        room -= len(encoded(plainer)) + 1
        if room < 0:
            break
        kept.append(plainer)
    return document | {"data": cut | {"alerts": kept}}


def encoded(document: Any) -> bytes:
    """JSON on one line, in UTF-8; half a surrogate pair in an article must not keep its alert from being sent."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _type(delivery: Delivery) -> str:
    if delivery.kind is not DeliveryKind.GROUP:
        return DIGEST
    return _BY_REASON.get(delivery.alerts[0]["reason"], CREATED) if delivery.alerts else DIGEST


def _plainer(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else f"{value[: _LONGEST_TEXT - 1]}…"
    if isinstance(value, Mapping):
        return {key: _plainer(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plainer(one) for one in value[:_MOST_MEMBERS]]
    return value
