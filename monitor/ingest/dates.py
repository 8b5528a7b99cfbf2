"""The date text of a feed entry -> Published, with its offset and no more precision than it has."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from monitor.model import Precision, Published

# Nothing outside was published in a feed; .NET writes the year 1 for "no date". The limits also keep conversions
# between time zones inside what datetime can hold.
_YEARS = range(1900, 2200)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_CLOCK = re.compile(r"\d:\d|\dT\d")
# Zone names that feeds use although RFC 822 knows only the American ones (email.utils reads others as UTC).
_ZONES = {"WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100", "CEST": "+0200", "MEZ": "+0100",
          "MESZ": "+0200", "EET": "+0200", "EEST": "+0300", "MSK": "+0300"}  # fmt: skip
_ZONE = re.compile(rf"\b({'|'.join(_ZONES)})$")


def read_date(text: str, parsed: time.struct_time | None = None) -> Published:
    """A date as RFC 822 or ISO 8601 text; what neither reads falls back on `parsed` (UTC, another reader's result).

    Seconds keep the offset of the text (UTC when it has none); a text without a time of day is a day or a month.
    Unreadable text is `Published()`.
    """
    text = " ".join(text.split())[:100]
    try:
        if found := _DAY.fullmatch(text):
            return _checked(Published.day(*map(int, found.groups())))
        if found := _MONTH.fullmatch(text):
            return _checked(Published.month(*map(int, found.groups())))
        if (when := _moment(text)) is None and parsed is not None:
            when = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        if when is None:
            return Published()
        if not _CLOCK.search(text):
            return _checked(Published.day(when.year, when.month, when.day))
        return _checked(Published(when.replace(microsecond=0), Precision.SECOND))
    except (ValueError, OverflowError, OSError):  # a 30 February, the year 99999, an offset of 30 hours
        return Published()


def _moment(text: str) -> datetime | None:
    """The instant that a text with a time of day names; naive times are taken in UTC."""
    for read in (_iso, _rfc822):
        try:
            when = read(text)
        except (ValueError, OverflowError, IndexError, TypeError):  # email.utils raises all of them on odd texts
            continue
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    return None


def _iso(text: str) -> datetime:
    if not _CLOCK.search(text):
        raise ValueError("no time of day")
    return datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$|Z$)", "", text))


def _rfc822(text: str) -> datetime:
    return parsedate_to_datetime(_ZONE.sub(lambda found: _ZONES[found[1]], text))


def _checked(published: Published) -> Published:
    return published if published.start and published.start.year in _YEARS else Published()
