"""A moment -> what listings print: by the clocks of the configured zone for people, RFC 3339 in UTC for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def told(moment: datetime | None) -> str | None:
    """An aware moment in JSON: `2026-11-22T17:00:00+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None


def clock(moment: datetime | str | None, zone: ZoneInfo, *, exact: bool = False) -> str | None:
    """An aware moment, or one as `told` writes it, for people: `2026-11-22 18:00 CET`.

    `exact`: with the seconds, where there are any, as for attempts that follow one another within a minute.
    """
    if moment is None:
        return None
    here = (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).astimezone(zone)
    seconds = ":%S" if exact and here.second else ""
    return f"{here:%Y-%m-%d %H:%M{seconds} %Z}"
