"""What a daemon says of itself -> whether it lives and is ready, the same for `health` and for the pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Document

SILENCE = timedelta(minutes=1)
"""A daemon says every 15 s that it lives (see daemon.HEALTH_TICK): one that is silent for so long does not."""


def is_alive(heard: datetime, now: datetime) -> bool:
    """Whether a daemon that was heard of last at that time lives: what ticks in it comes as far as the database."""
    return now - heard < SILENCE


def stored(state: Document) -> str | None:
    """What it says when it does not run with rules that it has read itself; None when it does."""
    return None if state["ready"] else f"that were live since {state['stored_rules_since']}, from the database"


def refused(state: Document) -> str | None:
    """What it says when what is written is not what runs; None when all is well. `problems` are the mistakes."""
    if not state["problems"]:
        return None
    return f"what is written was refused at {state['config_last_reload']}, the rules before stay live"
