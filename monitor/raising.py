"""An article that is kept, and the rules that match it -> the alerts that they raise now, as its story stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.alert import Setting, past_asked, raise_alerts
from monitor.match import RuleSet
from monitor.model import Alert, Match, Placement
from monitor.store import Archived, Intake


def raised(
    rules: RuleSet,
    memory: Intake,
    one: Archived,
    placement: Placement,
    matches: Sequence[Match],
    told: Mapping[str, int],
    now: datetime,
) -> list[Alert]:
    """The alerts that matches of an article that is kept raise now; `told` counts those on its story, by rule."""
    story = placement.story
    also = [other._asdict() for other in memory.others(story, one.id)]
    past = {} if one.old else memory.past(past_asked(rules.rules, matches, told), story, now)
    keyed = memory.keyed([rule for rule, number in told.items() if number], story)
    setting = Setting(one.id, placement, memory.story(story), also, told, keyed, one.old, now, past)
    return raise_alerts(one.article, matches, rules.rules, setting)
