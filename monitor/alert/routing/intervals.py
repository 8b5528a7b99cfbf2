"""Hours, weekdays, days, months as people write them -> whether a moment is in them, and when they end."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, InstanceOf, PlainSerializer, model_validator

from monitor.alert.routing.wallclock import first_moment, last_moment, shown
from monitor.values import TimeZone, Written, listed

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = "january february march april may june july august september october november december".split()

HORIZON = timedelta(days=400)
"""How far ahead the end of intervals is looked for: a year of quiet and a little more is meant by nobody."""

_DAY = timedelta(days=1)
_MIDNIGHT = 24 * 60
_HOURS = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")
_LONGEST_MONTH = 31
# Dates repeat after 28 years, leap years and weekdays included.
_ALL_YEARS = range(2000, 2028)
_FULL_CYCLE = 28 * 366


class Hours(NamedTuple):
    """A part of a day, in minutes after its midnight; what goes over midnight ends after 1440."""

    start: int
    end: int

    def __str__(self) -> str:
        end = self.end if self.end <= _MIDNIGHT else self.end - _MIDNIGHT
        return f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"


_WHOLE_DAY = (Hours(0, _MIDNIGHT),)


def _hours(value: Any) -> Any:
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    start, end = ((int(found[n]) * 60 + int(found[n + 1])) for n in (1, 3)) if found else (0, 0)
    if not found or start >= _MIDNIGHT or end > _MIDNIGHT:
        raise ValueError(f"{value!r} is no part of a day (write 22:00-07:00)")
    if start == end:
        raise ValueError(f"{value!r} is empty (the whole day is 00:00-24:00)")
    return Hours(start, end if end > start else end + _MIDNIGHT)


@dataclass(frozen=True, slots=True)
class Span:
    """From one number to another, both inside; `text` as people write it."""

    start: int
    end: int
    text: str


def _span(value: Any, names: list[str], least: int, most: int, example: str) -> Span:
    """`monday:friday`, `1:5` or one of them -> Span; names count from `least`."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    parts = text.lower().split(":") if isinstance(text, str) else []
    numbers = [names.index(one) + least if one in names else _number(one) for one in parts]
    known = [one for one in numbers if one is not None and one and least <= one <= most]
    if len(known) != len(parts) or len(known) not in (1, 2):
        raise ValueError(f"{value!r} is unknown here (write {example})")
    return Span(known[0], known[-1], text)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch("-?[0-9]{1,4}", text) else None


def _rising(span: Span) -> Span:
    if span.start > span.end:
        raise ValueError(f"{span.text!r} ends before it starts")
    return span


def _weekdays(value: Any) -> Any:
    if not isinstance(value, str) or re.search("[0-9]", value):
        raise ValueError(f"{value!r} is no weekday (write monday:friday or saturday)")
    return _span(value, WEEKDAYS, 1, 7, "monday:friday or saturday")


def _days(value: Any) -> Any:
    span = _span(value, [], -_LONGEST_MONTH, _LONGEST_MONTH, "1:5, 15 or -3:-1 for the last three days")
    if span.start < 0 < span.end:  # as in Alertmanager
        raise ValueError(f"{span.text!r}: what starts from the end of the month ends there too")
    return span if span.start > 0 > span.end else _rising(span)


def _months(value: Any) -> Any:
    return _span(value, MONTHS, 1, 12, "january:march, may or 5")


def _years(value: Any) -> Any:
    return _rising(_span(value, [], 1970, 9998, "2026 or 2026:2028"))


def _any_of(read: Any) -> Any:
    """A list of what `read` makes of what people write; one stands for a list of one."""

    def each(value: Any) -> Any:
        return read(value) if not isinstance(value, Span | Hours) else value

    return BeforeValidator(each)


_as_text = PlainSerializer(lambda one: one.text, return_type=str)
_hours_text = PlainSerializer(str, return_type=str)
_one_or_more = BeforeValidator(lambda value: [value] if isinstance(value, str | int) else listed(value))

WrittenHours = Annotated[InstanceOf[Hours], _any_of(_hours), _hours_text]
Weekdays = Annotated[InstanceOf[Span], _any_of(_weekdays), _as_text]
DaysOfMonth = Annotated[InstanceOf[Span], _any_of(_days), _as_text]
Months = Annotated[InstanceOf[Span], _any_of(_months), _as_text]
Years = Annotated[InstanceOf[Span], _any_of(_years), _as_text]


class Period(NamedTuple):
    """A stretch of time, aware UTC: its start is inside, its end is not."""

    start: datetime
    end: datetime


class Times(Written):
    """Times that come again, as clocks in `location` show them: all that is given must fit, by any of its values.

    What goes over midnight belongs to the day on which it starts. `location` None is the zone of the settings.
    """

    location: TimeZone | None = None
    times: Annotated[tuple[WrittenHours, ...], _one_or_more] = ()
    weekdays: Annotated[tuple[Weekdays, ...], _one_or_more] = ()
    days_of_month: Annotated[tuple[DaysOfMonth, ...], _one_or_more] = ()
    months: Annotated[tuple[Months, ...], _one_or_more] = ()
    years: Annotated[tuple[Years, ...], _one_or_more] = ()

    def __str__(self) -> str:
        """As people write it: `22:00-07:00, monday:friday, Europe/Paris`."""
        days = [one.text for some in (self.weekdays, self.days_of_month, self.months, self.years) for one in some]
        return ", ".join([*map(str, self.times), *days, *([self.location] if self.location else [])])

    def recurring(self) -> bool:
        """Whether any time is given."""
        return bool(self.times or self.weekdays or self.days_of_month or self.months or self.years)

    def holds(self, moment: datetime) -> bool:
        """Whether an aware moment lies inside."""
        return self.period(moment) is not None

    def period(self, moment: datetime) -> Period | None:
        """The longest single period around an aware moment; None when it lies outside."""
        inside = [one for one in self._around(moment) if one.start <= moment < one.end]
        return max(inside, key=lambda one: one.end, default=None)

    def comes(self, start: datetime, end: datetime) -> bool:
        """Whether any moment between two aware ones lies inside."""
        days = (end - start) // _DAY
        return any(
            period.start < end and start < period.end and period.start < period.end
            for n in range(min(days, _FULL_CYCLE) + 2)
            for period in self._around(start + n * _DAY)
        )

    def _around(self, moment: datetime) -> Iterator[Period]:
        """The periods that start on the local day of a moment, or on one near enough to reach it."""
        zone = ZoneInfo(self.location or "UTC")
        today = shown(moment, zone).date()
        for days in (-1, 0, 1):  # tomorrow has begun once already where clocks are set back over midnight
            day = today + days * _DAY
            if self.on(day):
                midnight = datetime.combine(day, time())
                for start, end in self.times or _WHOLE_DAY:
                    yield Period(
                        first_moment(midnight + timedelta(minutes=start), zone),
                        last_moment(midnight + timedelta(minutes=end), zone),
                    )

    def located(self, zone: str) -> Self:
        """The same times, in this zone when they name none."""
        return self if self.location or not self.recurring() else self.model_copy(update={"location": zone})

    def on(self, day: date) -> bool:
        """Whether something may start on a local day."""
        return (
            (not self.years or any(one.start <= day.year <= one.end for one in self.years))
            and (not self.months or any(_within(day.month, one) for one in self.months))
            and (not self.weekdays or any(_within(day.isoweekday(), one) for one in self.weekdays))
            and (not self.days_of_month or any(_on_day(day, one) for one in self.days_of_month))
        )

    @model_validator(mode="after")
    def _comes(self) -> Self:
        """Times that never come (30 February) are a mistake."""
        if self.recurring() and not any(map(self.on, self._some_days())):
            raise ValueError("these days never come")
        return self

    def _some_days(self) -> Iterator[date]:
        """Every day of 28 years, among those that are asked for."""
        years = [range(one.start, one.end + 1)[: len(_ALL_YEARS)] for one in self.years] or [_ALL_YEARS]
        for year in (year for some in years for year in some):
            start = date(year, 1, 1)
            yield from (start + n * _DAY for n in range(366 if isleap(year) else 365))


def _within(number: int, span: Span) -> bool:
    """Whether a weekday or month lies in a span, which may go over the end of the week or year."""
    if span.start <= span.end:
        return span.start <= number <= span.end
    return number >= span.start or number <= span.end


def _on_day(day: date, span: Span) -> bool:
    """Whether a day lies in a span of days; what counts from the end of the month, or reaches over it, is cut there."""
    length = monthrange(day.year, day.month)[1]
    start, end = (n if n > 0 else length + 1 + n for n in (span.start, span.end))
    return start <= day.day <= end


def _name(name: str) -> str:
    if not re.fullmatch(r"[\w-]+", name):
        raise ValueError(f"{name!r} is no name (write letters, digits, - and _)")
    if name == "off":
        raise ValueError("'off' is no name: it undoes a hold")
    return name


class TimeInterval(Times):
    """Times with a name, for the `hold` of routes."""

    name: Annotated[str, AfterValidator(_name)]

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not self.recurring():
            raise ValueError("needs times, weekdays, days_of_month, months or years")
        return self


def endless(intervals: Iterable[Times]) -> bool:
    """Whether several intervals together hold for longer than HORIZON, once they do."""
    intervals = tuple(intervals)
    years = {span.start for one in intervals for span in one.years} | {_ALL_YEARS[0]}
    return any(end_of(datetime(year, 7, 1, tzinfo=UTC), intervals) is None for year in years)


def end_of(moment: datetime, intervals: Iterable[Times]) -> datetime | None:
    """When a moment lies in none of several intervals any more, adjacent and overlapping ones joined (aware UTC).

    That is the moment itself when it lies in none; None when they do not end within HORIZON.
    """
    end = moment.astimezone(UTC)
    intervals = tuple(intervals)
    while ends := [period.end for one in intervals if (period := one.period(end))]:
        end = max(ends)
        if end - moment > HORIZON:
            return None
    return end
