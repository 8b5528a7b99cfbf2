"""What happened, to an article or to the daemon -> the Alerts, each with its reason, or why nobody is told."""

from monitor.alert.raising.correction import corrections
from monitor.alert.raising.counting import AlertCount
from monitor.alert.raising.heartbeat import HEARTBEAT, Heartbeat, Life, beats, heartbeat_alert
from monitor.alert.raising.operator import TAG, operator_alert
from monitor.alert.raising.reasons import Setting, Visit, is_old, next_key, raise_alerts
from monitor.alert.raising.triggers import falls_silent, past_asked, quiet_alert

__all__ = [
    "HEARTBEAT", "TAG", "AlertCount", "Heartbeat", "Life", "Setting", "Visit", "beats", "corrections", "falls_silent",
    "heartbeat_alert", "is_old", "next_key", "operator_alert", "past_asked", "quiet_alert", "raise_alerts",
]  # fmt: skip
