"""Article and what we hold -> Placement: duplicate, update or new, and of which story; and what it brings."""

from monitor.dedup.facts import Said, read
from monitor.dedup.fingerprint import sketch
from monitor.dedup.novelty import Brought, brought, news
from monitor.dedup.verdict import place

__all__ = ["Brought", "Said", "brought", "news", "place", "read", "sketch"]
