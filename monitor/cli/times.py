"""A time as people write it -> a moment -> what listings print: people get the clocks of a zone, programs UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.alert import first_moment

# Clocks and calendars are known for these.
_FIRST_YEAR, _LAST_YEAR = 1970, 2999


def moment(text: str, zone: ZoneInfo) -> datetime:
    """The aware moment of a time as people write it, by the clocks of a zone unless it has an offset.

    Of an hour that comes twice it is the first, one that clocks skip is when they do. Raises ValueError.
    """
    try:
        found = datetime.fromisoformat(text)
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise ValueError
    except ValueError:
        raise ValueError(f"{text!r} is not a time (write 2026-11-22T23:30)") from None
    return found if found.tzinfo else first_moment(found, zone)


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
