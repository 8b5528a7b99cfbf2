"""When an article was published or seen, and a story -> whether one can belong to the other by time."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Precision, Published, StoryHeld
from monitor.values import PositiveDuration, Written

_INSTANT = timedelta(microseconds=1)


class Limits(Written):
    """A story takes no article more than `window` after its last one, nor beyond `max_span`."""

    window: PositiveDuration = timedelta(days=3)
    max_span: PositiveDuration = timedelta(days=14)


def fits(published: Published, seen: datetime, story: StoryHeld, limits: Limits) -> bool:
    """Whether an article can belong to a story by time; one known by month is excluded by other months only."""
    start, latest = published.start, published.latest
    if published.precision is Precision.MONTH and start and latest:
        return same_months(start, latest, story)
    if story.first is None or story.last is None:
        return start is None or same_months(start, start + _INSTANT, story)
    time = start or seen
    near = story.first - limits.window <= time <= story.last + limits.window
    return near and max(time, story.last) - min(time, story.first) <= limits.max_span


def spans(published: Published, seen: datetime, story: StoryHeld, limits: Limits) -> bool:
    """Whether a story takes a later version of one of its articles: not beyond `max_span`, however it is called."""
    if published.precision is Precision.MONTH or story.first is None or story.last is None:
        return True
    time = published.start or seen
    return max(time, story.last) - min(time, story.first) <= limits.max_span


def same_months(start: datetime, end: datetime, story: StoryHeld) -> bool:
    """Whether start to end (exclusive) meets what is known of the publications of a story, if anything is."""
    if story.since is None or story.until is None:
        return True
    # The end of a day or month is no part of it; the moment of an article is.
    last = story.until if story.until in (story.since, story.last) else story.until - _INSTANT
    return start <= last and story.since < end
