"""A delivery -> what people read of it, in their language."""

from monitor.alert.message.own import try_out, worded
from monitor.alert.message.rendering import marked, render
from monitor.alert.message.wording import EVENTS

__all__ = ["EVENTS", "marked", "render", "try_out", "worded"]
