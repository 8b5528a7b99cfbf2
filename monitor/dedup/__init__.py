"""Article and what we hold -> Placement: duplicate, update or new, and of which story; and what it brings."""

from monitor.dedup.facts import Said, read
from monitor.dedup.fingerprint import sketch
from monitor.dedup.novelty import Brought, Known, brought, news
from monitor.dedup.story import Choice, Weighed, apart, choose, rank, suspects, weigh
from monitor.dedup.times import Limits, spans
from monitor.dedup.traits import Profile, profile
from monitor.dedup.verdict import place

__all__ = [
    "Brought",
    "Choice",
    "Known",
    "Limits",
    "Profile",
    "Said",
    "Weighed",
    "apart",
    "brought",
    "choose",
    "news",
    "place",
    "profile",
    "rank",
    "read",
    "sketch",
    "spans",
    "suspects",
    "weigh",
]
