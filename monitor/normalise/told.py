"""What a text tells of days ("hier", "vendredi 21 janvier") and a day that is known -> the days that are meant."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from monitor.model import DateFound, Precision, Published
from monitor.normalise.printed import DAY, MONTH, MONTHS, UNKNOWN, WEEKDAYS, month_of, names, parse

# Days from the one on which they are told.
_DISTANCE = {"hier": -1, "yesterday": -1, "today": 0, "aujourd": 0, "demain": 1, "tomorrow": 1}
_FURTHER = {"avant": -1, "apres": 1}
_LAST, _NEXT = frozenset({"dernier", "last", "past"}), frozenset({"prochain", "next", "coming"})
_WEEK = 7
# A day without its year that is further from the known one may belong to either year.
_NEAR = timedelta(days=31)
# The years whose neighbours and days can be reckoned with.
_RECKONED = range(1000, 9000)

REACH = 600
"""How many characters of a text are read: the day of the news stands in its first sentences, its history behind."""

_MOST = 5
_BEFORE = 12
_DAY_NAMES = frozenset(name for name in WEEKDAYS if name.endswith(("di", "day", "dimanche")))
_MONTH_NAMES = frozenset(MONTHS) | {"février", "févr", "août", "décembre", "déc"}
_SIGNS = _DAY_NAMES | _MONTH_NAMES | _DISTANCE.keys()
NEAREST = (
    r"(?i:(?<![^\W_])(?:(?:avant-)?hier|aujourd['’]hui|yesterday|today"
    rf"|{'|'.join(sorted(_DAY_NAMES))})(?![^\W_]))"
)
"""Source of a regular expression for a day of which only the distance is told, as heads of texts do: "vendredi"."""

_WORD = re.compile(r"[^\W\d_]+")
# The characters of Latin-1, with a space for all that is in no word.
_IN_WORDS = bytes(code if _WORD.match(chr(code)) else ord(" ") for code in range(256))
# One pattern for all of it would be searched for at every letter: 0.65 ms in 1,000 letters. So words are looked up
# (0.03 ms), and only around those that may belong to a date a pattern is tried.
_YEAR = r"(?:,?\s{1,3}\d{4}(?!\d))?"
_FROM_MONTH = re.compile(rf"(?i:{MONTH}(?:\s{{1,3}}({DAY})(?!\d))?{_YEAR})(?![^\W_])")
_BEFORE_MONTH = re.compile(rf"(?<![\d.,/-]){DAY}\s{{1,3}}(?:of\s)?$", re.IGNORECASE)
_AFTER_WEEKDAY = re.compile(
    rf"(?i:(?:,|\s+le|\s+the)?\s{{1,3}}(?:{DAY}\s{{1,3}}(?:of\s)?{MONTH}|{MONTH}\s{{1,3}}{DAY}(?!\d)){_YEAR}"
    r"|\s(?:dernier|prochain))(?![^\W_])"
)
_BEFORE_WEEKDAY = re.compile(r"(?<![^\W_])(?:last|past|next|coming)\s$", re.IGNORECASE)
_BEFORE_DISTANCE = re.compile(r"(?<![^\W_])(?:avant|après)-$", re.IGNORECASE)
_AFTER_DISTANCE = re.compile(r"['’]hui(?![^\W_])", re.IGNORECASE)
_FIGURES = re.compile(r"\d(?:\d?[-/.]\d{1,2}[-/.]\d{4}|\d{3}-\d\d-\d\d)(?![\d/-])")

_MARKED = re.compile(r"[-/.](?<=\d.)\d")  # what such dates hold: to look for it takes a third of the time


def against(written: str, known: Published) -> Published:
    """The day that is meant by one without year, a weekday or "hier" where it was told on the day `known`.

    Unknown when nothing is known, when the weekday is not that of the day, or when the day is more than a month away.
    A weekday alone is the last one up to the known day, which must then be known to the day.
    """
    if known.start is None or known.start.year not in _RECKONED:
        return UNKNOWN
    spelt = names(written)
    month, number = month_of(spelt), re.search(r"\d+", written)
    day: date | None = None
    if month and number:
        day = _nearest(month, int(number[0]), known)
        weekday = WEEKDAYS.get(spelt[0]) if len(spelt) > 1 else None
        day = day if day and weekday in (None, day.weekday()) else None
    elif known.precision is not Precision.MONTH:
        day = _counted(spelt, known.start.date())
    return Published.day(day.year, day.month, day.day) if day else UNKNOWN


def is_distance(written: str) -> bool:
    """Whether a day is told without its month: as a weekday or a distance."""
    return not month_of(names(written))


def _nearest(month: int, day: int, known: Published) -> date | None:
    """The day of a month that lies nearest to the day or month that is known."""
    if known.start is None:
        return None
    first = last = known.start.date()
    if known.precision is Precision.MONTH:
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    meant = [
        date(year, month, day)
        for year in (first.year - 1, first.year, first.year + 1)
        if 1 <= day <= calendar.monthrange(year, month)[1]
    ]
    return next((one for one in meant if max(first - one, one - last) <= _NEAR), None)


def _counted(spelt: list[str], known: date) -> date | None:
    """The day at a distance, or the weekday, that folded words name."""
    for word in spelt:
        if word in _DISTANCE:
            return known + timedelta(days=_DISTANCE[word] + sum(_FURTHER.get(other, 0) for other in spelt))
        if word in WEEKDAYS:
            back = (known.weekday() - WEEKDAYS[word]) % _WEEK
            if not _NEXT.isdisjoint(spelt):
                return known + timedelta(days=_WEEK - back)
            return known - timedelta(days=back or _WEEK * (not _LAST.isdisjoint(spelt)))
    return None


def same_day(one: Published, other: Published) -> bool:
    """Whether two dates name the same day (or the same month), each where it was written."""
    if one.start is None or other.start is None:
        return False
    monthly = Precision.MONTH in (one.precision, other.precision)
    return one.start.date() == other.start.date() and (not monthly or one.precision is other.precision)


def told(text: str, known: Published) -> list[DateFound]:
    """The first five days that the beginning of a running text tells of, counted from `known`, its publication.

    All are rejected, with the reason: they tell when something happened or will happen ("le 11 septembre 2001",
    "vendredi"), which is often the day of publication or the one before it, and as often is not.
    """
    found = []
    for written in dict.fromkeys(_days(text[:REACH])):
        meant = parse(written)
        meant = meant if meant.start else against(written, known)
        if meant.start is None:
            reason = "tells when something happened, on a day that no known date places"
        elif same_day(meant, known):
            reason = "tells when something happened: the same day"
        else:
            reason = "tells when something happened, not when it was written"
        found.append(DateFound("text", written, meant, reason))
        if len(found) == _MOST:
            break
    return found


def _days(text: str) -> Iterator[str]:
    """The days that a text names, as written, in order (figures first)."""
    if _MARKED.search(text):
        for figures in _FIGURES.finditer(text):
            yield figures[0]
    end = 0
    for at, name in _signs(text):
        if at >= end and (span := _around(text, name, at, end)):
            end = span[1]
            yield " ".join(text[slice(*span)].split())


def _signs(text: str) -> list[tuple[int, str]]:
    """Where words begin that may belong to a date, and the words."""
    small = text.lower()
    if len(small) != len(text):  # the dotted İ becomes two letters
        small = text
    found = []
    for name in _SIGNS.intersection(_words(small)):
        at = small.find(name)
        while at >= 0:
            end = at + len(name)
            if not small[at - 1 : at].isalpha() and not small[end : end + 1].isalpha():
                found.append((at, name))
            at = small.find(name, end)
    return sorted(found)


def _words(text: str) -> list[str]:
    """The runs of letters in a text; in a fifth of the time where all are of Latin-1."""
    try:
        return text.encode("latin-1").translate(_IN_WORDS).decode("latin-1").split()
    except UnicodeEncodeError:
        return _WORD.findall(text)


def _around(text: str, name: str, start: int, after: int) -> tuple[int, int] | None:
    """Where the date around a word lies that may belong to one, beginning behind `after`."""
    front, end = max(start - _BEFORE, after), start + len(name)
    if name in _MONTH_NAMES:
        whole, day = _FROM_MONTH.match(text, start), _BEFORE_MONTH.search(text[front:start])
        if not whole or not (day or whole[1]):
            return None
        return front + day.start() if day else start, whole.end()
    if name in _DAY_NAMES:
        date_of, which = _AFTER_WEEKDAY.match(text, end), _BEFORE_WEEKDAY.search(text[front:start])
        return front + which.start() if which else start, date_of.end() if date_of else end
    further, rest = _BEFORE_DISTANCE.search(text[front:start]), _AFTER_DISTANCE.match(text, end)
    return front + further.start() if further else start, rest.end() if rest else end
