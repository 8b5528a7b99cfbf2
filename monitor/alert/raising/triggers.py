"""The past of a rule -> whether its trigger fires now: enough sources, a first mention, a spike, or silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeGuard

from monitor.alert.document import Rule, about_rule
from monitor.model import Alert, Document, FirstMention, Match, Past, Quiet, Reason, Sources, Spike, Trigger
from monitor.values import write_duration

FEWEST = 5
"""Matches below which nothing is a spike: five times next to nothing is still next to nothing."""

WINDOWS = 3
"""How many windows of a spike its rule must have been matching before: one or two tell nothing about what is usual."""

NOTHING_YET = Past()
"""The past of a rule that has none."""

REASONS = {
    Sources: Reason.SOURCES,
    FirstMention: Reason.FIRST_MENTION,
    Spike: Reason.SPIKE,
    Quiet: Reason.QUIET,
}


def decides(trigger: Trigger | None, told: int) -> TypeGuard[Trigger]:
    """Whether a trigger decides about an article of whose story its rule has told so many alerts.

    Where several sources or a first mention were told of, the novelty of the rule decides what follows.
    """
    return trigger is not None and (not told or isinstance(trigger, Spike | Quiet))


def fires(trigger: Trigger, past: Past, now: datetime) -> dict[str, Any] | None:
    """The facts of a trigger that fires for an article at `now`, as the Alert document tells them.

    None while it does not fire. A trigger for silence never fires for an article.
    """
    match trigger:
        case Sources():
            return _sources(trigger, past)
        case FirstMention():
            return _first_mention(trigger, past)
        case Spike():
            return _spike(trigger, past, now)
        case _:
            return None


def falls_silent(trigger: Quiet, last: datetime | None, live: datetime, now: datetime) -> dict[str, Any] | None:
    """The facts of a silence that has lasted long enough; None while there is nothing to tell.

    `last` is when the rule matched last, `live` since when it has been watching: before that nobody listened.
    """
    began = max(filter(None, (last, live)))
    if now - began < trigger.after:
        return None
    return {"kind": "quiet", "since": began.isoformat(timespec="seconds"), "after": write_duration(trigger.after)}


def past_asked(rules: Mapping[str, Rule], matches: Sequence[Match], told: Mapping[str, int]) -> dict[str, Trigger]:
    """The triggers that decide about an article, by the rule that matched it; `told` counts the alerts on its story."""
    triggers = {match.rule: rules[match.rule].trigger for match in matches}
    return {rule: trigger for rule, trigger in triggers.items() if decides(trigger, told.get(rule, 0))}


def quiet_alert(rule: Rule, fired: dict[str, Any]) -> Alert:
    """The alert of a rule that has fallen silent, of no story; its key is RULE/quiet/TIME, so that it is told once."""
    key = f"{rule.id}/quiet/{datetime.fromisoformat(fired['since']).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    empty: Document = {"id": None, "key": key, "reason": Reason.QUIET, "rule": about_rule(rule), "story": None}
    document = empty | {"article": None, "evidence": [], "new": [], "also": [], "condition": fired}
    return Alert(rule.id, rule.version, rule.level, rule.tags, "", Reason.QUIET, key, document=document)


def _sources(trigger: Sources, past: Past) -> dict[str, Any] | None:
    """Independent is who does not serve another one's text, nor that of the same agency."""
    if len(past.origins) < trigger.count:
        return None
    return {"kind": "sources", "sources": list(past.origins), "within": write_duration(trigger.within)}


def _first_mention(trigger: FirstMention, past: Past) -> dict[str, Any] | None:
    """Other articles of the story do not count: they tell of the same meeting of names."""
    if past.elsewhere:
        return None
    told = {"kind": "first-mention", "actors": list(trigger.actors), "names": list(trigger.names)}
    return told | {"within": write_duration(trigger.within)}


def _spike(trigger: Spike, past: Past, now: datetime) -> dict[str, Any] | None:
    """More than usual: the mean of the time before the window, as far back as the rule has been matching."""
    if past.since is None or (past.fired and now - past.fired < trigger.within):
        return None
    measured = now - trigger.within - trigger.begins(past.since, now)
    if measured < WINDOWS * trigger.within:
        return None
    usual = past.before * trigger.within / measured
    if past.many < max(FEWEST, trigger.factor * usual):
        return None
    told = {"kind": "spike", "articles": past.many, "usual": round(usual, 1), "within": write_duration(trigger.within)}
    return told | {"against": write_duration(trigger.against)}
