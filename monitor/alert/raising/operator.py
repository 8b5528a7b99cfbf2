"""What happened to the daemon's own work -> an alert for its operator: rule `monitor.<event>`, no article, no story."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.model import Alert, Level, Reason
from monitor.text import digest, fold

TAG = "operator"
# What needs no action is for information only.
_CALM = frozenset(
    {
        "source-recovered",
        "reload-recovered",
        "receiver-recovered",
        "receiver-enabled",
        "disk-recovered",
        "queue-recovered",
        "heartbeat",
    }
)
_TITLES = {
    "source-failing": "Sources failing",
    "source-recovered": "Sources working again",
    "reload-refused": "Configuration refused, the rules before stay live",
    "reload-recovered": "Configuration accepted again",
    "receiver-missing": "Deliveries wait for a receiver that is no longer configured",
    "receiver-recovered": "Receiver configured again",
    "receiver-disabled": "Receiver refuses further messages, its deliveries wait",
    "receiver-enabled": "Receiver accepts messages again",
    "delivery-dead": "Deliveries given up",
    "template-failed": "Template failed, the standard message was sent",
    "message-cut": "Message too large, a shortened one was sent",
    "disk-full": "Disk nearly full",
    "disk-recovered": "Disk has room again",
    "queue-growing": "Deliveries wait for long",
    "queue-recovered": "No delivery waits for long any more",
    "heartbeat": "Alive",
}


def operator_alert(
    event: str, about: str, lines: Sequence[str], now: datetime, facts: Mapping[str, Any] | None = None
) -> Alert:
    """The alert of an event (`source-failing`, ..) about a host or a file; `lines` are its sentences.

    There is one for each source or mistake. `facts` are the same for whoever words it in another language, as JSON;
    monitor.alert.message.telling has those of each event. Its key is `monitor.EVENT/ABOUT/TIME`: an event has no
    story to count on.
    """
    rule, level = f"monitor.{event}", Level.INFO if event in _CALM else Level.MEDIUM
    key = f"{rule}/{_name(about)}/{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return Alert(
        rule=rule,
        version="",
        level=level,
        tags=(TAG,),
        story="",
        reason=Reason.OPERATOR,
        key=key,
        document={
            "id": None,
            "key": key,
            "reason": Reason.OPERATOR,
            "rule": {"id": rule, "title": _TITLES[event], "level": level, "tags": [TAG], "version": ""},
            "about": about,
            "story": None,
            "article": None,
            "evidence": [],
            "new": list(lines),
            "also": [],
            **({"facts": dict(facts)} if facts is not None else {}),
        },
    )


def _name(about: str) -> str:
    """What an event is about as a part of its key, which goes into headers; other names never become the same."""
    plain = re.sub("[^a-z0-9.-]+", "-", fold(about)).strip("-")
    return plain if plain == about else f"{plain}-{digest(about)[:8]}"
