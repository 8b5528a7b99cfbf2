"""Dates as printed or put into addresses -> when an article was published, and how exactly that is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from monitor.model import Precision, Published
from monitor.text import fold

UNKNOWN = Published()
# The zero of the clocks: a date up to here is an empty field (1970-01-01 in any zone, 1900-01-01, 0001-01-01).
_ZERO = datetime(1970, 1, 2, tzinfo=UTC)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?:{'|'.join(sorted([*_MONTHS, 'février', 'févr', 'fév', 'août', 'décembre', 'déc'], key=len)[::-1])})\.?"
_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
DATE = (
    rf"(?i:(?<!\d)(?<!\d[-/.])(?:\d{{4}}[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}}{_CLOCK})?|(?:\d{{1,2}}[-/.]){{1,2}}\d{{4}}"
    rf"|(?:(?:1er|\d{{1,2}})\s{{1,3}})?{_MONTH}\s{{1,3}}(?:\d{{1,2}},?\s{{1,3}})?\d{{4}})(?!\d))"
)
"""Source of a regular expression for a date with its year: a day or a month."""

_ZONED = re.compile(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)[T ](.*(?:Z|[+-]\d{2}:?\d{2}))", re.IGNORECASE)
_PARTS = re.compile(r"\d+|[^\W\d_]{3,}")
# The day in digits of the path (/2022/01/13/, /20220113/, slug-20220113.html) is the publisher's own stamp ...
_STAMPED = re.compile(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?!\d)|(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)")
# ... while one spelt out in a slug (elections-2022-04-10) may be the day that the article is about.
_SPELT = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")


def parse(text: str) -> Published:
    """A date as matched by DATE -> its day or month; with clock and zone, its second; unknown when none exists.

    Days come before months, unless only the other order exists (01/21/2022).
    """
    if zoned := _ZONED.fullmatch(text):
        year, month, day, clock = zoned.groups()
        # A clock that cannot be read leaves the day.
        with suppress(ValueError):
            return Published(datetime.fromisoformat(f"{year}-{month:>02}-{day:>02}T{clock.upper()}"), Precision.SECOND)
    parts = _PARTS.findall(text)
    named = [_MONTHS[name] for part in parts if (name := fold(part)) in _MONTHS]
    numbers = [int(part) for part in parts if part.isdecimal()]
    if named:
        year, rest = numbers[-1], numbers[:-1]
        return _calendar(year, named[0], *rest)
    if len(parts[0]) == len("2022"):
        return _calendar(*numbers[:3])
    *rest, year = numbers
    published = _calendar(year, *rest[::-1])
    return published if published.start else _calendar(year, *rest)


def _calendar(year: int, month: int, day: int | None = None) -> Published:
    try:
        return Published.month(year, month) if day is None else Published.day(year, month, day)
    except ValueError:
        return UNKNOWN


def in_url(url: str, stated: Published) -> Published:
    """The day that the path of an address carries, if any; `stated` is the date the text states.

    The publisher's stamp in digits holds whatever is stated. A day spelt in a slug counts only when it does not
    contradict the stated date, because it may belong to the event.
    """
    path = re.split(r"[?#]", url.partition("://")[2], maxsplit=1)[0]
    for found in _STAMPED.finditer(path):
        year, month, day = (int(part) for part in found.groups() if part)
        if (published := _calendar(year, month, day)) != UNKNOWN:
            return published
    for found in _SPELT.finditer(path):
        published = _calendar(*(int(part) for part in found.groups()))
        if published.value and published.value.startswith((stated.value or "")[:10]):
            return published
    return UNKNOWN


def settle(declared: Published, stated: Sequence[Published], url: str | None, now: datetime) -> Published:
    """The publication date: the most reliable of what was found that is possible at `now` (aware), else unknown.

    `declared` is the feed's, `stated` are the text's, most reliable first (teaser, dateline, header). Days that the
    text states beat the day in the address, which is that of the first version; a stated month does not, not even
    another month: the header was put on when the text was collected, the address made when it was published.
    """
    known = [date for date in stated if date.start]
    exact = [date for date in known if date.precision is not Precision.MONTH]
    stamped = in_url(url, known[0] if known else UNKNOWN) if url else UNKNOWN
    # A day of grace for clocks and zones.
    latest = now + timedelta(days=1)
    for published in (declared, *exact, stamped, *known):
        if published.start and _ZERO <= published.start <= latest:
            return published
    return UNKNOWN
