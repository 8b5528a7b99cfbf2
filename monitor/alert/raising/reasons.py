"""Matches of one article -> Alerts: the reason why each is sent now, or why nobody is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.alert.document import Rule, about_article, about_rule, about_story, passages
from monitor.alert.raising.triggers import NOTHING_YET, REASONS, decides, fires
from monitor.model import (
    Alert,
    Article,
    Held,
    Match,
    Past,
    Placement,
    Reason,
    StoryFacts,
    Suppression,
    Verdict,
)

_FURTHER = (Reason.NEW_FACTS, Reason.UPDATE, Reason.EVERY)


@dataclass(frozen=True, slots=True)
class Visit:
    """The visit to a source that brought an article: when, whether the first one, and how old its news may be.

    `max_age` None is any age. On a `quiet` visit nothing is news.
    """

    now: datetime
    first: bool
    max_age: timedelta | None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds an article: its id and placement, its story with its other articles, and what was told already.

    `also` are `{source, title, url, relation}`; `told` counts the alerts on this story so far, by rule, `keyed` those
    of them that have a key, as no silence and no other alert hid them; `old` as `is_old` says. `past` is what the
    triggers that decide (`past_asked`) look back upon at `now`, with this article.
    """

    article_id: int
    placement: Placement
    story: StoryFacts
    also: Sequence[dict[str, Any]]
    told: Mapping[str, int]
    keyed: Mapping[str, int]
    old: bool
    now: datetime
    past: Mapping[str, Past] = field(default_factory=dict)


def raise_alerts(
    article: Article,
    matches: Sequence[Match],
    rules: Mapping[str, Rule],
    setting: Setting,
) -> list[Alert]:
    """One Alert for each match, to be sent (with a key and a reason) or suppressed (and why)."""
    return [_raise(article, match, rules[match.rule], setting) for match in matches]


def _raise(article: Article, match: Match, rule: Rule, setting: Setting) -> Alert:
    keyed = setting.keyed.get(rule.id, 0)
    decided, fired = _decide(rule, setting, setting.told.get(rule.id, 0))
    if decided in _FURTHER and not keyed:  # what came before was hidden: who reads this has heard nothing yet
        decided = Reason.FIRST
    reason = decided if isinstance(decided, Reason) else None
    key = next_key(rule.id, setting.placement.story, keyed) if reason else None
    return Alert(
        rule=rule.id,
        version=rule.version,
        level=rule.level,
        tags=rule.tags,
        story=setting.placement.story,
        reason=reason,
        key=key,
        suppressed=decided if isinstance(decided, Suppression) else None,
        language=article.language,
        source=article.source,
        source_tags=article.tags,
        document={
            "id": None,
            "key": key,
            "reason": reason,
            "rule": about_rule(rule),
            "story": about_story(setting.story),
            "article": about_article(article, setting.article_id),
            "evidence": passages(article, match.evidence),
            "new": list(setting.placement.news) if keyed and reason else [],
            "also": list(setting.also),
            **({"condition": fired} if fired else {}),
        },
    )


def next_key(rule: str, story: str | None, keyed: int) -> str:
    """RULE/STORY/N of the next alert of a rule on a story for which it has given so many keys."""
    return f"{rule}/{story}/{keyed + 1}"


def _decide(rule: Rule, setting: Setting, told: int) -> tuple[Reason | Suppression, dict[str, Any] | None]:
    """Why to tell, or why not, with the facts of the trigger that decided."""
    if setting.old:
        return Suppression.AGE, None
    trigger = rule.trigger
    if not decides(trigger, told):
        return decide(rule.novelty, setting.placement, told), None
    fired = fires(trigger, setting.past.get(rule.id, NOTHING_YET), setting.now)
    return (REASONS[type(trigger)], fired) if fired else (Suppression.CONDITION, None)


def decide(novelty: str, placement: Placement, told: int) -> Reason | Suppression:
    """Why to tell of an article now, or why nobody is told; `told` counts the alerts of the rule on its story."""
    if not told:
        return Reason.FIRST
    if placement.verdict is Verdict.DUPLICATE:
        return Suppression.DUPLICATE
    if novelty == "every":
        return Reason.EVERY
    if novelty == "new-facts" and placement.news:
        return Reason.UPDATE if placement.verdict is Verdict.UPDATE else Reason.NEW_FACTS
    return Suppression.NOTHING_NEW


def is_old(article: Article, served: Sequence[Held], visit: Visit) -> bool:
    """Whether an article's latest possible publication lies too far back; undated counts as old on a first visit.

    `served` are the articles of the same source that it repeats. What a source serves again (other guids, other links,
    a rebuilt feed) is as old as it was, whatever date it has now.
    """
    if visit.quiet:
        return True
    if visit.max_age is None:
        return False
    if any(one.old for one in served):
        return True
    known = [article.published.latest, *(one.published.latest or one.first_seen for one in served)]
    latest = min(filter(None, known), default=None)
    return visit.first if latest is None else visit.now - latest > visit.max_age
