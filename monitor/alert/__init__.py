"""Matches -> Alerts: who is told what, in which words, and why now."""

from monitor.alert.document import test_document
from monitor.alert.message import marked, quotes, render
from monitor.alert.operator import TAG, operator_alert
from monitor.alert.reasons import Setting, Visit, is_old, raise_alerts
from monitor.alert.routing import Route, receivers_of, route
from monitor.alert.volume import Volume

__all__ = [
    "TAG",
    "Route",
    "Setting",
    "Visit",
    "Volume",
    "is_old",
    "marked",
    "operator_alert",
    "quotes",
    "raise_alerts",
    "receivers_of",
    "render",
    "route",
    "test_document",
]
