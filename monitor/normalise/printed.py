"""A date as it is printed -> the month, day or second that it names."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone

from monitor.model import Precision, Published
from monitor.text import fold

UNKNOWN = Published()
# No article is older, and conversions between time zones stay inside what datetime holds.
_YEARS = range(1900, 2200)
_NOON = 12


def _numbered(groups: str, start: int) -> dict[str, int]:
    return {name: number for number, group in enumerate(groups.split(", "), start) for name in group.split()}


# French and English, as folded.
MONTHS = _numbered(
    "janvier janv jan january, fevrier fevr fev february feb, mars march mar, avril avr april apr, mai may, "
    "juin june jun, juillet juil july jul, aout august aug, septembre september sept sep, octobre october oct, "
    "novembre november nov, decembre december dec",
    start=1,
)
WEEKDAYS = _numbered(
    "lundi monday lun mon, mardi tuesday mar tues tue, mercredi wednesday mer wed, jeudi thursday jeu thurs thur thu, "
    "vendredi friday ven fri, samedi saturday sam sat, dimanche sunday dim sun",
    start=0,
)
# Hours from Greenwich. Names that change with the season (ET, "heure de Paris") are missing: their clocks are not read.
_ZONES = {"Z": 0, "GMT": 0, "UTC": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
          "MSK": 3, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}  # fmt: skip


def _any_of(*names: str) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


MONTH = rf"(?:{_any_of(*MONTHS, 'février', 'févr', 'fév', 'août', 'décembre', 'déc')})\.?"
"""Source of a case-sensitive regular expression for the name of a month, in small letters."""

DAY = r"(?:1er|\d{1,2}(?:st|nd|rd|th)?)"
"""Source of a regular expression for the number of a day."""

_WEEKDAY = rf"(?:(?<![^\W_])(?:{_any_of(*WEEKDAYS)})\.?,?\s{{1,3}}(?:le\s|the\s)?)?"
_GAP = r"(?:\s{1,3}|-)"
_FIGURES = r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|(?:\d{1,2}[-/.]){1,2}\d{4}"
_NAMED = rf"{_WEEKDAY}(?<![^\W\d_])(?:{DAY}{_GAP}(?:of\s)?)?(?<![^\W\d_]){MONTH},?{_GAP}(?:{DAY},?\s{{1,3}})?\d{{4}}"
_ISO_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
DATE = rf"(?i:(?<!\d)(?<!\d[-/.])(?:(?:{_FIGURES}){_ISO_CLOCK}|{_NAMED})(?!\d))"
"""Source of a regular expression for a date with its year: a month, or a day, also with weekday or ISO clock."""

YEARLESS = (
    rf"(?i:{_WEEKDAY}(?<![^\W_])(?<!\d[-/.,])(?:{DAY}\s{{1,3}}(?:of\s)?{MONTH}|{MONTH}\s{{1,3}}{DAY})"
    r"(?![^\W_])(?!,?\s{1,3}\d{4}))"
)
"""Source of a regular expression for a day without its year: "21 jan", "March 3", "vendredi 21 janvier"."""

_ZONE = rf"(?:(?:GMT|UTC)?[+-]\d{{2}}:?\d{{2}}|(?:{_any_of(*_ZONES, 'ET', 'PT')})(?![^\W_]))"
_HALF = r"\s?[ap]\.?m(?![^\W_])\.?"
_HOURS = rf"\d{{1,2}}(?:\s?[h:]\s?(?:\d{{2}})?(?::\d{{2}}(?:[.,]\d{{1,9}})?)?(?:{_HALF})?|{_HALF})"
CLOCK = rf"(?i:(?:T|,?\s{{0,2}}(?:(?:à|at|[-–—|])\s)?){_HOURS}(?:\s?\(?{_ZONE}\)?)?)?"
"""Source of a regular expression for the clock behind a date, if there is one: " à 18h30", ", 6:30 p.m. (GMT)"."""

_DATED = re.compile(rf"(?i:(?<!\d)(?<!\d[-/.])(?:{_FIGURES}|{_NAMED})(?!\d))")
_SHORT = re.compile(r"(?<![\d./])(\d{1,2})([./])(\d{1,2})\2(\d{2})(?![\d./])")
_CLOCKED = re.compile(rf"[^\w(]{{0,3}}(?:(?:à|at|T)\s?)?({_HOURS})\s?\(?({_ZONE})", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")


def parse(text: str) -> Published:
    """The first date with its year in a text: its month or day; with clock and zone, its second; unknown without one.

    Days come before months, unless only the other order exists (01/21/2022). A clock without its zone leaves the day:
    that is all it tells for certain. Two figures are a year of this century (21/01/22).
    """
    if not (found := _DATED.search(text)):
        short = _SHORT.search(text)
        return _calendar(2000 + int(short[4]), int(short[3]), int(short[1])) if short else UNKNOWN
    published = _named(found[0]) if _LETTERS.search(found[0]) else _figures(found[0])
    clock = _CLOCKED.match(text, found.end()) if published.precision is Precision.DAY else None
    return _at(published, clock[1], clock[2]) if clock else published


def names(text: str) -> list[str]:
    """The words of a date that may be names, folded, in order."""
    return [fold(word) for word in _LETTERS.findall(text)]


def month_of(spelt: list[str]) -> int | None:
    """The month that folded words name: the last one, because "mar." is mardi before another."""
    return next((MONTHS[name] for name in reversed(spelt) if name in MONTHS), None)


def _named(text: str) -> Published:
    *rest, year = map(int, _NUMBERS.findall(text))
    month = month_of(names(text))
    # With a number on either side of the month ("3 mars 5 2022") nothing tells which one is the day.
    return _calendar(year, month, *rest) if month and len(rest) <= 1 else UNKNOWN


def _figures(text: str) -> Published:
    numbers = [int(number) for number in _NUMBERS.findall(text)]
    if text[:4].isdecimal():
        return _calendar(*numbers)
    *rest, year = numbers
    published = _calendar(year, *rest[::-1])
    return published if published.start else _calendar(year, *rest)


def _calendar(year: int, month: int, day: int | None = None) -> Published:
    if year not in _YEARS:
        return UNKNOWN
    try:
        return Published.month(year, month) if day is None else Published.day(year, month, day)
    except ValueError:
        return UNKNOWN


def _at(day: Published, clock: str, zone: str) -> Published:
    """The second that a clock and a zone add to a day; the day where no such second exists."""
    hour, minute, second, *_ = (*map(int, _NUMBERS.findall(clock)), 0, 0)
    if half := re.search("[ap]", clock.lower()):
        hour = hour % _NOON + _NOON * (half[0] == "p")
    try:
        where = _zone(zone)
        when = day.start.replace(hour=hour, minute=minute, second=second, tzinfo=where) if day.start and where else None
    except ValueError:
        return day
    return Published(when, Precision.SECOND) if when else day


def _zone(name: str) -> timezone | None:
    """The zone of a name or offset, None for one that changes with the season; raises ValueError for none on earth."""
    if offset := _OFFSET.search(name):
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes)) if minutes else UTC
    hours = _ZONES.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours)) if hours else UTC
