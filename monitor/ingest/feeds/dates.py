"""The date texts of a feed entry -> Published, with its offset and no more precision than it has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

from monitor.model import Precision, Published
from monitor.text import fold

# The limits keep conversions between time zones inside what datetime can hold.
_YEARS = range(1900, 2200)
# Zeros of clocks and calendars, which software writes for "no date": the Unix epoch in any zone and the year that
# follows it, and all up to 1900-01-01 (spreadsheets; .NET writes the year 1).
_NO_DATE = datetime(1900, 1, 2, tzinfo=UTC)
_EPOCH = datetime(1969, 12, 31, 12, tzinfo=UTC)
_FIRST = datetime(1971, 1, 1, tzinfo=UTC)
# The zone that is furthest ahead is that of Kiribati.
_LARGEST_OFFSET = timedelta(hours=14)
_MAX_TEXT = 100
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_CLOCK = re.compile(r"\d:\d|\dT\d")
_USUAL_WORDS = 6
_USUAL_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
# "Fri, 01 Mar 2024 10:00:00 +0100" as RFC 822 has it, and what feeds make of it: day and month in another language, no
# clock, no seconds, a zone with a colon.
_WRITTEN = re.compile(
    r"(?:[^\W\d_]+\.?)?,? ?(\d{1,2})(?:\.|er|st|nd|rd|th)?[ -]([^\W\d_]{3,10})\.?,?[ -](\d{4})"
    r"(?: ([01]?\d|2[0-3]):(\d\d)(?::([0-5]\d)(?:\.\d{1,9})?)?(?: ?(?![AP]M)([A-Z]{1,5})| ?([+-])(\d\d):?(\d\d))?)?"
)
# The first letters of the months in English, French, German, Spanish, Italian, Portuguese and Dutch.
_MONTHS = {
    letters: number
    for number, names in enumerate(
        (
            "jan ene gen", "feb fev", "mar mrt mrz", "apr avr abr", "mai may mag mei", "jun juin giu", "jul juil lug",
            "aug aou ago", "sep set", "oct okt ott out", "nov", "dec dez dic",
        ),
        start=1,
    )
    for letters in names.split()
}  # fmt: skip
# Hours from Greenwich; a name that is missing here is read as UTC.
_ZONES = {"WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "EDT": -4,
          "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}  # fmt: skip
# The forms that no standard has: "21/01/2022 10h05", "Jan 21, 2022 - 6:30 PM EST", "2022-01-21 10:00 GMT+0100".
_DAYS = re.compile(
    r"(?:[^\W\d_]+\.?,? )?(?:(?P<iso>\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})([-/.])(\d{1,2})\5(\d{4})"
    r"|(?P<first>[^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (?P<last>\d{4})"
    r"|(\d{1,2})(?:er|st|nd|rd|th)?[ -](?P<name>[^\W\d_]{3,10})\.?,?[ -](\d{4}))(?!\d)"
)
_CLOCKS = re.compile(
    r"(?:T|,? (?:(?:-|–|\||at|à) )?)(\d{1,2})[:h.](?:(\d\d)(?::(\d\d)(?:[.,:]\d{1,9})?)?)?(?: ?([AaPp])\.?[Mm]\.?)?"
    r"(?: ?\(?(?:(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d\d))?|([A-Z]{1,5}))\)?(?: \([^()]*\))?)?"
)
_MONTHS_A_YEAR = _NOON = 12
_MIDNIGHT, _LAST_SECOND = 24, 59
_EPOCH_SECONDS = re.compile(r"(\d{10})(?:\d{3})?")
_PLAUSIBLE_SECONDS = range(1_000_000_000, 4_100_000_001)
# "2022011318", "202201131805", "20220113180530"
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)?)?")
_DIGITS = re.compile(r"\d{9,}")
_GREENWICH = re.compile(r" (?:GMT|UTC|Z)$")
_SPACED_OFFSET = re.compile(r" (?=[+-]\d\d:?\d\d$)")
# What ISO 8601 wants with two digits and hyphens.
_LOOSE_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2})(:.*))?")


def first_true(texts: Iterable[str], latest: datetime) -> tuple[Published, str | None]:
    """The first of an entry's dates that can be true when none is after `latest` (aware).

    Where none can be, also because it cannot be read, the date is unknown and the first one comes back as written.
    """
    refused = None
    for text in texts:
        published = read_date(text)
        if (start := published.start) and (_FIRST <= start <= latest or _NO_DATE <= start < _EPOCH):
            return published, None
        refused = refused or " ".join(text.split())[:_MAX_TEXT] or None
    return Published(), refused


def latest_true(now: datetime) -> datetime:
    """The last instant that a true date can name at `now`: a local time written as if it were UTC may be ahead."""
    return now + _LARGEST_OFFSET


def read_date(text: str) -> Published:
    """A date as RFC 822 or ISO 8601 text, as feeds vary and break them, and what else email.utils makes sense of.

    Seconds keep the offset of the text (UTC when it has none); a text without a time of day is a day or a month.
    Unreadable text is `Published()`.
    """
    text = " ".join(text.split())[:_MAX_TEXT]
    try:
        published = _usual(text) or _written(text) or _calendar(text) or _loose(text) or _moment(text)
    except (ValueError, OverflowError):  # a 30 February, the year 99999, an offset of 30 hours
        return Published()
    return published if published and published.start and published.start.year in _YEARS else Published()


def _usual(text: str) -> Published | None:
    """What nearly all feeds write, fast: "Fri, 01 Mar 2024 10:00:00 +0100" and "2024-03-01T10:00:00Z"."""
    if text[10:11] != "T":
        words = text.split()
        if len(words) != _USUAL_WORDS or (month := _USUAL_MONTHS.get(words[2])) is None:
            return None
        _, day, _, year, clock, zone = words
        text = f"{year}-{month}-{day:0>2}T{clock}{'Z' if zone == 'GMT' else zone}"
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Published(when.replace(microsecond=0), Precision.SECOND) if when.tzinfo else None


def _written(text: str) -> Published | None:
    """A day, perhaps with its clock, in words and digits."""
    if not (found := _WRITTEN.fullmatch(text)) or not (month := _month(found[2])):
        return None
    day, _, year, hour, minute, second, zone, sign, hours, minutes = found.groups()
    if hour is None:
        return Published.day(int(year), month, int(day))
    offset = 60 * _ZONES.get(zone, 0) if zone else int(f"{sign}{60 * int(hours) + int(minutes)}") if sign else 0
    when = datetime(int(year), month, int(day), int(hour), int(minute), int(second or 0), tzinfo=_zone(offset))
    return Published(when, Precision.SECOND)


def _calendar(text: str) -> Published | None:
    """A day or month in digits alone."""
    if found := _DAY.fullmatch(text):
        return Published.day(*map(int, found.groups()))
    found = _MONTH.fullmatch(text)
    return Published.month(*map(int, found.groups())) if found else None


def _loose(text: str) -> Published | None:
    """A day in any order of its parts, perhaps with a clock, or seconds or milliseconds since 1970.

    Figures name the day first, but in the United States, whose clocks say AM and PM.
    """
    if _DIGITS.fullmatch(text):
        return _digits(text)
    if not (found := _DAYS.match(text)):
        return None
    clock, rest = _CLOCKS.fullmatch(text, found.end()), text[found.end() :]
    if (rest and not clock) or (parts := _parts(found, american=bool(clock and clock[4]))) is None:
        return None
    year, month, day = parts
    if not clock:
        return Published.day(year, month, day)
    hour, minute, second, half, sign, hours, minutes, zone = clock.groups()
    offset = int(f"{sign}{60 * int(hours) + int(minutes or 0)}") if sign else 60 * _ZONES.get(zone or "", 0)
    hour = int(hour) % _NOON + _NOON * (half in "Pp") if half else int(hour)
    # 24:00 is the end of the day, and a leap second ends its minute.
    midnight, second = timedelta(days=hour == _MIDNIGHT and not int(minute or 0)), min(int(second or 0), _LAST_SECOND)
    when = datetime(year, month, day, 0 if midnight else hour, int(minute or 0), second, tzinfo=_zone(offset))
    return Published(when + midnight, Precision.SECOND)


def _digits(text: str) -> Published:
    """An instant in digits alone: a stamp of the calendar, else seconds or milliseconds since 1970."""
    if found := _STAMP.fullmatch(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        if year in _YEARS and 1 <= month <= _MONTHS_A_YEAR:
            when = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            return Published(when, Precision.SECOND) if found[5] else Published.day(year, month, day)
    seconds = _EPOCH_SECONDS.fullmatch(text)
    if not seconds or int(seconds[1]) not in _PLAUSIBLE_SECONDS or _is_month(seconds[1]):
        return Published()
    return Published(datetime.fromtimestamp(int(seconds[1]), UTC), Precision.SECOND)


def _is_month(digits: str) -> bool:
    return int(digits[:4]) in _YEARS and 1 <= int(digits[4:6]) <= _MONTHS_A_YEAR


def _parts(found: re.Match[str], *, american: bool) -> tuple[int, int, int] | None:
    """Year, month and day of a match of _DAYS; None when its month has no name."""
    iso, iso_month, iso_day, one, _, two, year, first, first_day, last, named_day, name, named_year = found.groups()
    if iso:
        return int(iso), int(iso_month), int(iso_day)
    if one:
        swapped = (american or int(two) > _MONTHS_A_YEAR) and int(one) <= _MONTHS_A_YEAR
        day, month = (two, one) if swapped else (one, two)
        return int(year), int(month), int(day)
    number = _month(first or name)
    return (int(last or named_year), number, int(first_day or named_day)) if number else None


@lru_cache(maxsize=100)
def _month(word: str) -> int | None:
    folded = fold(word)
    return _MONTHS.get(folded[:4]) or _MONTHS.get(folded[:3])


@lru_cache(maxsize=100)
def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def _moment(text: str) -> Published | None:
    """What else names an instant, or a day with a lost clock; naive times are taken in UTC."""
    for read in (datetime.fromisoformat, _loose_iso, parsedate_to_datetime):
        try:
            when = read(text)
        except (ValueError, OverflowError, IndexError, TypeError):  # email.utils raises all of them on odd texts
            continue
        if not _CLOCK.search(text):
            return Published.day(when.year, when.month, when.day)
        return Published((when if when.tzinfo else when.replace(tzinfo=UTC)).replace(microsecond=0), Precision.SECOND)
    return None


def _loose_iso(text: str) -> datetime:
    text = _SPACED_OFFSET.sub("", _GREENWICH.sub("Z", text))
    if found := _LOOSE_ISO.fullmatch(text):
        year, month, day, hour, rest = found.groups()
        text = f"{year}-{month:0>2}-{day:0>2}" + (f"T{hour:0>2}{rest}" if hour else "")
    return datetime.fromisoformat(text)
