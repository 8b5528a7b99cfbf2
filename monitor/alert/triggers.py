"""The past of a rule -> whether its trigger fires now: enough sources, a first mention, a spike, or silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.alert.document import Rule, about_rule
from monitor.model import Alert, Document, FirstMention, Match, Past, Quiet, Reason, Sources, Spike, Trigger
from monitor.values import write_duration

FEWEST = 5
"""Matches below which nothing is a spike: five times next to nothing is still next to nothing."""

WINDOWS = 3
"""How many windows of a spike its rule must have been matching before: one or two tell nothing about what is usual."""

NOTHING_YET = Past(())
"""The past of a rule that has none."""

REASONS = {
    Sources: Reason.SOURCES,
    FirstMention: Reason.FIRST_MENTION,
    Spike: Reason.SPIKE,
    Quiet: Reason.QUIET,
}


def fires(trigger: Trigger, past: Past, story: str, now: datetime) -> dict[str, Any] | None:
    """The facts of a trigger that fires for an article of this story at `now`, as the Alert document tells them.

    None while it does not fire. A trigger for silence never fires for an article.
    """
    match trigger:
        case Sources():
            return _sources(trigger, past, story, now)
        case FirstMention():
            return _first_mention(trigger, past, story, now)
        case Spike():
            return _spike(trigger, past, now)
        case _:
            return None


def falls_silent(trigger: Quiet, past: Past, live: datetime, now: datetime) -> dict[str, Any] | None:
    """The facts of a silence that has lasted long enough; None while there is nothing to tell.

    `live` is since when the rule has been watching: before that nobody listened.
    """
    began = max(filter(None, (past.last, live)))
    if now - began < trigger.after:
        return None
    return {"kind": "quiet", "since": began.isoformat(timespec="seconds"), "after": write_duration(trigger.after)}


def past_asked(rules: Mapping[str, Rule], matches: Sequence[Match]) -> dict[str, timedelta]:
    """How much of its past the trigger of each rule that matched asks for; rules without one are left out."""
    triggers = {match.rule: rules[match.rule].trigger for match in matches}
    return {rule: looks_back(trigger) for rule, trigger in triggers.items() if trigger}


def quiet_alert(rule: Rule, fired: dict[str, Any]) -> Alert:
    """The alert of a rule that has fallen silent, of no story; its key is RULE/quiet/TIME, so that it is told once."""
    key = f"{rule.id}/quiet/{datetime.fromisoformat(fired['since']).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    empty: Document = {"id": None, "key": key, "reason": Reason.QUIET, "rule": about_rule(rule), "story": None}
    document = empty | {"article": None, "evidence": [], "new": [], "also": [], "condition": fired}
    return Alert(rule.id, rule.version, rule.level, rule.tags, "", Reason.QUIET, key, document=document)


def looks_back(trigger: Trigger) -> timedelta:
    """How much of its rule's past a trigger asks for."""
    match trigger:
        case Spike():
            return trigger.against + trigger.within
        case Quiet():
            return timedelta(0)
        case _:
            return trigger.within


def _sources(trigger: Sources, past: Past, story: str, now: datetime) -> dict[str, Any] | None:
    """Independent is who does not serve another one's text, nor that of the same agency."""
    origins = {
        hit.origin: None for hit in past.hits if _recent(hit.seen, trigger, now) and not hit.copy and hit.story == story
    }
    if len(origins) < trigger.count:
        return None
    return {"kind": "sources", "sources": list(origins), "within": write_duration(trigger.within)}


def _first_mention(trigger: FirstMention, past: Past, story: str, now: datetime) -> dict[str, Any] | None:
    """Other articles of the story do not count: they tell of the same meeting of names."""
    if any(hit.story != story and _recent(hit.seen, trigger, now) for hit in past.hits):
        return None
    return {"kind": "first-mention", "actors": list(trigger.actors), "within": write_duration(trigger.within)}


def _spike(trigger: Spike, past: Past, now: datetime) -> dict[str, Any] | None:
    """More than usual: the mean of the time before the window, as far back as the rule has been matching."""
    if past.fired and now - past.fired < trigger.within:
        return None
    window = now - trigger.within
    start = max(filter(None, (window - trigger.against, past.since)))
    if past.since is None or window - start < WINDOWS * trigger.within:
        return None
    usual = sum(start <= hit.seen < window for hit in past.hits) * trigger.within / (window - start)
    many = sum(window <= hit.seen <= now for hit in past.hits)
    if many < max(FEWEST, trigger.factor * usual):
        return None
    told = {"kind": "spike", "articles": many, "usual": round(usual, 1), "within": write_duration(trigger.within)}
    return told | {"against": write_duration(trigger.against)}


def _recent(seen: datetime, trigger: Sources | FirstMention, now: datetime) -> bool:
    return now - trigger.within <= seen <= now
