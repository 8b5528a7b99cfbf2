"""The clock and what is stored -> what a daemon does beside the journey, for its operator: tell, watch, look again."""

from monitor.upkeep.health import tell_operator
from monitor.upkeep.heartbeat import DeadMan, beat
from monitor.upkeep.sweeping import sweep
from monitor.upkeep.watchdog import Watchdog

__all__ = ["DeadMan", "Watchdog", "beat", "sweep", "tell_operator"]
