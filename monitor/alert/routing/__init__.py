"""Alert and moment -> who is told, when, and what keeps it back."""

from monitor.alert.routing.inhibition import InhibitRule, by_weight, inhibited
from monitor.alert.routing.intervals import TimeInterval, Times, endless
from monitor.alert.routing.matching import Matcher, StoryMatcher, Told
from monitor.alert.routing.schedule import Schedule, Slot, WrittenSchedule, parse_schedule
from monitor.alert.routing.silences import Silence, StoredSilence, named, silenced
from monitor.alert.routing.timing import Due, due, holding
from monitor.alert.routing.tree import (
    Asked,
    Destination,
    Route,
    alone,
    asked,
    effective,
    group,
    in_zone,
    nodes,
    nodes_of,
    receivers_of,
    route,
)
from monitor.alert.routing.wallclock import first_moment

__all__ = [
    "Asked", "Destination", "Due", "InhibitRule", "Matcher", "Route", "Schedule", "Silence", "Slot", "StoredSilence",
    "StoryMatcher", "TimeInterval", "Times", "Told", "WrittenSchedule", "alone", "asked", "by_weight", "due",
    "effective", "endless", "first_moment", "group", "holding", "in_zone", "inhibited", "named", "nodes", "nodes_of",
    "parse_schedule", "receivers_of", "route", "silenced",
]  # fmt: skip
