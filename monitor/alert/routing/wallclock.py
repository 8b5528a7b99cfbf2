"""Times as clocks on the wall show them, in a zone -> moments, also on the nights when the clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def first_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment (aware UTC) at which clocks show a naive time; one they skip is the moment at which they do."""
    return _moment(wall, zone, 0)


def last_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The same, but the last such moment of the night in which an hour comes twice."""
    return _moment(wall, zone, 1)


def shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """What clocks show at an aware moment, naive."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _moment(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    moments = [wall.replace(tzinfo=zone, fold=one).astimezone(UTC) for one in (0, 1)]
    if moments[0] > moments[1]:  # PEP 495: only for a time that does not exist
        return _change(moments[1], moments[0], zone)
    return moments[fold]


def _change(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The moment in (early, late], to the second, at which the clocks are changed."""
    before = early.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + ((late - early) // 2 // _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
