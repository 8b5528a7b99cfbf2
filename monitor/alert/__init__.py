"""Matches -> Alerts: who is told what, in which words, and why now."""

from monitor.alert.correction import corrections
from monitor.alert.document import test_document
from monitor.alert.heartbeat import HEARTBEAT, Heartbeat, Life, beats, heartbeat_alert
from monitor.alert.inhibition import InhibitRule, by_weight, inhibited
from monitor.alert.intervals import TimeInterval, Times, endless
from monitor.alert.matching import Matcher, StoryMatcher, Told
from monitor.alert.message import marked, render
from monitor.alert.operator import TAG, operator_alert
from monitor.alert.own import try_out, worded
from monitor.alert.pieces import quotes
from monitor.alert.reasons import Setting, Visit, is_old, next_key, raise_alerts
from monitor.alert.routing import (
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
from monitor.alert.schedule import Slot
from monitor.alert.silences import Silence, StoredSilence, named, silenced
from monitor.alert.timing import Due, due, holding
from monitor.alert.triggers import falls_silent, past_asked, quiet_alert
from monitor.alert.volume import Volume
from monitor.alert.wallclock import first_moment
from monitor.alert.wording import EVENTS

__all__ = [
    "EVENTS",
    "HEARTBEAT",
    "TAG",
    "Asked",
    "Destination",
    "Due",
    "Heartbeat",
    "InhibitRule",
    "Life",
    "Matcher",
    "Route",
    "Setting",
    "Silence",
    "Slot",
    "StoredSilence",
    "StoryMatcher",
    "TimeInterval",
    "Times",
    "Told",
    "Visit",
    "Volume",
    "alone",
    "asked",
    "beats",
    "by_weight",
    "corrections",
    "due",
    "effective",
    "endless",
    "falls_silent",
    "first_moment",
    "group",
    "heartbeat_alert",
    "holding",
    "in_zone",
    "inhibited",
    "is_old",
    "marked",
    "named",
    "next_key",
    "nodes",
    "nodes_of",
    "operator_alert",
    "past_asked",
    "quiet_alert",
    "quotes",
    "raise_alerts",
    "receivers_of",
    "render",
    "route",
    "silenced",
    "test_document",
    "try_out",
    "worded",
]
