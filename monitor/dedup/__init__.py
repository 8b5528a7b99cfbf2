"""Article and what we hold -> Placement: duplicate, update or new, and of which story."""

from monitor.dedup.fingerprint import sketch
from monitor.dedup.verdict import place

__all__ = ["place", "sketch"]
